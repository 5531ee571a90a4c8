"""Stories of one sale up to its end or its deadline: paid, refused, waited for, stopped."""

import pytest

from app.core.answers import Found, Pay, Undone
from app.core.channel import Channel
from app.core.events import (
    Work,
)
from app.core.machine import IllegalStep, step
from app.core.reasons import Reason
from app.core.sale import Call, State
from tests.app.core.story import CHECK, NOON_MS, SILENT, SILENT_PAY, STOP, WAKE, Story, found, pay, undone


def test_a_sale_begins_with_its_record_and_one_pay(wechat):
    assert (wechat.last.work, wechat.last.must_record) == ((Work.PAY,), True)
    assert wechat.sale.state is State.INTENT
    assert wechat.sale.deadline_ms == NOON_MS + 45_000
    assert wechat.sale.calls == {Call.PAY}
    wechat.wakes_at(5)


@pytest.mark.parametrize("amount", [0, -1, 1_000_000_001])
def test_an_impossible_sum_is_the_callers_mistake(amount):
    with pytest.raises(IllegalStep):
        Story(Channel.WECHAT, amount)


# --- paid


def test_paid_at_once(wechat):
    facts = {"channel_no": "42000", "payer": "o***1", "paid_ms": NOON_MS + 400}
    wechat.at(0.5, pay(Pay.PAID, **facts), "PAID", record=True).wakes_at(None)
    sale = wechat.sale
    assert (sale.channel_no, sale.payer, sale.paid_ms, sale.ended_ms) == (
        "42000",
        "o***1",
        NOON_MS + 400,
        NOON_MS + 500,
    )
    assert sale.at_rest
    assert sale.took_money


def test_paid_after_a_password(wechat):
    wechat.at(0.5, pay(Pay.PENDING, code="USERPAYING"), "PENDING", record=True).wakes_at(5)
    wechat.at(5, WAKE, "PENDING", "QUERY", record=False).wakes_at(45)
    wechat.at(5.2, found(Found.PENDING, code="USERPAYING"), "PENDING", record=False).wakes_at(10.2)
    wechat.at(10.2, WAKE, "PENDING", "QUERY").at(10.4, found(Found.PAID), "PAID", record=True)
    assert wechat.sale.at_rest


def test_alipay_is_asked_every_three_seconds(alipay):
    alipay.at(0.5, pay(Pay.PENDING), "PENDING").at(5, WAKE, "PENDING", "QUERY")
    alipay.at(5.1, found(Found.PENDING), "PENDING").wakes_at(8.1)


def test_the_query_does_not_wait_for_the_pay_reply(wechat):
    wechat.at(5, WAKE, "INTENT", "QUERY").at(5.2, found(Found.PAID), "PAID")
    assert not wechat.sale.at_rest
    wechat.at(29, pay(Pay.PAID), "PAID", record=False)
    assert wechat.sale.at_rest


def test_a_lost_answer_after_the_money_moved_ends_paid(either):
    either.at(30, SILENT_PAY, "UNKNOWN").at(30, WAKE, "UNKNOWN", "QUERY").at(30.2, found(Found.PAID), "PAID")


def test_silence_never_outranks_a_query_that_saw_the_customer_typing(wechat):
    wechat.at(5, WAKE, "INTENT", "QUERY").at(5.2, found(Found.PENDING), "PENDING")
    wechat.at(30, SILENT_PAY, "PENDING")
    wechat.at(31, pay(Pay.DECLINED), "PENDING", record=False)  # only one pay answer was due


def test_not_sent_is_not_believed_of_an_order_the_channel_has_seen(wechat):
    wechat.at(5, WAKE, "INTENT", "QUERY").at(5.2, found(Found.PENDING), "PENDING")
    wechat.at(5.3, pay(Pay.NOT_SENT, verified=False), "PENDING")


def test_alipay_accepted_is_paid_only_by_its_query(alipay):
    alipay.at(0.5, pay(Pay.ACCEPTED), "UNKNOWN", "QUERY", record=True).at(0.7, found(Found.PAID), "PAID")
    assert alipay.sale.accepted


