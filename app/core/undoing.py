"""Past D2: the sale is given back, and only a query may say that it is done.

Each round is query, reverse, query. A reverse is asked for only in the very step that hears a query's answer, so that
nothing lies between the two (alipay.md §5), and every reverse answer, whatever it says, is followed by a query
(reliability I-21). Rounds go on with a growing pause until a query finds nothing kept.
"""

from typing import Final, assert_never

from app.core.answers import Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.channel import Channel
from app.core.copies import replace
from app.core.events import Now, Work
from app.core.evidence import heard, took_by_reverse
from app.core.holding import reverse_settled_at
from app.core.moves import Moved, ask, ended, is_due
from app.core.policy import HOLLOW_REVERSES, Patience
from app.core.reasons import Reason
from app.core.refund_rules import put
from app.core.refunding import TILL_REFUNDS, give_back, order_queried, stopped
from app.core.sale import ALARM_CONTRADICT, ALARM_MISMATCH, ALARM_OFFLINE, ALARM_STUCK, Call, Sale, State

_REFUSALS: Final = frozenset({Undone.TOO_LATE, Undone.REFUSED, Undone.SHOP_FUNDS})  # a person, and hourly tries
_HELD: Final = frozenset({Found.PAID, Found.PARTLY_REFUNDED})  # ours to give back
_MAY_BE_THERE: Final = frozenset({Undone.AGAIN, Undone.BUSY, Undone.TOO_LATE, Undone.SHOP_FUNDS})
_SAYS_NOTHING: Final = frozenset({Found.UNKNOWN, Found.MISCONFIGURED})


def let_go(  # the one crossing of D2
    sale: Sale, stopped_by: str, now: Now, patience: Patience, *, found: Found | None = None, alarm: str = ""
) -> Moved:
    """D2. ``found`` is the answer heard in this very step, where there is one: the reverse may follow it at once."""
    gone = replace(
        sale,
        state=State.REVERSING,
        stopped_by=stopped_by,
        alarm=alarm,  # "look at the customer's bill" is past: it is given back now
        deadline=None,
        stop_asked=False,
        overdue=False,
        next_query=now.mono,
        next_reverse=_earliest(sale, now, patience),
        next_ring=now.mono + patience.unsettled,
        tries=0,
    )
    if found is None:
        return ask(gone, now)
    return _reverse_or_wait(gone, found, now, patience)


def resume(sale: Sale, now: Now, patience: Patience) -> Moved:
    """After a restart: ask first; the 15 s count anew (design §7.14), since a clock that stood still proves nothing."""
    waiting = replace(sale, next_reverse=None if stopped(sale) else now.mono + patience.reverse_after)
    if sale.state is not State.STUCK:
        waiting = replace(waiting, next_ring=now.mono + patience.unsettled)
    return ask(waiting, now)


def reopen(sale: Sale, found: Found, now: Now, patience: Patience) -> Moved:
    """A sale that had ended with nothing kept holds money after all (design §7.10): loudly into a refund.

    Where the sum that is held is not ours, or not known, it goes back into the rounds.
    """
    known = found in _HELD and not _sum_unknown(sale, found)
    held = replace(
        sale,
        state=State.REFUNDING if known else State.STUCK,
        stopped_by=sale.stopped_by or "contradict",
        alarm=ALARM_CONTRADICT,
        took_money=True,
        ended_ms=None,
        tries=0,
        next_reverse=_earliest(sale, now, patience),
    )
    return _reverse_or_wait(held, found, now, patience)


def woke(sale: Sale, now: Now, patience: Patience) -> Moved:
    """Time passed. Ten minutes without an end call a person; mere silence of the line is told once and goes on."""
    if is_due(sale.next_ring, now):
        if sale.silences == 0:
            sale = _stuck(sale)
        else:
            sale = replace(sale, alarm=sale.alarm or ALARM_OFFLINE, next_ring=now.mono + patience.unsettled)
    if is_due(sale.next_query, now) or is_due(sale.next_reverse, now):
        return ask(sale, now)
    return sale, ()


def late_pay(sale: Sale, answer: PayAnswer, now: Now, patience: Patience) -> Moved:
    """The pay answer came after D2: evidence only (reliability I-23); money that may be held hastens the reverse."""
    sale = replace(sale, reason=sale.reason or answer.evidence.reason)
    match answer.kind:
        case Pay.PAID:
            sale = replace(sale, took_money=True)
        case Pay.MISMATCH:
            sale = replace(sale, alarm=sale.alarm or ALARM_MISMATCH)
        case Pay.ACCEPTED:  # it may be paid, or rolled back yet: only a query knows
            pass
        case Pay.NOT_SENT:  # no send, so nothing can come late
            return replace(sale, quarantine_until=now.mono, took_money=sale.took_money or False), ()
        case Pay.DECLINED:
            return replace(sale, took_money=sale.took_money or False), ()
        case Pay.PENDING | Pay.DOUBTFUL | Pay.UNSIGNED | Pay.MISCONFIGURED | Pay.UNKNOWN:
            return sale, ()
        case _:
            assert_never(answer.kind)
    return ask(replace(sale, next_reverse=None if stopped(sale) else _earliest(sale, now, patience)), now)


