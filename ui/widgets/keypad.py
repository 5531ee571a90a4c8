"""The number pad for fingers: figures, 00, the point, backspace and clear. No arithmetic."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent

from ui.tokens import BUTTON, CONTROL_RADIUS, DIGIT
from ui.widgets.base import Painted, card, draw
from ui.widgets.glyphs import paint_backspace

BACK: Final = "back"
CLEAR: Final = "clear"
FIGURES: Final = ("7", "8", "9", "4", "5", "6", "1", "2", "3", "0", "00", ".")
GAP: Final = 8


class Keypad(Painted):
    pressed = Signal(str)  # a figure, "00", ".", BACK or CLEAR
    clear_word = ""
    _down = ""

    def set_words(self, clear_word: str) -> None:
        if clear_word != self.clear_word:
            self.clear_word = clear_word
            self.setAccessibleName(f"0–9 00 . ⌫ {clear_word}")
            self.update()

    def keys(self) -> dict[str, QRect]:
        """Where each key is: figures 68 wide at u = 1, backspace and clear beside them, two rows high each."""
        gap = self.theme.px(GAP)
        width = (self.width() - 3 * gap) / 4
        height = (self.height() - 3 * gap) / 4
        places = {
            name: QRectF((i % 3) * (width + gap), (i // 3) * (height + gap), width, height).toRect()
            for i, name in enumerate(FIGURES)
        }
        tall = 2 * height + gap
        places[BACK] = QRectF(3 * (width + gap), 0, width, tall).toRect()
        places[CLEAR] = QRectF(3 * (width + gap), tall + gap, width, tall).toRect()
        return places

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._down = next((n for n, r in self.keys().items() if r.contains(event.position().toPoint())), "")
        if self._down:
            self.pressed.emit(self._down)
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The second of two quick taps is a tap."""
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._down = ""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        for name, place in self.keys().items():
            rect = QRectF(place)
            quiet = name in (BACK, CLEAR)
            paper = c.sunken if quiet != (name == self._down) else c.surface
            card(painter, rect, paper, t.px(CONTROL_RADIUS), edge=c.edge)
            if name == BACK:
                shape = QRectF(0, 0, t.px(44), t.px(26))
                shape.moveCenter(rect.center())
                paint_backspace(painter, shape, c.ink, max(2, t.px(3)))
                continue
            text, font = (self.clear_word, t.font(BUTTON)) if name == CLEAR else (name, t.figures(DIGIT))
            draw(painter, rect, text, font, c.ink, align=Qt.AlignmentFlag.AlignHCenter)
        painter.end()
