"""The till's side of the speaking child: one that dies, talks nonsense, hangs or is missing costs a line at most."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.speech.stub_child import LEAVE, PATIENCE, Stub
from ui.speech import mouth
from ui.speech.child import GoneError
from ui.speech.mouth import AGAIN_SECONDS, Found, Mouth, speaking
from ui.speech.wire import BEGIN_SECONDS, FIND_SECONDS, SPEAK_SECONDS, Kind, answer_of

SOON = 0.05  # seconds that one which never answers is given


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A loaded machine is no hanging voice."""
    for name in ("FIND_SECONDS", "BEGIN_SECONDS", "SPEAK_SECONDS"):
        monkeypatch.setattr(mouth, name, PATIENCE)


@pytest.fixture
def mouth_of():
    made = []

    def make(stub, mono=lambda: 0.0):
        made.append(Mouth(stub.command if isinstance(stub, Stub) else stub, mono=mono))
        return made[-1]

    yield make
    for one in made:
        one.end()


def is_dead(pid):
    """Waits for its end, which a loaded machine may take its time over; a child that lives on ends the test's time."""
    with suppress(ChildProcessError):  # the voice has seen to it
        os.waitpid(pid, 0)
    return True


def test_a_voice_is_found_once_and_says_line_after_line(mouth_of, tmp_path):
    stub = Stub(tmp_path, b"voice Mandarin\n", b"began\nsaid\n", b"began\nsaid\n")
    speaker = mouth_of(stub)
    assert speaker.find("zh", PATIENCE) is Found.YES
    assert speaker.talk("支付宝收款，十二元五角", "zh", 80)
    assert speaker.find("zh", 0) is Found.YES
    assert speaker.talk("请主管\n到收银台", "zh", 0)
    assert stub.asked == ["find zh", "say zh 80 支付宝收款，十二元五角", "say zh 0 请主管 到收银台"]
    assert len(stub.pids) == 1


def test_looking_ahead_waits_for_nothing_and_is_answered_later(mouth_of, tmp_path):
    stub = Stub(tmp_path, b"voice Mandarin\n")
    speaker = mouth_of(stub)
    speaker.look("zh")
    speaker.look("zh")
    assert speaker.find("zh", PATIENCE) is Found.YES
    assert stub.asked == ["find zh"]


def test_another_language_is_asked_once_the_first_is_answered(mouth_of, tmp_path):
    stub = Stub(tmp_path, b"voice Mandarin\n", b"voice English\n")
    speaker = mouth_of(stub)
    speaker.look("zh")
    assert speaker.find("en", PATIENCE) is Found.YES
    assert speaker.find("zh", 0) is Found.YES
    assert stub.asked == ["find zh", "find en"]


def test_a_system_without_a_voice_is_asked_again_after_a_while_or_when_a_person_wants(mouth_of, tmp_path):
    now = [0.0]
    stub = Stub(tmp_path, b"none no engine\n")
    speaker = mouth_of(stub, lambda: now[0])
    assert [speaker.find("zh", PATIENCE), speaker.find("zh", PATIENCE)] == [Found.NO, Found.NO]
    assert len(stub.pids) == 1
    assert is_dead(stub.pids[0])
    now[0] = AGAIN_SECONDS
    assert speaker.find("zh", PATIENCE) is Found.NO
    assert len(stub.pids) == 2
    speaker.forgive()
    assert speaker.find("zh", PATIENCE) is Found.NO
    assert len(stub.pids) == 3


def test_a_voice_that_does_not_answer_is_waited_for_a_little_then_ended(mouth_of, tmp_path, monkeypatch):
    stub, now = Stub(tmp_path, b""), [0.0]
    speaker = mouth_of(stub, lambda: now[0])
    while not stub.asked:  # the stub has read the question and says nothing
        assert speaker.find("zh", 0) is Found.NOT_YET
    now[0] = PATIENCE
    assert speaker.find("zh", SOON) is Found.HUNG
    assert is_dead(stub.pids[0])
    assert speaker.find("zh", PATIENCE) is Found.HUNG
    assert len(stub.pids) == 1


def test_only_the_first_line_waits_for_a_voice_that_is_still_being_looked_for(mouth_of, monkeypatch):
    script = Script([])
    monkeypatch.setattr(mouth, "Child", script.child)
    speaker = mouth_of(("x",), lambda: script.now)
    assert speaker.find("zh", 2.0) is Found.NOT_YET
    assert script.now == 2.0
    assert speaker.find("zh", 2.0) is Found.NOT_YET
    assert script.now == 2.0


def test_whoever_waits_as_long_as_it_takes_learns_that_it_hangs(mouth_of, tmp_path, monkeypatch):
    monkeypatch.setattr(mouth, "FIND_SECONDS", SOON)
    speaker = mouth_of(Stub(tmp_path), time.monotonic)
    assert speaker.find("zh", inf) is Found.HUNG


@pytest.mark.parametrize(
    ("answers", "then"),
    [
        ((), LEAVE),
        ((b"hello\n",), "hold"),
        ((b"\n",), "hold"),
        ((b"\xff\xfe\x01\n",), "hold"),
        ((b"x" * 5_000,), "hold"),
        ((b"voi",), LEAVE),
    ],
    ids=["dies", "nonsense", "nothing", "bytes", "endless", "torn"],
)
def test_a_child_that_dies_or_talks_nonsense_is_given_up(mouth_of, tmp_path, answers, then):
    stub = Stub(tmp_path, *answers, then=then)
    assert mouth_of(stub).find("zh", PATIENCE) is Found.HUNG
    assert all(is_dead(pid) for pid in stub.pids)


