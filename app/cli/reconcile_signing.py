"""A manager at a terminal explains a line of a reconciliation, or signs the day off."""

from argparse import Namespace

from app.cli.approving import approve_on_terminal, refused
from app.cli.ask import Ask
from app.cli.exits import Refused
from app.cli.staffroom import Room, open_room
from app.core.staff import Act, Approval
from app.office.recon import signing
from app.office.recon.day import ChannelDay, DayResult
from app.office.recon.values import Difference


async def add_word(ask: Ask, args: Namespace, pin: str, result: DayResult) -> None:
    """Write what ``--resolve`` or ``--sign`` asks for. Raises Refused where nothing was written."""
    if args.resolve:
        found = _line(result, args.resolve)
        async with open_room(ask) as room:
            await _resolve(args, pin, room, *found)
    if args.sign:
        open_days = [one for one in result.channels if one.unexplained and not args.resolve]
        if open_days or result.lacking:
            raise Refused("rc.open")
        async with open_room(ask) as room:
            await _sign(args, pin, room, result)


def _line(result: DayResult, short: str) -> tuple[ChannelDay, Difference]:
    for one in result.channels:
        for line in one.reckoning.lines:
            if line.short == short:
                return one, line
    raise Refused("rc.nokey", line=short[:32])


async def _resolve(args: Namespace, pin: str, room: Room, one: ChannelDay, line: Difference) -> None:
    subject = signing.subject(one.reckoning.channel, one.reckoning.day, line)
    approval = await _approved(args, pin, room, (subject, abs(line.worth_fen), args.reason))
    now = room.clock.now()
    signing.resolve(room.keeper.journal, one.reckoning, line, approval, mono=now.mono, now_ms=now.ms)


async def _sign(args: Namespace, pin: str, room: Room, result: DayResult) -> None:
    approval = await _approved(args, pin, room, (signing.whole_day(result.day), 0, signing.SIGNS))
    by, now_ms = approval.by, room.clock.channel_ms()
    for one in result.channels:
        sha256 = one.bill.sha256 if one.bill is not None else ""
        try:
            signing.sign_off(room.keeper.journal, one.reckoning, sha256, by=by.number, name=by.name, now_ms=now_ms)
        except ValueError:
            raise Refused("rc.open") from None


async def _approved(args: Namespace, pin: str, room: Room, what: tuple[str, int, str]) -> Approval:
    approval = await approve_on_terminal(room.people, args.who, pin, Act.RESOLVE, what)
    no = room.people.approvals.spend(approval, Act.RESOLVE, *what)
    if no is not None:
        raise refused(no)
    return approval
