"""The sales that a person may have to know of, read out of a journal of any length."""

from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Final

from app.core.beijing import DAY_MS, business_day
from app.core.channel import Channel
from app.core.numbers import parse_order_number
from app.core.sale import Order, Sale, State
from app.journal.api import Kept
from app.journal.chain import canonical
from app.journal.reader import Reader
from app.office.recon.lost_days import found_at_channels
from app.office.story import NOTED
from app.office.troubles import MARKS
from app.office.worklist import DAYS, Note, Seen
from app.till.entries import readable

FLAGGED_MOST: Final = 1000  # a day's journal holds a few; so many are one trouble, told by the first
GROWN_MOST: Final = 20_000  # entries; more than that are read faster from the beginning
Known = tuple[list[Seen], dict[str, list[Note]], list[Seen]]  # sales, notes by order number, lost ones


def flagged(reader: Reader, now_ms: int) -> Known:
    """Every open sale and what ended lately with something to be known; what people have noted; what was lost."""
    days = business_day(now_ms - DAYS * DAY_MS), business_day(now_ms + DAY_MS)
    kept = {one.seq: one for one in (*reader.open_sales(), *reader.by_text(MARKS, *days, FLAGGED_MOST))}
    seen = [Seen(sale, one.at_ms) for one in kept.values() for sale in readable([one])]
    return seen, notes_of(reader.entries_of([NOTED])), lost_sales(reader)


class Flagged:
    """The same for a page that looks again and again: what was written since is added to what was read before.

    It is read from the beginning once a day, and for another journal. May be used by one thread after the other.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._of = ("", "")  # which journal, and the day it was read on
        self._seq = 0
        self._seen: dict[str, Seen] = {}
        self._notes: dict[str, list[Note]] = {}
        self._lost: list[Seen] = []

    def read(self, reader: Reader, now_ms: int) -> Known:
        with self._turn:
            of, head = (reader.journal_id, business_day(now_ms)), reader.head().seq
            if of != self._of or not 0 <= head - self._seq <= GROWN_MOST:
                seen, self._notes, self._lost = flagged(reader, now_ms)
                self._seen = {one.sale.order.out_trade_no: one for one in seen}
            elif head > self._seq:
                for kept in reader.entries(self._seq + 1, head):
                    self._take(kept)
                self._lost = lost_sales(reader)
            self._of, self._seq = of, head
            return list(self._seen.values()), {one: list(said) for one, said in self._notes.items()}, self._lost

    def _take(self, kept: Kept) -> None:
        for out_trade_no, note in _notes([kept] if kept.kind == NOTED else []):
            self._notes.setdefault(out_trade_no, []).append(note)
        if "order" not in kept.body:
            return
        text = canonical(kept.body)
        for sale in readable([kept]):
            number = sale.order.out_trade_no
            self._seen.pop(number, None)
            if sale.is_open or any(mark in text for mark in MARKS):
                self._seen[number] = Seen(sale, kept.at_ms)


def lost_sales(reader: Reader) -> list[Seen]:
    """What channels hold of numbers that the journal has lost, as sales of which little is known."""
    found = []
    for kept in found_at_channels(reader):
        out_trade_no, fen = str(kept.body["out_trade_no"]), kept.body["fen"]
        number, channel = parse_order_number(out_trade_no), Channel(str(kept.body["channel"]))
        paid_ms = kept.body["paid_ms"]
        began_ms = paid_ms if isinstance(paid_ms, int) else kept.at_ms
        amount = fen if isinstance(fen, int) else 0
        if number is not None:
            order = Order(out_trade_no, "", channel, amount, "", "", number.terminal, began_ms, number.day)
            found.append(Seen(Sale(order, State.UNKNOWN, channel_no=str(kept.body["channel_no"])), kept.at_ms))
    return found


def notes_of(entries: Iterable[Kept]) -> dict[str, list[Note]]:
    """Who noted what, by order number, oldest first."""
    notes: dict[str, list[Note]] = {}
    for out_trade_no, note in _notes(entries):
        notes.setdefault(out_trade_no, []).append(note)
    return notes


def _notes(entries: Iterable[Kept]) -> Iterator[tuple[str, Note]]:
    for one in entries:
        body: Mapping[str, object] = one.body
        out_trade_no, by, text = (body.get(name) for name in ("out_trade_no", "by", "text"))
        if isinstance(out_trade_no, str) and isinstance(by, str) and isinstance(text, str):
            yield out_trade_no, Note(by, one.at_ms, text)
