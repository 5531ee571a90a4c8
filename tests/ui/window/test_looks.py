"""What the window takes of the settings at once: brightness, hot keys, language."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from app.settings import Keys, Looks, Settings, Till
from app.till.api import Phase
from tests.ui import pictures
from ui.tokens import DARK, LIGHT


def test_a_chosen_brightness_stays_whatever_the_system_does(window):
    window.take_settings(Settings(looks=Looks(theme="dark")))
    assert window.theme.colours is DARK
    window.set_dark(False)
    assert window.theme.colours is DARK
    window.take_settings(Settings())
    assert window.theme.colours is LIGHT
    window.set_dark(True)
    assert window.theme.colours is DARK


def test_another_key_stops_the_sale_and_stands_on_the_button(window, show, counter):
    window.take_settings(Settings(keys=Keys(stop="F12")))
    show(pictures.view(Phase.PENDING))
    assert "F12" in [button.chip for button in window.buttons]
    QTest.keyClick(window, Qt.Key.Key_F2)
    assert "stop" not in str(counter.asked)
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert "stop" in str(counter.asked)


def test_a_sentence_names_the_key_of_this_computer(window, show):
    window.take_settings(Settings(keys=Keys(keep="F11")))
    show(replace(pictures.view(Phase.READY), confirm_cap=True))
    assert "F11" in window.stage.face.second
    assert "F7" not in window.stage.face.second


def test_another_language_in_the_settings_is_the_windows_at_once(window):
    window.take_settings(Settings())
    window.backroom.settled.emit(Settings(till=Till(language="en")))
    assert window.cashier.language == "en"


def test_a_language_that_was_switched_at_the_till_stays_when_other_settings_change(window):
    window.take_settings(Settings())
    window.cashier.language = "en"
    window.take_settings(Settings(looks=Looks(theme="dark")))
    assert window.cashier.language == "en"


def test_the_stage_tells_a_screen_reader_what_is_and_what_to_do(window, show, monkeypatch):
    heard = []
    monkeypatch.setattr("ui.widgets.stage.announce", lambda _widget, text, now: heard.append((text, now)))
    show(pictures.view(Phase.PAID))
    assert heard
    assert heard[-1][1]
    assert window.stage.face.head in heard[-1][0]
    told = QAccessible.queryAccessibleInterface(window.stage).text(QAccessible.Text.Name)
    assert window.stage.face.first in told
    count = len(heard)
    show(pictures.view(Phase.PAID))
    assert len(heard) == count, "nothing is said twice"


def test_announcements_reach_the_platform(window, show):
    QAccessible.setActive(True)
    try:
        show(pictures.view(Phase.PENDING))
        show(pictures.view(Phase.PAID))
    finally:
        QAccessible.setActive(False)
