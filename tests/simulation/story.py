"""One seed from the first customer to the audit: lives of the till, plugs pulled, a calm, and the books compared."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import warnings
from collections import Counter as Counts
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from simulation import keys, oracle
from simulation.beside import PRINTS, Channels, Printer58
from simulation.dice import Dice
from simulation.disk import Disk, folder
from simulation.loop import SimLoop
from simulation.people import Counter
from simulation.road import Road
from simulation.rotation import ROTATES, rotating
from simulation.short import ShortLine
from simulation.till import Till
from simulation.upsets import Upsets
from simulation.watch import Watch
from simulation.wires import Wires
from simulation.world import Deadlock, PowerCut, World

from app.core.channel import Channel
from app.till import engine
from app.till.clock import LONGEST_NAP
from app.till.notices import NoticeTaker

SALES = 12
REAL_KEYS = 0.005  # seeds signed with real RSA
SQLITE = 0.05  # seeds with the shipping journal
WIRES = 0.03  # seeds whose bytes go through the shipping client
V3 = 0.4  # seeds whose shop has WeChat's other protocol
_WECHAT, _ALIPAY, _UNIONPAY = Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY
SHOPS = (
    *((_WECHAT,),) * 9, *((_ALIPAY,),) * 7, *((_UNIONPAY,),) * 3,
    (_WECHAT, _ALIPAY), (_WECHAT, _UNIONPAY), (_WECHAT, _ALIPAY, _UNIONPAY),
)  # fmt: skip
LIVENESS = 680.0  # I-31: a password's minute, then ten until a person is called, which ends the wait too
STUCK_TRIES = 3_900.0  # the hourly try of what waits for a person
HOURS = 0.15  # of the seeds in which something does wait for it
LOOKS = 10.0  # seconds between two looks at whether everything has ended
LIVES_MOST = 200
NEVER_SLEPT = 60.0  # seconds of the longest nap, where the computer never stands still
LINGERS = 0.75  # seeds whose till stays open, faults and all, until what is open has ended
LONG_EVENING = 900.0  # and for no longer


@dataclass
class Result:
    seed: int
    violations: list[tuple[str, str]]
    digest: str
    sales: int
    crashes: int
    virtual_s: float
    sabotaged: int  # sales that at least one fault struck
    refunds: int
    requests: int
    commits: int
    stuck: int
    sometimes: Counts[str]
    deeds: list[str]
    story: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """How much of a seed is the shipping program's own; None lets the seed decide."""

    sqlite: bool | None = None
    wires: bool | None = None
    real_keys: bool | None = None


