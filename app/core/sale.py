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

from app.core.channel import Channel
from app.core.reasons import Reason


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


class Call(StrEnum):
    """A request under way."""

    PAY = "pay"
    QUERY = "query"
    REVERSE = "reverse"


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


@dataclass(frozen=True, slots=True)
class Sale:
    """What is known of an order now. The first block is kept in the journal; the second lives in this run only."""

    order: Order
    state: State = State.INTENT
    reason: Reason | None = None
    code: str = ""  # the channel's last code, for the worklist
    says: str = ""  # the channel's own words
    channel_no: str = ""
    payer: str = ""
    paid_ms: int | None = None
    took_money: bool | None = None  # verified: True money had been taken, False never; None not known
    refunded_fen: int = 0
    deadline_ms: int = 0  # channel time at which it goes to D2 by itself
    ended_ms: int | None = None
    accepted: bool = False  # Alipay said 10000: not reversed merely for want of a query
    stopped_by: str = ""  # "", "cashier", "deadline", "restart", "mismatch", "refusal", "recharged"
    reverses: int = 0  # reverse calls made, over all runs
    forged: bool = False  # an answer with a bad signature was seen
    recovered: bool = False  # found open at a start
    alarm: str = ""  # words key of what a person should look at, "" for nothing

    # --- this run only: monotonic seconds, None where nothing is running
    sent_at: float | None = None
    deadline: float | None = None
    quarantine_until: float | None = None
    next_query: float | None = None
    next_reverse: float | None = None
    heard_at: float | None = None  # last verified contact about this sale
    silences: int = 0  # calls in a row without a verified answer
    calls: frozenset[Call] = frozenset()
    stop_asked: bool = False
    must_query: bool = False  # a reverse was answered; only a query may end it

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def wake_at(self) -> float | None:
        """The next monotonic second at which the machine wants to be woken."""
        times = [t for t in (self.deadline, self.next_query, self.next_reverse, self.quarantine_until) if t is not None]
        return min(times, default=None)
