"""One order number at a bank that keeps honest books."""

import math
from dataclasses import dataclass, field

from app.core.answers import (
    Evidence,
    Found,
    QueryAnswer,
    RefundAnswer,
    Repaid,
    ReverseAnswer,
    Undone,
)
from app.core.channel import Channel
from app.core.refund_order import RefundOrder

AMOUNT = 1250
SIGNED = Evidence(verified=True)


@dataclass
class Bank:
    """One order number. ``books`` is what it was and since when, so that a query may look at an older page; ``refunds``
    since when, how much and whether money moved.
    """

    channel: Channel
    books: list[tuple[float, str]] = field(default_factory=lambda: [(-1e9, "none")])
    refunds: dict[str, tuple[float, int, bool]] = field(default_factory=dict)

    @property
    def order(self) -> str:
        return self.books[-1][1]

    @property
    def holds(self) -> int:
        return AMOUNT - self.back(self.refunds) if self.order == "taken" else 0

    @staticmethod
    def back(refunds: dict[str, tuple[float, int, bool]]) -> int:
        return sum(fen for _, fen, moved in refunds.values() if moved)

    def refund(self, at: float, order: RefundOrder, *, moves: bool = True) -> RefundAnswer:
        """The same number is the same refund; never more than was paid."""
        known = order.out_refund_no in self.refunds
        if not known and (self.order != "taken" or order.amount_fen > self.holds):
            return RefundAnswer(Repaid.REFUSED, SIGNED)
        self.refunds.setdefault(order.out_refund_no, (at, order.amount_fen, moves))
        return RefundAnswer(
            Repaid.DONE if self.channel is Channel.ALIPAY and moves and not known else Repaid.ACCEPTED, SIGNED
        )

    def refund_query(self, seen_at: float, order: RefundOrder) -> RefundAnswer:
        at, _, moved = self.refunds.get(order.out_refund_no, (math.inf, 0, False))
        if at > seen_at:
            return RefundAnswer(Repaid.NO_SUCH_REFUND, SIGNED)
        return RefundAnswer(Repaid.DONE if moved else Repaid.CLOSED, SIGNED)

    def turn(self, at: float, state: str) -> None:
        self.books.append((at, state))

    def pay(self, at: float, customer: str) -> None:
        if self.order == "none":
            self.turn(at, customer)

    def query(self, seen_at: float) -> QueryAnswer:
        order = [state for since, state in self.books if since <= seen_at][-1]
        found = {
            "none": Found.NO_SUCH_ORDER,
            "typing": Found.PENDING,
            "taken": Found.PAID,
            "refused": Found.NO_SUCH_ORDER,
            "error": Found.PAY_ERROR if self.channel is Channel.WECHAT else Found.PENDING,
            "returned": Found.RETURNED,
        }[order]
        seen = self.back({number: one for number, one in self.refunds.items() if one[0] <= seen_at})
        if found is Found.PAID and seen:
            found = Found.RETURNED if seen == AMOUNT else Found.PARTLY_REFUNDED
        return QueryAnswer(found, SIGNED, seen)

    def reverse(self, at: float) -> ReverseAnswer:
        took = {"taken": True, "typing": False}.get(self.order) if self.channel is Channel.ALIPAY else None
        if self.refunds and self.order == "taken":
            return ReverseAnswer(Undone.REFUSED, SIGNED)
        if self.order not in ("none", "refused"):  # a number it does not know is "done", and leaves no trace
            self.turn(at, "returned")
        return ReverseAnswer(Undone.DONE, Evidence(verified=True, took_money=took))
