"""What it means that a channel has no bill of a day: the hour and the till's own log decide.

WeChat says the same of a day without trades and of one whose bill is not made yet (wechat.md §4: NO_STATEMENT_EXIST,
``No Bill Exist``), so its word alone proves nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from app.channels.books import BillFault
from app.core.beijing import BEIJING, ms_at
from app.core.channel import Channel
from app.office.recon.lines import Facing, log_fen
from app.office.recon.values import Booked
from app.office.recon.window import window_of

NO_TRADES: Final = "bill.none"
DENIED: Final = "bill.notthere"  # a channel says that it had no trades, and the log has sales by it
OUT_AFTER_MS: Final = 34 * 3_600_000  # from 00:00 of the day: bills are made by 10:00 of the next (wechat.md §4)


def is_out(day: str, now_ms: int) -> bool:
    """Whether the bill of ``day`` ought to be there. Channel time, ms."""
    return now_ms >= ms_at(datetime.combine(date.fromisoformat(day), datetime.min.time(), BEIJING)) + OUT_AFTER_MS


def told_of(fault: BillFault, day: str, now_ms: int, *, training: bool) -> str | None:
    """The words key of a channel's word that there is no bill; None where ``fault`` is another.

    ``NO_TRADES`` where it means just that; a practice bank has each day's bill at once.
    """
    if fault not in (BillFault.NONE, BillFault.LATER):
        return None
    if not training and not is_out(day, now_ms):
        return "bill.notyet"
    return NO_TRADES if fault is BillFault.NONE else "bill.making"


def has_sold(channel: Channel, day: str, booked: Iterable[Booked]) -> bool:
    """Whether the log has money on ``day`` that no other day's bill can have."""
    facing = Facing(window_of(channel, day))
    return any(
        log_fen(one, day) != (0, 0)
        and not (
            all(facing.may_be_beside(given.at_ms) for given in one.refunds if given.counts and given.day == day)
            and (one.day != day or facing.may_be_beside(one.at_ms))
        )
        for one in booked
    )
