"""A scanner on a serial port or pyserial URL: ``/dev/ttyUSB0``, ``COM3``, ``socket://host:port``, ``loop://``.

One named thread owns the port. It opens it, reads with a short time limit, and after an unplug tries again for as
long as it takes; nothing needs a restart. Callbacks come from that thread: whoever listens hops to its own.
"""

import contextlib
import logging
import sys
import threading
import time
from typing import TYPE_CHECKING, Final, assert_never

from devices.api import DeviceState, OnScan, OnState, Scan
from devices.framing import Dropped, Frame, Framer
from devices.traces import Trace, Tracer

if TYPE_CHECKING:
    from collections.abc import Callable

    import serial

if sys.platform == "win32":
    PORT_ERRORS: Final[tuple[type[Exception], ...]] = (OSError, ValueError)
else:
    import termios

    # SerialException is an OSError; an unplugged tty also raises termios.error. ValueError: bad URL or baud.
    PORT_ERRORS: Final[tuple[type[Exception], ...]] = (OSError, ValueError, termios.error)

DEFAULT_BAUD: Final = 9600
READ_SECONDS: Final = 0.03
"""Limit of one read: how soon a pause or a stop is noticed, at 33 idle wake-ups a second."""
REOPEN_SECONDS: Final = 1.0
"""At most one attempt to open in this time: soon enough for a person plugging in, light enough to go on for days."""
STOP_SECONDS: Final = 2.0
"""A port in order ends within ``READ_SECONDS``; only an open that hangs in the system (a dead socket) takes longer."""

_log = logging.getLogger(__name__)


def open_port(url: str, baud: int) -> "serial.Serial":
    """The port, for this program alone, with nothing in it that came before now. Raises one of ``PORT_ERRORS``."""
    import serial  # noqa: PLC0415 - loaded in the device's own thread, after the first paint

    port = serial.serial_for_url(url, baudrate=baud, timeout=READ_SECONDS, exclusive=True)
    try:
        port.reset_input_buffer()  # what was scanned before now was meant for nobody
    except PORT_ERRORS:
        port.close()
        raise
    return port


class SerialScanner:
    """Implements ``devices.api.Scanner``. ``on_dropped`` hears of noise, so the window can say "scan again".

    ``find`` says where the scanner is now, before each attempt to open it; empty while it is not plugged in.
    ``on_trace`` hears how each code came.
    """

    def __init__(
        self,
        url: str,
        on_scan: OnScan,
        on_state: OnState,
        *,
        baud: int = DEFAULT_BAUD,
        on_dropped: "Callable[[Dropped], None] | None" = None,
        on_trace: "Callable[[Trace], None] | None" = None,
        find: "Callable[[], str] | None" = None,
    ) -> None:
        self._url = url
        self._find = find
        self._on_trace = on_trace
        self._tracer = Tracer()
        self._baud = baud
        self._on_scan = on_scan
        self._on_state = on_state
        self._on_dropped = on_dropped
        self._framer = Framer()
        self._state = DeviceState.OFF
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread; a second start while it runs changes nothing."""
        if self._thread is not None:
            return
        self._stopping = threading.Event()
        # A daemon: a system call that hangs in open must not keep the program from ending.
        self._thread = threading.Thread(
            target=self._run, args=(self._stopping,), name=f"scanner {self._url}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and says OFF. No scan is told after it returns. May be called from a callback."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping.set()
        if thread is not threading.current_thread():
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                _log.warning("scanner %s: its port does not answer; its thread is left behind", self._url)
        self._say(DeviceState.OFF, "stopped")

    def _run(self, stopping: threading.Event) -> None:
        try:
            while not stopping.is_set():
                attempted = time.monotonic()
                self._serve(stopping)
                stopping.wait(attempted + REOPEN_SECONDS - time.monotonic())
        except Exception:  # noqa: BLE001 - the thread's outermost loop: a fault of the program is told, not lost with the thread
            _log.exception("scanner %s: stopped by a fault of the program", self._url)
            if not stopping.is_set():
                self._say(DeviceState.LOST, "fault of the program, see the log")

    def _serve(self, stopping: threading.Event) -> None:
        """One connection, from opening to losing it."""
        if self._state is DeviceState.OFF:
            self._say(DeviceState.OPENING, self._url)
        try:
            port = open_port(self._where(), self._baud)
        except PORT_ERRORS as error:
            if not stopping.is_set():
                self._say(DeviceState.LOST, f"cannot open: {error}")
            return
        self._framer.reset()
        self._tracer = Tracer()
        try:
            self._say(DeviceState.READY, self._url)
            while not stopping.is_set():
                data = self._read(port)
                if data is None:
                    break
                self._tell(data, stopping)
        finally:
            with contextlib.suppress(*PORT_ERRORS):  # closing what is already gone
                port.close()
        if not stopping.is_set():
            self._say(DeviceState.LOST, "the port has gone")

    def _where(self) -> str:
        """Raises FileNotFoundError while the scanner is not plugged in."""
        where = self._url if self._find is None else self._find()
        if not where:
            raise FileNotFoundError("not plugged in")
        return where

    def _read(self, port: "serial.Serial") -> bytes | None:
        """What has come, empty after ``READ_SECONDS`` of silence; None when the port has gone."""
        try:
            data = port.read(1)
            return data + port.read(port.in_waiting) if data else data
        except PORT_ERRORS as error:
            _log.info("scanner %s: %s", self._url, error)
            return None

    def _tell(self, data: bytes, stopping: threading.Event) -> None:
        now = time.monotonic()
        now_ms = int(now * 1000)
        self._trace(data, now_ms)
        for found in self._framer.feed(data, now_ms) if data else self._framer.silence(now_ms):
            if stopping.is_set():
                return
            match found:
                case Frame(text):
                    self._on_scan(Scan(text=text, source="serial", at_mono=now))
                case Dropped():
                    self._tell_dropped(found)
                case _:
                    assert_never(found)

    def _trace(self, data: bytes, now_ms: int) -> None:
        if self._on_trace is not None:
            trace = self._tracer.feed(data, now_ms)
            if trace is not None:
                self._on_trace(trace)

    def _tell_dropped(self, dropped: Dropped) -> None:
        _log.warning("scanner %s: dropped %d bytes: %s", self._url, dropped.count, dropped.reason)
        if self._on_dropped is not None:
            self._on_dropped(dropped)

    def _say(self, state: DeviceState, why: str) -> None:
        if state is self._state:
            return
        self._state = state
        _log.info("scanner %s: %s (%s)", self._url, state, why)
        self._on_state(state, why)