def reverse_answered(sale: Sale, answer: ReverseAnswer, now: Now, patience: Patience) -> Moved:
    """Whatever a reverse answered proves nothing: query at once, and know when to try again."""
    kind = answer.kind
    sale = heard(sale, kind, answer.evidence, now)
    pause = patience.stuck_reverse if kind in _REFUSALS else patience.pause_before(sale.tries)
    return ask(
        replace(
            sale,
            reason=answer.evidence.reason or sale.reason if kind in _REFUSALS else sale.reason,
            took_money=took_by_reverse(sale, answer.evidence),
            reverses_answered=sale.reverses_answered + answer.evidence.verified,
            reversed_at=sale.reverse_asked_at if _leaves_nothing(sale, answer) else sale.reversed_at,
            reverse_over_at=now.mono,
            undone=kind,
            tries=sale.tries + 1,
            next_reverse=now.mono + pause,
        ),
        now,
    )


def _leaves_nothing(sale: Sale, answer: ReverseAnswer) -> bool:
    """Whether nothing can be left at the channel after this reverse, as far as the channel vouches for it.

    A reverse that is refused, or to be called again, may be so because the order is there after all: paid this moment
    by a request that came late, too young to be reversed, and not yet shown to queries. UnionPay alone has one code
    for "no such order" and for "not in that state" (35, unionpay.md §4).
    """
    kind, reason = answer.kind, answer.evidence.reason
    if kind is Undone.REFUSED:
        return answer.evidence.verified and sale.order.channel is Channel.UNIONPAY
    return answer.evidence.verified and (kind not in _MAY_BE_THERE or reason is Reason.NOTFOUND)


def query_answered(sale: Sale, answer: QueryAnswer, now: Now, patience: Patience) -> Moved:
    """The only thing that ends a sale past D2."""
    found = answer.kind
    if sale.refund is not None or (sale.unconfirmed is not None and found is not Found.RETURNED):
        return order_queried(sale, found, now, patience)
    if found is Found.RETURNED or (found is Found.NO_SUCH_ORDER and _nothing_can_come(sale)):
        done = sale.unconfirmed
        return ended(sale if done is None else put(sale, replace(done, confirmed=True)), State.REVERSED, now)
    if found in _HELD:
        sale = counted(replace(sale, took_money=True), answer)
        sale = _stuck(sale) if _sum_unknown(sale, found) else sale
    elif found is Found.MISMATCH:
        sale = replace(sale, alarm=ALARM_MISMATCH)
    judged = _judged(sale, found, now, patience)
    if found is Found.NO_SUCH_ORDER and _owes_the_last_reverse(sale, now):
        judged = replace(judged, next_reverse=now.mono)
    return _reverse_or_wait(judged, found, now, patience)


def counted(sale: Sale, answer: QueryAnswer) -> Sale:
    """What was given back by others, where a query tells more than our own refunds come to."""
    if answer.kind is not Found.PARTLY_REFUNDED or answer.refunded_fen <= sale.refunded_fen:
        return sale
    ours = sale.refunded_fen - sale.elsewhere_fen
    return replace(sale, elsewhere_fen=answer.refunded_fen - ours, refunded_fen=answer.refunded_fen)


def _nothing_can_come(sale: Sale) -> bool:
    """The 180 s rule (reliability I-20): reversed and asked after the quarantine, and no money was ever seen.

    A reverse of before may have come too early for a payment that landed late and that queries do not show yet.
    """
    if sale.quarantine_until is None or sale.reversed_at is None or sale.took_money:
        return False
    return sale.reversed_at >= sale.quarantine_until  # and the query that has just answered was asked after it


def _owes_the_last_reverse(sale: Sale, now: Now) -> bool:
    """The quarantine is over and no reverse was asked for since: that one is due now, whatever the pause."""
    until = sale.quarantine_until
    if until is None or until > now.mono:
        return False
    return sale.reverse_asked_at is None or sale.reverse_asked_at < until


