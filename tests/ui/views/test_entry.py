from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.views.entry import Entry

KEYS = st.lists(st.sampled_from([*"0123456789", "00", ".", "back"]), max_size=30)


def typed(*keys: str) -> Entry:
    entry = Entry()
    for key in keys:
        entry = entry.back() if key == "back" else entry.press(key)
    return entry


@pytest.mark.parametrize(
    ("keys", "shown", "fen"),
    [
        ("", ("", "0.00"), 0),
        ("128.5", ("128.5", "0"), 12850),
        ("128.50", ("128.50", ""), 12850),
        ("128.509", ("128.50", ""), 12850),
        ("1234567", ("1,234,567", ".00"), 123456700),
        ("007", ("7", ".00"), 700),
        (".5", ("0.5", "0"), 50),
        ("5..5", ("5.5", "0"), 550),
        ("0", ("0", ".00"), 0),
        ("0.01", ("0.01", ""), 1),
        ("999999999", ("99,999,999", ".00"), 9_999_999_900),
    ],
)
def test_what_is_typed_is_what_stands(keys, shown, fen):
    entry = typed(*keys)
    assert (entry.shown(), entry.fen) == (shown, fen)


def test_two_zeros_at_once_fill_what_room_there_is():
    assert typed("1", "00").fen == 10_000
    assert typed("1", ".", "5", "00").fen == 150
    assert typed("00").text == ""
    assert typed(*"9999999", "00").fen == 999_999_900


@given(KEYS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_keys_make_an_exact_sum_that_can_be_typed_again(keys):
    entry = typed(*keys)
    stands, missing = entry.shown()
    assert Decimal((stands + missing).replace(",", "")) * 100 == entry.fen
    assert 0 <= entry.fen <= 9_999_999_999
    assert Entry.of(entry.fen).fen == entry.fen
