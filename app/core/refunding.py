"""The refund machine: what the running refund of a sale does next, whoever asked for it (diagram in ``core.refunds``).

D4 is the step that adds the refund to the sale; its call is that step's work. A round is query, then the same number
again: a refund is sent a second time only in the very step that hears its query find nothing done (reliability I-12,
C7). What a call left unanswered may still take effect for as long as the quarantine lasts; until then a refusal of a
later call is not believed to be the end of it.
"""

from typing import Final, assert_never

from app.core.answers import Found, RefundAnswer, Repaid
from app.core.copies import replace
from app.core.events import Now, RefundAsked, Work
from app.core.evidence import heard_refund
from app.core.moves import Moved, answered, ask, ask_refund, ended, is_due
from app.core.policy import Patience
from app.core.reasons import Reason
from app.core.refund_rules import new_refund, put, why_not
from app.core.refunds import HandState, Refund, RefundState
from app.core.sale import (
    ALARM_ABNORMAL,
    ALARM_CLOSED,
    ALARM_CONTRADICT,
    ALARM_FUNDS,
    ALARM_MISMATCH,
    ALARM_OFFLINE,
    ALARM_REFUND,
    ALARM_STUCK,
    ALARM_TOOLATE,
    PAST_D2,
    Call,
    Sale,
    State,
)

TILL_REASON: Final = "未收款成功，原路退回"  # what the payer reads of a refund that the till makes by itself
TILL_REFUNDS: Final = 10  # of one sale by the till itself; after so many that were closed only a person goes on
VANISHED: Final = 3  # queries in a row that do not know a refund that was taken, before its number is sent again
NO_WAIT: Final = float("inf")  # as a pace: the machine leaves the minute between two refunds to the front and channel

# Refunds have raised these; they go when the refund goes on.
_OF_REFUNDS: Final = frozenset(
    {ALARM_FUNDS, ALARM_ABNORMAL, ALARM_CLOSED, ALARM_REFUND, ALARM_TOOLATE, ALARM_STUCK, ALARM_OFFLINE}
)
_IN_DOUBT: Final = frozenset({Repaid.UNKNOWN, Repaid.AGAIN, Repaid.MISCONFIGURED, Repaid.MISMATCH})


def asked(sale: Sale, event: RefundAsked, now: Now, patience: Patience) -> Moved:
    """D4 for a person. What ``why_not`` forbids is left undone, whoever asks."""
    if why_not(sale, event.amount_fen, now.ms, NO_WAIT) is not None:
        return sale, ()
    refund = new_refund(sale, event.amount_fen, event.reason, now.ms, by=event.by, nonce=event.nonce)
    return _begun(replace(sale, state=State.VOIDING), refund, now, patience)


def give_back(sale: Sale, amount_fen: int, now: Now, patience: Patience) -> Moved:
    """D4 for the till itself: a sale past D2 whose reverse is shut or useless (design §7.10, §7.13)."""
    refund = new_refund(sale, amount_fen, TILL_REASON, now.ms)
    return _begun(replace(sale, state=State.REFUNDING, next_reverse=None), refund, now, patience)


def _begun(sale: Sale, refund: Refund, now: Now, patience: Patience) -> Moved:
    sale = replace(
        sale,
        refunds=(*sale.refunds, refund),
        alarm=_calmed(sale.alarm),
        next_query=None,
        next_refund=None,
        next_ring=now.mono + patience.unsettled,
        refund_tries=0,
        refund_doubt_until=None,
    )
    return _send(sale, refund, now)


def woke(sale: Sale, now: Now, patience: Patience) -> Moved:
    """Time passed for a sale with a running or unconfirmed refund."""
    if is_due(sale.next_ring, now):
        sale = replace(sale, next_ring=now.mono + patience.unsettled)
        if sale.refund is not None and not _is_on_its_way(sale.refund):
            offline = replace(sale, alarm=sale.alarm or ALARM_OFFLINE)
            sale = _alarmed(sale, ALARM_REFUND) if sale.silences == 0 else offline
    return ask_refund(sale, now) if is_due(sale.next_refund, now) else (sale, ())


