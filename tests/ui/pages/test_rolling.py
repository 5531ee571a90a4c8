"""A list of any length is walked by keys, wheel and touch pad, and never beyond its ends."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from ui.pages.rolling import NOTCH, Rolling


class Lines(Rolling):
    def __init__(self, theme, count):
        super().__init__(theme)
        self.many, self.taken = count, []

    def count(self):
        return self.many

    def take(self, place):
        self.taken.append(place)


@pytest.fixture
def lines(qtbot, theme):
    def made(count):
        one = Lines(theme, count)
        qtbot.addWidget(one)
        one.resize(600, theme.px(Rolling.HEAD + 8) + 5 * theme.px(Rolling.ROW))
        one.show()
        return one

    return made


def wheel(widget, turn):
    at = QPointF(5, 5)
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    widget.wheelEvent(QWheelEvent(at, at, QPoint(), QPoint(0, turn), *none, False))


@pytest.mark.parametrize(
    ("keys", "cursor", "first"),
    [
        ([Qt.Key.Key_Down], 1, 0),
        ([Qt.Key.Key_Up], 0, 0),
        ([Qt.Key.Key_PageDown], 5, 1),
        ([Qt.Key.Key_End], 19, 15),
        ([Qt.Key.Key_End, Qt.Key.Key_Down], 19, 15),
        ([Qt.Key.Key_End, Qt.Key.Key_PageUp], 14, 14),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], 0, 0),
    ],
)
def test_the_cursor_is_always_in_sight(lines, keys, cursor, first):
    one = lines(20)
    for key in keys:
        QTest.keyClick(one, key)
    assert (one.cursor_at, one.first) == (cursor, first)


def test_space_takes_the_line_under_the_cursor_and_nothing_where_there_is_none(lines):
    one, none = lines(3), lines(0)
    QTest.keyClick(one, Qt.Key.Key_Down)
    for each in (one, none):
        QTest.keyClick(each, Qt.Key.Key_Space)
        QTest.keyClick(each, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    assert (one.taken, none.taken) == ([1, 1], [])


def test_the_wheel_leaves_the_cursor_and_parts_of_a_notch_add_up_either_way(lines):
    one = lines(20)
    for turn in (-NOTCH // 2, -NOTCH // 2):
        wheel(one, turn)
    assert (one.first, one.cursor_at) == (3, 0)
    for turn in (NOTCH // 2, NOTCH // 2):
        wheel(one, turn)
    assert one.first == 0
    wheel(one, -100 * NOTCH)
    assert one.first == 15
    few = lines(2)
    wheel(few, -NOTCH)
    assert few.first == 0


def test_a_place_is_a_line_only_where_one_stands(lines, theme):
    one = lines(2)
    head, row = theme.px(Rolling.HEAD), theme.px(Rolling.ROW)
    assert [one.place_of(y) for y in (0, head - 1, head, head + row, head + 2 * row)] == [None, None, 0, 1, None]
