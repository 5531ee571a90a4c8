"""The doorway of the till: what a front end may ask, and the frozen pictures it gets back.

The window and the command line speak these and nothing else. All commands are called on the worker's loop;
every change of anything a person can see is published as one whole ``CounterView``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.refunds import Hand, Refund
from app.core.sale import State


class Phase(StrEnum):
    """What the stage shows; the value is the words' key ``st.<value>``."""

    IDLE = "idle"
    READY = "ready"
    INTENT = "intent"
    SENT = "sent"
    NOTSENT = "notsent"
    PENDING = "pending"
    UNKNOWN = "unknown"
    OFFLINE = "offline"
    PAID = "paid"
    PAIDHELD = "paidheld"
    DECLINED = "declined"
    STOPPING = "stopping"
    REVERSING = "reversing"
    WAIT15 = "wait15"
    QUARANTINE = "quarantine"
    REFUNDING = "refunding"
    REVERSED0 = "reversed0"
    REVERSED1 = "reversed1"
    REVERSEDQ = "reversedq"
    LATEPAID = "latepaid"
    LATEBACK = "lateback"
    STUCK = "stuck"
    MISMATCH = "mismatch"
    CONTRADICT = "contradict"
    UNSAFE = "unsafe"
    VOIDING = "voiding"
    VOIDED = "voided"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of a sale's story: ``key`` is a words key ``step.<key>``."""

    key: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SaleView:
    out_trade_no: str
    number: int  # running number of the till, its last four digits are the short name
    channel: Channel
    amount_fen: int
    state: State
    phase: Phase
    reason: Reason | None
    says: str  # the channel's own words, for the small line
    began_ms: int
    ended_ms: int | None
    refunded_fen: int
    deadline: float | None  # time.monotonic() at which it goes on by itself; None: no countdown
    patience: float  # seconds the countdown started from, to draw the ring
    release: float | None  # past D2: time.monotonic() by which it should have settled
    silent_for: float | None  # seconds since the channel was last heard about this sale
    story: tuple[Happened, ...]
    recovered: bool  # found at start and not acknowledged yet
    alarm: str  # words key, "" for nothing
    payer: str = ""
    channel_no: str = ""
    answered_fen: int | None = None  # MISMATCH: the sum the channel answered, where it was the sum that differed
    left_fen: int = 0  # of a paid sale: what can still be given back
    refunds: tuple[Refund, ...] = ()  # oldest first; the last may be running
    hand: Hand | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A scan or an amount that was not taken; ``key`` is a words key ``scan.<key>``. Nothing was sent.

    ``values`` are finished strings, except the two that depend on the language: ``channel`` is a Channel's value and
    ``channels`` several, separated by one comma; the front end says them by ``name.<value>``.
    """

    key: str
    values: tuple[tuple[str, str], ...] = ()
    serial: int = 0  # grows by one each time, so that the same refusal twice is seen twice


class Light(StrEnum):
    OK = "ok"
    SLOW = "slow"  # amber: slow or silent
    STOPPED = "stopped"  # red
    OFF = "off"  # not configured: the lamp is not shown


@dataclass(frozen=True, slots=True)
class Lamp:
    name: str  # "scanner", "wechat", "alipay", "unionpay", "journal"
    light: Light
    key: str  # "<key>.lamp" is the word beside it, "<key>.say" the sentence where there is one, e.g. "scanner.gone"
    values: tuple[tuple[str, str], ...] = ()  # as in Refusal


@dataclass(frozen=True, slots=True)
class Totals:
    count: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Who stands where."""

    shop: str
    terminal: str
    operator: str
    training: bool
    language: str  # "zh" or "en"
    cap_fen: int  # above it one more key is asked


@dataclass(frozen=True, slots=True)
class CounterView:
    """Everything the cashier's window shows, at one instant."""

    desk: Desk
    phase: Phase  # of the stage: the sale's own, or IDLE / READY
    amount_fen: int | None  # of the purchase on the stage
    attempt: int  # 1 for the first code of this purchase
    sale: SaleView | None  # the attempt on the stage
    refusal: Refusal | None  # shown until the next input
    confirm_cap: bool  # the amount is above the cap and waits for one more key
    open: tuple[SaleView, ...]  # newest first, the one on the stage included
    done: tuple[SaleView, ...]  # today's, newest first, at most DONE_ROWS
    totals: Totals
    lamps: tuple[Lamp, ...]
    recovering: int  # sales found at start and not settled yet
    request: str = ""  # the request of another program that opened this purchase: its sum is that program's


OnView = Callable[[CounterView], None]


class Counter(Protocol):
    """One counter: one purchase on the stage, any number of sales settling behind it."""

    def subscribe(self, on_view: OnView) -> None:
        """Called on the worker's loop, at once and then on each change."""
        ...

    def warm(self) -> None:
        """An amount is being typed: have a connection ready."""
        ...

    def enter_amount(self, amount_fen: int) -> None:
        """Open a purchase. Ignored while the present one is not past D2 and not final."""
        ...

    def confirm_amount(self) -> None:
        """The extra key above the cap."""
        ...

    def scan(self, text: str, source: str) -> None:
        """A scanner read ``text``. Counts only while the stage asks for a code (design §7.11)."""
        ...

    def stop(self) -> None:
        """F2: before sending it drops the purchase, after sending it is the way to D2."""
        ...

    def next_customer(self) -> None:
        """F3: the stage is free; an open sale goes on in the list."""
        ...

    def check_now(self, out_trade_no: str = "") -> None:
        """F5: query now; at most one a second. Empty: the sale on the stage."""
        ...

    def reprint(self) -> None:
        """F6: the slip of the sale on the stage, else the last one; marked where it was printed before."""
        ...

    def other_tender(self) -> None:
        """F9: the same sum again, for another code or wallet; only when nothing is owed or past D2."""
        ...

    def show(self, out_trade_no: str) -> None:
        """Put a sale of the list on the stage."""
        ...

    def acknowledge(self, out_trade_no: str) -> None:
        """A recovered sale was seen."""
        ...


class Customer(StrEnum):
    """How a practice customer behaves."""

    INSTANT = "instant"
    PASSWORD = "password"  # asks the person at the practice phone
    NEVER = "never"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class PhoneView:
    """The practice customer's phone. ``code`` is a simulator's code and pays nothing anywhere else."""

    channel: Channel
    code: str
    balance_fen: int
    asks_fen: int | None  # a payment waits for the password
    state: str  # "code", "password", "paid", "refused", "expired", "offline"

    def __repr__(self) -> str:
        return f"PhoneView({self.channel}, {self.state})"


class PracticePhone(Protocol):
    """Both sides of the counter in training mode."""

    async def fresh_code(self, channel: Channel, customer: Customer) -> PhoneView: ...

    async def look(self) -> PhoneView:
        """How the last code stands now."""
        ...

    async def enter_password(self) -> None: ...

    async def refuse(self) -> None: ...

    async def line(self, up: bool) -> None:
        """Cut the practice channels' line, or mend it."""
        ...

    async def fault(self, script: str) -> None:
        """Set what goes wrong (grammar in ``mashou sim fault --help``); an empty script mends everything."""
        ...

    async def ledger(self) -> tuple[tuple[str, int], ...]:
        """What the practice counterparties hold for the shop: (out_trade_no, fen) of every order."""
        ...
