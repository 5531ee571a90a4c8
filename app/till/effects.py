"""Work becomes a call, a call becomes an event. Nothing here decides, and nothing here is lost."""

from collections.abc import Mapping
from typing import Final, TypeGuard, assert_never

from app.channels.api import CallLimits, Counterparty, RefundRoom
from app.core.answers import (
    Evidence,
    Found,
    Pay,
    PayAnswer,
    QueryAnswer,
    RefundAnswer,
    Repaid,
    ReverseAnswer,
    Undone,
)
from app.core.codes import AuthCode
from app.core.events import (
    Event,
    PayAnswered,
    QueryAnswered,
    RefundAnswered,
    RefundQueried,
    ReverseAnswered,
    Work,
)
from app.core.policy import Limits
from app.core.reasons import Reason
from app.core.refund_rules import order_of
from app.core.sale import BEFORE_D2, Call, Sale

GRACE: Final = 1.0  # seconds beyond a channel's own time limit before its call is given up from outside
_CALL_OF: Final[Mapping[Work, Call]] = {
    Work.PAY: Call.PAY,
    Work.QUERY: Call.QUERY,
    Work.REVERSE: Call.REVERSE,
    Work.REFUND: Call.REFUND,
    Work.REFUND_QUERY: Call.REFUND_QUERY,
}
_SILENCE: Final = Evidence(reason=Reason.NOANSWER)


def channel_limits(limits: Limits) -> CallLimits:
    """The policy's limits as the channels take them, seconds."""
    return CallLimits(
        connect=limits.connect,
        pay=limits.pay,
        query=limits.query,
        reverse=limits.reverse,
        refund=limits.refund,
        code_life=limits.code_life,
        idle=limits.warm_life,
    )


def stopping(sale: Sale) -> bool:
    """Whether the cashier waits for the one query of a stop (design §7.3)."""
    return sale.stop_asked and sale.state in BEFORE_D2


def limit_of(call: Call, sale: Sale, limits: Limits) -> float:
    """Seconds that ``call`` may take for ``sale`` before the till itself gives it up."""
    match call:
        case Call.PAY:
            return limits.pay + GRACE
        case Call.QUERY:
            return limits.stop_query if stopping(sale) else limits.query + GRACE
        case Call.REVERSE:
            return limits.reverse + GRACE
        case Call.REFUND:
            return limits.refund + GRACE
        case Call.REFUND_QUERY:
            return limits.query + GRACE
    assert_never(call)


def call_of(work: Work) -> Call | None:
    """The call that ``work`` is, None for work that calls nobody at the other end."""
    return _CALL_OF.get(work)


def gives_back(room: Counterparty) -> TypeGuard[RefundRoom]:
    """Whether ``room`` refunds; where it does not, its refunds are asked about until a person settles them."""
    return hasattr(room, "refund") and hasattr(room, "refund_query")


async def perform(call: Call, counterparty: Counterparty, sale: Sale, code: AuthCode | None) -> Event:
    """Make ``call`` and return what it answered. ``code`` is needed by PAY alone."""
    match call:
        case Call.PAY:
            assert code is not None, "a pay call without its code"
            return PayAnswered(await counterparty.pay(sale.order, code))
        case Call.QUERY:
            return QueryAnswered(await counterparty.query(sale.order))
        case Call.REVERSE:
            return ReverseAnswered(await counterparty.reverse(sale.order))
        case Call.REFUND | Call.REFUND_QUERY:
            return await _refund(call, counterparty, sale)
    assert_never(call)


async def _refund(call: Call, counterparty: Counterparty, sale: Sale) -> Event:
    refund = sale.refund or sale.unconfirmed
    assert refund is not None, "a call about a refund that is not there"
    if not gives_back(counterparty):
        return silence(call)
    order = order_of(sale, refund)
    if call is Call.REFUND:
        return RefundAnswered(await counterparty.refund(order))
    return RefundQueried(await counterparty.refund_query(order))


def silence(call: Call) -> Event:
    """What a call that was cut off or crashed has said: nothing, which is not a failure."""
    match call:
        case Call.PAY:
            return PayAnswered(PayAnswer(Pay.UNKNOWN, _SILENCE))
        case Call.QUERY:
            return QueryAnswered(QueryAnswer(Found.UNKNOWN, _SILENCE))
        case Call.REVERSE:
            return ReverseAnswered(ReverseAnswer(Undone.UNKNOWN, _SILENCE))
        case Call.REFUND:
            return RefundAnswered(RefundAnswer(Repaid.UNKNOWN, _SILENCE))
        case Call.REFUND_QUERY:
            return RefundQueried(RefundAnswer(Repaid.UNKNOWN, _SILENCE))
    assert_never(call)
