"""Which of the two windows stands there, and the interface that comes and goes with the house."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.settings import Pos, Settings
from app.till.api import Phase
from app.words import say
from tests.ui import pictures
from tests.ui.conftest import HereAndNow
from ui.mini import beside as besides
from ui.mini.beside import Beside

# What Qt's offscreen platform says of any window that is to stay on top.
pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)


class Interface:
    trouble = ""

    def __init__(self):
        self.done = []

    async def open(self):
        self.done.append("open")
        return self.trouble

    async def aclose(self):
        self.done.append("close")


@pytest.fixture
def till(window, bridge, counter, tmp_path, monkeypatch):
    """``till.begin(**pos)`` makes the switch over a house with those settings."""
    made = SimpleNamespace(interface=Interface(), parent=QObject(), beside=None, away=[])

    def interface_of(_house, away):
        made.away.append(away)
        return made.interface

    def begin(**pos):
        house = SimpleNamespace(settings=replace(Settings(simulator=True), pos=Pos(**pos)))
        made.beside = Beside(
            window,
            bridge,
            house,
            tmp_path,
            HereAndNow,
            show_full=window.show,
            away=lambda: False,
            parent=made.parent,
        )
        made.beside.begin()
        counter.show_view(pictures.view(Phase.PENDING))
        QApplication.processEvents()
        return made.beside

    monkeypatch.setattr(besides, "interface_of", interface_of)
    made.begin = begin
    yield made
    if made.beside is not None:
        made.beside.close()


def test_ctrl_m_goes_there_and_back_with_all_that_was_typed(till, window, counter, qapp, qtbot):
    beside = till.begin()
    assert window.isVisible()
    assert not beside.mini.isVisible()
    counter.show_view(pictures.view(Phase.IDLE))
    qapp.processEvents()
    window.type_key("7")
    beside.to_mini()
    assert (window.isVisible(), beside.mini.isVisible()) == (False, True)
    assert beside.mini.card.face.amount.typed == "7", "nothing typed is lost"
    QTest.keyClick(beside.mini, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert (window.isVisible(), beside.mini.isVisible()) == (True, False)
    assert beside._shortcut.key().toString() == "Ctrl+M"


def test_pictures_reach_whichever_stands_there(till, counter, qapp):
    beside = till.begin(window="mini")
    assert beside.mini.isVisible(), "the settings want it"
    counter.show_view(pictures.view(Phase.PAID))
    qapp.processEvents()
    assert beside.mini.card.face.stage.head == say("st.paid.head")


def test_the_office_opens_in_the_full_window_and_keeps_it(till, window, qapp):
    beside = till.begin(window="mini")
    window.backroom.show()
    QTest.keyClick(beside.mini, Qt.Key.Key_F4)
    assert (window.isVisible(), beside.mini.isVisible()) == (True, False)
    beside.to_mini()
    assert window.isVisible(), "whoever works there loses nothing"
    window.backroom.hide()


def test_help_opens_the_full_window(till, window):
    beside = till.begin(window="mini")
    QTest.keyClick(beside.mini, Qt.Key.Key_F1)
    assert window.isVisible()
    assert window.cashier.help


def test_the_interface_opens_and_closes_with_the_house(till, qtbot, window):
    beside = till.begin()
    assert till.interface.done == ["open"]
    beside.close()
    till.beside = None
    assert till.interface.done == ["open", "close"]


def test_a_port_that_is_taken_is_told(till, window, qapp, qtbot):
    till.interface.trouble = "pos.taken"
    till.begin()
    qtbot.waitUntil(lambda: window.banner.face is not None)
    assert window.banner.face.text == say("pos.taken")
