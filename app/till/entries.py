"""Sales as the journal keeps them: which entry a step leaves, and which sale an entry gives back."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from app.core.beijing import DAY_MS, business_day
from app.core.purchase import is_recharged
from app.core.record import BadRecord, from_body, order_of, state_of, to_body
from app.core.sale import Order, Sale, State
from app.journal.api import Entry, JournalBooks, Kept, SaleLine
from app.till.api import Happened

LAST: Final = 200  # sales a day that are looked at: one every three seconds for ten minutes
LAST_ENTRIES: Final = 1000  # of the journal's end that are looked through: five of each of those sales
BEGAN: Final = "sale.intent"  # the entry that every sale begins with
RUNNING: Final = slice(15, 22)  # where app.core.numbers puts it
SEEN: Final = "sale.seen"  # a person acknowledged a recovered sale

_log: Final = logging.getLogger("mashou.till")
T = TypeVar("T")


def running_number(out_trade_no: str) -> int:
    """The till's running number inside one of its own order numbers; no full check, since it stands in D1's way."""
    return int(out_trade_no[RUNNING])


def entry_of(sale: Sale, at_ms: int, kind: str = "") -> Entry:
    """The entry that makes ``sale`` durable; ``kind`` defaults to the state's own, e.g. ``sale.paid``."""
    order = sale.order
    line = SaleLine(
        out_trade_no=order.out_trade_no,
        number=running_number(order.out_trade_no),
        purchase=order.purchase,
        channel=str(order.channel),
        amount_fen=order.amount_fen,
        state=str(sale.state),
        is_open=sale.is_open,
        refunded_fen=sale.refunded_fen,
        day=order.day,
        began_ms=order.began_ms,
        code_mark=order.code_mark,
    )
    return Entry(kind=kind or f"sale.{sale.state.lower()}", at_ms=at_ms, body=to_body(sale), sale=line)


def sale_of(kept: Kept) -> Sale:
    """The sale an entry holds. Raises ``BadRecord`` where it is none."""
    return from_body(kept.body)


def readable(kept: Iterable[Kept]) -> Iterator[Sale]:
    """The sales of ``kept``. One that this program cannot read is logged and left out: it hides nothing else."""
    return _read(kept, from_body)


def _read(kept: Iterable[Kept], reader: Callable[[Mapping[str, object]], T]) -> Iterator[T]:
    for one in kept:
        try:
            yield reader(one.body)
        except BadRecord:
            _log.exception("entry %d of the journal holds no sale this program can read", one.seq)


def last_orders(books: JournalBooks, now_ms: int) -> tuple[Order, ...]:
    """The orders of the last sales, oldest first by their running numbers; enough for what was scanned minutes ago.

    ``now_ms`` may be a clock's that was set since, by hours or by weeks, and so may the clock be that the last sales
    began by: those at the journal's end are the last ones whatever their days.
    """
    days = {business_day(ms) for ms in (now_ms, now_ms - DAY_MS)}
    of_days = [kept for day in days for kept in books.sales_of(day, LAST)]
    began = [kept for kept in books.entries(max(1, books.head().seq - LAST_ENTRIES)) if kept.kind == BEGAN]
    orders = {order.out_trade_no: order for order in _read([*of_days, *began], order_of)}
    return tuple(sorted(orders.values(), key=lambda order: running_number(order.out_trade_no)))


def attempts_of(books: JournalBooks, purchase: str) -> tuple[Sale, ...]:
    """Every attempt of a purchase as it is durable, oldest first."""
    return tuple(sale_of(kept) for kept in books.purchase(purchase))


def was_recharged(books: JournalBooks, sale: Sale) -> bool:
    """Whether another attempt has collected, or may collect, what ``sale`` was for (reliability I-45)."""
    return is_recharged(sale, attempts_of(books, sale.order.purchase))


def story_of(books: JournalBooks, out_trade_no: str) -> tuple[Happened, ...]:
    """The steps of a sale as people are told them: one line per change of state."""
    told: list[Happened] = []
    for kept in books.story(out_trade_no):
        for state in _read([kept], state_of):
            tell(told, state, kept.at_ms)
    return tuple(told)


def tell(story: list[Happened], state: State, at_ms: int) -> None:
    """Add the ``state`` of a sale to its story, unless it is the one told last."""
    key = state.lower()
    if not story or story[-1].key != key:
        story.append(Happened(key, at_ms))


def newest(kept: Sequence[Kept]) -> Sale | None:
    """The sale of the last entry, None where there is none."""
    return sale_of(kept[-1]) if kept else None
