"""The sale machine: what a sale does next, decided without I/O (the diagram stands in ``app.core.sale``).

``step`` is given what is known, what just happened and the time; it returns what is known now and the work to be done.
It never sends, sleeps or reads a clock. This file holds the life before D2 and after the end; ``undoing`` the rest.

The till's side of the bargain: a step with ``must_record`` is durable before its work begins and before anyone is told;
every ``Work`` but RING is then begun exactly once and answers with exactly one event (a call that was cut off or failed
answers UNKNOWN); the sale is woken at ``wake_at``; it is fed until it is ``at_rest``. Waking it early, late or for
nothing is harmless, and so is an answer that is handed in twice.
"""

from typing import Final, assert_never

from app.core import holding, money_back, undoing
from app.core.answers import Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer
from app.core.beijing import MS
from app.core.copies import replace
from app.core.events import (
    BillSeen,
    CheckAsked,
    Event,
    HoldAsked,
    Now,
    PayAnswered,
    QueryAnswered,
    Recovered,
    RefundAnswered,
    RefundAsked,
    RefundQueried,
    ReverseAnswered,
    Step,
    StopAsked,
    Woke,
    Work,
)
from app.core.evidence import believed_pay, believed_query, believed_reverse, heard
from app.core.money import MAX_AMOUNT_FEN
from app.core.moves import Moved, answered, ask, check, ended, fresh_run, is_due
from app.core.policy import Patience
from app.core.record import same_record
from app.core.refund_rules import REFUNDABLE
from app.core.sale import (
    ALARM_ACCEPTED,
    ALARM_CONTRADICT,
    ALARM_MISMATCH,
    BEFORE_D2,
    PAST_D2,
    Call,
    Order,
    Sale,
    State,
)

_NET_ZERO: Final = frozenset({State.REVERSED, State.DECLINED, State.NOT_SENT})
_MAY_BE_HELD: Final = frozenset({Pay.PAID, Pay.ACCEPTED, Pay.MISMATCH})
_HELD: Final = frozenset({Found.PAID, Found.PARTLY_REFUNDED, Found.MISMATCH})
_SAYS_NOTHING: Final = frozenset({Found.UNKNOWN, Found.MISCONFIGURED})


