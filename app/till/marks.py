"""Which sale a payment code was charged for, for as long as a code could come again: a scanner that fires twice, a
customer who shows a screenshot. In memory, so that a scan costs no look into the journal.
"""

from collections.abc import Iterable

from app.core.sale import Order


class Marks:
    """Keyed hashes of the codes of the last ``memory`` seconds, each with the newest sale it was charged for.

    Counted in the till's own seconds: a sale that began under a clock set hours wrong is as young as the others.
    """

    def __init__(self, memory: float, orders: Iterable[Order], mono: float) -> None:
        """``orders``: those of the journal's last sales, oldest first; how long ago they were, only a clock could tell
        that may have been set since, so all of them count from now on.
        """
        self._memory = memory
        self._charged: dict[str, tuple[float, str]] = {}
        for order in orders:
            self.keep(order, mono)

    def keep(self, order: Order, mono: float) -> None:
        """``order`` was charged. The eldest stand first; no other is looked at, since a first byte waits for this."""
        oldest = mono - self._memory
        while self._charged and next(iter(self._charged.values()))[0] < oldest:
            del self._charged[next(iter(self._charged))]
        self._charged.pop(order.code_mark, None)
        self._charged[order.code_mark] = (mono, order.out_trade_no)

    def find(self, mark: str, mono: float) -> str | None:
        """The order number of the sale that this code was charged for, None where that is too long ago."""
        kept, out_trade_no = self._charged.get(mark, (mono, ""))
        return out_trade_no if out_trade_no and kept >= mono - self._memory else None
