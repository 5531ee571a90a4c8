"""The day's sums by channel, and the net above them."""

import itertools
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent

from ui.pages.daylog.chart import fill_mark
from ui.pages.daylog.faces import TotalRow, TotalsFace
from ui.tokens import BODY, CARD_RADIUS, EVIDENCE, FIRST, STATUS
from ui.widgets.base import Painted, advance, card, draw, mark_colour

PADDING: Final = 16
HEAD: Final = 56
MARK: Final = 16
SIZES: Final = (STATUS, 15, 14, 13, 12, 11)
EDGES: Final = (0.0, 0.33, 0.56, 0.78, 1.0)  # where each column ends, in parts of the width; the first begins at 0


class TotalsTable(Painted):
    face = TotalsFace()
    _size: float = STATUS

    def _fitting(self, width: float) -> float:
        """The size at which every sum stands in its column, whatever a good day brings."""
        room = [width * (end - start) - self.theme.px(8) for start, end in itertools.pairwise(EDGES)]
        mark = self.theme.px(MARK + 8)
        for size in SIZES:
            font = self.theme.font(size, bold=True)
            if all(self._fits(row, room, font, mark) for row in self.face.rows):
                return size
        return SIZES[-1]

    @staticmethod
    def _fits(row: TotalRow, room: list[float], font: QFont, mark: float) -> bool:
        widths = [advance(text, font) for text in row.cells]
        widths[0] += mark + advance(row.label, font)
        return all(width <= place for width, place in zip(widths, room, strict=True))

    def set_face(self, face: TotalsFace) -> None:
        if face != self.face:
            self.face = face
            self.setAccessibleName(f"{face.label} {face.net}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        inner = QRectF(self.rect()).adjusted(t.px(PADDING), t.px(8), -t.px(PADDING), -t.px(8))
        head = QRectF(inner.left(), inner.top(), inner.width(), t.px(HEAD - 8))
        draw(painter, head, face.label, t.font(BODY), c.ink2)
        size = next((s for s in (FIRST, 28, 24) if advance(face.net, t.font(s, bold=True)) <= inner.width() * 0.75), 20)
        draw(painter, head, face.net, t.font(size, bold=True), c.ink, align=Qt.AlignmentFlag.AlignRight)
        lines = len(face.rows) + 1 + bool(face.under)
        step = (inner.height() - head.height()) / max(lines, 1)
        y = head.bottom()
        self._size = self._fitting(inner.width())
        self._paint_cells(painter, QRectF(inner.left(), y, inner.width(), step), face.heads, ink=c.ink3, bold=False)
        for row in face.rows:
            y += step
            last = row.channel is None
            thick = t.px(2) if last else 1
            rule = QRectF(inner.left() - t.px(8), y, inner.width() + t.px(16), thick)
            painter.fillRect(rule, QColor(c.ink2 if last else c.line))
            self._paint_row(painter, QRectF(inner.left(), y, inner.width(), step), row)
        if face.under:
            foot = QRectF(inner.left(), y + step, inner.width(), step)
            draw(painter, foot, face.under, t.font(EVIDENCE), c.ambertext)
        painter.end()

    def _paint_row(self, painter: QPainter, rect: QRectF, row: TotalRow) -> None:
        t, c = self.theme, self.theme.colours
        label = row.label
        ink = c.ink
        if row.channel is not None:
            mark = QRectF(rect.left(), rect.center().y() - t.px(MARK) / 2, t.px(MARK), t.px(MARK))
            fill_mark(painter, t, mark, row.channel)
            ink = mark_colour(c, row.channel)
        left = rect.left() + (t.px(MARK + 8) if row.channel is not None else 0)
        name = QRectF(left, rect.top(), rect.width(), rect.height())
        draw(painter, name, label, t.font(self._size, bold=True), ink)
        self._paint_cells(painter, rect, ("", *row.cells), ink=c.ink, bold=row.channel is None)

    def _paint_cells(self, painter: QPainter, rect: QRectF, cells: tuple[str, ...], *, ink: str, bold: bool) -> None:
        font = self.theme.font(self._size, bold=bold)
        for place, text in enumerate(cells):
            if place == 0:
                draw(painter, rect, text, font, ink)
                continue
            end = rect.left() + rect.width() * EDGES[place]
            cell = QRectF(rect.left(), rect.top(), end - rect.left(), rect.height())
            draw(painter, cell, text, font, ink, align=Qt.AlignmentFlag.AlignRight)
