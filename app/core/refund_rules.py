"""Whether money of a sale may be given back now, and how: pure rules, shared by the machine and the adviser."""

from dataclasses import dataclass
from typing import Final

from app.core.beijing import MS, settlement_end_ms
from app.core.channel import Channel
from app.core.copies import replace
from app.core.refund_order import RefundOrder
from app.core.refunds import ORDINALS, Refund, RefundState, refund_number
from app.core.sale import BEFORE_D2, PAST_D2, Sale, State

WECHAT_REFUNDS: Final = 50  # of one order (wechat.md §2.5)
# Seconds between two refunds of one sale: wechat.md §2.5 "≥1 minute", alipay.md §6 "≥3 s"; UnionPay asks for none.
_BETWEEN: Final = {Channel.WECHAT: 60.0, Channel.ALIPAY: 3.0, Channel.UNIONPAY: 0.0}

REFUNDABLE: Final = frozenset({State.PAID, State.PARTLY_REFUNDED})
_GONE: Final = frozenset({State.REVERSED, State.VOIDED, State.REFUNDED})


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a refund cannot begin: a words key, and numbers for it (``fen`` sums, seconds and counts as they are)."""

    key: str
    fen: int = 0
    n: int = 0


def why_not(sale: Sale, amount_fen: int, now_ms: int, pace: float = 1.0) -> WhyNot | None:  # noqa: PLR0911 - one return per rule
    """Why a person's refund of ``amount_fen`` may not begin now; None where it may. Windows only warn (design §7.9)."""
    if sale.hand is not None and sale.hand.stops_tries:
        return WhyNot("back.held", sale.hand.amount_fen)
    running = sale.refund or sale.unconfirmed  # one at a time: what a query says must be of one refund
    if running is not None:
        return WhyNot("adv.refund.running", running.amount_fen)
    if sale.state in BEFORE_D2 | PAST_D2 or sale.must_query:
        return WhyNot("adv.doubt")
    if sale.state in _GONE:
        return WhyNot("adv.gone" if sale.state is State.REVERSED else "adv.refund.none", sale.refunded_fen)
    if sale.state not in REFUNDABLE:
        return WhyNot("adv.notpaid")
    if not 0 < amount_fen <= sale.left_fen:
        return WhyNot("adv.refund.toomuch" if sale.left_fen else "adv.refund.none", sale.left_fen)
    taken = sum(refund.state is not RefundState.REFUSED for refund in sale.refunds)
    most = WECHAT_REFUNDS if sale.order.channel is Channel.WECHAT else ORDINALS
    if taken >= most or len(sale.refunds) >= ORDINALS:
        return WhyNot("adv.refund.count", n=taken)
    wait = seconds_between(sale, now_ms, pace)
    if wait:
        return WhyNot("adv.refund.wait" if sale.order.channel is Channel.WECHAT else "adv.refund.wait3", n=wait)
    return None


def seconds_between(sale: Sale, now_ms: int, pace: float = 1.0) -> int:
    """Whole seconds until the channel takes another refund of ``sale``; 0 where it does now.

    A clock that stands before the last refund says nothing: then the channel decides (TOO_MANY).
    """
    if not sale.refunds:
        return 0
    since_ms = now_ms - sale.refunds[-1].began_ms
    left_ms = int(_BETWEEN[sale.order.channel] / pace * MS) - since_ms
    return -(-left_ms // int(MS)) if since_ms >= 0 and left_ms > 0 else 0


def voids(sale: Sale, amount_fen: int, now_ms: int) -> bool:
    """Whether UnionPay takes ``amount_fen`` back as 消费撤销: the whole sale, nothing given back before, within the
    settlement day of its payment, which ends at 23:00 (unionpay.md §3 "Void window").
    """
    whole = amount_fen == sale.order.amount_fen and sale.refunded_fen == 0
    untouched = all(refund.state is RefundState.REFUSED for refund in sale.refunds)
    paid_ms = sale.order.began_ms if sale.paid_ms is None else sale.paid_ms
    same_day = paid_ms <= now_ms < settlement_end_ms(paid_ms)
    return sale.order.channel is Channel.UNIONPAY and whole and untouched and same_day


def new_refund(sale: Sale, amount_fen: int, reason: str, now_ms: int, *, by: str = "", nonce: str = "") -> Refund:
    """The next refund of ``sale``, as D4 keeps it."""
    ordinal = len(sale.refunds) + 1
    return Refund(
        out_refund_no=refund_number(sale.order.out_trade_no, ordinal),
        amount_fen=amount_fen,
        ordinal=ordinal,
        reason=reason,
        began_ms=now_ms,
        by=by,
        nonce=nonce,
        void=voids(sale, amount_fen, now_ms),
    )


def order_of(sale: Sale, refund: Refund) -> RefundOrder:
    """``refund`` as a channel's room takes it; the same for every try."""
    return RefundOrder(
        out_refund_no=refund.out_refund_no,
        order=sale.order,
        channel_no=sale.channel_no,
        amount_fen=refund.amount_fen,
        ordinal=refund.ordinal,
        reason=refund.reason,
        began_ms=refund.began_ms,
        void=refund.void,
    )


def put(sale: Sale, refund: Refund) -> Sale:
    """``sale`` with the newer picture of its last refund, and the sum that follows from all of them."""
    refunds = (*sale.refunds[:-1], refund)
    done = sum(one.amount_fen for one in refunds if one.state is RefundState.DONE)
    return replace(sale, refunds=refunds, refunded_fen=done + sale.elsewhere_fen)


def spent(sale: Sale, nonce: str) -> bool:
    """Whether an approval was used up already; its subject is the order number, so only this sale can hold it."""
    used = {refund.nonce for refund in sale.refunds} | ({sale.hand.nonce} if sale.hand else set())
    return bool(nonce) and nonce in used
