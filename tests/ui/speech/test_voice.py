"""The lines are said one after the other, in time or not at all, and nobody waits for them."""

from __future__ import annotations

import threading
from math import inf

import pytest
from PySide6.QtCore import QTimer

from tests.ui.speech.stub_child import PATIENCE, Stub
from ui.speech import mouth as mouths
from ui.speech.lines import TRIAL, Chime, Line, trial_line
from ui.speech.mouth import Found, Mouth
from ui.speech.sounds import sound
from ui.speech.trial import KEYS, VoiceTrial
from ui.speech.voice import STALE_SECONDS, WAITING_MOST, Heard, Voice, Waiting, is_stale, queued

BEATS = 50  # of the window's heart, while the voice hangs


def line(text, about="1", chime=Chime.PAID):
    return Line(text, chime, about)


def test_a_newer_line_about_the_same_sale_takes_the_olders_place():
    waiting = ()
    for n, (about, text) in enumerate([("1", "a"), ("2", "b"), ("1", "c")]):
        waiting = queued(waiting, Waiting(line(text, about), "zh", 80, float(n)))
    assert [one.line.text for one in waiting] == ["b", "c"]
    for n in range(20):
        waiting = queued(waiting, Waiting(line(str(n), str(n)), "zh", 80, 0.0))
    assert [one.line.text for one in waiting] == [str(n) for n in range(20 - WAITING_MOST, 20)]


class Talker:
    """A voice of the test's: ``found`` at once, and speaking for as long as ``free`` is not set."""

    def __init__(self, found=Found.YES, *, begins=True, on_find=lambda: None):
        self.found, self.begins, self.on_find = found, begins, on_find
        self.heard, self.looked, self.forgiven, self.ended = [], [], 0, False
        self.free, self.said = threading.Event(), threading.Semaphore(0)

    def look(self, language):
        self.looked.append(language)
        self.said.release()

    def find(self, language, seconds):
        self.on_find()
        self.patience = seconds
        return self.found

    def talk(self, text, language, volume):
        self.heard.append((text, language, volume))
        self.said.release()
        self.free.wait(PATIENCE)
        return self.begins

    def forgive(self):
        self.forgiven += 1

    def end(self):
        self.ended = True
        self.free.set()


class Fate:
    """What became of each line, in the order told."""

    def __init__(self):
        self.all, self.one = [], threading.Semaphore(0)

    def __call__(self, heard):
        self.all.append(heard)
        self.one.release()

    def wait(self):
        assert self.one.acquire(timeout=PATIENCE)
        return self.all[-1]


@pytest.fixture
def fate():
    return Fate()


@pytest.fixture
def voice_of():
    made = []

    def make(talker, **more):
        made.append(Voice(talker, **more))
        return made[-1]

    yield make
    for voice in made:
        voice.close()


def no_sound(_):
    pytest.fail("a sound beside the voice")


def test_saying_returns_at_once_and_one_line_waits_for_the_other(voice_of, fate):
    talker = Talker()
    voice = voice_of(talker, play=no_sound)
    voice.say(line("first", "1"), "zh", 70, fate)
    assert talker.said.acquire(timeout=PATIENCE)
    voice.say(line("second", "2"), "en", 50, fate)
    assert talker.heard == [("first", "zh", 70)]
    talker.free.set()
    assert [fate.wait(), fate.wait()] == [Heard.VOICE, Heard.VOICE]
    assert talker.heard == [("first", "zh", 70), ("second", "en", 50)]


def test_the_voice_is_looked_for_before_a_line_is_due(voice_of):
    talker = Talker()
    voice_of(talker).prepare("zh")
    assert talker.said.acquire(timeout=PATIENCE)
    assert (talker.looked, talker.heard) == (["zh"], [])


def test_a_till_of_sounds_alone_prepares_nothing(voice_of):
    voice = voice_of(None)
    voice.prepare("zh")
    assert voice._thread is None


def test_a_line_about_a_customer_who_has_gone_is_not_said(voice_of, fate):
    clock, talker = [0.0], Talker()
    voice = voice_of(talker, play=no_sound, mono=lambda: clock[0])
    voice.say(line("first", "1"), "zh", 70)
    assert talker.said.acquire(timeout=PATIENCE)
    voice.say(line("stale", "2"), "zh", 70, fate)
    clock[0] = STALE_SECONDS + 1
    voice.say(line("fresh", "3"), "zh", 70, fate)
    talker.free.set()
    fate.wait()
    fate.wait()
    assert fate.all == [Heard.DROPPED, Heard.VOICE]
    assert [text for text, *_ in talker.heard] == ["first", "fresh"]


@pytest.mark.parametrize(("about", "heard"), [("1", Heard.DROPPED), (TRIAL, Heard.VOICE)])
def test_a_voice_found_too_late_says_a_trial_and_nothing_of_a_customer(voice_of, fate, about, heard):
    clock = [0.0]

    def slow():
        clock[0] += STALE_SECONDS + 1

    talker = Talker(on_find=slow)
    talker.free.set()
    voice_of(talker, play=no_sound, mono=lambda: clock[0]).say(line("x", about), "zh", 50, fate)
    assert fate.wait() is heard
    assert len(talker.heard) == (heard is Heard.VOICE)


