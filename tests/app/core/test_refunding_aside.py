"""Stories of money going back beside what a supervisor asks for: the till's own refund, cash by hand, the bill."""

import pytest

from app.core.answers import Evidence, Found, QueryAnswer, Repaid
from app.core.billed import owed_fen
from app.core.channel import Channel
from app.core.events import (
    BillSeen,
    CheckAsked,
    HoldAsked,
    QueryAnswered,
    Recovered,
)
from app.core.machine import step
from app.core.reasons import Reason
from app.core.refund_rules import why_not
from app.core.refunds import HandState, RefundState
from app.core.sale import Call, State
from tests.app.core.refund_story import ALL, MONO, NOON_MS, WAKE, Story, answer, ask, found, query


@pytest.fixture
def wechat():
    return Story()


# --- the till's own


def own(channel=Channel.ALIPAY, **facts):
    """A sale past D2 whose reverse is shut."""
    story = Story(channel, State.STUCK, **({"hollow": 3, "alarm": "st.stuck", "ended_ms": None} | facts))
    return story.at(0, CheckAsked(), "STUCK", "QUERY").at(1, found(Found.PAID), "REFUNDING", "REFUND")


def test_the_tills_own_refund_ends_reversed_by_a_query_only():
    story = own().at(2, answer(Repaid.DONE), "REFUNDING").wakes_at(12)
    story.at(12, WAKE, "REFUNDING", "REFUND_QUERY").at(13, query(Repaid.DONE), "REVERSED")
    assert (story.refund.by, story.sale.refunded_fen, story.sale.alarm, story.sale.at_rest) == ("", ALL, "", True)


def test_the_tills_own_refund_keeps_its_number_when_it_is_refused():
    story = own().at(2, answer(Repaid.REFUSED, reason=Reason.NOREFUND), "STUCK", "QUERY", "RING")
    story.at(3, found(Found.PAID), "STUCK").wakes_at(3602)
    story.at(3602, WAKE, "STUCK", "REFUND_QUERY").at(3603, query(Repaid.NO_SUCH_REFUND), "STUCK", "REFUND")
    story.at(3604, answer(Repaid.ACCEPTED), "REFUNDING").at(3614, WAKE, "REFUNDING", "REFUND_QUERY")
    story.at(3615, query(Repaid.DONE), "REVERSED")
    assert [r.calls for r in story.sale.refunds] == [2]


def test_the_tills_own_that_no_query_knows_is_stuck_after_ten_minutes():
    story = own().at(2, answer(Repaid.ACCEPTED), "REFUNDING").at(12, WAKE, "REFUNDING", "REFUND_QUERY")
    story.at(13, query(Repaid.NO_SUCH_REFUND), "REFUNDING").at(601, WAKE, "STUCK", "REFUND_QUERY", "RING")
    story.at(602, query(Repaid.DONE), "REVERSED")
    assert story.sale.alarm == ""


def test_a_refusal_because_it_is_back_already_ends_it():
    story = own().at(2, answer(Repaid.REFUSED, reason=Reason.ALREADY), "STUCK", "QUERY", "RING")
    story.at(3, found(Found.RETURNED), "REVERSED")
    assert story.refund.state is RefundState.REFUSED
    assert story.sale.at_rest


def test_one_that_was_taken_and_is_refused_waits_its_hour_where_the_order_is_back_already():
    story = own().at(2, answer(Repaid.ACCEPTED), "REFUNDING")
    for at in (12, 32, 62):
        story.at(at, WAKE, "REFUNDING", "REFUND_QUERY")
        work = ("REFUND",) if at == 62 else ()
        story.at(at, query(Repaid.NO_SUCH_REFUND), "REFUNDING", *work)
    story.at(63, answer(Repaid.REFUSED, reason=Reason.ALREADY), "STUCK", "QUERY", "RING")
    story.at(64, found(Found.RETURNED), "STUCK").wakes_at(3663)


def test_a_closed_one_is_followed_by_another_number_after_an_hour():
    story = own().at(2, answer(Repaid.ACCEPTED), "REFUNDING").at(12, WAKE, "REFUNDING", "REFUND_QUERY")
    story.at(13, query(Repaid.CLOSED), "STUCK", "RING").wakes_at(3613)
    story.at(3613, WAKE, "STUCK", "QUERY").at(3614, found(Found.PAID), "REFUNDING", "REFUND")
    assert [r.out_refund_no[-2:] for r in story.sale.refunds] == ["01", "02"]


