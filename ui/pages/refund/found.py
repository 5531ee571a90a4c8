"""Several sales were found: one is chosen, by touch, by arrows and Space or Enter."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent, QWheelEvent

from ui.pages.choice import Choice
from ui.pages.refund.faces import SaleFace
from ui.tokens import BODY, EVIDENCE, ROW_AMOUNT
from ui.widgets.base import advance, card, draw, fit, mark_colour
from ui.widgets.glyphs import Brush, paint_glyph

ROW = 60
TEXT_AT = 50
NOTCH = 120


class FoundList(Choice):
    faces: tuple[SaleFace, ...] = ()
    _first = 0

    def set_faces(self, faces: tuple[SaleFace, ...]) -> None:
        if faces != self.faces:
            self.faces, self._first, self.cursor_at = faces, 0, 0
            self.moved()
            self.update()

    def moved(self) -> None:
        room = max(1, self.height() // self.theme.px(ROW))
        self._first = max(min(self._first, self.cursor_at), self.cursor_at - room + 1)
        if self.faces:
            face = self.faces[self.cursor_at]
            self.setAccessibleName(f"{face.name} {face.word} {face.amount} {face.by}")

    def places(self) -> list[QRectF]:
        row = self.theme.px(ROW)
        return [QRectF(0, (at - self._first) * row, self.width(), row) for at in range(len(self.faces))]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pick(self.cursor_at)  # it only opens
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        room = max(1, self.height() // self.theme.px(ROW))
        self._first = max(0, min(len(self.faces) - room, self._first - event.angleDelta().y() // NOTCH))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        for at, (face, place) in enumerate(zip(self.faces, self.places(), strict=True)):
            if place.top() < 0 or place.bottom() > self.height():
                continue
            if self.hasFocus() and at == self.cursor_at:
                card(painter, place.adjusted(1, 1, -1, -1), c.accenttint, t.px(4), edge=c.accent, width=2)
            else:
                painter.fillRect(QRectF(0, place.bottom() - 1, self.width(), 1), QColor(c.line))
            side = t.px(26)
            colour = {"green": c.green, "amber": c.amber, "red": c.red}.get(face.tone, c.grey)
            mark = QRectF(t.px(10), place.center().y() - side / 2, side, side)
            paint_glyph(painter, face.glyph, mark, Brush(colour, c.surface))
            strong = t.font(ROW_AMOUNT, bold=face.tone != "grey")
            right = place.adjusted(0, 0, -t.px(10), 0)
            draw(painter, right, face.amount, strong, c.ink, align=Qt.AlignmentFlag.AlignRight)
            left, top = t.px(TEXT_AT), place.top()
            name = t.font(BODY, bold=True)
            draw(painter, QRectF(left, top + t.px(7), 0, t.px(26)), face.name, name, mark_colour(c, face.channel))
            word_at = left + advance(face.name, name) + t.px(9)
            room = right.right() - advance(face.amount, strong) - word_at - t.px(8)
            word = fit(face.word, t, ((BODY, 1), (16, 1), (EVIDENCE, 1), (13, 1)), room, bold=False)
            draw(painter, QRectF(word_at, top + t.px(7), 0, t.px(26)), word.lines[0], t.font(word.size), c.ink)
            draw(painter, QRectF(left, top + t.px(32), 0, t.px(22)), face.by, t.font(EVIDENCE), c.ink3)
        painter.end()
