"""Prints by itself: the receipt when a sale is durably PAID (D3), a slip when a refund has its result.

Only what happened in this run is printed without being asked for: a sale that is found paid at a start has lost its
customer, and its receipt comes on F6. Nothing here is waited for; the printer has a thread of its own.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from app.core.sale import Sale
from app.receipts.facts import Heading
from app.receipts.layout import Slip
from app.receipts.printed import printed
from app.receipts.reports import trial_slip
from app.settings import Printer
from app.till.api import Lamp, Light
from app.till.counter import CashCounter
from app.till.engine import Engine
from app.till.running import Running
from app.till.slip_desk import Given, Look, SlipDesk
from app.till.slips import SlipKind, SlipName, names_of
from devices.printers import PrinterState
from devices.printers_cables import cable_to
from devices.printers_queue import Job, PrintQueue

ALWAYS: Final = "always"  # the setting printer.prints
PAPER: Final = "printer"  # how journal entries call the way out
CLOSE_PATIENCE: Final = 3.0  # seconds at the end of the program for slips that are on their way to a ready printer
LAMP: Final = "printer"

_log: Final = logging.getLogger("mashou.printing")
_LAMPS: Final = {
    PrinterState.OFF: (Light.OFF, "printer.ok"),
    PrinterState.READY: (Light.OK, "printer.ok"),
    PrinterState.LOST: (Light.SLOW, "printer.off"),
    PrinterState.PAPER: (Light.SLOW, "printer.paper"),
    PrinterState.COVER: (Light.SLOW, "printer.cover"),
    PrinterState.LIBRARY: (Light.SLOW, "printer.library"),
    PrinterState.ACCESS: (Light.SLOW, "printer.access"),
    PrinterState.BUSY: (Light.SLOW, "printer.busy"),
    PrinterState.SEVERAL: (Light.SLOW, "printer.several"),
}


def printer_lamp(state: PrinterState, waiting: int) -> Lamp:
    light, key = _LAMPS[state]
    return Lamp(LAMP, light, key, (("n", str(waiting)),))


class Printing:
    """Its methods are called on the worker's loop. ``operator`` says who is on duty; ``on_lamp`` hears of the lamp."""

    def __init__(
        self, desk: SlipDesk, settings: Printer, operator: Callable[[], str], on_lamp: Callable[[Lamp], None]
    ) -> None:
        self.desk = desk
        self._settings = settings
        self._operator = operator
        self._on_lamp = on_lamp
        self._known: dict[str, frozenset[SlipName]] = {}  # of each running sale: the slips that are no news
        self._last = ""
        self._queue: PrintQueue | None = None
        self._awaited: dict[str, Callable[[], None]] = {}  # by a slip's name: who wants to hear that it has come out
        self._asked: set[asyncio.Task[Slip | None]] = set()
        self._closed = False

    @property
    def has_printer(self) -> bool:
        return self._settings.connection != "none"

    @property
    def waiting(self) -> int:
        """Slips that wait for the printer."""
        return self._queue.waiting if self._queue is not None else 0

    @property
    def last(self) -> str:
        """Number of the last slip there was in this run, printed or not; what F6 means where no sale is shown."""
        return self._last

    def serve(self, engine: Engine, counter: CashCounter) -> None:
        """Hear of every sale from now on, and of F6."""
        engine.listen(self.changed, lambda: None)
        counter.reprints = self.reprint
        self.begin()

    def begin(self) -> None:
        """Start the printer's thread, where there is a printer."""
        if not self.has_printer:
            return
        loop = asyncio.get_running_loop()
        place = self._settings

        def told(state: PrinterState, waiting: int) -> None:
            _hop(loop, lambda: self._tell(printer_lamp(state, waiting)))

        self._queue = PrintQueue(
            lambda: cable_to(place.connection, place.address, place.baud),
            told,
            lambda key: _hop(loop, lambda: self._came_out(key)),
            asks=place.asks,
        )
        self._queue.start()

    def changed(self, running: Running) -> None:
        """For ``Engine.listen``: looks for slips that were not there before; what they cost comes after this turn."""
        sale = running.durable
        names = frozenset(names_of(sale))
        number = sale.order.out_trade_no
        if number not in self._known:
            self._known[number] = names  # a sale begins without slips; one taken up again has had its own
        news = names - self._known[number]
        self._known[number] = names
        if running.is_over:
            self._known.pop(number)
        for name in sorted(news, key=lambda one: one.number):
            self._last = name.number
            if self._prints_by_itself(sale, name):
                asyncio.get_running_loop().call_soon(self._give, sale, name)

    async def look(self, number: str = "") -> Look | None:
        """The slip of an order or refund number, of the last one by default, to be shown."""
        return await self.desk.look(number or self._last)

    async def again(self, number: str = "", by: str = "") -> Slip | None:
        """F6: print it, marked as a reprint where it was given out before. None: there is no slip, or no printer."""
        if self._queue is None or not (number or self._last):
            return None
        slip = await self.desk.again(number or self._last, by or self._operator(), PAPER)
        if slip is not None:
            self.submit(slip)
        return slip

    def reprint(self, number: str) -> None:
        """As ``again``, for a key that waits for nothing."""
        task = asyncio.get_running_loop().create_task(self.again(number))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def drawn(self, number: str, out: str) -> Slip | None:
        """The slip for a file, ``out`` "png" or "pdf": written down as a printed one is. None: there is none."""
        return await self.desk.again(number, self._operator(), out)

    def submit(self, slip: Slip, *, kick: bool = False, on_printed: Callable[[], None] | None = None) -> bool:
        """Any slip, such as an X or Z report; False where there is no printer. ``on_printed``: it has come out."""
        if self._queue is None or self._closed:
            return False
        cut = self._settings.cut
        if on_printed is not None:
            self._awaited[slip.name] = on_printed
        self._queue.submit(Job(slip.name, lambda: printed(slip, cut=cut, kick=kick)))
        return True

    def _came_out(self, key: str) -> None:
        _log.info("printed: %s", key)
        awaited = self._awaited.pop(key, None)
        if awaited is not None and not self._closed:
            awaited()

    def trial(self, heading: Heading, at_ms: int, terminal: str) -> bool:
        return self.submit(trial_slip(heading, at_ms, terminal))

    def cancel(self) -> int:
        """Give up what waits; how many slips that were."""
        return self._queue.cancel() if self._queue is not None else 0

    async def aclose(self) -> None:
        """A ready printer gets ``CLOSE_PATIENCE`` for what waits; the rest can be reprinted at the next start."""
        self._closed = True
        for task in self._asked:
            task.cancel()
        queue, self._queue = self._queue, None
        if queue is not None:
            await asyncio.to_thread(queue.stop, CLOSE_PATIENCE)

    def _prints_by_itself(self, sale: Sale, name: SlipName) -> bool:
        if self._queue is None or self._settings.prints != ALWAYS:
            return False
        return name.kind is SlipKind.REFUND or (name.kind is SlipKind.SALE and not sale.recovered)

    def _give(self, sale: Sale, name: SlipName) -> None:
        by = self._operator() if name.kind is SlipKind.REFUND else sale.order.operator
        slip = self.desk.give(sale, name, by, PAPER, Given())
        if slip is not None:
            self.submit(slip, kick=self._settings.drawer and name.kind is SlipKind.SALE)

    def _tell(self, lamp: Lamp) -> None:
        if not self._closed:
            self._on_lamp(lamp)


def _hop(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:  # the loop has closed: the till is gone, and nobody looks at the lamp
        _log.info("the printer spoke after the end")
