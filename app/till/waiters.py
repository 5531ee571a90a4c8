"""Whoever waits for something to become true of the till."""

import asyncio
from collections.abc import Callable

Reached = Callable[[], bool]


class Waiters:
    """Looks again whenever something has changed."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Reached, asyncio.Future[None]]] = []

    async def until(self, reached: Reached) -> None:
        """Return once ``reached`` is true; at once where it is already. Cancelled when the till closes."""
        if reached():
            return
        entry = (reached, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            await entry[1]
        finally:
            self._waiting.remove(entry)

    def look(self) -> None:
        for reached, future in self._waiting:
            if not future.done() and reached():
                future.set_result(None)

    def cancel(self) -> None:
        for _, future in self._waiting:
            future.cancel()
