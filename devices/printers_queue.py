"""Slips waiting for a printer, on a thread of their own: nothing that prints is ever waited for by a sale.

A slip is tried until it is through. After a failure whose extent nobody knows (the line broke midway) it is printed
again, whole: a torn-off beginning carries no amount twice. What waits is in memory alone; the till can make any slip
again from its journal, so that a crash costs paper, not knowledge.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from devices.printers import Cable, Halted, PrinterError, PrinterState, deliver, look

RETRY_SECONDS: Final = 2.0  # between two tries: a printer that is switched on prints within that and its own start
LOOK_SECONDS: Final = 10.0  # between two looks at a printer that was not ready while nothing waits for it
KEPT_MOST: Final = 20  # slips that wait; of more, the oldest customers have long gone, and theirs can be reprinted
STOP_SECONDS: Final = 2.0  # the end of the program waits no longer for a cable that hangs

_STANDS: Final = frozenset(PrinterState) - {PrinterState.OFF, PrinterState.READY}

_log: Final = logging.getLogger(__name__)
OnPrinter = Callable[[PrinterState, int], None]  # state, and how many slips wait
OnDone = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """``make`` gives the bytes, on the printer's thread: the printer's library takes its time to load."""

    key: str
    make: Callable[[], bytes] = field(repr=False)


class PrintQueue:
    """``open_cable`` gives a cable not yet opened. Callbacks come from the queue's thread."""

    def __init__(
        self, open_cable: Callable[[], Cable], on_printer: OnPrinter, on_done: OnDone, *, asks: bool = True
    ) -> None:
        self._open_cable = open_cable
        self._on_printer, self._on_done = on_printer, on_done
        self._asks = asks
        self._jobs: deque[Job] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._dropped = False  # the slip in hand was cancelled
        self._told: tuple[PrinterState, int] = (PrinterState.OFF, 0)
        self._state = PrinterState.OFF
        self._wants_look = True
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread, which first looks how the printer stands."""
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """From any thread, at once. Beyond ``KEPT_MOST`` the oldest slip that is not being printed is given up."""
        with self._wake:
            if self._stopping:
                return
            self._jobs.append(job)
            if len(self._jobs) > KEPT_MOST:
                given_up = self._jobs[1]
                del self._jobs[1]
                _log.warning("too many slips wait; given up: %s", given_up.key)
            self._wake.notify_all()

    def cancel(self) -> int:
        """Give up everything that waits; how many slips that were. What the printer has in its memory it prints."""
        with self._wake:
            count = len(self._jobs)
            self._jobs.clear()
            self._dropped = count > 0
            self._wake.notify_all()
        return count

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    def stop(self, patience: float = 0.0) -> None:
        """End the thread; what waits is given up, and is named in the log. May take ``patience`` and ``STOP_SECONDS``.

        ``patience``: seconds that what waits may still take, as long as nothing speaks against the printer.
        """
        with self._wake:
            self._wake.wait_for(lambda: not self._jobs or self._state in _STANDS, patience)
        thread, self._thread = self._thread, None
        with self._wake:
            self._stopping = True
            left = [job.key for job in self._jobs]
            self._wake.notify_all()
        if left:
            _log.info("slips not printed at the end: %s", ", ".join(left))
        if thread is not None and thread is not threading.current_thread():
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                _log.info("the printer's cable does not answer; its thread is left behind")

    def _run(self) -> None:
        """Until ``stop``. A slip that a fault of the program spoils is given up; the next ones are printed."""
        while not self._stopping:
            try:
                self._turn()
            except Halted:
                self._say(self._state)  # the slip in hand was cancelled, or all ends
            except Exception:  # noqa: BLE001 - the thread's outermost loop: a fault of the program is told, not lost with the thread
                _log.exception("a fault of the program in a slip; it is given up")
                self._leave_queue()

    def _turn(self) -> None:
        """One slip tried, or one look at a printer that is not ready."""
        if self._wants_look:
            self._wants_look = False
            self._look()
        job = self._next()
        if job is not None and not self._print(job):
            self._rest()

    def _next(self) -> Job | None:
        """The slip to be tried. None: nothing came in ``LOOK_SECONDS``, and the printer had not been ready."""
        with self._wake:
            while not self._jobs and not self._stopping:
                if not self._wake.wait(None if self._state is PrinterState.READY else LOOK_SECONDS):
                    self._wants_look = True
                    return None
            self._dropped = False
            return None if self._stopping else self._jobs[0]

    def _look(self) -> None:
        """A printer that is off is told of before the first customer stands there, and one that is back as well."""
        try:
            with closing(self._opened()) as cable:
                asks = self._asks and cable.answers
                self._say(look(cable, self._halt) if asks else PrinterState.READY)
        except PrinterError as error:
            self._lost(error)

    def _print(self, job: Job) -> bool:
        """One try; whether the slip is through, and so has left the queue."""
        data = job.make()
        try:
            with closing(self._opened()) as cable:
                asks = self._asks and cable.answers
                if not deliver(cable, data, asks=asks, halt=self._halt, on_state=self._say):
                    return False
        except PrinterError as error:
            self._lost(error)
            return False
        self._leave_queue(job)
        self._on_done(job.key)
        self._say(PrinterState.READY)
        return True

    def _leave_queue(self, job: Job | None = None) -> None:
        with self._wake:
            if self._jobs and (job is None or self._jobs[0] is job):
                self._jobs.popleft()
            self._wake.notify_all()

    def _opened(self) -> Cable:
        cable = self._open_cable()
        cable.open()
        return cable

    def _rest(self) -> None:
        until = time.monotonic() + RETRY_SECONDS
        with self._wake:
            while not (self._stopping or self._dropped) and (left := until - time.monotonic()) > 0:
                self._wake.wait(left)

    def _halt(self) -> None:
        if self._stopping or self._dropped:
            raise Halted

    def _lost(self, error: PrinterError) -> None:
        if self._state is not error.state:
            _log.info("printer: %s", error)
        self._say(error.state)

    def _say(self, state: PrinterState) -> None:
        with self._wake:
            self._state = state
            self._wake.notify_all()
        told = (state, len(self._jobs))
        if told != self._told:
            self._told = told
            self._on_printer(*told)
