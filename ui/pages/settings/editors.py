"""The fields that are no line of text: a file to choose, and a key to press."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.words import say
from ui.hotkeys import name_of
from ui.tokens import BODY, CONTROL_RADIUS, STATUS, Theme
from ui.widgets.base import Painted, advance, card, draw

KEYS_FILES: Final = "*.pem *.cer *.crt *.pfx *.p12 *.txt *.key *.csr *.json"


class Pressed(Painted):
    """A field to press: by touch, Space or nothing else. Enter does nothing here: scanners send it."""

    pressed = Signal()
    is_wrong = False

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.language = language
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pressed.connect(self.begin)

    def begin(self) -> None:
        raise NotImplementedError

    def words(self) -> tuple[str, str]:
        """What stands at the left, what at the right."""
        raise NotImplementedError

    def set_label(self, label: str) -> None:
        self._label = label
        self.setAccessibleName(label)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Space:
            self.pressed.emit()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.setFocus()
        self.pressed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter, rect = self.painter(), QRectF(self.rect())
        strong = self.hasFocus() or self.is_wrong
        edge = c.redtext if self.is_wrong else c.accent if self.hasFocus() else c.edge
        card(painter, rect, c.surface, t.px(CONTROL_RADIUS), edge=edge, width=2 if strong else 1)
        left, right = self.words()
        inner = rect.adjusted(t.px(14), 0, -t.px(14), 0)
        font, small = t.font(BODY), t.font(STATUS)
        draw(painter, inner, right, small, c.accent, align=Qt.AlignmentFlag.AlignRight)
        room = inner.width() - advance(right, small) - t.px(12)
        draw(painter, inner, short(left, lambda text: advance(text, font) <= room), font, c.ink)
        painter.end()


class FileField(Pressed):
    """``chosen`` carries nothing: ask ``path``. What is in the file is read elsewhere, and never shown."""

    chosen = Signal()

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, language, parent)
        self.path: Path | None = None
        self.held = False  # something was taken in before
        self.is_sealed = False  # and it is a secret
        self._dialog: QFileDialog | None = None

    def begin(self) -> None:
        """The system's own dialog; nothing of the till waits for it."""
        dialog = self._dialog = QFileDialog(self.window(), self.accessibleName())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"({KEYS_FILES})", "(*)"])
        dialog.fileSelected.connect(self.choose)
        dialog.open()

    def choose(self, path: str) -> None:
        if path:
            self.path = Path(path)
            self.is_wrong = False
            self.update()
            self.chosen.emit()

    def clear(self) -> None:
        self.path = None
        self.update()

    def words(self) -> tuple[str, str]:
        there = self.path is not None or self.held
        right = say("sp.other" if there else "sp.choose", self.language)
        if self.path is not None:
            return self.path.name, right
        return (say("sp.sealed", self.language) if self.is_sealed else "✓ PEM") if self.held else "", right


class KeyField(Pressed):
    """A hot key: pressed, it takes the next key that could be one; Esc leaves it as it was."""

    chosen = Signal()
    key = ""

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, language, parent)
        self.waiting = False

    def set_key(self, key: str) -> None:
        self.key = key
        self.setAccessibleDescription(key)
        self.update()

    def begin(self) -> None:
        self.waiting = True
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self.waiting:
            super().keyPressEvent(event)
            return
        if event.key() == Qt.Key.Key_Escape:
            self.waiting = False
        elif name := name_of(event):
            self.waiting = self.is_wrong = False
            self.set_key(name)
            self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        self.waiting = False
        super().focusOutEvent(event)

    def words(self) -> tuple[str, str]:
        return say("sp.keys.press", self.language) if self.waiting else self.key, ""


def short(text: str, fits: object) -> str:
    """``text``, its middle left out until it fits: a file is known by its beginning and its ending."""
    assert callable(fits)
    if fits(text):
        return text
    for keep in range(len(text) // 2, 2, -1):
        cut = f"{text[:keep]}…{text[-keep:]}"
        if fits(cut):
            return cut
    return text[:3] + "…"
