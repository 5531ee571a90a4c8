import dataclasses
import datetime as dt

import pytest

from app.core.beijing import BEIJING, ms_at
from app.core.channel import Channel
from app.core.policy import CAP_FEN, limits_for, patience_for
from app.core.sale import Order


def beijing(*parts):
    return dt.datetime(*parts, tzinfo=BEIJING)


def order(began):
    ms = ms_at(began)
    return Order("4" * 24, "p", Channel.ALIPAY, 1, "m", "李", "0001", ms, f"{began:%Y-%m-%d}")


def test_wechat_is_waited_for_as_its_documents_say():
    patience = patience_for(Channel.WECHAT)
    assert dataclasses.asdict(patience) == {
        "first_query": 5,
        "poll": 5,
        "poll_grows": False,
        "deadline": 45,
        "pay_limit": 30,
        "query_limit": 10,
        "stop_query": 1,
        "reverse_after": 15,
        "quarantine": 180,
        "no_such_order_pause": 30,
        "back_off": (1, 2, 5, 10, 30, 60),
        "accepted_alarm": 60,
        "unsettled": 600,
        "stuck_query": 60,
        "stuck_reverse": 3600,
        "refund_poll": (10, 20, 30, 60, 60, 120, 300),
        "too_many_pause": 60,
        "stuck_refund": 300,
        "check_pause": 1,
        "window": 7 * 24 * 3600,
        "same_day": False,
        "settlement_day": False,
        "accepted_holds": False,
        "margin": 900,
    }


def test_alipay_is_waited_for_as_its_documents_say():
    patience = patience_for(Channel.ALIPAY)
    differs = {"poll": 3, "reverse_after": 0, "window": 24 * 3600, "same_day": True, "accepted_holds": True}
    assert patience == dataclasses.replace(patience_for(Channel.WECHAT), **differs)


def test_unionpay_is_waited_for_as_its_demo_says():
    patience = patience_for(Channel.UNIONPAY)
    differs = {"first_query": 1, "poll": 16, "poll_grows": True, "deadline": 60, "window": 24 * 3600}
    assert patience == dataclasses.replace(patience_for(Channel.WECHAT), **differs, settlement_day=True)


@pytest.mark.parametrize("pace", [1, 20])
def test_unionpay_is_asked_six_times_in_a_minute_with_growing_pauses(pace):
    patience = patience_for(Channel.UNIONPAY, pace)
    asked = [patience.first_query]
    while asked[-1] < patience.deadline:
        asked.append(asked[-1] + patience.poll_after(asked[-1]))
    assert [round(second * pace) for second in asked] == [1, 3, 7, 15, 31, 47, 63]
    assert patience.poll_after(-3) == patience.first_query
    assert patience_for(Channel.WECHAT).poll_after(31) == patience_for(Channel.WECHAT).poll


def test_the_limits_of_calls():
    assert dataclasses.asdict(limits_for()) == {
        "connect": 5,
        "pay": 30,
        "query": 10,
        "reverse": 30,
        "refund": 30,
        "stop_query": 1,
        "code_life": 60,
        "warm_life": 4,
        "warm_again": 3,
        "warm_at_most": 60,
        "code_memory": 600,
        "check_pause": 1,
    }
    assert CAP_FEN == 500_000


@pytest.mark.parametrize("channel", Channel)
def test_pace_divides_every_duration(channel):
    slow, quick = patience_for(channel), patience_for(channel, 20)
    for field in dataclasses.fields(slow):
        one, other = getattr(slow, field.name), getattr(quick, field.name)
        if isinstance(one, bool):
            assert one is other
        elif isinstance(one, tuple):
            assert [a / 20 for a in one] == list(other)
        else:
            assert other == one / 20
    for field in dataclasses.fields(limits_for()):
        assert getattr(limits_for(20), field.name) == getattr(limits_for(), field.name) / 20


@pytest.mark.parametrize("pace", [0, -1, float("nan"), float("inf")])
def test_a_pace_that_is_no_pace_is_refused(pace):
    with pytest.raises(ValueError):
        patience_for(Channel.WECHAT, pace)
    with pytest.raises(ValueError):
        limits_for(pace)


@pytest.mark.parametrize(
    ("channel", "began", "ends"),
    [
        (Channel.WECHAT, beijing(2026, 11, 22, 14), beijing(2026, 11, 29, 13, 45)),
        (Channel.ALIPAY, beijing(2026, 11, 22, 0, 5), beijing(2026, 11, 22, 23, 50)),
        (Channel.ALIPAY, beijing(2026, 11, 22, 14), beijing(2026, 11, 23, 0, 15)),
        (Channel.ALIPAY, beijing(2026, 11, 22, 23, 59, 59), beijing(2026, 11, 23, 0, 15)),
        (Channel.ALIPAY, beijing(2028, 2, 29, 23, 59), beijing(2028, 3, 1, 0, 15)),
        (Channel.UNIONPAY, beijing(2026, 11, 22, 14), beijing(2026, 11, 22, 23, 15)),
        (Channel.UNIONPAY, beijing(2026, 11, 22, 22, 59, 59), beijing(2026, 11, 22, 23, 15)),
        (Channel.UNIONPAY, beijing(2026, 11, 22, 23), beijing(2026, 11, 23, 23, 15)),
        (Channel.UNIONPAY, beijing(2026, 12, 31, 23, 30), beijing(2027, 1, 1, 23, 15)),
    ],
)
def test_the_window_of_a_reverse_is_read_strictly(channel, began, ends):
    assert patience_for(channel).reverse_ends_ms(order(began)) == ms_at(ends)


def test_the_back_off_ends_at_a_minute():
    patience = patience_for(Channel.WECHAT)
    assert [patience.pause_before(n) for n in range(8)] == [1, 2, 5, 10, 30, 60, 60, 60]
