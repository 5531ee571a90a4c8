"""Days of which the journal may lack sales: the file was lost or put back, and the bills must tell what is missing."""

from collections.abc import Iterator
from typing import Final

from app.core.numbers import parse_order_number
from app.journal.api import JournalBooks, Kept
from app.journal.outside import gap_of, gaps
from app.journal.tail import EPOCH_BEGAN
from app.office.recon.signing import DONE
from app.office.recon.window import beside
from app.till.seeking import DAYS, FOUND

_MOST: Final = 366  # days of one gap: an older copy than that is no till's


def days_waiting(books: JournalBooks) -> tuple[str, ...]:
    """Those that nobody has signed off since the gap was noticed, oldest first."""
    waiting: set[str] = set()
    for kept in books.entries_of([EPOCH_BEGAN, DONE]):
        if kept.kind == DONE:
            waiting.discard(str(kept.body.get("day")))
        else:
            waiting.update(_days(kept))
    return tuple(sorted(waiting))


def lost_epochs(books: JournalBooks) -> frozenset[int]:
    """The epochs whose order numbers may stand in bills and not in this file."""
    return frozenset(gap.epoch for gap in gaps(books))


def is_lost(out_trade_no: str, terminal: str, epochs: frozenset[int]) -> bool:
    """Whether this till may have made the number and lost it."""
    number = parse_order_number(out_trade_no)
    return number is not None and number.terminal == terminal and number.epoch in epochs


def found_at_channels(books: JournalBooks) -> Iterator[Kept]:
    """What channels said they hold for lost numbers (``app.till.seeking``), where the sale is still not here."""
    if books.newest_of(EPOCH_BEGAN) is None:
        return
    for kept in books.entries_of([FOUND]):
        if not books.story(str(kept.body["out_trade_no"])):
            yield kept


def _days(began: Kept) -> Iterator[str]:
    """A journal that was gone altogether says nothing of its first day: as many days back as its numbers are sought."""
    gap = gap_of(began)
    if gap is None:
        return
    day, first = gap.last, gap.first or beside(gap.last, 1 - DAYS)
    for _ in range(_MOST):
        if day < first:
            return
        yield day
        day = beside(day, -1)
