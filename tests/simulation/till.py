"""One life of the shipping till: put together as ``app.boot`` does it, over the simulated line, clock and disk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from simulation import keys
from simulation.disk import Disk, Plugged
from simulation.loop import SimLoop
from simulation.world import World

from app.channels.api import Contact, Terminal
from app.channels.registry import open_channels
from app.core.answers import QueryAnswer, ReverseAnswer
from app.core.channel import Channel
from app.core.policy import limits_for
from app.core.sale import Order
from app.sim.faults import Call
from app.till.api import CounterView, Desk
from app.till.back import TillMoneyBack
from app.till.clock import Clock
from app.till.counter import CashCounter
from app.till.effects import channel_limits
from app.till.engine import Engine
from app.till.orders import Orders
from app.till.recover import resume_open

SHOP, TERMINAL, OPERATOR = "码收便利店", "0001", "李"
WINDOWS = 0.1  # seeds whose till has a window to draw pictures for; the others sell without one
CLOCK_MAY_ERR = 3.2  # seconds: half a second of the Date header, and half of the slowest answer that teaches


class Overheard:
    """A room whose calls are noted before they are made: not every call gets as far as the wire."""

    def __init__(self, room: Any, asked: Callable[[Call, str], None]) -> None:
        self._room = room
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._room, name)

    async def query(self, order: Order) -> QueryAnswer:
        self._asked(Call.QUERY, order.out_trade_no)
        return cast("QueryAnswer", await self._room.query(order))

    async def reverse(self, order: Order) -> ReverseAnswer:
        self._asked(Call.REVERSE, order.out_trade_no)
        return cast("ReverseAnswer", await self._room.reverse(order))


class Till:
    """A running program. ``fatal``: its journal broke and the process is to end."""

    def __init__(self, world: World, disk: Disk, loop: SimLoop, channels: tuple[Channel, ...], *, v3: bool) -> None:
        self._world = world
        self.loop = loop
        self.fatal = False
        self.view: CounterView | None = None
        self.clock = Clock(mono=world.counted, wall=world.wall, monotonic=world.counted)
        self.journal: Plugged = disk.open()
        watch = disk.watch
        watch.life += 1
        watch.running, watch.born = True, world.now
        limits = channel_limits(limits_for())
        self._listeners: list[Callable[[Contact], None]] = []
        terminal = Terminal(SHOP, "S1", TERMINAL, "10.0.0.7")
        self.rooms = open_channels(keys.configs(channels, v3=v3), terminal, self.clock, limits, self._hear)
        rooms: Any = {channel: Overheard(room, watch.asked) for channel, room in self.rooms.items()}
        journal: Any = self.journal
        self.engine = Engine(journal, rooms, self.clock, on_fatal=self._on_fatal)
        desk = Desk(SHOP, TERMINAL, OPERATOR, training=False, language="zh", cap_fen=500_000)
        orders = Orders(journal, self.clock, keys.MARK_KEY, terminal=TERMINAL, operator=OPERATOR, training=False)
        self.counter = CashCounter(self.engine, orders, desk)
        self.back = TillMoneyBack(self.engine)
        self._listeners.append(self.counter.board.contact)
        if world.dice.u("window") < WINDOWS:
            world.seen("window")
            self.counter.subscribe(partial(self._picture, watch))

    def recover(self) -> int:
        """To be called on the loop."""
        found = resume_open(self.engine)
        if found:
            self._world.say("till", f"starts, {found} to settle")
            self._world.seen("started with open sales")
        return found

    def _hear(self, contact: Contact) -> None:
        self.clock.heard(contact)
        self._judge_clock()
        for listener in self._listeners:
            listener(contact)

    def _judge_clock(self) -> None:
        """I-27: once an honest channel has told the time, the till knows it, whatever the computer thinks."""
        error = self.clock.channel_ms() / 1000 - self._world.channel_s()
        if self.clock.measured and abs(error) > CLOCK_MAY_ERR + abs(self._world.counted() - self._world.now):
            lied = any(name.endswith("clock-skew") for name in self._world.sometimes)
            if not lied:
                self._world.accuse("I-27", f"the till takes channel time to be {error:.1f} s off")

    def _picture(self, watch: Any, picture: CounterView) -> None:
        self.view = picture
        watch.shown(picture)

    def _on_fatal(self, error: BaseException) -> None:
        self.fatal = True
        self._world.say("till", "the journal broke; the process ends")
        self.loop.call_soon(self._end)

    def _end(self) -> None:
        raise self._world.cut("the parent starts it again")

    async def close(self) -> None:
        """As the window closes: counter, calls in flight, channels, journal."""
        await self.counter.aclose()
        await self.engine.aclose()
        for room in self.rooms.values():
            await room.aclose()
        self.journal.close()