def resume(sale: Sale, now: Now, patience: Patience) -> Moved:
    """After a restart: whether the call of the last run was made, nobody knows; ask, then the same number again."""
    doubt = now.mono + patience.quarantine
    ring = now.mono + patience.unsettled if sale.refund is not None else None
    return ask_refund(replace(sale, refund_doubt_until=doubt, next_ring=ring, next_refund=now.mono), now)


def call_answered(sale: Sale, answer: RefundAnswer, now: Now, patience: Patience) -> Moved:  # noqa: PLR0911 - one per kind
    """What the refund call itself answered."""
    if Call.REFUND not in sale.calls:
        return sale, ()
    sale = heard_refund(replace(answered(sale, Call.REFUND), refund_sent_at=now.mono), answer, now)
    refund = sale.refund
    if refund is None:
        return sale, ()
    if answer.kind in _IN_DOUBT:
        sale = replace(sale, refund_doubt_until=now.mono + patience.quarantine)
    match answer.kind:
        case Repaid.REFUSED | Repaid.TOO_LATE:
            return _refused(sale, refund, answer, now, patience)
        case Repaid.TOO_MANY:
            return _later(sale, now.mono + patience.too_many_pause)
        case Repaid.SHOP_FUNDS:
            return _later(_alarmed(sale, ALARM_FUNDS), now.mono + patience.stuck_refund)
        case Repaid.AGAIN | Repaid.UNKNOWN | Repaid.NOT_SENT | Repaid.MISCONFIGURED | Repaid.NO_SUCH_REFUND:
            return _later(sale, now.mono + patience.pause_before(sale.refund_tries))
        case Repaid.DONE | Repaid.ACCEPTED | Repaid.CLOSED | Repaid.ABNORMAL | Repaid.MISMATCH:
            return _stands(sale, refund, answer, now, patience, confirmed=False)
        case _:
            assert_never(answer.kind)


def query_answered(sale: Sale, answer: RefundAnswer, now: Now, patience: Patience) -> Moved:
    """What the query of the refund found."""
    if Call.REFUND_QUERY not in sale.calls:
        return sale, ()
    sale = heard_refund(answered(sale, Call.REFUND_QUERY), answer, now)
    refund = sale.refund
    if refund is None:
        return _confirms(sale, answer, now, patience)
    match answer.kind:
        case Repaid.NO_SUCH_REFUND | Repaid.AGAIN:
            return _not_there(sale, refund, now, patience)
        case Repaid.UNKNOWN | Repaid.NOT_SENT | Repaid.MISCONFIGURED | Repaid.TOO_MANY | Repaid.SHOP_FUNDS:
            return _later(sale, now.mono + _pause(sale, refund, patience))
        case Repaid.REFUSED | Repaid.TOO_LATE:
            return _refused(sale, refund, answer, now, patience)
        case Repaid.DONE | Repaid.ACCEPTED | Repaid.CLOSED | Repaid.ABNORMAL | Repaid.MISMATCH:
            return _stands(sale, refund, answer, now, patience, confirmed=True)
        case _:
            assert_never(answer.kind)


def order_queried(sale: Sale, found: Found, now: Now, patience: Patience) -> Moved:
    """A query of the order while the till's own refund runs: it tells whether there is anything left to give back."""
    refund = sale.refund
    if found is not Found.RETURNED or refund is None:
        at = now.mono + patience.stuck_query if sale.next_refund is None else sale.next_refund
        return replace(sale, next_refund=at), ()
    in_doubt = sale.refund_doubt_until is not None and now.mono < sale.refund_doubt_until
    if refund.state is RefundState.ASKED and not in_doubt:
        return ended(drop(sale, now), State.REVERSED, now)
    if sale.next_refund is not None:  # one that was taken once was refused a moment ago: that pause holds
        return sale, ()
    return ask_refund(sale, now)


def drop(sale: Sale, now: Now) -> Sale:
    """The running refund is given up: nothing of it can take effect any more, and its number is never sent again."""
    refund = sale.refund
    if refund is None:
        return sale
    sale = put(sale, replace(refund, state=RefundState.REFUSED, ended_ms=now.ms))
    return replace(sale, next_refund=None, refund_doubt_until=None)