@pytest.mark.parametrize("kind", [Repaid.SHOP_FUNDS, Repaid.ABNORMAL])
def test_a_person_is_called_and_the_till_goes_on(kind):
    story = own().at(2, answer(kind), "STUCK", "RING")
    story.restart().at(10, Recovered(False), "STUCK", "REFUND_QUERY").at(11, query(Repaid.DONE), "REVERSED")


def test_after_a_restart_a_refund_in_doubt_blocks_every_other_way():
    story = own().restart().at(10, Recovered(False), "REFUNDING", "REFUND_QUERY")
    story.at(11, query(Repaid.UNKNOWN, verified=False), "REFUNDING")
    story.at(20, WAKE, "REFUNDING", "REFUND_QUERY").at(21, query(Repaid.NO_SUCH_REFUND), "REFUNDING", "REFUND")
    assert story.sale.reverses == 0


# --- settled by hand


def hold(fen=ALL):
    return HoldAsked(fen, "顾客要现金", "V1", "3001", "h1")


def test_cash_is_given_only_where_the_money_is_still_ours(wechat):
    wechat.at(0, hold(), "PAID", "QUERY")
    assert wechat.sale.is_open
    wechat.at(1, found(Found.PAID), "PAID")
    assert (wechat.sale.hand.state, wechat.sale.at_rest) == (HandState.GIVEN, True)
    assert why_not(wechat.sale, 1, NOON_MS).key == "back.held"
    wechat.at(2, ask(), "PAID")


def test_no_cash_where_it_has_gone_back():
    story = Story(state=State.STUCK, alarm="st.stuck", ended_ms=None).at(0, hold(), "STUCK", "QUERY")
    story.at(1, found(Found.RETURNED), "REVERSED")
    assert story.sale.hand.state is HandState.REFUSED


def test_a_person_is_called_after_ten_minutes_where_no_cash_was_given_and_the_till_goes_on():
    story = Story(state=State.REVERSING, ended_ms=None).at(0, hold(), "REVERSING", "QUERY")
    story.at(1, found(Found.PENDING), "REVERSING").at(1, WAKE, "REVERSING", "QUERY")
    story.at(2, found(Found.PENDING), "REVERSING").at(601, WAKE, "STUCK", "QUERY", "RING")


@pytest.mark.parametrize("refunded_fen", [0, 1])
def test_no_cash_where_some_of_it_has_gone_back_or_nobody_says_how_much(wechat, refunded_fen):
    wechat.at(0, hold(), "PAID", "QUERY").at(1, found(Found.PARTLY_REFUNDED, refunded_fen), "PAID")
    assert wechat.sale.hand.state is HandState.REFUSED


@pytest.mark.parametrize(
    ("named", "state"), [(None, HandState.REFUSED), (1, HandState.REFUSED), (ALL, HandState.GIVEN)]
)
def test_no_cash_for_a_sum_that_no_channel_names_as_paid(named, state):
    story = Story(state=State.STUCK, alarm="st.mismatch", ended_ms=None).at(0, hold(ALL), "STUCK", "QUERY")
    evidence = Evidence(verified=True, paid_fen=named)
    story.at(1, QueryAnswered(QueryAnswer(Found.MISMATCH, evidence)), story.sale.state.value)
    assert story.sale.hand.state is state


def test_a_channel_that_does_not_know_is_asked_as_often_as_it_likes_to_be(wechat):
    silence = QueryAnswered(QueryAnswer(Found.UNKNOWN, Evidence()))
    wechat.at(0, hold(), "PAID", "QUERY").at(1, found(Found.UNKNOWN), "PAID").wakes_at(6)
    wechat.at(6, WAKE, "PAID", "QUERY").at(7, silence, "PAID").wakes_at(9)


def test_a_call_in_flight_is_waited_out_with_the_time_it_may_land_in(wechat):
    wechat.refunding().at(5, hold(), "VOIDING").at(30, answer(Repaid.UNKNOWN, verified=False), "VOIDING").wakes_at(31)
    wechat.at(31, WAKE, "VOIDING").wakes_at(210).at(210, WAKE, "VOIDING", "REFUND_QUERY")
    wechat.at(211, query(Repaid.NO_SUCH_REFUND), "VOIDING", "QUERY").at(212, found(Found.PAID), "PAID")
    assert (wechat.sale.hand.state, wechat.refund.state) == (HandState.GIVEN, RefundState.REFUSED)


