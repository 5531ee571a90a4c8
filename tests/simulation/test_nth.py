"""The plug at every point of a few told stories; ``long nth`` has all of them, and every two points of some."""

import pytest
from simulation.nth import every_point, told
from simulation.scripts import CORE, STORIES, Script

from app.core.channel import Channel
from app.till import recover

BY_NAME = {story.name: story for story in STORIES}


@pytest.mark.parametrize(
    "name",
    [
        "wechat: the answer is lost",
        "wechat v3: the refund's answer is lost",
        "alipay: given back by two",
        "alipay: given back by hand",
        "unionpay: paid at once",
    ],
)
def test_no_instant_is_a_bad_one_to_lose_power(name):
    runs, wrong = every_point(BY_NAME[name])
    assert runs > 10
    assert wrong == []


def test_the_stories_are_as_they_are_called():
    ends = {
        "wechat: paid at once": "state.PAID",
        "alipay: too poor": "state.DECLINED",
        "wechat: never pays": "state.REVERSED",
        "unionpay: given back": "state.VOIDED",
        "wechat v3: given back in parts": "state.REFUNDED",
        "alipay: given back by hand": "hand.GIVEN",
        "wechat: a reverse that lies": "reverse.lie-ok",
        "wechat: the request comes late": "the late pay landed after D2",
        "wechat: given back, and the account is shut": "refund.REFUSED",
        "wechat: the refund comes late, after another try was refused": "refund.stalled",
        "alipay: settled by hand where nothing works": "hand.MATCHED",
        "wechat v3: a new platform key while the password is typed": "the platform key was rotated",
        "unionpay: the channel calls": "notice.payment",
        "unionpay: a receipt": "prints",
        "wechat v3: late, and hidden when it is there": "the late pay landed after a reverse",
    }
    for name, reached in ends.items():
        result, _ = told(BY_NAME[name])
        assert reached in result.sometimes, name
        assert result.violations == []
    assert len({story.name for story in STORIES}) == len(STORIES)
    assert len(CORE) == 10


def test_a_start_that_forgets_what_was_open_is_found(monkeypatch):
    monkeypatch.setattr(recover, "story_of", lambda *_: ())
    monkeypatch.setattr("app.till.engine.Engine.resume", lambda *_, **__: None)
    _, wrong = every_point(Script("lost", channel=Channel.WECHAT, faults={"pay": ["lose-answer"]}))
    assert {crash.rule for crash in wrong} >= {"I-31"}
