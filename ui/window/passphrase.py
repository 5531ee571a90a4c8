"""Asks for the passphrase of the sealed keys, where this computer has no keyring: once, before the till is open."""

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from app.words import say


class Passphrase(QObject):
    """Called from any thread but Qt's, it waits for what a person types; empty where they type nothing or leave."""

    _wanted = Signal()

    def __init__(self, window: QWidget, language: Callable[[], str]) -> None:
        super().__init__(window)
        self._window, self._language = window, language
        self._answer: Future[str] = Future()
        self._dialog: QInputDialog | None = None
        self._wanted.connect(self._ask, Qt.ConnectionType.QueuedConnection)

    def __call__(self) -> str:
        self._answer = Future()
        self._wanted.emit()
        return self._answer.result()

    def close(self) -> None:
        """The program ends: whoever waits goes on with nothing."""
        if self._dialog is not None:
            self._dialog.reject()
        elif not self._answer.done():
            self._answer.set_result("")

    @Slot()
    def _ask(self) -> None:
        language = self._language()
        dialog = self._dialog = QInputDialog(self._window)
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        dialog.setWindowTitle(say("win.title", language))
        dialog.setLabelText(say("cli.passphrase", language))
        dialog.setOkButtonText(say("staff.in.next", language))
        dialog.setCancelButtonText(say("staff.cancel", language))
        dialog.finished.connect(self._answered)
        dialog.open()  # nothing runs yet that it could hide

    @Slot(int)
    def _answered(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        text = dialog.textValue() if result else ""
        dialog.setTextValue("")
        dialog.deleteLater()
        if not self._answer.done():
            self._answer.set_result(text)
