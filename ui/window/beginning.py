"""The first start over the window: where the folder is not set up there is nothing to sell with, so it lies over all.

It knows no house; once the till can be opened it says ``done`` and goes.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.secrets.passphrase import Prompt
from app.setup.room import SetupRoom
from app.till.clock import Clock
from ui.errands import Errands, Runner
from ui.pages.wizard.page import WizardPage
from ui.widgets.covering import focus_within
from ui.window.shell import Window


class Beginning(QWidget):
    """``done``: open the house now; its first manager is asked for after that."""

    done = Signal()

    def __init__(self, window: Window, room: SetupRoom, runner: Callable[[], Runner | None]) -> None:
        super().__init__(window)
        self._window = window
        self.page = WizardPage(Errands(runner, self), window.theme, window.cashier.language, self, room=room)
        self.page.saved.connect(window.take_settings)
        self.page.saved.connect(self._fit)
        self.page.done.connect(self._finish)
        window.installEventFilter(self)
        self._fit()
        self.show()
        self.raise_()
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.page.setFocus()
        self.page.enter()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys that no field took are the page's; none reaches the till beneath."""
        self.page.key(self._window.theme.keys.standard(event))
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's signature
        return focus_within(self, forward=forward)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._fit)  # once the window has its new theme
        return False

    @Slot()
    def _finish(self) -> None:
        self._window.removeEventFilter(self)
        self.hide()
        self._window.setFocus()
        self._window.backroom.first_wanted = True
        self.done.emit()
        self.deleteLater()

    @Slot()
    def _fit(self) -> None:
        self.setGeometry(self._window.rect())
        self.page.setGeometry(self.rect())
        if self.page.theme != self._window.theme:
            self.page.set_look(self._window.theme, self.page.language)


def begin(window: Window, folder: Path, runner: Callable[[], Runner | None], prompt: Prompt) -> Beginning:
    """Over ``window``, for ``folder``; ``prompt`` asks for a passphrase where there is no keyring."""
    return Beginning(window, SetupRoom(folder, Clock().channel_ms, prompt=prompt), runner)
