"""``mashou shift``: opened, looked at and sealed from the terminal, by the rules the window has."""

import asyncio
import json
from argparse import Namespace
from typing import Final

from app import words
from app.cli.approving import approve_on_terminal, pin_of, proof_of, refused
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.cli.staffroom import Room, open_room
from app.core.beijing import clock_words
from app.core.money import show_yuan
from app.core.staff import Act, Approval, Person
from app.journal.errors import JournalError
from app.office.shift_blocks import Block
from app.office.shift_report import Report, to_body
from app.office.shift_slips import slip_facts
from app.office.shift_state import ShiftState
from app.office.shifts import Look, No, Shifts, look_beside
from app.receipts.facts import Heading
from app.receipts.layout import COLUMNS as WIDTHS
from app.receipts.layout import as_text
from app.receipts.reports import shift_slip
from app.settings import DataFolder
from app.staff import No as StaffNo
from app.till.clock import Clock

PAPER_MM: Final = 58


def shift(ask: Ask, args: Namespace) -> Exit:
    """Carry out ``mashou shift ACTION``. Raises Refused: nothing was written."""
    ask.refuse_real_training()
    try:
        if args.action in {"x", "status"}:
            return _beside(ask, args)
        pin = pin_of(ask, args.who) if args.who else ""
        return asyncio.run(_act(ask, args, pin))
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _beside(ask: Ask, args: Namespace) -> Exit:
    place, settings = DataFolder(ask.folder), ask.settings
    if settings is None or not place.journal.exists():
        raise Refused("journal.gone.say" if place.keys.exists() else "set.missing", path=str(ask.folder))
    look = look_beside(place.journal, settings.till.terminal, Clock().channel_ms())
    if args.json:
        _print_json(look.report, look)
    elif args.action == "x":
        _print_slip(ask, look.report)
    else:
        _print_state(ask, look)
    return Exit.PAID


async def _act(ask: Ask, args: Namespace, pin: str) -> Exit:
    async with open_room(ask) as room:
        person = await _proven(room, args.who, pin, f"shift.{args.action}")
        shifts = Shifts(
            room.keeper,
            DataFolder(ask.folder).journal,
            room.secrets.mac_key,
            room.clock,
            terminal=room.settings.till.terminal,
            spend=room.people.approvals.spend,
        )
        if args.action == "open":
            return _opened(ask, args, shifts.open(person), room)
        approval = await _take_over(room, args, pin, shifts.state.number) if args.reason else None
        return _closed(ask, args, await shifts.close(person, approval))


async def _proven(room: Room, who: str | None, pin: str, what: str) -> Person:
    proof = await proof_of(room.people, who, pin, "cashier")
    member = await room.people.prove(proof, what)
    if isinstance(member, StaffNo):
        raise refused(member)
    return member.person


async def _take_over(room: Room, args: Namespace, pin: str, number: int) -> Approval:
    what = (str(number), 0, args.reason)
    return await approve_on_terminal(room.people, args.who, pin, Act.TAKE_OVER, what)


def _opened(ask: Ask, args: Namespace, found: ShiftState | No, room: Room) -> Exit:
    if isinstance(found, No):
        raise Refused(found.key, **dict(found.values))
    if args.json:
        print(json.dumps({"shift": found.number, "staff": found.on_duty.number, "at_ms": found.opened_ms}))
    else:
        time = clock_words(room.clock.channel_ms())
        print(words.say("sh.open", ask.language, staff=found.on_duty.name, time=time))
    return Exit.PAID


def _closed(ask: Ask, args: Namespace, found: Report | Look | No) -> Exit:
    match found:
        case No():
            raise Refused(found.key, **dict(found.values))
        case Look():
            if args.json:
                _print_json(found.report, found)
            else:
                _print_blocks(ask, found.blocks)
            return Exit.PERSON
        case Report():
            if args.json:
                print(json.dumps(to_body(found), ensure_ascii=False))
            else:
                _print_slip(ask, found)
                print(words.say("sh.done", ask.language, n=found.z))
            return Exit.PAID


def _print_state(ask: Ask, look: Look) -> None:
    state, report = look.state, look.report
    if state.is_open:
        staff, time = state.on_duty.name, clock_words(state.opened_ms)
        print(words.say("sh.since", ask.language, staff=staff, time=time))
    else:
        print(words.say("sh.off", ask.language))
    if look.blocks:
        _print_blocks(ask, look.blocks)
    else:
        total = report.sheet.total
        amount = f"￥{show_yuan(total.net_fen)}"
        print(words.say("sh.ready", ask.language, n=total.paid.count, amount=amount))


def _print_blocks(ask: Ask, blocks: tuple[Block, ...]) -> None:
    count = sum(len(block.sales) for block in blocks)
    print(words.say("sh.block.head", ask.language, n=count))
    for block in blocks:
        print(words.say(block.key, ask.language, **dict(block.values)))
        for facts in block.sales:
            channel = words.tell(f"name.{facts.channel}", ask.language)
            state = words.tell(f"state.{facts.state.lower()}", ask.language)
            print(f"  {facts.out_trade_no}  {channel}  ￥{show_yuan(facts.amount_fen)}  {state}")


def _print_slip(ask: Ask, report: Report) -> None:
    settings = ask.settings
    assert settings is not None, "the folder has been opened"
    heading = Heading(settings.shop.name, WIDTHS[PAPER_MM], ask.language, settings.simulator)
    print(as_text(shift_slip(heading, slip_facts(report))))


def _print_json(report: Report, look: Look) -> None:
    blocks = [{"key": block.key, "sales": [facts.out_trade_no for facts in block.sales]} for block in look.blocks]
    print(json.dumps({**to_body(report), "open": look.state.is_open, "blocks": blocks}, ensure_ascii=False))
