"""The day log as CSV that a spreadsheet opens rightly: UTF-8 with a mark, CRLF, long numbers as text.

A number of 24 digits that a spreadsheet may read becomes 4.2E+23 and is lost. Of the two known ways to keep it text,
``="…"`` is a formula: it runs in one program, shows as it is written in another (LibreOffice does not evaluate formulas
in text files unless asked), and is what scanners for injected formulas warn of. A tab before the digits is no number to
any of them and is invisible in the cell; the channels' own bills do the same. It stands inside quotes, because a
program that takes tabs for separators too would split there.

Words from outside that begin like a formula get an apostrophe before them (OWASP, CSV injection).
"""

import csv
import io
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import IO, Final

from app import words
from app.core.shift_sums import Sheet
from app.office.daylog import Row
from app.office.export_table import (
    BeijingClock,
    Paper,
    amount_of,
    channel_words,
    headings,
    kind_words,
    reason_words,
    totals_of,
)

MARK: Final = "\ufeff"
END: Final = "\r\n"
LINES_AT_ONCE: Final = 2_000
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_QUOTED: Final = frozenset(',"\r\n\t;')
_ORDINARY: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")


def text(value: str) -> str:
    """A field of words."""
    if value.startswith(_STARTS):
        value = "'" + value
    if not _QUOTED.isdisjoint(value):
        return '"' + value.replace('"', '""') + '"'
    return value


def number_text(value: str) -> str:
    """A field of digits that are a name and not a number."""
    if value.isdigit() and value.isascii():
        return f'"\t{value}"'
    if not value:
        return ""
    return f'"\t{value}"' if _ORDINARY.issuperset(value) else text(value)


def plain(field: str) -> str:
    """What was given to ``text`` or ``number_text``, from the field as a reader of CSV gives it."""
    return field[1:] if field.startswith(("'", "\t")) else field


def yuan(fen: int) -> str:
    """``-28.00``: a number to any spreadsheet."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


_safe: Final = cache(text)  # for the few words of our own


_name: Final = lru_cache(maxsize=1_000)(number_text)  # of people and tills, of whom there are few


class CsvWriter:
    """Rows one after the other into an open text file; totals and the journal's head stand below them."""

    def __init__(self, file: IO[str], paper: Paper) -> None:
        self._file = file
        self._paper = paper
        self._clock = BeijingClock()
        self._lines = [MARK + ",".join(text(one) for one in headings(paper.language))]

    def add(self, row: Row) -> None:
        language = self._paper.language
        self._lines.append(
            f"{row.day},{self._clock(row.at_ms)},{_safe(kind_words(row.kind, language))},"
            f"{_safe(channel_words(row.channel, language))},{yuan(amount_of(row))},{yuan(row.net_fen)},"
            f"{_safe(reason_words(row.reason, language))},{number_text(row.out_trade_no)},"
            f"{number_text(row.out_refund_no)},{number_text(row.channel_no)},{_name(row.operator)},"
            f"{_name(row.terminal)},{row.shift}"
        )
        if len(self._lines) >= LINES_AT_ONCE:
            self._flush()

    def end(self, sheet: Sheet) -> None:
        for line in totals_of(sheet, self._paper.language):
            sums = (yuan(line.paid_fen), yuan(-line.back_fen), yuan(line.net_fen))
            self._lines.append(",".join(["", "", text(line.label), str(line.count), *sums]))
        if self._paper.training:
            self._lines.append(f",,{text(words.say('ex.train', self._paper.language))}")
        self._lines += [f",,{text(label)},{_named(value)}" for label, value in self._paper.facts]
        self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._file.write(END.join(self._lines) + END)
            self._lines.clear()


def _named(value: str) -> str:
    return number_text(value) if value.isdigit() else text(value)


def read_rows(data: str) -> Iterable[list[str]]:
    """The rows of an exported file, headings and what stands below them left out, every field as it was given."""
    for fields in csv.reader(io.StringIO(data.removeprefix(MARK), newline="")):
        if fields and fields[0][:1].isdigit():
            yield [plain(field) if place not in {4, 5} else field for place, field in enumerate(fields)]