def test_alipay_accepted_is_not_reversed_for_want_of_a_query(alipay):
    alipay.at(0.5, pay(Pay.ACCEPTED), "UNKNOWN", "QUERY")
    assert alipay.sale.deadline_ms == 0
    alipay.at(10.5, SILENT, "UNKNOWN").wakes_at(13.5)
    alipay.at(50, WAKE, "UNKNOWN", "QUERY").at(60, found(Found.PENDING), "UNKNOWN").wakes_at(60.5)
    alipay.at(60.5, WAKE, "UNKNOWN", "RING")
    assert alipay.sale.alarm == "st.accepted"
    alipay.at(63, WAKE, "UNKNOWN", "QUERY").at(300, SILENT, "UNKNOWN").at(303, WAKE, "UNKNOWN", "QUERY")
    alipay.at(303.1, found(Found.PAID), "PAID")
    assert not alipay.sale.alarm


def test_alipay_accepted_can_still_be_stopped(alipay):
    alipay.at(0.5, pay(Pay.ACCEPTED), "UNKNOWN", "QUERY").at(2, STOP, "UNKNOWN").wakes_at(3)
    alipay.at(2.5, SILENT, "REVERSING", "REVERSE")


def test_unionpay_accepted_is_asked_about_with_growing_pauses_and_let_go_at_its_deadline(unionpay):
    unionpay.at(0.3, pay(Pay.ACCEPTED), "INTENT").wakes_at(1)
    assert not unionpay.sale.accepted
    assert unionpay.sale.deadline_ms == NOON_MS + 60_000
    for second, following in [(1, 3), (3, 7), (7, 15), (15, 31), (31, 47), (47, 60)]:
        unionpay.at(second, WAKE, "INTENT", "QUERY").at(second, found(Found.UNKNOWN), "INTENT").wakes_at(following)
    unionpay.at(60, WAKE, "REVERSING", "QUERY").at(60.2, found(Found.UNKNOWN), "REVERSING", "REVERSE")
    assert unionpay.sale.stopped_by == "deadline"


def test_unionpay_accepted_is_paid_only_by_its_query(unionpay):
    unionpay.at(0.3, pay(Pay.ACCEPTED), "INTENT").at(1, WAKE, "INTENT", "QUERY").at(1.1, found(Found.PAID), "PAID")


def test_a_query_that_says_nothing_was_taken_is_a_refusal(unionpay):
    unionpay.at(0.3, pay(Pay.ACCEPTED), "INTENT").at(1, WAKE, "INTENT", "QUERY")
    unionpay.at(1.1, found(Found.RETURNED, took_money=False, reason=Reason.BALANCE), "DECLINED", record=True)
    assert (unionpay.sale.reason, unionpay.sale.took_money) == (Reason.BALANCE, False)


@pytest.mark.parametrize("took_money", [None, True])
def test_a_query_that_only_says_nothing_is_kept_is_no_refusal(unionpay, took_money):
    unionpay.at(1, WAKE, "INTENT", "QUERY").at(1.1, found(Found.RETURNED, took_money=took_money), "REVERSED")


def test_an_unsigned_refusal_in_a_query_ends_nothing(unionpay):
    unionpay.at(1, WAKE, "INTENT", "QUERY")
    unionpay.at(1.1, found(Found.RETURNED, took_money=False, verified=False), "INTENT")


def test_alipay_accepted_does_not_undo_a_stop(alipay):
    alipay.at(0.2, STOP, "INTENT", "QUERY").at(0.5, pay(Pay.ACCEPTED), "UNKNOWN").wakes_at(1.2)
    alipay.at(1.2, WAKE, "REVERSING").at(1.3, SILENT, "REVERSING", "REVERSE")
    assert alipay.sale.stopped_by == "cashier"


# --- not paid


def test_a_verified_refusal_is_final_at_once(either):
    either.at(0.5, pay(Pay.DECLINED, reason=Reason.BALANCE, code="NOTENOUGH", says="余额不足"), "DECLINED", record=True)
    sale = either.sale
    assert (sale.reason, sale.code, sale.says, sale.took_money) == (Reason.BALANCE, "NOTENOUGH", "余额不足", False)
    assert sale.at_rest


def test_a_request_that_never_left_is_final_at_once(either):
    either.at(5, pay(Pay.NOT_SENT, verified=False), "NOT_SENT", record=True)
    assert either.sale.took_money is False
    assert either.sale.at_rest


