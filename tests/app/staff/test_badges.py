"""A badge is never money, and nothing else is a badge."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codes import NotTaken, read_scan
from app.staff.badges import mark_of, new_badge, read_badge

TODAY = date(2026, 11, 22)


def badge(seed=1):
    return new_badge(random.Random(seed).randbytes)


def test_a_badge_is_read_however_the_scanner_sends_it():
    text = badge()
    assert len(text) == 31
    for sent in (text, text.lower(), f"]C0{text}", f" {text}\r\n", text.swapcase()):
        assert read_badge(sent) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MSB",
        badge()[:-1],
        badge() + "A",
        "X" + badge()[1:],
        "130123456789012345",
        "ＭＳＢ" + badge()[3:],
        "ſ" * 31,
        "9" * 5000,
    ],
)
def test_nothing_else_is_a_badge(text):
    assert read_badge(text) is None


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.integers(0, 2**64), st.integers(0, 31), st.integers(0, 31))
def test_no_piece_of_a_badge_is_a_payment_code_or_an_order_number(seed, first, last):
    assert isinstance(read_scan(badge(seed)[first:last], TODAY), NotTaken)


def test_two_badges_differ_and_their_marks_tell_nothing():
    one, two = badge(1), badge(2)
    assert one != two
    mark = mark_of(one, b"k" * 32)
    assert mark != mark_of(one, b"l" * 32)
    assert one not in mark
    assert len(mark) == 64
