"""Where the events of refunds and of settling by hand enter the sale machine."""

from typing import Final, assert_never

from app.core import billed, holding, refunding
from app.core.copies import replace
from app.core.events import BillSeen, HoldAsked, Now, RefundAnswered, RefundAsked, RefundQueried
from app.core.evidence import believed_refund
from app.core.moves import Moved, ask, is_due
from app.core.policy import Patience
from app.core.refunds import HandState, RefundState
from app.core.sale import ASKING, Sale, State

BackEvent = RefundAsked | RefundAnswered | RefundQueried | HoldAsked | BillSeen
_GONE: Final = frozenset({State.REVERSED, State.VOIDED, State.REFUNDED})


def move(sale: Sale, event: BackEvent, now: Now, patience: Patience) -> Moved:
    """One of the events that money going back knows, and the bill that shows whether it went."""
    match event:
        case RefundAsked():
            return refunding.asked(sale, event, now, patience)
        case HoldAsked():
            return holding.asked(sale, event, now, patience)
        case BillSeen():
            return billed.seen(sale, event, now, patience)
        case RefundAnswered(answer):
            moved = refunding.call_answered(sale, believed_refund(answer), now, patience)
        case RefundQueried(answer) if holding.is_looking(sale):
            moved = holding.refund_queried(sale, believed_refund(answer), now, patience)
        case RefundQueried(answer):
            moved = refunding.query_answered(sale, believed_refund(answer), now, patience)
        case _:
            assert_never(event)
    return _still_looking(moved, now, patience)


def is_busy(sale: Sale) -> bool:
    """Whether a refund or a hold decides when ``sale`` is next woken."""
    return sale.refund is not None or sale.unconfirmed is not None or holding.is_looking(sale)


def woke(sale: Sale, now: Now, patience: Patience) -> Moved:
    """Time passed for a busy sale."""
    if holding.is_looking(sale):
        sale = replace(sale, next_reverse=None, next_ring=None)
        due = is_due(sale.next_query, now) or is_due(sale.next_refund, now) or sale.wake_at is None
        return holding.look(sale, now, patience) if due and not sale.calls & ASKING else (sale, ())
    sale, work = refunding.woke(sale, now, patience)
    return ask(sale, now) if not work and is_due(sale.next_query, now) else (sale, work)


def resume(sale: Sale, now: Now, patience: Patience) -> Moved:
    """After a restart: a busy sale, or one that ended and still owes a query."""
    if holding.is_looking(sale):
        doubt = now.mono + patience.quarantine if sale.refund is not None else None
        return holding.look(replace(sale, refund_doubt_until=doubt), now, patience)
    if sale.refund is not None or sale.unconfirmed is not None:
        return refunding.resume(sale, now, patience)
    return ask(replace(sale, next_query=now.mono), now) if sale.must_query else (sale, ())


def _still_looking(moved: Moved, now: Now, patience: Patience) -> Moved:
    """What a call in flight answered may settle whether cash may be given, or leave it to the next question."""
    sale, work = moved
    if not holding.is_looking(sale) or sale.hand is None:
        return moved
    on_its_way = sale.refund is not None and sale.refund.state is RefundState.ACCEPTED
    too_little = sale.hand.amount_fen > sale.order.amount_fen - sale.refunded_fen
    if sale.state in _GONE or on_its_way or too_little:
        return replace(sale, hand=replace(sale.hand, state=HandState.REFUSED, ended_ms=now.ms)), work
    if not sale.calls and not work and sale.next_query is None and sale.next_refund is None:
        return holding.look(sale, now, patience)
    return moved
