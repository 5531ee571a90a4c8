"""The day log as a PDF to hand in: A4, a heading and a page number on each page, totals and the journal's head last.

Drawn row by row as they are read. Lengths are tenths of a millimetre. Needs a QGuiApplication.
"""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.core.channel import Channel
from app.core.money import show_yuan
from app.core.shift_sums import Sheet
from app.office.daylog import Row
from app.office.export_table import (
    BeijingClock,
    Paper,
    amount_of,
    channel_words,
    kind_words,
    note_of,
    totals_of,
)
from app.words import say
from ui.text import in_fours
from ui.tokens import faces

MARGIN_MM: Final = 12.0
WIDTH: Final = 1860
HEIGHT: Final = 2730
ROW: Final = 54
HEAD: Final = 230  # of every page, down to the first row
FOOT: Final = 60
LAST: Final = 190  # below the totals: head, time, two signatures
ROWS_A_PAGE: Final = (HEIGHT - HEAD - FOOT) // ROW
# What each column is called, how wide it is, and whether it stands to the right.
COLUMNS: Final = (
    ("time", 290, False),
    ("result", 230, False),
    ("channel", 150, False),
    ("amount", 260, True),
    ("why", 240, False),
    ("order", 490, False),
    ("operator", 110, False),
    ("shift", 90, True),
)
TOTALS: Final = (
    ("channel", 400, False),
    ("count", 200, True),
    ("paid", 420, True),
    ("back", 420, True),
    ("net", 420, True),
)
_GAP: Final = 30
_END: Final = b"%%EOF"
_INK, _SOFT, _LINE, _BAND = "#14181D", "#414A54", "#AAB2BB", "#F2F4F6"


class PdfWriter:
    """Writes ``path``; see ``app.office.export.Writer``. Raises OSError."""

    def __init__(self, path: Path, paper: Paper) -> None:
        self._path, self._paper = path, paper
        path.open("wb").close()  # the system says why it cannot be written; Qt does not
        self._pdf = QPdfWriter(str(path))
        self._pdf.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self._pdf.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        self._pdf.setTitle(f"{say('ex.title', paper.language)} {paper.days}")
        self._pdf.setCreator("Mashou")
        self._painter = QPainter()
        if not self._painter.begin(self._pdf):
            raise OSError(errno.EACCES, "the file cannot be written")
        self._painter.scale(self._pdf.width() / WIDTH, self._pdf.height() / HEIGHT)
        self._clock = BeijingClock()
        self._page, self._rows = 0, 0
        self._pages = pages_for(paper.rows)
        self._begin_page()

    def add(self, row: Row) -> None:
        if self._rows == ROWS_A_PAGE:
            self._turn()
        top = HEAD + self._rows * ROW
        if self._rows % 2:
            self._painter.fillRect(QRectF(0, top, WIDTH, ROW), QColor(_BAND))
        self._line(COLUMNS, self._cells(row), top, bold=False)
        self._rows += 1

    def end(self, sheet: Sheet) -> None:
        lines = totals_of(sheet, self._paper.language)
        if not _closes_on(self._rows):
            self._turn()
        top = HEAD + self._rows * ROW + ROW
        language = self._paper.language
        self._line(TOTALS, [say(f"ex.col.{name}", language) for name, *_ in TOTALS], top, bold=True)
        for line in lines:
            top += ROW
            sums = [show_yuan(fen) for fen in (line.paid_fen, -line.back_fen, line.net_fen)]
            self._rule(top)
            self._line(TOTALS, [line.label, str(line.count), *sums], top, bold=line is lines[-1])
        self._close(top + 2 * ROW)
        self._painter.end()
        with self._path.open("rb") as file:
            file.seek(-min(64, self._path.stat().st_size), 2)
            if _END not in file.read():
                raise OSError(errno.ENOSPC, "the file was cut")  # Qt itself tells nobody

    def drop(self) -> None:
        if self._painter.isActive():
            self._painter.end()

    def _cells(self, row: Row) -> list[str]:
        language = self._paper.language
        return [
            self._clock(row.at_ms),
            kind_words(row.kind, language),
            channel_words(row.channel, language),
            show_yuan(amount_of(row)),
            note_of(row, language),
            in_fours(row.out_trade_no),
            row.operator,
            str(row.shift),
        ]

    def _turn(self) -> None:
        self._pdf.newPage()
        self._begin_page()

    def _begin_page(self) -> None:
        paper, language = self._paper, self._paper.language
        self._page, self._rows = self._page + 1, 0
        self._text(QRectF(0, 0, WIDTH, 80), f"{say('ex.title', language)}  {paper.days}", 46, bold=True)
        right = f"{paper.shop}  {say('ex.col.till', language)} {paper.till}"
        self._text(QRectF(0, 0, WIDTH, 80), right, 34, right=True)
        if paper.training:
            self._text(QRectF(0, 80, WIDTH, 60), f"** {say('ex.train', language)} **", 34, bold=True)
        self._line(COLUMNS, [say(f"ex.col.{name}", language) for name, *_ in COLUMNS], HEAD - ROW - 6, bold=True)
        self._rule(HEAD - 6, _INK)
        page = say("ex.page", language, n=self._page, m=max(self._page, self._pages))
        self._text(QRectF(0, HEIGHT - FOOT, WIDTH, FOOT), page, 28, right=True, colour=_SOFT)
        mark = f"{say('ex.head', language)} #{paper.head_seq} {paper.head_digest[:8]}"
        self._text(QRectF(0, HEIGHT - FOOT, WIDTH, FOOT), mark, 28, colour=_SOFT)

    def _close(self, top: float) -> None:
        for label, value in self._paper.facts[2:]:
            self._text(QRectF(0, top, WIDTH, ROW), f"{label}  {value}", 28, colour=_SOFT)
            top += ROW
        signed = say("ex.signed", self._paper.language)
        self._text(QRectF(0, top + 20, WIDTH, ROW), signed, 32)

    def _line(self, columns: tuple[tuple[str, int, bool], ...], cells: list[str], top: float, *, bold: bool) -> None:
        left = 0.0
        for (_, width, right), text in zip(columns, cells, strict=True):
            self._text(QRectF(left, top, width - _GAP, ROW), text, 30, bold=bold, right=right)
            left += width

    def _rule(self, y: float, colour: str = _LINE) -> None:
        self._painter.fillRect(QRectF(0, y, WIDTH, 3), QColor(colour))

    def _text(
        self, box: QRectF, text: str, size: int, *, bold: bool = False, right: bool = False, colour: str = _INK
    ) -> None:
        font = _font(size, bold=bold)
        painter = self._painter
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)


def pages_for(rows: int) -> int:
    """How many pages ``rows`` take, with the totals on the last or on one more."""
    full = max(1, -(-rows // ROWS_A_PAGE))
    return full if _closes_on(rows - (full - 1) * ROWS_A_PAGE) else full + 1


def _closes_on(rows: int) -> bool:
    """Whether the totals, at their longest, have room below so many rows."""
    return HEAD + rows * ROW + ROW * (len(Channel) + 4) + LAST <= HEIGHT - FOOT


def at_terminal() -> Callable[[Path, Paper], PdfWriter]:
    """For a command without a window: a Qt that needs no screen."""
    if QGuiApplication.instance() is None:
        _kept.append(QGuiApplication(["mashou", "-platform", "offscreen"]))
    return PdfWriter


_kept: Final[list[QGuiApplication]] = []


def _font(size: int, *, bold: bool) -> QFont:
    families, has_bold = faces()
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.Bold if bold and has_bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