@pytest.mark.parametrize(("kind", "state"), [(Repaid.DONE, "VOIDED"), (Repaid.ACCEPTED, "VOIDING")])
def test_no_cash_beside_a_refund_that_goes_through(wechat, kind, state):
    wechat.refunding().at(5, hold(), "VOIDING").at(6, answer(kind), state)
    assert wechat.sale.hand.state is HandState.REFUSED


def test_a_hold_survives_a_restart_and_sends_nothing(wechat):
    wechat.refunding().at(5, hold(), "VOIDING").restart().at(1000, Recovered(False), "VOIDING").wakes_at(1180)
    wechat.at(1180, WAKE, "VOIDING", "REFUND_QUERY").at(1181, query(Repaid.NO_SUCH_REFUND), "VOIDING", "QUERY")
    wechat.at(1182, found(Found.PAID), "PAID")
    assert wechat.refund.calls == 1


def test_a_held_sale_past_d2_is_only_asked_about():
    story = Story(Channel.ALIPAY, State.STUCK, alarm="st.stuck", ended_ms=None).at(0, hold(), "STUCK", "QUERY")
    story.at(1, found(Found.PAID), "STUCK").wakes_at(3601).at(3601, WAKE, "STUCK", "QUERY")
    story.at(3602, found(Found.PAID), "STUCK").wakes_at(7202)
    story.at(7202, WAKE, "STUCK", "QUERY").at(7203, found(Found.RETURNED), "REVERSED", "RING")
    assert story.sale.alarm == "st.contradict"  # paid back twice: a person's matter


def test_a_held_sale_past_d2_stays_asked_about_once_an_hour_after_a_restart():
    story = Story(Channel.ALIPAY, State.STUCK, alarm="st.stuck", ended_ms=None).at(0, hold(), "STUCK", "QUERY")
    story.at(1, found(Found.PAID), "STUCK").restart().at(100, Recovered(False), "STUCK", "QUERY")
    story.at(101, found(Found.PAID), "STUCK").wakes_at(101 + 3600)


def test_no_calls_but_queries_after_a_hold():
    story = own().at(1.5, hold(), "REFUNDING").at(2, answer(Repaid.UNKNOWN, verified=False), "REFUNDING")
    for second in range(3, 400):
        if story.sale.wake_at is not None and story.sale.wake_at <= MONO + second:
            work = step(story.sale, WAKE, story.now(second), story.patience)
            story.sale = work.sale
            assert not {w.name for w in work.work} & {"REFUND", "REVERSE"}
        if Call.REFUND_QUERY in story.sale.calls:
            story.sale = step(story.sale, query(Repaid.NO_SUCH_REFUND), story.now(second), story.patience).sale
        if Call.QUERY in story.sale.calls:
            story.sale = step(story.sale, found(Found.PAID), story.now(second), story.patience).sale
    assert story.sale.hand.state is HandState.GIVEN


# --- what the bill closes


def given(channel=Channel.ALIPAY, **facts):
    """A sale past D2 whose cash was recorded."""
    story = Story(channel, State.STUCK, **({"alarm": "st.stuck", "ended_ms": None} | facts))
    return story.at(0, hold(), "STUCK", "QUERY").at(1, found(Found.PAID), "STUCK")


def test_the_bill_ends_a_sale_settled_by_hand_and_nothing_is_sent_for_it_any_more():
    story = given().at(86_400, BillSeen(ALL, 0), "REVERSED")
    assert (story.sale.hand.state, story.sale.alarm, story.sale.took_money) == (HandState.MATCHED, "", True)
    assert (story.sale.is_open, story.sale.at_rest) == (False, True)
    story.restart().at(90_000, BillSeen(ALL, 0), "REVERSED")
    story.at(90_001, CheckAsked(), "REVERSED", "QUERY").at(90_002, found(Found.PAID), "REVERSED")
    assert not story.sale.alarm, "the money that the channel holds is what the cash stood for"


def test_a_bill_without_the_payment_ends_nothing():
    story = given().at(86_400, BillSeen(0, 0), "STUCK")
    assert (story.sale.hand.state, story.sale.alarm) == (HandState.GIVEN, "")


def test_a_bill_that_shows_it_went_back_too_calls_a_person_and_ends_nothing():
    story = given().at(86_400, BillSeen(ALL, 1), "STUCK", "RING")
    assert (story.sale.hand.state, story.sale.alarm) == (HandState.GIVEN, "st.contradict")


