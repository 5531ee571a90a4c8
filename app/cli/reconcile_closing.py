"""What a day's bills close, written by the command itself where no window writes the journal."""

import sys
from collections.abc import Sequence

from app import words
from app.cli.ask import Ask
from app.cli.exits import Refused
from app.cli.staffroom import open_room
from app.core import machine
from app.core.policy import patience_for
from app.office.recon.closing import Seen
from app.till.entries import entry_of, newest

TAKEN = "cli.taken"


async def close_by_bills(ask: Ask, seen: Sequence[Seen]) -> None:
    """No channel is asked here: a sale that is to be asked about is left open for the next start of the till."""
    if not seen:
        return
    closed = 0
    try:
        async with open_room(ask) as room:
            for number, event in seen:
                sale = newest(room.keeper.journal.story(number))
                if sale is None:
                    continue
                patience = patience_for(sale.order.channel, room.settings.pace)
                step = machine.step(sale, event, room.clock.now(), patience)
                if step.must_record and room.keeper.keep(entry_of(step.sale, room.clock.channel_ms())):
                    closed += not step.sale.is_open
    except Refused as refusal:
        if refusal.key != TAKEN:
            raise
        print(words.say("rc.closed.later", ask.language, n=len(seen)), file=sys.stderr)
        return
    if closed:
        print(words.say("rc.closed", ask.language, n=closed), file=sys.stderr)
