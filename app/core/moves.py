"""The moves every part of the sale machine shares: ask, let an answer in, end."""

from typing import Final

from app.core.copies import replace
from app.core.events import Now, Work
from app.core.policy import Patience
from app.core.record import from_body, to_body
from app.core.sale import ALARM_CONTRADICT, ALARM_MISMATCH, ASKING, Call, Sale, State

Moved = tuple[Sale, tuple[Work, ...]]
_LASTING: Final = frozenset({ALARM_MISMATCH, ALARM_CONTRADICT})  # a person looks at these even after it has ended


def ask(sale: Sale, now: Now) -> Moved:
    """Query now, unless a query, a reverse or a refund is under way: its answer leads on by itself."""
    if sale.calls & ASKING:
        return sale, ()
    return replace(sale, calls=sale.calls | {Call.QUERY}, queried_at=now.mono, next_query=None), (Work.QUERY,)


def ask_refund(sale: Sale, now: Now) -> Moved:
    """Ask now what became of the last refund, unless something is under way."""
    if sale.calls & ASKING:
        return sale, ()
    asking = replace(sale, calls=sale.calls | {Call.REFUND_QUERY}, queried_at=now.mono, next_refund=None)
    return asking, (Work.REFUND_QUERY,)


def check(sale: Sale, now: Now, patience: Patience) -> Moved:
    """A person wants to know: query, at most once in ``check_pause``."""
    if sale.queried_at is not None and now.mono - sale.queried_at < patience.check_pause:
        return sale, ()
    return ask(sale, now) if sale.refund is None and sale.unconfirmed is None else ask_refund(sale, now)


def answered(sale: Sale, call: Call) -> Sale:
    return replace(sale, calls=sale.calls - {call})


def ended(sale: Sale, state: State, now: Now) -> Moved:
    """A final state: nothing more is wanted. A call still under way may yet answer and add its evidence."""
    return replace(
        sale,
        state=state,
        ended_ms=now.ms,
        alarm=sale.alarm if sale.alarm in _LASTING else "",
        deadline=None,
        next_query=None,
        next_reverse=None,
        next_refund=None,
        next_ring=None,
        stop_asked=False,
        overdue=False,
    ), ()


def fresh_run(sale: Sale, now: Now, patience: Patience) -> Sale:
    """What the journal keeps of ``sale``, at the start of a run: nothing under way, 15 s and 180 s counted anew."""
    kept = from_body(to_body(sale))
    return replace(kept, sent_at=now.mono, quarantine_until=now.mono + patience.quarantine)


def is_due(at: float | None, now: Now) -> bool:
    return at is not None and at <= now.mono
