"""The tour over the real window: where its parts are, and which keys are the tour's while it is there.

Its keys are Esc, Space, F8 and the arrows. Any other key, a scan or a press on the window is the till's: it goes there,
and the tour is over.
"""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.pages.help.tour import Stop, Tour, is_seen, mark_seen
from ui.window.shell import Window

_OURS = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_F8, Qt.Key.Key_Left, Qt.Key.Key_Right})
_HELD = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta})


class Touring(QObject):
    """``folder``: the training folder, which remembers that the tour was shown."""

    def __init__(self, window: Window, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self.tour = Tour(_stops(window), window.theme, window.cashier.language, window)
        self.tour.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tour.ended.connect(self._ended)
        self.tour.hide()

    def begin_once(self) -> None:
        if not is_seen(self._folder):
            self.begin()

    @Slot()
    def begin(self) -> None:
        """From the start, the office closed."""
        self._window.backroom.leave()
        self._fit()
        self._window.installEventFilter(self)
        self._window.backroom.shown.connect(self.tour.leave)
        self.tour.begin()
        self._window.setFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._fit)  # once the window has its new theme
        elif kind == QEvent.Type.MouseButtonPress:
            self.tour.leave()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if self._window.theme.keys.standard(event).key() in _OURS:
                self.tour.keyPressEvent(event)
                return True
            if event.key() not in _HELD:
                self.tour.leave()
        return False

    @Slot()
    def _fit(self) -> None:
        self.tour.set_look(self._window.theme, self._window.cashier.language)

    @Slot()
    def _ended(self) -> None:
        self._window.removeEventFilter(self)
        self._window.backroom.shown.disconnect(self.tour.leave)
        mark_seen(self._folder)
        self._window.setFocus()


def _stops(window: Window) -> tuple[Stop, ...]:
    def of(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())

    def buttons() -> QRect:
        first, last = window.buttons[0].geometry(), window.buttons[-1].geometry()
        return first.united(last)

    return (
        Stop("amount", lambda: of(window.amount)),
        Stop("stage", lambda: of(window.stage)),
        Stop("phone", lambda: of(window.practice.panel)),
        Stop("list", lambda: of(window.sales if window.sales.isVisible() else window.practice.tabs[1])),
        Stop("buttons", buttons),
        Stop("status", lambda: of(window.status)),
    )
