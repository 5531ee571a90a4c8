"""The head of the office: back to the till, the pages, and the open sale that must not be forgotten (look.md §1.6)."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent

from app.core.channel import Channel
from ui.tokens import BODY, CHIP_RADIUS, CONTROL_RADIUS, EVIDENCE
from ui.widgets.base import Painted, advance, card, draw, mark_colour
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, paint_ring

HEIGHT: Final = 56
PADDING: Final = 36
TAB_PADDING: Final = 20
CHIP_GAP: Final = 10
UNDERLINE: Final = 4
PILL: Final = 38
PILL_RING: Final = 26
MARGIN: Final = 16


@dataclass(frozen=True, slots=True)
class Tab:
    name: str  # "" is the way back to the till
    word: str
    chip: str = ""


@dataclass(frozen=True, slots=True)
class Pill:
    """The open sale that ends next."""

    mark: Channel
    mark_name: str
    word: str
    seconds: int | None
    left: float  # of its ring, 0 to 1
    call: bool = False  # a person is needed: red


@dataclass(frozen=True, slots=True)
class TabsFace:
    tabs: tuple[Tab, ...] = ()
    chosen: str = ""
    pill: Pill | None = None
    none_open: str = ""


class TabBar(Painted):
    """``chosen``: the name of a tab that was pressed, "" for the till."""

    chosen = Signal(str)
    face = TabsFace()

    def set_face(self, face: TabsFace) -> None:
        if face == self.face:
            return
        self.face = face
        self.setAccessibleName(" ".join(f"{tab.word}*" if tab.name == face.chosen else tab.word for tab in face.tabs))
        self.update()

    def placed(self) -> list[tuple[Tab, QRectF]]:
        """Each tab and the whole area that presses it."""
        t, x, out = self.theme, float(self.theme.px(MARGIN)), []
        for tab in self.face.tabs:
            chip = advance(tab.chip, t.font(EVIDENCE)) + t.px(14 + CHIP_GAP) if tab.chip else 0
            word = advance(tab.word, t.font(BODY, bold=tab.name == self.face.chosen and bool(tab.name)))
            width = max(chip + word + 2 * t.px(TAB_PADDING), t.px(44))
            out.append((tab, QRectF(x, 0, width, self.height())))
            x += width
        return out

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        for tab, rect in self.placed():
            if rect.contains(event.position()):
                self.chosen.emit(tab.name)
                return

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        painter.fillRect(self.rect(), QColor(c.surface))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(c.line))
        for tab, rect in self.placed():
            self._paint_tab(painter, tab, rect)
        room = QRectF(0, 0, self.width() - t.px(MARGIN), self.height())
        if self.face.pill is not None:
            self._paint_pill(painter, self.face.pill, room)
        else:
            align = Qt.AlignmentFlag.AlignRight
            room.setRight(room.right() - t.px(TAB_PADDING))
            draw(painter, room, self.face.none_open, t.font(BODY), c.ink2, align=align)
        painter.end()

    def _paint_tab(self, painter: QPainter, tab: Tab, rect: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        here = bool(tab.name) and tab.name == self.face.chosen
        x = rect.left() + t.px(TAB_PADDING)
        if tab.chip:
            font = t.font(EVIDENCE)
            width = advance(tab.chip, font) + t.px(14)
            chip = QRectF(x, rect.center().y() - t.px(13), width, t.px(25))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(c.ink2))
            painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), t.px(CHIP_RADIUS), t.px(CHIP_RADIUS))
            draw(painter, chip, tab.chip, font, c.ink2, align=Qt.AlignmentFlag.AlignHCenter)
            x += width + t.px(CHIP_GAP)
        font = t.font(BODY, bold=here)
        draw(painter, QRectF(x, 0, rect.width(), rect.height()), tab.word, font, c.ink if here else c.ink2)
        if here:
            line = QRectF(rect.left(), rect.bottom() - t.px(UNDERLINE), rect.width(), t.px(UNDERLINE))
            painter.fillRect(line, QColor(c.accent))

    def _paint_pill(self, painter: QPainter, pill: Pill, room: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        bold, plain = t.font(BODY, bold=True), t.font(BODY)
        mark, word = advance(pill.mark_name, bold), advance(pill.word, plain)
        height, ring = t.px(PILL), t.px(PILL_RING)
        width = t.px(8) + ring + t.px(10) + mark + t.px(10) + word + t.px(16)
        rect = QRectF(room.right() - width, (self.height() - height) / 2, width, height)
        card(painter, rect, c.redtint if pill.call else c.ambertint, t.px(CONTROL_RADIUS))
        at = QRectF(rect.left() + t.px(8), rect.center().y() - ring / 2, ring, ring)
        self._paint_shape(painter, pill, at)
        x = at.right() + t.px(10)
        draw(painter, QRectF(x, rect.top(), mark, height), pill.mark_name, bold, mark_colour(c, pill.mark))
        ink = c.redtext if pill.call else c.ink
        draw(painter, QRectF(x + mark + t.px(10), rect.top(), word + 1, height), pill.word, plain, ink)

    def _paint_shape(self, painter: QPainter, pill: Pill, at: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        if pill.call:
            paint_glyph(painter, Glyph.OCTAGON, at, Brush(c.red, c.onred, c.redtint))
        elif pill.seconds is None:
            paint_glyph(painter, Glyph.ARROW, at, Brush(c.amber, c.ambertint, c.ambertrack))
        else:
            paint_ring(painter, at, pill.left, Brush(c.amber, c.ambertint, c.ambertrack))
            draw(
                painter, at, str(pill.seconds), t.font(EVIDENCE, bold=True), c.ink, align=Qt.AlignmentFlag.AlignHCenter
            )
