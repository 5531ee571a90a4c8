r"""Refunds by the rule book: how much, how often, how soon, how late, and where the money is meanwhile. Pure.

::

    asked --> PROCESSING --(takes)--> SUCCESS     the payer has it
                              \----> ABNORMAL    it waits between shop and payer
                               \---> CLOSED      the shop has it back

The shop's money leaves at the asking, so what an order still nets is never promised twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.core.channel import Channel
from app.sim.book import Order, OrderState, Refund, RefundState
from app.sim.rules import Rules, beijing
from app.sim.vault import Vault


class Repays(StrEnum):
    """What came of a refund request."""

    TAKEN = "taken"
    REPEATED = "repeated"  # this number, these parameters: the refund there is
    DISCORDANT = "discordant"  # this number, other parameters
    UNKNOWN_ORDER = "unknown_order"
    NOT_PAID = "not_paid"
    REVERSED = "reversed"
    TOO_MUCH = "too_much"
    WRONG_TOTAL = "wrong_total"
    TOO_OLD = "too_old"
    TOO_SOON = "too_soon"
    TOO_MANY = "too_many"
    SHOP_FUNDS = "shop_funds"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """``total_fen`` None: the request does not name the sale's sum."""

    channel: Channel
    out_trade_no: str
    channel_no: str
    out_refund_no: str
    amount_fen: int
    total_fen: int | None = None
    reason: str = ""
    txn_time: str = ""
    void: bool = False
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of a refund that was taken. ``takes`` in seconds, None: as long as the rules say."""

    takes: float | None = None
    ends: RefundState = RefundState.SUCCESS


AS_USUAL: Final = Course()
_OrderKey = tuple[Channel, str]
_Key = tuple[Channel, str, str]  # Alipay's numbers count within one trade, the others' within the shop


def _key(channel: Channel, out_trade_no: str, out_refund_no: str) -> _Key:
    return channel, out_trade_no if channel is Channel.ALIPAY else "", out_refund_no


class RefundBook:
    """All refunds. ``orders`` is the bank's own table and ``keep`` puts a changed order back into it."""

    def __init__(
        self,
        rules: Mapping[Channel, Rules],
        vault: Vault,
        orders: Mapping[_OrderKey, Order],
        keep: Callable[[Order], Order],
    ) -> None:
        self._rules = rules
        self._vault = vault
        self._orders = orders
        self._keep_order = keep
        self._refunds: dict[_Key, Refund] = {}
        self._numbers: dict[str, _Key] = {}
        self._of_order: dict[_OrderKey, list[_Key]] = {}
        self._pending: set[_Key] = set()

    def restore(self, refund: Refund) -> None:
        """Take one entry of an earlier run; the last of a number holds."""
        key = _key(refund.channel, refund.out_trade_no, refund.out_refund_no)
        if key not in self._refunds:
            self._of_order.setdefault((refund.channel, refund.out_trade_no), []).append(key)
            self._numbers[refund.refund_no] = key
        self._refunds[key] = refund
        (self._pending.add if refund.state is RefundState.PROCESSING else self._pending.discard)(key)

    @property
    def all(self) -> tuple[Refund, ...]:
        """Every refund, oldest first, as of the last settlement."""
        return tuple(self._refunds.values())

    def of(self, order: Order) -> tuple[Refund, ...]:
        """The refunds of one order, oldest first."""
        return tuple(self._refunds[key] for key in self._of_order.get((order.channel, order.out_trade_no), ()))

    def find(
        self, channel: Channel, out_refund_no: str, *, out_trade_no: str = "", refund_no: str = ""
    ) -> Refund | None:
        """By the channel's own number, which wins, or ours. Settle first."""
        key = self._numbers.get(refund_no) if refund_no else _key(channel, out_trade_no, out_refund_no)
        refund = self._refunds.get(key) if key is not None else None
        return refund if refund is not None and refund.channel is channel else None

    def refund(
        self, order: Order | None, request: RefundRequest, now: float, course: Course
    ) -> tuple[Repays, Refund | None]:
        """Take a refund in or say why not; the bank has settled what was due."""
        if order is None:
            return Repays.UNKNOWN_ORDER, None
        earlier = self.find(request.channel, request.out_refund_no, out_trade_no=order.out_trade_no)
        if earlier is not None:
            same = (earlier.out_trade_no, earlier.amount_fen) == (order.out_trade_no, request.amount_fen)
            return (Repays.REPEATED if same else Repays.DISCORDANT), earlier
        refusal = self._refusal(order, request, now)
        if refusal is not None:
            return refusal, None
        if not self._vault.send(order.channel, request.amount_fen):
            return Repays.SHOP_FUNDS, None
        takes = self._rules[order.channel].refund_takes if course.takes is None else course.takes
        refund = Refund(
            channel=order.channel,
            out_trade_no=order.out_trade_no,
            out_refund_no=request.out_refund_no,
            refund_no=self._next_number(order.channel, now),
            amount_fen=request.amount_fen,
            before_fen=order.refunded_fen,
            state=RefundState.PROCESSING,
            ends=course.ends,
            asked_at=now,
            due_at=now + (0.0 if request.void else takes),
            reason=request.reason,
            txn_time=request.txn_time,
            void=request.void,
        )
        self._keep_order(replace(order, refunded_fen=order.refunded_fen + request.amount_fen))
        self._keep(refund)
        self.settle(now)
        return Repays.TAKEN, self.find(order.channel, request.out_refund_no, out_trade_no=order.out_trade_no)

    def settle(self, now: float) -> None:
        """Let every refund due by ``now`` end, in the order of their time."""
        if not self._pending:
            return
        due = [refund for refund in map(self._refunds.__getitem__, self._pending) if refund.due_at <= now]
        for refund in sorted(due, key=lambda one: (one.due_at, one.out_refund_no)):
            self._end(refund)

    def _end(self, refund: Refund) -> None:
        order = self._orders[refund.channel, refund.out_trade_no]
        if refund.ends is RefundState.SUCCESS:
            self._vault.land(order.wallet, refund.channel, refund.amount_fen)
        elif refund.ends is RefundState.CLOSED:
            self._vault.bounce(refund.channel, refund.amount_fen)
            self._keep_order(replace(order, refunded_fen=order.refunded_fen - refund.amount_fen))
        self._keep(replace(refund, state=refund.ends, done_at=refund.due_at))

    def _refusal(self, order: Order, request: RefundRequest, now: float) -> Repays | None:
        """The first rule against it."""
        rules, earlier = self._rules[order.channel], self.of(order)
        most = rules.refunds_at_most
        against = {
            Repays.REVERSED: order.state is OrderState.REVERSED,
            Repays.NOT_PAID: order.state is not OrderState.PAID or order.paid_at is None,
            Repays.WRONG_TOTAL: request.total_fen not in (None, order.amount_fen),
            Repays.TOO_OLD: now - (order.paid_at or now) > rules.refund_window,
            Repays.TOO_MUCH: request.amount_fen > order.net_fen,
            Repays.TOO_MANY: most is not None and len(earlier) >= most,
            Repays.TOO_SOON: bool(earlier) and now - earlier[-1].asked_at < rules.refund_gap,
        }
        return next((repays for repays, holds in against.items() if holds), None)

    def _keep(self, refund: Refund) -> None:
        self.restore(refund)
        self._vault.note(refund)

    def _next_number(self, channel: Channel, now: float) -> str:
        """The shape of the channel's own: WeChat 28 digits from 50, UnionPay a queryId, Alipay none of its own."""
        serial = len(self._refunds) + 1
        if channel is Channel.UNIONPAY:
            return f"{beijing(now):%Y%m%d%H%M%S}9{serial:06d}"
        return f"503000{beijing(now):%Y%m%d}{serial:014d}"
