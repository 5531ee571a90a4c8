"""An asyncio loop of its own: no sockets, no selector, no threads. Time is the world's and moves when nothing is ready.

It has exactly what asyncio's tasks, futures, timeouts and locks ask of a loop, and what the till asks beyond that. A
handle is run without its context, since nothing here has context variables: that, and no selector, is what makes it
fast.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from heapq import heappop, heappush
from typing import Any, Protocol

TICK = 1e-6  # seconds: whoever waits for less waits so long, or rounding would let no time pass at all
DUE = 1e-9  # seconds: a timer that is due but for rounding is due


class Outside(Protocol):
    """What the loop stands in: its time, and what connects to what."""

    def awake(self) -> float: ...

    def advance(self, timeout: float | None) -> None: ...

    async def connect(self, factory: Callable[[], Any], host: str, ssl: Any) -> tuple[Any, Any]: ...


class Handle:
    """What ``call_soon``, ``call_later`` and ``call_at`` give back."""

    __slots__ = ("args", "at", "callback")

    def __init__(self, callback: Callable[..., Any] | None, args: tuple[Any, ...], at: float = 0.0) -> None:
        self.callback = callback
        self.args = args
        self.at = at

    def cancel(self) -> None:
        self.callback = None
        self.args = ()

    def cancelled(self) -> bool:
        return self.callback is None

    def when(self) -> float:
        return self.at


class SimLoop(asyncio.AbstractEventLoop):
    """One life of one program."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._ready: deque[Handle] = deque()
        self._timers: list[tuple[float, int, Handle]] = []
        self._serial = 0
        self._closed = False
        self.lost: list[str] = []  # exceptions nobody waited for

    # --- what asyncio asks

    def time(self) -> float:
        return self._outside.awake()

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
        handle = Handle(callback, args)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> Any:
        return self.call_at(self._outside.awake() + (delay if delay <= 0 else max(delay, TICK)), callback, *args)

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> Any:
        handle = Handle(callback, args, when)
        self._serial += 1
        heappush(self._timers, (when, self._serial, handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Any = None) -> Any:
        return asyncio.Task(coro, loop=self, name=name)

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return events._get_running_loop() is self

    def is_closed(self) -> bool:
        return self._closed

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and not isinstance(error, SystemExit):
            self.lost.append(f"{type(error).__name__}: {error} ({context.get('message')})")

    def run_in_executor(self, *_: object) -> Any:
        raise AssertionError("no threads in a simulation")

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, *_: Any, ssl: Any = None, **__: Any
    ) -> Any:
        return await self._outside.connect(protocol_factory, host, ssl)

    # --- running

    def run_until_complete(self, main: Coroutine[Any, Any, Any]) -> Any:
        events._set_running_loop(self)
        try:
            task = asyncio.Task(main, loop=self)
            self._drain()
            while not task.done():
                self._pass_on()
                self._drain()
            return task.result()
        finally:
            events._set_running_loop(None)

    def _drain(self) -> None:
        """Whatever is ready, and whatever becomes so."""
        ready = self._ready
        while ready:
            handle = ready.popleft()
            if handle.callback is not None:
                self._call(handle)

    def _pass_on(self) -> None:
        """The time moves to what is next."""
        timers = self._timers
        while timers and timers[0][2].callback is None:
            heappop(timers)
        now = self._outside.awake()
        left = timers[0][0] - now if timers else None
        if left is None or left > 0:
            self._outside.advance(left)
        if timers and timers[0][0] <= self._outside.awake() + DUE:
            self._ready.append(heappop(timers)[2])

    def _call(self, handle: Handle) -> None:
        try:
            handle.callback(*handle.args)  # type: ignore[misc]  # the caller has looked
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001 - as asyncio does
            self.call_exception_handler({"message": "in a callback", "exception": error})

    def bury(self) -> None:
        """What ran here is gone, in the middle of whatever it did; nothing of it acts any more."""
        for task in sorted(asyncio.all_tasks(self), key=lambda one: int(one.get_name().rpartition("-")[2])):
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # its loop died: that it is pending is the point
            with contextlib.suppress(BaseException):
                task.get_coro().close()  # type: ignore[union-attr]  # every task of a till is a coroutine
        self.close()

    def close(self) -> None:
        self._closed = True
        self._ready.clear()
        self._timers.clear()
