"""Stories of one sale after its end, and after a restart of the till."""

from dataclasses import replace

import pytest

from app.core.answers import Found, Pay, Undone
from app.core.events import (
    Recovered,
)
from app.core.machine import IllegalStep, step
from app.core.reasons import Reason
from app.core.sale import Call, State
from tests.app.core.story import (
    CHECK,
    MONO,
    NOON_MS,
    SILENT,
    SILENT_PAY,
    STOP,
    WAKE,
    found,
    let_go,
    pay,
    undone,
)


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


def test_wechats_window_is_seven_days(wechat):
    let_go(wechat).at(21, undone(Undone.AGAIN), "REVERSING", "QUERY")
    wechat.at(6 * 86400, found(Found.PAID), "REVERSING", "REVERSE")
    wechat.at(6 * 86400 + 1, undone(Undone.AGAIN), "REVERSING", "QUERY")
    wechat.at(7 * 86400 - 900, found(Found.PAID), "REFUNDING", "REFUND")
