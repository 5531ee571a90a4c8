"""While an amount is typed or stands, each channel keeps one connection open and ready (design §7, Connections)."""

import asyncio
from collections.abc import Mapping
from functools import partial

from app.channels.api import Contact, Counterparty
from app.core.channel import Channel
from app.core.policy import Limits
from app.till.clock import Clock


class Warmer:
    """Asks the channels for one harmless query each, at most every ``warm_again`` seconds."""

    def __init__(self, channels: Mapping[Channel, Counterparty], clock: Clock, limits: Limits) -> None:
        self._channels = channels
        self._clock = clock
        self._limits = limits
        self._last: float | None = None
        self._until = 0.0
        self._next: asyncio.TimerHandle | None = None
        self._tasks: dict[Channel, asyncio.Task[Contact]] = {}

    def warm(self) -> None:
        """An amount is being typed: once now, unless that was just done."""
        now = self._clock.mono()
        if self._last is not None and now - self._last < self._limits.warm_again:
            return
        self._last = now
        for channel, counterparty in self._channels.items():
            if channel not in self._tasks:
                self._tasks[channel] = task = asyncio.get_running_loop().create_task(counterparty.warm())
                task.add_done_callback(partial(self._done, channel))

    def stand(self) -> None:
        """An amount asks for its code: go on for ``warm_at_most`` seconds."""
        self._until = self._clock.mono() + self._limits.warm_at_most
        self._go_on()

    def rest(self) -> None:
        """No code is asked for any more."""
        self._until = 0.0
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _done(self, channel: Channel, _task: asyncio.Task[Contact]) -> None:
        self._tasks.pop(channel, None)

    async def aclose(self) -> None:
        self.rest()
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _go_on(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._clock.mono() < self._until:
            self.warm()
            self._next = asyncio.get_running_loop().call_later(self._limits.warm_again, self._go_on)
