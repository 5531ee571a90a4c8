"""What a day's bill has to say, from the bank's own accounts: rows, fees, and whether the day can be billed. Pure.

A payment has a row on the day it was paid, a refund one of its own, a paid sale that was reversed a second row; a sale
that was never paid is in no bill.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.core.channel import Channel
from app.sim.bank import Bank
from app.sim.book import Order, OrderState, Refund, RefundState
from app.sim.rules import BILL_READY_S, FEE_RATE


class LineKind(StrEnum):
    PAID = "paid"
    REFUND = "refund"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Line:
    """One row. ``amount_fen`` is positive; ``fee_fen`` is what the channel keeps, negative where it gives back."""

    kind: LineKind
    order: Order
    at: float
    amount_fen: int
    fee_fen: int
    refund: Refund | None = None
    state: RefundState = RefundState.SUCCESS  # of the refund when the bill was made


class Readiness(StrEnum):
    NOT_YET = "not_yet"  # the day is not over
    CREATING = "creating"  # it is over, the bill is made from 09:00
    READY = "ready"


def readiness(end: float, now: float, *, at_once: bool = False) -> Readiness:
    """Whether the bill of a day ending at ``end`` (seconds since the epoch) can be had; ``at_once`` waives the wait."""
    if at_once or now >= end + BILL_READY_S:
        return Readiness.READY
    return Readiness.CREATING if now >= end else Readiness.NOT_YET


def lines(bank: Bank, channel: Channel, begin: float, end: float, now: float) -> tuple[Line, ...]:
    """The rows of ``begin`` to ``end`` in the order of their time, as the bank stands at ``now``."""
    bank.settle(now)
    made_at = min(now, end + BILL_READY_S)
    found = (
        line
        for order in bank.orders
        if order.channel is channel and order.paid_fen
        for line in _of(bank, order, made_at)
    )
    return tuple(sorted((line for line in found if begin <= line.at < end), key=lambda line: line.at))


def of_shop(found: tuple[Line, ...], on_behalf: str) -> tuple[Line, ...]:
    """The rows of one shop behind a service provider; all rows where none is named."""
    return tuple(line for line in found if on_behalf in ("", line.order.on_behalf))


def _of(bank: Bank, order: Order, made_at: float) -> Iterator[Line]:
    fee = (order.paid_fen * FEE_RATE[order.channel] + 5_000) // 10_000
    assert order.paid_at is not None
    if order.channel is Channel.UNIONPAY and order.state is OrderState.REVERSED:
        return  # reversed on its own settlement day: it never settles
    yield Line(LineKind.PAID, order, order.paid_at, order.paid_fen, fee)
    if order.state is OrderState.REVERSED and order.ended_at is not None:
        yield Line(LineKind.REVOKED, order, order.ended_at, order.paid_fen, -fee)
    for refund in bank.refunds.of(order):
        upto = refund.before_fen + refund.amount_fen
        back = fee * upto // order.paid_fen - fee * refund.before_fen // order.paid_fen
        ended = refund.done_at is not None and refund.done_at <= made_at
        state = refund.state if ended else RefundState.PROCESSING
        at = refund.asked_at
        if order.channel is Channel.ALIPAY:  # its bill knows refunds that worked, at the time they did
            if state is not RefundState.SUCCESS or refund.done_at is None:
                continue
            at = refund.done_at
        yield Line(LineKind.REFUND, order, at, refund.amount_fen, -back, refund, state)


def yuan(fen: int) -> str:
    """Two decimals, with a sign where it is negative."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
