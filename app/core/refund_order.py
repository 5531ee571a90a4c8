"""A refund as it is fixed at D4: its number is durable before its call and never changes on retry."""

from dataclasses import dataclass

from app.core.sale import Order


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """``amount_fen`` of ``order`` goes back to its payer."""

    out_refund_no: str  # digits, 8 to 32 characters, so that it fits every channel (UnionPay: its orderId)
    order: Order
    channel_no: str  # the sale's transaction_id / trade_no / queryId where known, else ""
    amount_fen: int
    ordinal: int  # 1 for the first refund of the sale
    reason: str  # what the payer may read; at most 80 characters
    began_ms: int  # channel time, ms since the epoch
    void: bool = False  # UnionPay: the whole sale on its settlement day, by 消费撤销
