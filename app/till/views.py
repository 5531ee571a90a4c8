"""A sale as the window shows it. Pure: the same sale at the same instant is always the same picture."""

from collections.abc import Callable, Sequence
from typing import Final

from app.core.channel import Channel
from app.core.events import Now
from app.core.policy import Patience
from app.core.refund_rules import REFUNDABLE
from app.core.sale import ALARM_CONTRADICT, ALARM_MISMATCH, ALARM_STUCK, Call, Sale, State
from app.till.api import Happened, Phase, SaleView
from app.till.entries import running_number

SILENCES_OFFLINE: Final = 2  # calls about a sale in a row without an answer, before the window says so
PLAIN: Final = {
    State.PAID: Phase.PAID,
    State.DECLINED: Phase.DECLINED,
    State.NOT_SENT: Phase.NOTSENT,
    State.REFUNDING: Phase.REFUNDING,
    State.VOIDING: Phase.VOIDING,
    State.VOIDED: Phase.VOIDED,
    State.REFUNDED: Phase.VOIDED,
    State.PARTLY_REFUNDED: Phase.PARTIAL,
}
LOUD: Final = {ALARM_MISMATCH: Phase.MISMATCH, ALARM_CONTRADICT: Phase.CONTRADICT}

ToWindow = Callable[[float], float]


def phase_of(sale: Sale, now: Now, patience: Patience, *, held: bool = False, broken: bool = False) -> Phase:
    """The words key ``st.<phase>`` of ``sale``.

    ``held``: paid, but the journal is full. ``broken``: a bug stopped it until it is taken up again.
    """
    if held or broken:
        return Phase.PAIDHELD if held else Phase.STUCK
    match sale.state:
        case State.INTENT | State.PENDING | State.UNKNOWN:
            return _before_d2(sale)
        case State.REVERSING:
            return _reversing(sale, now, patience)
        case State.REVERSED:
            return _reversed(sale)
        case State.STUCK:
            return LOUD.get(sale.alarm, Phase.STUCK)
        case _:
            return PLAIN[sale.state]


def _before_d2(sale: Sale) -> Phase:
    if sale.stop_asked:
        return Phase.STOPPING
    if sale.silences >= SILENCES_OFFLINE:
        return Phase.OFFLINE
    if sale.state is State.PENDING:
        return Phase.PENDING
    if sale.forged:
        return Phase.UNSAFE
    if sale.state is State.UNKNOWN or sale.recovered:
        return Phase.UNKNOWN
    begun = Call.PAY in sale.calls or sale.heard_at is not None  # UnionPay may have taken it in without an outcome
    return Phase.SENT if begun else Phase.INTENT


def _reversing(sale: Sale, now: Now, patience: Patience) -> Phase:
    if sale.alarm in LOUD:
        return LOUD[sale.alarm]
    if sale.took_money and sale.paid_ms is not None:
        return Phase.LATEPAID
    waits = sale.next_reverse is not None and sale.next_reverse > now.mono
    if waits and sale.reverses == 0 and sale.order.channel is Channel.WECHAT and patience.reverse_after > 0:
        return Phase.WAIT15
    watched = sale.quarantine_until is not None and sale.quarantine_until > now.mono
    if watched and sale.reverses > 0 and sale.unseen:
        return Phase.QUARANTINE
    return Phase.REVERSING


def _reversed(sale: Sale) -> Phase:
    if sale.took_money is None:
        return Phase.REVERSEDQ
    if not sale.took_money:
        return Phase.REVERSED0
    return Phase.REVERSED1 if sale.paid_ms is None else Phase.LATEBACK


def _deadline(sale: Sale, phase: Phase) -> float | None:
    """When it goes on by itself, mono seconds; None where no countdown stands on the stage."""
    match phase:
        case Phase.INTENT | Phase.SENT | Phase.PENDING | Phase.UNKNOWN | Phase.OFFLINE | Phase.UNSAFE:
            return None if sale.accepted else sale.deadline
        case Phase.WAIT15:
            return sale.next_reverse
        case Phase.QUARANTINE:
            return sale.quarantine_until
        case _:
            return None


def _span(phase: Phase, patience: Patience) -> float:
    match phase:
        case Phase.WAIT15:
            return patience.reverse_after
        case Phase.QUARANTINE:
            return patience.quarantine
        case _:
            return patience.deadline


def _silent_for(sale: Sale, now: Now) -> float | None:
    """Whole seconds, so that a picture taken twice in one second is the same picture."""
    return None if sale.is_final or sale.heard_at is None else float(max(0, int(now.mono - sale.heard_at)))


def view_of(
    sale: Sale,
    story: Sequence[Happened],
    now: Now,
    patience: Patience,
    to_window: ToWindow,
    *,
    held: bool = False,
    broken: bool = False,
) -> SaleView:
    """``to_window`` turns the till's mono seconds into the ``time.monotonic()`` that the window counts with."""
    phase = phase_of(sale, now, patience, held=held, broken=broken)
    deadline = _deadline(sale, phase)
    release = sale.quarantine_until if sale.state is State.REVERSING else None
    return SaleView(
        out_trade_no=sale.order.out_trade_no,
        number=running_number(sale.order.out_trade_no),
        channel=sale.order.channel,
        amount_fen=sale.order.amount_fen,
        state=sale.state,
        phase=phase,
        reason=sale.reason,
        says=sale.says,
        began_ms=sale.order.began_ms,
        ended_ms=sale.ended_ms,
        refunded_fen=sale.refunded_fen,
        deadline=None if deadline is None else to_window(deadline),
        patience=_span(phase, patience),
        release=None if release is None else to_window(release),
        silent_for=_silent_for(sale, now),
        story=tuple(story),
        recovered=sale.recovered,
        alarm=ALARM_STUCK if broken else sale.alarm,
        payer=sale.payer,
        channel_no=sale.channel_no,
        answered_fen=sale.said_fen,
        left_fen=sale.left_fen if sale.state in REFUNDABLE else 0,
        refunds=sale.refunds,
        hand=sale.hand,
    )
