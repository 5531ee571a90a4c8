"""The day that is looked at, and the making of lines about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.channels.books import BillRow, RowKind
from app.core.channel import Channel
from app.office.recon.values import Booked, Care, Difference, Given, Kind
from app.office.recon.window import NEAR_MS, Window


@dataclass(frozen=True, slots=True)
class Facing:
    """``terminals``: of the tills whose logs are here. A neighbour is known when its bill was read too."""

    window: Window
    terminals: frozenset[str] = frozenset()
    before_known: bool = False
    after_known: bool = False

    @property
    def day(self) -> str:
        return self.window.day

    def may_be_beside(self, at_ms: int) -> bool:
        """Whether what happened at ``at_ms`` may stand in a neighbour's bill that was not read yet."""
        late = at_ms >= self.window.end_ms - NEAR_MS and not self.after_known
        early = at_ms < self.window.begin_ms + NEAR_MS and not self.before_known
        return late or early


@dataclass(slots=True)
class Group:
    """Everything about one order number: the log's sale, the day's rows, and the neighbours' where they matter."""

    booked: Booked | None
    rows: list[BillRow]
    before: list[BillRow] = field(default_factory=list)
    after: list[BillRow] = field(default_factory=list)
    has_kept_twin: bool = False  # another attempt of its purchase was kept


def signed(row: BillRow) -> int:
    """What ``row`` adds to the bill's sum, fen."""
    return row.amount_fen if row.kind is RowKind.PAYMENT else -row.amount_fen


def total(rows: Iterable[BillRow]) -> int:
    return sum(signed(row) for row in rows)


def log_fen(booked: Booked, day: str) -> tuple[int, int]:
    """(movements, fen) of ``booked`` that the log has on ``day``."""
    if booked.stand != "kept":
        return 0, 0
    count, fen = (1, booked.amount_fen) if booked.day == day else (0, 0)
    for given in booked.refunds:
        if given.counts and given.day == day:
            count, fen = count + 1, fen - given.amount_fen
    return count, fen


def payments(rows: Iterable[BillRow]) -> list[BillRow]:
    return [row for row in rows if row.kind is RowKind.PAYMENT]


def returns(rows: Iterable[BillRow]) -> list[BillRow]:
    return [row for row in rows if row.kind is not RowKind.PAYMENT]


def with_sums(rows: list[BillRow], booked: Booked | None) -> list[BillRow]:
    """WeChat documents no column for a reversed sale's sum: where the file names none it is the whole sale's."""
    if all(row.amount_fen for row in rows):
        return rows
    whole = next((row.amount_fen for row in payments(rows)), booked.amount_fen if booked else 0)
    return [replace(row, amount_fen=row.amount_fen or whole) for row in rows]


def of_sale(  # noqa: PLR0917 - a line's five columns, and the row beside them
    kind: Kind, booked: Booked, care: Care, worth: int, amount: int, row: BillRow | None = None
) -> Difference:
    """A line about a sale of the log."""
    return Difference(
        kind,
        booked.channel,
        care,
        worth,
        amount,
        out_trade_no=booked.out_trade_no,
        booked_fen=booked.amount_fen,
        billed_fen=None if row is None else row.amount_fen,
        at_ms=booked.at_ms if row is None else row.at_ms,
    )


def of_refund(
    kind: Kind, booked: Booked, care: Care, worth: int, amount: int, *, given: Given | None, row: BillRow | None
) -> Difference:
    """A line about a refund, of the log, the bill or both."""
    assert given is not None or row is not None
    at_ms = row.at_ms if row is not None else given.at_ms if given is not None else None
    number = given.out_refund_no if given is not None else row.out_refund_no if row is not None else ""
    return Difference(
        kind,
        booked.channel,
        care,
        worth,
        amount,
        out_trade_no=booked.out_trade_no,
        out_refund_no=number,
        booked_fen=None if given is None else -given.amount_fen,
        billed_fen=None if row is None else -row.amount_fen,
        at_ms=at_ms,
    )


def of_row(kind: Kind, row: BillRow, care: Care, worth: int, *, note: str = "") -> Difference:
    """A line about a row to which the log has nothing."""
    return Difference(
        kind,
        row.channel,
        care,
        worth,
        abs(worth) or row.amount_fen,
        out_trade_no=row.out_trade_no,
        out_refund_no=row.out_refund_no,
        billed_fen=signed(row),
        at_ms=row.at_ms,
        note=note,
    )


def turn_of_day(channel: Channel, at_ms: int, window: Window) -> Kind:
    """Why two sides have it on different days: UnionPay's day ends at 23:00, all others' at midnight."""
    hour_before = window.end_ms <= at_ms if channel is Channel.UNIONPAY else False
    hour_after = at_ms < window.begin_ms + 3_600_000 if channel is Channel.UNIONPAY else False
    return Kind.UNIONPAY_23 if hour_before or hour_after else Kind.MIDNIGHT
