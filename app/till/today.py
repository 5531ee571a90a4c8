"""The sales of the day that are done, as the list beside the stage shows them: bounded rows and their sum."""

from collections.abc import Callable
from typing import Final

from app.core.sale import Sale
from app.journal.api import JournalBooks
from app.till.api import Happened, SaleView, Totals
from app.till.entries import readable

DONE_ROWS: Final = 200  # what a window can scroll through; more is looked up in the day log

DoneView = Callable[[Sale, tuple[Happened, ...]], SaleView]


class Today:
    """Rows are views made once: a final sale does not change with time."""

    def __init__(self, books: JournalBooks, view: DoneView) -> None:
        self._books = books
        self._view = view
        self._rows: dict[str, SaleView] = {}  # oldest first
        self._listed: tuple[SaleView, ...] | None = None
        self.day = ""
        self.totals = Totals(0, 0)

    def turn_to(self, day: str, before: str = "") -> None:
        """Read the rows of ``day``; of the day ``before`` those found at a start and not acknowledged yet."""
        self.day = day
        kept = list(readable(self._books.sales_of(day, DONE_ROWS)))
        if before:
            kept += [sale for sale in readable(self._books.sales_of(before, DONE_ROWS)) if sale.recovered]
        waiting = {row.out_trade_no: row for row in self._rows.values() if row.recovered}
        self._rows = {s.order.out_trade_no: self._view(s, ()) for s in reversed(kept) if s.is_final} | waiting
        self._recount()

    def put(self, sale: Sale, story: tuple[Happened, ...]) -> None:
        """``sale`` has ended, or ended otherwise than it had."""
        self._rows.pop(sale.order.out_trade_no, None)
        self._rows[sale.order.out_trade_no] = self._view(sale, story)
        self._make_room()
        self._recount()

    def take_out(self, out_trade_no: str) -> None:
        """A sale that was done is open again."""
        if self._rows.pop(out_trade_no, None) is not None:
            self._recount()

    def get(self, out_trade_no: str) -> SaleView | None:
        return self._rows.get(out_trade_no)

    @property
    def rows(self) -> tuple[SaleView, ...]:
        """Newest first; those found at a start and not acknowledged yet stand on top (design §7.14)."""
        if self._listed is None:
            newest = sorted(self._rows.values(), key=lambda row: (row.recovered, row.began_ms, row.number))
            self._listed = tuple(reversed(newest))
        return self._listed

    def _make_room(self) -> None:
        """Let the oldest go, but none that waits to be acknowledged."""
        spare = [number for number, row in self._rows.items() if not row.recovered]
        for number in spare[: max(0, len(self._rows) - DONE_ROWS)]:
            del self._rows[number]

    def _recount(self) -> None:
        self._listed = None
        self.totals = Totals(*self._books.totals(self.day))
