"""``mashou sell``: one customer at a terminal, over the same counter as the window."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Protocol

from app.cli.exits import Exit, Refused, exit_of, settled
from app.cli.interrupts import Interrupts
from app.cli.teller import Teller
from app.cli.watch import Watch, every_sale
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.money import show_yuan
from app.core.sale import BEFORE_D2, FINAL
from app.till.api import Counter, CounterView, Customer, Phase, PracticePhone, SaleView

TICK: Final = 0.25  # seconds between two looks at the countdown: no second is skipped
PICTURE_PATIENCE: Final = 0.2  # seconds; a sale that has begun is shown within 10 ms of its scan
TYPING: Final = 3.0  # seconds a practice customer takes for the password: long enough to see the countdown run


class House(Protocol):
    """What selling needs of ``app.boot.House``."""

    @property
    def counter(self) -> Counter: ...

    @property
    def phone(self) -> PracticePhone | None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """One sale. ``code`` None: a scanner reads it, or the practice customer shows one."""

    amount_fen: int
    code: AuthCode | None = None
    confirmed: bool = False  # the one more key above the cap
    practice: tuple[Channel, Customer] | None = None


class Till:
    """The terminal's side of an open house: tells every open sale's story and knows when to leave."""

    def __init__(self, house: House, teller: Teller, fatal: asyncio.Event) -> None:
        self.counter = house.counter
        self.phone = house.phone
        self.teller = teller
        self.fatal = fatal
        self.own = ""
        self._stopped = False
        self._known: set[str] | None = None  # the sales there were before this one's code was shown
        self._looked = False
        self._followed: dict[str, SaleView] = {}  # every sale that was open in this run, as last shown
        self._seen: set[str] = set()  # found at start, told to whoever sits here
        self.watch = Watch(house.counter, self._on_view)

    @property
    def open(self) -> tuple[SaleView, ...]:
        return tuple(sale for sale in self.watch.view.open if not settled(sale))

    @property
    def mine(self) -> SaleView:
        """This customer's sale; only once it has ``begun``."""
        return self._followed[self.own]

    @property
    def followed(self) -> tuple[SaleView, ...]:
        """Every sale that was open at any time of this run, as it stands now or was shown last."""
        return tuple(self._followed[number] for number in sorted(self._followed))

    def begun(self) -> bool:
        """Whether this customer's code has become a sale."""
        return bool(self.own)

    def expect(self) -> None:
        """From now on a new sale on the stage is this customer's."""
        self._known = set(every_sale(self.watch.view))

    def stop(self) -> bool:
        """Ctrl-C: F2 while that means something, once."""
        if self._stopped or not self.own or self.mine.state not in BEFORE_D2:
            return False
        self._stopped = True
        self.teller.say("cli.stopping")
        self.counter.stop()
        return True

    def _on_view(self, view: CounterView) -> None:
        if not self.own and self._known is not None and view.sale and view.sale.out_trade_no not in self._known:
            self.own = view.sale.out_trade_no
        if not self._looked and view.open:
            self.teller.say("cli.resolve.begin", n=len(view.open))  # left over from before; nothing is sold yet
        self._looked = True
        begun = {sale.out_trade_no for sale in (*view.open, *((view.sale,) if view.sale else ()))}
        for number, sale in sorted(every_sale(view).items()):
            if number not in begun and number not in self._followed:
                continue  # done before this run
            self._followed[number] = sale
            self.teller.tell(sale)
            if sale.recovered and settled(sale) and number not in self._seen:
                self._seen.add(number)
                asyncio.get_running_loop().call_soon(self.counter.acknowledge, number)

    async def unless_left(self, told: Interrupts, holds: Callable[[CounterView], bool]) -> bool:
        """Wait until ``holds``; False if the person, the system or a dead journal ends it first."""
        ends = [asyncio.ensure_future(told.left.wait()), asyncio.ensure_future(self.fatal.wait())]
        waiting = asyncio.ensure_future(self.watch.until(holds))
        try:
            await asyncio.wait([*ends, waiting], return_when=asyncio.FIRST_COMPLETED)
            return waiting.done()
        finally:
            for task in (*ends, waiting):
                task.cancel()


async def sell(house: House, wanted: Wanted, teller: Teller, told: Interrupts, fatal: asyncio.Event) -> Exit:
    """Charge one customer and wait until this sale, and any left over from before, has settled.

    Raises Refused where nothing was sent.
    """
    till = Till(house, teller, fatal)
    told.on_stop = till.stop
    async with _counting(till):
        await _ready(till, told, wanted)
        if not await _code(till, told, wanted):
            return _left(till)
        practising = asyncio.ensure_future(_practise(till, wanted))
        try:
            ended = await till.unless_left(told, lambda _: settled(till.mine))
        finally:
            practising.cancel()
        if not ended:
            return _left(till)
        result = exit_of(till.mine)
        if till.open:
            teller.say("cli.others", n=len(till.open))
            await till.unless_left(told, lambda _: not till.open)
        return result


