"""The till's hand on the journal: a full disk is waited out, a broken journal ends everything."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from app.journal.api import Entry, JournalWriter
from app.journal.errors import JournalBroken, JournalFull

FULL_RETRY: Final = 1.0  # seconds between two tries to write on a full disk: space freed by hand is used at once

_log: Final = logging.getLogger("mashou.till")
OnFatal = Callable[[BaseException], None]


class Keeper:
    """``on_room`` is called when a try is due after the disk was full. ``on_fatal`` ends the process (design §7.18)."""

    def __init__(self, journal: JournalWriter, on_fatal: OnFatal, on_room: Callable[[], None]) -> None:
        self.journal = journal
        self._on_fatal = on_fatal
        self._on_room = on_room
        self._reading = Reading(self._die)
        self._retry: asyncio.TimerHandle | None = None
        self.full = False
        self.dead = False

    def keep(self, *entries: Entry) -> bool:
        """Commit; when this returns True they survive a power cut. False: nothing was written, nothing may follow."""
        if self.dead:
            return False
        try:
            self.journal.append(*entries)
        except JournalFull as error:
            self._wait_for_room(error)
            return False
        except JournalBroken as error:
            self._die(error)
            return False
        self.full = False
        return True

    def reading(self) -> "Reading":
        """Around reads of the journal: a broken one ends the till, whoever notices it."""
        return self._reading

    def close(self) -> None:
        """Keep nothing from now on; the journal itself is closed by whoever opened it."""
        self.dead = True
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    def _wait_for_room(self, error: JournalFull) -> None:
        if not self.full:
            _log.error("the journal takes nothing for now: %s", error)
        self.full = True
        if self._retry is None:
            self._retry = asyncio.get_running_loop().call_later(FULL_RETRY, self._due)

    def _due(self) -> None:
        self._retry = None
        self._on_room()

    def _die(self, error: JournalBroken) -> None:
        if self.dead:
            return
        _log.critical("the journal is broken; the till stops", exc_info=error)
        self.close()
        self._on_fatal(error)


class Reading:
    """A context that ``die`` hears of where the journal broke in it; entered many times for each sale."""

    def __init__(self, die: Callable[[JournalBroken], None]) -> None:
        self._die = die

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if isinstance(error, JournalBroken):
            self._die(error)
