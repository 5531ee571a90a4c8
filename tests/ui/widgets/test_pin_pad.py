"""The pad takes a person's figures and shows none of them."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from ui import tokens
from ui.widgets.pin_pad import BACK, HEIGHT, KEYS, OK, WIDTH, PadFace, PinPad


@pytest.fixture
def pad(qtbot):
    made = PinPad(tokens.theme(1366, 768, dark=False))
    qtbot.addWidget(made)
    made.resize(WIDTH, HEIGHT)
    made.set_face(PadFace("密码", "登录"))
    made.show()
    made.heard = []
    made.entered.connect(made.heard.append)
    return made


def key(pad, code, text="", *, held=Qt.KeyboardModifier.NoModifier, repeat=False):
    return pad.take(QKeyEvent(QEvent.Type.KeyPress, code, held, text, repeat))


def figures(pad, text):
    for one in text:
        assert key(pad, getattr(Qt.Key, f"Key_{one}"), one)


def test_what_is_typed_leaves_once(pad):
    figures(pad, "830274")
    assert pad.count == 6
    assert key(pad, Qt.Key.Key_Return, "\r")
    assert pad.heard == ["830274"]
    assert pad.count == 0
    key(pad, Qt.Key.Key_Enter, "\r")
    assert pad.heard == ["830274"], "nothing typed is nothing entered"


def test_fingers_and_number_block_type_the_same(pad):
    for name in ("8", "3", BACK, "0", OK):
        QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=pad.keys()[name].center())
    key(pad, Qt.Key.Key_7, "7", held=Qt.KeyboardModifier.KeypadModifier)
    key(pad, Qt.Key.Key_Enter, "\r", held=Qt.KeyboardModifier.KeypadModifier)
    assert pad.heard == ["80", "7"]


@pytest.mark.parametrize(
    ("code", "text"), [(Qt.Key.Key_A, "a"), (Qt.Key.Key_F8, ""), (Qt.Key.Key_Escape, "\x1b"), (0, "８")]
)
def test_other_keys_are_not_its(pad, code, text):
    assert not key(pad, code, text)
    assert pad.count == 0


def test_a_key_that_is_held_types_one_figure(pad):
    figures(pad, "8")
    assert key(pad, Qt.Key.Key_8, "8", repeat=True)
    assert pad.count == 1


def test_closed_it_takes_nothing_and_keeps_nothing(pad):
    figures(pad, "8302")
    pad.set_face(PadFace("密码", "登录", note="试了 5 次，1 分钟后再输。", closed=True))
    assert pad.count == 0
    figures(pad, "830274")
    key(pad, Qt.Key.Key_Return, "\r")
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=pad.keys()["8"].center())
    assert pad.heard == []


def test_nothing_of_a_pin_is_to_be_seen(pad):
    """Two PINs of one length make one picture; nor does any name or text of the widget hold them."""
    pictures = []
    for pin in ("830274", "619305"):
        figures(pad, pin)
        pictures.append(pad.grab().toImage())
        said = pad.accessibleName() + pad.accessibleDescription() + pad.toolTip() + repr(pad)
        assert pin not in said
        pad.clear()
    assert pictures[0] == pictures[1]
    figures(pad, "83027")
    assert pad.grab().toImage() != pictures[0]


def test_keys_are_large_apart_and_inside(pad):
    places = list(pad.keys().values())
    assert len(places) == len(KEYS)
    for at, place in enumerate(places):
        assert place.width() >= 44
        assert place.height() >= 44
        assert pad.rect().contains(place)
        assert not any(
            place.adjusted(-4, -4, 4, 4).intersects(other.adjusted(-4, -4, 3, 3)) for other in places[at + 1 :]
        )
    assert not any(place.contains(QPoint(2, 2)) for place in places)
