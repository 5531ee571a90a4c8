"""The tasks: one line what it is, one when and whose; solved ones struck out."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent

from ui.pages.choice import Choice
from ui.pages.worklist.faces import TaskFace
from ui.tokens import BODY, EVIDENCE, ROW_AMOUNT, STATUS
from ui.widgets.base import advance, card, draw, fit, mark_colour
from ui.widgets.glyphs import Brush, Glyph, paint_glyph

ROW = 68
TEXT_AT = 60
NOTCH = 120
_GLYPHS = {"red": Glyph.OCTAGON, "amber": Glyph.ARROW, "grey": Glyph.CROSS}


class TaskList(Choice):
    """The cursor is the choice: whatever stands under it is told beside."""

    faces: tuple[TaskFace, ...] = ()
    _first = 0

    def set_faces(self, faces: tuple[TaskFace, ...], chosen: str) -> None:
        at = next((n for n, face in enumerate(faces) if face.number == chosen), -1)
        if (faces, at) == (self.faces, self.chosen):
            return
        self.faces, self.chosen, self.cursor_at = faces, at, max(at, 0)
        self._show_cursor()
        if 0 <= at < len(faces):
            face = faces[at]
            self.setAccessibleName(f"{face.name} {face.amount} {face.is_} {face.under} {face.due}")
        self.update()

    def moved(self) -> None:
        self.pick(self.cursor_at)

    def _room(self) -> int:
        return max(1, self.height() // self.theme.px(ROW))

    def _show_cursor(self) -> None:
        self._first = max(0, min(self._first, self.cursor_at, len(self.faces) - 1), self.cursor_at - self._room() + 1)

    def places(self) -> list[QRectF]:
        row = self.theme.px(ROW)
        return [QRectF(0, (at - self._first) * row, self.width(), row) for at in range(len(self.faces))]

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        last = max(0, len(self.faces) - self._room())
        self._first = max(0, min(last, self._first - event.angleDelta().y() // NOTCH))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._show_cursor()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        painter = self.painter()
        for at, (face, place) in enumerate(zip(self.faces, self.places(), strict=True)):
            if place.top() >= 0 and place.bottom() <= self.height():
                self._paint_row(painter, face, place, chosen=at == self.chosen)
        painter.end()

    def _paint_row(self, painter: QPainter, face: TaskFace, place: QRectF, *, chosen: bool) -> None:
        t, c = self.theme, self.theme.colours
        paper = {"red": c.redtint, "amber": c.ambertint}.get(face.tone, c.surface)
        painter.fillRect(place.adjusted(0, 0, 0, -1), QColor(paper))
        painter.fillRect(QRectF(0, place.bottom() - 1, self.width(), 1), QColor(c.line))
        if chosen:
            painter.fillRect(QRectF(0, place.top(), t.px(4), place.height()), QColor(c.ink))
        if chosen and self.hasFocus():
            card(painter, place.adjusted(1, 1, -1, -2), paper, t.px(4), edge=c.accent, width=2)
        side = float(t.px(28))
        mark = QRectF(t.px(18), place.center().y() - side / 2, side, side)
        colour = {"red": c.red, "amber": c.amber}.get(face.tone, c.grey)
        paint_glyph(painter, _GLYPHS[face.tone], mark, Brush(colour, paper))
        self._paint_words(painter, face, place)

    def _paint_words(self, painter: QPainter, face: TaskFace, place: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        left, top = t.px(TEXT_AT), place.top()
        ink = c.ink3 if face.solved else c.ink
        right = place.adjusted(0, t.px(9), -t.px(16), 0)
        strong, small = t.font(ROW_AMOUNT, bold=not face.solved), t.font(EVIDENCE)
        amount = QRectF(right.left(), right.top(), right.width(), t.px(28))
        draw(painter, amount, face.amount, strong, ink, align=Qt.AlignmentFlag.AlignRight)
        red = c.redtext if face.tone == "red" else c.ink2
        due = QRectF(right.left(), top + t.px(38), right.width(), t.px(22))
        draw(painter, due, face.due, small, red, align=Qt.AlignmentFlag.AlignRight)
        name = t.font(BODY, bold=True)
        draw(painter, QRectF(left, top + t.px(9), 0, t.px(26)), face.name, name, mark_colour(c, face.channel))
        word_at = left + advance(face.name, name) + t.px(9)
        room = right.right() - advance(face.amount, strong) - word_at - t.px(10)
        is_ = fit(face.is_, t, ((BODY, 1), (STATUS, 1), (EVIDENCE, 1), (13, 1), (12, 1)), room, bold=False)
        font = t.font(is_.size)
        draw(painter, QRectF(word_at, top + t.px(9), room, t.px(26)), is_.lines[0], font, ink)
        under = fit(
            face.under,
            t,
            ((EVIDENCE, 1), (13, 1)),
            right.right() - left - advance(face.due, small) - t.px(10),
            bold=False,
        )
        draw(painter, QRectF(left, top + t.px(38), 0, t.px(22)), under.lines[0], t.font(under.size), c.ink2)
        if face.solved:
            painter.setPen(QPen(QColor(c.ink3), max(1, t.px(2))))
            y = top + t.px(22)
            painter.drawLine(QPointF(left, y), QPointF(word_at + advance(is_.lines[0], font), y))
