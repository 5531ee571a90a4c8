"""Runs the sales: feeds the machine, makes its steps durable, and only then does their work and lets them be told.

Everything happens on one loop. A step that must be recorded is committed before its work starts and before anyone
hears of it (doors D1 to D3). A full disk keeps the step in memory and tries the commit again; a broken journal ends
everything.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.channels.api import Counterparty
from app.core import machine
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.events import CheckAsked, Event, HoldAsked, Recovered, RefundAsked, Step, StopAsked, Woke
from app.core.policy import Limits, limits_for, patience_for
from app.core.sale import Call, Order, Sale, State
from app.journal.api import Entry, JournalWriter
from app.till.api import Happened
from app.till.calls import Calls
from app.till.clock import LONGEST_NAP, Clock
from app.till.effects import stopping
from app.till.entries import entry_of, newest, tell, was_recharged
from app.till.keeper import Keeper, OnFatal
from app.till.running import Running
from app.till.waiters import Waiters

BUG_PAUSE: Final = 30.0  # seconds before a sale that a bug stopped is taken up again; I-30 asks for at least every 60
IDLE_WAKE: Final = 0.2  # seconds before a wake-up whose time has passed is repeated: never a busy loop
ROOM: Final = "disk.room"  # the entry that proves it, and tells an auditor that there was none before
SLEPT: Final = 5.0  # seconds a wake-up may be late on a loaded machine; later ones mean that it slept (reliability E3)
CLOSE_PATIENCE: Final = 1.0  # seconds that calls in flight get to answer at the end; after that the journal decides

_log: Final = logging.getLogger("mashou.till")
OnChange = Callable[[Running], None]


class Engine:
    """All open sales of a till. Its methods are called on the worker's loop."""

    def __init__(
        self,
        journal: JournalWriter,
        channels: Mapping[Channel, Counterparty],
        clock: Clock,
        *,
        on_fatal: OnFatal,
        pace: float = 1.0,
        on_reserve: Callable[[], bool] = lambda: False,
    ) -> None:
        self.keeper = Keeper(journal, on_fatal, self._save_all)
        self.channels = channels
        self.clock = clock
        self.limits: Limits = limits_for(pace)
        self._patience = {channel: patience_for(channel, pace) for channel in Channel}
        self.on_reserve = on_reserve  # the journal lives on its last room: what is open ends, nothing new begins
        self._on_change: list[OnChange] = []
        self._on_room: list[Callable[[], None]] = []
        self._sales: dict[str, Running] = {}
        self._waiters = Waiters()
        self._closing = False
        self._calls = Calls(self._feed, self.limits, closing=lambda: self._closing, dead=lambda: self.keeper.dead)

    def listen(self, on_change: OnChange, on_room: Callable[[], None]) -> None:
        """``on_change`` hears of each sale whose picture has changed, ``on_room`` that a full disk has room again."""
        self._on_change.append(on_change)
        self._on_room.append(on_room)

    @property
    def running(self) -> tuple[Running, ...]:
        """Every sale that is open or still has something under way, oldest first."""
        return tuple(self._sales.values())

    @property
    def stopped(self) -> bool:
        """Whether no new sale may begin: the journal takes nothing, or the till is closing."""
        return self.keeper.full or self.keeper.dead or self._closing or self.on_reserve()

    def get(self, out_trade_no: str) -> Running | None:
        return self._sales.get(out_trade_no)

    def start(self, order: Order, code: AuthCode, *beside: Entry) -> bool:
        """D1, with ``beside`` in the same commit, then the pay call. False: nothing was kept, so nothing was sent."""
        patience = self._patience[order.channel]
        step = machine.begin(order, patience, self.clock.now())
        if not self.keeper.keep(entry_of(step.sale, order.began_ms), *beside):
            return False
        running = Running(
            sale=step.sale,
            durable=step.sale,
            counterparty=self.channels[order.channel],
            patience=patience,
            code=code,
            waiting=list(step.work),
        )
        self._sales[order.out_trade_no] = running
        self._calls.begin(running)
        # The loop takes the pay call first; timers and pictures come when its first bytes are on their way.
        asyncio.get_running_loop().call_soon(self._begun, running)
        return True

    def _begun(self, running: Running) -> None:
        tell(running.story, running.sale.state, running.sale.order.began_ms)
        self._wake_later(running)
        self._tell(running)

    def resume(self, sale: Sale, story: Iterable[Happened] = (), event: Event | None = None) -> None:
        """Take up a sale left open; or, with ``event``, one that had ended: it is asked about until answered."""
        if event is not None and (known := self._sales.get(sale.order.out_trade_no)) is not None:
            self._feed(known, event)
            return
        running = self._take_up(sale, story)
        if event is None:
            self._recover(running)
        else:
            running.sale = replace(self._afresh(sale), hinted=True)
            self._feed(running, event)

    def give_back(self, sale: Sale, story: Iterable[Happened], event: RefundAsked | HoldAsked) -> bool:
        """What a person asks for: D4 or the stop of the till's own tries, then the call.

        False: the journal took nothing or the machine forbids it; then nothing was sent and nothing has changed.
        """
        known = self._sales.get(sale.order.out_trade_no)
        before = known.sale if known is not None else self._afresh(sale)
        step = machine.step(before, event, self.clock.now(), self._patience[sale.order.channel])
        begins = step.must_record and not (known is not None and (known.unsaved or known.broken))
        if not begins or not self.keeper.keep(entry_of(step.sale, self.clock.channel_ms())):
            return False
        running = known or self._take_up(sale, story)
        running.sale = running.durable = step.sale
        running.waiting.extend(step.work)
        tell(running.story, step.sale.state, self.clock.channel_ms())
        self._act(running)
        self._tell(running)
        return True

    def _take_up(self, sale: Sale, story: Iterable[Happened]) -> Running:
        patience = self._patience[sale.order.channel]
        running = Running(sale, sale, self.channels.get(sale.order.channel), patience, list(story))
        self._sales[running.out_trade_no] = running
        return running

    def _afresh(self, sale: Sale) -> Sale:
        """A sale that had ended, for this run."""
        return machine.step(sale, Recovered(recharged=False), self.clock.now(), self._patience[sale.order.channel]).sale

    def stop(self, out_trade_no: str) -> None:
        """The cashier wants out: one query of at most ``limits.stop_query`` seconds, then D2."""
        if (running := self._sales.get(out_trade_no)) is None:
            return
        self._feed(running, StopAsked())
        cut = running.cuts.get(Call.QUERY)
        if cut is not None and stopping(running.sale):
            cut.reschedule(asyncio.get_running_loop().time() + self.limits.stop_query)

    def check(self, out_trade_no: str) -> None:
        """A person wants a query now; the machine allows one a second."""
        if (running := self._sales.get(out_trade_no)) is not None:
            self._feed(running, CheckAsked())

    async def ended(self, out_trade_no: str) -> Sale:
        """Wait until the sale is final, or needs a person. Raises KeyError for an unknown one."""
        running = self._sales.get(out_trade_no)
        if running is None:
            with self.keeper.reading():
                sale = newest(self.keeper.journal.story(out_trade_no))
            if sale is None:
                raise KeyError(out_trade_no)
            return sale
        await self._waiters.until(lambda: _rests(running))
        return running.durable

    async def all_settled(self) -> Sequence[Sale]:
        """Wait until every sale is final or needs a person; the sales that were open, as they stand then."""
        known = self.running
        await self._waiters.until(lambda: all(_rests(running) for running in self.running))
        return [running.durable for running in known]

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for something to become true of the till's sales."""
        await self._waiters.until(reached)

    async def aclose(self) -> None:
        """Start nothing more, let the calls in flight answer for ``CLOSE_PATIENCE`` seconds, drop the rest."""
        self._closing = True
        for running in self.running:
            running.cancel_wake()
        tasks = [task for running in self.running for task in running.tasks.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_PATIENCE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.keeper.close()
        self._waiters.cancel()

    def _feed(self, running: Running, event: Event) -> None:
        """One event through the machine. A bug in one sale stops that sale alone, for a while."""
        if self.keeper.dead:
            return
        try:
            self._take(running, machine.step(running.sale, event, self.clock.now(), running.patience))
        except Exception as error:  # noqa: BLE001 - the outermost loop of one sale: the others go on
            self._stumble(running, error)
        self._tell(running)

    def _recover(self, running: Running) -> None:
        try:
            with self.keeper.reading():
                recharged = was_recharged(self.keeper.journal, running.durable)
        except Exception as error:  # noqa: BLE001 - as above
            self._stumble(running, error)
            self._tell(running)
            return
        self._feed(running, Recovered(recharged=recharged))

    def _take(self, running: Running, step: Step) -> None:
        running.sale = step.sale
        running.waiting.extend(step.work)
        running.unsaved = running.unsaved or step.must_record
        if not running.unsaved or self._save(running):
            running.durable = step.sale
            self._act(running)
        else:
            self._wake_later(running)  # evidence goes on being gathered while the disk is full

    def _save(self, running: Running) -> bool:
        now_ms = self.clock.channel_ms()
        if not self.keeper.keep(entry_of(running.sale, now_ms)):
            return False
        running.unsaved, running.durable = False, running.sale
        tell(running.story, running.sale.state, now_ms)
        return True

    def _save_all(self) -> None:
        """The disk was full: try again, and do what had to wait for it."""
        if not self.keeper.keep(Entry(ROOM, self.clock.channel_ms(), {})):
            return
        for running in self.running:
            if running.unsaved and self._save(running):
                self._act(running)
            self._tell(running)
        for on_room in self._on_room:
            on_room()

    def _act(self, running: Running) -> None:
        """Start the work whose step is durable, and see to the next wake-up."""
        self._calls.begin(running)
        running.broken = False
        self._wake_later(running)

    def _wake_later(self, running: Running) -> None:
        running.cancel_wake()
        at = running.sale.wake_at
        if at is None or self._closing or self.keeper.dead:
            return
        now = self.clock.mono()
        delay = min(at - now, LONGEST_NAP) if at > now else IDLE_WAKE
        running.wake = asyncio.get_running_loop().call_later(delay, self._woke, running, now + delay)

    def _woke(self, running: Running, due: float) -> None:
        now, at = self.clock.mono(), running.sale.wake_at
        if now - due > SLEPT and not (running.sale.is_final or running.unsaved):
            # The computer slept. Connections are dead, and the customer may have paid in time: ask before any deadline
            # counts, as after a restart (reliability E3).
            _log.warning("woke %d s late; sale %s is taken up anew", now - due, running.out_trade_no)
            running.forget_this_run()
            self._recover(running)
        elif at is not None and at <= now:
            self._feed(running, Woke())
        else:
            self._wake_later(running)

    def _stumble(self, running: Running, error: Exception) -> None:
        """A bug in this sale: forget this run's part of it and take it up from the journal, as after a restart."""
        _log.error("a bug in sale %s; it is taken up again from the journal", running.out_trade_no, exc_info=error)
        running.forget_this_run()
        running.broken = True
        if not (self._closing or self.keeper.dead):
            running.wake = asyncio.get_running_loop().call_later(BUG_PAUSE, self._recover, running)

    def _tell(self, running: Running) -> None:
        if self.keeper.dead:
            return
        for on_change in self._on_change:
            on_change(running)
        if running.is_over:
            running.cancel_wake()
            self._sales.pop(running.out_trade_no, None)
        self._waiters.look()


def _rests(running: Running) -> bool:
    sale = running.durable
    needs_person = sale.state is State.STUCK or (sale.state is State.VOIDING and sale.alarm != "")
    return not running.unsaved and not running.broken and (sale.is_final or needs_person)
