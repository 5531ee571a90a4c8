"""One thread, one asyncio loop: the till, the channels and the journal live here, and nowhere else."""

import asyncio
import contextlib
import logging
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, Final, TypeVar

NAME: Final = "mashou-worker"
START_PATIENCE: Final = 10.0  # seconds the loop may take to run; a loaded shop computer at log-in needs one or two
STOP_PATIENCE: Final = 5.0  # seconds that cancelled tasks get to leave their connections and files in order

_log: Final = logging.getLogger("mashou.worker")
T = TypeVar("T")
OnCrash = Callable[[BaseException], None]


class Worker:
    """Runs a loop in a thread of its own. Every exception nobody waits for is logged with where it began.

    ``on_crash`` is told of each such exception, on the worker's thread.
    """

    def __init__(self, on_crash: OnCrash | None = None) -> None:
        self._on_crash = on_crash
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = threading.Event()
        self._stop_by = 0.0
        self._asked: set[Future[Any]] = set()
        self._thread = threading.Thread(target=self._live, name=NAME, daemon=True)

    @property
    def alive(self) -> bool:
        """Whether calls still reach the loop."""
        return self._loop is not None and self._loop.is_running()

    def start(self) -> None:
        """Return when the loop runs. Raises RuntimeError if it does not within ``START_PATIENCE``."""
        self._thread.start()
        if not self._running.wait(START_PATIENCE):
            msg = "the worker's loop did not start"
            raise RuntimeError(msg)

    def call(self, fn: Callable[[], None]) -> None:
        """Run ``fn`` on the loop soon, from any thread. Raises RuntimeError once the worker has ended."""
        origin = _origin(fn)

        def guarded() -> None:
            try:
                fn()
            except Exception as error:  # noqa: BLE001 - the outermost loop: one lost call must not end the till
                self._lost(f"call {origin}", error)

        self._alive_loop().call_soon_threadsafe(guarded)

    def run(self, coro: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``coro`` on the loop, from any thread. Raises RuntimeError once the worker has ended."""
        origin = _origin(coro)
        caller = "".join(traceback.format_stack(limit=3)[:-1])
        try:
            future = asyncio.run_coroutine_threadsafe(coro, self._alive_loop())
        except RuntimeError:
            coro.close()
            raise

        def told(done: Future[T]) -> None:
            self._asked.discard(done)
            try:
                error = done.exception()
            except CancelledError:
                return
            if error is not None:
                self._lost(f"task {origin}, asked for at\n{caller}", error)

        self._asked.add(future)
        future.add_done_callback(told)
        return future

    def stop(self, timeout: float = STOP_PATIENCE) -> bool:
        """Cancel and drain the tasks, close the loop, end the thread. Always returns; False: something clings on.

        ``timeout`` (seconds) is for the tasks; the thread gets as much again before it is given up.
        """
        if not self._thread.is_alive():
            return True
        if threading.current_thread() is self._thread:
            msg = "the worker cannot wait for its own end"
            raise RuntimeError(msg)
        self._stop_by = time.monotonic() + timeout
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # another stop has closed the loop in between
                self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout * 2)
        if self._thread.is_alive():
            _log.error("the worker is stuck in a call and was left behind")
            return False
        return True

    def _alive_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._loop.is_closed():
            msg = "the worker is not running"
            raise RuntimeError(msg)
        return self._loop

    def _live(self) -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(self._unhandled)
        self._loop = loop
        loop.call_soon(self._running.set)
        try:
            loop.run_forever()
        finally:
            try:
                self._drain(loop)
            finally:
                for future in tuple(self._asked):
                    future.cancel()  # asked for while the loop was ending: whoever waits is told, not left waiting
                asyncio.set_event_loop(None)
                loop.close()

    def _drain(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel until nothing is left or the time is up: a task may start others while it ends."""
        while (tasks := asyncio.all_tasks(loop)) and (left := self._stop_by - time.monotonic()) > 0:
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.wait(tasks, timeout=left))
        for task in asyncio.all_tasks(loop):
            _log.error("a task did not end and was dropped: %s", _origin(task.get_coro()))
        loop.run_until_complete(loop.shutdown_asyncgens())

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        task = context.get("task") or context.get("future")
        origin = _origin(task.get_coro()) if isinstance(task, asyncio.Task) else "a callback"
        if error is None:
            _log.error("%s (%s)", context.get("message", "the loop complains"), origin)
            return
        self._lost(f"{context.get('message', 'the loop complains')} ({origin})", error)

    def _lost(self, origin: str, error: BaseException) -> None:
        _log.error("lost exception in %s", origin, exc_info=error)
        if self._on_crash is not None:
            self._on_crash(error)


def _origin(thing: object) -> str:
    """A name for the log; never an argument, which could be a payment code."""
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", None) or type(thing).__name__
    module = getattr(thing, "__module__", "")
    return f"{module}.{name}" if module else str(name)
