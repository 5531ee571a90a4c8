"""What can happen to a sale (in) and what is to be done about it (out): frozen, without logic."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.answers import PayAnswer, QueryAnswer, RefundAnswer, ReverseAnswer
from app.core.sale import Sale


@dataclass(frozen=True, slots=True)
class Now:
    """One instant on two clocks: ``mono`` in seconds for durations, ``ms`` channel time for windows."""

    mono: float
    ms: int


@dataclass(frozen=True, slots=True)
class PayAnswered:
    answer: PayAnswer


@dataclass(frozen=True, slots=True)
class QueryAnswered:
    answer: QueryAnswer


@dataclass(frozen=True, slots=True)
class ReverseAnswered:
    answer: ReverseAnswer


@dataclass(frozen=True, slots=True)
class Woke:
    """The wake-up the sale asked for, or any other: being woken early or late is harmless."""


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The cashier wants out (F2): one query, then D2."""


@dataclass(frozen=True, slots=True)
class CheckAsked:
    """A person wants a query now (F5)."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The first event of a sale after a restart; nothing of the last run is in flight any more."""

    recharged: bool  # its purchase was charged again meanwhile: it must be given back


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """A person wants money given back. Whoever feeds it has checked ``refund_rules.why_not`` and the approval."""

    amount_fen: int
    reason: str
    by: str  # staff number
    nonce: str


@dataclass(frozen=True, slots=True)
class RefundAnswered:
    answer: RefundAnswer


@dataclass(frozen=True, slots=True)
class RefundQueried:
    answer: RefundAnswer


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """A person wants to record money given back by hand (design §7.13). The approval was checked before."""

    amount_fen: int
    reason: str
    voucher: str
    by: str
    nonce: str


@dataclass(frozen=True, slots=True)
class BillSeen:
    """What the channel's bills hold of the order, all days up to now together. A refund that failed is not in it."""

    paid_fen: int
    back_fen: int

    @property
    def kept_fen(self) -> int:
        return self.paid_fen - self.back_fen


Event = (
    PayAnswered
    | QueryAnswered
    | ReverseAnswered
    | RefundAnswered
    | RefundQueried
    | Woke
    | StopAsked
    | CheckAsked
    | RefundAsked
    | HoldAsked
    | BillSeen
    | Recovered
)


class Work(StrEnum):
    """An order to the till, carried out only after the step that asked for it is durable."""

    PAY = "pay"
    QUERY = "query"
    REVERSE = "reverse"
    REFUND = "refund"
    REFUND_QUERY = "refund_query"
    RING = "ring"  # call a person; ``sale.alarm`` says why


@dataclass(frozen=True, slots=True)
class Step:
    """``must_record``: a stored field changed, so the journal comes before the work and before anyone is told."""

    sale: Sale
    work: tuple[Work, ...] = ()
    must_record: bool = False
