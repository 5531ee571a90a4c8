"""The manager's books as a page asks for them: loaded and exported aside, never in the way of a sale."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.beijing import business_day
from app.core.record import BadRecord
from app.journal.errors import JournalError
from app.office.daylog import DayLog, Query, Stopped, load
from app.office.export import Begin, CannotExport, Export, Exported, Format, export
from app.office.export_table import Paper
from app.office.signing import export_key
from app.office.threads import in_thread

UNREADABLE = "journal.damaged.head"


class Clock(Protocol):
    def channel_ms(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Shop:
    """What stands on every export."""

    name: str
    terminal: str
    training: bool


@dataclass(frozen=True, slots=True)
class NoBook:
    """Not done; nothing was left. ``key`` is the words key of the sentence."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


class Progress:
    """How far an export is, and the way to stop it; may be asked and told from any thread."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.done, self.total = 0, 0

    def stop(self) -> None:
        self._stopped.set()

    def going(self) -> bool:
        return not self._stopped.is_set()

    def tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total


class DayBook:
    """``draw`` begins a PDF; the window puts it there, for it lives where Qt does."""

    def __init__(self, journal: Path, mac_key: bytes, clock: Clock, shop: Shop, draw: Begin | None = None) -> None:
        self._journal = journal
        self._key = export_key(mac_key)
        self._clock = clock
        self._shop = shop
        self.draw = draw

    def today(self) -> str:
        return business_day(self._clock.channel_ms())

    async def load(self, query: Query) -> DayLog | NoBook:
        try:
            return await in_thread(lambda: load(self._journal, query))
        except JournalError as error:
            return NoBook(error.key, error.values)
        except BadRecord:
            return NoBook(UNREADABLE)

    async def export(
        self, query: Query, kind: Format, target: Path, language: str, progress: Progress
    ) -> Exported | NoBook:
        """Words keys: ``ex.*``, ``journal.*``."""
        shop = self._shop
        now_ms = self._clock.channel_ms()
        days = query.first_day, query.last_day
        paper = Paper(shop.name, shop.terminal, *days, 0, "", now_ms, shop.training, language)
        wish = Export(query, kind, target, paper, self._key, self.draw)
        try:
            return await in_thread(lambda: export(self._journal, wish, progress.going, progress.tell))
        except Stopped:
            return NoBook("ex.stop")
        except CannotExport as no:
            return NoBook(no.key, no.values)
        except JournalError as error:
            return NoBook(error.key, error.values)
        except BadRecord:
            return NoBook(UNREADABLE)
