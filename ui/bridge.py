"""The only crossing between the worker's loop and the Qt thread.

Towards the till: ``ask`` runs a call on the loop and returns at once. Towards the window: the newest picture wins, so
that a burst of pictures costs one paint; receivers are slots on the Qt thread. The bridge outlives a dead worker (it
says so once) and a deleted window (late pictures fall on the floor).
"""

import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Lock
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot

from app.till.api import Counter, CounterView, PhoneView, PracticePhone

T = TypeVar("T")
AskPhone = Callable[[PracticePhone], Coroutine[Any, Any, PhoneView | None]]
log: Final = logging.getLogger(__name__)
DEAD: Final = "win.dead"  # words key of the sentence for a worker that is gone


class Loop(Protocol):
    """What the bridge needs of the worker."""

    def call(self, fn: Callable[[], None]) -> None:
        """Run ``fn`` on the loop soon; callable from any thread. RuntimeError once the loop is closed."""
        ...

    def run(self, coro: Coroutine[Any, Any, T]) -> "Future[T]": ...


class Bridge(QObject):
    """Signals: ``view`` a CounterView, ``phone`` a PhoneView, ``failed`` the words key of what stands still and
    the values of its sentence.
    """

    view = Signal(object)
    phone = Signal(object)
    failed = Signal(str, object)
    _arrived = Signal()
    _phoned = Signal(object)
    _broke = Signal(str, object)

    def __init__(self, loop: Loop | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loop = loop
        self.counter: Counter | None = None
        self.practice: PracticePhone | None = None
        self._lock = Lock()
        self._newest: CounterView | None = None
        self._waking = False
        self._closed = False
        self._dead = False
        queued = Qt.ConnectionType.QueuedConnection
        self._arrived.connect(self._deliver, queued)
        self._phoned.connect(self._deliver_phone, queued)
        self._broke.connect(self._deliver_failure, queued)

    def adopt(self, counter: Counter, practice: PracticePhone | None = None) -> None:
        """The house is open: hear its pictures from now on. Callable from any thread."""
        self.counter, self.practice = counter, practice
        self.ask(lambda there: there.subscribe(self._on_view))

    def ask(self, what: Callable[[Counter], None]) -> bool:
        """Run ``what`` with the counter on the loop; False where there is none yet, or none any more."""
        counter, loop = self.counter, self.loop
        if counter is None or loop is None or self._closed:
            return False
        return self._hand_over(lambda: loop.call(lambda: what(counter)))

    def ask_phone(self, what: AskPhone) -> bool:
        """Run ``what`` with the practice phone; a PhoneView it returns comes back as ``phone``."""
        practice, loop = self.practice, self.loop
        if practice is None or loop is None or self._closed:
            return False
        return self._hand_over(lambda: loop.run(_or_none(what, practice)).add_done_callback(self._phone_answered))

    def fail(self, key: str, values: tuple[tuple[str, str], ...] = ()) -> None:
        """Tell the window that the till stands still; ``key`` is a words key. From any thread; the first one stands."""
        self._wake(self._broke, key, values)

    def close(self) -> None:
        """Nothing crosses any more."""
        with self._lock:
            self._closed = True
            self._newest = None

    def _hand_over(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except RuntimeError:  # the loop is closed
            log.warning("the worker does not answer")
            self.fail(DEAD)
            return False
        return True

    def _on_view(self, view: CounterView) -> None:
        """On the loop: keep the newest, and wake the window once."""
        with self._lock:
            if self._closed:
                return
            self._newest = view
            woken, self._waking = self._waking, True
        if not woken:
            self._wake(self._arrived)

    def _phone_answered(self, future: "Future[PhoneView | None]") -> None:
        """A bug in it was logged by the worker; the window asks again."""
        told = not future.cancelled() and future.exception() is None
        self._wake(self._phoned, future.result() if told else None)

    def _wake(self, signal: SignalInstance, *values: object) -> None:
        """Emit from any thread; when the window is torn down first, Qt has deleted the source."""
        try:
            signal.emit(*values)
        except RuntimeError:
            log.info("a picture came after the window was gone")

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            newest, self._newest, self._waking = self._newest, None, False
        if newest is not None:
            self.view.emit(newest)

    @Slot(object)
    def _deliver_phone(self, view: PhoneView | None) -> None:
        if not self._closed:
            self.phone.emit(view)

    @Slot(str, object)
    def _deliver_failure(self, key: str, values: tuple[tuple[str, str], ...]) -> None:
        if not self._dead and not self._closed:
            self._dead = True
            self.failed.emit(key, values)


async def _or_none(what: AskPhone, practice: PracticePhone) -> PhoneView | None:
    """None where the practice service is out of reach: the phone shows what it showed."""
    try:
        return await what(practice)
    except OSError as problem:
        log.info("the practice phone does not answer: %s", type(problem).__name__)
        return None
