"""The serial scanners of this till: each with its own thread, all heard as one.

Everything here but the threads' own callbacks runs on the worker's loop.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.settings.model import Display, Scanner
from devices.api import DeviceState, Scan
from devices.framing import Dropped
from devices.ports import Port, Wanted, places, serial_ports
from devices.serial_scanner import SerialScanner
from devices.traces import Trace

TWICE_SECONDS: Final = 1.0  # the same code from two scanners within this time was held before both
SPARKS: Final = 4  # bytes of noise; fewer come of plugging in, more were a code, at the wrong speed perhaps
IDENTITY: Final = 3  # words that ``devices.ports.Port.known_as`` has
UNREADABLE: Final = "\ufffd"  # scanned in place of a code that the line spoilt: the counter says so, and what to do

_log: Final = logging.getLogger("mashou.scanners")

OnText = Callable[[str, str], None]  # as ``api.Counter.scan``
OnStates = Callable[..., None]  # each scanner's state, as ``Board.scanner``


@dataclass(frozen=True, slots=True)
class Last:
    """What was taken last, and by which scanner. Of the code only Python's own salted hash is kept."""

    scanner: int
    code: int
    at_mono: float


def is_echo(last: Last | None, scanner: int, text: str, at_mono: float) -> bool:
    """Whether another scanner has just read the same code. A scanner that reads it again itself is no echo: the
    counter knows whose code it is.
    """
    return (
        last is not None
        and last.scanner != scanner
        and last.code == hash(text)
        and 0 <= at_mono - last.at_mono < TWICE_SECONDS
    )


def wanted(scanner: Scanner, display: Display) -> tuple[Wanted, Wanted, Wanted]:
    """The serial devices of a till, two scanners and the pole; ``places`` shares the ports out among them.

    A setting ``known_as`` ends with the name that the port had then. Beside another name it is of another device:
    somebody wrote that name into the file by hand, and it is the name that counts.
    """

    def one(device: str, known_as: str) -> Wanted:
        *identity, named = known_as.split(" ", 3) if known_as.count(" ") >= IDENTITY else (known_as, device)
        return Wanted(device, " ".join(identity) if named == device else "") if device else Wanted("")

    pole = display.pole_port if display.pole != "none" else ""
    return (
        one(scanner.port, scanner.known_as),
        one(scanner.port2, scanner.known_as2),
        one(pole, display.pole_known_as),
    )


def where(devices: Sequence[Wanted], which: int, ports: Callable[[], Sequence[Port]] = serial_ports) -> str:
    """Where ``devices[which]`` is plugged in now; empty for nowhere. Called from a device's own thread."""
    return places(ports(), devices)[which] if devices[which].known_as else devices[which].device


class Scanners:
    """``take`` gets what was read. ``states`` hears how each scanner stands."""

    def __init__(
        self,
        scanner: Scanner,
        display: Display,
        take: OnText,
        states: OnStates,
        ports: Callable[[], Sequence[Port]] = serial_ports,
    ) -> None:
        self._scanner, self._display = scanner, display
        self._take, self._tell_states, self._ports = take, states, ports
        self._states: list[DeviceState] = []
        self._running: list[SerialScanner] = []
        self._last: Last | None = None
        self.traced: Callable[[Trace], None] | None = None  # on the loop

    def start(self) -> None:
        """Starts a thread for each scanner that is set up."""
        loop = asyncio.get_running_loop()
        devices = wanted(self._scanner, self._display)
        found = [(at, baud) for at, baud in enumerate((self._scanner.baud, self._scanner.baud2)) if devices[at].device]
        self._states = [DeviceState.OPENING] * len(found)
        for place, (at, baud) in enumerate(found):
            self._running.append(self._make(loop, devices, at, baud, place))
        if found:
            self._tell_states(*self._states)
        elif self._scanner.wedge:
            self._tell_states(DeviceState.READY)  # a keyboard cannot be seen to be missing; the window listens
        else:
            self._tell_states()
        for scanner in self._running:
            scanner.start()

    @property
    def running(self) -> bool:
        """Whether any scanner's thread runs."""
        return bool(self._running)

    async def stop(self) -> None:
        """The ports are free when it returns. A port that hangs does not hold up the loop."""
        running, self._running = self._running, []
        await asyncio.gather(*(asyncio.to_thread(scanner.stop) for scanner in running))

    async def change(self, scanner: Scanner, display: Display) -> None:
        """Other scanners from now on."""
        await self.stop()
        self._scanner, self._display = scanner, display
        self.start()

    def _make(
        self, loop: asyncio.AbstractEventLoop, devices: Sequence[Wanted], at: int, baud: int, place: int
    ) -> SerialScanner:
        """The closures keep the text out of the loop's own logs."""

        def on_scan(scan: Scan) -> None:
            _soon(loop, lambda: self._scanned(place, scan))

        def on_state(state: DeviceState, why: str) -> None:
            _log.info("scanner %d %s: %s", place + 1, state, why)
            _soon(loop, lambda: self._stands(place, state))

        def on_dropped(dropped: Dropped) -> None:
            if dropped.spoilt or dropped.count > SPARKS:
                _soon(loop, lambda: self._take(UNREADABLE, "serial"))

        def on_trace(trace: Trace) -> None:
            _soon(loop, lambda: self.traced(trace) if self.traced is not None else None)

        return SerialScanner(
            devices[at].device,
            on_scan,
            on_state,
            baud=baud,
            on_dropped=on_dropped,
            on_trace=on_trace,
            find=lambda: where(devices, at, self._ports),
        )

    def _scanned(self, place: int, scan: Scan) -> None:
        if is_echo(self._last, place, scan.text, scan.at_mono):
            _log.info("both scanners read the same code; it counts once")
            return
        self._last = Last(place, hash(scan.text), scan.at_mono)
        self._take(scan.text, scan.source)

    def _stands(self, place: int, state: DeviceState) -> None:
        if place < len(self._states) and self._running:
            self._states[place] = state
            self._tell_states(*self._states)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """A device that still speaks while the till closes speaks to nobody."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)