@pytest.mark.parametrize(
    ("back", "state", "hand", "owed"),
    [
        (0, "REVERSED", HandState.MATCHED, ALL - 500),  # the rest is still with the channel: a person's
        (100, "REVERSED", HandState.MATCHED, ALL - 600),  # a part of it went back on the channel's own page
        (ALL - 500, "REVERSED", HandState.MATCHED, 0),  # all of it: nobody is owed anything
        (ALL - 499, "STUCK", HandState.GIVEN, 0),  # one fen more: paid back twice
        (ALL, "STUCK", HandState.GIVEN, 0),
    ],
)
def test_a_part_by_hand_of_a_sale_in_doubt_is_closed_by_the_bill_and_the_rest_has_its_sum(back, state, hand, owed):
    story = Story(Channel.ALIPAY, State.STUCK, alarm="st.stuck", ended_ms=None)
    story.at(0, hold(500), "STUCK", "QUERY").at(1, found(Found.PAID), "STUCK")
    story.at(86_400, BillSeen(ALL, back), state, *(["RING"] if state == "STUCK" else []))
    assert (story.sale.hand.state, owed_fen(story.sale)) == (hand, owed)
    assert story.sale.alarm == ("st.contradict" if state == "STUCK" else "")
    if state == "REVERSED":
        story.restart().at(90_000, BillSeen(ALL, back), "REVERSED").at(90_001, CheckAsked(), "REVERSED", "QUERY")
        story.at(90_002, found(Found.PAID), "REVERSED")
        assert (owed_fen(story.sale), story.sale.alarm) == (owed, ""), "and the till sends nothing for it"


def test_a_paid_sale_with_cash_beside_it_is_matched_and_stays_paid(wechat):
    wechat.at(0, hold(), "PAID", "QUERY").at(1, found(Found.PAID), "PAID").at(86_400, BillSeen(ALL, 0), "PAID")
    assert wechat.sale.hand.state is HandState.MATCHED
    assert why_not(wechat.sale, 1, NOON_MS).key == "back.held", "nobody gives it back a second time"
    wechat.at(90_000, CheckAsked(), "PAID", "QUERY").at(90_001, found(Found.RETURNED), "PAID", "RING")
    assert wechat.sale.alarm == "st.contradict"


def test_money_that_left_a_paid_sale_elsewhere_is_told_though_the_part_by_hand_is_still_there(wechat):
    wechat.at(0, hold(500), "PAID", "QUERY").at(1, found(Found.PAID), "PAID")
    wechat.at(86_400, BillSeen(ALL, 300), "PAID", "RING")
    assert (wechat.sale.hand.state, wechat.sale.alarm) == (HandState.GIVEN, "st.contradict")


def test_a_refund_that_never_reached_its_payer_is_closed_by_the_cash_and_the_bill(wechat):
    wechat.refunding().at(2, answer(Repaid.ABNORMAL), "VOIDING", "RING")
    wechat.at(3, hold(), "VOIDING").at(190, WAKE, "VOIDING", "REFUND_QUERY")
    wechat.at(191, query(Repaid.ABNORMAL), "VOIDING")
    assert wechat.sale.hand.state is HandState.GIVEN
    wechat.at(86_400, BillSeen(ALL, 0), "PAID")
    assert (wechat.refund.state, wechat.sale.is_open) == (RefundState.CLOSED, False)


@pytest.mark.parametrize("state", [State.REVERSED, State.DECLINED, State.NOT_SENT])
def test_a_bill_that_keeps_what_the_till_does_not_makes_it_ask_and_only_the_answer_moves_money(state):
    story = Story(state=state, took_money=None).at(0, BillSeen(ALL, 0), state.name, "QUERY")
    assert story.sale.is_open, "a restart asks too"
    story.at(1, found(Found.RETURNED), state.name)
    assert not story.sale.is_open
    story.at(2, BillSeen(ALL, 0), state.name, "QUERY").at(3, found(Found.PAID), "REFUNDING", "REFUND", "RING")


def test_a_bill_without_money_of_a_sale_that_kept_none_asks_nothing():
    Story(state=State.REVERSED).at(0, BillSeen(ALL, ALL), "REVERSED").at(1, BillSeen(0, 0), "REVERSED")


def test_a_sale_in_doubt_is_asked_about_at_once():
    Story(state=State.STUCK, ended_ms=None, alarm="st.stuck").at(0, BillSeen(ALL, 0), "STUCK", "QUERY")


def test_a_flaw_is_gone_once_the_file_has_the_sale():
    story = Story(Channel.UNIONPAY, code="00/A6").at(0, BillSeen(0, 0), "PAID")
    assert story.sale.code == "00/A6"
    assert story.at(1, BillSeen(ALL, 0), "PAID").sale.code == ""
