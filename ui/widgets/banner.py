"""A notice: one or two sentences that leave by themselves. The window says where it stands (``window.notices``)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.tokens import BODY, CARD_RADIUS, Theme
from ui.widgets.announce import announce
from ui.widgets.base import Painted, advance, card, draw, fit, line_height
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, paint_triangle

SHOWN_MS: Final = 8_000  # long enough for two short sentences
PADDING: Final = 14
ABOVE: Final = 10  # one line stands within the foot of the window
TEXT_AT: Final = 46
MOST_LINES: Final = 6


class Kind(StrEnum):
    INFORMATION = "information"
    DOUBT = "doubt"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class BannerFace:
    kind: Kind
    text: str


class Banner(Painted):
    """``changed``: it has come, is another, or has left."""

    changed = Signal()
    face: BannerFace | None = None

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._leave = QTimer(self)
        self._leave.setObjectName("banner")
        self._leave.setSingleShot(True)
        self._leave.timeout.connect(self.leave)
        self.hide()

    def say(self, face: BannerFace) -> None:
        self.face = replace(face, text=self.theme.keys.in_words(face.text))
        self.setAccessibleName(self.face.text)
        self.show()
        self.changed.emit()
        announce(self, self.face.text, now=False)
        self.update()
        self._leave.start(SHOWN_MS)

    @Slot()
    def leave(self) -> None:
        self._leave.stop()
        self.face = None
        self.hide()
        self.changed.emit()

    def lines(self, width: int = 0) -> tuple[str, ...]:
        """Its text as it stands in ``width`` px; 0: in its own."""
        text = self.face.text if self.face else ""
        room = (width or self.width()) - self.theme.px(TEXT_AT + PADDING)
        return fit(text, self.theme, ((BODY, MOST_LINES),), room, bold=False, balance=True).lines

    def height_in(self, width: int) -> int:
        """Px that it needs where it is ``width`` px wide."""
        return round(len(self.lines(width)) * line_height(self.theme.font(BODY))) + 2 * self.theme.px(ABOVE)

    def width_of_line(self) -> int:
        """Px that it needs to stand in one line."""
        text = self.face.text if self.face else ""
        return ceil(advance(text, self.theme.font(BODY))) + self.theme.px(TEXT_AT + PADDING) + 1

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        if self.face is None:
            return
        t, c = self.theme, self.theme.colours
        papers = {Kind.INFORMATION: c.surface, Kind.DOUBT: c.ambertint, Kind.SUPERVISOR: c.redtint}
        edges = {Kind.INFORMATION: c.edge, Kind.DOUBT: c.amber, Kind.SUPERVISOR: c.red}
        painter = self.painter()
        paper, edge = papers[self.face.kind], edges[self.face.kind]
        card(painter, QRectF(self.rect()), paper, t.px(CARD_RADIUS), edge=edge, width=2)
        side, above = t.px(22), (self.height() - self.height_in(self.width())) / 2 + t.px(ABOVE)
        shape = QRectF(t.px(PADDING), above, side, side)
        if self.face.kind is Kind.SUPERVISOR:
            paint_glyph(painter, Glyph.OCTAGON, shape, Brush(c.red, paper))
        else:
            paint_triangle(painter, shape.adjusted(0, 0, 0, -t.px(2)), edge)
        font, y = t.font(BODY), above
        for line in self.lines():
            draw(painter, QRectF(t.px(TEXT_AT), y, self.width(), line_height(font)), line, font, c.ink)
            y += line_height(font)
        painter.end()
