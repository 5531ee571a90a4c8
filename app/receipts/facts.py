"""What a slip says, as plain values. Whoever has the figures fills them in; money is fen, times are ms (channel time).

``Heading`` is what all slips of a shop share.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.core.channel import Channel


@dataclass(frozen=True, slots=True)
class Heading:
    """``columns`` 32 or 48, ``language`` "zh" or "en"."""

    shop: str
    columns: int
    language: str = "zh"
    training: bool = False
    address: str = ""  # below the shop's name
    text: str = ""  # at the foot of a receipt, in place of 谢谢惠顾


@dataclass(frozen=True, slots=True)
class Anchor:
    """The journal's head when the slip was made: what is printed cannot be rewritten later without being found out."""

    seq: int
    digest: str  # hex; the first eight characters are printed (journal.chain.short_anchor)


@dataclass(frozen=True, slots=True)
class Copy:
    """A slip printed again. ``number`` 1 for the first reprint."""

    number: int
    at_ms: int
    by: str


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """A sale whose money was collected."""

    out_trade_no: str
    at_ms: int  # when it was paid
    terminal: str
    operator: str
    channel: Channel
    amount_fen: int
    anchor: Anchor
    shift: str = ""  # "早班"
    offer_fen: int = 0  # what the channel's own offer took off what the customer paid
    payer: str = ""  # masked by the channel's room
    channel_no: str = ""


class RefundState(StrEnum):
    """Values are the last part of a words key ``slip.<value>``."""

    ACCEPTED = "accepted"
    DONE = "done"
    RUNNING = "running"  # no result yet
    HAND = "hand"  # the channel could not carry it out by itself


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """One refund of a sale, when its result (or the lack of one) is durable."""

    out_refund_no: str
    out_trade_no: str
    at_ms: int
    paid_ms: int  # of the sale
    paid_fen: int  # of the sale
    amount_fen: int  # of this refund
    refunded_fen: int  # of all refunds, this one included
    channel: Channel
    state: RefundState
    reason: str
    terminal: str
    operator: str
    approved_by: str
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """A sale that was not kept, and whose money went back (st.reversed1, st.lateback)."""

    out_trade_no: str
    at_ms: int  # when it had gone back
    terminal: str
    operator: str
    channel: Channel
    amount_fen: int
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of sales or refunds, and what they are worth."""

    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class OpenSale:
    """One that is not settled; ``state`` is a words key, e.g. ``state.reversing``."""

    channel: Channel
    state: str
    fen: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How the bills of ``day`` (``11-21``) came out; ``fen`` None: not reconciled yet."""

    day: str
    fen: int | None


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """The figures of an X report, or with ``z_number`` of a Z report. Sums given back are positive here."""

    terminal: str
    operator: str
    opened_ms: int
    at_ms: int  # printed (X) or closed (Z)
    taken: tuple[tuple[Channel, Tally], ...]
    voids: Tally
    parts: Tally
    unpaid: Tally
    revoked: Tally
    returned: Tally
    open: tuple[OpenSale, ...]
    head: Anchor
    shift: str = ""
    z_number: int | None = None
    first_order: str = ""  # order numbers of the shift's first and last sale
    last_order: str = ""
    first_seq: int = 0  # of the shift's first entry
    previous_z: tuple[int, str] | None = None  # number and digest
    reconciled: Reconciled | None = None
