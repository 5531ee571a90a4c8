"""Every line of the day. Only what is in sight is worked out, so a hundred thousand lines scroll like ten."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.core.shift_sums import Kind
from app.office.daylog import Row
from app.words import say
from ui.pages.daylog.faces import RowFace, row_face
from ui.pages.rolling import Rolling
from ui.tokens import BODY, CARD_RADIUS, EVIDENCE, STATUS, Theme
from ui.widgets.base import advance, card, draw, mark_colour
from ui.widgets.glyphs import Brush, Glyph, paint_glyph

ROW: Final = 44
HEAD: Final = 44
PADDING: Final = 20
GLYPH: Final = 20
# Where each column begins, in parts of the width; the amount ends where the note begins.
COLUMNS: Final = (0.0, 0.115, 0.268, 0.36, 0.462, 0.572, 0.885)
AMOUNT, NOTE = 3, 4
HEADS: Final = ("time", "result", "channel", "amount", "why", "order", "operator")


class RowTable(Rolling):
    """``picked``: the order number of the line that was pressed, or taken with Space."""

    picked = Signal(str)
    HEAD, ROW = HEAD, ROW

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.language, self.empty = "zh", ""
        self._rows: tuple[Row, ...] = ()

    def set_rows(self, rows: tuple[Row, ...], language: str, empty: str) -> None:
        """Newest first; ``empty`` is said where there is none."""
        if rows is not self._rows:
            self.back_to_top()
        self._rows, self.language, self.empty = rows, language, empty
        self.setAccessibleName(f"{say('ex.sheet.rows', language)} {len(rows)}")
        self.update()

    def row_at(self, place: int) -> Row:
        """Rows come oldest first and stand newest first."""
        return self._rows[len(self._rows) - 1 - place]

    def count(self) -> int:
        return len(self._rows)

    def take(self, place: int) -> None:
        self.picked.emit(self.row_at(place).out_trade_no)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        place = self.place_of(event.position().y())
        if place is not None:
            self.move_to(place)
            self.take(place)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        for place, name in enumerate(HEADS):
            self._cell(painter, (place, 0, t.px(HEAD)), say(f"ex.col.{name}", self.language), (STATUS, c.ink3, False))
        painter.fillRect(QRectF(t.px(8), t.px(HEAD) - 1, self.width() - t.px(16), 1), QColor(c.line))
        if not self._rows:
            room = QRectF(0, t.px(HEAD), self.width(), t.px(ROW) * 1.5)
            draw(painter, room, self.empty, t.font(BODY), c.ink3, align=Qt.AlignmentFlag.AlignHCenter)
        for line in range(min(self.in_sight, len(self._rows) - self.first)):
            top = t.px(HEAD) + line * t.px(ROW)
            self._paint_row(painter, top, row_face(self.row_at(self.first + line), self.language))
            if line:
                painter.fillRect(QRectF(t.px(8), top, self.width() - t.px(16), 1), QColor(c.line))
            if self.hasFocus() and self.first + line == self.cursor_at:
                painter.setPen(QPen(QColor(c.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(t.px(8), top + 2, self.width() - t.px(16), t.px(ROW) - 3))
        self.paint_thumb(painter)
        painter.end()

    def _paint_row(self, painter: QPainter, top: float, face: RowFace) -> None:
        t, c = self.theme, self.theme.colours
        ours = face.kind is Kind.PAID
        ink = c.ink if ours else c.ink2
        height = t.px(ROW)
        self._cell(painter, (0, top, height), face.time, (BODY, c.ink, False))
        left = self._left(1)
        mark = QRectF(left, top + (height - t.px(GLYPH)) / 2, t.px(GLYPH), t.px(GLYPH))
        colour = c.green if ours else c.amber if face.glyph is Glyph.ARROW else c.grey
        paint_glyph(painter, face.glyph, mark, Brush(colour, c.surface))
        word = QRectF(left + t.px(GLYPH + 8), top, self._left(2) - left - t.px(GLYPH + 14), height)
        size = BODY if advance(face.word, t.font(BODY)) <= word.width() else EVIDENCE
        draw(painter, word, face.word, t.font(size), c.ink)
        self._cell(painter, (2, top, height), face.channel_name, (BODY, mark_colour(c, face.channel), True))
        self._cell(painter, (AMOUNT, top, height), face.amount, (BODY, ink, ours))
        self._cell(painter, (NOTE, top, height), face.note, (EVIDENCE, c.ink2, False))
        self._cell(painter, (5, top, height), face.order, (STATUS, c.ink2, False))
        self._cell(painter, (6, top, height), face.operator, (STATUS, c.ink2, False))

    def _left(self, place: int) -> float:
        pad = self.theme.px(PADDING)
        return pad + COLUMNS[place] * (self.width() - 2 * pad)

    def _cell(self, painter: QPainter, at: tuple[int, float, float], text: str, pen: tuple[float, str, bool]) -> None:
        """``at``: column, top, height; ``pen``: size, colour, whether bold."""
        (place, top, height), (size, ink, bold) = at, pen
        font = self.theme.font(size, bold=bold)
        end = self._left(place + 1) if place + 1 < len(COLUMNS) else self.width() - self.theme.px(PADDING)
        rect = QRectF(self._left(place), top, end - self._left(place) - self.theme.px(12), height)
        if place == AMOUNT:
            draw(painter, rect, text, font, ink, align=Qt.AlignmentFlag.AlignRight)
            return
        while text and advance(text, font) > rect.width():
            size -= 1
            if size < EVIDENCE - 3:
                text = text[:-2] + "…" if len(text) > 2 else ""
            else:
                font = self.theme.font(size, bold=bold)
        draw(painter, rect, text, font, ink)
