"""The people's pages over a real room of people; the worker's loop is this thread."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.app.staff.conftest import PINS, Shop
from ui import tokens

ORDER = "426112200074821000012359"


class HereAndNow:
    """Answers at once. ``late`` keeps the answers back until ``deliver``."""

    def __init__(self) -> None:
        self.late = False
        self.waiting = []

    def ask(self, work, done, failed=None) -> None:
        answer = asyncio.run(work())
        if self.late:
            self.waiting.append((done, answer))
        else:
            done(answer)

    def deliver(self) -> None:
        waiting, self.waiting = self.waiting, []
        for done, answer in waiting:
            done(answer)


@pytest.fixture
def asker():
    return HereAndNow()


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path).staffed()


@pytest.fixture
def theme(qapp):
    return tokens.theme(1366, 768, dark=False)


@pytest.fixture
def shown(qtbot):
    """Show a page as the office does."""

    def show(page, argument=None):
        qtbot.addWidget(page)
        page.resize(1366, 660)
        page.show()
        page.enter(argument)
        return page

    return show


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
