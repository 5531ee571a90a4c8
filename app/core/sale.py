r"""A sale: one payment code, one order number, one pay request.

::

            (D1 durable)                      (signed and matched)
 NEW --> INTENT --> [pay, once] --> PAID --> VOIDING --> VOIDED | REFUNDED | PARTLY_REFUNDED
            |            |    \---> DECLINED                  (a supervisor, D4)
            |            \--> PENDING / UNKNOWN --query--> PAID | DECLINED
            |                       | deadline, stop, restart, mismatch
            |                       v (D2 durable, one-way)
            |                   REVERSING --> REVERSED    (net zero, shown by a query)
            |                       |-----> REFUNDING --> REVERSED   (the window is shut)
            |                       \----> STUCK  (alarm; still tried; never closed)
            \--> NOT_SENT  (proven: no byte left)

The states and doors are those of ``reliability.md`` §2.0.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.answers import Undone
from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.refunds import Hand, HandState, Refund, RefundState


class State(StrEnum):
    """Names are what ``mashou sales --json`` prints; they never change."""

    INTENT = "INTENT"
    PENDING = "PENDING"
    UNKNOWN = "UNKNOWN"
    PAID = "PAID"
    DECLINED = "DECLINED"
    NOT_SENT = "NOT_SENT"
    REVERSING = "REVERSING"
    REFUNDING = "REFUNDING"
    REVERSED = "REVERSED"
    STUCK = "STUCK"
    VOIDING = "VOIDING"
    VOIDED = "VOIDED"
    REFUNDED = "REFUNDED"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"


FINAL: Final = frozenset(
    {
        State.PAID,
        State.DECLINED,
        State.NOT_SENT,
        State.REVERSED,
        State.VOIDED,
        State.REFUNDED,
        State.PARTLY_REFUNDED,
    }
)
BEFORE_D2: Final = frozenset({State.INTENT, State.PENDING, State.UNKNOWN})
PAST_D2: Final = frozenset({State.REVERSING, State.REFUNDING, State.STUCK})

# What a person should look at: words keys, kept in ``Sale.alarm``.
ALARM_STUCK: Final = "st.stuck"
ALARM_OFFLINE: Final = "st.offline"  # past D2, and the channel has been silent for long
ALARM_ACCEPTED: Final = "st.accepted"  # Alipay said 10000 and no query has confirmed it: look at the customer's bill
ALARM_MISMATCH: Final = "st.mismatch"
ALARM_CONTRADICT: Final = "st.contradict"
ALARM_FUNDS: Final = "back.funds"  # a refund waits for the merchant's balance
ALARM_ABNORMAL: Final = "wk.abnormal"  # a refund cannot reach the payer
ALARM_CLOSED: Final = "wk.closed"  # the channel gave a refund up
ALARM_TOOLATE: Final = "wk.toolate"  # reverse and refund are both shut
ALARM_REFUND: Final = "back.refund"  # a refund is refused, or the channel stays silent about it


class Call(StrEnum):
    """A request under way."""

    PAY = "pay"
    QUERY = "query"
    REVERSE = "reverse"
    REFUND = "refund"
    REFUND_QUERY = "refund_query"


ASKING: Final = frozenset({Call.QUERY, Call.REVERSE, Call.REFUND, Call.REFUND_QUERY})  # one of these at a time


@dataclass(frozen=True, slots=True)
class Order:
    """What is fixed at D1 and never changes."""

    out_trade_no: str  # 24 digits, see app.core.numbers
    purchase: str  # what the customer owes; attempts of one purchase share it
    channel: Channel
    amount_fen: int
    code_mark: str  # keyed hash of the payment code, hex; never the code
    operator: str
    terminal: str
    began_ms: int  # channel time, ms since the epoch
    day: str  # business day at UTC+8, YYYY-MM-DD
    training: bool = False


@dataclass(frozen=True)
class Sale:
    """What is known of an order now. The first block is kept in the journal; the second lives in this run only.

    It has no slots, so that it is copied at once (``app.core.copies``).
    """

    order: Order
    state: State = State.INTENT
    reason: Reason | None = None
    code: str = ""  # the channel's last code, for the worklist
    says: str = ""  # the channel's own words
    channel_no: str = ""
    payer: str = ""
    paid_ms: int | None = None
    said_fen: int | None = None  # what the channel said was paid, where it is not our amount
    took_money: bool | None = None  # verified: True money had been taken, False never; None not known
    refunded_fen: int = 0  # given back so far: our own refunds that are DONE, and what others gave back
    deadline_ms: int = 0  # channel time at which it goes to D2 by itself; 0: never (accepted)
    ended_ms: int | None = None
    accepted: bool = False  # Alipay said 10000: not reversed merely for want of a query
    stopped_by: str = ""  # "", "cashier", "deadline", "restart", "mismatch", "refusal", "recharged", "contradict"
    reverses: int = 0  # reverse calls made, over all runs
    reverses_answered: int = 0  # of these, answered by the channel
    hollow: int = 0  # "done" answers after which a query still found the money
    forged: bool = False  # an answer with a bad signature was seen
    recovered: bool = False  # found open at a start
    alarm: str = ""  # words key of what a person should look at, "" for nothing
    doubted: bool = False  # a refusal that is queried before it is believed
    must_query: bool = False  # it has ended, yet a late pay answer spoke of money: a query must clear that up
    elsewhere_fen: int = 0  # given back by others, as a query showed: in the channel's back office
    refunds: tuple[Refund, ...] = ()  # oldest first; at most the last is running
    hand: Hand | None = None  # what a person settled by hand (design §7.13)

    # --- this run only: monotonic seconds, None where nothing is running
    sent_at: float | None = None  # after a restart: when this run began to resolve it
    deadline: float | None = None
    quarantine_until: float | None = None
    next_query: float | None = None
    next_reverse: float | None = None
    next_ring: float | None = None  # when a person is called if it is still open
    queried_at: float | None = None  # when the last query was asked for
    heard_at: float | None = None  # last time the channel itself said something about this sale
    silences: int = 0  # calls in a row to which nothing of the channel came back
    reverse_asked_at: float | None = None  # when the last reverse was asked for
    reverse_over_at: float | None = None  # when the last reverse answered, or was given up
    reversed_at: float | None = None  # when the last reverse that left nothing at the channel was asked for
    tries: int = 0  # reverse calls in a row, for the back-off
    undone: Undone | None = None  # the last reverse answer, until a query has judged it
    calls: frozenset[Call] = frozenset()
    stop_asked: bool = False
    overdue: bool = False  # found at a start past its deadline: one query, then D2
    hinted: bool = False  # it has ended, yet somebody else says otherwise: asked about until the channel answers
    unseen: bool = False  # the last query that said anything said that there is no such order
    next_refund: float | None = None  # when the running refund is next asked about, or asked for again
    refund_tries: int = 0  # calls about it in a row that brought it no further
    refund_sent_at: float | None = None  # when the last refund call was begun, or answered
    refund_doubt_until: float | None = None  # a refund call that was never answered may take effect until then

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_open(self) -> bool:
        """Whether a restart must take it up: not final, or final and still owing a query."""
        looking = self.hand is not None and self.hand.state is HandState.CHECKING
        return not self.is_final or self.must_query or looking or self.unconfirmed is not None

    @property
    def refund(self) -> Refund | None:
        """The refund that is running, if one is."""
        return self.refunds[-1] if self.refunds and self.refunds[-1].is_running else None

    @property
    def unconfirmed(self) -> Refund | None:
        """A refund that the channel called done and that no query has confirmed yet (Alipay, design §7.9)."""
        last = self.refunds[-1] if self.refunds else None
        return last if last is not None and last.state is RefundState.DONE and not last.confirmed else None

    @property
    def left_fen(self) -> int:
        """What can still be given back: neither given back already nor spoken for by a running refund."""
        running = self.refund
        return max(0, self.order.amount_fen - self.refunded_fen - (running.amount_fen if running else 0))

    @property
    def at_rest(self) -> bool:
        """Final, no call under way and none wanted: the till may let go of it. A final sale may still await answers."""
        return self.is_final and not self.calls and self.wake_at is None

    @property
    def wake_at(self) -> float | None:
        """The next monotonic second at which the machine wants to be woken; None while only an answer is awaited."""
        times = [self.deadline, self.next_ring]
        if ASKING.isdisjoint(self.calls):  # the answer to any of them decides when the next one is due
            times += [self.next_query, self.next_reverse, self.next_refund]
        wanted = [t for t in times if t is not None]
        return min(wanted) if wanted else None