def _judged(sale: Sale, found: Found, now: Now, patience: Patience) -> Sale:
    """The last reverse answer in the light of the query after it."""
    if found in _SAYS_NOTHING or sale.undone is None:
        return sale
    undone, sale = sale.undone, replace(sale, undone=None)
    if undone is Undone.DONE and found is Found.PAID:
        return replace(sale, hollow=sale.hollow + 1)
    if undone is Undone.TOO_LATE and found in _HELD:
        return replace(sale, state=State.REFUNDING)
    if found is Found.NO_SUCH_ORDER:
        return replace(sale, next_reverse=now.mono + patience.no_such_order_pause)
    return _stuck(sale) if undone in _REFUSALS else sale


def _sum_unknown(sale: Sale, found: Found) -> bool:
    """Something was given back by others, and the channel does not say how much: no refund of the rest can be named."""
    return found is Found.PARTLY_REFUNDED and sale.refunded_fen == 0


def _refund_is_next(sale: Sale, found: Found, now: Now, patience: Patience) -> bool:
    """Whether held money goes back by refund: no reverse is open any more, or none has any effect (B19, B21)."""
    if found not in _HELD or _sum_unknown(sale, found):
        return False
    chosen = sale.state is State.REFUNDING or any(not refund.by for refund in sale.refunds)
    useless = sale.hollow >= HOLLOW_REVERSES or found is Found.PARTLY_REFUNDED  # a reverse is refused for these
    return chosen or useless or now.ms >= patience.reverse_ends_ms(sale.order)


def _refund(sale: Sale, found: Found, now: Now, patience: Patience) -> Moved:
    """Refund what is held, once no reverse can take effect any more: nobody is paid back twice."""
    left = sale.order.amount_fen - sale.refunded_fen
    if stopped(sale) or left <= 0 or len(sale.refunds) >= TILL_REFUNDS:
        return _wait(replace(_stuck(sale), next_reverse=None), found, now, patience)
    over = reverse_settled_at(sale, patience)
    if over is None or over <= now.mono:
        return give_back(sale, left, now, patience)
    state = sale.state if sale.state is State.STUCK else State.REFUNDING
    until = min(over, now.mono + patience.stuck_query)
    return replace(sale, state=state, next_reverse=None, next_query=until), ()


def _reverse_or_wait(sale: Sale, found: Found, now: Now, patience: Patience) -> Moved:
    """A query has just answered ``found`` and the sale goes on: give back in this step, or say when to ask again."""
    if _refund_is_next(sale, found, now, patience):
        return _refund(sale, found, now, patience)
    # An order the channel does not know has no age: the window binds only what exists.
    if found is not Found.NO_SUCH_ORDER and now.ms >= patience.reverse_ends_ms(sale.order):
        if found not in _SAYS_NOTHING:
            sale = replace(_stuck(sale), reason=Reason.TOOLATE)
        return _wait(replace(sale, next_reverse=None), found, now, patience)
    earliest = _earliest(sale, now, patience)
    next_reverse = earliest if sale.next_reverse is None else max(earliest, sale.next_reverse)
    if next_reverse <= now.mono:
        return replace(
            sale,
            calls=sale.calls | {Call.REVERSE},
            reverses=sale.reverses + 1,
            reverse_asked_at=now.mono,
            next_query=None,
            next_reverse=None,
        ), (Work.REVERSE,)
    if sale.next_reverse is not None:
        sale = replace(sale, next_reverse=next_reverse)  # one that is overdue must not wake the till until it may leave
    return _wait(sale, found, now, patience)


def _wait(sale: Sale, found: Found, now: Now, patience: Patience) -> Moved:
    """Before the first reverse as often as the channel likes to be asked, then at least every 60 s."""
    first = sale.tries == 0 and sale.state is not State.STUCK
    pause = max(patience.poll, patience.pause_before(sale.silences)) if first else patience.stuck_query
    next_query = now.mono + pause
    over, asked = sale.quarantine_until, sale.queried_at
    if found is Found.NO_SUCH_ORDER and over is not None and asked is not None and asked < over:
        next_query = min(next_query, max(over, now.mono))  # the query that counts is asked when quarantine is over
    return replace(sale, next_query=next_query), ()


def _stuck(sale: Sale) -> Sale:
    """A person is called; the rounds go on. A louder alarm that already stands is kept."""
    alarm = sale.alarm if sale.alarm not in ("", ALARM_OFFLINE) else ALARM_STUCK
    return replace(sale, state=State.STUCK, alarm=alarm, next_ring=None)


def _earliest(sale: Sale, now: Now, patience: Patience) -> float:
    """The first second at which the channel allows a reverse, and never in the past."""
    since = now.mono if sale.sent_at is None else sale.sent_at
    return max(now.mono, since + patience.reverse_after)
