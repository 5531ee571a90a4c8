"""What the bank keeps: codes, wallets, orders. Frozen values and their records in the ledger file.

A record never holds a payment code; it holds the code's mark, a keyed hash.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from app.core.channel import Channel


class Kind(StrEnum):
    """How a customer behaves. The first four are the words of ``mashou sim code --customer``."""

    INSTANT = "instant"  # pays at once, whatever the sum
    PASSWORD = "password"  # types the password after so many seconds
    NEVER = "never"  # leaves the password dialogue open until the order expires
    POOR = "poor"  # an empty wallet
    PHONE = "phone"  # a person at the practice phone decides


@dataclass(frozen=True, slots=True)
class Customer:
    kind: Kind
    seconds: float = 0.0  # PASSWORD: before pace
    free_fen: int = 0  # PHONE: up to here no password is asked


def parse_customer(text: str) -> Customer:
    """``instant``, ``password:SECONDS``, ``never`` or ``poor``; ValueError with one sentence for anything else."""
    word, colon, rest = text.partition(":")
    if word == Kind.PASSWORD:
        try:
            seconds = float(rest)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"password needs seconds, for example password:8, not {text!r}")
        return Customer(Kind.PASSWORD, seconds)
    if not colon and word in (Kind.INSTANT, Kind.NEVER, Kind.POOR):
        return Customer(Kind(word))
    raise ValueError(f"no such customer: {text!r}; known are instant, password:SECONDS, never, poor")


class OrderState(StrEnum):
    REFUSED = "REFUSED"  # an attempt only: the channel never created an order
    NOT_PAID = "NOT_PAID"  # created, the payment failed (WeChat NOTPAY)
    WAITING = "WAITING"  # the password is being asked for
    FAILED = "FAILED"  # given up by the customer or expired (WeChat PAYERROR)
    PAID = "PAID"
    REVERSED = "REVERSED"  # reversed or cancelled, paid before or not
    CLOSED = "CLOSED"  # unpaid and closed by the channel itself (Alipay)


@dataclass(frozen=True, slots=True)
class Code:
    """One payment code, known by its mark."""

    mark: str
    channel: Channel
    customer: Customer
    wallet: str
    issued_at: float  # seconds since the epoch
    used_by: str = ""  # out_trade_no


@dataclass(frozen=True, slots=True)
class Wallet:
    """A customer's money. ``minted_fen`` is all that was ever put in from nowhere."""

    name: str
    balance_fen: int
    minted_fen: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What the merchant holds at one channel. ``transit_fen`` has left it and reached no payer yet."""

    channel: Channel
    balance_fen: int = 0
    transit_fen: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """Times are seconds since the epoch on the channel's clock."""

    channel: Channel
    out_trade_no: str
    channel_no: str  # transaction_id or trade_no, "" for an attempt
    amount_fen: int
    state: OrderState
    code_mark: str
    wallet: str
    fingerprint: str  # of the parameters that a repeat must not change
    created_at: float
    expires_at: float
    pays_at: float | None = None  # when the password will have been typed
    paid_at: float | None = None
    ended_at: float | None = None
    paid_fen: int = 0  # ever taken
    refunded_fen: int = 0
    title: str = ""
    attach: str = ""
    terminal: str = ""  # device_info, terminal_id, termId
    store: str = ""
    txn_time: str = ""  # UnionPay: part of the number
    on_behalf: str = ""  # the shop behind a service provider: sub_mch_id, or a digest of its app_auth_token
    why: str = ""  # of FAILED: funds, refused or expired

    @property
    def net_fen(self) -> int:
        return self.paid_fen - self.refunded_fen


class RefundState(StrEnum):
    PROCESSING = "PROCESSING"  # the shop's money is on its way
    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"  # it could not reach the payer and waits (WeChat V2: CHANGE)
    CLOSED = "CLOSED"  # it came back to the shop (WeChat V2: REFUNDCLOSE)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back to a payer. Times are seconds since the epoch on the channel's clock."""

    channel: Channel
    out_trade_no: str
    out_refund_no: str  # out_request_no at Alipay, orderId at UnionPay
    refund_no: str  # the channel's own
    amount_fen: int
    before_fen: int  # already given back of the order when this was taken in
    state: RefundState
    ends: RefundState  # what it becomes at ``due_at``
    asked_at: float
    due_at: float
    done_at: float | None = None
    reason: str = ""
    txn_time: str = ""  # UnionPay: part of the number
    void: bool = False  # UnionPay: 消费撤销


Entry = Code | Wallet | Shop | Order | Refund


def to_record(entry: Entry) -> dict[str, Any]:
    """The entry as plain JSON values, with ``kind`` naming its type."""
    return {"kind": type(entry).__name__.lower(), **asdict(entry)}


def from_record(record: dict[str, Any]) -> Entry:
    """The inverse of ``to_record``; KeyError, TypeError or ValueError for what it did not write."""
    values = dict(record)
    kind = values.pop("kind")
    if kind == "wallet":
        return Wallet(**values)
    values["channel"] = Channel(values["channel"])
    if kind == "shop":
        return Shop(**values)
    if kind == "code":
        customer = dict(values["customer"])
        values["customer"] = Customer(Kind(customer.pop("kind")), **customer)
        return Code(**values)
    if kind == "order":
        values["state"] = OrderState(values["state"])
        return Order(**values)
    if kind == "refund":
        return Refund(**{**values, "state": RefundState(values["state"]), "ends": RefundState(values["ends"])})
    raise ValueError(f"no such record: {kind!r}")
