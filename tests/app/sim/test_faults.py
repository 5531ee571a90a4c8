"""The fault script's grammar, and that a bad script is told apart in one sentence naming the place."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.channel import Channel
from app.sim.faults import FAULTS, Call, FaultError, Faults, Firing, describe, parse


def fired(faults, times, channel=Channel.WECHAT, call=Call.PAY):
    return [sorted(faults.fire(channel, call)) for _ in range(times)]


def test_the_docstrings_own_example():
    script = "wechat.pay: lose-answer x1; alipay.query: http-500 x3; *.pay: delay 8; *.query: invisible 20"
    faults = Faults(script)
    assert fired(faults, 2) == [["delay", "lose-answer"], ["delay"]]
    assert fired(faults, 1, Channel.ALIPAY, Call.REVERSE) == [[]]
    assert [len(one) for one in fired(faults, 4, Channel.ALIPAY, Call.QUERY)] == [2, 2, 2, 1]


def test_seconds_are_divided_by_pace_but_a_wrong_clock_is_not():
    faults = Faults("*: delay 8; *: clock-skew -600; *: drip", pace=20)
    assert faults.fire(Channel.WECHAT, Call.PAY) == {
        "delay": Firing(seconds=0.4),
        "clock-skew": Firing(seconds=-600),
        "drip": Firing(seconds=0.025),
    }


def test_skipping_and_counting():
    assert fired(Faults("*: html after 2 x1"), 4) == [[], [], ["html"], []]
    assert fired(Faults("*: html x0"), 2) == [[], []]


def test_chance_is_repeatable_and_about_right():
    runs = [fired(Faults("*: html p=0.3 seed=7"), 1_000) for _ in range(2)]
    assert runs[0] == runs[1]
    assert 250 < sum(map(len, runs[0])) < 350
    assert runs[0] != fired(Faults("*: html p=0.3 seed=8"), 1_000)
    assert fired(Faults("*: html p=0"), 50) == [[]] * 50
    assert fired(Faults("*: html p=1"), 50) == [["html"]] * 50


def test_the_first_of_a_kind_strikes_and_the_next_takes_over():
    faults = Faults("*: http-500 x1; *: http-502")
    assert [faults.fire(Channel.WECHAT, Call.PAY)["http"].status for _ in range(3)] == [500, 502, 502]


def test_cancel_is_reverse_and_an_empty_script_does_nothing():
    assert fired(Faults("alipay.cancel: recall"), 1, Channel.ALIPAY, Call.REVERSE) == [["recall"]]
    assert fired(Faults(" ; ;"), 1) == [[]]
    assert Faults("*: off").line_is_off
    assert not Faults("").line_is_off


def test_a_fault_for_one_call_leaves_the_others_alone():
    assert fired(Faults("*: recall; *: wrong-amount"), 1, call=Call.REVERSE) == [["recall"]]


@pytest.mark.parametrize(
    ("script", "place", "why"),
    [
        ("wechat.pay lose-answer", "rule 1", "TARGET: FAULT"),
        ("*: html; wechat.pay:", "rule 2", "TARGET: FAULT"),
        ("jd.pay: html", "rule 1", "no such target"),
        ("wechat.borrow: html", "rule 1", "no such target"),
        ("wechat: html", "rule 1", "no such target"),
        ("*: explode", "rule 1", "no such fault: 'explode'"),
        ("*: http", "rule 1", "no such fault"),
        ("*: http-200", "rule 1", "no such fault"),
        ("*: delay-after 3", "rule 1", "delay has no -after"),
        ("*: delay", "rule 1", "delay needs seconds"),
        ("*: delay -3", "rule 1", "'-3' is not a number of seconds"),
        ("*: html 3", "rule 1", "html takes no seconds"),
        ("*: delay inf", "rule 1", "delay needs seconds"),
        ("wechat.query: recall", "rule 1", "recall does not fit query"),
        ("wechat.*: off", "rule 1", "off cuts the whole line"),
        ("*: html x", "rule 1", "no such option: 'x'"),
        ("*: html after", "rule 1", "no such option"),
        ("*: html p=2", "rule 1", "no such option"),
        ("*: html x3x4", "rule 1", "no such option"),
    ],
)
def test_a_bad_script_names_the_place(script, place, why):
    with pytest.raises(FaultError) as caught:
        parse(script)
    assert place in str(caught.value)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("*.:; x123pseedaft-wechliyqu_="), max_size=60) | st.text(max_size=40))
def test_no_text_does_more_than_be_refused(text):
    with contextlib.suppress(FaultError):
        Faults(text).fire(Channel.ALIPAY, Call.QUERY)


def test_help_tells_every_fault():
    for name in FAULTS:
        assert name in describe()