class IllegalStep(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """A caller's mistake; no channel, line or person can cause it."""


def begin(order: Order, patience: Patience, now: Now) -> Step:
    """A new sale: D1 is to be recorded, then the one pay request sent. Raises ``IllegalStep`` for an impossible sum."""
    if not 0 < order.amount_fen <= MAX_AMOUNT_FEN:
        raise IllegalStep("a sale is between 1 fen and the greatest sum")
    sale = Sale(
        order,
        deadline_ms=now.ms + int(patience.deadline * MS),
        sent_at=now.mono,
        deadline=now.mono + patience.deadline,
        next_query=now.mono + patience.first_query,
        quarantine_until=now.mono + patience.pay_limit + patience.quarantine,
        calls=frozenset({Call.PAY}),
    )
    return Step(sale, (Work.PAY,), must_record=True)


def step(sale: Sale, event: Event, now: Now, patience: Patience) -> Step:
    """What ``event`` makes of ``sale``. Raises ``IllegalStep`` for an answer to a reverse that was never asked for."""
    moved, work = _move(sale, event, now, patience)
    if moved.alarm not in ("", sale.alarm):
        work = (*work, Work.RING)
    return Step(moved, work, must_record=not same_record(sale, moved))


def _move(sale: Sale, event: Event, now: Now, patience: Patience) -> Moved:  # noqa: PLR0911 - one return per kind of event
    match event:
        case PayAnswered(answer):
            return _pay_answered(sale, believed_pay(answer), now, patience)
        case QueryAnswered(answer):
            return _query_answered(sale, believed_query(answer), now, patience)
        case ReverseAnswered(answer):
            return _reverse_answered(sale, believed_reverse(answer), now, patience)
        case Woke():
            return _woke(sale, now, patience)
        case StopAsked():
            return _stop(sale, now, patience)
        case CheckAsked():
            return check(sale, now, patience)
        case RefundAsked() | RefundAnswered() | RefundQueried() | HoldAsked() | BillSeen():
            return money_back.move(sale, event, now, patience)
        case Recovered(recharged):
            return _recovered(sale, recharged, now, patience)
        case _:
            assert_never(event)


def _woke(sale: Sale, now: Now, patience: Patience) -> Moved:
    if money_back.is_busy(sale):
        return money_back.woke(sale, now, patience)
    if sale.state in PAST_D2:
        return undoing.woke(sale, now, patience)
    if sale.state in BEFORE_D2:
        if is_due(sale.next_ring, now):
            sale = replace(sale, alarm=ALARM_ACCEPTED, next_ring=None)
        if is_due(sale.deadline, now):
            return undoing.let_go(sale, _why_over(sale), now, patience)
    return ask(sale, now) if is_due(sale.next_query, now) else (sale, ())


def _stop(sale: Sale, now: Now, patience: Patience) -> Moved:
    """One query decides, for ``stop_query`` at most; then D2. Useless past D2, and once is enough."""
    if sale.state not in BEFORE_D2 or sale.stop_asked:
        return sale, ()
    latest = now.mono + patience.stop_query
    deadline = latest if sale.deadline is None else min(sale.deadline, latest)
    return ask(replace(sale, stop_asked=True, deadline=deadline), now)


def _pay_answered(sale: Sale, answer: PayAnswer, now: Now, patience: Patience) -> Moved:
    if Call.PAY not in sale.calls:
        return sale, ()
    sale = answered(sale, Call.PAY)
    if sale.state not in BEFORE_D2 | PAST_D2:
        if sale.state in _NET_ZERO and answer.kind in _MAY_BE_HELD:
            return ask(replace(sale, must_query=True, next_query=now.mono), now)
        return sale, ()
    sale = heard(sale, answer.kind, answer.evidence, now)
    over = now.mono + patience.quarantine  # the request has left by now, if it ever does
    sale = replace(sale, quarantine_until=over if sale.quarantine_until is None else min(sale.quarantine_until, over))
    if sale.state in PAST_D2:
        return undoing.late_pay(sale, answer, now, patience)
    return _pay_decides(sale, answer, now, patience)


def _pay_decides(sale: Sale, answer: PayAnswer, now: Now, patience: Patience) -> Moved:  # noqa: PLR0911 - one return per kind of answer
    sale = replace(sale, reason=answer.evidence.reason)
    match answer.kind:
        case Pay.PAID:
            return _paid(sale, now)
        case Pay.DECLINED:
            return ended(replace(sale, took_money=False), State.DECLINED, now)
        case Pay.NOT_SENT if sale.state is State.INTENT:
            return ended(replace(sale, took_money=False), State.NOT_SENT, now)
        case Pay.NOT_SENT | Pay.UNKNOWN:  # a query that saw the order outranks "not sent", and silence (B5)
            state = State.PENDING if sale.state is State.PENDING else State.UNKNOWN
            return _goes_on(replace(sale, state=state), now, patience)
        case Pay.PENDING:
            return _goes_on(replace(sale, state=State.PENDING), now, patience)
        case Pay.DOUBTFUL:
            return ask(replace(sale, state=State.UNKNOWN, doubted=True), now)
        case Pay.ACCEPTED:
            return _accepted(sale, now, patience)
        case Pay.UNSIGNED | Pay.MISCONFIGURED:
            return undoing.let_go(sale, "refusal", now, patience)
        case Pay.MISMATCH:
            return undoing.let_go(sale, "mismatch", now, patience, alarm=ALARM_MISMATCH)
        case _:
            assert_never(answer.kind)


def _accepted(sale: Sale, now: Now, patience: Patience) -> Moved:
    """Alipay 10000 (design §7.7): only a query makes it PAID, and only a person's stop makes it D2.

    UnionPay 00 says less: the request was taken in. The sale stays as it is, and its deadline stands (unionpay.md §3).
    """
    if not patience.accepted_holds:
        return _goes_on(sale, now, patience)
    if not sale.stop_asked and not sale.overdue:
        sale = replace(sale, deadline=None, deadline_ms=0)
    return ask(
        replace(sale, state=State.UNKNOWN, accepted=True, next_ring=now.mono + patience.accepted_alarm),
        now,
    )


def _query_answered(sale: Sale, answer: QueryAnswer, now: Now, patience: Patience) -> Moved:
    if Call.QUERY not in sale.calls:
        return sale, ()
    sale = answered(sale, Call.QUERY)
    if sale.hand is not None and sale.hand.stops_tries:
        return holding.query_answered(heard(sale, answer.kind, answer.evidence, now), answer, now, patience)
    if sale.state not in BEFORE_D2 | PAST_D2:
        return _query_after_the_end(sale, answer, now, patience)
    sale = heard(sale, answer.kind, answer.evidence, now)
    if answer.kind not in _SAYS_NOTHING:
        sale = replace(sale, unseen=answer.kind is Found.NO_SUCH_ORDER)
    if sale.state in PAST_D2:
        return undoing.query_answered(sale, answer, now, patience)
    return _query_decides(sale, answer, now, patience)


def _query_decides(sale: Sale, answer: QueryAnswer, now: Now, patience: Patience) -> Moved:  # noqa: PLR0911 - one return per kind of answer
    if not sale.doubted:
        sale = replace(sale, reason=answer.evidence.reason)
    match answer.kind:
        case Found.PAID:
            return _paid(sale, now)
        case Found.RETURNED:
            # Nothing is kept, and not by our doing. "Declined" says more: that nothing was ever taken. Only a refusal
            # can say that, ours or the query's own (UnionPay's origRespCode); CLOSED and REVOKED look the same whether
            # or not money came and went.
            refused = sale.doubted or answer.evidence.took_money is False
            state = State.DECLINED if refused else State.REVERSED
            return ended(replace(sale, took_money=False if refused else sale.took_money), state, now)
        case Found.PAY_ERROR:
            return undoing.let_go(sale, "refusal", now, patience, found=answer.kind)
        case Found.PARTLY_REFUNDED | Found.MISMATCH:
            sale = undoing.counted(sale, answer)
            return undoing.let_go(sale, "mismatch", now, patience, found=answer.kind, alarm=ALARM_MISMATCH)
        case Found.PENDING | Found.NO_SUCH_ORDER if sale.doubted:
            return undoing.let_go(sale, "refusal", now, patience, found=answer.kind)
        case Found.PENDING:
            state = State.UNKNOWN if sale.accepted else State.PENDING
            return _goes_on(replace(sale, state=state), now, patience, answer.kind)
        case Found.NO_SUCH_ORDER | Found.UNKNOWN | Found.MISCONFIGURED:
            return _goes_on(sale, now, patience, answer.kind)
        case _:
            assert_never(answer.kind)


def _reverse_answered(sale: Sale, answer: ReverseAnswer, now: Now, patience: Patience) -> Moved:
    if sale.reverses == 0:
        raise IllegalStep("nobody asked for this reverse")
    if Call.REVERSE not in sale.calls:
        return sale, ()
    sale = answered(sale, Call.REVERSE)
    return undoing.reverse_answered(sale, answer, now, patience) if sale.state in PAST_D2 else (sale, ())


def _goes_on(sale: Sale, now: Now, patience: Patience, found: Found | None = None) -> Moved:
    """Nothing is decided. ``found``: a query has just answered, which spends the last chance of a sale that has one."""
    spent = found is not None and (sale.stop_asked or sale.overdue)
    if spent or is_due(sale.deadline, now):
        return undoing.let_go(sale, _why_over(sale), now, patience, found=found)
    if found is None:
        return sale, ()
    waited = 0.0 if sale.sent_at is None else now.mono - sale.sent_at
    return replace(sale, next_query=now.mono + patience.poll_after(waited)), ()


def _why_over(sale: Sale) -> str:
    if sale.stop_asked:
        return "cashier"
    return "restart" if sale.overdue else "deadline"


def _paid(sale: Sale, now: Now) -> Moved:
    return ended(replace(sale, reason=None, took_money=True), State.PAID, now)


def _query_after_the_end(sale: Sale, answer: QueryAnswer, now: Now, patience: Patience) -> Moved:
    """Final stays final, but for verified evidence that money is held, or that it is gone (design §7.10)."""
    found, owed = answer.kind, sale.must_query or sale.hinted
    if found in _SAYS_NOTHING:
        return (replace(sale, next_query=now.mono + patience.stuck_query) if owed else sale), ()
    sale = replace(sale, must_query=False, hinted=False)
    if sale.state in _NET_ZERO and found in _HELD:
        sale = undoing.counted(heard(sale, found, answer.evidence, now), answer)
        return undoing.reopen(sale, found, now, patience)
    if sale.state in REFUNDABLE and found in (Found.RETURNED, Found.PARTLY_REFUNDED):
        known = undoing.counted(sale, answer) == sale and sale.refunded_fen > 0 and found is Found.PARTLY_REFUNDED
        return (sale if known else replace(undoing.counted(sale, answer), alarm=ALARM_CONTRADICT)), ()
    return sale, ()


def _recovered(sale: Sale, recharged: bool, now: Now, patience: Patience) -> Moved:  # noqa: PLR0911 - one per case
    """Nothing of the last run is under way. The wall clock says what is left of a password wait, if it can be believed:
    not where it stands before the sale began, or leaves more than the whole wait (design §7.14).
    """
    sale = fresh_run(sale, now, patience)
    if sale.is_final or sale.state is State.VOIDING:
        return money_back.resume(sale, now, patience)
    sale = replace(sale, recovered=True)
    if money_back.is_busy(sale):
        return money_back.resume(sale, now, patience)
    if sale.state in PAST_D2:
        return undoing.resume(sale, now, patience)
    if recharged:
        return undoing.let_go(sale, "recharged", now, patience)
    if sale.state is State.INTENT:
        sale = replace(sale, state=State.UNKNOWN)
    if sale.accepted:
        return ask(replace(sale, next_ring=now.mono + patience.accepted_alarm), now)
    left = (sale.deadline_ms - now.ms) / MS
    if now.ms < sale.order.began_ms or not 0 < left <= patience.deadline:
        return ask(replace(sale, overdue=True, deadline=now.mono + patience.query_limit), now)
    return ask(replace(sale, deadline=now.mono + left), now)
