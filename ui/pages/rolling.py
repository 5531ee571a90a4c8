"""A painted list with a cursor, of any length: keys, wheel, and how far down what is in sight stands."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.tokens import Theme
from ui.widgets.base import Painted, card

THUMB: Final = 6
NOTCH: Final = 120  # Qt's unit of the wheel
LINES_A_NOTCH: Final = 3


class Rolling(Painted):
    """``HEAD`` and ``ROW``: heights at u = 1."""

    HEAD = 44
    ROW = 44

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cursor_at = self.first = 0
        self._wheel = 0

    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def take(self, place: int) -> None:
        """Space was pressed on the line at ``place``, which is there."""
        raise NotImplementedError

    @property
    def in_sight(self) -> int:
        return max(1, int(self.height() - self.theme.px(self.HEAD + 8)) // self.theme.px(self.ROW))

    def back_to_top(self) -> None:
        self.cursor_at = self.first = 0

    def move_to(self, place: int) -> None:
        self.cursor_at = max(0, min(self.count() - 1, place))
        self.first = max(min(self.first, self.cursor_at), self.cursor_at - self.in_sight + 1)
        self.update()

    def roll(self, by: int) -> None:
        """The lines move, the cursor stays on its own."""
        self.first = max(0, min(self.count() - self.in_sight, self.first + by))
        self.update()

    def place_of(self, y: float) -> int | None:
        """Which line stands at ``y`` px; None above the first and below the last."""
        below = y - self.theme.px(self.HEAD)
        place = self.first + int(below) // self.theme.px(self.ROW)
        return place if below >= 0 and self.first <= place < self.count() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        moves: dict[int, int] = {
            Qt.Key.Key_Up: self.cursor_at - 1,
            Qt.Key.Key_Down: self.cursor_at + 1,
            Qt.Key.Key_PageUp: self.cursor_at - self.in_sight,
            Qt.Key.Key_PageDown: self.cursor_at + self.in_sight,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.count() - 1,
        }
        if event.key() in moves and not event.modifiers():
            self.move_to(moves[event.key()])
        elif event.key() == Qt.Key.Key_Space and self.count():
            self.take(self.cursor_at)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """A touch pad's wheel comes in parts of a notch."""
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / NOTCH)
        self._wheel -= notches * NOTCH
        if notches:
            self.roll(-notches * LINES_A_NOTCH)

    def paint_thumb(self, painter: QPainter) -> None:
        """How far down what is in sight stands; nothing where all of it is."""
        t, count, sight = self.theme, self.count(), self.in_sight
        if count <= sight:
            return
        top, tall = t.px(self.HEAD), self.height() - t.px(self.HEAD + 8)
        height = max(t.px(28), tall * sight / count)
        down = (tall - height) * self.first / (count - sight)
        place = QRectF(self.width() - t.px(THUMB + 4), top + down, t.px(THUMB), height)
        card(painter, place, t.colours.edge, t.px(THUMB / 2))