class Story:
    def __init__(self, dice: Dice, customers: Collection[int], way: Way, *, keep_story: bool) -> None:
        self.world = world = World(dice, keep_story=keep_story)
        self.sqlite = dice.u("sqlite") < SQLITE if way.sqlite is None else way.sqlite
        self.wires = dice.u("wires") < WIRES if way.wires is None else way.wires
        self.channels = cast("tuple[Channel, ...]", dice.pick(SHOPS, "shop"))
        self.v3 = dice.u("v3") < V3
        real = dice.u("real keys") < REAL_KEYS if way.real_keys is None else way.real_keys
        self.keys = keys.Keys(real=real)
        self.rotates = self.v3 and dice.u("rotates") < ROTATES
        self.other = Channels(world, self.keys, v3=self.v3)
        self.other.begin()
        self.watch = Watch(world, self.other)
        self.tray: dict[str, int] | None = {} if dice.u("prints") < PRINTS else None  # slips that are no copies
        self.road = Road(world, self.other, self.watch)
        world.connector = Wires(self.road).connect
        for name, holds in (
            ("wires", self.wires),
            ("sqlite", self.sqlite),
            ("real keys", real),
            ("prints", self.tray is not None),
            ("a clock that drifts", world.drift != 0.0),
        ):
            if holds:
                world.seen(name)
        self.people = Counter(world, self.other, self.watch, tuple(sorted(customers)), self.channels)
        self.customers = len(customers)

    def run(self) -> Result:
        ear, log = oracle.Listener(), logging.getLogger("mashou")
        passes_on, level = log.propagate, log.level
        log.addHandler(ear)
        log.propagate = False
        log.setLevel(logging.WARNING)
        line = None if self.wires else partial(ShortLine, self.road)
        upsets = Upsets(self.world, self.watch, self.road)
        still = upsets.plan(self.channels)
        nap = LONGEST_NAP if still else NEVER_SLEPT
        self.world.at(max(still, default=0.0) + LONGEST_NAP, _nap_longer)
        try:
            with (
                folder() if self.sqlite else contextlib.nullcontext() as where,
                keys.in_place(self.keys, self.world.counted, line, nap),
                rotating(self.world, self.other) if self.rotates else contextlib.nullcontext(),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                self.disk = Disk(self.world, self.watch, where)
                self._live(calm=False)
                self.world.dice.calm = True
                self.road.down_until.clear()
                self._live(calm=True)
                self._dates()
                oracle.audit(self.world, self.watch, self.other, self.disk, self.people, log=ear.lines)
        finally:
            log.removeHandler(ear)
            log.propagate = passes_on
            log.setLevel(level)
        return self._result()

    # --- lives

    def _live(self, *, calm: bool) -> None:
        """Start the till again and again, until one life reaches its end."""
        for _ in range(LIVES_MOST):
            loop = self.world.loop = SimLoop(self.world)
            try:
                asyncio.set_event_loop(None)
                loop.run_until_complete(self._settle(loop) if calm else self._day(loop))
            except PowerCut:
                pass
            except Deadlock:
                self.world.accuse("I-31", "nothing is ready, timed or on its way")
                return
            else:
                return
            finally:
                self._over(loop)
            off = self.world.dice.between(0, 1, "off", self.world.crashes) ** 4 * 300
            self.world.pass_time(1 + off)
        self.world.accuse("I-43", "the till does not come to its end for crashes")

    def _over(self, loop: SimLoop) -> None:
        self.watch.life_is_over()
        self.watch.running = False
        for lost in loop.lost:
            self.world.accuse("bug", lost)
        if self.till is not None:
            self.till.journal.drop()
            self.till = None
        loop.bury()

    till: Till | None = None
    taker: NoticeTaker | None = None
    printer: Printer58 | None = None

    def _open(self, loop: SimLoop) -> Till:
        self.till = till = Till(self.world, self.disk, loop, self.channels, v3=self.v3)
        if self.tray is not None:
            self.printer = Printer58(till.engine, self.watch, self.tray, self.world.accuse)
        till.recover()
        if self.other.box is not None:
            self.taker = NoticeTaker(self.other.box, till.engine)
            self.taker.begin()
        return till

    async def _day(self, loop: SimLoop) -> None:
        till = self._open(loop)
        await self.people.serve(till)
        if self.world.dice.u("lingers") < LINGERS:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(till.engine.all_settled(), LONG_EVENING)
        if self.world.dice.u("closes in order") < 0.5:
            self.world.say("cashier", "closes the window")
            self.world.seen("closed in order")
            await self._close(till)

    async def _close(self, till: Till) -> None:
        if self.taker is not None:
            self.taker.close()
        if self.printer is not None:
            self.printer.shut()
            await asyncio.sleep(0)
        await till.close()

    async def _settle(self, loop: SimLoop) -> None:
        """Faults have stopped: everything must end, and what waits for a person must go on being tried."""
        till = self._open(loop)
        began = self.world.now
        while self.world.now - began < LIVENESS and any(map(oracle.is_open, self.watch.lines.values())):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(LOOKS)
        oracle.liveness(self.world, self.watch)
        waits = any(oracle.is_open(line) for line in self.watch.lines.values())
        hour = waits and self.world.dice.u("an hour more") < HOURS
        await asyncio.sleep(STUCK_TRIES if hour else max(0.0, began + 200 - self.world.now))
        await self._close(till)

    def _dates(self) -> None:
        days = {line.day for line in self.watch.lines.values()}
        if len(days) > 1:
            self.world.seen("midnight passed")

    def _sabotaged(self) -> int:
        """Sales of customers whom a fault struck, or who themselves did not simply pay."""
        struck = {deed.split("/")[1].partition(".")[0] for deed in self.world.dice.deeds if "/" in deed}
        who = struck | {str(k) for k in self.people.odd}
        return sum(self.watch.entity(number).partition(".")[0] in who for number in self.watch.lines)

    def _result(self) -> Result:
        world = self.world
        return Result(
            seed=world.dice.seed,
            violations=world.violations,
            digest=world.digest,
            sales=len(self.watch.lines),
            crashes=world.crashes,
            virtual_s=world.now,
            sabotaged=self._sabotaged(),
            refunds=self.watch.money_back.count,
            requests=self.watch.sends,
            commits=self.watch.commits,
            stuck=sum(oracle.is_open(line) for line in self.watch.lines.values()),
            sometimes=world.sometimes,
            deeds=world.dice.deeds,
            story=world.story or [],
        )


def _nap_longer() -> None:
    engine.LONGEST_NAP = NEVER_SLEPT  # type: ignore[misc]  # ``in_place`` puts the till's own back


def play(
    seed: int,
    customers: Collection[int] = range(SALES),
    muted: Collection[str] = (),
    *,
    way: Way | None = None,
    keep_story: bool = False,
) -> Result:
    """One seed, bit for bit the same each time."""
    with uncollected():
        return Story(Dice(seed, muted), customers, way or Way(), keep_story=keep_story).run()


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """What is collected when must not decide anything."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
