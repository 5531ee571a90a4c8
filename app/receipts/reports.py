"""X and Z reports and the test slip, as words.md §9 draws them. Pure."""

from app.receipts.columns import clean, width
from app.receipts.facts import Heading, ShiftFacts, Tally
from app.receipts.layout import Sheet, Slip
from app.receipts.wording import (
    Say,
    close_sheet,
    journal_line,
    moment,
    money,
    open_sheet,
    sayer,
    seal,
    tail,
    till,
)

TEST_DIGITS = "700000000000000000000001"  # no order number of ours: its check digits are wrong
_COUNT_EDGE = {32: 16, 48: 26}  # the column that the counts end at


def shift_slip(heading: Heading, facts: ShiftFacts) -> Slip:
    """An X report, or with a number a Z report."""
    say = sayer(heading)
    sheet = open_sheet(heading)
    number = facts.z_number
    sheet.middle(heading.shop, say("slip.x") if number is None else say("slip.z", n=f"{number:06d}"))
    sheet.rule("=")
    who = f"{facts.shift}  {say('slip.cashier', n=facts.operator)}".strip()
    sheet.pair(say("slip.till", n=till(facts.terminal)), who)
    sheet.left(say("slip.opened", time=moment(facts.opened_ms)))
    sheet.left(say("slip.printed" if number is None else "slip.closed", time=moment(facts.at_ms)))
    sheet.rule()
    taken, given = _taken(sheet, say, facts), _given_back(sheet, say, facts)
    sheet.pair(say("slip.net"), money(taken - given), big=True)
    sheet.rule("=")
    _not_charged(sheet, say, facts)
    if number is None:
        journal_line(sheet, heading, facts.head)
        sheet.middle(say("slip.xend"))
    else:
        _closing(sheet, say, facts)
    close_sheet(sheet, heading)
    name = f"x-{facts.at_ms}" if number is None else f"z-{number:06d}"
    return sheet.slip(name)


def trial_slip(heading: Heading, at_ms: int, terminal: str) -> Slip:
    """Every width and shape that a slip uses: what a maintainer looks at after plugging a printer in."""
    say = sayer(heading)
    sheet = open_sheet(heading)
    sheet.middle(heading.shop, heading.address, say("slip.test"))
    sheet.rule("=")
    sheet.pair(say("slip.till", n=till(terminal)), money(128_50))
    sheet.left(say("slip.time", time=moment(at_ms)))
    sheet.pair(say("slip.paid"), money(1_005_07), big=True)
    sheet.rule()
    sheet.left("1234567890" * (heading.columns // 10) + "12")
    sheet.left(("一二三四五六七八九十" * 3)[: heading.columns // 2])
    sheet.bars(TEST_DIGITS)
    sheet.middle(say("slip.testdo"))
    close_sheet(sheet, heading)
    return sheet.slip("print-test")


def _taken(sheet: Sheet, say: Say, facts: ShiftFacts) -> int:
    _head(sheet, say, "slip.taken")
    for channel, tally in facts.taken:
        _row(sheet, say(f"name.{channel}"), tally)
    count, fen = sum(one.count for _, one in facts.taken), sum(one.fen for _, one in facts.taken)
    _row(sheet, say("slip.total"), Tally(count, fen))
    sheet.rule()
    return fen


def _given_back(sheet: Sheet, say: Say, facts: ShiftFacts) -> int:
    _head(sheet, say, "slip.gaveback")
    fen = facts.voids.fen + facts.parts.fen
    _row(sheet, say("slip.voids"), Tally(facts.voids.count, -facts.voids.fen))
    _row(sheet, say("slip.parts"), Tally(facts.parts.count, -facts.parts.fen))
    _row(sheet, say("slip.total"), Tally(facts.voids.count + facts.parts.count, -fen))
    sheet.rule()
    return fen


def _not_charged(sheet: Sheet, say: Say, facts: ShiftFacts) -> None:
    _head(sheet, say, "slip.nothing")
    _row(sheet, say("slip.unpaid"), facts.unpaid)
    _row(sheet, say("slip.revoked"), facts.revoked)
    _row(sheet, say("slip.returns"), facts.returned)
    sheet.rule()
    _row(sheet, say("slip.open"), Tally(len(facts.open), sum(one.fen for one in facts.open)))
    for one in facts.open:
        sheet.pair(f"  {say(f'name.{one.channel}')} {say(one.state)}", money(one.fen))
    sheet.rule()


def _closing(sheet: Sheet, say: Say, facts: ShiftFacts) -> None:
    """What makes a Z report the seal of its shift."""
    if facts.first_order:
        sheet.pair(say("slip.first"), tail(facts.first_order))
        sheet.pair(say("slip.last"), tail(facts.last_order))
    sheet.left(say("slip.journals", n=f"{facts.first_seq:06d}", m=f"{facts.head.seq:06d}"))
    sheet.pair(say("slip.seal"), seal(facts.head.digest))
    if facts.previous_z is not None:
        number, digest = facts.previous_z
        sheet.pair(say("slip.lastz", n=f"{number:06d}"), seal(digest))
    if facts.reconciled is not None:
        sheet.pair(say("slip.bill", day=facts.reconciled.day), _bills(say, facts.reconciled.fen))
    sheet.rule()
    over, take = clean(say("slip.over")), clean(say("slip.take"))
    room = sheet.columns - width(over) - width(take) - 1
    sheet.left(f"{over}{'_' * (room // 2)} {take}{'_' * (room - room // 2)}")
    sheet.middle(say("slip.zend"))


def _bills(say: Say, fen: int | None) -> str:
    if fen is None:
        return say("slip.notyet")
    return say("slip.notlevel" if fen else "slip.level", amount=money(fen))


def _head(sheet: Sheet, say: Say, key: str) -> None:
    _three(sheet, say(key), say("slip.count"), say("slip.sum"))


def _row(sheet: Sheet, label: str, tally: Tally) -> None:
    _three(sheet, label, str(tally.count), money(tally.fen))


def _three(sheet: Sheet, label: str, count: str, fen: str) -> None:
    label = clean(label)
    room = _COUNT_EDGE[sheet.columns] - width(label) - width(count)
    sheet.pair(label + " " * max(1, room) + count, fen)
