"""The tour of the training window: one sentence at a time beside the part it speaks of. Esc leaves.

It lies over the window without covering what it points at, takes the keys while it is there, and lets the sales go on.
Shown once by itself: ``seen`` is a file in the training folder.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from app.words import say
from ui.tokens import BODY, CARD_RADIUS, STATUS, Theme
from ui.widgets.announce import announce
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.buttons import ButtonFace, KeyButton

SEEN: Final = "tour.seen"
MOST_LINES: Final = 6
WIDTH: Final = 380
PADDING: Final = 20
BUTTON: Final = 48
FRAME: Final = 4
GAP: Final = 12
KEYS: Final = ("amount", "stage", "phone", "list", "buttons", "status")


@dataclass(frozen=True, slots=True)
class Stop:
    """``key``: of the words; ``where``: the part of the window, asked anew at each paint."""

    key: str
    where: Callable[[], QRect]


def is_seen(folder: Path) -> bool:
    return (folder / SEEN).exists()


def mark_seen(folder: Path) -> None:
    """A folder that takes no file shows the tour once more, nothing worse."""
    try:
        (folder / SEEN).touch()
    except OSError:
        return


class Tour(QWidget):
    """``ended``: it is over, or was left."""

    ended = Signal()

    def __init__(self, stops: Sequence[Stop], theme: Theme, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.stops, self.theme, self.language = tuple(stops), theme, language
        self.at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.leave_button, self.next_button = (KeyButton(theme, self, size=BODY) for _ in range(2))
        self.leave_button.clicked.connect(self.leave)
        self.next_button.clicked.connect(self.go_on)

    def begin(self) -> None:
        self.at = 0
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.setFocus()
        self._show()

    @Slot()
    def go_on(self) -> None:
        if self.at + 1 < len(self.stops):
            self.at += 1
            self._show()
        else:
            self.leave()

    @Slot()
    def leave(self) -> None:
        if self.isVisible():
            self.hide()
            self.ended.emit()

    def set_look(self, theme: Theme, language: str) -> None:
        self.theme, self.language = theme, language
        parent = self.parentWidget()
        if self.isVisible() and parent is not None:
            self.setGeometry(parent.rect())
            self._show()

    def sentence(self) -> str:
        return self.theme.keys.in_words(say(f"tour.{self.stops[self.at].key}", self.language))

    def _lines(self, width: float) -> tuple[str, ...]:
        """The sentence in a card of ``width`` px, its lines about equally long."""
        room = width - 2 * self.theme.px(PADDING)
        return fit(self.sentence(), self.theme, ((BODY, MOST_LINES),), room, bold=False, balance=True).lines

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc leaves; Space, F8 and the arrows go on and back. Enter does nothing: scanners send it."""
        key = self.theme.keys.standard(event).key()
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_F8):
            self.go_on()
        elif key == Qt.Key.Key_Left and self.at:
            self.at -= 1
            self._show()

    def _show(self) -> None:
        language = self.language
        last = self.at + 1 == len(self.stops)
        for button in (self.leave_button, self.next_button):
            button.set_theme(self.theme)
        self.leave_button.set_face(ButtonFace("Esc", say("tour.leave", language)))
        self.next_button.set_face(ButtonFace("F8", say("tour.end" if last else "tour.next", language), filled=True))
        self.setAccessibleName(self.sentence())
        self._place()
        announce(self, self.sentence(), now=True)
        self.update()

    def _target(self) -> QRect:
        return self.stops[self.at].where()

    def bubble(self) -> QRect:
        """The card with the sentence: beside the part it speaks of, wherever the window has room, never over it."""
        t, target = self.theme, self._target()
        width = t.px(WIDTH)
        height = round(len(self._lines(width)) * line_height(t.font(BODY))) + t.px(2 * PADDING + 26 + BUTTON)
        gap = t.px(GAP)
        places = (
            QPoint(target.left(), target.bottom() + gap),
            QPoint(target.left(), target.top() - gap - height),
            QPoint(target.right() + gap, target.top()),
            QPoint(target.left() - gap - width, target.top()),
        )
        room = self.rect().adjusted(gap, gap, -gap, -gap)
        for place in places:
            found = QRect(place.x(), place.y(), width, height)
            found.moveLeft(max(room.left(), min(found.left(), room.right() - width)))
            if room.contains(found) and not found.intersects(target):
                return found
        found = QRect(0, 0, width, height)
        found.moveCenter(room.center())
        return found

    def _place(self) -> None:
        t, bubble = self.theme, self.bubble()
        pad, height = t.px(PADDING), t.px(BUTTON)
        half = (bubble.width() - 3 * pad) // 2
        y = bubble.bottom() + 1 - pad - height
        self.leave_button.setGeometry(bubble.left() + pad, y, half, height)
        self.next_button.setGeometry(bubble.left() + 2 * pad + half, y, half, height)
        # What lies outside card and frame stays the window's: it is seen, and it can be touched.
        edge = t.px(FRAME)
        outer = self._target().adjusted(-edge, -edge, edge, edge)
        self.setMask(QRegion(bubble) | (QRegion(outer) - QRegion(self._target())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, bubble = self.theme, self.theme.colours, QRectF(self.bubble())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.accent), t.px(FRAME) * 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._target())
        painter.fillRect(bubble, QColor(c.surface))
        card(painter, bubble, c.surface, t.px(CARD_RADIUS), edge=c.accent, width=2)
        left, y = bubble.left() + t.px(PADDING), bubble.top() + t.px(PADDING - 6)
        step = say("tour.step", self.language, n=self.at + 1, m=len(self.stops))
        draw(painter, QRectF(left, y, bubble.width(), t.px(26)), step, t.font(STATUS), c.ink3)
        y += t.px(28)
        font = t.font(BODY)
        for line in self._lines(bubble.width()):
            draw(painter, QRectF(left, y, bubble.width(), line_height(font)), line, font, c.ink)
            y += line_height(font)
        painter.end()
