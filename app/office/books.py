"""The manager's rooms of one till, put together for whoever opens it. Import it after the first paint."""

from dataclasses import dataclass
from pathlib import Path

from app.office.daybook import DayBook, Shop
from app.office.shift_desk import ShiftDesk
from app.office.shifts import Clock, Keeper, Shifts, Spend
from app.secrets import Secrets
from app.settings import DataFolder, Settings


@dataclass(frozen=True, slots=True)
class Books:
    shifts: ShiftDesk
    days: DayBook


def books_of(
    folder: Path, settings: Settings, secrets: Secrets, *, keeper: Keeper, clock: Clock, spend: Spend
) -> Books:
    """``spend`` uses up an approval (``app.staff.approvals``)."""
    journal, till = DataFolder(folder).journal, settings.till
    shifts = Shifts(keeper, journal, secrets.mac_key, clock, terminal=till.terminal, spend=spend)
    shop = Shop(settings.shop.name, till.terminal, settings.simulator)
    return Books(ShiftDesk(shifts), DayBook(journal, secrets.mac_key, clock, shop))
