"""Ctrl-C and SIGTERM, brought to the loop: the first Ctrl-C stops like F2, the next one and SIGTERM leave."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """``left`` is set when the person, or the system, wants out now; what is open stays open.

    ``on_stop`` hears of Ctrl-C and says whether there was anything to stop; if not, it is a wish to leave.
    """

    def __init__(self) -> None:
        self.on_stop: Callable[[], bool] = lambda: False
        self.left = asyncio.Event()

    def stop(self) -> None:
        """Ctrl-C."""
        if not self.on_stop():
            self.left.set()

    def leave(self) -> None:
        """SIGTERM, or the terminal was closed."""
        self.left.set()


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Signals go to an ``Interrupts`` of the running loop until the block ends; then they are as they were."""
    loop = asyncio.get_running_loop()
    told = Interrupts()
    wanted: dict[int, Callable[[], None]] = {signal.SIGINT: told.stop, signal.SIGTERM: told.leave}
    if hasattr(signal, "SIGHUP"):
        wanted[signal.SIGHUP] = told.leave
    before = {number: signal.getsignal(number) for number in wanted}

    def heard(number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(wanted[number])

    for number in wanted:
        signal.signal(number, heard)
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
