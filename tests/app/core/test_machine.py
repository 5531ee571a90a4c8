"""Stories of one sale, told second by second: what happened, what it became, what the till had to do."""

from dataclasses import replace

import pytest

from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.channel import Channel
from app.core.events import (
    CheckAsked,
    Now,
    PayAnswered,
    QueryAnswered,
    Recovered,
    ReverseAnswered,
    StopAsked,
    Woke,
    Work,
)
from app.core.machine import IllegalStep, begin, step
from app.core.policy import patience_for
from app.core.reasons import Reason
from app.core.record import from_body, to_body
from app.core.sale import Call, Order, State

NOON_MS = 1_795_320_000_000  # 2026-11-22 12:00 at UTC+8
MONO = 5000.0
WAKE, STOP, CHECK = Woke(), StopAsked(), CheckAsked()


def pay(kind, **evidence):
    return PayAnswered(PayAnswer(kind, Evidence(**{"verified": True} | evidence)))


def found(kind, refunded_fen=0, **evidence):
    return QueryAnswered(QueryAnswer(kind, Evidence(**{"verified": True} | evidence), refunded_fen))


def undone(kind, **evidence):
    return ReverseAnswered(ReverseAnswer(kind, Evidence(**{"verified": True} | evidence)))


SILENT_PAY = pay(Pay.UNKNOWN, verified=False)
SILENT = found(Found.UNKNOWN, verified=False)
NO_REVERSE = undone(Undone.UNKNOWN, verified=False)


class Story:
    """One sale begun at second 0 of noon; ``at`` feeds one event and says what came of it."""

    def __init__(self, channel, amount=1250):
        self.patience = patience_for(channel)
        order = Order("4" * 24, "p", channel, amount, "m", "李", "0001", NOON_MS, "2026-11-22")
        self.last = begin(order, self.patience, self.now(0))
        self.mono, self.ms = MONO, NOON_MS

    @property
    def sale(self):
        return self.last.sale

    def now(self, second, ms=None):
        return Now(MONO + second, NOON_MS + int(second * 1000) if ms is None else ms)

    def at(self, second, event, state, *work, record=None, ms=None):
        before = to_body(self.sale)
        self.last = step(self.sale, event, self.now(second, ms), self.patience)
        assert (self.sale.state.name, [w.name for w in self.last.work]) == (state, list(work))
        assert self.last.must_record == (to_body(self.sale) != before)
        assert record is None or self.last.must_record is record
        return self

    def wakes_at(self, second):
        wake = self.sale.wake_at
        assert wake == (None if second is None else pytest.approx(MONO + second))
        return self

    def restart(self):
        self.last = replace(self.last, sale=from_body(to_body(self.sale)))
        return self


@pytest.fixture
def wechat():
    return Story(Channel.WECHAT)


@pytest.fixture
def alipay():
    return Story(Channel.ALIPAY)


@pytest.fixture
def unionpay():
    return Story(Channel.UNIONPAY)


@pytest.fixture(params=[Channel.WECHAT, Channel.ALIPAY])
def either(request):
    return Story(request.param)


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


# --- past D2


def let_go(story, found_then=Found.PENDING):
    """D2 at 20.2 s, and the query after it answered at once: the first reverse is under way."""
    story.at(20.2, pay(Pay.UNSIGNED, verified=False), "REVERSING", "QUERY")
    return story.at(20.2, found(found_then, verified=found_then is not Found.UNKNOWN), "REVERSING", "REVERSE")


@pytest.mark.parametrize("kind", Undone)
def test_no_reverse_answer_ends_it_and_a_query_follows_each(either, kind):
    let_go(either).at(20.4, undone(kind), "REVERSING", "QUERY")


def test_a_lost_reverse_is_tried_again_with_growing_pauses(either):
    let_go(either)
    at, pauses = 20.4, []
    either.at(at, NO_REVERSE, "REVERSING", "QUERY")
    for _ in range(7):
        either.at(at, found(Found.PENDING), "REVERSING")
        due = either.sale.next_reverse - MONO
        pauses.append(round(due - at))
        either.at(due, WAKE, "REVERSING", "QUERY").at(due, found(Found.PENDING), "REVERSING", "REVERSE")
        at = due
        either.at(at, NO_REVERSE, "REVERSING", "QUERY")
    assert pauses == [1, 2, 5, 10, 30, 60, 60]
    assert either.sale.reverses_answered == 0


