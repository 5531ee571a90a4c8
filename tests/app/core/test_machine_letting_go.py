"""Stories of one sale that was given up: reversed, watched, refunded, or a person's matter; never paid."""

import pytest

from app.core.answers import Evidence, Found, Pay, ReverseAnswer, Undone
from app.core.channel import Channel
from app.core.events import (
    Recovered,
    ReverseAnswered,
)
from app.core.reasons import Reason
from tests.app.core.story import (
    CHECK,
    MONO,
    NO_REVERSE,
    SILENT,
    SILENT_PAY,
    STOP,
    WAKE,
    Story,
    found,
    let_go,
    pay,
    undone,
)


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
