import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.beijing import (
    BEIJING,
    at_beijing,
    business_day,
    clock_words,
    ms_at,
    next_midnight_ms,
    settlement_end_ms,
    stamp,
)

MIDNIGHT = ms_at(dt.datetime(2026, 11, 22))  # noqa: DTZ001 - read as Beijing time, which is the point


def test_the_day_changes_at_beijing_midnight():
    assert MIDNIGHT == 1_795_276_800_000  # 2026-11-21T16:00:00Z
    assert business_day(MIDNIGHT - 1) == "2026-11-21"
    assert business_day(MIDNIGHT) == "2026-11-22"
    assert clock_words(MIDNIGHT - 1) == "23:59"
    assert stamp(MIDNIGHT + 1999) == "20261122000001"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_computers_time_zone_does_not_matter(monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    assert business_day(MIDNIGHT - 1) == "2026-11-21"


@given(st.integers(0, 4_102_444_800_000))
def test_a_millisecond_comes_back_and_lies_within_its_day(ms):
    assert ms_at(at_beijing(ms)) == ms
    over = next_midnight_ms(ms)
    assert 0 < over - ms <= 86_400_000
    assert at_beijing(over).timetz() == dt.time(0, tzinfo=BEIJING)


@given(st.integers(0, 4_102_444_800_000))
def test_unionpays_day_ends_at_23(ms):
    over = settlement_end_ms(ms)
    assert 0 < over - ms <= 86_400_000
    assert at_beijing(over).timetz() == dt.time(23, tzinfo=BEIJING)
