"""Says the till's lines one after the other, in a thread of its own. The window hands over a line and goes on.

A line that could not be said in time is not said: a voice that speaks of the customer before the last is worse than
none. A newer line about the same sale takes the older one's place; another's is waited for, never cut off.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import Final, Protocol

from ui.speech.lines import TRIAL, Line
from ui.speech.mouth import Found
from ui.speech.player import Play, play
from ui.speech.sounds import sound

STALE_SECONDS: Final = 6.0  # a line that waited longer is about somebody who has gone
WAIT_SECONDS: Final = 2.0  # lines wait this long for a voice that is being looked for; then they are sounds
WAITING_MOST: Final = 4
STOP_SECONDS: Final = 2.0

_log: Final = logging.getLogger("mashou.voice")


class Talks(Protocol):
    """``mouth.Mouth``."""

    def look(self, language: str) -> None: ...

    def find(self, language: str, seconds: float) -> Found: ...

    def talk(self, text: str, language: str, volume: int) -> bool: ...

    def forgive(self) -> None: ...

    def end(self) -> None: ...


class Heard(Enum):
    """What became of a line."""

    VOICE = "voice"
    CHIME = "chime"  # no voice was wanted, or it was not found yet
    NO_VOICE = "no voice"  # and a sound instead
    HUNG = "hung"  # the voice did not answer; a sound instead
    SILENCE = "silence"  # neither voice nor sound came out
    DROPPED = "dropped"  # late, overtaken, or the till closed


Told = Callable[[Heard], None]
_CHIMED: Final = {
    Found.YES: Heard.HUNG,  # found, and then did not begin
    Found.NO: Heard.NO_VOICE,
    Found.HUNG: Heard.HUNG,
    Found.NOT_YET: Heard.CHIME,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    line: Line
    language: str
    volume: int
    at_mono: float
    told: Told = lambda _heard: None


def queued(waiting: tuple[Waiting, ...], new: Waiting) -> tuple[Waiting, ...]:
    """What waits once ``new`` has come: one line about each sale, the newest few. Pure."""
    kept = [one for one in waiting if one.line.about != new.line.about]
    return (*kept, new)[-WAITING_MOST:]


def is_stale(one: Waiting, now_mono: float) -> bool:
    """Whether its customer has gone: "paid" would be heard of the next one. A trial is about nobody. Pure."""
    return one.line.about != TRIAL and now_mono - one.at_mono > STALE_SECONDS


class Voice:
    """``talker`` is the system's voice, None for sounds only.

    ``silent`` is called from the voice's thread once, when neither a voice nor a sound came out.
    """

    def __init__(
        self,
        talker: Talks | None,
        *,
        play: Play = play,
        silent: Callable[[], None] = lambda: None,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        self._talker, self._play, self._silent, self._mono = talker, play, silent, mono
        self._waiting: tuple[Waiting, ...] = ()
        self._ahead: deque[str] = deque()  # languages to look for a voice of before a line is due
        self._some = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._told_silent = False

    def prepare(self, language: str) -> None:
        """Looks for the voice now, so that the first customer need not wait for it. Returns at once."""
        if self._talker is not None:
            with self._some:
                self._ahead.append(language)
                self._wake()

    def say(self, line: Line, language: str, volume: int, told: Told = lambda _heard: None) -> None:
        """From the window's thread; returns at once. ``told`` hears once, from any thread, what became of the line."""
        with self._some:
            new = Waiting(line, language, volume, self._mono(), told)
            before, self._waiting = self._waiting, () if self._stopping else queued(self._waiting, new)
            self._wake()
            kept = self._waiting
        _drop(one for one in (*before, new) if one not in kept)

    def close(self) -> None:
        """Nothing is said after it returns; what is being said ends."""
        with self._some:
            self._stopping = True
            left, self._waiting = self._waiting, ()
            self._some.notify()
        if self._talker is not None:
            self._talker.end()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
        _drop(left)

    def _wake(self) -> None:
        """The first line, or the look ahead of it, starts the thread."""
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
            self._thread.start()
        self._some.notify()

    def _run(self) -> None:
        while True:
            with self._some:
                while not (self._waiting or self._ahead or self._stopping):
                    self._some.wait()
                if self._stopping:
                    return
                ahead = self._ahead.popleft() if self._ahead else None
                one, self._waiting = (self._waiting[0], self._waiting[1:]) if self._waiting else (None, ())
            if ahead is not None and self._talker is not None:
                self._talker.look(ahead)
            if one is not None:
                one.told(self._utter(one))

    def _utter(self, one: Waiting) -> Heard:
        chimed = Heard.CHIME
        if self._talker is not None and not is_stale(one, self._mono()):
            patience = WAIT_SECONDS
            if one.line.about == TRIAL:  # whoever tries it waits to be told
                self._talker.forgive()
                patience = inf
            found = self._talker.find(one.language, patience)
            may_talk = found is Found.YES and not is_stale(one, self._mono())
            if may_talk and self._talker.talk(one.line.text, one.language, one.volume):
                return Heard.VOICE
            chimed = _CHIMED[found]
        if is_stale(one, self._mono()) or self._stopping:
            _log.info("a line came too late to be said")
            return Heard.DROPPED
        if self._play(sound(one.line.chime, one.volume)):
            return chimed
        if not self._told_silent:
            self._told_silent = True
            self._silent()
        return Heard.SILENCE


def _drop(lines: Iterable[Waiting]) -> None:
    for one in lines:
        one.told(Heard.DROPPED)