async def resolve(house: House, teller: Teller, told: Interrupts, fatal: asyncio.Event, *, look: float) -> list[Exit]:
    """Finish everything that is open, all at once; the end of each. Empty: nothing was open.

    ``look``: seconds a sale that needs a person is tried once more before it is left to that person.
    """
    till = Till(house, teller, fatal)
    async with _counting(till):
        if not till.followed:
            teller.say("cli.resolve.none")
            return []
        if not await till.unless_left(told, lambda _: not till.open):
            return [_left(till)]
        if any(exit_of(sale) is Exit.PERSON for sale in till.followed):
            with suppress(TimeoutError):
                async with asyncio.timeout(look):
                    await till.unless_left(told, lambda _: all(sale.state in FINAL for sale in till.followed))
        return [exit_of(sale) for sale in till.followed]


@asynccontextmanager
async def _counting(till: Till) -> AsyncIterator[None]:
    """The countdown runs while the block does."""

    async def tick() -> None:
        while True:
            till.teller.count(till.open)
            await asyncio.sleep(TICK)

    ticking = asyncio.ensure_future(tick())
    try:
        yield
    finally:
        ticking.cancel()
        till.teller.close()


async def _ready(till: Till, told: Interrupts, wanted: Wanted) -> None:
    """Open the purchase and come to where a code is asked for."""
    before = _serial(till.watch.view)
    till.counter.next_customer()
    till.counter.enter_amount(wanted.amount_fen)

    def answered(view: CounterView) -> bool:
        return view.phase is Phase.READY or view.confirm_cap or _serial(view) > before

    if not await till.unless_left(told, answered):
        raise Refused("cli.nothing")
    view = till.watch.view
    if view.confirm_cap:
        if not wanted.confirmed:
            raise Refused("cli.cap", amount=f"￥{show_yuan(view.desk.cap_fen)}")
        till.counter.confirm_amount()
        if not await till.unless_left(told, lambda view: view.phase is Phase.READY or _serial(view) > before):
            raise Refused("cli.nothing")
    if till.watch.view.phase is not Phase.READY:
        _refuse(till)


async def _code(till: Till, told: Interrupts, wanted: Wanted) -> bool:
    """Bring a code to the counter until it has become a sale. False: left while that sale was just beginning."""
    till.expect()
    serial = _serial(till.watch.view)
    till.teller.say("cli.begin", amount=f"￥{show_yuan(wanted.amount_fen)}")
    till.counter.warm()
    code = await _shown(till, wanted)
    if code is not None:
        till.counter.scan(code.reveal(), "cli")
    while not till.begun():
        if not await _answer(till, told, serial):
            with suppress(TimeoutError):
                await asyncio.wait_for(till.watch.until(lambda _: till.begun()), PICTURE_PATIENCE)
            if till.begun():
                return False
            till.counter.stop()
            raise Refused("cli.nothing")
        view = till.watch.view
        if not till.begun() and view.refusal is not None:
            if code is not None:
                _refuse(till)
            till.teller.line(till.teller.refusal(view.refusal))  # the next scan may be the right one
            serial = _serial(view)
    return True


async def _shown(till: Till, wanted: Wanted) -> AuthCode | None:
    """The code a customer shows; None where a scanner will read it."""
    if wanted.practice is None or till.phone is None:
        return wanted.code
    channel, customer = wanted.practice
    shown = await till.phone.fresh_code(channel, customer)
    till.teller.say("cli.practice", channel=till.teller.channel(channel))
    return AuthCode(shown.code)


async def _answer(till: Till, told: Interrupts, serial: int) -> bool:
    """Wait for this customer's sale, or for a refusal newer than ``serial``."""
    return await till.unless_left(told, lambda view: till.begun() or _serial(view) > serial)


async def _practise(till: Till, wanted: Wanted) -> None:
    """The practice customer types the password once the phone asks for it."""
    if wanted.practice is None or wanted.practice[1] is not Customer.PASSWORD or till.phone is None:
        return
    await till.watch.until(lambda _: till.mine.phase is Phase.PENDING)
    await asyncio.sleep(TYPING)
    till.teller.say("cli.practice.types")
    await till.phone.enter_password()


def _serial(view: CounterView) -> int:
    return view.refusal.serial if view.refusal else 0


def _refuse(till: Till) -> None:
    refusal = till.watch.view.refusal
    raise Refused("cli.refusal", text=till.teller.refusal(refusal)) if refusal else Refused("cli.nothing")


def _left(till: Till) -> Exit:
    if till.fatal.is_set():
        till.teller.say("disk.error.say")
        return Exit.PERSON
    if till.open:
        till.teller.say("cli.open", numbers=" ".join(sale.out_trade_no for sale in till.open))
    return Exit.OPEN
