"""Which sale a payment code was charged for, for as long as a code could come again: a scanner that fires twice, a
customer who shows a screenshot. In memory, so that a scan costs no look into the journal.
"""

from collections.abc import Iterable

from app.core.sale import Order


class Marks:
    """Keyed hashes of the codes of the last ``memory_ms``, each with the newest sale it was charged for."""

    def __init__(self, memory_ms: int, orders: Iterable[Order]) -> None:
        """``orders``: those of the journal's last sales, oldest first."""
        self._memory_ms = memory_ms
        self._charged: dict[str, tuple[int, str]] = {}
        for order in orders:
            self.keep(order)

    def keep(self, order: Order) -> None:
        """``order`` was charged. The eldest stand first; no other is looked at, since a first byte waits for this."""
        oldest = order.began_ms - self._memory_ms
        while self._charged and next(iter(self._charged.values()))[0] < oldest:
            del self._charged[next(iter(self._charged))]
        self._charged.pop(order.code_mark, None)
        self._charged[order.code_mark] = (order.began_ms, order.out_trade_no)

    def find(self, mark: str, now_ms: int) -> str | None:
        """The order number of the sale that this code was charged for, None where that is too long ago."""
        began_ms, out_trade_no = self._charged.get(mark, (0, ""))
        return out_trade_no if out_trade_no and began_ms >= now_ms - self._memory_ms else None
