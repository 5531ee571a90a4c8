"""Paints a laid-out slip: each character in its own cell, so that columns stand whatever the face is.

Lengths are dots of the printer at 203 dpi; whoever calls scales the painter. Black on white in every scheme: it is
paper.
"""

from functools import cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.receipts.bars import HEIGHT_DOTS, MODULE_DOTS, bits
from app.receipts.columns import width
from app.receipts.layout import COLUMN_DOTS, ROW_DOTS, Bars, Slip, Text
from ui.tokens import faces

MARGIN_DOTS: Final = 24  # of bare paper around the printed area
LEADING_DOTS: Final = 6  # between two rows: ESC/POS feeds 30 dots for a row of 24
BARS_GAP_DOTS: Final = 8  # above and below the bars
DPI: Final = 203.2  # 8 dots a millimetre
_INK: Final = "#000000"
_PAPER: Final = "#FFFFFF"


def height_of(slip: Slip) -> int:
    """Dots from edge to edge."""
    return 2 * MARGIN_DOTS + sum(_row_height(row) for row in slip.rows)


def width_of(slip: Slip) -> int:
    return 2 * MARGIN_DOTS + slip.dots


def paint(painter: QPainter, slip: Slip) -> None:
    """``slip`` with its paper, its upper left corner at the origin."""
    painter.fillRect(QRectF(0, 0, width_of(slip), height_of(slip)), QColor(_PAPER))
    painter.setPen(QColor(_INK))
    y = float(MARGIN_DOTS)
    for row in slip.rows:
        if isinstance(row, Text):
            _text(painter, row, y)
        else:
            _bars(painter, row, slip.dots, y)
        y += _row_height(row)


def _row_height(row: Text | Bars) -> int:
    if isinstance(row, Bars):
        return HEIGHT_DOTS + 2 * BARS_GAP_DOTS
    return ROW_DOTS * (2 if row.big else 1) + LEADING_DOTS


def _text(painter: QPainter, row: Text, y: float) -> None:
    painter.save()
    painter.translate(MARGIN_DOTS, y)
    painter.scale(1.0, 2.0 if row.big else 1.0)
    painter.setFont(_font(row.big))
    metrics = QFontMetricsF(painter.font())
    baseline = (ROW_DOTS - metrics.height()) / 2 + metrics.ascent()
    column = 0
    for one in row.text:
        cell = width(one) * COLUMN_DOTS
        if one != " ":
            _glyph(painter, one, QRectF(column * COLUMN_DOTS, 0, cell, ROW_DOTS), metrics, baseline)
        column += width(one)
    painter.restore()


def _glyph(painter: QPainter, one: str, cell: QRectF, metrics: QFontMetricsF, baseline: float) -> None:
    """In the middle of its cell; one that is wider than its cell is made narrower."""
    advance = metrics.horizontalAdvance(one)
    if advance <= cell.width() or advance == 0:
        painter.drawText(QPointF(cell.left() + (cell.width() - advance) / 2, baseline), one)
        return
    painter.save()
    painter.translate(cell.left(), 0)
    painter.scale(cell.width() / advance, 1.0)
    painter.drawText(QPointF(0, baseline), one)
    painter.restore()


def _bars(painter: QPainter, row: Bars, dots: int, y: float) -> None:
    """Whole dots and no smoothing: a grey edge is what a scanner stumbles over."""
    modules = bits(row.digits)
    left = MARGIN_DOTS + (dots - len(modules) * MODULE_DOTS) // 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    for place, module in enumerate(modules):
        if module == "1":
            bar = QRectF(left + place * MODULE_DOTS, y + BARS_GAP_DOTS, MODULE_DOTS, HEIGHT_DOTS)
            painter.fillRect(bar, QColor(_INK))
    painter.restore()


@cache
def _font(big: bool) -> QFont:
    families, has_bold = faces()
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(21)  # a 24-dot cell, less what the face keeps above and below
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setWeight(QFont.Weight.Bold if big and has_bold else QFont.Weight.Normal)
    return font
