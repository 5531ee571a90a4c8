"""When a window's pixels are done: the end of the update in which all its widgets are painted and flushed."""

import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

STATUS: Final = Path("/proc/self/status")
DIGIT: Final = "5"


class PaintEnd(QObject):
    """``ended`` carries ``time.monotonic()`` after each update of a top-level window."""

    ended = Signal(float)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._inside = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is not self._window or event.type() is not QEvent.Type.UpdateRequest or self._inside:
            return False
        self._inside = True
        try:
            self._window.event(event)
        finally:
            self._inside = False
        self.ended.emit(time.monotonic())
        return True


def press_digit(window: QWidget) -> None:
    """One digit as the platform delivers it: to the window, so that it takes the way of every key."""
    key = Qt.Key(ord(DIGIT))
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, DIGIT)
        QCoreApplication.sendEvent(window.windowHandle(), event)


def peak_kib() -> int | None:
    """The most memory this process ever had resident, in KiB (VmHWM); None where the system does not tell."""
    try:
        lines = STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)
