"""The supervisor's adviser: which way of giving money back is open, until when, and why the others are not.

Three ways are looked at, always in this order: all that is left, a part of it, and the reverse, which is for sales in
doubt and which the till does by itself (design §2, rule 6). Exactly one is recommended; ``Way.NOTHING`` where there is
nothing to press. Windows of refunds only warn, the channel decides (design §7.9).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from app.core.beijing import DAY_MS, MS, settlement_end_ms
from app.core.channel import Channel
from app.core.policy import Patience
from app.core.reasons import Reason
from app.core.refund_rules import WhyNot, voids, why_not
from app.core.refunds import Refund, RefundState
from app.core.sale import BEFORE_D2, PAST_D2, Sale, State
from app.core.told import Told, day_words, sum_words, time_words, told

EDGE_MS: Final = 3_600_000  # the last hour of a reverse's window is named in minutes
MINUTE_MS: Final = 60_000
_STANDS: Final = {
    RefundState.ASKED: "ap.done",
    RefundState.ACCEPTED: "adv.refund.accepted",
    RefundState.ABNORMAL: "adv.abnormal",
    RefundState.DONE: "adv.refund.done",
    RefundState.REFUSED: "desk.refund.refused",
    RefundState.CLOSED: "adv.refund.closed",
}
_NO_REVERSE: Final = {State.DECLINED: "adv.notpaid", State.NOT_SENT: "adv.notpaid", State.REVERSED: "adv.gone"}


class Way(StrEnum):
    """Values are the ends of words keys, ``desk.<value>``."""

    FULL = "full"
    PART = "part"
    REVERSE = "reverse"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RefundWindows:
    """Days from payment in which a channel takes refunds: wechat.md §2.5, alipay.md §6, and unionpay.md §3, whose
    sources name 11 months and 30 days; the shorter one warns earlier.
    """

    wechat: int = 365
    alipay: int = 365
    unionpay: int = 30

    def days(self, channel: Channel) -> int:
        match channel:
            case Channel.WECHAT:
                return self.wechat
            case Channel.ALIPAY:
                return self.alipay
            case Channel.UNIONPAY:
                return self.unionpay
        assert_never(channel)

    def ends_ms(self, sale: Sale) -> int:
        """Channel time at which refunds of ``sale`` are over."""
        return paid_at(sale) + self.days(sale.order.channel) * DAY_MS


@dataclass(frozen=True, slots=True)
class WayAdvice:
    """``why``: what it does where it is open, why not where it is not."""

    way: Way
    is_open: bool
    why: Told
    until: Told | None = None
    by_itself: bool = False  # the till does it; there is nothing to press


@dataclass(frozen=True, slots=True)
class Advice:
    ways: tuple[WayAdvice, ...]  # FULL, PART, REVERSE
    recommended: Way
    head: Told  # the one sentence
    notes: tuple[Told, ...]
    left_fen: int  # the most a refund may be now

    def of(self, way: Way) -> WayAdvice | None:
        return next((one for one in self.ways if one.way is way), None)


def paid_at(sale: Sale) -> int:
    """When a refund's window began, ms."""
    return sale.order.began_ms if sale.paid_ms is None else sale.paid_ms


def advise(sale: Sale, now_ms: int, windows: RefundWindows, patience: Patience, pace: float = 1.0) -> Advice:
    """What a supervisor can do about ``sale`` at ``now_ms`` (channel time)."""
    refusal = _refusal(sale, now_ms, windows, pace)
    reverse = _reverse(sale, now_ms, patience)
    if refusal is None:
        left = sale.left_fen
        until = told("adv.refund.until", date=day_words(windows.ends_ms(sale)))
        full = WayAdvice(
            Way.FULL, True, told("desk.full.is", channel=sale.order.channel, amount=sum_words(left)), until
        )
        part = WayAdvice(Way.PART, True, told("desk.part.is", left=sum_words(left)), until)
        head = told("adv.refund.full", amount=sum_words(left)) if _whole(sale) else _left(sale)
        return Advice((full, part, reverse), Way.FULL, head, _notes(sale, now_ms, windows), left)
    closed = tuple(WayAdvice(way, False, refusal) for way in (Way.FULL, Way.PART))
    recommended = Way.REVERSE if reverse.is_open else Way.NOTHING
    return Advice((*closed, reverse), recommended, _head(sale, refusal), _notes(sale, now_ms, windows), 0)


def _whole(sale: Sale) -> bool:
    return sale.left_fen == sale.order.amount_fen


def _left(sale: Sale) -> Told:
    return told("adv.refund.left", amount=sum_words(sale.refunded_fen), left=sum_words(sale.left_fen))


