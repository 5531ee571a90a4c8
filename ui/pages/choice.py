"""One of several, by touch or by keys: arrows move, Space takes. Enter does nothing here: scanners send it."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ui.tokens import Theme
from ui.widgets.base import Painted

_STEPS: Final[dict[int, int]] = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Right: 1,
}


class Choice(Painted):
    """Subclasses say where each place is and paint them; ``picked`` carries the place's index."""

    picked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chosen = -1
        self.cursor_at = 0

    def places(self) -> list[QRectF]:
        raise NotImplementedError

    def can(self, at: int) -> bool:  # noqa: ARG002 - what each kind of choice makes of it
        return True

    def pick(self, at: int) -> None:
        """Take place ``at``, if it can be taken."""
        if self.isEnabled() and 0 <= at < len(self.places()) and self.can(at):
            self.cursor_at = at
            self.picked.emit(at)
            self.update()

    def move_cursor(self, by: int) -> None:
        """To the next place that can be taken, in that direction."""
        at = self.cursor_at + by
        while 0 <= at < len(self.places()):
            if self.can(at):
                self.cursor_at = at
                self.moved()
                self.update()
                return
            at += by

    def moved(self) -> None:
        """The cursor stands elsewhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in _STEPS and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_cursor(_STEPS[event.key()])
        elif event.key() == Qt.Key.Key_Space:
            self.pick(self.cursor_at)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        for at, place in enumerate(self.places()):
            if place.contains(event.position()):
                self.pick(at)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.update()
