"""The task chosen: what it is, what to do, what has been tried, who has it."""

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPaintEvent

from ui.pages.worklist.faces import DetailFace
from ui.tokens import BODY, EVIDENCE, ROW_AMOUNT, SECOND, STATUS
from ui.widgets.base import Painted, draw, fit, wrap
from ui.widgets.glyphs import stroke, tick


class TaskDetail(Painted):
    face = DetailFace()

    def set_face(self, face: DetailFace) -> None:
        face = replace(face, do=self.theme.keys.in_words(face.do))
        if face != self.face:
            self.face = face
            self.setAccessibleName(f"{face.is_} {face.do} {face.due} {' '.join(face.lines)} {' '.join(face.notes)}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        y, width = 0.0, float(self.width())
        for text, sizes, bold, ink in (
            (face.is_, ((SECOND, 2), (ROW_AMOUNT, 2), (BODY, 3)), True, c.ink),
            (face.do, ((ROW_AMOUNT, 2), (BODY, 3)), False, c.ink),
        ):
            block = fit(text, t, sizes, width, bold=bold)
            font = t.font(block.size, bold=bold)
            for line in block.lines:
                draw(painter, QRectF(0, y, width, font.pixelSize() * 1.4), line, font, ink)
                y += font.pixelSize() * 1.4
            y += t.px(6)
        if face.solved:
            side = float(t.px(24))
            stroke(painter, c.ink, side * 0.12)
            painter.drawPolyline(tick(QRectF(0, y + t.px(2), side, side)))
            draw(painter, QRectF(side + t.px(8), y, width, t.px(28)), face.solved, t.font(BODY, bold=True), c.ink)
            y += t.px(34)
        y += t.px(4)
        painter.fillRect(QRectF(0, y, width, 1), QColor(c.line))
        y += t.px(10)
        lines = [(face.due, c.redtext)] if face.due else []
        lines += [(line, c.ink2) for line in face.lines] + [(note, c.ink) for note in face.notes]
        font = t.font(STATUS)
        bottom = self.height() - t.px(26)
        for text, ink in lines:
            for line in wrap(text, font, width)[:2]:
                if y + t.px(24) <= bottom:
                    draw(painter, QRectF(0, y, width, t.px(24)), line, font, ink)
                    y += t.px(24)
        draw(painter, QRectF(0, self.height() - t.px(24), width, t.px(24)), face.number, t.font(EVIDENCE), c.ink3)
        painter.end()
