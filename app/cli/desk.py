"""``mashou sell`` and ``mashou resolve``: opens the house on a loop of its own and serves from there."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from app import boot, words
from app.cli import selling
from app.cli.ask import Ask, typed
from app.cli.exits import Exit, Refused, complaint, worst
from app.cli.interrupts import interrupts
from app.cli.selling import Wanted
from app.cli.teller import Teller
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.money import MAX_AMOUNT_FEN, BadAmount, parse_yuan, show_yuan
from app.till.api import Customer

LONGEST_LINE: Final = 4096  # characters; longer than any bar code
LOOK: Final = 20.0  # seconds at pace 1 in which a stuck sale may still settle: two queries of 10 s


def sell(ask: Ask, args: Namespace) -> Exit:
    """Charge one customer. Raises Refused where nothing was sent."""
    ask.refuse_real_training()
    wanted = _wanted(ask, args)

    async def serve() -> Exit:
        with interrupts() as told:
            async with opened(ask, scanner=wanted.code is None and wanted.practice is None) as (house, fatal):
                return await selling.sell(house, wanted, _teller(ask), told, fatal)

    return asyncio.run(serve())


def resolve(ask: Ask) -> Exit:
    """Finish what is open; the worst end of all. Raises Refused."""
    ask.refuse_real_training()

    async def serve() -> list[Exit]:
        with interrupts() as told:
            async with opened(ask, scanner=False) as (house, fatal):
                look = LOOK / house.settings.pace
                return await selling.resolve(house, _teller(ask), told, fatal, look=look)

    return worst(asyncio.run(serve()))


def _teller(ask: Ask) -> Teller:
    return Teller(sys.stdout, ask.language)


def _wanted(ask: Ask, args: Namespace) -> Wanted:
    try:
        amount = parse_yuan(args.amount)
    except BadAmount as error:
        most = f"￥{show_yuan(MAX_AMOUNT_FEN)}"
        text = complaint(error.key, ask.language, amount=most)
        raise Refused("cli.refusal", text=text) from None
    practice = _practice(ask, args)
    code = None if practice else _code(ask, args.code)
    return Wanted(amount, code, confirmed=args.yes, practice=practice)


def _practice(ask: Ask, args: Namespace) -> tuple[Channel, Customer] | None:
    """The practice customer, where training asks for one: on request, or because nobody else shows a code."""
    asked_for = args.channel is not None or args.customer is not None
    if asked_for and (not ask.embedded or args.code is not None):
        raise Refused("cli.practice.only")
    settings = ask.settings
    has_scanner = settings is not None and settings.scanner.port
    if not ask.embedded or args.code is not None or (has_scanner and not asked_for):
        return None
    return Channel(args.channel or Channel.WECHAT), Customer(args.customer or Customer.INSTANT)


def _code(ask: Ask, given: str | None) -> AuthCode | None:
    """The code from the command or standard input; None means a scanner reads it."""
    settings = ask.settings
    if settings is None and not ask.embedded:
        return None if given is None else AuthCode(given)  # opening the house will say what is missing
    if given is None:
        if settings is None or not settings.scanner.port:
            raise Refused("cli.noscanner")
        return None
    if given != "-":
        if settings is not None and not settings.simulator:
            raise Refused("cli.literal")
        return AuthCode(given)
    # A person's scanner types into the terminal: what it types is not to stand on the screen.
    question = f"{words.say('st.ready.head', ask.language)} "
    text = typed(question) if sys.stdin.isatty() else sys.stdin.readline(LONGEST_LINE)
    if not text.strip():
        raise Refused("cli.nocode")
    return AuthCode(text.strip())


@asynccontextmanager
async def opened(ask: Ask, *, scanner: bool) -> AsyncIterator[tuple[boot.House, asyncio.Event]]:
    """The house, and an event for the day its journal breaks. Raises Refused where it cannot be opened."""
    fatal = asyncio.Event()
    try:
        if ask.embedded:
            house = await boot.open_training(ask.folder, on_fatal=lambda _: fatal.set(), scanner=scanner)
        else:
            house = await boot.open_house(
                ask.folder, on_fatal=lambda _: fatal.set(), scanner=scanner, prompt=ask.prompt
            )
    except boot.CannotStart as error:
        key = "cli.taken" if error.key == "app.two.say" else error.key
        raise Refused(key, **dict(error.values)) from None
    if house.trouble is not None:
        why = house.trouble.say(ask.language)
        print(words.say("set.used_last", ask.language, why=why), file=sys.stderr)
    said = house.counter.board.journal_said
    if said is not None:
        print(words.tell(f"{said.key}.say", ask.language, dict(said.values)), file=sys.stderr)
    try:
        yield house, fatal
    finally:
        await house.close()