def _refusal(sale: Sale, now_ms: int, windows: RefundWindows, pace: float) -> Told | None:
    """Why no refund can begin. The rules decide; only what the channel itself has said comes on top."""
    found = why_not(sale, max(1, sale.left_fen), now_ms, pace)
    if found is not None:
        return _worded(sale, found, pace)
    last = sale.refunds[-1] if sale.refunds else None
    if last is not None and last.state is RefundState.REFUSED and last.why is Reason.TOOLATE:
        return told("adv.refund.shut", date=day_words(windows.ends_ms(sale)))
    return None


def _worded(sale: Sale, found: WhyNot, pace: float) -> Told:
    """The rule's own numbers as its sentence wants them."""
    between = max(1, round(3 / pace))
    amount = sum_words(found.fen)
    return told(found.key, amount=amount, left=amount, n=found.n, m=between, channel=sale.order.channel)


def _head(sale: Sale, refusal: Told) -> Told:
    """The one sentence where no refund can begin: how the running one stands, else why."""
    running = sale.refund
    if running is None:
        return refusal
    return stands(running)


def stands(refund: Refund) -> Told:
    """One sentence on a refund, whatever it is worth knowing of it."""
    key = _STANDS[refund.state]
    if refund.state is RefundState.ACCEPTED and refund.why is Reason.BUSY:
        key = "adv.refund.bank"
    elif refund.state is RefundState.ASKED and refund.why is Reason.SHOPFUNDS:
        key = "desk.refund.funds"
    elif refund.state is RefundState.ASKED and refund.calls > 1:
        key = "adv.refund.retry"
    elif refund.state is RefundState.DONE and not refund.confirmed:
        key = "desk.refund.done"
    return told(key, amount=sum_words(refund.amount_fen))


def _reverse(sale: Sale, now_ms: int, patience: Patience) -> WayAdvice:
    """Open for a sale in doubt alone, and never a person's to press."""
    if sale.state not in BEFORE_D2 | PAST_D2:
        key = (
            "adv.reverse.paid" if sale.state not in (State.DECLINED, State.NOT_SENT, State.REVERSED) else "adv.notpaid"
        )
        if sale.state is State.REVERSED:
            key = "adv.gone"
        return WayAdvice(Way.REVERSE, False, told(key))
    ends_ms = patience.reverse_ends_ms(sale.order)
    if now_ms >= ends_ms:
        shut = told("adv.reverse.shut", time=time_words(ends_ms, now_ms))
        return WayAdvice(Way.REVERSE, False, told("adv.up.day") if patience.settlement_day else shut)
    early_ms = sale.order.began_ms + int(patience.reverse_after * MS) - now_ms
    until = told("adv.reverse.until", time=time_words(ends_ms, now_ms))
    why = told("adv.reverse.auto")
    if sale.order.channel is Channel.WECHAT and 0 < early_ms <= patience.reverse_after * MS:
        why = told("adv.reverse.early", n=-(-early_ms // int(MS)))
    elif ends_ms - now_ms <= EDGE_MS:
        why = told("adv.reverse.edge", n=(ends_ms - now_ms) // MINUTE_MS)
    return WayAdvice(Way.REVERSE, True, why, until, by_itself=True)


def _notes(sale: Sale, now_ms: int, windows: RefundWindows) -> tuple[Told, ...]:
    """What else is worth knowing, most important first."""
    channel, notes = sale.order.channel, list[Told]()
    last = sale.refunds[-1] if sale.refunds else None
    if last is not None and last.state is RefundState.ABNORMAL:
        notes.append(told("adv.abnormal.how"))
    elif last is not None and not last.is_running:
        notes.append(stands(last))
    if sale.elsewhere_fen:
        notes.append(told("adv.refund.external", amount=sum_words(sale.elsewhere_fen)))
    if sale.state not in (State.PAID, State.PARTLY_REFUNDED) or not sale.left_fen:
        return tuple(notes)
    if last is not None and last.state is RefundState.REFUSED and last.why is Reason.TOOLATE:
        return (*notes, told("adv.refund.cash"))
    if now_ms >= windows.ends_ms(sale):
        notes.append(told("desk.refund.late", date=day_words(windows.ends_ms(sale))))
    if channel is Channel.UNIONPAY and _whole(sale):
        notes.append(_unionpay(sale, now_ms))
    if channel is not Channel.WECHAT:
        notes.append(told("adv.refund.contract", n=windows.days(channel)))
    elif sale.refunds:
        notes.append(told("adv.refund.count", n=sum(one.state is not RefundState.REFUSED for one in sale.refunds)))
    return tuple(notes)


def _unionpay(sale: Sale, now_ms: int) -> Told:
    """The whole sale goes back by 消费撤销 until 23:00 of its settlement day, by 退货 after it."""
    if voids(sale, sale.order.amount_fen, now_ms):
        return told("desk.up.void", time=time_words(settlement_end_ms(paid_at(sale)), now_ms))
    return told("adv.up.day")
