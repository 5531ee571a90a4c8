"""What is matched and what comes of it: frozen values without logic of their own, but for the one equation."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.channel import Channel

SHORT: Final = 8


class Kind(StrEnum):
    """Every kind of difference; the words are ``rd.<value>.is``, ``.worth`` and ``.do``."""

    BILL_ONLY = "billonly"
    TILL_ONLY = "tillonly"
    AMOUNT = "amount"
    DOUBT_PAID = "doubtpaid"
    DECLINED_PAID = "declpaid"
    REVERSED_PAID = "revpaid"
    REVERSED_PAIR = "revpair"
    REVERSED_SPLIT = "revsplit"
    REFUND_BILL = "refbill"
    REFUND_TILL = "reftill"
    REFUND_AMOUNT = "refamt"
    REFUND_FAILED = "reffail"
    REFUND_RUNNING = "refproc"
    REFUND_TWICE = "reftwice"
    PAID_TWICE = "paytwice"
    MIDNIGHT = "midnight"
    UNIONPAY_23 = "up23"
    FEE = "fee"
    COUPON = "coupon"
    OTHER_TILL = "othertill"
    FOREIGN = "foreign"
    DOUBLED = "dup"
    STATUS = "status"
    FLAWED = "flawed"
    REBUILT = "rebuilt"
    OFFLINE = "offline"
    REST = "rest"
    UNREAD = "parse"


class Care(StrEnum):
    """What a difference wants."""

    NOTHING = "nothing"  # explained and proven
    WAITS = "waits"  # the next day's bill, or a query of the till, explains it
    ACT = "act"  # a person does what its ``do`` says


class Stand(StrEnum):
    """What the log says became of a sale's money."""

    KEPT = "kept"  # paid; refunds are told apart
    BACK = "back"  # reversed: net zero, whether or not it had been paid
    NEVER = "never"  # refused or never sent
    DOUBT = "doubt"  # open


class Course(StrEnum):
    """How far a refund of the log has come."""

    DONE = "done"
    RUNNING = "running"
    FAILED = "failed"  # no money went back; it does not count


@dataclass(frozen=True, slots=True)
class Given:
    """A refund as the log has it."""

    out_refund_no: str
    amount_fen: int
    day: str  # business day it was asked for, YYYY-MM-DD
    at_ms: int
    course: Course = Course.DONE

    @property
    def counts(self) -> bool:
        return self.course is not Course.FAILED


@dataclass(frozen=True, slots=True)
class Booked:
    """A sale as the log has it: this till's journal, or the signed day log of another till."""

    channel: Channel
    out_trade_no: str
    amount_fen: int
    stand: Stand
    day: str  # business day, YYYY-MM-DD
    at_ms: int  # when it was paid by the channel's word, else when it began
    ended_ms: int | None = None
    channel_no: str = ""
    purchase: str = ""
    refunds: tuple[Given, ...] = ()
    flawed: bool = False  # UnionPay A6: settled with a flaw, the file decides (unionpay.md §4)
    hand_fen: int = 0  # what a person recorded as given back outside the channel (design §7.13)
    rebuilt: bool = False  # entered again after a restore
    till: str = ""  # whose log it is from; "" for this till

    @property
    def by_hand(self) -> bool:
        return self.hand_fen > 0


@dataclass(frozen=True, slots=True)
class Side:
    """One side's sum: payments less what was given back."""

    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the list. ``worth_fen`` is till minus bill; ``amount_fen`` is what its sentence names, not signed
    but for ``AMOUNT``, ``REFUND_AMOUNT``, ``FEE`` and ``COUPON``.
    """

    kind: Kind
    channel: Channel
    care: Care
    worth_fen: int
    amount_fen: int
    out_trade_no: str = ""
    out_refund_no: str = ""
    booked_fen: int | None = None  # what the log has, None where it has nothing
    billed_fen: int | None = None
    at_ms: int | None = None
    count: int = 1  # sales or rows in it
    note: str = ""  # the other till's terminal

    @property
    def key(self) -> str:
        """Names this line among those of its day; the same line in a newer bill has the same key."""
        facts = (self.kind, self.out_trade_no, self.out_refund_no, self.note, self.worth_fen, self.amount_fen)
        return ":".join(str(fact) for fact in facts)

    @property
    def short(self) -> str:
        """Eight characters a person can type for ``key``."""
        return hashlib.sha256(f"{self.channel}:{self.key}".encode()).hexdigest()[:SHORT]


@dataclass(frozen=True, slots=True)
class Fees:
    """What the channel kept, thousandths of a fen; ``expected_milli`` None where no rate is set."""

    billed_milli: int = 0
    expected_milli: int | None = None


class UnequalError(AssertionError):
    """The lines do not add up to the difference: a bug here, never a fact about money."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A channel's day: log = bill + the sum of the differences, always and to the fen."""

    channel: Channel
    day: str
    log: Side
    bill: Side
    matched: int  # movements of money that both sides have alike
    lines: tuple[Difference, ...]
    fees: Fees = Fees()

    def __post_init__(self) -> None:
        if self.log.fen != self.bill.fen + sum(line.worth_fen for line in self.lines):
            raise UnequalError(f"{self.channel} {self.day}: the differences do not add up")

    @property
    def difference_fen(self) -> int:
        return self.log.fen - self.bill.fen

    @property
    def open_lines(self) -> tuple[Difference, ...]:
        """Those that are not explained and proven."""
        return tuple(line for line in self.lines if line.care is not Care.NOTHING)

    @property
    def open_fen(self) -> int:
        """What of the difference is not explained and proven."""
        return sum(line.worth_fen for line in self.open_lines)

    @property
    def is_level(self) -> bool:
        return not self.open_lines


ORDER: Final = {Care.ACT: 0, Care.WAITS: 1, Care.NOTHING: 2}


def in_order(lines: list[Difference]) -> tuple[Difference, ...]:
    """What somebody must look at first stands first; the dearest of them on top."""
    return tuple(
        sorted(lines, key=lambda one: (ORDER[one.care], -abs(one.worth_fen or one.amount_fen), one.kind, one.key))
    )
