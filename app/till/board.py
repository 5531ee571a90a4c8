"""What a front end sees: one whole frozen picture, made at most once per turn of the loop, from durable facts only."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final

from app.channels.api import Contact
from app.core.beijing import DAY_MS, business_day
from app.core.channel import Channel
from app.core.events import Now
from app.core.policy import patience_for
from app.core.sale import Sale, State
from app.till.api import CounterView, Desk, Happened, Lamp, Light, OnView, Phase, Refusal, SaleView
from app.till.engine import Engine
from app.till.entries import newest, story_of
from app.till.lamps import Health, channel_lamp, clock_lamp, journal_lamp, scanner_lamp
from app.till.running import Running
from app.till.stage import Stage
from app.till.today import Today
from app.till.views import view_of
from devices.api import DeviceState

PAY_FIRST: Final = 0.01  # seconds the first picture of a sale waits, so that painting never delays its pay request
TICK: Final = 1.0  # seconds between pictures while a channel is silent: the window counts its silence
IDLE_TICK: Final = 30.0  # and otherwise: the day may turn


@dataclass(frozen=True, slots=True)
class Front:
    """What stands on the stage now."""

    stage: Stage = field(default_factory=Stage)
    refusal: Refusal | None = None
    looked_up: SaleView | None = None  # the sale on the stage where it is neither open nor in today's list


class Board:
    """Gathers what may be shown and publishes it. Only ``Running.durable`` is ever shown (doors D1 to D3)."""

    def __init__(self, engine: Engine, desk: Desk, pace: float, shut: Collection[Channel]) -> None:
        self._engine = engine
        self._desk = desk
        self._pace = pace
        self.front = Front()
        self.health: dict[Channel, Health] = {channel: Health() for channel in engine.channels}
        self.health |= {channel: Health(misconfigured=True) for channel in shut}
        self._scanners: tuple[DeviceState, ...] = ()
        self._devices: dict[str, Lamp] = {}  # where there are any
        self.journal_said: Lamp | None = None
        self._subscribers: list[OnView] = []
        self._last: CounterView | None = None
        self._soon: asyncio.Handle | None = None
        self._delayed = False
        self._tick: asyncio.TimerHandle | None = None
        self.today = Today(engine.keeper.journal, self.done_view)
        self._turn_day()
        engine.listen(self._changed, self.publish)

    def stands_here(self, name: str) -> None:
        """Somebody else is at the till; ``name`` as people call them."""
        if name != self._desk.operator:
            self._desk = replace(self._desk, operator=name)
            self.publish()

    def subscribe(self, on_view: OnView) -> None:
        self._subscribers.append(on_view)
        on_view(self.picture())
        self._tick_later()

    def publish(self, after: float = 0.0) -> None:
        """A picture at the end of this turn of the loop, or ``after`` seconds; many calls make one picture."""
        if not self._subscribers or (self._soon is not None and (after > 0 or not self._delayed)):
            return
        if self._soon is not None:
            self._soon.cancel()
        loop = asyncio.get_running_loop()
        self._delayed = after > 0
        self._soon = loop.call_later(after, self._now) if self._delayed else loop.call_soon(self._now)

    def close(self) -> None:
        """No picture after this."""
        self._subscribers.clear()
        for handle in (self._soon, self._tick):
            if handle is not None:
                handle.cancel()

    def contact(self, contact: Contact) -> None:
        """One exchange with a channel: its lamp may change."""
        known = self.health.get(contact.channel) or Health()
        after = known.after(contact)
        self.health[contact.channel] = after
        if known != after and channel_lamp(contact.channel, known) != channel_lamp(contact.channel, after):
            self.publish()

    def scanner(self, *states: DeviceState) -> None:
        """How each scanner stands."""
        self._scanners = states
        self.publish()

    def device(self, lamp: Lamp) -> None:
        """How a device stands that no sale is ever held up by: the printer, the pole."""
        self._devices[lamp.name] = lamp
        self.publish()

    def tell_journal(self, key: str, values: tuple[tuple[str, str], ...]) -> None:
        """What was found about the journal at this start; its lamp says so until the next."""
        self.journal_said = Lamp("journal", Light.SLOW, key, values)
        self.publish()

    def seen(self, sale: Sale) -> None:
        """A recovered sale was acknowledged: it takes its place among the others of its day."""
        number = sale.order.out_trade_no
        with self._engine.keeper.reading():
            story = story_of(self._engine.keeper.journal, number)
            self.today.take_out(number)
            if sale.order.day == self.today.day:
                self.today.put(sale, story)
        if self.front.looked_up is not None and self.front.looked_up.out_trade_no == number:
            self.front = replace(self.front, looked_up=self.done_view(sale, story))
        self.publish()

    def running_view(self, running: Running, now: Now) -> SaleView:
        return view_of(
            running.durable,
            running.story,
            now,
            running.patience,
            self._engine.clock.for_window,
            held=running.held,
            broken=running.broken,
        )

    def done_view(self, sale: Sale, story: tuple[Happened, ...]) -> SaleView:
        clock = self._engine.clock
        return view_of(sale, story, clock.now(), patience_for(sale.order.channel, self._pace), clock.for_window)

    def picture(self) -> CounterView:
        stage = self.front.stage
        now = self._engine.clock.now()
        opened = tuple(self.running_view(one, now) for one in reversed(self._engine.running) if _is_open(one))
        shown = self._shown(stage.shown, opened)
        return CounterView(
            desk=self._desk,
            phase=shown.phase if shown is not None else Phase.READY if stage.asking else Phase.IDLE,
            amount_fen=stage.amount_fen,
            attempt=stage.attempt,
            sale=shown,
            refusal=self.front.refusal,
            confirm_cap=stage.confirm_cap,
            open=opened,
            done=self.today.rows,
            totals=self.today.totals,
            lamps=(
                scanner_lamp(self._scanners),
                *(channel_lamp(channel, health) for channel, health in self.health.items()),
                journal_lamp(self.journal_said, full=self._engine.keeper.full or self._engine.on_reserve()),
                *self._devices.values(),
                *clock_lamp(self._engine.clock.skew()),
            ),
            recovering=sum(one.recovered for one in opened),
            request=stage.request,
        )

    def _shown(self, out_trade_no: str, opened: tuple[SaleView, ...]) -> SaleView | None:
        if not out_trade_no:
            return None
        for view in opened:
            if view.out_trade_no == out_trade_no:
                return view
        found = self.today.get(out_trade_no)
        looked_up = self.front.looked_up
        if looked_up is not None and looked_up.out_trade_no == out_trade_no and (found is None or not found.story):
            return looked_up
        return found or self._look_up(out_trade_no)

    def _look_up(self, out_trade_no: str) -> SaleView | None:
        """The sale on the stage is of a day that is over, or has left the list: it stands there all the same."""
        journal = self._engine.keeper.journal
        with self._engine.keeper.reading():
            sale = newest(journal.story(out_trade_no))
            if sale is None:
                return None
            looked_up = self.done_view(sale, story_of(journal, out_trade_no))
        self.front = replace(self.front, looked_up=looked_up)
        return looked_up

    def _changed(self, running: Running) -> None:
        with self._engine.keeper.reading():
            if _is_open(running):
                self.today.take_out(running.out_trade_no)
            else:
                self.today.put(running.durable, tuple(running.story))
        self.publish(PAY_FIRST if running.sale.state is State.INTENT else 0.0)

    def _now(self) -> None:
        self._soon = None
        if self._engine.keeper.dead or not self._subscribers:
            return
        self._turn_day()
        picture = self.picture()
        self._tick_later(silent=any(view.phase is Phase.OFFLINE for view in picture.open))
        if picture != self._last:
            self._last = picture
            for on_view in tuple(self._subscribers):
                on_view(picture)

    def _tick_later(self, *, silent: bool = False) -> None:
        if self._tick is not None:
            self._tick.cancel()
        self._tick = asyncio.get_running_loop().call_later(TICK if silent else IDLE_TICK, self._now)

    def _turn_day(self) -> None:
        now_ms = self._engine.clock.channel_ms()
        day = business_day(now_ms)
        if day != self.today.day:
            with self._engine.keeper.reading():
                self.today.turn_to(day, before=business_day(now_ms - DAY_MS))


def _is_open(running: Running) -> bool:
    return not running.durable.is_final or running.held or running.broken
