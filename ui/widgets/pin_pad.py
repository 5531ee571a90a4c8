"""The pad a PIN or a staff number is typed on, by hand: on its keys, or on the keyboard's. A scanner never reaches it.

What is typed stands in this object alone, leaves it once by ``entered``, and is never text of the widget.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.tokens import BODY, BUTTON, CARD_RADIUS, CONTROL_RADIUS, DIGIT, FIRST, STATUS, Theme
from ui.widgets.announce import announce
from ui.widgets.base import Painted, card, draw, line_height, wrap
from ui.widgets.glyphs import paint_backspace

OK: Final = "ok"
BACK: Final = "back"
KEYS: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", BACK, "0", OK)
LEAST_DOTS: Final = 6
LONGEST: Final = 12
WIDTH, HEIGHT = 296, 484  # at u = 1; look.md: keys of 76 x 78
KEY_WIDTH, KEY_HEIGHT, GAP = 76, 78, 8
PADDING: Final = 24
KEYS_TOP: Final = 136


@dataclass(frozen=True, slots=True)
class PadFace:
    """``secret`` shows dots. ``note`` stands under them: tries left, until when. ``closed``: nothing is taken."""

    title: str
    ok: str
    secret: bool = True
    note: str = ""
    closed: bool = False


class PinPad(Painted):
    entered = Signal(str)  # what was typed; the pad is empty again
    typing = Signal()  # a figure came or went
    face = PadFace("", "")
    _down = ""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._typed = ""

    def set_face(self, face: PadFace) -> None:
        if face != self.face:
            if face.secret != self.face.secret or face.closed:
                self._typed = ""
            old, self.face = self.face, face
            self.setAccessibleName(face.title)
            self.setAccessibleDescription(face.note)
            if face.note != old.note:
                announce(self, face.note, now=True)
            self.update()

    @property
    def count(self) -> int:
        """How many figures stand there; the figures themselves are told to nobody."""
        return len(self._typed)

    def clear(self) -> None:
        self._typed = ""
        self.update()

    def press(self, name: str) -> None:
        """A figure, BACK or OK."""
        if self.face.closed:
            return
        if name == OK:
            typed, self._typed = self._typed, ""
            if typed:
                self.entered.emit(typed)
        elif name == BACK:
            self._typed = self._typed[:-1]
        elif len(self._typed) < LONGEST:
            self._typed += name
        self.typing.emit()
        self.update()

    def take(self, event: QKeyEvent) -> bool:
        """A key of the keyboard; True: it was one of the pad's."""
        key, text = event.key(), event.text()
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            name = OK
        elif key == Qt.Key.Key_Backspace:
            name = BACK
        elif len(text) == 1 and text.isascii() and text.isdigit():
            name = text
        else:
            return False
        if not event.isAutoRepeat():  # a key that is held types one figure
            self.press(name)
        return True

    def keys(self) -> dict[str, QRect]:
        t = self.theme
        left = (self.width() - t.px(3 * KEY_WIDTH + 2 * GAP)) / 2
        width, height = t.px(KEY_WIDTH), t.px(KEY_HEIGHT)
        step_x, step_y = t.px(KEY_WIDTH + GAP), t.px(KEY_HEIGHT + GAP)
        return {
            name: QRect(round(left + (i % 3) * step_x), t.px(KEYS_TOP) + (i // 3) * step_y, width, height)
            for i, name in enumerate(KEYS)
        }

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._down = next((n for n, r in self.keys().items() if r.contains(event.position().toPoint())), "")
        if self._down:
            self.press(self._down)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The second of two quick taps is a tap."""
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._down = ""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        edge = c.edge if self.face.closed else c.accent
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS), edge=edge, width=2)
        middle = Qt.AlignmentFlag.AlignHCenter
        title = QRectF(0, t.px(14), self.width(), t.px(28))
        draw(painter, title, self.face.title, t.font(BUTTON, bold=True), c.ink, align=middle)
        if self.face.secret:
            self._paint_dots(painter)
        else:
            room = QRectF(0, t.px(46), self.width(), t.px(40))
            draw(painter, room, self._typed or "–", t.font(FIRST, bold=True), c.ink, align=middle)
        font, y = t.font(STATUS), t.px(84)
        for line in wrap(self.face.note, font, self.width() - t.px(2 * 12)) if self.face.note else ():
            draw(painter, QRectF(0, y, self.width(), line_height(font)), line, font, c.redtext, align=middle)
            y += round(line_height(font))
        for name, place in self.keys().items():
            self._paint_key(painter, name, QRectF(place))
        painter.end()

    def _paint_dots(self, painter: QPainter) -> None:
        t, c = self.theme, self.theme.colours
        shown = max(LEAST_DOTS, len(self._typed))
        size, step = t.px(16), t.px(30 if shown <= LEAST_DOTS + 2 else 21)
        x = self.width() / 2 - (shown - 1) * step / 2
        for at in range(shown):
            painter.setPen(QPen(QColor(c.ink if at < len(self._typed) else c.edge), max(1, t.px(2))))
            painter.setBrush(QColor(c.ink) if at < len(self._typed) else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x + at * step, t.px(66)), size / 2 - 1, size / 2 - 1)

    def _paint_key(self, painter: QPainter, name: str, rect: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        filled = name == OK and not self.face.closed
        paper = c.accent if filled else c.sunken if (name == BACK) != (name == self._down) else c.surface
        card(painter, rect, paper, t.px(CONTROL_RADIUS), edge="" if filled else c.edge)
        ink = c.onaccent if filled else c.ink3 if self.face.closed else c.ink
        if name == BACK:
            shape = QRectF(0, 0, t.px(30), t.px(20))
            shape.moveCenter(rect.center())
            paint_backspace(painter, shape, ink, max(2, t.px(2)))
            return
        text, font = (self.face.ok, t.font(BODY, bold=True)) if name == OK else (name, t.figures(DIGIT))
        draw(painter, rect, text, font, ink, align=Qt.AlignmentFlag.AlignHCenter)
