"""Asks for the passphrase of the sealed keys, where this computer has no keyring: before the till is open, over all.

Where there are no keys yet one is chosen: it is typed twice, and the card says what it is for and that nobody can
bring it back.
"""

from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.words import say
from ui.pages.field import Field
from ui.tokens import BODY, CARD_RADIUS, FIRST, SECOND
from ui.widgets.announce import announce
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.widgets.covering import focus_within
from ui.window.shell import Window

WIDTH, HEIGHT = 720, 400
PADDING, GAP = 40, 16
FIELD: Final = 56
BUTTON: Final = 64
MOST_SIGNS: Final = 1024
UNASKED: Final = 2  # the first start opens the keys that it has just sealed; then the house does


class What(StrEnum):
    ASK = "ask"  # of keys that are there
    CHOOSE = "choose"
    AGAIN = "again"


class PassphraseCard(QWidget):
    """Over the whole window while it asks. ``answered`` carries what was typed, "" where nobody would; then it goes."""

    answered = Signal(str)

    def __init__(self, window: Window, what: What, language: str) -> None:
        super().__init__(window)
        self._window, self.what, self.language = window, what, language
        self.field = Field(window.theme, self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(MOST_SIGNS)
        self.field.setAccessibleName(f"{self.title()}。{self.line()}")
        self.field.returnPressed.connect(self.take)
        self.away, self.next = KeyButton(window.theme, self), KeyButton(window.theme, self)
        self.away.clicked.connect(self.leave)
        self.next.clicked.connect(self.take)
        window.installEventFilter(self)
        self._fit()
        self.show()
        self.raise_()
        self.field.setFocus()
        announce(self.field, self.field.accessibleName(), now=True)

    def title(self) -> str:
        return say(f"passphrase.{self.what}", self.language)

    def line(self) -> str:
        return say(f"passphrase.{self.what}.do", self.language)

    @Slot()
    def take(self) -> None:
        if self.field.text():
            self._end(self.field.text())

    @Slot()
    def leave(self) -> None:
        self._end("")

    def _end(self, text: str) -> None:
        self._window.removeEventFilter(self)
        self.field.clear()
        self.hide()
        self._give_keys_back()
        self.deleteLater()
        self.answered.emit(text)

    def _give_keys_back(self) -> None:
        """To what lies there now: the field that had them before may be gone meanwhile."""
        under: QWidget | None = self._window.childAt(self._window.rect().center())
        while under is not None and not (under.focusPolicy() & Qt.FocusPolicy.StrongFocus and under.isEnabled()):
            under = under.parentWidget()
        (under or self._window).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """No key reaches what lies beneath."""
        key = self._window.theme.keys.standard(event).key()
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key == Qt.Key.Key_F8 and not event.isAutoRepeat():
            self.take()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's signature
        return focus_within(self, forward=forward)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._fit)  # once the window has its new theme
        return False

    def card_rect(self) -> QRectF:
        t = self._window.theme
        width, height = t.px(WIDTH), t.px(HEIGHT)
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    @Slot()
    def _fit(self) -> None:
        t = self._window.theme
        self.setGeometry(self._window.rect())
        self.field.set_theme(t)
        faces = (("Esc", "passphrase.away", False), ("F8", "sp.next", True))
        for button, (chip, key, filled) in zip((self.away, self.next), faces, strict=True):
            button.set_theme(t)
            button.set_face(ButtonFace(chip, say(key, self.language), filled=filled))
        inner = self.card_rect().adjusted(t.px(PADDING), t.px(PADDING), -t.px(PADDING), -t.px(PADDING)).toRect()
        half, row = (inner.width() - t.px(GAP)) // 2, inner.bottom() + 1 - t.px(BUTTON)
        self.away.setGeometry(inner.left(), row, half, t.px(BUTTON))
        self.next.setGeometry(inner.left() + half + t.px(GAP), row, half, t.px(BUTTON))
        self.field.setGeometry(inner.left(), row - t.px(GAP) - t.px(FIELD), inner.width(), t.px(FIELD))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        t, c, place = self._window.theme, self._window.theme.colours, self.card_rect()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(c.bg))
        card(painter, place, c.surface, t.px(CARD_RADIUS))
        left, width, y = place.left() + t.px(PADDING), place.width() - 2 * t.px(PADDING), place.top() + t.px(PADDING)
        for text, sizes, bold, ink in (
            (self.title(), ((FIRST, 1),), True, c.ink),
            (self.line(), ((SECOND, 2), (BODY, 4)), False, c.ink2),
        ):
            block = fit(text, t, sizes, width, bold=bold)
            font = t.font(block.size, bold=bold)
            for line in block.lines:
                draw(painter, QRectF(left, y, width, line_height(font)), line, font, ink)
                y += line_height(font)
            y += t.px(12)
        painter.end()


class Passphrase(QObject):
    """Called from any thread but Qt's, it waits for what a person types; empty where they type nothing or leave.

    One that was chosen just now is not asked for again by the first start and the house that it opens.
    """

    _wanted = Signal()

    def __init__(self, window: Window, language: Callable[[], str], folder: Path) -> None:
        super().__init__(window)
        self._window, self._language, self._folder = window, language, folder
        self._answer: Future[str] = Future()
        self._first = ""  # of the two times that a new one is typed
        self._known: list[str] = []  # the chosen one, for each time that it need not be asked for
        self.card: PassphraseCard | None = None
        self._wanted.connect(self._ask, Qt.ConnectionType.QueuedConnection)

    def __call__(self) -> str:
        self._answer = Future()
        self._wanted.emit()
        return self._answer.result()

    def close(self) -> None:
        """The program ends: whoever waits goes on with nothing."""
        if self.card is not None:
            self.card.leave()
        elif not self._answer.done():
            self._answer.set_result("")

    @Slot()
    def _ask(self) -> None:
        from app.settings import DataFolder  # noqa: PLC0415 - whoever asks has imported it, the first paint has not

        there = DataFolder(self._folder).keys.exists()
        what = What.ASK if there else What.AGAIN if self._first else What.CHOOSE
        if what is What.ASK and self._known:
            self._answer.set_result(self._known.pop())
            return
        self.card = PassphraseCard(self._window, what, self._language())
        self.card.answered.connect(self._answered)

    @Slot(str)
    def _answered(self, text: str) -> None:
        asked, self.card = self.card, None
        if asked is not None and asked.what is What.AGAIN and text == self._first:
            self._known = [text] * UNASKED
        self._first = text if asked is not None and asked.what is What.CHOOSE else ""
        if not self._answer.done():
            self._answer.set_result(text)
