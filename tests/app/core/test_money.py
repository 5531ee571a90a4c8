import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import MAX_AMOUNT_FEN, BadAmount, parse_wire_yuan, parse_yuan, show_yuan, wire_yuan

FEN = st.integers(1, MAX_AMOUNT_FEN)


def test_every_sum_up_to_a_thousand_yuan_goes_out_and_comes_back():
    for fen in range(1, 100_001):
        assert parse_wire_yuan(wire_yuan(fen)) == fen == parse_yuan(show_yuan(fen))


@given(FEN)
def test_any_sum_goes_out_and_comes_back(fen):
    wire = wire_yuan(fen)
    assert re.fullmatch(r"\d+\.\d\d", wire)
    assert parse_wire_yuan(wire) == fen == parse_yuan(wire)
    assert parse_yuan("￥" + show_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "0.00"), (1, "0.01"), (10, "0.10"), (1250, "12.50"), (100507, "1,005.07"), (-3200, "−32.00"), (-1, "−0.01")],
)
def test_people_read_commas_and_two_decimals(fen, shown):
    assert show_yuan(fen) == shown


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12.5", 1250),
        ("12", 1200),
        (".5", 50),
        ("12.", 1200),
        ("0.01", 1),
        ("007.10", 710),
        ("1,005.07", 100507),
        ("￥12.50", 1250),
        ("¥ 12.50", 1250),
        (" 12.50元 ", 1250),
        ("１２．５", 1250),
        ("12。5", 1250),
        ("10000000", MAX_AMOUNT_FEN),
    ],
)
def test_what_a_cashier_types_is_read_exactly(typed, fen):
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("0", "scan.zero"),
        ("", "scan.zero"),
        ("0.00", "scan.zero"),
        ("10000000.01", "scan.over"),
        ("9" * 25, "scan.over"),
        ("12.345", "scan.amount"),
        ("1.2.3", "scan.amount"),
        ("-5", "scan.amount"),
        ("1e3", "scan.amount"),
        ("12,5", "scan.amount"),
        ("1,0005", "scan.amount"),
        (".", "scan.amount"),
        ("٣", "scan.amount"),
        ("²", "scan.amount"),
        ("nan", "scan.amount"),
        ("9" * 5000, "scan.amount"),
    ],
)
def test_what_is_no_amount_says_why(typed, key):
    with pytest.raises(BadAmount) as caught:
        parse_yuan(typed)
    assert caught.value.key == key


@given(st.text(max_size=40))
def test_no_typed_text_does_anything_else(text):
    try:
        fen, key = parse_yuan(text), ""
    except BadAmount as error:
        fen, key = 1, error.key
    assert 1 <= fen <= MAX_AMOUNT_FEN
    assert key in {"", "scan.zero", "scan.over", "scan.amount"}


@pytest.mark.parametrize(
    "text", ["", "12.", ".5", "12.500", "+1", "-1", "1,000", " 1", "1\n", "1e2", "１", "0x1", "1_0", "9" * 17]
)
def test_a_channels_sum_is_read_strictly(text):
    with pytest.raises(ValueError):
        parse_wire_yuan(text)


def test_a_negative_sum_never_goes_on_the_wire():
    with pytest.raises(ValueError):
        wire_yuan(-1)
