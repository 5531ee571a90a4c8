"""The amount: the largest text of the window. It shrinks for long sums and is never elided."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent

from ui.tokens import AMOUNT_SIZES, BODY, CARD_RADIUS, SECOND, figures_differ
from ui.widgets.announce import announce
from ui.widgets.base import Painted, advance, card, draw, stripes

PADDING: Final = 32
SIGN: Final = "¥"  # painted apart at half the size; in sentences it is the full-width one
LABEL_ROOM: Final = 210
CARET_WIDTH: Final = 4
STRIPE: Final = 24


@dataclass(frozen=True, slots=True)
class AmountFace:
    label: str = ""
    under: str = ""
    typed: str = ""  # the sum as far as it stands, thousands commas included
    missing: str = ""  # the figures not typed yet
    caret: bool = False
    training: str = ""  # the badge's word; "" outside training


class AmountDisplay(Painted):
    face = AmountFace()

    def set_face(self, face: AmountFace) -> None:
        old, self.face = self.face, face
        if face != old:
            self.setAccessibleName(f"{face.label} {SIGN}{face.typed}{face.missing}")
            if face.caret and old.caret and face.typed != old.typed:
                announce(self, f"{SIGN}{face.typed or face.missing}", now=True)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.theme.px(942), self.theme.px(128))

    def size_for(self, text: str) -> int:
        """The largest of the page's sizes, px at u = 1, in which ``text`` stands beside the label."""
        t = self.theme
        room = self.width() - 2 * t.px(PADDING) - t.px(LABEL_ROOM)
        for size in AMOUNT_SIZES:
            font = t.figures(size)
            if _width(text, font) + advance(SIGN, t.font(size / 2)) + t.px(12) <= room:
                return size
        return AMOUNT_SIZES[-1]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        rect = QRectF(self.rect())
        card(painter, rect, c.surface, t.px(CARD_RADIUS))
        if face.training:
            stripes(painter, rect, c.sunken, t.px(STRIPE))
        self._paint_label(painter, rect)
        self._paint_sum(painter, rect)
        painter.end()

    def _paint_label(self, painter: QPainter, rect: QRectF) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        left, middle = t.px(PADDING), rect.center().y()
        label, under = t.font(SECOND, bold=True), t.font(BODY)
        first = QRectF(left, middle - t.px(30), t.px(LABEL_ROOM), t.px(36))
        second = QRectF(left, middle + t.px(6), t.px(LABEL_ROOM), t.px(28))
        if face.training:
            badge_width = advance(face.training, label) + t.px(24)
            room = max(badge_width, advance(face.under, under)) + t.px(24)
            card(painter, QRectF(left - t.px(12), middle - t.px(42), room, t.px(84)), c.surface, t.px(4))
            card(painter, QRectF(left, middle - t.px(34), badge_width, t.px(38)), c.ink, t.px(4))
            at = QRectF(left + t.px(12), middle - t.px(34), badge_width, t.px(38))
            draw(painter, at, face.training, label, c.surface)
            draw(painter, second.translated(0, t.px(4)), face.under, under, c.ink2)
            return
        draw(painter, first, face.label, label, c.ink)
        draw(painter, second, face.under, under, c.ink2)

    def _paint_sum(self, painter: QPainter, rect: QRectF) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        size = self.size_for(face.typed + face.missing)
        strong, light = t.figures(size), t.font(size)
        baseline = rect.center().y() + t.px(size) * 0.74 / 2
        x = rect.right() - t.px(PADDING) - _width(face.missing, strong)
        _figures(painter, QPointF(x, baseline), face.missing, light, c.edge, cells=strong)
        x -= _width(face.typed, strong)
        _figures(painter, QPointF(x, baseline), face.typed, strong, c.ink, cells=strong)
        sign = t.font(size / 2)
        x -= advance(SIGN, sign) + t.px(12)
        painter.setFont(sign)
        painter.setPen(QColor(c.ink2))
        painter.drawText(QPointF(x, baseline), SIGN)
        if face.caret:
            height = t.px(size) * 0.8
            caret = QRectF(rect.right() - t.px(PADDING) + t.px(8), baseline - height, t.px(CARET_WIDTH), height)
            painter.fillRect(caret, QColor(c.accent))


def _cell(font: QFont) -> float:
    return max(advance(figure, font) for figure in "0123456789") if figures_differ(font) else 0.0


def _width(text: str, font: QFont) -> float:
    cell = _cell(font)
    return sum(cell or advance(x, font) for x in text if x.isdigit()) + sum(
        advance(x, font) for x in text if not x.isdigit()
    )


def _figures(painter: QPainter, at: QPointF, text: str, font: QFont, colour: str, *, cells: QFont) -> None:
    """Each figure where the face ``cells`` has it, so that nothing moves when a figure is typed; in a cell of the
    widest where that has no tabular ones.
    """
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics, wide, cell, x = QFontMetricsF(font), QFontMetricsF(cells), _cell(cells), at.x()
    for sign in text:
        own = metrics.horizontalAdvance(sign)
        room = cell if cell and sign.isdigit() else wide.horizontalAdvance(sign)
        painter.drawText(QPointF(x + (room - own) / 2, at.y()), sign)
        x += room
