"""The foot line: a lamp each for scanner, channels and journal, who stands here, and the clock.

A healthy lamp is an ink tick, never green (look.md §1.4).
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip

from app.till.api import Light
from ui.tokens import CHIP_RADIUS, EVIDENCE, STATUS
from ui.widgets.base import Painted, advance, card, draw, stripes
from ui.widgets.glyphs import paint_triangle, stroke, tick

HINT_GAP, TOUCH = 20, 6  # px between hints, and beside one that still press it
PADDING: Final = 20
STRIPE: Final = 24
DESK_GAP: Final = 20  # on both sides of who stands here
LAMP_GAPS: Final = (28, 16, 12)  # between lamps, the widest that leaves room


@dataclass(frozen=True, slots=True)
class LampFace:
    light: Light
    word: str
    sentence: str = ""  # on hover, and on the help page


@dataclass(frozen=True, slots=True)
class Hint:
    """A key with its word at the right end; clicking it is pressing it."""

    chip: str
    word: str
    act: str


PLATE: Final = 8  # px at u = 1 about a word


@dataclass(frozen=True, slots=True)
class StatusFace:
    lamps: tuple[LampFace, ...] = ()
    desk: str = ""
    clock: str = ""
    hints: tuple[Hint, ...] = ()
    training: bool = False


class StatusBar(Painted):
    pressed = Signal(str)  # the act of a hint
    face = StatusFace()

    def set_face(self, face: StatusFace) -> None:
        """The clock alone repaints the clock alone."""
        old, self.face = self.face, face
        if face == old:
            return
        if (face.lamps, face.desk, face.hints, face.training) == (old.lamps, old.desk, old.hints, old.training):
            self.update(self.clock_rect().toAlignedRect())
            return
        words = (*(lamp.word for lamp in face.lamps), *(hint.word for hint in face.hints))
        self.setAccessibleName("，".join(words))
        self.update()

    def lamp_rects(self) -> list[QRectF]:
        """Closer together where many of them have something to say and the bar is short."""
        end = self.clock_rect().left() - self._desk_width() - self.theme.px(DESK_GAP)
        for gap in LAMP_GAPS:
            rects = self._lamp_rects(gap)
            if not rects or rects[-1].right() <= end:
                return rects
        return self._lamp_rects(LAMP_GAPS[-1])

    def _lamp_rects(self, gap: int) -> list[QRectF]:
        t, x, out = self.theme, float(self.theme.px(PADDING)), []
        for lamp in self.face.lamps:
            font = t.font(STATUS, bold=lamp.light is not Light.OK)
            width = t.px(22) + advance(lamp.word, font)
            out.append(QRectF(x, 0, width, self.height()))
            x += width + t.px(gap)
        return out

    def _desk_width(self) -> float:
        return advance(self.face.desk, self.theme.font(STATUS)) + self.theme.px(DESK_GAP)

    def _padding(self) -> int:
        return self.theme.px(PADDING)

    def hint_rects(self) -> list[QRectF]:
        t, right, out = self.theme, float(self.width() - self._padding()), []
        for hint in reversed(self.face.hints):
            width = (
                advance(t.keys.chip(hint.chip), t.font(EVIDENCE)) + t.px(14 + 8) + advance(hint.word, t.font(STATUS))
            )
            out.append(QRectF(right - width, 0, width, self.height()))
            right -= width + t.px(HINT_GAP)
        return out[::-1]

    def touch_rects(self) -> list[QRectF]:
        """Where a finger presses a hint: a little beside its words too, and still apart from the next one."""
        wider = self.theme.px(TOUCH)
        return [rect.adjusted(-wider, 0, wider, 0) for rect in self.hint_rects()]

    def clock_rect(self) -> QRectF:
        hints = self.hint_rects()
        right = (hints[0].left() if hints else self.width() - self._padding()) - self.theme.px(20)
        width = advance("00:00:00", self.theme.font(STATUS)) + self.theme.px(4)
        return QRectF(right - width, 0, width, self.height())

    def desk_rect(self) -> QRectF:
        """Who stands here, and at which till."""
        right = self.clock_rect().left() - self.theme.px(DESK_GAP)
        width = advance(self.face.desk, self.theme.font(STATUS))
        return QRectF(right - width, 0, width, self.height())

    def clear_of(self, right: float) -> float:
        """``right``, or as many px more as it takes to cut no word in two."""
        apart = self.theme.px(PLATE)
        for rect in (*self.lamp_rects(), self.desk_rect(), self.clock_rect(), *self.hint_rects()):
            if rect.left() - apart < right < rect.right() + apart:
                right = rect.right() + apart
        return right

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        painter.fillRect(self.rect(), QColor(c.sunken))
        if face.training:
            stripes(painter, QRectF(self.rect()), c.line, t.px(STRIPE))
        for lamp, rect in zip(face.lamps, self.lamp_rects(), strict=True):
            self._paint_lamp(painter, lamp, rect)
        for hint, rect in zip(face.hints, self.hint_rects(), strict=True):
            self._paint_hint(painter, hint, rect)
        clock, font = self.clock_rect(), t.font(STATUS)
        self._plate(painter, clock)
        draw(painter, clock, face.clock, font, c.ink2, align=Qt.AlignmentFlag.AlignRight)
        desk, lamps = self.desk_rect(), self.lamp_rects()
        if lamps and lamps[-1].right() + t.px(DESK_GAP) > desk.left():
            painter.end()  # a lamp that is not well comes before who stands here, who knows it
            return
        self._plate(painter, desk)
        draw(painter, desk, face.desk, font, c.ink2, align=Qt.AlignmentFlag.AlignRight)
        painter.end()

    def _plate(self, painter: QPainter, rect: QRectF) -> None:
        """Under words on the stripes, so that they read as well as elsewhere."""
        if self.face.training:
            t = self.theme
            card(
                painter, rect.adjusted(-t.px(PLATE), t.px(8), t.px(PLATE), -t.px(8)), self.theme.colours.sunken, t.px(4)
            )

    def _paint_lamp(self, painter: QPainter, lamp: LampFace, rect: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        self._plate(painter, rect)
        side = t.px(14)
        shape = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
        ink = c.ink2
        match lamp.light:
            case Light.SLOW:
                paint_triangle(painter, shape.adjusted(0, 0, 0, -t.px(2)), c.amber)
                ink = c.ambertext
            case Light.STOPPED:
                painter.fillRect(shape.adjusted(0, 0, -t.px(2), -t.px(2)), QColor(c.red))
                ink = c.redtext
            case Light.OK | Light.OFF:
                stroke(painter, c.ink, max(2, t.px(2.5)))
                painter.drawPolyline(tick(shape.adjusted(-2, -2, 2, 2)))
        font = t.font(STATUS, bold=lamp.light is not Light.OK)
        draw(painter, rect.adjusted(t.px(22), 0, 0, 0), lamp.word, font, ink)

    def _paint_hint(self, painter: QPainter, hint: Hint, rect: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        self._plate(painter, rect)
        small = t.font(EVIDENCE)
        key = t.keys.chip(hint.chip)
        width = advance(key, small) + t.px(14)
        chip = QRectF(rect.left(), rect.center().y() - t.px(12), width, t.px(24))
        card(painter, chip, c.surface, t.px(CHIP_RADIUS), edge=c.edge)
        draw(painter, chip, key, small, c.ink, align=Qt.AlignmentFlag.AlignHCenter)
        draw(painter, rect.adjusted(width + t.px(8), 0, 0, 0), hint.word, t.font(STATUS), c.ink2)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        for hint, rect in zip(self.face.hints, self.touch_rects(), strict=True):
            if rect.contains(event.position()):
                self.pressed.emit(hint.act)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for lamp, rect in zip(self.face.lamps, self.lamp_rects(), strict=True):
                if lamp.sentence and rect.contains(event.pos().toPointF()):
                    QToolTip.showText(event.globalPos(), lamp.sentence, self)
                    return True
        return super().event(event)
