"""What somebody typed or scanned, told by its shape."""

import pytest

from app.core.beijing import DAY_MS, at_beijing, ms_at
from app.core.numbers import order_number
from app.core.told import Told
from app.office.question import ByChannelNo, ByNumber, BySum, ByTail, read_question

NOW = 1_795_327_555_000  # Sunday 2026-11-22 14:05:55 in Beijing
ORDER = order_number(training=False, at_ms=NOW, terminal="0003", epoch=4821, running=123)


def fours(digits):
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (ORDER, ByNumber(ORDER)),
        (f"  {fours(ORDER)} ", ByNumber(ORDER)),
        ("-".join(fours(ORDER).split()), ByNumber(ORDER)),
        (f"]C0{ORDER}\r", ByNumber(ORDER)),
        (ORDER.translate(str.maketrans("0123456789", "０１２３４５６７８９")), ByNumber(ORDER)),
        (ORDER + "01", ByNumber(ORDER)),  # the refund slip's own number
        ("0123", ByTail("0123")),
        ("01 23", ByTail("0123")),
        ("4200001234202611221234567890", ByChannelNo("4200001234202611221234567890")),
        ("2026 1122 2200 1438 0514 2907 7361", ByChannelNo("2026112222001438051429077361")),
        ("202611221405557195188", ByChannelNo("202611221405557195188")),
    ],
)
def test_numbers_are_told_apart(typed, meant):
    assert read_question(typed, NOW) == meant


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("128.50", "2026-10-22 14:05", "2026-11-22 14:05"),
        ("￥128.50 11-21", "2026-11-21 00:00", "2026-11-21 23:59"),
        ("128.5 11月21日", "2026-11-21 00:00", "2026-11-21 23:59"),
        ("128.50元 12-24", "2025-12-24 00:00", "2025-12-24 23:59"),  # one that has been
        ("128.50 14:00", "2026-11-22 13:30", "2026-11-22 14:05"),
        ("128.50 20:00", "2026-11-21 19:30", "2026-11-21 20:30"),  # not yet today
        ("128.50 11-20 9:00-10:30", "2026-11-20 09:00", "2026-11-20 10:30"),
        ("１２８．５０ 2025-11-22 09:00", "2025-11-22 08:30", "2025-11-22 09:30"),
    ],
)
def test_a_sum_and_when_it_was(typed, first, last):
    meant = read_question(typed, NOW)
    assert isinstance(meant, BySum)
    assert meant.amount_fen == 12_850
    assert [f"{at_beijing(ms):%Y-%m-%d %H:%M}" for ms in (meant.first_ms, meant.last_ms)] == [first, last]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "desk.find.hint"),
        ("   ", "desk.find.hint"),
        ("130123456789012345", "desk.find.paycode"),  # WeChat
        ("2812 3456 7890 1234 56", "desk.find.paycode"),  # Alipay
        ("6223685882046899894", "desk.find.paycode"),  # UnionPay
        (ORDER[:-1] + str((int(ORDER[-1]) + 1) % 10), "desk.find.digit"),
        ("hello", "desk.find.what"),
        ("MSB" + "QWERTYUIOPASDFGHJKLZXCVBNMQW", "desk.find.what"),  # a badge
        ("128.50 25:00", "desk.find.what"),
        ("128.50 13-41", "desk.find.what"),
        ("128.50 10:00-9:00", "desk.find.what"),
        ("0.00", "desk.find.what"),
        ("'; drop table sale; --", "desk.find.what"),
        ("9" * 5_000, "desk.find.what"),
    ],
)
def test_what_cannot_be_looked_for_is_told(typed, why):
    meant = read_question(typed, NOW)
    assert isinstance(meant, Told)
    assert meant.key == why
    assert not typed.strip() or typed.strip() not in repr(meant)


def test_no_time_lies_ahead():
    meant = read_question("1.00 14:00", NOW)
    assert isinstance(meant, BySum)
    assert meant.last_ms == NOW
    assert ms_at(at_beijing(NOW)) == NOW
    assert meant.first_ms > NOW - DAY_MS