def test_money_that_comes_after_d2_is_given_back(either):
    let_go(either).at(20.4, undone(Undone.AGAIN), "REVERSING", "QUERY").at(20.6, found(Found.PAID), "REVERSING")
    assert either.sale.took_money
    either.at(21.4, WAKE, "REVERSING", "QUERY").at(21.6, found(Found.PAID), "REVERSING", "REVERSE")
    either.at(21.8, undone(Undone.DONE), "REVERSING", "QUERY").at(22, found(Found.RETURNED), "REVERSED")
    assert (either.sale.took_money, either.sale.hollow) == (True, 0)


def test_a_late_paid_answer_hastens_the_reverse_and_is_never_paid(either):
    either.at(16, STOP, "INTENT", "QUERY").at(16.2, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    either.at(16.4, undone(Undone.DONE), "REVERSING", "QUERY").at(16.6, found(Found.NO_SUCH_ORDER), "REVERSING")
    either.at(18, pay(Pay.PAID, channel_no="9"), "REVERSING", "QUERY", record=True)
    either.at(18.2, found(Found.PAID), "REVERSING", "REVERSE")
    assert (either.sale.took_money, either.sale.channel_no) == (True, "9")


@pytest.mark.parametrize(
    ("kind", "works", "took"),
    [
        (Pay.ACCEPTED, ["QUERY"], None),
        (Pay.MISMATCH, ["QUERY", "RING"], None),
        (Pay.DECLINED, [], False),
        (Pay.PENDING, [], None),
        (Pay.DOUBTFUL, [], None),
        (Pay.UNSIGNED, [], None),
        (Pay.MISCONFIGURED, [], None),
        (Pay.UNKNOWN, [], None),
    ],
)
def test_a_late_pay_answer_only_adds_evidence(alipay, kind, works, took):
    alipay.at(2, STOP, "INTENT", "QUERY").at(2.2, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    alipay.at(2.4, undone(Undone.DONE), "REVERSING", "QUERY").at(2.6, found(Found.NO_SUCH_ORDER), "REVERSING")
    alipay.at(3, pay(kind, reason=Reason.BALANCE), "REVERSING", *works)
    assert (alipay.sale.took_money, alipay.sale.reason) == (took, Reason.BALANCE)


def test_an_order_nobody_knows_is_watched_for_three_minutes(alipay):
    alipay.at(2, STOP, "INTENT", "QUERY").at(2.2, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    alipay.at(2.4, undone(Undone.DONE), "REVERSING", "QUERY").at(2.6, found(Found.NO_SUCH_ORDER), "REVERSING").wakes_at(
        32.6
    )
    alipay.at(30, SILENT_PAY, "REVERSING")
    assert alipay.sale.quarantine_until == MONO + 210
    at, rounds = 32.6, 0
    while at < 210:
        alipay.at(at, WAKE, "REVERSING", "QUERY").at(at, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
        alipay.at(at, undone(Undone.DONE), "REVERSING", "QUERY").at(at, found(Found.NO_SUCH_ORDER), "REVERSING")
        at, rounds = alipay.sale.wake_at - MONO, rounds + 1
    assert (at, rounds) == (210, 6)
    # the reverses so far may have come before a payment that landed late: one more, and the query after it
    alipay.at(209.9, CHECK, "REVERSING", "QUERY").at(210.5, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    alipay.at(210.7, undone(Undone.DONE), "REVERSING", "QUERY").at(212.8, found(Found.NO_SUCH_ORDER), "REVERSED")


def test_a_late_payment_hidden_from_queries_is_caught_by_the_reverse_after_the_quarantine(alipay):
    alipay.at(2, STOP, "INTENT", "QUERY").at(2.2, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    alipay.at(2.4, undone(Undone.DONE), "REVERSING", "QUERY").at(2.6, found(Found.NO_SUCH_ORDER), "REVERSING")
    alipay.at(30, SILENT_PAY, "REVERSING").at(211, WAKE, "REVERSING", "QUERY")
    alipay.at(211.2, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    gave_back = Evidence(verified=True, took_money=True)
    alipay.at(211.4, ReverseAnswered(ReverseAnswer(Undone.DONE, gave_back)), "REVERSING", "QUERY")
    alipay.at(211.6, found(Found.RETURNED), "REVERSED")
    assert alipay.sale.took_money is True


def test_no_such_order_does_not_end_a_sale_no_reverse_was_heard_for(alipay):
    alipay.at(2, STOP, "INTENT", "QUERY").at(2.2, SILENT, "REVERSING", "REVERSE").at(30, SILENT_PAY, "REVERSING")
    alipay.at(32, NO_REVERSE, "REVERSING", "QUERY").at(211, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    alipay.at(211.5, NO_REVERSE, "REVERSING", "QUERY").at(212, found(Found.NO_SUCH_ORDER), "REVERSING")
    alipay.at(250, WAKE, "REVERSING", "QUERY").at(250.1, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    alipay.at(250.2, undone(Undone.DONE), "REVERSING", "QUERY").at(250.3, found(Found.NO_SUCH_ORDER), "REVERSED")


@pytest.mark.parametrize("kind", [Undone.REFUSED, Undone.AGAIN, Undone.BUSY, Undone.SHOP_FUNDS, Undone.TOO_LATE])
def test_no_such_order_does_not_end_a_sale_whose_last_reverse_was_refused(kind, alipay):
    alipay.at(2, STOP, "INTENT", "QUERY").at(2.2, SILENT, "REVERSING", "REVERSE").at(30, SILENT_PAY, "REVERSING")
    alipay.at(32, NO_REVERSE, "REVERSING", "QUERY").at(211, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE")
    alipay.at(211.5, undone(kind), "REVERSING", "QUERY").at(212, found(Found.NO_SUCH_ORDER), "REVERSING")
    assert alipay.sale.wake_at is not None, "it may be there after all, and not shown yet: on it goes"


def test_no_such_order_does_not_end_a_sale_that_held_money(wechat):
    let_go(wechat, Found.PAID).at(20.4, undone(Undone.DONE), "REVERSING", "QUERY")
    wechat.at(300, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE").at(
        301, undone(Undone.DONE), "REVERSING", "QUERY"
    )
    wechat.at(301.1, found(Found.NO_SUCH_ORDER), "REVERSING").at(332, WAKE, "REVERSING", "QUERY")
    wechat.at(332.1, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE").at(
        333, undone(Undone.DONE), "REVERSING", "QUERY"
    )
    wechat.at(333.1, found(Found.RETURNED), "REVERSED")


def test_what_was_never_sent_cannot_come_late(alipay):
    alipay.at(2, STOP, "INTENT", "QUERY").at(3, SILENT, "REVERSING", "REVERSE").at(4, NO_REVERSE, "REVERSING", "QUERY")
    alipay.at(5, pay(Pay.NOT_SENT, verified=False), "REVERSING").at(14, SILENT, "REVERSING", "REVERSE")
    alipay.at(15, undone(Undone.DONE), "REVERSING", "QUERY").at(15.1, found(Found.NO_SUCH_ORDER), "REVERSED")
    assert alipay.sale.took_money is False


def test_the_last_reverse_of_what_was_never_sent_waits_for_its_fifteen_seconds_in_peace(wechat):
    wechat.at(0.3, STOP, "INTENT", "QUERY").at(0.6, found(Found.NO_SUCH_ORDER), "REVERSING")
    wechat.at(5, pay(Pay.NOT_SENT, verified=False), "REVERSING").at(5.6, WAKE, "REVERSING", "QUERY")
    wechat.at(5.8, found(Found.NO_SUCH_ORDER), "REVERSING").wakes_at(10.8)


def test_three_empty_promises_turn_to_a_refund(wechat):
    let_go(wechat, Found.PAID).at(20.4, undone(Undone.DONE), "REVERSING", "QUERY").at(
        20.4, found(Found.PAID), "REVERSING"
    )
    wechat.at(21.4, WAKE, "REVERSING", "QUERY").at(21.4, found(Found.PAID), "REVERSING", "REVERSE")
    wechat.at(21.4, undone(Undone.DONE), "REVERSING", "QUERY").at(21.4, found(Found.PAID), "REVERSING")
    wechat.at(23.4, WAKE, "REVERSING", "QUERY").at(23.4, found(Found.PAID), "REVERSING", "REVERSE")
    wechat.at(23.4, undone(Undone.DONE), "REVERSING", "QUERY").at(23.4, found(Found.PAID), "REFUNDING", "REFUND")
    assert (wechat.sale.alarm, wechat.sale.hollow) == ("", 3)
    assert [(r.out_refund_no, r.amount_fen, r.by) for r in wechat.sale.refunds] == [("4" * 24 + "01", 1250, "")]


def test_a_reverse_that_was_never_answered_is_waited_out_before_the_refund(wechat):
    let_go(wechat, Found.PAID).at(50, NO_REVERSE, "REVERSING", "QUERY").at(50.1, found(Found.PAID), "REVERSING")
    assert (wechat.sale.reverses, wechat.sale.reverses_answered) == (1, 0)
    late = 8 * 86400
    wechat.restart().at(late, Recovered(False), "REVERSING", "QUERY")
    wechat.at(late + 1, found(Found.PAID), "REFUNDING").wakes_at(late + 61)
    wechat.at(late + 61, WAKE, "REFUNDING", "QUERY").at(late + 62, found(Found.PAID), "REFUNDING").wakes_at(late + 122)
    wechat.at(late + 122, WAKE, "REFUNDING", "QUERY").at(late + 123, found(Found.PAID), "REFUNDING")
    wechat.wakes_at(late + 180).at(late + 180, WAKE, "REFUNDING", "QUERY")
    wechat.at(late + 180.5, found(Found.PAID), "REFUNDING", "REFUND")


@pytest.mark.parametrize("kind", [Undone.REFUSED, Undone.SHOP_FUNDS])
def test_a_reverse_refused_calls_a_person_and_is_tried_hourly(either, kind):
    let_go(either, Found.PAID).at(20.4, undone(kind, reason=Reason.SHOPFUNDS), "REVERSING", "QUERY")
    either.at(30.4, SILENT, "REVERSING").at(90.4, WAKE, "REVERSING", "QUERY").at(
        90.5, found(Found.PAID), "STUCK", "RING"
    )
    assert either.sale.reason is Reason.SHOPFUNDS
    assert either.sale.next_reverse == MONO + 20.4 + 3600


@pytest.mark.parametrize("kind", [Undone.TOO_LATE, Undone.REFUSED, Undone.SHOP_FUNDS, Undone.AGAIN])
def test_a_reverse_that_says_no_and_worked_is_reversed_quietly(either, kind):
    let_go(either, Found.PAID).at(20.4, undone(kind), "REVERSING", "QUERY").at(20.6, found(Found.RETURNED), "REVERSED")


def test_a_refused_reverse_of_an_unknown_order_stays_in_quarantine(alipay):
    let_go(alipay, Found.PENDING).at(20.4, undone(Undone.REFUSED), "REVERSING", "QUERY")
    alipay.at(20.6, found(Found.NO_SUCH_ORDER), "REVERSING").wakes_at(50.6)


def test_a_reverse_that_comes_too_late_turns_to_a_refund(either):
    let_go(either, Found.PAID).at(20.4, undone(Undone.TOO_LATE), "REVERSING", "QUERY")
    either.at(30.4, SILENT, "REVERSING").at(90.4, WAKE, "REVERSING", "QUERY").at(
        90.5, found(Found.PAID), "REFUNDING", "REFUND"
    )


def test_what_is_left_of_a_partly_refunded_order_is_refunded(alipay):
    let_go(alipay, Found.PAID).at(21, undone(Undone.REFUSED), "REVERSING", "QUERY")
    alipay.at(21.2, found(Found.PARTLY_REFUNDED, refunded_fen=200), "REFUNDING", "REFUND")
    sale = alipay.sale
    assert (sale.refunded_fen, sale.elsewhere_fen, sale.took_money) == (200, 200, True)
    assert sale.refunds[0].amount_fen == 1050


def test_a_partly_refunded_order_of_an_unknown_rest_is_a_persons_matter(alipay):
    let_go(alipay, Found.PAID).at(21, undone(Undone.REFUSED), "REVERSING", "QUERY")
    alipay.at(21.2, found(Found.PARTLY_REFUNDED), "STUCK", "RING")
    assert alipay.sale.refunds == ()


def test_another_amount_found_past_d2_rings(alipay):
    let_go(alipay).at(21, NO_REVERSE, "REVERSING", "QUERY").at(
        21.2, found(Found.MISMATCH, paid_fen=99), "REVERSING", "RING"
    )
    alipay.at(22, WAKE, "REVERSING", "QUERY").at(22.1, found(Found.MISMATCH), "REVERSING", "REVERSE")
    alipay.at(22.2, undone(Undone.DONE), "REVERSING", "QUERY").at(22.3, found(Found.RETURNED), "REVERSED")
    assert (alipay.sale.alarm, alipay.sale.said_fen) == ("st.mismatch", 99)


def test_ten_minutes_without_an_end_call_a_person(alipay):
    let_go(alipay, Found.PAID).at(20.4, undone(Undone.BUSY), "REVERSING", "QUERY").at(
        20.6, found(Found.PAID), "REVERSING"
    )
    alipay.at(620, WAKE, "REVERSING", "QUERY").at(620.1, found(Found.PAID), "REVERSING", "REVERSE").wakes_at(620.2)
    alipay.at(620.2, WAKE, "STUCK", "RING").at(620.3, undone(Undone.BUSY), "STUCK", "QUERY")
    alipay.at(620.4, found(Found.PAID), "STUCK").wakes_at(622.3)


def test_a_dead_line_rings_once_and_goes_on_each_minute(alipay):
    let_go(alipay, Found.UNKNOWN).at(21, NO_REVERSE, "REVERSING", "QUERY").at(31, SILENT, "REVERSING", "REVERSE")
    alipay.at(32, NO_REVERSE, "REVERSING", "QUERY").at(42, SILENT, "REVERSING", "REVERSE").at(
        43, NO_REVERSE, "REVERSING", "QUERY"
    )
    alipay.at(620.2, WAKE, "REVERSING", "RING").at(620.3, SILENT, "REVERSING", "REVERSE")
    assert alipay.sale.alarm == "st.offline"
    alipay.at(1300, WAKE, "REVERSING")
    alipay.at(1301, undone(Undone.DONE), "REVERSING", "QUERY").at(1301.2, found(Found.PAID), "REVERSING")
    assert alipay.sale.alarm == ""


def test_alipays_cancel_tells_whether_money_had_moved(alipay):
    let_go(alipay).at(20.4, undone(Undone.DONE, took_money=False), "REVERSING", "QUERY").at(
        20.5, found(Found.RETURNED), "REVERSED"
    )
    assert alipay.sale.took_money is False
    other = Story(Channel.ALIPAY)
    let_go(other).at(20.4, undone(Undone.DONE, took_money=True), "REVERSING", "QUERY").at(
        20.5, found(Found.RETURNED), "REVERSED"
    )
    assert other.sale.took_money is True


def test_a_second_cancel_that_says_close_proves_nothing_about_the_first(alipay):
    let_go(alipay).at(30.4, NO_REVERSE, "REVERSING", "QUERY").at(32, found(Found.PENDING), "REVERSING", "REVERSE")
    alipay.at(32.1, undone(Undone.DONE, took_money=False), "REVERSING", "QUERY").at(
        32.2, found(Found.RETURNED), "REVERSED"
    )
    assert alipay.sale.took_money is None


def test_a_shut_window_turns_to_a_refund_but_not_silence(alipay):
    let_go(alipay).at(21, undone(Undone.AGAIN), "REVERSING", "QUERY")
    late = 16 * 3600
    alipay.at(late, SILENT, "REVERSING").wakes_at(620.2)
    alipay.at(late, WAKE, "REVERSING", "RING").at(late + 60, WAKE, "REVERSING", "QUERY")
    alipay.at(late + 61, found(Found.PAID), "REFUNDING", "REFUND")
    assert alipay.sale.reverses == 1


def test_a_shut_window_with_nothing_to_refund_is_a_persons_matter(alipay):
    let_go(alipay).at(21, undone(Undone.AGAIN), "REVERSING", "QUERY")
    late = 16 * 3600
    alipay.at(late, found(Found.PENDING), "STUCK", "RING")
    assert (alipay.sale.reason, alipay.sale.reverses) == (Reason.TOOLATE, 1)
    alipay.wakes_at(late + 60).at(late + 60, WAKE, "STUCK", "QUERY").at(late + 61, found(Found.RETURNED), "REVERSED")


def test_an_order_that_never_was_ends_though_its_window_is_shut(alipay):
    late = 16 * 3600
    alipay.restart().at(late, Recovered(False), "UNKNOWN", "QUERY").at(
        late + 1, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE"
    )
    alipay.at(late + 2, undone(Undone.DONE), "REVERSING", "QUERY").at(
        late + 180, found(Found.NO_SUCH_ORDER), "REVERSING", "REVERSE"
    )
    alipay.at(late + 181, undone(Undone.DONE), "REVERSING", "QUERY")
    alipay.at(late + 182, found(Found.NO_SUCH_ORDER), "REVERSED")


def test_wechats_window_is_seven_days(wechat):
    let_go(wechat).at(21, undone(Undone.AGAIN), "REVERSING", "QUERY")
    wechat.at(6 * 86400, found(Found.PAID), "REVERSING", "REVERSE")
    wechat.at(6 * 86400 + 1, undone(Undone.AGAIN), "REVERSING", "QUERY")
    wechat.at(7 * 86400 - 900, found(Found.PAID), "REFUNDING", "REFUND")


# --- after the end


@pytest.mark.parametrize("kind", [Found.PARTLY_REFUNDED, Found.MISMATCH])
def test_an_unknown_sum_found_after_the_end_reopens_it_loudly(wechat, kind):
    wechat.at(20, STOP, "INTENT", "QUERY").at(20.1, found(Found.RETURNED), "REVERSED")
    assert not wechat.sale.at_rest
    wechat.at(25, pay(Pay.PAID), "REVERSED", "QUERY", record=True).at(35, SILENT, "REVERSED").wakes_at(95)
    wechat.at(95, WAKE, "REVERSED", "QUERY").at(95.1, found(kind), "STUCK", "REVERSE", "RING", record=True)
    sale = wechat.sale
    assert (sale.alarm, sale.ended_ms, sale.took_money, sale.stopped_by) == ("st.contradict", None, True, "contradict")
    wechat.at(95.2, undone(Undone.DONE), "STUCK", "QUERY").at(95.3, found(Found.RETURNED), "REVERSED")
    assert wechat.sale.alarm == "st.contradict"


def test_money_found_after_the_end_is_refunded_loudly(wechat):
    wechat.at(20, STOP, "INTENT", "QUERY").at(20.1, found(Found.RETURNED), "REVERSED")
    wechat.at(25, pay(Pay.PAID), "REVERSED", "QUERY").at(25.1, found(Found.PAID), "REFUNDING", "REFUND", "RING")
    sale = wechat.sale
    assert (sale.alarm, sale.ended_ms, sale.took_money, sale.stopped_by) == ("st.contradict", None, True, "contradict")


def test_a_late_payment_is_not_forgotten_by_a_crash(wechat):
    wechat.at(20, STOP, "INTENT", "QUERY").at(20.1, found(Found.RETURNED), "REVERSED")
    wechat.at(25, pay(Pay.PAID), "REVERSED", "QUERY")
    assert wechat.sale.is_open
    wechat.restart().at(60, Recovered(False), "REVERSED", "QUERY")
    wechat.at(61, found(Found.PAID), "REFUNDING", "REFUND", "RING")


def test_a_refusal_in_doubt_is_not_forgotten_by_a_crash(alipay):
    alipay.at(0.5, pay(Pay.DOUBTFUL, reason=Reason.CODE), "UNKNOWN", "QUERY").restart()
    alipay.at(3, Recovered(False), "UNKNOWN", "QUERY").at(3.1, found(Found.PENDING), "REVERSING", "REVERSE")
    assert alipay.sale.reason is Reason.CODE


@pytest.mark.parametrize(("first", "state"), [(Pay.DECLINED, "DECLINED"), (Pay.NOT_SENT, "NOT_SENT")])
def test_a_query_still_under_way_may_reopen_a_refusal(alipay, first, state):
    alipay.at(5, WAKE, "INTENT", "QUERY").at(5.1, pay(first), state).at(
        5.2, found(Found.PAID), "REFUNDING", "REFUND", "RING"
    )


def test_a_late_answer_that_the_query_does_not_bear_out_changes_nothing(wechat):
    wechat.at(20, STOP, "INTENT", "QUERY").at(20.1, found(Found.RETURNED), "REVERSED").at(20.5, CHECK, "REVERSED")
    wechat.at(25, pay(Pay.PAID), "REVERSED", "QUERY").at(25.1, found(Found.RETURNED), "REVERSED", record=True)
    assert wechat.sale.at_rest
    wechat.at(26, SILENT, "REVERSED").at(27, WAKE, "REVERSED").at(28, STOP, "REVERSED")


def test_a_query_older_than_the_late_answer_does_not_settle_it(wechat):
    wechat.at(20, STOP, "INTENT", "QUERY").at(20.1, found(Found.RETURNED), "REVERSED").at(
        24.9, CHECK, "REVERSED", "QUERY"
    )
    wechat.at(25, pay(Pay.PAID), "REVERSED").at(25.1, found(Found.RETURNED), "REVERSED")
    wechat.at(25.1, WAKE, "REVERSED", "QUERY").at(25.3, found(Found.RETURNED), "REVERSED")
    assert wechat.sale.at_rest


def test_a_check_that_stays_silent_asks_no_more(wechat):
    wechat.at(1, pay(Pay.DECLINED), "DECLINED").at(9, CHECK, "DECLINED", "QUERY").at(19, SILENT, "DECLINED")
    assert wechat.sale.at_rest


def test_nothing_changes_paid(either):
    either.at(1, pay(Pay.PAID), "PAID")
    for n, event in enumerate([STOP, WAKE, pay(Pay.DECLINED), found(Found.PAID), Recovered(True)]):
        either.at(2 + n, event, "PAID", record=False)
    either.at(9, CHECK, "PAID", "QUERY").at(9.1, found(Found.PAID), "PAID", record=False)
    either.at(19, CHECK, "PAID", "QUERY").at(19.1, found(Found.RETURNED), "PAID", "RING", record=True)
    assert either.sale.alarm == "st.contradict"


def test_a_pay_answer_after_a_query_said_paid_changes_nothing(either):
    either.at(5, WAKE, "INTENT", "QUERY").at(5.1, found(Found.PAID), "PAID").at(
        6, pay(Pay.DECLINED), "PAID", record=False
    )


@pytest.mark.parametrize("state", [State.VOIDING, State.VOIDED, State.REFUNDED, State.PARTLY_REFUNDED])
@pytest.mark.parametrize("event", [STOP, WAKE, CHECK, found(Found.PAID), pay(Pay.PAID), Recovered(True)])
def test_a_void_or_refund_is_not_this_machines_business(wechat, state, event):
    wechat.at(1, pay(Pay.PAID), "PAID")
    wechat.last = replace(wechat.last, sale=replace(wechat.sale, state=state, calls=frozenset({Call.QUERY, Call.PAY})))
    wechat.at(9, event, state.name)


# --- a restart


def test_a_restart_asks_first_and_keeps_what_is_left_of_the_wait(either):
    either.at(0.5, pay(Pay.PENDING), "PENDING").restart().at(
        20, Recovered(False), "PENDING", "QUERY", record=True
    ).wakes_at(45)
    assert either.sale.recovered
    either.at(20.2, found(Found.PENDING), "PENDING")
    assert either.sale.deadline == MONO + 45


def test_a_sale_found_paid_is_paid(either):
    either.restart().at(20, Recovered(False), "UNKNOWN", "QUERY").at(20.2, found(Found.PAID), "PAID")
    assert either.sale.recovered


@pytest.mark.parametrize("ms", [NOON_MS + 45_000, NOON_MS + 3_600_000, NOON_MS - 1, NOON_MS - 10**9])
def test_a_wait_that_is_past_or_doubtful_is_over_after_one_query(alipay, ms):
    alipay.at(0.5, pay(Pay.PENDING), "PENDING").restart()
    alipay.at(20, Recovered(False), "PENDING", "QUERY", ms=ms).wakes_at(30)
    paid = step(alipay.sale, found(Found.PAID), alipay.now(20.1, ms), alipay.patience)
    assert paid.sale.state is State.PAID
    alipay.at(20.1, found(Found.PENDING), "REVERSING", "REVERSE", ms=ms)
    assert alipay.sale.stopped_by == "restart"


def test_a_clock_that_leaves_more_than_the_whole_wait_is_not_believed(alipay):
    alipay.at(0.5, pay(Pay.PENDING), "PENDING")
    early = replace(alipay.sale.order, began_ms=NOON_MS - 3_600_000)
    alipay.last = replace(alipay.last, sale=replace(alipay.sale, order=early))
    alipay.restart().at(20, Recovered(False), "PENDING", "QUERY", ms=NOON_MS - 1).wakes_at(30)


def test_an_overdue_sale_on_a_dead_line_goes_to_d2(wechat):
    wechat.restart().at(100, Recovered(False), "UNKNOWN", "QUERY").wakes_at(110).at(110, WAKE, "REVERSING")
    assert wechat.sale.stopped_by == "restart"


def test_an_accepted_sale_goes_on_after_a_restart(alipay):
    alipay.at(0.5, pay(Pay.ACCEPTED), "UNKNOWN", "QUERY").restart().at(900, Recovered(False), "UNKNOWN", "QUERY")
    alipay.at(901, SILENT, "UNKNOWN").at(960, WAKE, "UNKNOWN", "QUERY", "RING").at(961, found(Found.PAID), "PAID")


def test_a_recharged_purchase_is_given_back_at_once(alipay):
    alipay.at(0.5, pay(Pay.ACCEPTED), "UNKNOWN", "QUERY").restart().at(
        20, Recovered(True), "REVERSING", "QUERY", record=True
    )
    alipay.at(20.2, found(Found.PAID), "REVERSING", "REVERSE")
    assert alipay.sale.stopped_by == "recharged"


def test_past_d2_a_restart_goes_on_where_it_was_with_its_times_anew(wechat):
    let_go(wechat, Found.PAID).restart().at(25, Recovered(False), "REVERSING", "QUERY").at(
        25.1, found(Found.PAID), "REVERSING"
    )
    assert wechat.sale.quarantine_until == MONO + 25 + 180
    wechat.at(39.9, WAKE, "REVERSING", "QUERY").at(39.95, found(Found.PAID), "REVERSING").wakes_at(40)
    wechat.at(40, WAKE, "REVERSING", "QUERY").at(40.1, found(Found.PAID), "REVERSING", "REVERSE")
    assert wechat.sale.reverses == 2


def test_a_stuck_sale_goes_on_after_a_restart(alipay):
    let_go(alipay, Found.PAID).at(21, undone(Undone.REFUSED), "REVERSING", "QUERY").at(
        21.1, found(Found.PAID), "STUCK", "RING"
    )
    alipay.restart().at(30, Recovered(False), "STUCK", "QUERY").at(30.1, found(Found.PAID), "STUCK", "REVERSE")
    assert alipay.sale.next_ring is None


def test_an_answer_nobody_asked_for_is_the_callers_mistake(wechat):
    with pytest.raises(IllegalStep):
        step(wechat.sale, undone(Undone.DONE), wechat.now(1), wechat.patience)
    wechat.at(1, found(Found.PAID), "INTENT", record=False)  # as good as a duplicate, and never money


def test_a_duplicate_reverse_answer_changes_nothing(alipay):
    let_go(alipay).at(20.4, undone(Undone.DONE), "REVERSING", "QUERY").at(
        20.5, undone(Undone.DONE), "REVERSING", record=False
    )
    assert alipay.sale.reverses_answered == 1


def test_contact_is_counted_from_what_the_channel_itself_said(wechat):
    wechat.at(0.5, SILENT_PAY, "UNKNOWN").at(5, WAKE, "UNKNOWN", "QUERY").at(15, SILENT, "UNKNOWN")
    assert (wechat.sale.silences, wechat.sale.heard_at) == (2, None)
    wechat.at(20, WAKE, "UNKNOWN", "QUERY").at(20.2, found(Found.PENDING), "PENDING")
    assert (wechat.sale.silences, wechat.sale.heard_at) == (0, MONO + 20.2)
