"""Trying devices where no till is open yet: by what the settings' file says, each let go of before it answers.

Every trial answers with a words key, "" where there is nothing to try. On the worker's loop; what blocks, in a thread.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.receipts.printed import printed
from app.receipts.reports import trial_slip
from app.settings import DataFolder, Settings
from app.setup.taking import present
from app.till.poles import pole_line, trial_face
from app.till.scanners import Scanners
from app.till.slips import heading_of
from devices.api import DeviceState
from devices.printers import PrinterState
from devices.printers_cables import cable_to
from devices.printers_queue import Job, PrintQueue

LISTEN_SECONDS: Final = 15.0  # for one bar code
PRINT_SECONDS: Final = 20.0  # two tries at a printer that is being switched on included
POLE_SECONDS: Final = 4.0  # that a trial sum stands on the pole
WINDOW_SECONDS: Final = 2.0  # for the window to show a second screen
_PRINTER: Final = {
    PrinterState.PAPER: "sp.try.paper",
    PrinterState.COVER: "sp.try.cover",
    PrinterState.BUSY: "sp.try.busy",
    PrinterState.LIBRARY: "printer.library.say",
    PrinterState.ACCESS: "printer.access.say",
    PrinterState.SEVERAL: "printer.several.say",
}


class TrialRoom:
    def __init__(self, folder: Path, now_ms: Callable[[], int]) -> None:
        self._place, self._now_ms = DataFolder(folder), now_ms
        self._heard: Callable[[], None] = _nothing

    async def settings(self) -> Settings:
        """What is saved so far."""
        found = await asyncio.to_thread(present, self._place)
        return found.settings if found is not None else Settings()

    async def printer(self) -> str:
        """A page with every width and shape, or what the printer lacks."""
        settings = await self.settings()
        if settings.printer.connection == "none":
            return ""
        return await asyncio.to_thread(_print, settings, self._now_ms())

    async def pole(self) -> str:
        """A trial sum on the pole for some seconds."""
        settings = await self.settings()
        if settings.display.pole == "none" or not settings.display.pole_port:
            return ""
        return await asyncio.to_thread(_show, settings)

    async def scanner(self) -> str:
        """Whether any scanner reads something soon; what it read is thrown away unlooked at."""
        settings, read = await self.settings(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def heard() -> None:
            loop.call_soon_threadsafe(read.set)

        self._heard = heard
        scanners = Scanners(settings.scanner, settings.display, lambda _text, _source: read.set(), lambda *_: None)
        scanners.start()
        try:
            await asyncio.wait_for(read.wait(), LISTEN_SECONDS)
        except TimeoutError:
            return "sp.try.unscanned"
        finally:
            self._heard = _nothing
            await scanners.stop()
        return "sp.try.scanned"

    async def until(self, done: threading.Event) -> None:
        """The window has done its part, or takes too long for it."""
        await heard_of(done, WINDOW_SECONDS)

    def heard(self) -> None:
        """A scanner that types was read by the window. From any thread."""
        self._heard()


async def heard_of(done: threading.Event, seconds: float) -> bool:
    """Whether another thread set ``done`` in time; the loop goes on meanwhile."""
    return await asyncio.to_thread(done.wait, seconds)


def _nothing() -> None:
    """Nobody listens."""


def _print(settings: Settings, at_ms: int) -> str:
    place, done, states = settings.printer, threading.Event(), [PrinterState.LOST]
    slip = trial_slip(heading_of(settings), at_ms, settings.till.terminal)
    waiting = PrintQueue(
        lambda: cable_to(place.connection, place.address, place.baud),
        lambda state, _: states.append(state),
        lambda _: done.set(),
        asks=place.asks,
    )
    waiting.start()
    waiting.submit(Job(slip.name, lambda: printed(slip, cut=place.cut)))
    try:
        came = done.wait(PRINT_SECONDS)
        waiting.cancel()
    finally:
        waiting.stop()
    return "printer.tested.say" if came else _PRINTER.get(states[-1], "sp.try.printer")


def _show(settings: Settings) -> str:
    states: queue.Queue[DeviceState] = queue.Queue()
    pole = pole_line(settings.scanner, settings.display, lambda state, _: states.put(state))
    pole.show(trial_face("zh" if settings.display.pole_chinese else "en"))
    pole.start()
    reached, end = DeviceState.OPENING, time.monotonic() + POLE_SECONDS
    try:
        while (left := end - time.monotonic()) > 0:
            with suppress(queue.Empty):
                reached = states.get(timeout=left)
    finally:
        pole.stop()
    return "cus.test.pole" if reached is DeviceState.READY else "display.off.say"
