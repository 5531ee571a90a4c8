from itertools import combinations

import pytest
from PySide6.QtCore import QRect

from ui.tokens import FINGER, touch
from ui.views.frame import frame
from ui.widgets.sale_list import ROW

SIZES = [
    *((1366, 768), (1920, 1080), (1024, 600), (960, 540), (683, 384), (1280, 720)),
    *((1366, 700), (2560, 1080), (3840, 2160), (1200, 1920)),
]


def test_the_frame_is_the_pages_own_at_its_own_size():
    at = frame(1366, 768)
    assert at.amount == QRect(16, 16, 942, 128)
    assert at.stage == QRect(16, 160, 630, 460)
    assert at.side == QRect(662, 160, 296, 460)
    assert [rect.width() for rect in at.buttons] == [307, 307, 296]
    assert {(rect.y(), rect.height()) for rect in at.buttons} == {(636, 72)}
    assert at.list == QRect(974, 16, 376, 692)
    assert at.status == QRect(0, 724, 1366, 44)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_overlaps_and_nothing_is_outside(size):
    at, whole = frame(*size), QRect(0, 0, *size)
    parts = (at.amount, at.stage, at.side, *at.buttons, at.list, at.status)
    assert all(whole.contains(part) for part in parts)
    assert not [pair for pair in combinations(parts, 2) if pair[0].intersects(pair[1])]
    training = (*at.tabs, at.phone, at.ask, *at.behaviours)
    assert all(at.list.adjusted(-1, -1, 1, 1).contains(part) for part in training)
    assert not [pair for pair in combinations(training, 2) if pair[0].intersects(pair[1])]


@pytest.mark.parametrize("size", SIZES)
def test_a_finger_hits_what_it_aims_at(size):
    at = frame(*size)
    assert all(min(r.width(), r.height()) >= round(44 * at.u) for r in (*at.buttons, *at.tabs, *at.behaviours))


def test_what_is_left_over_goes_to_the_stage_and_the_list():
    small, wide = frame(1366, 768), frame(1600, 768)
    assert wide.stage.width() - small.stage.width() == 234
    assert (wide.side.width(), wide.list.width()) == (small.side.width(), small.list.width())
    assert frame(1366, 900).list.height() - small.list.height() == 132


def test_on_a_scaled_screen_a_finger_still_hits_what_is_pressed_at_the_till():
    """1920×1080 at the system's 200 %: one px here is two of the screen's."""
    at = frame(960, 540)
    pressed = (*at.buttons, *at.tabs, at.status)
    assert min(min(rect.width(), rect.height()) for rect in pressed) >= FINGER
    assert at.status.bottom() + 1 == 540
    assert at.list_under_tabs.top() > at.tabs[0].bottom()
    assert round(ROW * at.u) >= FINGER, "a row of the list"


def test_where_nothing_is_scaled_every_length_goes_by_the_unit():
    assert touch(44, 0.875) == 44
    assert touch(44, 0.75) * 0.75 == pytest.approx(FINGER)
    assert touch(72, 0.75) == 72
