"""Another key for an act: pressed, shown and told."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from ui import tokens
from ui.hotkeys import STANDARD_KEYS, hotkeys_of, name_of
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.window.keyboard import acts_of

from app.core.hotkeys import STANDARD  # isort: skip
from ui.views.actions import Act  # isort: skip

KEYS = hotkeys_of({**STANDARD, "stop": "F12", "next": "Ctrl+K", "other": "F2"})


def key(code, modifiers=Qt.KeyboardModifier.NoModifier, text=""):
    return QKeyEvent(QEvent.Type.KeyPress, code, modifiers, text)


@pytest.mark.parametrize(
    ("pressed", "act"),
    [
        (key(Qt.Key.Key_F12), (Act.STOP,)),
        (key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier), (Act.NEXT,)),
        (key(Qt.Key.Key_F2), (Act.OTHER,)),  # changed places: it is no stop any more
        (key(Qt.Key.Key_F3), ()),  # moved away, nobody's now
        (key(Qt.Key.Key_F5), (Act.CHECK,)),
        (key(Qt.Key.Key_Return), (Act.TAKE, Act.AGAIN)),
    ],
)
def test_what_was_pressed_means_what_the_settings_say(pressed, act):
    assert acts_of(KEYS.standard(pressed)) == act


def test_every_standard_key_is_the_key_of_its_act():
    for name, standard in STANDARD.items():
        held, _, last = standard.rpartition("+")
        modifiers = Qt.KeyboardModifier.ControlModifier if held else Qt.KeyboardModifier.NoModifier
        pressed = key(getattr(Qt.Key, f"Key_{last}"), modifiers)
        assert name_of(pressed) == standard
        assert STANDARD_KEYS.standard(pressed) is pressed
        if name != "give":
            assert acts_of(pressed)


def test_figures_and_letters_pass_untouched():
    typed = key(Qt.Key.Key_7, text="7")
    assert KEYS.standard(typed) is typed


def test_repeats_stay_repeats():
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier, "", True)
    assert KEYS.standard(held).isAutoRepeat()


def test_chips_and_sentences_name_the_keys_of_this_computer(qapp, qtbot):
    assert KEYS.chip("F3") == "Ctrl K"
    assert KEYS.chip("Enter") == "Enter"
    assert KEYS.in_words("没错按 F7，要停按 F2。") == "没错按 F7，要停按 F12。"
    assert KEYS.in_words("PDF2 F22") == "PDF2 F22"
    theme = tokens.theme(1366, 768, dark=False, keys=KEYS)
    button = KeyButton(theme)
    qtbot.addWidget(button)
    button.set_face(ButtonFace("F2", "停收"))
    assert button.chip == "F12"
    assert "F12" in button.accessibleName()
