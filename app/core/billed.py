"""What a channel's bill does to a sale: it closes what waited for it, and sends the till to ask where the two differ.

A bill is a file that a person may have brought, so it moves no money: where it says that money is held, the channel
itself is asked, and its answer decides as ever.
"""

from typing import Final

from app.core.channel import Channel
from app.core.copies import replace
from app.core.events import BillSeen, Now
from app.core.moves import Moved, ask, check, ended
from app.core.policy import Patience
from app.core.refund_rules import put
from app.core.refunding import settled
from app.core.refunds import Hand, HandState, RefundState
from app.core.sale import ALARM_CONTRADICT, PAST_D2, Sale, State

FLAWED: Final = "A6"  # unionpay.md §3: a success with a flaw, which the file decides
_NET_ZERO: Final = frozenset({State.REVERSED, State.DECLINED, State.NOT_SENT})


def is_flawed(sale: Sale) -> bool:
    """Booked as paid with a flaw, and in no bill yet. UnionPay answers in two parts, ``00/A6``."""
    paid = sale.order.channel is Channel.UNIONPAY and sale.state is State.PAID
    return paid and sale.code.rpartition("/")[2] == FLAWED


def waits_for_bill(sale: Sale) -> bool:
    """Whether the bill is to close something about it."""
    return is_flawed(sale) or (sale.hand is not None and sale.hand.state is HandState.GIVEN)


def owed_fen(sale: Sale) -> int:
    """What the channel still holds of a sale past D2 whose payer got a part by hand; nobody gives it back by itself."""
    hand = sale.hand
    if sale.state is not State.REVERSED or hand is None or hand.state is not HandState.MATCHED:
        return 0
    return max(0, sale.order.amount_fen - sale.refunded_fen - hand.amount_fen)


def seen(sale: Sale, event: BillSeen, now: Now, patience: Patience) -> Moved:
    """The bills hold ``event`` of this sale."""
    hand = sale.hand
    if hand is not None and hand.stops_tries:
        return (_beside_cash(sale, hand, event, now) if hand.state is HandState.GIVEN else sale), ()
    if not sale.is_final:
        return check(sale, now, patience)
    if sale.state in _NET_ZERO and event.kept_fen > 0:
        return ask(replace(sale, must_query=True, next_query=now.mono), now)
    if is_flawed(sale) and event.kept_fen == sale.order.amount_fen:
        return replace(sale, code=""), ()
    return sale, ()


def _beside_cash(sale: Sale, hand: Hand, event: BillSeen, now: Now) -> Sale:
    """Cash was given. It is over once the bill shows the payment, and that what the cash stood for is still with us.

    Where the cash was a part, the bill says what of the rest is still there: the till sends nothing after HELD, so that
    is a person's to give back (``owed_fen``).
    """
    left = sale.order.amount_fen - sale.refunded_fen
    if event.paid_fen < sale.order.amount_fen:
        return sale  # the payment stands in a bill that is not here
    must_be_there = hand.amount_fen if sale.state in PAST_D2 else left  # of a collected sale the rest is booked as ours
    if event.kept_fen < must_be_there:
        return replace(sale, alarm=ALARM_CONTRADICT)
    sale = replace(sale, hand=replace(hand, state=HandState.MATCHED), alarm="")
    if sale.state in PAST_D2 and event.kept_fen < left:  # somebody gave more of it back, at the channel
        elsewhere_fen = sale.elsewhere_fen + left - event.kept_fen
        sale = replace(sale, elsewhere_fen=elsewhere_fen, refunded_fen=sale.order.amount_fen - event.kept_fen)
    running = sale.refund
    if running is not None:  # the one that could not reach the payer, who has the cash
        sale = put(sale, replace(running, state=RefundState.CLOSED, ended_ms=now.ms))
        sale = replace(sale, next_refund=None, refund_doubt_until=None)
    if sale.state in PAST_D2:
        return ended(replace(sale, took_money=True), State.REVERSED, now)[0]
    return settled(sale, now)[0] if sale.state is State.VOIDING else sale