@pytest.mark.parametrize("kind", [Pay.PAID, Pay.ACCEPTED, Pay.DECLINED, Pay.DOUBTFUL, Pay.PENDING, Pay.MISMATCH])
def test_what_nobody_signed_decides_nothing(either, kind):
    forged = pay(kind, verified=False, forged=True, channel_no="1", payer="x", took_money=True, paid_fen=1)
    either.at(0.5, forged, "UNKNOWN")
    sale = either.sale
    assert sale.forged
    assert (sale.channel_no, sale.payer, sale.said_fen, sale.took_money) == ("", "", None, None)
    either.at(5, WAKE, "UNKNOWN", "QUERY")
    for lie in (Found.PAID, Found.RETURNED, Found.PAY_ERROR, Found.MISMATCH):
        assert step(either.sale, found(lie, verified=False), either.now(6), either.patience).sale.state is State.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "by", "alarm", "rings"),
    [
        (Pay.UNSIGNED, "refusal", "", ()),
        (Pay.MISCONFIGURED, "refusal", "", ()),
        (Pay.MISMATCH, "mismatch", "st.mismatch", ("RING",)),
    ],
)
def test_an_answer_that_cannot_be_kept_lets_the_customer_go_at_once(either, kind, by, alarm, rings):
    either.at(
        0.5, pay(kind, verified=kind is Pay.MISMATCH, reason=Reason.KEYS, paid_fen=99), "REVERSING", "QUERY", *rings
    )
    assert (either.sale.stopped_by, either.sale.alarm, either.sale.reason) == (by, alarm, Reason.KEYS)
    assert either.sale.said_fen == (99 if kind is Pay.MISMATCH else None)


@pytest.mark.parametrize(
    ("kind", "state", "work"),
    [
        (Found.PAID, "PAID", []),
        (Found.RETURNED, "DECLINED", []),
        (Found.PENDING, "REVERSING", ["REVERSE"]),
        (Found.PAY_ERROR, "REVERSING", ["REVERSE"]),
        (Found.NO_SUCH_ORDER, "REVERSING", ["REVERSE"]),
        (Found.MISMATCH, "REVERSING", ["REVERSE", "RING"]),
        (Found.PARTLY_REFUNDED, "REVERSING", ["REVERSE", "RING"]),
    ],
)
def test_a_doubtful_refusal_is_queried_before_it_is_believed(alipay, kind, state, work):
    alipay.at(0.5, pay(Pay.DOUBTFUL, reason=Reason.CODE), "UNKNOWN", "QUERY")
    alipay.at(0.7, found(kind, reason=Reason.NOTFOUND), state, *work)
    assert alipay.sale.reason is (None if state == "PAID" else Reason.CODE)
    assert alipay.sale.stopped_by in ("", "refusal", "mismatch")


