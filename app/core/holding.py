"""HELD: a person gives money back by hand, and nobody is paid back twice (design §7.13).

From the step that records it on the till reverses and refunds nothing of this sale. What is in flight is waited out,
with the time a lost call may still take effect in; then one query decides whether the cash may be given. Afterwards
the till only asks, and calls a person where the money has gone back after all.
"""

from typing import Final

from app.core.answers import Found, QueryAnswer, RefundAnswer, Repaid
from app.core.copies import replace
from app.core.events import HoldAsked, Now
from app.core.evidence import heard_refund
from app.core.moves import Moved, answered, ask, ask_refund, ended
from app.core.policy import Patience
from app.core.refund_rules import WhyNot, put
from app.core.refunding import drop, settled
from app.core.refunds import Hand, HandState, RefundState
from app.core.sale import ALARM_CONTRADICT, BEFORE_D2, PAST_D2, Call, Sale, State

_MAY_BE_HELD: Final = PAST_D2 | {State.PAID, State.VOIDING, State.PARTLY_REFUNDED}
_STILL_OURS: Final = frozenset({Found.PAID, Found.PARTLY_REFUNDED, Found.MISMATCH})
_NOT_HELD: Final = frozenset({Found.RETURNED, Found.NO_SUCH_ORDER, Found.PENDING, Found.PAY_ERROR})


_NOTHING_DONE: Final = frozenset({Repaid.NO_SUCH_REFUND, Repaid.AGAIN, Repaid.REFUSED, Repaid.TOO_LATE})


def why_no_hold(sale: Sale, amount_fen: int) -> WhyNot | None:
    """Why nothing may be given back by hand now; None where it may be looked into."""
    if sale.hand is not None and sale.hand.stops_tries:
        return WhyNot("back.held", sale.hand.amount_fen)
    if sale.state in BEFORE_D2 or sale.must_query or sale.unconfirmed is not None:
        return WhyNot("adv.doubt")
    if sale.state not in _MAY_BE_HELD:
        gone = sale.state in (State.REVERSED, State.VOIDED, State.REFUNDED)
        return WhyNot("adv.gone" if gone else "adv.notpaid")
    left = sale.order.amount_fen - sale.refunded_fen
    return None if 0 < amount_fen <= left else WhyNot("adv.refund.toomuch", left)


def asked(sale: Sale, event: HoldAsked, now: Now, patience: Patience) -> Moved:
    """The till's own tries are stopped by the very record of this step."""
    if why_no_hold(sale, event.amount_fen) is not None:
        return sale, ()
    hand = Hand(event.amount_fen, event.reason, event.voucher, event.by, event.nonce, now.ms)
    sale = replace(sale, hand=hand, next_reverse=None, next_refund=None, next_ring=None)
    return look(sale, now, patience)


def is_looking(sale: Sale) -> bool:
    """Whether it is not decided yet that the cash may be given."""
    return sale.hand is not None and sale.hand.state is HandState.CHECKING


def look(sale: Sale, now: Now, patience: Patience) -> Moved:
    """Ask what decides, or say when: no sooner than anything that was sent can have taken effect."""
    over = settled_at(sale, patience)
    if over is not None and now.mono < over:
        return replace(sale, next_query=over, next_refund=None), ()
    if sale.refund is not None:
        return ask_refund(replace(sale, next_query=None), now)
    return ask(sale, now)


def settled_at(sale: Sale, patience: Patience) -> float | None:
    """Mono seconds at which whatever was ever sent has taken effect, and a query shows it: answered or not, since
    queries deny for minutes what has happened (reliability B17).
    """
    times = [reverse_settled_at(sale, patience, answered_too=True), sale.refund_doubt_until]
    if sale.refund_sent_at is not None:
        times.append(sale.refund_sent_at + patience.quarantine)
    return max((until for until in times if until is not None), default=None)


def reverse_settled_at(sale: Sale, patience: Patience, *, answered_too: bool = False) -> float | None:
    """Mono seconds at which no reverse that was never answered can take effect any more; None where all were."""
    if sale.reverses <= (0 if answered_too else sale.reverses_answered):
        return None
    return sale.quarantine_until if sale.reverse_over_at is None else sale.reverse_over_at + patience.quarantine


def _counts(sale: Sale, patience: Patience) -> bool:
    """Whether the query that has just answered was asked after all that was sent had taken effect."""
    over = settled_at(sale, patience)
    return over is None or (sale.queried_at is not None and sale.queried_at >= over)


