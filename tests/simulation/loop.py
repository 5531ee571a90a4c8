"""An asyncio loop without sockets, threads or waiting: time is the world's, and moves only when nothing is ready.

It stands on these private names of CPython's asyncio, each with its test in ``test_loop.py``: ``BaseEventLoop`` asks
``_selector.select(timeout)`` once a turn and hands the result to ``_process_events``; ``_clock_resolution`` is added to
``time()`` when timers are compared; ``_write_to_self`` wakes a selector that sleeps, which ours never does.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import base_events
from collections.abc import Callable
from typing import Any, Protocol


class Outside(Protocol):
    """What the loop stands in: its time, and what connects to what."""

    def awake(self) -> float: ...

    def advance(self, timeout: float | None) -> None: ...

    async def connect(self, factory: Callable[[], Any], host: str, ssl: Any) -> tuple[Any, Any]: ...


class SimLoop(base_events.BaseEventLoop):
    """One life of one program."""

    def __init__(self, outside: Outside) -> None:
        super().__init__()
        self._selector = self
        self._clock_resolution = 1e-9
        self._outside = outside
        self.lost: list[str] = []  # exceptions nobody waited for

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and not isinstance(error, SystemExit):
            self.lost.append(f"{type(error).__name__}: {error} ({context.get('message')})")

    def time(self) -> float:
        return self._outside.awake()

    def select(self, timeout: float | None) -> tuple[()]:
        if timeout != 0:
            self._outside.advance(timeout)
        return ()

    def _process_events(self, event_list: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def run_in_executor(self, *_: object) -> Any:
        raise AssertionError("no threads in a simulation")

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, *_: Any, ssl: Any = None, **__: Any
    ) -> Any:
        return await self._outside.connect(protocol_factory, host, ssl)

    def bury(self) -> None:
        """What ran here is gone, in the middle of whatever it did; nothing of it acts any more."""
        tasks = asyncio.all_tasks(self)
        for task in sorted(tasks, key=lambda one: one.get_name()):
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # its loop died: that it is pending is the point
            with contextlib.suppress(BaseException):
                task.get_coro().close()  # type: ignore[union-attr]  # every task of a till is a coroutine
        self.close()
