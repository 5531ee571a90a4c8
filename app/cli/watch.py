"""Waiting for what a till shows: the newest view, and whoever waits for something to be true of it."""

import asyncio
from collections.abc import Callable

from app.till.api import Counter, CounterView, SaleView


class Watch:
    """Follows a counter. ``on_view`` hears every picture, in order; lives on the counter's loop."""

    def __init__(self, counter: Counter, on_view: Callable[[CounterView], None]) -> None:
        self._on_view = on_view
        self._changed = asyncio.Event()
        self._latest: CounterView | None = None
        counter.subscribe(self._take)

    def _take(self, view: CounterView) -> None:
        self._latest = view
        self._changed.set()
        self._on_view(view)

    @property
    def view(self) -> CounterView:
        assert self._latest is not None, "a counter shows itself at once to whoever subscribes"
        return self._latest

    async def until(self, holds: Callable[[CounterView], bool]) -> CounterView:
        """The first view of which ``holds`` is true, the present one included."""
        while self._latest is None or not holds(self._latest):
            self._changed.clear()
            await self._changed.wait()
        return self._latest


def every_sale(view: CounterView) -> dict[str, SaleView]:
    """All sales a view shows, by order number."""
    shown = (*view.done, *view.open, *((view.sale,) if view.sale else ()))
    return {sale.out_trade_no: sale for sale in shown}