def settled(sale: Sale, now: Now, *, alarm: str = "") -> Moved:
    """No refund runs any more: where the sale stands by what has gone back."""
    sale = replace(sale, alarm=alarm or _calmed(sale.alarm), next_ring=None, refund_tries=0)
    if sale.state in PAST_D2:
        return _till_settled(sale, now)
    if sale.refunded_fen == 0:
        return replace(sale, state=State.PAID), ()
    if sale.refunded_fen < sale.order.amount_fen:
        return replace(sale, state=State.PARTLY_REFUNDED), ()
    whole = sale.refunds[-1].amount_fen == sale.order.amount_fen
    return replace(sale, state=State.VOIDED if whole else State.REFUNDED), ()


def _till_settled(sale: Sale, now: Now) -> Moved:
    """Only a query says that nothing is kept: the refund's own, or for what is left the order's."""
    sale = replace(sale, state=State.REFUNDING)
    if sale.unconfirmed is not None:
        return sale, ()
    if sale.refunded_fen >= sale.order.amount_fen:
        return ended(replace(sale, next_refund=None), State.REVERSED, now)
    return ask(replace(sale, next_query=now.mono), now)


def _stands(  # what a verified answer says of the refund itself
    sale: Sale, refund: Refund, answer: RefundAnswer, now: Now, patience: Patience, *, confirmed: bool
) -> Moved:
    poll = now.mono + patience.refund_poll_after(sale.refund_tries)
    match answer.kind:
        case Repaid.DONE:
            sale = put(sale, replace(refund, state=RefundState.DONE, confirmed=confirmed, ended_ms=now.ms, why=None))
            doubt = None if confirmed else now.mono + patience.quarantine
            sale = replace(sale, took_money=True, refund_doubt_until=doubt, next_refund=None if confirmed else poll)
            twice = stopped(sale) and sale.hand is not None and sale.hand.state is not HandState.CHECKING
            return settled(sale, now, alarm=ALARM_CONTRADICT if twice else "")
        case Repaid.ACCEPTED:
            sale = put(sale, replace(refund, state=RefundState.ACCEPTED, confirmed=confirmed, why=None))
            tries = sale.refund_tries + 1 if refund.state is RefundState.ACCEPTED else 1
            poll = now.mono + patience.refund_poll_after(tries - 1)
            if confirmed or sale.alarm != ALARM_REFUND:  # a call that says so once more calms nobody
                state = State.REFUNDING if sale.state in PAST_D2 else sale.state
                sale = replace(sale, state=state, alarm=_calmed(sale.alarm))
            return replace(sale, refund_doubt_until=None, refund_tries=tries, next_refund=poll), ()
        case Repaid.CLOSED:
            sale = put(sale, replace(refund, state=RefundState.CLOSED, ended_ms=now.ms))
            return _given_up(replace(sale, next_refund=None, refund_doubt_until=None), now, patience)
        case Repaid.ABNORMAL:
            sale = put(sale, replace(refund, state=RefundState.ABNORMAL))
            return _later(_alarmed(sale, ALARM_ABNORMAL), max(poll, now.mono + patience.stuck_query))
        case _:  # another sum, number or merchant under our number: a person; it is asked about, not sent again
            return _later(_alarmed(sale, ALARM_MISMATCH), now.mono + patience.stuck_query)


def _given_up(sale: Sale, now: Now, patience: Patience) -> Moved:
    """CLOSED: nothing moved. A person decides anew; the till itself asks what is still held, and takes a new number."""
    if sale.state not in PAST_D2:
        return settled(sale, now, alarm=ALARM_CLOSED)
    return replace(_alarmed(sale, ALARM_CLOSED), next_query=now.mono + patience.stuck_reverse, next_ring=None), ()


