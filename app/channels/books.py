"""What a channel says outside a call's answer: its bill of a day, and its notifications."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.core.answers import Evidence
from app.core.channel import Channel


class RowKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    REVOKED = "revoked"  # WeChat: the row of a paid sale that was reversed; the payment's own row stays


@dataclass(frozen=True, slots=True)
class BillRow:
    """One line of a channel's bill. Sums are positive; ``kind`` says which way the money went."""

    kind: RowKind
    channel: Channel
    out_trade_no: str
    channel_no: str
    amount_fen: int
    fee_milli_fen: int  # thousandths of a fen, as WeChat counts (5 decimals of a yuan); negative when given back
    at_ms: int  # ms since the epoch
    out_refund_no: str = ""
    refund_no: str = ""
    status: str = ""  # the channel's own word
    terminal: str = ""
    settled_fen: int | None = None  # where the file says that another sum than ``amount_fen`` is settled: an offer


@dataclass(frozen=True, slots=True)
class BillSums:
    """What the file itself says of its rows; None where it says nothing."""

    rows: int | None
    paid_fen: int | None
    returned_fen: int | None
    fee_milli_fen: int | None


class BillFault(StrEnum):
    """Why there is no bill, in the words' keys ``bill.<value>`` and ``wf.<value>``."""

    NONE = "none"  # no trades that day
    LATER = "later"  # not made yet
    WRONG_ASK = "wrongask"
    DAMAGED = "damaged"
    KEYS = "keys"
    NO_ANSWER = "noanswer"
    FORGED = "forged"  # hash or signature does not hold
    NOT_BILL = "notbill"  # no header of a bill in it
    OTHER_CHANNEL = "channel"
    OTHER_MERCHANT = "merchant"
    SUMMARY = "summary"  # Alipay's summary instead of its detail file
    FUND = "fund"  # a fund bill instead of a trade bill
    EXCEL = "excel"  # saved by a spreadsheet: long numbers are lost
    ZIP = "zip"
    ZME = "zme"  # UnionPay's error file instead of its detail file
    CUT = "cut"  # its own closing sums are missing
    COLUMNS = "columns"
    ENCODING = "encoding"


class BillError(Exception):
    """No usable bill; ``fault`` names why, the text says where. Never holds row contents beyond a header name.

    ``values`` are what the words want beside the fault: ``cols``, ``mch``, ``enc``, ``text``.
    """

    def __init__(self, fault: BillFault, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.values = values


@dataclass(frozen=True, slots=True)
class BillFile:
    """The raw file as it came, kept with its hash; it is read by the room's ``read_bill``."""

    channel: Channel
    day: str  # YYYY-MM-DD; for UnionPay the settlement day
    path: Path
    sha256: str


class BillRoom(Protocol):
    """A channel that has bills. ``read_bill`` works on a file from anywhere, in memory that does not grow with it."""

    async def fetch_bill(self, day: str, folder: Path) -> BillFile:
        """Download the bill of ``day`` into ``folder``. Raises BillError; OSError where the disk fails."""
        ...

    def read_bill(self, path: Path) -> Iterator[BillRow | BillSums]:
        """Rows in the file's order, then its own sums. Raises BillError."""
        ...


class NoticeKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    CLOSE = "close"
    REFUND_FAILED = "refund_failed"
    OTHER = "other"  # verified, and about nothing that we keep


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified notification, classified. A refund's can never book or credit a payment.

    ``evidence.verified`` is False for the one kind that nobody signs, WeChat V2's refund notification: it was
    encrypted with our key but by a cipher that lets blocks be moved, so it is a reason to query, not a fact.
    """

    kind: NoticeKind
    channel: Channel
    out_trade_no: str
    channel_no: str
    amount_fen: int | None  # of the sale
    refunded_fen: int | None  # Alipay: cumulative; WeChat, UnionPay: of this refund
    out_refund_no: str
    at_ms: int | None
    evidence: Evidence
    digest: str  # SHA-256 of the body as it came, hex: the same notice twice is one record


@dataclass(frozen=True, slots=True)
class NoNotice:
    """Not verified, not readable, or not ours; nothing is recorded. ``why`` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class NoticeReply:
    """What the channel wants to hear back, in its own words."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


class LearningRoom(Protocol):
    """A room whose notifications can be verified only with what a call brings. The till's own calls bring it too."""

    async def learn(self) -> None:
        """Ask where it is due: for the channel's time, and for keys that change. Never raises; may be asked often."""
        ...


class NoticeRoom(Protocol):
    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | NoNotice:
        """Verify and classify; ``headers`` in lower case. Never raises for anything in them."""
        ...

    def notice_reply(self, taken: bool) -> NoticeReply:
        """``taken``: the record is durable."""
        ...
