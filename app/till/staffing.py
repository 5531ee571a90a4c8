"""The people's room of a till, and the journal as it writes and reads it."""

from collections.abc import Mapping
from pathlib import Path

from app.journal.api import Entry
from app.secrets import Secrets
from app.settings import Settings
from app.staff import Home, People
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


def people_of(folder: Path, settings: Settings, secrets: Secrets, keeper: Keeper, clock: Clock) -> People:
    """The people of the data folder ``folder``; nothing is read yet."""
    ledger, staff = StaffLedger(keeper, clock), settings.staff
    idle_s = staff.idle_minutes * 60.0
    return People(Home(folder, secrets, ledger, clock, settings.till.operator, idle_s, badge_alone=staff.badge_alone))
