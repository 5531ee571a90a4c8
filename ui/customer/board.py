"""The second screen's one widget: the sum above, what to do below. It is read from two metres."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from ui.customer.face import CustomerFace
from ui.tokens import Theme
from ui.widgets.amount import SIGN, STRIPE
from ui.widgets.base import Painted, advance, card, draw, fit, line_height, mark_colour, stripes
from ui.widgets.glyphs import Glyph, paint_glyph, paint_ring
from ui.widgets.stage import Inks, Tone, inks

# px at u = 1 (look: l-customer)
MARGIN: Final = 80
SPLIT: Final = 432 / 768  # of the height; the sum above, the sentence below
AMOUNT_SIZES: Final = (220, 180, 150, 120)
LABEL: Final = 48
SLOT: Final = 240
HEAD_SIZES: Final = ((72.0, 1), (60.0, 1), (52.0, 2), (44.0, 2))
DO_SIZES: Final = ((34.0, 1), (30.0, 2), (26.0, 2))
IDLE_SIZES: Final = ((96.0, 1), (72.0, 2), (56.0, 2))
GAP: Final = 72
SECONDS: Final = 96
UNIT: Final = 28


class CustomerBoard(Painted):
    face = CustomerFace(Tone.WHITE, None, "", "", "")

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_face(self, face: CustomerFace) -> None:
        """A change of the countdown alone repaints the ring."""
        old, self.face = self.face, face
        if face == old:
            return
        sums = f"{face.label} {SIGN}{face.amount}。" if face.amount else ""
        self.setAccessibleName(f"{sums}{face.head}。{face.do}")
        quiet = (face.tone, face.glyph, face.amount, face.head, face.do, face.label, face.training, face.mark)
        before = (old.tone, old.glyph, old.amount, old.head, old.do, old.label, old.training, old.mark)
        self.update(self._slot().toAlignedRect()) if quiet == before else self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        painter = self.painter()
        look = inks(self.face.tone, self.face.glyph or Glyph.ENTER, self.theme.colours)
        painter.fillRect(self.rect(), QColor(self.theme.colours.surface))
        if self.face.training:
            stripes(painter, QRectF(0, 0, self.width(), self._split()), self.theme.colours.bg, self.theme.px(STRIPE))
        if self.face.amount:
            painter.fillRect(QRectF(0, self._split(), self.width(), self.height()), QColor(look.fill))
            self._paint_sum(painter)
            self._paint_below(painter, look)
        else:
            self._paint_idle(painter)
        if self.face.training:
            self._paint_badge(painter)
        painter.end()

    def _split(self) -> float:
        return round(self.height() * SPLIT)

    def _slot(self) -> QRectF:
        t, below = self.theme, self.height() - self._split()
        side = min(t.px(SLOT), below - t.px(48))
        return QRectF(t.px(MARGIN), self._split() + (below - side) / 2, side, side)

    def _paint_sum(self, painter: QPainter) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        right, left = self.width() - t.px(MARGIN), t.px(MARGIN)
        label = t.font(LABEL)
        taken = advance(face.label, label) + t.px(48)
        size = next(
            (
                size
                for size in AMOUNT_SIZES
                if advance(face.amount, t.figures(size)) + advance(SIGN, t.font(size / 2)) + t.px(24)
                <= right - left - taken
            ),
            AMOUNT_SIZES[-1],
        )
        figures, sign = t.figures(size), t.font(size / 2)
        baseline = self._split() - t.px(108)
        for text, font, colour, x in (
            (face.amount, figures, c.ink, right - advance(face.amount, figures)),
            (SIGN, sign, c.ink2, right - advance(face.amount, figures) - advance(SIGN, sign) - t.px(24)),
            (face.label, label, c.ink2, left),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(x, baseline), text)

    def _paint_below(self, painter: QPainter, look: Inks) -> None:
        t, face, slot = self.theme, self.face, self._slot()
        if face.glyph is Glyph.RING and face.seconds is not None:
            paint_ring(painter, slot, face.left, look.brush)
            centre = Qt.AlignmentFlag.AlignHCenter
            number = QRectF(slot.left(), slot.top() + slot.height() * 0.2, slot.width(), slot.height() * 0.44)
            draw(painter, number, str(face.seconds), t.figures(SECONDS), look.brush.ink, align=centre)
            unit = QRectF(slot.left(), slot.top() + slot.height() * 0.66, slot.width(), slot.height() * 0.16)
            draw(painter, unit, face.unit, t.font(UNIT), look.brush.ink, align=centre)
        elif face.glyph is not None:
            paint_glyph(painter, face.glyph, slot, look.brush)
        left = slot.right() + t.px(GAP)
        self._paint_words(painter, QRectF(left, slot.top(), self.width() - left - t.px(MARGIN), slot.height()), look)

    def _paint_words(self, painter: QPainter, room: QRectF, look: Inks) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        head = fit(face.head, t, HEAD_SIZES, room.width(), bold=True, balance=True)
        big = t.font(head.size, bold=True)
        marked = advance(face.mark_name, t.font(DO_SIZES[0][0], bold=True)) + t.px(20) if face.mark else 0
        do = fit(face.do, t, DO_SIZES, room.width() - marked, bold=False)
        small = t.font(do.size)
        lines = len(do.lines) if face.do else int(face.mark is not None)
        step, under = big.pixelSize() * 1.18, line_height(small)
        y = room.center().y() - (len(head.lines) * step + lines * under) / 2
        for line in head.lines:
            draw(painter, QRectF(room.left(), y, room.width(), step), line, big, look.first)
            y += step
        if face.mark is not None:
            solid = face.tone is Tone.GREEN
            ink = look.second if solid else mark_colour(c, face.mark)
            draw(painter, QRectF(room.left(), y, marked, under), face.mark_name, t.font(do.size, bold=True), ink)
        for line in do.lines if face.do else ():
            draw(painter, QRectF(room.left() + marked, y, room.width(), under), line, small, look.second)
            y += under

    def _paint_idle(self, painter: QPainter) -> None:
        """Nothing is owed: a greeting in the middle, the shop's name under it."""
        t, c, face = self.theme, self.theme.colours, self.face
        width = self.width() - 2 * t.px(MARGIN)
        head = fit(face.head, t, IDLE_SIZES, width, bold=True, balance=True)
        name = fit(face.do, t, ((LABEL, 1), (36, 2)), width, bold=False)
        big, small = t.font(head.size, bold=True), t.font(name.size)
        step, under = big.pixelSize() * 1.3, line_height(small)
        y = (self.height() - len(head.lines) * step - len(name.lines) * under) / 2
        for lines, font, height, ink in ((head.lines, big, step, c.ink), (name.lines, small, under, c.ink2)):
            for line in lines:
                at = QRectF(t.px(MARGIN), y, width, height)
                draw(painter, at, line, font, ink, align=Qt.AlignmentFlag.AlignHCenter)
                y += height

    def _paint_badge(self, painter: QPainter) -> None:
        t, c = self.theme, self.theme.colours
        font = t.font(30, bold=True)
        width = advance(self.face.training, font) + t.px(32)
        at = QRectF(t.px(MARGIN), t.px(48), width, t.px(52))
        card(painter, at, c.ink, t.px(4))
        draw(painter, at, self.face.training, font, c.surface, align=Qt.AlignmentFlag.AlignHCenter)
