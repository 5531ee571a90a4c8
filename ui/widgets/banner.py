"""A notice over the side column: never over the amount or the stage. It leaves by itself."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.tokens import BODY, CARD_RADIUS, Theme
from ui.widgets.announce import announce
from ui.widgets.base import Painted, card, draw, line_height, wrap
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, paint_triangle

SHOWN_MS: Final = 8_000  # long enough for two short sentences
PADDING: Final = 14
TEXT_AT: Final = 46


class Kind(StrEnum):
    INFORMATION = "information"
    DOUBT = "doubt"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class BannerFace:
    kind: Kind
    text: str


class Banner(Painted):
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
        self.fit_height()
        self.show()
        announce(self, self.face.text, now=False)
        self.raise_()
        self.update()
        self._leave.start(SHOWN_MS)

    @Slot()
    def leave(self) -> None:
        self._leave.stop()
        self.face = None
        self.hide()

    def lines(self) -> tuple[str, ...]:
        text = self.face.text if self.face else ""
        return wrap(text, self.theme.font(BODY), self.width() - self.theme.px(TEXT_AT + PADDING))

    def fit_height(self) -> None:
        t = self.theme
        height = len(self.lines()) * line_height(t.font(BODY)) + 2 * t.px(PADDING)
        self.resize(self.width(), round(height))

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
        side = t.px(22)
        shape = QRectF(t.px(PADDING), t.px(PADDING), side, side)
        if self.face.kind is Kind.SUPERVISOR:
            paint_glyph(painter, Glyph.OCTAGON, shape, Brush(c.red, paper))
        else:
            paint_triangle(painter, shape.adjusted(0, 0, 0, -t.px(2)), edge)
        font, y = t.font(BODY), float(t.px(PADDING))
        for line in self.lines():
            draw(painter, QRectF(t.px(TEXT_AT), y, self.width(), line_height(font)), line, font, c.ink)
            y += line_height(font)
        painter.end()