def _refused(sale: Sale, refund: Refund, answer: RefundAnswer, now: Now, patience: Patience) -> Moved:
    """Final for a person's request, unless an earlier call of this number may have been carried out. The till's own
    keeps its number and is tried hourly (I-12), after the order was asked about: perhaps it is back already.
    """
    if sale.refund_doubt_until is not None and now.mono < sale.refund_doubt_until:
        return _later(sale, now.mono + _pause(sale, refund, patience))
    if sale.state not in PAST_D2:
        late = answer.kind is Repaid.TOO_LATE
        why = Reason.TOOLATE if late else refund.why
        sale = drop(put(sale, replace(refund, why=why)), now)
        return settled(sale, now, alarm=ALARM_TOOLATE if late else "")
    sale = _alarmed(sale, ALARM_TOOLATE if answer.kind is Repaid.TOO_LATE else ALARM_STUCK)
    return ask(replace(sale, refund_doubt_until=None, next_refund=now.mono + patience.stuck_reverse), now)


def _not_there(sale: Sale, refund: Refund, now: Now, patience: Patience) -> Moved:
    """The channel knows no such refund, which is never final: the same number again, in this very step."""
    if refund.state is RefundState.ABNORMAL or (refund.state is RefundState.ACCEPTED and sale.refund_tries < VANISHED):
        return _later(sale, now.mono + patience.refund_poll_after(sale.refund_tries))
    if stopped(sale):
        return _later(sale, now.mono + patience.stuck_query)
    return _send(sale, refund, now)


def _is_on_its_way(refund: Refund) -> bool:
    """A query has seen it: it may take days. By the call's word alone it need not be there at all (alipay.md §6)."""
    return refund.state is RefundState.ABNORMAL or (refund.state is RefundState.ACCEPTED and refund.confirmed)


def stopped(sale: Sale) -> bool:
    """A person settles it by hand (HELD): the till gives nothing back any more."""
    return sale.hand is not None and sale.hand.stops_tries


def _send(sale: Sale, refund: Refund, now: Now) -> Moved:
    """The call, with the number and sum of D4."""
    sale = put(sale, replace(refund, calls=refund.calls + 1))
    sending = replace(sale, calls=sale.calls | {Call.REFUND}, refund_sent_at=now.mono, next_refund=None)
    return sending, (Work.REFUND,)


def _confirms(sale: Sale, answer: RefundAnswer, now: Now, patience: Patience) -> Moved:
    """A query about a refund that was called done (design §7.9). What a query denies is looked into, loudly."""
    done = sale.unconfirmed
    if done is None:
        return replace(sale, next_refund=None), ()
    if answer.kind is Repaid.DONE:
        sale = put(sale, replace(done, confirmed=True))
        sale = replace(sale, next_refund=None, refund_doubt_until=None)
        return settled(sale, now) if sale.state in PAST_D2 else (sale, ())
    lasting = sale.refund_doubt_until is None or now.mono >= sale.refund_doubt_until
    denied = answer.kind in (Repaid.CLOSED, Repaid.ABNORMAL, Repaid.MISMATCH, Repaid.REFUSED)
    if denied or (lasting and answer.kind is Repaid.NO_SUCH_REFUND):
        sale = put(sale, replace(done, state=RefundState.ABNORMAL, ended_ms=None))
        if sale.state not in PAST_D2:
            sale = replace(sale, state=State.VOIDING)
        return _later(_alarmed(sale, ALARM_CONTRADICT), now.mono + patience.stuck_query)
    return _later(sale, now.mono + patience.refund_poll_after(sale.refund_tries))


def _pause(sale: Sale, refund: Refund, patience: Patience) -> float:
    if refund.state is RefundState.ASKED:
        return patience.pause_before(sale.refund_tries)
    return patience.refund_poll_after(sale.refund_tries)


def _later(sale: Sale, at: float) -> Moved:
    """The refund is asked about again at ``at``, mono seconds."""
    return replace(sale, next_refund=at, refund_tries=sale.refund_tries + 1), ()


def _alarmed(sale: Sale, alarm: str) -> Sale:
    """A person is called. A louder alarm that already stands is kept; past D2 the sale is STUCK, and goes on."""
    kept = alarm if sale.alarm == "" or sale.alarm in _OF_REFUNDS else sale.alarm
    state = State.STUCK if sale.state in PAST_D2 else sale.state
    return replace(sale, alarm=kept, state=state, next_ring=None)


def _calmed(alarm: str) -> str:
    return "" if alarm in _OF_REFUNDS else alarm
