"""Receipts of sales and slips of what went back, as words.md §9 draws them. Pure."""

from typing import Final

from app.receipts.columns import clean, width
from app.receipts.facts import Copy, Heading, RefundFacts, ReturnFacts, SaleFacts
from app.receipts.layout import Sheet, Slip
from app.receipts.wording import (
    Say,
    close_sheet,
    journal_line,
    moment,
    money,
    open_sheet,
    sayer,
    short_moment,
    till,
)

_WIDE: Final = 48  # columns from which two facts share a line
_INDENT: Final = 2  # of a refund number below its label


def sale_slip(heading: Heading, facts: SaleFacts, copy: Copy | None = None) -> Slip:
    """The receipt; with ``copy`` it says above and below that it is no new payment."""
    say = sayer(heading)
    sheet = open_sheet(heading)
    _reprint_top(sheet, say, copy)
    sheet.middle(heading.shop, heading.address, say("slip.sale"))
    sheet.rule("=")
    order, time = say("slip.order", n=facts.out_trade_no), say("slip.time", time=moment(facts.at_ms))
    number, who = say("slip.till", n=till(facts.terminal)), f"{say('slip.cashier', n=facts.operator)} {facts.shift}"
    if heading.columns >= _WIDE:
        sheet.pair(order, number)
        sheet.pair(time, who.rstrip())
    else:
        sheet.left(order)
        sheet.left(time)
        sheet.pair(number, who.rstrip())
    sheet.rule()
    sheet.pair(say("slip.due"), money(facts.amount_fen))
    if facts.offer_fen:
        sheet.pair(say("slip.offer"), money(-facts.offer_fen))
        sheet.pair(say("slip.youpaid"), money(facts.amount_fen - facts.offer_fen))
    sheet.rule()
    _paid(sheet, say, facts)
    sheet.rule()
    sheet.bars(facts.out_trade_no)
    sheet.rule()
    journal_line(sheet, heading, facts.anchor)
    if copy is None:
        sheet.middle(say("slip.bring"), heading.text or say("slip.thanks"))
    _reprint_foot(sheet, say, copy)
    close_sheet(sheet, heading)
    return sheet.slip(f"receipt-{facts.out_trade_no}")


def _paid(sheet: Sheet, say: Say, facts: SaleFacts) -> None:
    sheet.pair(say("slip.paid"), money(facts.amount_fen), big=True)
    sheet.pair(say("slip.by"), say(f"slip.by.{facts.channel}"))
    if facts.payer:
        sheet.pair(say("slip.payer"), facts.payer)
    if facts.channel_no:
        sheet.pair(say("slip.channelno"), facts.channel_no)


def refund_slip(heading: Heading, facts: RefundFacts, copy: Copy | None = None) -> Slip:
    """What one refund gave back, with its own number, and how much may still go back."""
    say = sayer(heading)
    sheet = open_sheet(heading)
    _reprint_top(sheet, say, copy, new=False)
    sheet.middle(heading.shop, heading.address, say("slip.refund"))
    sheet.rule("=")
    _refund_numbers(sheet, say, facts, wide=heading.columns >= _WIDE)
    sheet.rule()
    sheet.pair(say("slip.back"), money(facts.amount_fen), big=True)
    sheet.pair(say("slip.allback"), money(facts.refunded_fen))
    sheet.pair(say("slip.left"), money(facts.paid_fen - facts.refunded_fen))
    sheet.rule()
    sheet.pair(say("slip.way"), say("slip.wayback", channel=say(f"slip.by.{facts.channel}")))
    sheet.pair(say("slip.state"), say(f"slip.{facts.state}"))
    if facts.reason:
        sheet.pair(say("slip.reason"), facts.reason)
    sheet.pair(
        say("slip.handled", n=facts.operator),
        say("slip.approved", n=facts.approved_by) if facts.approved_by else "",
    )
    sheet.left(say("slip.time", time=moment(facts.at_ms)))
    sheet.rule()
    line = clean(say("slip.sign"))
    sheet.left(line + "_" * (heading.columns - width(line)))
    journal_line(sheet, heading, facts.anchor)
    if copy is None:
        sheet.middle(say("slip.when"))
    _reprint_foot(sheet, say, copy)
    close_sheet(sheet, heading)
    return sheet.slip(f"refund-{facts.out_refund_no}")


def _refund_numbers(sheet: Sheet, say: Say, facts: RefundFacts, *, wide: bool) -> None:
    paid, at, number = money(facts.paid_fen), short_moment(facts.paid_ms), say("slip.till", n=till(facts.terminal))
    if wide:
        sheet.pair(f"{say('slip.refundno')} {facts.out_refund_no}", number)
        sheet.pair(f"{say('slip.original')} {facts.out_trade_no}", at)
        sheet.pair(say("slip.waspaid"), paid)
        return
    sheet.left(say("slip.refundno"))
    sheet.left(facts.out_refund_no, _INDENT)
    sheet.left(f"{say('slip.original')} {facts.out_trade_no}")
    sheet.pair(say("slip.waspaid"), f"{at} {paid}")


def return_slip(heading: Heading, facts: ReturnFacts, copy: Copy | None = None) -> Slip:
    """A payment that was not kept and went back by itself: paper for a customer who asks."""
    say = sayer(heading)
    sheet = open_sheet(heading)
    _reprint_top(sheet, say, copy, new=False)
    sheet.middle(heading.shop, heading.address, say("slip.returned"))
    sheet.rule("=")
    sheet.left(say("slip.order", n=facts.out_trade_no))
    sheet.left(say("slip.time", time=moment(facts.at_ms)))
    sheet.pair(say("slip.till", n=till(facts.terminal)), say("slip.cashier", n=facts.operator))
    sheet.rule()
    sheet.pair(say("slip.returnsum"), money(facts.amount_fen), big=True)
    sheet.pair(say("slip.way"), say("slip.wayback", channel=say(f"slip.by.{facts.channel}")))
    sheet.pair(say("slip.state"), say("slip.returnstate"))
    sheet.rule()
    sheet.bars(facts.out_trade_no)
    sheet.rule()
    journal_line(sheet, heading, facts.anchor)
    sheet.middle(say("slip.when"))
    _reprint_foot(sheet, say, copy)
    close_sheet(sheet, heading)
    return sheet.slip(f"return-{facts.out_trade_no}")


def _reprint_top(sheet: Sheet, say: Say, copy: Copy | None, *, new: bool = True) -> None:
    if copy is not None:
        sheet.middle(say("slip.reprint", n=copy.number))
        if new:
            sheet.middle(say("slip.notnew"))


def _reprint_foot(sheet: Sheet, say: Say, copy: Copy | None) -> None:
    if copy is not None:
        sheet.rule()
        sheet.pair(say("slip.again", time=short_moment(copy.at_ms)), copy.by)
        sheet.middle(say("slip.reprint", n=copy.number))
