"""Which port a scanner is on, at which speed, and how it ends a code: found by reading one bar code that is known.

All ports listen at once, each in a named thread. What is not the known code was sent at another speed, or is another
code: the port then listens at the next speed, and the person scans once more. ``PortGuess`` decides and is pure.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from devices.ports import Port, serial_ports
from devices.serial_scanner import PORT_ERRORS, STOP_SECONDS, open_port
from devices.traces import name_of

if TYPE_CHECKING:
    import serial

USUAL_BAUDS: Final = (9600, 115_200, 38_400, 19_200, 57_600, 4800)
"""In the order tried: what scanners are delivered with, then what their set-up sheets offer."""
QUIET_MS: Final = 150
"""Silence after which a reading is judged whole: an end of two bytes may come in two reads."""
SPARKS: Final = 3  # fewer bytes come of plugging in, and say nothing about the speed
MOST: Final = 512  # bytes kept of a port that babbles
WATCH_SECONDS: Final = 1.0  # how soon a scanner that is plugged in now is listened to
ENDS: Final = b"\r\n\t\x03"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The known code came through. ``end`` and ``before``: names of the characters around it, e.g. ``("CR",)``."""

    port: Port
    baud: int
    end: tuple[str, ...]
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Garbled:
    """Something came that cannot be read at this speed; ``next_baud`` is listened to now: scan once more."""

    port: Port
    next_baud: int


@dataclass(frozen=True, slots=True)
class OtherCode:
    """A whole bar code came, but not the one on the screen."""

    port: Port


@dataclass(frozen=True, slots=True)
class Listening:
    """The port is open: what is scanned from now on is heard."""

    port: Port
    baud: int


@dataclass(frozen=True, slots=True)
class Shut:
    """The port cannot be opened; ``no_right``: this user may not."""

    port: Port
    no_right: bool


News = Listening | Found | Garbled | OtherCode | Shut


class PortGuess:
    """What one port has said so far. Time is an argument, milliseconds of any monotonic clock."""

    def __init__(self, port: Port, mark: str, bauds: Sequence[int] = USUAL_BAUDS) -> None:
        self.port = port
        self._mark = mark.encode("ascii")
        self._bauds = tuple(bauds)
        self._at = 0
        self._heard = bytearray()
        self._last_ms = 0

    @property
    def baud(self) -> int:
        return self._bauds[self._at % len(self._bauds)]

    def feed(self, data: bytes, at_ms: int) -> Found | Garbled | OtherCode | None:
        """``data`` read at ``at_ms``, empty for a read that found nothing."""
        if data:
            self._heard += data[: MOST - len(self._heard)]
            self._last_ms = at_ms
            return None
        if not self._heard or at_ms - self._last_ms < QUIET_MS:
            return None
        heard = bytes(self._heard)
        self._heard.clear()
        return self._judge(heard)

    def _judge(self, heard: bytes) -> Found | Garbled | OtherCode | None:
        at = heard.find(self._mark)
        if at >= 0:
            before, end = heard[:at], heard[at + len(self._mark) :]
            return Found(self.port, self.baud, _names(end), _names(before))
        if len(heard) < SPARKS:
            return None
        text = heard.rstrip(ENDS)
        if text != heard and text and all(0x20 <= byte <= 0x7E for byte in text):
            return OtherCode(self.port)
        self._at += 1
        return Garbled(self.port, self.baud)


def _names(data: bytes) -> tuple[str, ...]:
    return tuple(chr(byte) if 0x20 < byte < 0x7F else name_of(byte) for byte in data)


class Finder:
    """Listens on every port, those plugged in later too, until ``stop``. ``on_news`` is called from its threads."""

    def __init__(
        self,
        mark: str,
        on_news: Callable[[News], None],
        *,
        ports: Callable[[], Sequence[Port]] = serial_ports,
        bauds: Sequence[int] = USUAL_BAUDS,
    ) -> None:
        """``mark``: the text of the bar code on the screen, printable ASCII."""
        self._mark, self._bauds = mark, bauds
        self._ports = ports
        self._on_news = on_news
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._listeners: dict[str, threading.Thread] = {}

    def start(self) -> None:
        self._watcher = threading.Thread(target=self._watch, name="finder", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Returns when the ports are free again. May be called from a callback."""
        self._stopping.set()
        if self._watcher is None:
            return
        for thread in (self._watcher, *self._listeners.values()):
            if thread is not threading.current_thread():
                thread.join(STOP_SECONDS)
                if thread.is_alive():
                    _log.warning("%s: its port does not answer; its thread is left behind", thread.name)

    def _watch(self) -> None:
        """A listener for each port; a port that goes and comes back gets another."""
        known: tuple[Port, ...] = ()
        while not self._stopping.is_set():
            ports = tuple(self._ports())
            for port in ports:
                if port not in known:
                    guess = PortGuess(port, self._mark, self._bauds)
                    thread = threading.Thread(
                        target=self._listen, args=(guess,), name=f"finder {port.device}", daemon=True
                    )
                    self._listeners[port.device] = thread
                    thread.start()
            known = ports
            self._stopping.wait(WATCH_SECONDS)

    def _listen(self, guess: PortGuess) -> None:
        """One opening for each speed; some drivers take a new speed only when the port is opened."""
        while not self._stopping.is_set():
            try:
                port = open_port(guess.port.device, guess.baud)
            except PORT_ERRORS as error:
                _log.info("finder %s: %s", guess.port.device, error)
                self._tell(Shut(guess.port, isinstance(error, PermissionError) or "ermission" in str(error)))
                return
            try:
                self._tell(Listening(guess.port, guess.baud))
                if not self._read(port, guess):
                    return
            except PORT_ERRORS as error:
                _log.info("finder %s: %s", guess.port.device, error)
                return
            finally:
                with contextlib.suppress(*PORT_ERRORS):  # closing what is already gone
                    port.close()

    def _read(self, port: "serial.Serial", guess: PortGuess) -> bool:
        """Until the speed must change (True), or all is said (False)."""
        while not self._stopping.is_set():
            data = port.read(1)
            if data:
                data += port.read(port.in_waiting)
            news = guess.feed(data, int(time.monotonic() * 1000))
            if news is not None:
                self._tell(news)
                if isinstance(news, Garbled):
                    return True
        return False

    def _tell(self, news: News) -> None:
        if not self._stopping.is_set():
            self._on_news(news)
