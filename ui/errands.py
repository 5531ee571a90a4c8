"""Carries a page's question to the worker's loop, and the answer back to the Qt thread.

An ``Errands`` belongs to its page: once the page is deleted, so is this, and what still comes back falls on the floor.
"""

import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]

_log: Final = logging.getLogger("mashou.window")


class NoWorkerError(RuntimeError):
    """The till's loop is not there yet, or not any more."""


class Runner(Protocol):
    """What carries a coroutine to the loop: the worker."""

    def run(self, coro: Coroutine[Any, Any, T]) -> "Future[T]":
        """RuntimeError once the loop is closed."""
        ...


class Errands(QObject):
    """``runner`` says who runs them now; None while there is nobody."""

    _back = Signal(object)

    def __init__(self, runner: Callable[[], Runner | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._back.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        work: Work[T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``work`` on the loop; ``done`` or ``failed`` is called on the Qt thread, never before this returns.

        Without ``failed`` an exception is a bug: the worker logs it and tells the window.
        """
        runner = self._runner()
        if runner is None:
            self._give_up(failed)
            return
        coro = work() if failed is None else _guarded(work)
        try:
            future = runner.run(coro)
        except RuntimeError:
            self._give_up(failed)
            return
        future.add_done_callback(lambda ended: self._emit(ended, done, failed))

    def _give_up(self, failed: Callable[[Exception], None] | None) -> None:
        _log.warning("a page asked, and nobody was there to answer")
        if failed is not None:
            failed(NoWorkerError())

    def _emit(
        self, ended: "Future[Any]", done: Callable[[Any], None], failed: Callable[[Exception], None] | None
    ) -> None:
        """On the loop's thread."""
        if ended.cancelled() or ended.exception() is not None:
            return
        value = ended.result()
        call = (failed, value.error) if isinstance(value, _Failed) else (done, value)
        try:
            self._back.emit(call)
        except RuntimeError:
            _log.info("an answer came after its page was gone")

    @Slot(object)
    def _deliver(self, call: tuple[Callable[[Any], None], Any]) -> None:
        told, value = call
        told(value)


class _Failed:
    """An exception on its way to the page; as a plain result the worker does not take it for a bug."""

    def __init__(self, error: Exception) -> None:
        self.error = error


async def _guarded(work: Work[T]) -> "T | _Failed":
    try:
        return await work()
    except Exception as error:  # noqa: BLE001 - the outermost loop of one errand: the page says what went wrong
        return _Failed(error)
