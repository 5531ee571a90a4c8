"""``mashou refund`` and ``mashou hold``: a supervisor at a terminal, over the same doorway as the window."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from app import words
from app.boot import House
from app.cli.approving import approve_on_terminal, pin_of
from app.cli.ask import Ask
from app.cli.desk import LOOK, opened
from app.cli.exits import Exit, Refused, complaint
from app.cli.interrupts import Interrupts, interrupts
from app.cli.teller import Teller
from app.core.money import BadAmount, parse_yuan, show_yuan
from app.core.refunds import HandState, Refund, RefundState
from app.core.sale import Sale
from app.core.staff import Act
from app.till.api import Refusal

REASON_MOST: Final = 80  # characters, of which the payer reads as many as the channel takes

Served = Callable[[House, Teller, Interrupts, asyncio.Event], Awaitable[Exit]]


def refund(ask: Ask, args: Namespace) -> Exit:
    """Give a sale back and wait for the result. Raises Refused where nothing was sent."""
    pin = _checked(ask, args)

    async def serve(house: House, teller: Teller, told: Interrupts, fatal: asyncio.Event) -> Exit:
        sale = _sale(house, args.number)
        fen = sale.left_fen if args.amount is None else _fen(ask, args.amount)
        approval = await approve_on_terminal(
            house.people, args.who, pin, Act.REFUND, (args.number, fen, args.reason), operator=sale.order.operator
        )
        _unless(house.back.refund(args.number, fen, args.reason, approval))
        teller.line(_begun(ask, fen))
        if not await _until(house.back.refunded(args.number), told, fatal):
            return _left(args.number, teller, fatal)
        with suppress(TimeoutError):  # called done at once, and asked about a little later (design §7.9)
            async with asyncio.timeout(LOOK / house.settings.pace):
                await _until(house.back.confirmed(args.number), told, fatal)
        return _tell_refund(_sale(house, args.number), teller)

    return asyncio.run(_served(ask, serve))


def hold(ask: Ask, args: Namespace) -> Exit:
    """Record what a person gives back by hand, where it may be given. Raises Refused where nothing was recorded."""
    pin = _checked(ask, args)

    async def serve(house: House, teller: Teller, told: Interrupts, fatal: asyncio.Event) -> Exit:
        sale = _sale(house, args.number)
        fen = sale.order.amount_fen - sale.refunded_fen if args.amount is None else _fen(ask, args.amount)
        what = (args.number, fen, args.reason)
        approval = await approve_on_terminal(house.people, args.who, pin, Act.HOLD, what, operator=sale.order.operator)
        _unless(house.back.hold(args.number, fen, args.reason, args.voucher, approval))
        teller.say("back.looking")
        if not await _until(house.back.held(args.number), told, fatal):
            return _left(args.number, teller, fatal)
        hand = _sale(house, args.number).hand
        given = hand is not None and hand.state is HandState.GIVEN
        teller.say("back.handed" if given else "back.nocash", amount=f"￥{show_yuan(fen)}")
        return Exit.PAID if given else Exit.NOT_PAID

    return asyncio.run(_served(ask, serve))


async def _served(ask: Ask, serve: Served) -> Exit:
    with interrupts() as told:
        async with opened(ask, scanner=False) as (house, fatal):
            return await serve(house, Teller(sys.stdout, ask.language), told, fatal)


def _checked(ask: Ask, args: Namespace) -> str:
    """What is wrong with the command is said before anything is opened; the PIN is asked for then too."""
    ask.refuse_real_training()
    if not args.reason.strip() or len(args.reason) > REASON_MOST:
        raise Refused("back.reason")
    if args.amount is not None:
        _fen(ask, args.amount)
    return pin_of(ask, args.who) if args.who else ""


def _fen(ask: Ask, yuan: str) -> int:
    try:
        return parse_yuan(yuan)
    except BadAmount as error:
        raise Refused("cli.refusal", text=complaint(error.key, ask.language, amount="")) from None


def _sale(house: House, number: str) -> Sale:
    sale = house.back.find(number)
    if sale is None:
        raise Refused("adv.notfound")
    return sale


def _unless(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal.key, **dict(refusal.values))


async def _until(ended: Awaitable[Sale], told: Interrupts, fatal: asyncio.Event) -> bool:
    """Wait for ``ended``; False where the person, the system or a dead journal ends the waiting first."""
    waiting = asyncio.ensure_future(ended)
    ends = [asyncio.ensure_future(told.left.wait()), asyncio.ensure_future(fatal.wait())]
    try:
        await asyncio.wait([waiting, *ends], return_when=asyncio.FIRST_COMPLETED)
        return waiting.done()
    finally:
        for one in (waiting, *ends):
            one.cancel()
        await asyncio.gather(waiting, *ends, return_exceptions=True)


def _begun(ask: Ask, fen: int) -> str:
    amount = f"￥{show_yuan(fen)}"
    return words.say("st.voiding.is", ask.language, amount=amount) + words.say("st.voiding.do", ask.language)


def _left(number: str, teller: Teller, fatal: asyncio.Event) -> Exit:
    if fatal.is_set():
        teller.say("disk.error.say")
        return Exit.PERSON
    teller.say("cli.open", numbers=number)
    return Exit.OPEN


def _tell_refund(sale: Sale, teller: Teller) -> Exit:
    last = sale.refunds[-1]
    match last.state:
        case RefundState.DONE:
            teller.say("back.done", amount=f"￥{show_yuan(last.amount_fen)}")
            return Exit.PAID
        case RefundState.REFUSED:
            teller.line(_refused(last, teller.language))
            return Exit.NOT_PAID
        case RefundState.CLOSED:
            teller.say("adv.refund.closed")
            return Exit.NOT_PAID
        case RefundState.ASKED | RefundState.ACCEPTED | RefundState.ABNORMAL:
            key = sale.alarm if words.has(f"{sale.alarm}.is") else "back.refund"
            values = {
                "amount": f"￥{show_yuan(last.amount_fen)}",
                "amount2": words.say("cli.otheramount", teller.language),
                "channel": teller.channel(sale.order.channel),
                "n": "",
            }
            teller.line(" ".join(words.tell(f"{key}.{part}", teller.language, values) for part in ("is", "do")))
            return Exit.PERSON


def _refused(refund: Refund, language: str) -> str:
    why = words.say(f"r.{refund.why or 'norefund'}.head", language)
    return words.say("back.refused", language, why=f"{why} {refund.says}".strip())
