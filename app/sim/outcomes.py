"""What the bank is asked to do, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.channel import Channel


class Pays(StrEnum):
    """What came of a pay request."""

    PAID = "paid"
    WAITING = "waiting"
    NO_FUNDS = "no_funds"
    BAD_CODE = "bad_code"
    NUMBER_PAID = "number_paid"
    NUMBER_REVERSED = "number_reversed"
    NUMBER_CLOSED = "number_closed"
    NUMBER_USED = "number_used"  # the same number with other parameters


class Reverses(StrEnum):
    """What came of a reverse (WeChat) or cancel (Alipay)."""

    UNKNOWN_ORDER = "unknown_order"  # said to have worked
    TOO_EARLY = "too_early"
    TYPING = "typing"
    TOO_LATE = "too_late"
    SHOP_FUNDS = "shop_funds"
    REFUNDED = "refunded"  # in part or whole: a refund is the only way left
    CLOSED = "closed"  # was unpaid
    GAVE_BACK = "gave_back"  # was paid


@dataclass(frozen=True, slots=True)
class PayRequest:
    channel: Channel
    out_trade_no: str
    amount_fen: int
    auth_code: str
    fingerprint: str = ""
    expires_at: float | None = None  # seconds since the epoch; None: the channel's own default
    title: str = ""
    attach: str = ""
    terminal: str = ""
    store: str = ""
    txn_time: str = ""
    on_behalf: str = ""

    def __repr__(self) -> str:
        return f"PayRequest({self.channel}, {self.out_trade_no}, {self.amount_fen})"
