"""What every counterparty's room offers the till; the four rooms do not know each other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.core.answers import PayAnswer, QueryAnswer, RefundAnswer, ReverseAnswer
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder
from app.core.sale import Order


class ChannelClock(Protocol):
    """Channel time: this computer's clock plus the measured offset; never the OS time zone."""

    def channel_ms(self) -> int:
        """Milliseconds since the epoch, as the channels would say it."""
        ...


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Seconds, already divided by ``pace``. Total deadlines, not per read."""

    connect: float
    pay: float
    query: float
    reverse: float
    code_life: float  # the shortest order expiry the channel takes is derived from it
    refund: float = 30.0
    bill: float = 300.0  # a whole bill over a slow line
    idle: float = 4.0  # a connection idle for longer carries no request any more (design "Connections")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the rules want to be told about the machine that charges (银发〔2021〕259号)."""

    shop_name: str
    store_id: str
    terminal: str
    device_ip: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One exchange with a channel, for its lamp and for the clock."""

    channel: Channel
    answered: bool  # bytes came back
    verified: bool  # and they were the channel's own
    misconfigured: bool
    seconds: float
    date_ms: int | None  # the ``Date`` header, where there was one
    at_mono: float
    # The certificate is not valid *yet* or *any more*, or our time was refused: the computer's clock (design §7.17)
    tls_dates: bool = False
    reason: Reason | None = None  # why, where the channel's table says so
    code: str = ""  # the channel's own code
    forged: bool = False  # an answer came whose signature did not hold
    since: float = 0.0  # seconds since it came: WeChat V3's may have waited for the key that proves it


OnContact = Callable[[Contact], None]


class Secret(Protocol):
    """A key that shows itself only to ``reveal``; its repr hides it."""

    def reveal(self) -> str: ...


class BadConfigError(ValueError):
    """A channel cannot be opened with what was configured; the text is one sentence without any secret."""

    def __init__(self, channel: Channel, sentence: str) -> None:
        super().__init__(f"{channel}: {sentence}")
        self.channel = channel
        self.sentence = sentence


class Counterparty(Protocol):
    """One configured channel. No method raises for anything the other side or the line may do."""

    @property
    def channel(self) -> Channel: ...

    async def pay(self, order: Order, code: AuthCode) -> PayAnswer:
        """Send the one pay request of ``order``. Called at most once per order number, after D1 is durable."""
        ...

    async def query(self, order: Order) -> QueryAnswer:
        """Ask what became of ``order``."""
        ...

    async def reverse(self, order: Order) -> ReverseAnswer:
        """WeChat reverse, Alipay cancel. Called only after D2 is durable."""
        ...

    async def warm(self) -> Contact:
        """A harmless query that leaves an open connection behind and measures the clock."""
        ...

    async def aclose(self) -> None: ...


class RefundRoom(Protocol):
    """A channel that gives paid sales back. No method raises for anything the other side or the line may do."""

    async def refund(self, refund: RefundOrder) -> RefundAnswer:
        """Give back, fully or in part. Called only after D4 is durable; the same number again is the same refund."""
        ...

    async def refund_query(self, refund: RefundOrder) -> RefundAnswer:
        """Ask what became of ``refund``."""
        ...
