"""What a counterparty said, reduced to what the sale machine may act on.

A channel turns bytes into one of these and nothing else; it never raises past its door. Each value of the
three enums stands in exactly one of the five classes of the design (paid, pending, declined, unknown,
misconfigured); ``verdict`` names it. Anything a channel's table does not list is UNKNOWN.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.core.reasons import Reason


class Verdict(StrEnum):
    """The five classes of an answer (design §7.6)."""

    PAID = "paid"
    PENDING = "pending"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    MISCONFIGURED = "misconfigured"


class Pay(StrEnum):
    """How a channel answered the one pay request of an order."""

    PAID = "paid"  # verified, our order, our amount
    # Alipay 10000: query at once; never reversed merely for want of that query (§7.7). UnionPay 00: only taken in.
    ACCEPTED = "accepted"
    PENDING = "pending"  # the customer is typing a password
    DECLINED = "declined"  # verified and final: no money moved
    DOUBTFUL = "doubtful"  # a refusal that is queried once before it is believed (§7.8)
    UNSIGNED = "unsigned"  # a refusal nobody signed: shown at once, straight to D2 (§7.10a)
    MISMATCH = "mismatch"  # verified, but another amount, order or merchant
    MISCONFIGURED = "misconfigured"  # our key, permission or request is wrong
    UNKNOWN = "unknown"  # anything else, silence included
    NOT_SENT = "not_sent"  # proven: no byte of the request was begun


class Found(StrEnum):
    """What a query of an order found."""

    PAID = "paid"
    PENDING = "pending"  # created, not paid; may still be
    PAY_ERROR = "pay_error"  # WeChat PAYERROR: must be reversed, decides nothing (§7.8)
    RETURNED = "returned"  # net zero: revoked, closed, refunded in full, or failed (UnionPay)
    PARTLY_REFUNDED = "partly_refunded"
    NO_SUCH_ORDER = "no_such_order"  # never final by itself (180 s rule)
    MISMATCH = "mismatch"  # verified, but another amount, order or merchant
    MISCONFIGURED = "misconfigured"
    UNKNOWN = "unknown"


class Undone(StrEnum):
    """What a reverse (WeChat) or cancel (Alipay) answered; none of these is proof, the query after it is."""

    DONE = "done"
    AGAIN = "again"  # recall=Y, retry_flag=Y, system error: query, then call again
    BUSY = "busy"  # the customer is in the middle of paying: wait, then call again
    TOO_LATE = "too_late"  # the window is shut: a refund is next
    REFUSED = "refused"  # frozen, partly refunded, not allowed: a person
    SHOP_FUNDS = "shop_funds"  # the merchant's balance is too low: a person, and go on trying
    MISCONFIGURED = "misconfigured"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


class Repaid(StrEnum):
    """How a refund stands: the answer to the refund call or to its query (design §7.9)."""

    DONE = "done"  # verified: the money has left us for the payer (Alipay fund_change=Y, a query's SUCCESS)
    ACCEPTED = "accepted"  # taken, not finished; a query ends it
    AGAIN = "again"  # nothing known to be done: the same number again
    REFUSED = "refused"  # verified and final for this request; ``reason`` says why
    SHOP_FUNDS = "shop_funds"  # the merchant's balance is too low: the same number again after a top-up
    TOO_LATE = "too_late"  # the refund window is shut
    TOO_MANY = "too_many"  # too often or too soon: the same number again after a minute
    CLOSED = "closed"  # accepted, then failed: the sale is paid as before, a new refund needs a new number
    ABNORMAL = "abnormal"  # accepted, cannot reach the payer: a person at the channel's own site, never a new number
    NO_SUCH_REFUND = "no_such_refund"  # never final by itself
    MISMATCH = "mismatch"  # verified, but another sum, number or merchant
    MISCONFIGURED = "misconfigured"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands beside an answer. Never holds a payment code, a key or a full payer id."""

    reason: Reason | None = None
    code: str = ""  # the channel's own code, e.g. ``USERPAYING`` or ``40004/ACQ.SYSTEM_ERROR``
    says: str = ""  # the channel's own text, at most 128 characters, control characters removed
    verified: bool = False  # the signature over the raw bytes held; without it nothing that decides is believed
    forged: bool = False  # an answer came whose signature did not hold: a security event
    channel_no: str = ""  # transaction_id, trade_no
    payer: str = ""  # masked
    paid_ms: int | None = None  # when the channel says it was paid, ms since the epoch
    paid_fen: int | None = None  # what the channel says was paid
    # Alipay cancel: action=refund True, action=close False. UnionPay query: False for a failure that took nothing.
    took_money: bool | None = None
    odd: bool = False  # a verified answer that the channel's documents exclude: log it


@dataclass(frozen=True, slots=True)
class PayAnswer:
    kind: Pay
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    kind: Found
    evidence: Evidence = field(default_factory=Evidence)
    refunded_fen: int = 0  # cumulative, where the channel tells


@dataclass(frozen=True, slots=True)
class ReverseAnswer:
    kind: Undone
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """``refund_no``: the channel's number of the refund. ``total_fen``: refunded of the sale so far, where it tells."""

    kind: Repaid
    evidence: Evidence = field(default_factory=Evidence)
    refund_no: str = ""
    total_fen: int | None = None
