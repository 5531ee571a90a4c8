"""Which slips a sale has, and what each says: from the sale as it is durable and nothing else. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

from app.core.numbers import LENGTH
from app.core.refunds import NOTHING_MOVED, Refund, RefundState
from app.core.sale import Sale, State
from app.receipts import facts
from app.receipts.facts import Anchor, Copy, Heading
from app.receipts.layout import COLUMNS, Slip
from app.receipts.sales import refund_slip, return_slip, sale_slip
from app.settings import Settings

_COLLECTED: Final = frozenset(
    {State.PAID, State.VOIDING, State.VOIDED, State.REFUNDED, State.PARTLY_REFUNDED}
)  # the money came in; what went back later has slips of its own


class SlipKind(StrEnum):
    """Values are kept in the journal; they never change."""

    SALE = "sale"
    REFUND = "refund"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class SlipName:
    """``number`` is the order number, of a refund its own: 26 digits."""

    kind: SlipKind
    number: str

    @property
    def out_trade_no(self) -> str:
        return self.number[:LENGTH]


def names_of(sale: Sale) -> tuple[SlipName, ...]:
    """The slips there are of ``sale`` now, oldest first. A sale in doubt has none, nor has a refund without result."""
    number = sale.order.out_trade_no
    found = []
    if sale.state in _COLLECTED:
        found.append(SlipName(SlipKind.SALE, number))
    elif sale.state is State.REVERSED and sale.took_money:
        found.append(SlipName(SlipKind.RETURN, number))
    told = [one for one in sale.refunds if one.state is not RefundState.ASKED and one.state not in NOTHING_MOVED]
    return (*found, *(SlipName(SlipKind.REFUND, one.out_refund_no) for one in told if one.by))


def heading_of(settings: Settings) -> Heading:
    return Heading(
        shop=settings.shop.name,
        columns=COLUMNS[settings.printer.paper],
        language=settings.till.language,
        training=settings.simulator,
        address=settings.receipt.address,
        text=settings.receipt.text,
    )


def draw(
    heading: Heading, sale: Sale, name: SlipName, *, anchor: Anchor, by: str = "", copy: Copy | None = None
) -> Slip:
    """The slip of ``name``, which is one of ``names_of(sale)``; ``by`` is who handled a refund."""
    top = replace(heading, training=sale.order.training)
    match name.kind:
        case SlipKind.SALE:
            return sale_slip(top, _sale(sale, anchor), copy)
        case SlipKind.REFUND:
            return refund_slip(top, _refund(sale, name, anchor, by), copy)
        case SlipKind.RETURN:
            return return_slip(top, _return(sale, anchor), copy)
    assert_never(name.kind)


def _sale(sale: Sale, anchor: Anchor) -> facts.SaleFacts:
    order = sale.order
    return facts.SaleFacts(
        out_trade_no=order.out_trade_no,
        at_ms=_paid_ms(sale),
        terminal=order.terminal,
        operator=order.operator,
        channel=order.channel,
        amount_fen=order.amount_fen,
        anchor=anchor,
        payer=sale.payer,
        channel_no=sale.channel_no,
    )


def _refund(sale: Sale, name: SlipName, anchor: Anchor, by: str) -> facts.RefundFacts:
    one = next(refund for refund in sale.refunds if refund.out_refund_no == name.number)
    before = [each for each in sale.refunds if each.ordinal <= one.ordinal and each.state not in NOTHING_MOVED]
    return facts.RefundFacts(
        out_refund_no=one.out_refund_no,
        out_trade_no=sale.order.out_trade_no,
        at_ms=one.ended_ms or one.began_ms,
        paid_ms=_paid_ms(sale),
        paid_fen=sale.order.amount_fen,
        amount_fen=one.amount_fen,
        refunded_fen=sum(each.amount_fen for each in before),
        channel=sale.order.channel,
        state=_state(one),
        reason=one.reason,
        terminal=sale.order.terminal,
        operator=by,
        approved_by=one.by,
        anchor=anchor,
    )


def _return(sale: Sale, anchor: Anchor) -> facts.ReturnFacts:
    order = sale.order
    return facts.ReturnFacts(
        out_trade_no=order.out_trade_no,
        at_ms=sale.ended_ms or order.began_ms,
        terminal=order.terminal,
        operator=order.operator,
        channel=order.channel,
        amount_fen=order.amount_fen,
        anchor=anchor,
    )


def _state(refund: Refund) -> facts.RefundState:
    match refund.state:
        case RefundState.DONE:
            return facts.RefundState.DONE
        case RefundState.ACCEPTED:
            return facts.RefundState.ACCEPTED
        case RefundState.ABNORMAL:
            return facts.RefundState.HAND
        case _:
            return facts.RefundState.RUNNING


def _paid_ms(sale: Sale) -> int:
    return sale.paid_ms or sale.ended_ms or sale.order.began_ms
