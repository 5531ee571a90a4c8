r"""What a sale remembers of money given back: refunds at the channel, and what a person settled by hand.

::

    ASKED --> ACCEPTED --> DONE        (the money has left us for the payer)
      |  \        | \----> CLOSED      (the channel gave it up: nothing moved, the sale is paid as before)
      |   \       \------> ABNORMAL    (it cannot reach the payer: a person; never a new number; still asked about)
      |    \-------------> DONE        (Alipay ``fund_change=Y``; a query confirms it later)
      \------------------> REFUSED     (verified and final for this request)

A refund is ASKED from D4 on: its number and sum are durable before its call and never change, whatever is retried.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.reasons import Reason

ORDINALS: Final = 99  # two digits of a refund's number


class RefundState(StrEnum):
    """Values are kept in the journal; they never change."""

    ASKED = "ASKED"
    ACCEPTED = "ACCEPTED"
    ABNORMAL = "ABNORMAL"
    DONE = "DONE"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"


RUNNING: Final = frozenset({RefundState.ASKED, RefundState.ACCEPTED, RefundState.ABNORMAL})
NOTHING_MOVED: Final = frozenset({RefundState.REFUSED, RefundState.CLOSED})


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund of a sale. The first block is fixed at D4; the second is what became of it."""

    out_refund_no: str  # the sale's order number and the ordinal: 26 digits
    amount_fen: int
    ordinal: int  # 1 for the sale's first
    reason: str  # what the payer may read; at most 80 characters
    began_ms: int  # channel time
    by: str = ""  # staff number of who approved it; "" for the till's own act (design §7.13)
    nonce: str = ""  # of the approval that this entry spends
    void: bool = False  # UnionPay 消费撤销: the whole sale in its settlement day

    state: RefundState = RefundState.ASKED
    calls: int = 0  # refund calls begun with this number, over all runs
    confirmed: bool = False  # DONE or ACCEPTED, and a query has said so too
    refund_no: str = ""  # the channel's own number of it
    why: Reason | None = None  # the last thing that stood in its way, or why it was refused
    code: str = ""
    says: str = ""
    ended_ms: int | None = None

    @property
    def is_running(self) -> bool:
        """Whether money may still move by it; its sum is spoken for until then."""
        return self.state in RUNNING


class HandState(StrEnum):
    """How far a person's settling by hand is (design §7.13). Values are kept in the journal."""

    CHECKING = "CHECKING"  # HELD: the till tries nothing any more; what is in flight is waited out and asked about
    GIVEN = "GIVEN"  # a query showed the money still with us: the cash is recorded
    MATCHED = "MATCHED"  # and the channel's bill shows that nothing went back beside the cash
    REFUSED = "REFUSED"  # the money had gone back, or is on its way: no cash


@dataclass(frozen=True, slots=True)
class Hand:
    """What a person records as given back by hand. From CHECKING on the till itself gives nothing back."""

    amount_fen: int
    reason: str
    voucher: str  # number of the paper that proves it
    by: str  # staff number of who approved it
    nonce: str
    began_ms: int  # channel time
    state: HandState = HandState.CHECKING
    ended_ms: int | None = None

    @property
    def stops_tries(self) -> bool:
        return self.state is not HandState.REFUSED


def refund_number(out_trade_no: str, ordinal: int) -> str:
    """The number of the ``ordinal``-th refund (reliability I-12): digits, even length, 26 of them.

    Raises ValueError beyond ``ORDINALS``.
    """
    if not 1 <= ordinal <= ORDINALS:
        raise ValueError("a sale has 1..99 refunds")
    return f"{out_trade_no}{ordinal:02d}"
