"""The journal as the people's room writes and reads it."""

from collections.abc import Mapping

from app.journal.api import Entry
from app.staff.api import KINDS, Fact
from app.till.clock import Clock
from app.till.keeper import Keeper


class StaffLedger:
    """``staff.Ledger`` over the till's own hand on the journal: what breaks there, ends there."""

    def __init__(self, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock

    def write(self, kind: str, body: Mapping[str, Fact]) -> bool:
        return self._keeper.keep(Entry(kind, self._clock.channel_ms(), body))

    def newest(self) -> Mapping[str, Fact] | None:
        with self._keeper.reading():
            found = [kept for kind in KINDS if (kept := self._keeper.journal.newest_of(kind)) is not None]
        return max(found, key=lambda kept: kept.seq).body if found else None
