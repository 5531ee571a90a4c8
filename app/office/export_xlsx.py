"""The day log as a workbook: typed cells, a frozen heading, a sheet of totals. Rows go to disk as they come."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app import words
from app.core.beijing import DAY_MS
from app.core.shift_sums import Sheet
from app.office.daylog import Row
from app.office.export_table import (
    Paper,
    amount_of,
    channel_words,
    headings,
    kind_words,
    reason_words,
    totals_of,
)

ROWS_PER_SHEET: Final = 1_000_000  # a sheet holds 1,048,576
WIDTHS: Final = (12, 20, 14, 10, 12, 12, 22, 27, 29, 32, 10, 8, 8)
_EPOCH_DAYS: Final = 25_569  # 1970-01-01 counted in days from 1899-12-30, as a workbook counts
_OFFSET_MS: Final = 8 * 3_600_000
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class XlsxWriter:
    """Writes ``path``, beginning with its first row; nothing is there before ``end``, and ``drop`` leaves nothing."""

    def __init__(self, path: Path, paper: Paper) -> None:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - no stubs; 30 ms that only an export needs

        self._paper = paper
        self._book: Any = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
        self._book.set_properties({"title": words.say("ex.title", paper.language), "comments": paper.days})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._days: dict[str, int] = {}
        self._sheets = 0
        self._begin_sheet()

    def add(self, row: Row) -> None:
        if self._next > ROWS_PER_SHEET:
            self._begin_sheet()
        n, put, language = self._next, self._sheet, self._paper.language
        put.write_number(n, 0, self._day(row.day), self._date)
        put.write_number(n, 1, _EPOCH_DAYS + (row.at_ms // 1000 * 1000 + _OFFSET_MS) / DAY_MS, self._moment)
        put.write_string(n, 2, kind_words(row.kind, language))
        put.write_string(n, 3, channel_words(row.channel, language))
        put.write_number(n, 4, amount_of(row) / 100, self._money)
        put.write_number(n, 5, row.net_fen / 100, self._money)
        put.write_string(n, 6, reason_words(row.reason, language))
        put.write_string(n, 7, row.out_trade_no)
        put.write_string(n, 8, row.out_refund_no)
        put.write_string(n, 9, row.channel_no)
        put.write_string(n, 10, row.operator)
        put.write_string(n, 11, row.terminal)
        put.write_number(n, 12, row.shift)
        self._next += 1

    def end(self, sheet: Sheet) -> None:
        """Raises OSError."""
        language = self._paper.language
        totals = self._book.add_worksheet(words.say("ex.sheet.totals", language))
        totals.set_column(0, 0, 16)
        totals.set_column(1, 4, 14)
        labels = ("channel", "count", "paid", "back", "net")
        for place, label in enumerate(labels):
            totals.write_string(0, place, words.say(f"ex.col.{label}", language), self._bold)
        n = 0
        for n, line in enumerate(totals_of(sheet, language), 1):
            totals.write_string(n, 0, line.label)
            totals.write_number(n, 1, line.count)
            for place, fen in enumerate((line.paid_fen, -line.back_fen, line.net_fen), 2):
                totals.write_number(n, place, fen / 100, self._money)
        facts = list(self._paper.facts)
        if self._paper.training:
            facts.insert(0, (words.say("ex.train", language), ""))
        for m, (label, value) in enumerate(facts, n + 2):
            totals.write_string(m, 0, label)
            totals.write_string(m, 1, value)
        self._close(self._book.close)

    def drop(self) -> None:
        """Give up: what was put on disk so far is taken off again."""
        for sheet in self._book.worksheets():
            temporary = Path(sheet.row_data_filename)
            sheet.row_data_fh.close()
            temporary.unlink(missing_ok=True)
        self._book.fileclosed = 1  # its own clean-up would write the file after all

    def _close(self, close: Callable[[], None]) -> None:
        from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

        try:
            close()
        except FileCreateError as error:
            self.drop()
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def _begin_sheet(self) -> None:
        self._sheets += 1
        name = words.say("ex.sheet.rows", self._paper.language)
        self._sheet: Any = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for place, width in enumerate(WIDTHS):
            self._sheet.set_column(place, place, width)
        for place, label in enumerate(headings(self._paper.language)):
            self._sheet.write_string(0, place, label, self._bold)
        self._next = 1

    def _day(self, day: str) -> int:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = (datetime.fromisoformat(day) - datetime(1899, 12, 30)) // timedelta(days=1)  # noqa: DTZ001 - a date alone has no time zone
        return found
