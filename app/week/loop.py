"""An asyncio loop whose time moves only when nothing is ready: a day without customers takes no time.

It stands on private names of CPython's asyncio, as the simulated counter does (docs/the-simulated-counter.md):
``_selector.select(timeout)`` is asked once a turn, ``_process_events`` gets its result, ``_clock_resolution`` is added
when timers are compared, and ``_write_to_self`` wakes a selector that sleeps, which this one never does.
"""

import asyncio
from asyncio import base_events
from collections.abc import Callable
from typing import Any

Connect = Callable[[Callable[[], Any]], asyncio.Transport]


class WeekLoop(base_events.BaseEventLoop):
    """``connect`` stands where sockets would be opened. ``now`` counts seconds from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self
        self._clock_resolution = 1e-9
        self.now = 0.0
        self.connect: Connect | None = None

    def time(self) -> float:
        return self.now

    def select(self, timeout: float | None) -> tuple[()]:
        if timeout is None:
            raise RuntimeError("nothing is ready, and nothing is waited for")
        self.now += timeout
        return ()

    def _process_events(self, event_list: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    async def create_connection(self, protocol_factory: Any, *_: Any, **__: Any) -> Any:
        assert self.connect is not None
        transport = self.connect(protocol_factory)
        return transport, transport.get_protocol()
