"""The passphrase is typed into the window where there is no terminal, and whoever waits is never left waiting."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.window.passphrase import Passphrase

# The offscreen platform alone says so, of every dialog.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def asking(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    passphrase = Passphrase(window, lambda: "zh")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(passphrase)
        qtbot.waitUntil(lambda: passphrase._dialog is not None)
        yield passphrase, passphrase._dialog, waiting
        passphrase.close()


def test_what_is_typed_comes_back_and_is_not_shown(asking):
    _, dialog, waiting = asking
    (field,) = dialog.findChildren(QLineEdit)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    field.setText("one two")
    dialog.accept()
    assert waiting.result(5) == "one two"


def test_leaving_it_answers_nothing(asking):
    _, dialog, waiting = asking
    dialog.setTextValue("half")
    dialog.reject()
    assert waiting.result(5) == ""


def test_an_ending_program_leaves_nobody_waiting(asking):
    passphrase, _, waiting = asking
    passphrase.close()
    assert waiting.result(5) == ""