def test_six_seconds_are_in_time_and_a_trial_always_is():
    waiting = Waiting(line("x"), "zh", 50, 100.0)
    assert not is_stale(waiting, 100.0 + STALE_SECONDS)
    assert is_stale(waiting, 100.1 + STALE_SECONDS)
    assert not is_stale(Waiting(trial_line("zh"), "zh", 50, 0.0), 1e6)


@pytest.mark.parametrize(
    ("found", "heard"), [(Found.NO, Heard.NO_VOICE), (Found.HUNG, Heard.HUNG), (Found.NOT_YET, Heard.CHIME)]
)
def test_without_a_voice_a_sound_is_played_and_why_is_known(voice_of, fate, found, heard):
    played = []
    voice = voice_of(Talker(found), play=lambda wav: played.append(wav) or True)
    voice.say(line("x", chime=Chime.CALL), "zh", 50, fate)
    assert fate.wait() is heard
    assert played == [sound(Chime.CALL, 50)]


def test_a_voice_that_does_not_begin_is_a_sound_for_this_very_customer(voice_of, fate):
    played, talker = [], Talker(begins=False)
    talker.free.set()
    voice = voice_of(talker, play=lambda wav: played.append(wav) or True)
    voice.say(line("x"), "zh", 50, fate)
    assert fate.wait() is Heard.HUNG
    assert played == [sound(Chime.PAID, 50)]


def test_no_sound_at_all_is_told_once(voice_of, fate):
    silent = []
    voice = voice_of(None, play=lambda _: False, silent=lambda: silent.append(1))
    for n in range(3):
        voice.say(line("x", str(n)), "zh", 50, fate)
        assert fate.wait() is Heard.SILENCE
    assert silent == [1]


def test_closing_ends_what_is_being_said_and_tells_what_becomes_of_the_rest(voice_of, fate):
    talker, rest = Talker(), Fate()
    voice = voice_of(talker, play=no_sound)
    voice.say(line("x", "1"), "zh", 50, fate)
    assert talker.said.acquire(timeout=PATIENCE)
    voice.say(line("y", "2"), "zh", 50, rest)
    voice.close()
    assert talker.ended
    assert not voice._thread.is_alive()
    voice.say(line("z", "3"), "zh", 50, rest)
    assert (rest.all, [text for text, *_ in talker.heard]) == ([Heard.DROPPED] * 2, ["x"])


def test_a_line_that_is_overtaken_is_told_so(voice_of, fate):
    talker = Talker()
    voice = voice_of(talker, play=no_sound)
    voice.say(line("x", "1"), "zh", 50)
    assert talker.said.acquire(timeout=PATIENCE)
    voice.say(line("old", "2"), "zh", 50, fate)
    voice.say(line("new", "2"), "zh", 50)
    assert fate.all == [Heard.DROPPED]


def test_a_trial_forgives_the_voice_and_says_in_words_what_was_heard(voice_of):
    for found, key in ((Found.YES, "cus.test.voice"), (Found.NO, "cus.test.novoice"), (Found.HUNG, "cus.test.hung")):
        trial, talker = VoiceTrial(), Talker(found)
        talker.free.set()
        trial.say(voice_of(talker, play=lambda _: True), "zh", 50)
        assert trial.done.wait(PATIENCE)
        assert (trial.key, talker.forgiven, talker.patience) == (key, 1, inf)
    assert set(KEYS) == set(Heard)


@pytest.fixture
def endless(monkeypatch):
    """The voice is given more time than a test has."""
    for name in ("FIND_SECONDS", "BEGIN_SECONDS", "SPEAK_SECONDS"):
        monkeypatch.setattr(mouths, name, PATIENCE * 10)


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize("answers", [(), (b"voice Mandarin\n",), (b"voice Mandarin\n", b"began\n")])
def test_the_windows_heart_beats_on_while_the_voice_hangs(voice_of, fate, qtbot, tmp_path, answers):
    """At the first question, before a line begins, in the middle of one. If the window waited, no beat would come."""
    stub, beats, heart = Stub(tmp_path, *answers), [], QTimer()
    heart.timeout.connect(lambda: beats.append(len(fate.all)))
    heart.start(1)
    played = []
    voice = voice_of(Mouth(stub.command), play=lambda wav: played.append(wav) or True)
    voice.say(trial_line("zh"), "zh", 50, fate)
    qtbot.waitUntil(lambda: len(stub.asked) == min(len(answers) + 1, 2))
    beats.clear()
    qtbot.waitUntil(lambda: len(beats) >= BEATS)
    heart.stop()
    assert sum(beats) == 0  # nobody had an answer yet
    voice.close()
    assert fate.all == [Heard.VOICE if len(answers) == 2 else Heard.DROPPED]
    assert played == []


def test_a_voice_that_hangs_is_a_sound_from_then_on(voice_of, fate, tmp_path, monkeypatch):
    monkeypatch.setattr(mouths, "BEGIN_SECONDS", 0.05)
    stub, played = Stub(tmp_path, b"voice Mandarin\n"), []
    voice = voice_of(Mouth(stub.command), play=lambda wav: played.append(wav) or True)
    voice._talker.find("zh", PATIENCE)
    for n in range(3):
        voice.say(line("x", str(n)), "zh", 50, fate)
        assert fate.wait() is Heard.HUNG
    assert played == [sound(Chime.PAID, 50)] * 3
    assert len(stub.pids) == 1
