import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels import beijing


def test_midnight_in_beijing_is_four_in_the_afternoon_in_greenwich():
    assert beijing.write(1_795_363_199_000, beijing.SPACED) == "2026-11-22 23:59:59"
    assert beijing.write(1_795_363_200_000, beijing.COMPACT) == "20261123000000"


def test_the_computers_own_zone_does_not_matter(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    assert beijing.write(0, beijing.COMPACT) == "19700101080000"
    assert beijing.read("19700101080000", beijing.COMPACT) == 0


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 4_102_444_800), st.sampled_from([beijing.COMPACT, beijing.SPACED]))
def test_what_is_written_is_read_back(seconds, form):
    assert beijing.read(beijing.write(seconds * 1000, form), form) == seconds * 1000


@pytest.mark.parametrize(
    "text",
    [
        "", "2026112222400", "20261322000000", "2026112222 40 1", "2026-11-22 22:40:00", "２０２６1122224000",
        "20260229000000", "20261122240000", "20261122224060", "20261122T224000", "20261122224000Z", "20261122224000.5",
        "202611222240", "2026W477224000", "2026112222:40:00", "0000112222400", "20261122224000\n", "\ud800" * 14,
    ],
)  # fmt: skip
def test_anything_else_is_no_time(text):
    assert beijing.read(text, beijing.COMPACT) is None


@pytest.mark.parametrize(
    "text",
    ["2026-11-22", "2026-11-22T22:40:00", "2026-11-22 22:40", "2026-11-22 22:40:00+08:00", "2026-W47-7 22:40:00"],
)
def test_other_spellings_of_iso_8601_are_no_time_of_alipays(text):
    assert beijing.read(text, beijing.SPACED) is None
