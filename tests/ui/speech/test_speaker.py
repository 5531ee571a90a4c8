"""The speaking child itself: what it answers, and that nothing keeps it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QLocale

from tests.ui.speech.stub_child import PATIENCE
from ui.speech import talker
from ui.speech.speaker import answers
from ui.speech.talker import NoVoiceError, Talker
from ui.speech.wire import Answer, Kind

MODULE = "PySide6.QtTextToSpeech"


class Tongue:
    """A talker that remembers."""

    def __init__(self, *, broken=""):
        self.broken, self.heard = broken, []

    def find(self, language):
        if language == self.broken:
            raise NoVoiceError("no engine")
        return f"voice of {language}"

    def begin(self, text, volume):
        if text == self.broken:
            raise NoVoiceError("the daemon went")
        self.heard.append((text, volume))

    def finish(self):
        self.heard.append("finished")


@pytest.mark.parametrize(
    ("line", "broken", "told"),
    [
        (b"find zh\n", "", [Answer(Kind.VOICE, "voice of zh")]),
        (b"find zh\n", "zh", [Answer(Kind.NONE, "no engine")]),
        ("say zh 80 收款\n".encode(), "", [Answer(Kind.BEGAN), Answer(Kind.SAID)]),
        ("say zh 80 收款\n".encode(), "zh", [Answer(Kind.NONE, "no engine")]),
        ("say zh 80 收款\n".encode(), "收款", [Answer(Kind.NONE, "the daemon went")]),
        (b"\xff\n", "", [Answer(Kind.NONE, "not understood")]),
    ],
)
def test_what_is_answered(line, broken, told):
    tongue = Tongue(broken=broken)
    assert list(answers(line, tongue)) == told
    assert tongue.heard == ([("收款", 80), "finished"] if told[-1].kind is Kind.SAID else [])


def test_it_says_that_it_began_before_it_has_finished():
    tongue = Tongue()
    story = answers(b"say en 5 paid\n", tongue)
    assert next(story).kind is Kind.BEGAN
    assert tongue.heard == [("paid", 5)]


class Engine:
    """As Qt shows espeak-ng's: every voice under the locale "C". Speaks from the fourth look at it to the ninth."""

    SPEAKING = range(4, 10)
    State = SimpleNamespace(Ready=0, Speaking=1, Synthesizing=2, Error=3)

    def __init__(self, *names):
        self._names, self.chosen, self.said, self.looks, self.bad = names, None, [], 0, False

    def availableLocales(self):  # noqa: N802 - Qt's name
        return [QLocale.c()]

    def availableVoices(self):  # noqa: N802 - Qt's name
        return [SimpleNamespace(name=lambda name=name: name) for name in self._names]

    def setLocale(self, locale):  # noqa: N802 - Qt's name
        assert locale == QLocale.c()

    def setVoice(self, voice):  # noqa: N802 - Qt's name
        self.chosen = voice.name()

    def setVolume(self, volume):  # noqa: N802 - Qt's name
        self.volume = volume

    def say(self, text):
        self.said.append(text)

    def errorString(self):  # noqa: N802 - Qt's name
        return "broken"

    def state(self):
        if self.bad:
            return self.State.Error
        self.looks += bool(self.said)
        return self.State.Speaking if self.looks in self.SPEAKING else self.State.Ready


@pytest.fixture
def engine(monkeypatch, qapp):
    made = Engine(
        "Chinese (Cantonese)", "Chinese (Mandarin, latin as English)", "English (Caribbean)", "English (America)"
    )

    class Speech:
        State = Engine.State

        def __new__(cls, _name):
            return made

        @staticmethod
        def availableEngines():  # noqa: N802 - Qt's name
            return ["mock", "speechd"]

    monkeypatch.setattr(talker, "import_module", lambda _: SimpleNamespace(QTextToSpeech=Speech))
    return made


def test_a_voice_is_known_by_its_name_where_it_has_no_locale(engine):
    talks = Talker()
    assert talks.find("zh") == engine.chosen == "Chinese (Mandarin, latin as English)"
    assert talks.find("en") == engine.chosen == "English (America)"


