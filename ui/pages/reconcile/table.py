"""The list of differences: what each is, what it is worth, what to do."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.words import say
from ui.pages.reconcile.cards import paint_chip
from ui.pages.reconcile.faces import LineFace
from ui.pages.rolling import Rolling
from ui.tokens import BODY, CARD_RADIUS, EVIDENCE, STATUS, Theme
from ui.widgets.base import card, draw, fit, mark_colour

ROW: Final = 52
HEAD: Final = 40
PADDING: Final = 20
HEADS: Final = ("what", "channel", "log", "bill", "off", "do")
# Where each column begins, in parts of the width; the sums end where the next column begins.
COLUMNS: Final = (0.0, 0.265, 0.335, 0.425, 0.515, 0.62)
CHIP_ROOM: Final = 104


class LineTable(Rolling):
    """``picked``: the order number of the line that was pressed a second time, or taken with Space.

    ``moved``: the cursor stands on another line.
    """

    picked = Signal(str)
    moved = Signal()
    HEAD, ROW = HEAD, ROW

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.language, self.empty = "zh", ""
        self._lines: tuple[LineFace, ...] = ()
        self._touched = False  # a first touch only chooses

    def set_lines(self, lines: tuple[LineFace, ...], language: str, empty: str) -> None:
        if lines != self._lines:
            self.back_to_top()
            self._touched = False
        self._lines, self.language, self.empty = lines, language, empty
        self.setAccessibleName(f"{say('rc.col.what', language)} {len(lines)}")
        self.update()

    def count(self) -> int:
        return len(self._lines)

    def take(self, place: int) -> None:
        if self._lines[place].order:
            self.picked.emit(self._lines[place].order)

    def move_to(self, place: int) -> None:
        super().move_to(place)
        self.moved.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        place = self.place_of(event.position().y())
        if place is not None:
            if place == self.cursor_at and self._touched:
                self.take(place)
            self._touched = True
            self.move_to(place)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        for place, name in enumerate(HEADS):
            align = Qt.AlignmentFlag.AlignRight if 2 <= place <= 4 else Qt.AlignmentFlag.AlignLeft
            where = self._cell(place, 0, t.px(HEAD))
            draw(painter, where, say(f"rc.col.{name}", self.language), t.font(STATUS), c.ink3, align=align)
        painter.fillRect(QRectF(t.px(8), t.px(HEAD) - 1, self.width() - t.px(16), 1), QColor(c.line))
        if not self._lines:
            room = QRectF(0, t.px(HEAD), self.width(), t.px(ROW) * 1.5)
            draw(painter, room, self.empty, t.font(BODY), c.ink3, align=Qt.AlignmentFlag.AlignHCenter)
        for n in range(min(self.in_sight, len(self._lines) - self.first)):
            top = t.px(HEAD) + n * t.px(ROW)
            self._paint_line(painter, top, self._lines[self.first + n])
            if n:
                painter.fillRect(QRectF(t.px(8), top, self.width() - t.px(16), 1), QColor(c.line))
            if self.first + n == self.cursor_at:
                painter.setPen(QPen(QColor(c.accent if self.hasFocus() else c.edge), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(t.px(8), top + 2, self.width() - t.px(16), t.px(ROW) - 3))
        self.paint_thumb(painter)
        painter.end()

    def _paint_line(self, painter: QPainter, top: float, face: LineFace) -> None:
        t, c, height = self.theme, self.theme.colours, self.theme.px(ROW)
        what = self._cell(0, top, height)
        upper = QRectF(what.left(), top + t.px(2), what.width(), height * 0.5)
        self._text(painter, upper, face.what, bold=True, ink=c.ink)
        lower = QRectF(what.left(), upper.bottom(), what.width(), height * 0.4)
        under = fit(face.under, t, ((EVIDENCE, 1), (14, 1)), what.width(), bold=False)
        draw(painter, lower, under.lines[0], t.font(under.size), c.ink3)
        self._text(painter, self._cell(1, top, height), face.channel_name, bold=True, ink=mark_colour(c, face.channel))
        for place, text in ((2, face.log), (3, face.bill), (4, face.off)):
            font = t.font(STATUS, bold=place == 4)
            ink = c.ink if place == 4 else c.ink2
            draw(painter, self._cell(place, top, height), text, font, ink, align=Qt.AlignmentFlag.AlignRight)
        do = self._cell(5, top, height)
        self._text(painter, do.adjusted(0, 0, -t.px(CHIP_ROOM), 0), face.do, bold=False, ink=c.ink2)
        paint_chip(painter, t, do, face.chip, face.mood)

    def _text(self, painter: QPainter, rect: QRectF, text: str, *, bold: bool, ink: str) -> None:
        block = fit(text, self.theme, ((STATUS, 1), (EVIDENCE, 1), (14, 2), (13, 2), (12, 2)), rect.width(), bold=bold)
        height = min(rect.height() / len(block.lines), self.theme.px(20))
        top = rect.center().y() - height * len(block.lines) / 2
        for n, line in enumerate(block.lines):
            place = QRectF(rect.left(), top + n * height, rect.width(), height)
            draw(painter, place, line, self.theme.font(block.size, bold=bold), ink)

    def _cell(self, place: int, top: float, height: float) -> QRectF:
        pad = self.theme.px(PADDING)
        room = self.width() - 2 * pad
        left = pad + COLUMNS[place] * room
        end = pad + COLUMNS[place + 1] * room if place + 1 < len(COLUMNS) else self.width() - pad
        gap = self.theme.px(14 if place != 4 else 24)
        return QRectF(left, top, end - left - (gap if place + 1 < len(COLUMNS) else 0), height)
