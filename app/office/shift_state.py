"""Where a shift stands, as the journal says: nothing of it lives anywhere else, so a restart changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from app.core.record import BadRecord
from app.journal.api import JournalBooks, Kept
from app.office.shift_report import NOBODY, Report, Staff, from_kept

OPENED: Final = "shift.opened"
HANDED: Final = "shift.handed"
CLOSED: Final = "shift.closed"
PRINTED: Final = "shift.printed"


@dataclass(frozen=True, slots=True)
class ShiftState:
    """``number`` is that of the Z report that will seal it. What was sold before it was opened belongs to it too."""

    number: int
    is_open: bool
    after: int  # the last Z's own entry; everything behind it belongs to this shift
    opened_ms: int = 0
    opened_by: Staff = NOBODY
    on_duty: Staff = NOBODY
    last: Report | None = None  # the Z before
    unprinted: bool = False  # that Z was sealed, and nothing shows that it reached paper


def shift_state(books: JournalBooks) -> ShiftState:
    """Raises ``BadRecord``, ``app.journal.errors``."""
    closed, printed = books.newest_of(CLOSED), books.newest_of(PRINTED)
    after, last = (0, None) if closed is None else (closed.seq, from_kept(closed))
    number = 1 if last is None else last.z + 1
    unprinted = last is not None and (printed is None or _number(printed) < last.z)
    opened = books.newest_of(OPENED)
    if opened is None or opened.seq < after:
        return ShiftState(number, is_open=False, after=after, last=last, unprinted=unprinted)
    handed = books.newest_of(HANDED)
    duty = opened if handed is None or handed.seq < opened.seq else handed
    return ShiftState(
        number,
        is_open=True,
        after=after,
        opened_ms=opened.at_ms,
        opened_by=_staff(opened),
        on_duty=_staff(duty),
        last=last,
        unprinted=unprinted,
    )


def _staff(kept: Kept) -> Staff:
    body = cast("Mapping[str, Any]", kept.body)
    number, name = body.get("staff"), body.get("name")
    if not isinstance(number, str) or not isinstance(name, str):
        raise BadRecord(f"entry {kept.seq} names nobody")
    return Staff(number, name)


def _number(kept: Kept) -> int:
    z = kept.body.get("z")
    return z if isinstance(z, int) else 0
