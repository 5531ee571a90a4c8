"""The adviser's three cards: which way is open, until when, and why the others are not."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from ui.pages.choice import Choice
from ui.pages.refund.faces import CardFace
from ui.tokens import BODY, BUTTON, CONTROL_RADIUS, STATUS
from ui.widgets.base import advance, card, draw, fit
from ui.widgets.glyphs import Brush, Glyph, fill, paint_glyph

GAP = 12
TEXT_AT = 55
PADDING = 17


class WayCards(Choice):
    faces: tuple[CardFace, ...] = ()

    def set_faces(self, faces: tuple[CardFace, ...]) -> None:
        if faces == self.faces:
            return
        self.faces = faces
        self.chosen = next((at for at, face in enumerate(faces) if face.kind == "chosen"), -1)
        self.cursor_at = max(self.chosen, 0)
        self.moved()
        self.update()

    def moved(self) -> None:
        """For who hears the page: the card under the cursor."""
        if self.faces:
            face = self.faces[min(self.cursor_at, len(self.faces) - 1)]
            self.setAccessibleName(f"{face.title} · {face.verdict} · {face.line} {face.until}".strip())

    def places(self) -> list[QRectF]:
        if not self.faces:
            return []
        gap = self.theme.px(GAP)
        height = (self.height() - gap * (len(self.faces) - 1)) / len(self.faces)
        return [QRectF(0, at * (height + gap), self.width(), height) for at in range(len(self.faces))]

    def can(self, at: int) -> bool:
        return self.faces[at].kind in ("open", "chosen")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        painter = self.painter()
        for at, (face, place) in enumerate(zip(self.faces, self.places(), strict=True)):
            self._paint_card(painter, face, place, focused=self.hasFocus() and at == self.cursor_at)
        painter.end()

    def _paint_card(self, painter: QPainter, face: CardFace, place: QRectF, *, focused: bool) -> None:
        t, c = self.theme, self.theme.colours
        chosen, shut = face.kind == "chosen", face.kind == "shut"
        paper = {"chosen": c.accenttint, "shut": c.bg, "itself": c.ambertint}.get(face.kind, c.surface)
        edge = c.accent if chosen or focused else "" if shut else c.amber if face.kind == "itself" else c.edge
        card(painter, place, paper, t.px(CONTROL_RADIUS), edge=edge, width=2 if chosen or focused else 1)
        if chosen and focused:
            inner = place.adjusted(5, 5, -5, -5)
            card(painter, inner, paper, t.px(CONTROL_RADIUS), edge=c.accent)
        self._paint_mark(painter, face, place, paper)
        top, middle, bottom = place.top(), place.center().y(), place.bottom()
        right = self._paint_verdict(painter, face, place)
        ink = c.ink2 if shut else c.ink
        title = QRectF(t.px(TEXT_AT), top + place.height() * 0.12, place.width(), middle - top - place.height() * 0.1)
        draw(painter, title, face.title, t.font(BUTTON, bold=not shut), ink)
        room = place.width() - t.px(TEXT_AT + PADDING) - right
        block = fit(face.line, t, ((STATUS, 1), (15, 1), (15, 2), (13, 2)), room, bold=False)
        font = t.font(block.size)
        step = font.pixelSize() * 1.2
        y = middle + (bottom - middle) * 0.42 - step * len(block.lines) / 2
        for line in block.lines[:2]:
            draw(painter, QRectF(t.px(TEXT_AT), y, room, step), line, font, c.ink2)
            y += step

    def _paint_verdict(self, painter: QPainter, face: CardFace, place: QRectF) -> float:
        """The right end; returns the width that the second line must leave to it."""
        t, c = self.theme, self.theme.colours
        end = place.adjusted(0, 0, -t.px(PADDING), 0)
        two = bool(face.until)
        word = t.font(BODY, bold=face.kind != "shut")
        first = QRectF(
            end.left(), end.top() + (end.height() * 0.12 if two else 0), end.width(), end.height() * (0.4 if two else 1)
        )
        ink = c.ink2 if face.kind == "shut" else c.ambertext if face.kind == "itself" else c.ink
        draw(painter, first, face.verdict, word, ink, align=Qt.AlignmentFlag.AlignRight)
        if not two:
            return advance(face.verdict, word) + t.px(12)
        small = t.font(STATUS)
        second = QRectF(end.left(), end.center().y(), end.width(), end.height() * 0.42)
        draw(painter, second, face.until, small, c.ink2, align=Qt.AlignmentFlag.AlignRight)
        return advance(face.until, small) + t.px(16)

    def _paint_mark(self, painter: QPainter, face: CardFace, place: QRectF, paper: str) -> None:
        t, c = self.theme, self.theme.colours
        at = QPointF(t.px(28), place.center().y())
        if face.kind in ("shut", "itself"):
            side = float(t.px(24))
            rect = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
            glyph, shape = (Glyph.CROSS, c.grey) if face.kind == "shut" else (Glyph.ARROW, c.amber)
            paint_glyph(painter, glyph, rect, Brush(shape, paper))
            return
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if face.kind == "chosen":
            fill(painter, c.accent)
            painter.drawEllipse(at, t.px(11), t.px(11))
            fill(painter, c.surface)
            painter.drawEllipse(at, t.px(4.5), t.px(4.5))
        else:
            painter.setPen(QPen(QColor(c.edge), 2))
            painter.drawEllipse(at, t.px(10), t.px(10))
        painter.restore()
