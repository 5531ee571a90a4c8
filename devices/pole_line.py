"""A pole display on its serial port, driven by one named thread that nobody waits for.

The newest face wins: what could not be written in time is not caught up. An absent pole is a lamp and nothing else.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from devices.api import DeviceState, OnState
from devices.poles import PoleFace, PoleShape, frame, opening
from devices.serial_scanner import PORT_ERRORS, REOPEN_SECONDS, STOP_SECONDS

if TYPE_CHECKING:
    import serial

WRITE_SECONDS: Final = 2.0
"""A full display is 60 bytes, 0.3 s at 2400 baud; a port that takes longer has nobody at its other end."""
AGAIN_SECONDS: Final = 10.0
"""The same face once more: a pole that was switched off comes back with an empty display and says nothing."""

_log = logging.getLogger(__name__)


class PoleLine:
    """``find`` says where the pole is now; empty while it is not plugged in. ``on_state`` comes from its thread."""

    def __init__(self, find: Callable[[], str], baud: int, shape: PoleShape, on_state: OnState) -> None:
        self._find, self._baud, self._shape = find, baud, shape
        self._on_state = on_state
        self._face = PoleFace()
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._state = DeviceState.OFF
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread; a second start while it runs changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="pole", daemon=True)
            self._thread.start()

    def show(self, face: PoleFace) -> None:
        """From any thread; returns at once."""
        self._face = face
        self._changed.set()

    def stop(self) -> None:
        """The display is left empty where that still works. Returns when the port is free."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping.set()
        self._changed.set()
        thread.join(STOP_SECONDS + WRITE_SECONDS)
        if thread.is_alive():
            _log.warning("pole: its port does not answer; its thread is left behind")
        self._say(DeviceState.OFF, "stopped")

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                attempted = time.monotonic()
                self._serve()
                self._stopping.wait(attempted + REOPEN_SECONDS - time.monotonic())
        except Exception:  # noqa: BLE001 - the thread's outermost loop: a fault of the program is told, not lost with the thread
            _log.exception("pole: stopped by a fault of the program")
            self._say(DeviceState.LOST, "fault of the program, see the log")

    def _serve(self) -> None:
        """One connection, from opening to losing it."""
        if self._state is DeviceState.OFF:
            self._say(DeviceState.OPENING, "opening")
        try:
            port = self._open()
        except PORT_ERRORS as error:
            self._say(DeviceState.LOST, f"cannot open: {error}")
            return
        try:
            port.write(opening(self._shape))
            while not self._stopping.is_set():
                self._changed.clear()
                port.write(frame(self._shape, self._face))
                self._say(DeviceState.READY, "shown")
                self._changed.wait(AGAIN_SECONDS)
            port.write(opening(self._shape))
        except PORT_ERRORS as error:
            self._say(DeviceState.LOST, f"the port has gone: {error}")
        finally:
            with contextlib.suppress(*PORT_ERRORS):  # closing what is already gone
                port.close()

    def _open(self) -> "serial.Serial":
        import serial  # noqa: PLC0415 - loaded in this thread, after the first paint

        where = self._find()
        if not where:
            raise FileNotFoundError("not plugged in")
        return serial.serial_for_url(where, baudrate=self._baud, write_timeout=WRITE_SECONDS, exclusive=True)

    def _say(self, state: DeviceState, why: str) -> None:
        if state is self._state:
            return
        self._state = state
        _log.info("pole: %s (%s)", state, why)
        self._on_state(state, why)
