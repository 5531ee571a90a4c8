"""The people's pages over a real room of people; the worker's loop is this thread."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.app.staff.conftest import PINS, Shop

ORDER = "426112200074821000012359"


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path).staffed()


def type_(page, text, *, enter=True):
    """A person's hand: keys that no field takes reach the page."""
    for figure in text:
        _key(page, getattr(Qt.Key, f"Key_{figure}"), figure)
    if enter:
        _key(page, Qt.Key.Key_Return, "\r")


def escape(page):
    return _key(page, Qt.Key.Key_Escape, "")


def _key(page, key, text):
    from PySide6.QtCore import QEvent  # noqa: PLC0415 - this alone needs it
    from PySide6.QtGui import QKeyEvent  # noqa: PLC0415 - as above

    return page.key(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text))


def signs_in(page, number):
    type_(page, number)
    type_(page, PINS[number])


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