def query_answered(sale: Sale, answer: QueryAnswer, now: Now, patience: Patience) -> Moved:
    """A query of the order, while a person waits to give cash or has given it."""
    found, hand = answer.kind, sale.hand
    assert hand is not None, "a hold without its hand"
    if hand.state is not HandState.CHECKING:
        return _watched(sale, found, now, patience)
    if not _counts(sale, patience):
        return look(sale, now, patience)
    back = max(answer.refunded_fen, sale.refunded_fen)
    unknown = found is Found.PARTLY_REFUNDED and back == 0  # something went back, and nobody says how much
    if found is Found.MISMATCH:  # another sum, order or merchant: cash only up to a sum that is named as paid
        unknown = (answer.evidence.paid_fen or 0) - back < hand.amount_fen
    if found in _STILL_OURS and not unknown and hand.amount_fen <= sale.order.amount_fen - back:
        return _given(sale, now, patience)
    if found in _NOT_HELD or found in _STILL_OURS:
        return _refused(sale, found, now, patience)
    return replace(sale, next_query=_once_more(sale, now, patience)), ()


def _once_more(sale: Sale, now: Now, patience: Patience) -> float:
    """Soon where nothing came back; a channel that answers, but does not know, is asked as often as it likes to be."""
    return now.mono + (patience.pause_before(sale.silences) if sale.silences else patience.poll)


def refund_queried(sale: Sale, answer: RefundAnswer, now: Now, patience: Patience) -> Moved:  # noqa: PLR0911 - one per kind
    """A query of the running refund, while a person waits to give cash."""
    if Call.REFUND_QUERY not in sale.calls:
        return sale, ()
    sale = heard_refund(answered(sale, Call.REFUND_QUERY), answer, now)
    refund, hand = sale.refund, sale.hand
    assert hand is not None, "a hold without its hand"
    if refund is None or (answer.kind in _NOTHING_DONE and not _counts(sale, patience)):
        return look(sale, now, patience)
    match answer.kind:
        case Repaid.DONE:
            sale = _put_hand(sale, replace(hand, state=HandState.REFUSED, ended_ms=now.ms))
            done = replace(refund, state=RefundState.DONE, confirmed=True, ended_ms=now.ms)
            return settled(replace(put(sale, done), took_money=True), now)
        case Repaid.ACCEPTED:  # it is on its way
            sale = _put_hand(sale, replace(hand, state=HandState.REFUSED, ended_ms=now.ms))
            sale = put(sale, replace(refund, state=RefundState.ACCEPTED))
            return replace(sale, next_refund=now.mono + patience.refund_poll_after(0), refund_doubt_until=None), ()
        case Repaid.NO_SUCH_REFUND | Repaid.AGAIN | Repaid.REFUSED | Repaid.TOO_LATE | Repaid.CLOSED:
            if refund.state is not RefundState.ASKED and answer.kind is not Repaid.CLOSED:
                return replace(sale, next_refund=now.mono + patience.stuck_query), ()  # it was taken once: ask on
            return ask(drop(sale, now), now)
        case Repaid.ABNORMAL:
            return _given(put(sale, replace(refund, state=RefundState.ABNORMAL)), now, patience)
        case _:
            return replace(sale, next_refund=_once_more(sale, now, patience)), ()


def _given(sale: Sale, now: Now, patience: Patience) -> Moved:
    """The money is still with us, and no call of ours can change that: the cash is recorded."""
    assert sale.hand is not None, "a hold without its hand"
    hand = replace(sale.hand, state=HandState.GIVEN, ended_ms=now.ms)
    sale = replace(sale, hand=hand, alarm="", next_reverse=None, next_ring=None)  # nobody is needed any more
    if sale.refund is not None:
        return replace(sale, next_refund=now.mono + patience.stuck_reverse), ()
    if sale.state in PAST_D2:
        return replace(sale, state=State.STUCK, next_query=now.mono + patience.stuck_reverse), ()
    return settled(sale, now) if sale.state is State.VOIDING else (sale, ())


def _refused(sale: Sale, found: Found, now: Now, patience: Patience) -> Moved:
    """No cash: the money is not with us. The till goes on by itself."""
    assert sale.hand is not None, "a hold without its hand"
    sale = _put_hand(sale, replace(sale.hand, state=HandState.REFUSED, ended_ms=now.ms))
    if sale.state in PAST_D2:
        if found is Found.RETURNED:
            return ended(sale, State.REVERSED, now)
        ring = None if sale.state is State.STUCK else now.mono + patience.unsettled
        return replace(sale, next_query=now.mono, next_ring=ring), ()
    return settled(replace(sale, alarm=ALARM_CONTRADICT), now) if sale.state is State.VOIDING else (sale, ())


def _watched(sale: Sale, found: Found, now: Now, patience: Patience) -> Moved:
    """The cash was given. Money that has gone back as well is a person's matter, loudly."""
    if found is Found.RETURNED and sale.state in PAST_D2:
        return ended(replace(sale, alarm=ALARM_CONTRADICT), State.REVERSED, now)
    if found is Found.RETURNED:
        return replace(sale, alarm=ALARM_CONTRADICT), ()
    return (replace(sale, next_query=now.mono + patience.stuck_reverse) if sale.state in PAST_D2 else sale), ()


def _put_hand(sale: Sale, hand: Hand) -> Sale:
    return replace(sale, hand=hand)