def test_a_doubtful_refusal_and_a_dead_line_wait_for_the_deadline(alipay):
    alipay.at(0.5, pay(Pay.DOUBTFUL, reason=Reason.CODE), "UNKNOWN", "QUERY").at(10.5, SILENT, "UNKNOWN").wakes_at(13.5)
    alipay.at(13.5, WAKE, "UNKNOWN", "QUERY").at(13.6, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")


@pytest.mark.parametrize("kind", [Found.PAY_ERROR, Found.PARTLY_REFUNDED, Found.MISMATCH])
def test_a_query_that_finds_something_wrong_is_d2_never_declined(wechat, kind):
    rings = () if kind is Found.PAY_ERROR else ("RING",)
    wechat.at(0.5, pay(Pay.PENDING), "PENDING").at(5, WAKE, "PENDING", "QUERY").at(
        5.2, found(kind), "REVERSING", *rings
    )
    assert wechat.sale.stopped_by == ("refusal" if kind is Found.PAY_ERROR else "mismatch")
    wechat.wakes_at(10.2).at(10.2, WAKE, "REVERSING", "QUERY").at(10.4, found(kind), *_after(kind)).wakes_at(15)


def _after(kind):
    return ("STUCK",) if kind is Found.PARTLY_REFUNDED else ("REVERSING",)


def test_nothing_kept_and_not_by_our_doing_is_reversed(either):
    either.at(0.5, pay(Pay.PENDING), "PENDING").at(5, WAKE, "PENDING", "QUERY").at(
        5.2, found(Found.RETURNED), "REVERSED"
    )
    assert either.sale.took_money is None


def test_no_such_order_is_never_final_before_d2(either):
    either.at(5, WAKE, "INTENT", "QUERY").at(5.1, found(Found.NO_SUCH_ORDER), "INTENT").at(30, SILENT_PAY, "UNKNOWN")
    either.at(40, WAKE, "UNKNOWN", "QUERY").at(40.1, found(Found.NO_SUCH_ORDER), "UNKNOWN").at(
        45, WAKE, "REVERSING", "QUERY"
    )
    assert either.sale.stopped_by == "deadline"


# --- the deadline and the stop


def test_the_deadline_is_45_seconds(either):
    either.at(0.5, pay(Pay.PENDING), "PENDING").at(44, WAKE, "PENDING", "QUERY").wakes_at(45)
    either.at(44.9, WAKE, "PENDING").at(45, WAKE, "REVERSING", record=True)  # its query is still under way
    either.wakes_at(645)  # until then only the answer is awaited
    either.at(45.1, found(Found.PENDING), "REVERSING", "REVERSE", record=True).wakes_at(645)
    either.at(47, CHECK, "REVERSING").at(47, WAKE, "REVERSING")  # nothing comes between a reverse and its answer
    assert (either.sale.stopped_by, either.sale.reverses) == ("deadline", 1)


def test_an_answer_after_the_deadline_is_d2_without_being_woken(either):
    either.at(0.5, pay(Pay.PENDING), "PENDING").at(44, WAKE, "PENDING", "QUERY")
    either.at(46, found(Found.PENDING), "REVERSING", "REVERSE")


def test_a_pay_answer_after_the_deadline_is_d2_without_being_woken(either):
    either.at(46, pay(Pay.PENDING), "REVERSING", "QUERY")


def test_a_stop_asks_once_and_then_lets_go(alipay):
    alipay.at(0.5, pay(Pay.PENDING), "PENDING").at(3, STOP, "PENDING", "QUERY", record=False).wakes_at(4)
    alipay.at(3.1, STOP, "PENDING").at(3.2, found(Found.PENDING), "REVERSING", "REVERSE", record=True)
    assert alipay.sale.stopped_by == "cashier"
    alipay.at(3.3, STOP, "REVERSING", record=False)


def test_a_stop_that_finds_the_money_is_paid(either):
    either.at(0.5, pay(Pay.PENDING), "PENDING").at(3, STOP, "PENDING", "QUERY").at(3.2, found(Found.PAID), "PAID")


@pytest.mark.parametrize("event", [found(Found.NO_SUCH_ORDER), SILENT, found(Found.MISCONFIGURED, verified=False)])
def test_a_stop_that_finds_anything_else_is_d2(alipay, event):
    alipay.at(3, STOP, "INTENT", "QUERY").at(3.2, event, "REVERSING", "REVERSE")


def test_a_stop_waits_one_second_at_most(wechat):
    wechat.at(0.5, pay(Pay.PENDING), "PENDING").at(4.5, STOP, "PENDING", "QUERY").at(5, WAKE, "PENDING")
    wechat.at(5.5, WAKE, "REVERSING").at(6, found(Found.PAID), "REVERSING")
    assert wechat.sale.took_money


def test_wechat_is_queried_every_five_seconds_and_reversed_after_fifteen(wechat):
    wechat.at(0.5, pay(Pay.PENDING), "PENDING").at(2, STOP, "PENDING", "QUERY")
    wechat.at(2.2, found(Found.PENDING), "REVERSING").wakes_at(7.2)
    wechat.at(7.2, WAKE, "REVERSING", "QUERY").at(7.4, found(Found.PENDING), "REVERSING").wakes_at(12.4)
    wechat.at(12.4, WAKE, "REVERSING", "QUERY").at(12.6, found(Found.PENDING), "REVERSING").wakes_at(15)
    wechat.at(14.99, WAKE, "REVERSING").at(15, WAKE, "REVERSING", "QUERY")
    wechat.at(15.2, found(Found.PENDING), "REVERSING", "REVERSE", record=True).wakes_at(602.2)
    wechat.at(15.4, undone(Undone.DONE), "REVERSING", "QUERY").at(15.6, found(Found.RETURNED), "REVERSED", record=True)
    assert wechat.sale.took_money is None
    assert wechat.sale.at_rest


def test_a_check_asks_at_most_once_a_second(either):
    either.at(0.5, pay(Pay.PENDING), "PENDING").at(1, CHECK, "PENDING", "QUERY").at(1.1, CHECK, "PENDING")
    either.at(1.2, found(Found.PENDING), "PENDING").at(1.9, CHECK, "PENDING").at(2, CHECK, "PENDING", "QUERY")
