"""A button is pressed by its key, by touch, or by Space where it has no key; Enter presses none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ui import tokens
from ui.widgets.buttons import ButtonFace, KeyButton


@pytest.fixture
def button(qtbot):
    made = KeyButton(tokens.theme(1366, 768, dark=False))
    qtbot.addWidget(made)
    made.pressed_times = []
    made.clicked.connect(lambda: made.pressed_times.append(1))
    made.set_face(ButtonFace("", "Print"))
    made.show()
    return made


def test_without_a_key_it_is_reached_by_tab_and_pressed_by_space(button):
    assert button.focusPolicy() is Qt.FocusPolicy.TabFocus
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(button.pressed_times) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select])
def test_no_enter_presses_it(button, key):
    QTest.keyClick(button, key)
    assert button.pressed_times == []


def test_with_a_key_of_its_own_it_takes_no_focus(button):
    button.set_face(ButtonFace("F8", "Refund"))
    assert button.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_what_is_off_is_pressed_by_nothing(button):
    button.set_face(ButtonFace("", "Print", enabled=False))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.click()
    assert button.pressed_times == []