def test_a_line_begins_and_finishes_by_what_the_engine_says(engine):
    talks = Talker()
    talks.find("zh")
    talks.begin("收款", 80)
    assert (engine.said, engine.volume) == (["收款"], 0.8)
    assert engine.looks in engine.SPEAKING
    talks.finish()
    assert engine.looks == engine.SPEAKING.stop


def test_an_engine_that_breaks_is_no_voice(engine):
    talks = Talker()
    talks.find("zh")
    engine.bad = True
    with pytest.raises(NoVoiceError, match="broken"):
        talks.begin("收款", 80)
    with pytest.raises(NoVoiceError, match="broken"):
        Talker().find("zh")


def test_another_language_than_the_systems_has_no_voice(engine):
    engine._names = ("Chinese (Cantonese)",)
    with pytest.raises(NoVoiceError):
        Talker().find("zh")


def program(body="", hang_seconds=PATIENCE):
    """The child with another Qt speech than this computer's; ``body`` makes ``fake``."""
    return (
        sys.executable,
        "-c",
        "import sys, types; from types import SimpleNamespace\nfake = None\n"
        + textwrap.dedent(body)
        + f"\nsys.modules[{MODULE!r}] = fake\n"
        + f"from ui.speech.speaker import run\nsys.exit(run({hang_seconds}))",
    )


HANGING = """
import ctypes
class QTextToSpeech:
    @staticmethod
    def availableEngines():
        ctypes.PyDLL(None).pause()  # as PySide's binding: Python's lock is held
fake = SimpleNamespace(QTextToSpeech=QTextToSpeech)
"""


def run(command, told):
    return subprocess.run(command, input=told, capture_output=True, timeout=PATIENCE * 2, check=False)


def test_without_qts_speech_the_child_says_so_and_leaves_with_its_input():
    ended = run(program(), b"find zh\nfind en")
    lines = ended.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(b"none ") and MODULE.encode() in line for line in lines)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_programs_own_command_is_the_child():
    ended = run((sys.executable, "-m", "app", "speak"), b"hello\n")
    assert (ended.returncode, ended.stdout) == (0, b"none not understood\n")


def test_what_the_speech_prints_or_starts_reaches_neither_pipe():
    noisy = """
    import os
    class QTextToSpeech:
        @staticmethod
        def availableEngines():
            os.write(1, b"noise")
            assert os.read(0, 1) == b""
            return []
    fake = SimpleNamespace(QTextToSpeech=QTextToSpeech)
    """
    assert run(program(noisy), b"find zh\nfind zh\n").stdout == b"none no engine\n" * 2


def test_a_child_that_hangs_with_pythons_lock_held_ends_itself_though_nobody_is_left_to_end_it():
    """Its till was killed: the pipes are shut, and no thread of its own runs."""
    gone, held = os.pipe()
    child = subprocess.Popen(program(HANGING, hang_seconds=0.5), stdin=subprocess.PIPE, pass_fds=(held,))
    os.close(held)
    child.stdin.write(b"find zh\n")
    child.stdin.close()
    assert os.read(gone, 1) == b""  # it has ended, and whatever it started
    os.close(gone)
    assert child.wait(PATIENCE) != 0


def test_a_killed_tills_child_leaves():
    gone, held = os.pipe()
    till = f"""
    import subprocess, sys
    child = subprocess.Popen({program()!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=({held},))
    child.stdin.write(b"find zh\\n"); child.stdin.flush()
    print(child.stdout.readline().decode(), flush=True)
    sys.stdin.read()
    """
    parent = subprocess.Popen(
        (sys.executable, "-c", textwrap.dedent(till)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(held,)
    )
    os.close(held)
    assert parent.stdout.readline().startswith(b"none ")
    parent.kill()
    parent.wait(PATIENCE)
    parent.stdin.close()
    parent.stdout.close()
    assert os.read(gone, 1) == b""
    os.close(gone)
