"""Says the till's lines one after the other, in a thread of its own. The window hands over a line and goes on.

A line that could not be said in time is not said: a voice that speaks of the customer before the last is worse than
none. A newer line about the same sale takes the older one's place; another's is waited for, never cut off.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from ui.speech.lines import Line
from ui.speech.player import Play, play
from ui.speech.sounds import sound

STALE_SECONDS: Final = 6.0  # a line that waited longer is about somebody who has gone
WAITING_MOST: Final = 4
SPEAK_SECONDS: Final = 12.0  # the longest line takes six; an engine that does not end is left alone
POLL_SECONDS: Final = 0.05
STOP_SECONDS: Final = 2.0

_log: Final = logging.getLogger("mashou.voice")


class Talks(Protocol):
    """``talker.Talker``."""

    def talks(self, language: str) -> bool: ...

    def talk(self, text: str, volume: int) -> None: ...

    @property
    def busy(self) -> bool: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    line: Line
    language: str
    volume: int
    at_mono: float


def queued(waiting: tuple[Waiting, ...], new: Waiting) -> tuple[Waiting, ...]:
    """What waits once ``new`` has come: one line about each sale, the newest few. Pure."""
    kept = [one for one in waiting if one.line.about != new.line.about]
    return (*kept, new)[-WAITING_MOST:]


class Voice:
    """``talker`` makes the system's voice in the voice's own thread; None for sounds only.

    ``silent`` is called from that thread once, when neither a voice nor a sound came out.
    """

    def __init__(
        self,
        talker: Callable[[], Talks] | None,
        *,
        play: Play = play,
        silent: Callable[[], None] = lambda: None,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make, self._play, self._silent, self._mono = talker, play, silent, mono
        self._waiting: deque[Waiting] = deque()
        self._some = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._told_silent = False

    def say(self, line: Line, language: str, volume: int) -> None:
        """From the window's thread; returns at once. The first line starts the thread."""
        with self._some:
            new = Waiting(line, language, volume, self._mono())
            kept = queued(tuple(self._waiting), new)
            self._waiting = deque(kept)
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
                self._thread.start()
            self._some.notify()

    def close(self) -> None:
        """Nothing is said after it returns but what is being said."""
        with self._some:
            self._stopping = True
            self._waiting.clear()
            self._some.notify()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        talker = self._make() if self._make is not None else None
        while True:
            with self._some:
                while not self._waiting and not self._stopping:
                    self._some.wait()
                if self._stopping:
                    break
                next_one = self._waiting.popleft()
            if self._mono() - next_one.at_mono > STALE_SECONDS:
                _log.info("a line came too late to be said")
                continue
            self._utter(talker, next_one)
        if talker is not None:
            talker.stop()

    def _utter(self, talker: Talks | None, one: Waiting) -> None:
        if talker is not None and talker.talks(one.language):
            talker.talk(one.line.text, one.volume)
            until = self._mono() + SPEAK_SECONDS
            while not self._stopping and self._mono() < until:
                if not talker.busy:
                    return
                with self._some:
                    self._some.wait(POLL_SECONDS)
            _log.info("the voice did not come to an end")
            return
        heard = self._play(sound(one.line.chime, one.volume))
        if not heard and not self._told_silent:
            self._told_silent = True
            self._silent()
