"""The paper on the screen: as large as it fits and can be read; a longer one is moved by wheel and arrow keys."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.receipts.layout import Slip
from ui.paper.paint import height_of, paint, width_of
from ui.tokens import CARD_RADIUS, Theme
from ui.widgets.base import Painted, card

LEAST: Final = 0.8  # px a dot at u = 1: below it no scanner reads the bars off the screen
MOST: Final = 1.25
STEP: Final = 60  # px a notch of the wheel or an arrow moves


class Sheet(Painted):
    """One slip, or an empty place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.slip: Slip | None = None
        self._down = 0.0  # px that the paper has been moved up

    def set_slip(self, slip: Slip | None) -> None:
        self.slip, self._down = slip, 0.0
        self.update()

    def move_by(self, steps: float) -> None:
        """Further down the paper, or up again with a negative number."""
        self._down = max(0.0, min(self._down + steps * self.theme.px(STEP), self._longest()))
        self.update()

    def scale(self) -> float:
        """Px a dot."""
        if self.slip is None or not self.height():
            return self.theme.u
        room = self.height() - 2 * self.theme.px(16)
        wide = (self.width() - 2 * self.theme.px(16)) / width_of(self.slip)
        return min(wide, max(LEAST * self.theme.u, min(MOST * self.theme.u, room / height_of(self.slip))))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        self.move_by(-event.angleDelta().y() / 120)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        painter = self.painter()
        t = self.theme
        card(painter, QRectF(self.rect()), t.colours.sunken, t.px(CARD_RADIUS))
        if self.slip is not None:
            self._paint_paper(painter, self.slip)
        painter.end()

    def _paint_paper(self, painter: QPainter, slip: Slip) -> None:
        scale, edge = self.scale(), self.theme.px(16)
        painter.setClipRect(self.rect().adjusted(0, edge, 0, -edge))
        painter.translate((self.width() - width_of(slip) * scale) / 2, edge - self._down)
        painter.save()
        painter.scale(scale, scale)
        paint(painter, slip)
        painter.restore()
        painter.setPen(QColor(self.theme.colours.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0, 0, width_of(slip) * scale, height_of(slip) * scale))
        painter.resetTransform()
        self._paint_thumb(painter, edge)

    def _paint_thumb(self, painter: QPainter, edge: int) -> None:
        """How much of a longer paper is in sight, and where; nothing beside one that is whole."""
        hidden, room = self._longest(), self.height() - 2 * edge
        if hidden <= 0:
            return
        width, share = self.theme.px(6), room / (room + hidden)
        top = edge + self._down / (room + hidden) * room
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.colours.edge))
        painter.drawRoundedRect(QRectF(self.width() - 2 * width, top, width, room * share), width / 2, width / 2)

    def _longest(self) -> float:
        if self.slip is None:
            return 0.0
        return max(0.0, height_of(self.slip) * self.scale() - (self.height() - 2 * self.theme.px(16)))
