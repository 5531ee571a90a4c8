"""The till's side of the speaking child: finds a voice, speaks with it, and gives up one that does not answer.

Whatever the child does, it costs a line some seconds and then a sound; nothing here holds Python's lock meanwhile.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from math import inf
from typing import Final

from app.parent import program
from ui.speech.child import Child, GoneError
from ui.speech.wire import (
    BEGIN_SECONDS,
    FIND_SECONDS,
    SPEAK_SECONDS,
    Answer,
    Find,
    Kind,
    Request,
    Say,
    answer_of,
    request_line,
)

MODULE: Final = "PySide6.QtTextToSpeech"  # only looked for here, never loaded
COMMAND: Final = "speak"
AGAIN_SECONDS: Final = 300.0  # until a voice that was missing, or did not answer, is looked for again

_log: Final = logging.getLogger("mashou.voice")


class Found(Enum):
    YES = "yes"
    NO = "no"  # the system has none of this language
    HUNG = "hung"  # it did not answer, or fell silent
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class _Rest:
    """Not asked again before ``until_mono``."""

    found: Found
    until_mono: float


@dataclass(frozen=True, slots=True)
class _Looking:
    language: str
    since_mono: float


class Mouth:
    """All from one thread but ``end``. ``command`` starts the child; empty where this program has no speech."""

    def __init__(self, command: Sequence[str] | None = None, *, mono: Callable[[], float] = time.monotonic) -> None:
        self._command, self._mono = speaking() if command is None else tuple(command), mono
        self._child: Child | None = None
        self._door = threading.Lock()  # between the start of a child and ``end``
        self._ended = False
        self._looking: _Looking | None = None
        self._names: dict[str, str] = {}  # language -> the voice of the child that runs
        self._rests: dict[str, _Rest] = {}

    def look(self, language: str) -> None:
        """Begins to look for a voice and comes back: a process is started, and asked."""
        rest = self._rests.get(language)
        if language in self._names or self._looking is not None or (rest and self._mono() < rest.until_mono):
            return
        if not self._command:
            self._give_up(language, Found.NO, "this program has no speech of Qt's", for_ever=True)
            return
        try:
            self._ask(Find(language))
        except GoneError as why:
            self._give_up(language, Found.HUNG, str(why))
        else:
            self._looking = _Looking(language, self._mono())

    def find(self, language: str, seconds: float) -> Found:
        """Whether it speaks "zh" or "en". Waits until ``seconds`` after the look began, and no longer than FIND_SECONDS
        after it: then the voice is given up.
        """
        while language not in self._names:
            self.look(language)
            if self._looking is None:
                return self._rests[language].found
            if not self._found_out(self._looking, seconds):
                return Found.NOT_YET
        return Found.YES

    def talk(self, text: str, language: str, volume: int) -> bool:
        """Speaks ``text`` to its end, with the voice that ``find`` found. False where it did not begin."""
        try:
            self._ask(Say(language, volume, text))
        except GoneError as why:
            self._give_up(language, Found.HUNG, str(why))
            return False
        began = self._answer(language, self._mono() + BEGIN_SECONDS, hung=True)
        if began is None:
            return False
        if began.kind is not Kind.BEGAN:
            self._give_up(language, Found.HUNG, began.text or "another answer")
            return False
        said = self._answer(language, self._mono() + SPEAK_SECONDS, hung=True)
        if said is not None and said.kind is not Kind.SAID:
            self._give_up(language, Found.HUNG, said.text or "another answer")
        return True

    def forgive(self) -> None:
        """A person asks for the voice: look again, whatever was before."""
        self._rests.clear()

    def end(self) -> None:
        """The child with it, in the middle of a word. From any thread; whoever waits for an answer comes back."""
        with self._door:
            self._ended = True
            child = self._child
        if child is not None:
            child.end()

    def _found_out(self, looking: _Looking, seconds: float) -> bool:
        """Whether the answer about ``looking`` is there, or will not come."""
        until, last = looking.since_mono + seconds, looking.since_mono + FIND_SECONDS
        answer = self._answer(looking.language, min(until, last), hung=max(until, self._mono()) >= last)
        if answer is None:
            return self._looking is None
        self._looking = None
        if answer.kind is Kind.VOICE:
            self._names[looking.language] = answer.text
            _log.info("voice for %s: %s", looking.language, answer.text)
        else:
            self._give_up(looking.language, Found.NO, answer.text)
        return True

    def _ask(self, request: Request) -> None:
        """Raises GoneError."""
        with self._door:
            if self._ended:
                raise GoneError("the till closes")
            if self._child is None:
                self._child = Child(self._command)
        self._child.tell(request_line(request))

    def _answer(self, language: str, until_mono: float, *, hung: bool) -> Answer | None:
        """None where there is none; the child is given up then if it has ended, talks nonsense, or is ``hung``."""
        assert self._child is not None
        try:
            line = self._child.hear(until_mono - self._mono())
        except GoneError as why:
            self._give_up(language, Found.HUNG, str(why))
            return None
        answer = answer_of(line) if line is not None else None
        if line is not None and answer is None:
            self._give_up(language, Found.HUNG, "it answered what no voice answers")
        elif line is None and hung:
            self._give_up(language, Found.HUNG, "it did not answer in time and was ended")
        return answer

    def _give_up(self, language: str, found: Found, why: str, *, for_ever: bool = False) -> None:
        with self._door:
            child, self._child = self._child, None
        if child is not None:
            child.end()
        self._names.clear()
        self._looking = None
        if not self._ended:
            _log.info("no voice for %s: %s", language, why)
        self._rests[language] = _Rest(found, inf if for_ever else self._mono() + AGAIN_SECONDS)


def speaking() -> tuple[str, ...]:
    """The command of the speaking child; empty where Qt's speech is not installed."""
    return (*program(), COMMAND) if find_spec(MODULE) is not None else ()
