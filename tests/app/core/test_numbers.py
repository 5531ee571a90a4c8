import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.beijing import ms_at
from app.core.codes import OwnReceipt, read_scan
from app.core.numbers import OrderNumber, order_number, parse_order_number, short_name

NOON = ms_at(dt.datetime(2026, 11, 22, 12))  # noqa: DTZ001 - read as Beijing time
TODAY = dt.date(2026, 11, 22)


def number(**changes):
    facts = {"training": False, "at_ms": NOON, "terminal": "0007", "epoch": 4821, "running": 123}
    return order_number(**facts | changes)


def test_the_parts_stand_where_the_diagram_says():
    assert number()[:22] == "4261122000748210000123"
    assert number(training=True)[0] == "7"
    assert parse_order_number(number()) == OrderNumber(False, "2026-11-22", "0007", 4821, 123)


@given(
    training=st.booleans(),
    at_ms=st.integers(946_656_000_000, 4_102_415_999_999),
    terminal=st.integers(0, 9999).map("{:04d}".format),
    epoch=st.integers(0, 9999),
    running=st.integers(0, 9_999_999),
)
def test_a_number_is_24_digits_and_is_read_back(training, at_ms, terminal, epoch, running):
    text = order_number(training=training, at_ms=at_ms, terminal=terminal, epoch=epoch, running=running)
    parts = parse_order_number(text)
    assert len(text) == 24
    assert parts is not None
    assert (parts.training, parts.terminal, parts.epoch, parts.running) == (training, terminal, epoch, running)
    assert read_scan(text, TODAY) == OwnReceipt(text)


def test_one_wrong_digit_or_two_swapped_ones_are_noticed():
    good = number()
    for place in range(24):
        for digit in "0123456789":
            if digit != good[place]:
                assert parse_order_number(good[:place] + digit + good[place + 1 :]) is None
    for place in range(23):
        if good[place] != good[place + 1]:
            swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
            assert parse_order_number(swapped) is None


@pytest.mark.parametrize("text", ["", "4" * 23, "4" * 24, "x" * 24, "４" * 24, number()[:-1], number() + "0"])
def test_anything_else_is_none_of_ours(text):
    assert parse_order_number(text) is None


def test_a_day_that_does_not_exist_is_none_of_ours():
    body = "4" + "260230" + "0007" + "4821" + "0000123"
    assert parse_order_number(body + f"{98 - int(body) * 100 % 97:02d}") is None


@pytest.mark.parametrize(
    "changes",
    [{"terminal": "7"}, {"terminal": "000x"}, {"terminal": "００００"}, {"epoch": 10_000}, {"running": 10_000_000}],
)
def test_a_part_that_does_not_fit_is_refused(changes):
    with pytest.raises(ValueError):
        number(**changes)


def test_people_name_a_sale_by_four_digits():
    assert short_name(1_230_042) == "0042"
    assert parse_order_number(number()).short == "0123"