@pytest.mark.parametrize("answer", [b"none broken\n", b"said\n", b"rubbish\n", b"voice again\n"])
def test_a_line_that_does_not_begin_is_not_said(mouth_of, tmp_path, answer):
    stub = Stub(tmp_path, b"voice Mandarin\n", answer)
    speaker = mouth_of(stub)
    assert speaker.find("zh", PATIENCE) is Found.YES
    assert not speaker.talk("收款", "zh", 80)
    assert speaker.find("zh", PATIENCE) is Found.HUNG
    assert is_dead(stub.pids[0])


def test_a_voice_that_hangs_after_it_was_found_is_ended(mouth_of, tmp_path, monkeypatch):
    stub = Stub(tmp_path, b"voice Mandarin\n")
    speaker = mouth_of(stub)
    assert speaker.find("zh", PATIENCE) is Found.YES
    monkeypatch.setattr(mouth, "BEGIN_SECONDS", SOON)
    assert not speaker.talk("收款", "zh", 80)
    assert speaker.find("zh", PATIENCE) is Found.HUNG
    assert is_dead(stub.pids[0])


def test_a_voice_that_hangs_in_the_middle_of_a_line_has_begun_it(mouth_of, tmp_path, monkeypatch):
    stub = Stub(tmp_path, b"voice Mandarin\n", b"began\n")
    speaker = mouth_of(stub)
    speaker.find("zh", PATIENCE)
    monkeypatch.setattr(mouth, "SPEAK_SECONDS", SOON)
    assert speaker.talk("收款", "zh", 80)
    assert speaker.find("zh", PATIENCE) is Found.HUNG
    assert is_dead(stub.pids[0])


def test_a_program_that_cannot_be_started_is_no_voice(mouth_of, tmp_path):
    assert mouth_of((str(tmp_path / "none"),)).find("zh", PATIENCE) is Found.HUNG


def test_without_the_speech_of_qt_no_child_is_started_at_all(mouth_of, monkeypatch):
    monkeypatch.setattr(mouth, "find_spec", lambda _: None)
    assert speaking() == ()
    monkeypatch.setattr(mouth, "Child", lambda _: pytest.fail("a child"))
    speaker = mouth_of(speaking(), lambda: 1e9)
    assert [speaker.find("zh", PATIENCE), speaker.find("zh", PATIENCE)] == [Found.NO, Found.NO]


def test_with_it_the_child_is_this_very_program(monkeypatch):
    monkeypatch.setattr(mouth, "find_spec", lambda _: object())
    assert speaking()[-1] == "speak"


def test_the_end_of_the_till_ends_a_child_that_is_waited_for(mouth_of, tmp_path):
    stub = Stub(tmp_path, b"voice Mandarin\n")
    speaker = mouth_of(stub)
    speaker.find("zh", PATIENCE)
    said = []
    talking = threading.Thread(target=lambda: said.append(speaker.talk("收款", "zh", 80)))
    talking.start()
    speaker.end()
    talking.join(PATIENCE)
    assert said == [False]
    assert is_dead(stub.pids[0])
    speaker.forgive()
    assert speaker.find("zh", PATIENCE) is Found.HUNG
    assert len(stub.pids) == 1


class Script:
    """Children that answer by a script, on a clock that only waiting moves."""

    def __init__(self, answers):
        self.answers, self.now, self.alive, self.started = list(answers), 0.0, 0, 0

    def child(self, _command):
        script, self.alive, self.started = self, self.alive + 1, self.started + 1

        class Played:
            dead = False

            def tell(self, _line):
                if script.answers and script.answers[0] == "deaf":
                    script.answers.pop(0)
                    raise GoneError("deaf")

            def hear(self, seconds):
                answer = script.answers.pop(0) if script.answers else "silence"
                if answer in ("dead", "deaf"):
                    raise GoneError(answer)
                if answer == "silence":
                    script.now += max(0.0, seconds)
                    return None
                return answer

            def end(self):
                script.alive -= not self.dead
                self.dead = True

        return Played()


answers = st.lists(
    st.sampled_from([b"voice x", b"none y", b"began", b"said", b"began", b"said", b"\xff", "silence", "dead", "deaf"]),
    max_size=30,
)
acts = st.lists(
    st.tuples(st.sampled_from(["look", "find", "find", "forgive", "later"]), st.sampled_from(["zh", "en"])), max_size=15
)


@given(answers, acts)
@settings(deadline=None, derandomize=True, max_examples=400)
def test_whatever_a_child_does_each_wait_has_its_end_and_one_child_lives(answers, acts):
    script = Script(answers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mouth, "Child", script.child)
        for name, seconds in (("FIND", FIND_SECONDS), ("BEGIN", BEGIN_SECONDS), ("SPEAK", SPEAK_SECONDS)):
            patch.setattr(mouth, f"{name}_SECONDS", seconds)
        speaker = Mouth(("x",), mono=lambda: script.now)
        for act, language in acts:
            before = script.now
            match act:
                case "look":
                    speaker.look(language)
                    assert script.now == before
                case "find":
                    found = speaker.find(language, 2.0)
                    assert script.now - before <= 2.0
                    if found is Found.YES:
                        last = [answer_of(one) for one in answers if isinstance(one, bytes)]
                        assert any(one is not None and one.kind is Kind.VOICE for one in last)
                        speaker.talk("x", language, 50)
                        assert script.now - before <= 2.0 + BEGIN_SECONDS + SPEAK_SECONDS
                case "forgive":
                    speaker.forgive()
                case "later":
                    script.now += 100.0
            assert script.alive <= 1
        speaker.end()
        assert script.alive == 0
