"""What a day's bills close or contradict beside the list of differences: cash beside the till, flaws, doubts (§7.13).

Read here, with the kept bills; the machine decides what each comes to (``app.core.billed``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from app.channels.books import BillRow
from app.core.billed import waits_for_bill
from app.core.channel import Channel
from app.core.events import BillSeen
from app.core.record import to_body
from app.core.sale import Sale
from app.journal.reader import Reader, open_reader
from app.office.recon.bills import Room, open_bill
from app.office.recon.day import DayResult, KeptBill
from app.office.recon.kept import FAILED
from app.office.recon.lines import payments, returns, with_sums
from app.office.recon.source import booked_of
from app.office.recon.values import Kind
from app.office.recon.window import beside, bill_day
from app.till.entries import readable

Seen = tuple[str, BillSeen]  # an order number, and what the bills hold of it
DAYS: Final = 31  # bills that one sale is looked up in
AROUND: Final = 7  # days before the one that is reconciled, whose ended sales are looked through
MOST: Final = 200  # at a time: a longer list is one mistake, not two hundred sales
_MARKS: Final = ('"state":"GIVEN"', 'A6","deadline')  # as the canonical JSON of a newest entry is written
_ASKED: Final = frozenset({Kind.DOUBT_PAID, Kind.DECLINED_PAID, Kind.REVERSED_PAID, Kind.STATUS})

_Rows = Mapping[str, list[BillRow]]


def told_by_bills(journal: Path, result: DayResult, kept: KeptBill, rooms: Iterable[Room]) -> tuple[Seen, ...]:
    """For every sale that waits for bills that are here, and every one that a line of the day calls paid.

    Raises WrongFile, JournalError. Blocks: opens bills.
    """
    reader = open_reader(journal)
    try:
        waiting = {sale.order.out_trade_no: sale for sale in _waiting(reader, result.day)}
    finally:
        reader.close()
    shelf = _Shelf(kept, rooms, waiting)
    found = []
    for number, sale in waiting.items():
        rows = shelf.rows_of(sale)
        if rows is not None:
            found.append((number, seen_in(rows, sale)))
    return (*found, *_contradicted(result))[:MOST]


def seen_in(rows: Sequence[BillRow], sale: Sale) -> BillSeen:
    """What ``rows`` hold of ``sale``; a refund that failed gave nothing back."""
    whole = with_sums(list(rows), booked_of(to_body(sale)))
    back = [row for row in returns(whole) if row.status not in FAILED]
    return BillSeen(sum(row.amount_fen for row in payments(whole)), sum(row.amount_fen for row in back))


def days_of(sale: Sale) -> tuple[str, ...]:
    """Whose bills tell all of it: from the payment's to the one of the day on which the cash was recorded."""
    channel, order = sale.order.channel, sale.order
    first = bill_day(channel, order.began_ms if sale.paid_ms is None else sale.paid_ms)
    ended_ms = None if sale.hand is None else sale.hand.ended_ms
    last = first if ended_ms is None else bill_day(channel, ended_ms)
    days = [first]
    while days[-1] < last and len(days) <= DAYS:
        days.append(beside(days[-1], 1))
    return tuple(days)


class _Shelf:
    """The kept bills' rows about ``sales``; each bill is read once."""

    def __init__(self, kept: KeptBill, rooms: Iterable[Room], sales: Mapping[str, Sale]) -> None:
        self._kept = kept
        self._rooms = {room.channel: room for room in rooms}
        self._sales = sales
        self._by_channel_no = {sale.channel_no: number for number, sale in sales.items() if sale.channel_no}
        self._read: dict[tuple[Channel, str], _Rows | None] = {}

    def rows_of(self, sale: Sale) -> list[BillRow] | None:
        """None while a bill that may tell of it is not here."""
        found: list[BillRow] = []
        for day in days_of(sale):
            rows = self._rows(sale.order.channel, day)
            if rows is None:
                return None
            found += rows.get(sale.order.out_trade_no, [])
        return found

    def _rows(self, channel: Channel, day: str) -> _Rows | None:
        if (channel, day) not in self._read:
            room, path = self._rooms.get(channel), self._kept(channel, day)
            found = None if room is None or path is None else self._picked(open_bill(path, [room]).read())
            self._read[channel, day] = found
        return self._read[channel, day]

    def _picked(self, rows: Iterable[BillRow]) -> _Rows:
        """UnionPay names a reversed sale by its own number alone."""
        picked: dict[str, list[BillRow]] = {}
        for row in rows:
            number = row.out_trade_no or self._by_channel_no.get(row.channel_no, "")
            if number in self._sales:
                picked.setdefault(number, []).append(row)
        return picked


def _waiting(reader: Reader, day: str) -> Iterator[Sale]:
    """Those still open, of whatever day; of those that ended, the ones around ``day``: a journal may be long."""
    days = beside(day, -AROUND), beside(day, 1)
    marked = {one.seq: one for one in (*reader.open_sales(), *reader.by_text(_MARKS, *days, MOST))}
    return (sale for sale in readable(marked.values()) if waits_for_bill(sale))


def _contradicted(result: DayResult) -> Iterator[Seen]:
    """The day's lines that call a sale paid which this till does not: the channel is to be asked."""
    for one in result.channels:
        for line in one.unexplained:
            if line.kind in _ASKED:
                yield line.out_trade_no, BillSeen(max(0, -line.worth_fen), 0)
