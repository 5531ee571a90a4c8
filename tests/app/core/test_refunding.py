"""Stories of money going back, told second by second: every answer of a channel in every state of a refund."""

from dataclasses import replace

import pytest

from app.core.answers import Repaid
from app.core.channel import Channel
from app.core.events import (
    CheckAsked,
    Recovered,
)
from app.core.reasons import Reason
from app.core.record import from_body, to_body
from app.core.refund_rules import order_of, seconds_between, voids, why_not
from app.core.refunds import Refund, RefundState, refund_number
from app.core.sale import State
from tests.app.core.refund_story import ALL, NOON_MS, WAKE, Story, answer, ask, query

UNSIGNED_IS_ENOUGH = {
    Repaid.UNKNOWN, Repaid.MISCONFIGURED, Repaid.NOT_SENT, Repaid.AGAIN, Repaid.TOO_MANY, Repaid.SHOP_FUNDS,
}  # fmt: skip


@pytest.fixture(params=list(Channel))
def either(request):
    return Story(request.param)


@pytest.fixture
def wechat():
    return Story()


# --- D4


def test_the_number_and_sum_are_recorded_before_the_call(either):
    either.refunding(400)
    assert either.last.must_record
    kept = from_body(to_body(either.sale)).refunds
    assert [(r.out_refund_no, r.amount_fen, r.by, r.nonce, r.reason, r.state) for r in kept] == [
        ("4" * 24 + "01", 400, "2001", "n1", "顾客退货", RefundState.ASKED)
    ]
    assert order_of(either.sale, kept[0]).began_ms == NOON_MS


def test_a_number_fits_every_channel_and_no_payment_code():
    numbers = {refund_number("7" * 24, n) for n in range(1, 100)}
    assert len(numbers) == 99
    assert {(len(n), n.isdigit(), n[0]) for n in numbers} == {(26, True, "7")}
    for wrong in (0, 100):
        with pytest.raises(ValueError, match="99"):
            refund_number("7" * 24, wrong)


def test_a_second_refund_while_one_runs_changes_nothing(either):
    either.refunding(400)
    before = either.sale
    either.at(1, ask(100, "n2"), "VOIDING")
    assert either.sale == before


def test_the_next_waits_until_a_query_has_confirmed_the_last():
    alipay = Story(Channel.ALIPAY).refunding(400).at(1, answer(Repaid.DONE), "PARTLY_REFUNDED")
    alipay.at(11, WAKE, "PARTLY_REFUNDED", "REFUND_QUERY").at(12, ask(100, "n2"), "PARTLY_REFUNDED")
    alipay.at(13, query(Repaid.DONE), "PARTLY_REFUNDED").at(14, ask(100, "n2"), "VOIDING", "REFUND")


@pytest.mark.parametrize("state", sorted(set(State) - {State.PAID, State.PARTLY_REFUNDED}))
def test_only_a_paid_sale_is_refunded(state):
    story = Story(state=state, refunded_fen=ALL if state in (State.VOIDED, State.REFUNDED) else 0)
    before = story.sale
    assert why_not(before, 1, NOON_MS) is not None
    story.at(0, ask(1), state.name)
    assert story.sale == before


@pytest.mark.parametrize("fen", [0, -1, ALL + 1])
def test_never_more_than_the_sale(either, fen):
    assert why_not(either.sale, fen, NOON_MS).key == "adv.refund.toomuch"
    either.at(0, ask(fen), "PAID")


# --- every answer to the call

TO_THE_CALL = [
    # kind, verified, state of the sale, of the refund, woken after, alarm, work of the step
    (Repaid.DONE, True, "VOIDED", "DONE", 10, "", []),
    (Repaid.DONE, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.ACCEPTED, True, "VOIDING", "ACCEPTED", 10, "", []),
    (Repaid.ACCEPTED, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.AGAIN, True, "VOIDING", "ASKED", 1, "", []),
    (Repaid.AGAIN, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.REFUSED, True, "PAID", "REFUSED", None, "", []),
    (Repaid.REFUSED, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.TOO_LATE, True, "PAID", "REFUSED", None, "wk.toolate", ["RING"]),
    (Repaid.TOO_LATE, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.SHOP_FUNDS, True, "VOIDING", "ASKED", 300, "back.funds", ["RING"]),
    (Repaid.SHOP_FUNDS, False, "VOIDING", "ASKED", 300, "back.funds", ["RING"]),
    (Repaid.TOO_MANY, True, "VOIDING", "ASKED", 60, "", []),
    (Repaid.TOO_MANY, False, "VOIDING", "ASKED", 60, "", []),
    (Repaid.CLOSED, True, "PAID", "CLOSED", None, "wk.closed", ["RING"]),
    (Repaid.CLOSED, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.ABNORMAL, True, "VOIDING", "ABNORMAL", 60, "wk.abnormal", ["RING"]),
    (Repaid.ABNORMAL, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.NO_SUCH_REFUND, True, "VOIDING", "ASKED", 1, "", []),
    (Repaid.NO_SUCH_REFUND, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.MISMATCH, True, "VOIDING", "ASKED", 60, "st.mismatch", ["RING"]),
    (Repaid.MISMATCH, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.MISCONFIGURED, True, "VOIDING", "ASKED", 1, "", []),
    (Repaid.MISCONFIGURED, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.UNKNOWN, True, "VOIDING", "ASKED", 1, "", []),
    (Repaid.UNKNOWN, False, "VOIDING", "ASKED", 1, "", []),
    (Repaid.NOT_SENT, True, "VOIDING", "ASKED", 1, "", []),
    (Repaid.NOT_SENT, False, "VOIDING", "ASKED", 1, "", []),
]


def test_every_answer_stands_in_the_table():
    assert {(kind, verified) for kind, verified, *_ in TO_THE_CALL} == {(k, v) for k in Repaid for v in (True, False)}


@pytest.mark.parametrize("row", TO_THE_CALL)
def test_the_call_is_answered(either, row):
    kind, verified, state, refund, wakes, alarm, work = row
    either.refunding().at(0, answer(kind, verified=verified, reason=Reason.NOREFUND, code="X"), state, *work)
    assert (either.refund.state.value, either.sale.alarm) == (refund, alarm)
    either.wakes_at(wakes)
    assert either.sale.refunded_fen == (ALL if refund == "DONE" else 0)
    assert either.sale.left_fen == (0 if either.sale.refund or refund == "DONE" else ALL)


TO_THE_QUERY = {  # by the refund's state: kind -> sale, refund, work of the step
    "ASKED": {
        Repaid.DONE: ("VOIDED", "DONE", []),
        Repaid.ACCEPTED: ("VOIDING", "ACCEPTED", []),
        Repaid.AGAIN: ("VOIDING", "ASKED", ["REFUND"]),
        Repaid.REFUSED: ("VOIDING", "ASKED", []),  # an earlier call may yet be carried out
        Repaid.SHOP_FUNDS: ("VOIDING", "ASKED", []),
        Repaid.TOO_LATE: ("VOIDING", "ASKED", []),
        Repaid.TOO_MANY: ("VOIDING", "ASKED", []),
        Repaid.CLOSED: ("PAID", "CLOSED", ["RING"]),
        Repaid.ABNORMAL: ("VOIDING", "ABNORMAL", ["RING"]),
        Repaid.NO_SUCH_REFUND: ("VOIDING", "ASKED", ["REFUND"]),
        Repaid.MISMATCH: ("VOIDING", "ASKED", ["RING"]),
        Repaid.MISCONFIGURED: ("VOIDING", "ASKED", []),
        Repaid.UNKNOWN: ("VOIDING", "ASKED", []),
        Repaid.NOT_SENT: ("VOIDING", "ASKED", []),
    },
    "ACCEPTED": {
        Repaid.DONE: ("VOIDED", "DONE", []),
        Repaid.ACCEPTED: ("VOIDING", "ACCEPTED", []),
        Repaid.AGAIN: ("VOIDING", "ACCEPTED", []),
        Repaid.REFUSED: ("PAID", "REFUSED", []),
        Repaid.SHOP_FUNDS: ("VOIDING", "ACCEPTED", []),
        Repaid.TOO_LATE: ("PAID", "REFUSED", ["RING"]),
        Repaid.TOO_MANY: ("VOIDING", "ACCEPTED", []),
        Repaid.CLOSED: ("PAID", "CLOSED", ["RING"]),
        Repaid.ABNORMAL: ("VOIDING", "ABNORMAL", ["RING"]),
        Repaid.NO_SUCH_REFUND: ("VOIDING", "ACCEPTED", []),
        Repaid.MISMATCH: ("VOIDING", "ACCEPTED", ["RING"]),
        Repaid.MISCONFIGURED: ("VOIDING", "ACCEPTED", []),
        Repaid.UNKNOWN: ("VOIDING", "ACCEPTED", []),
        Repaid.NOT_SENT: ("VOIDING", "ACCEPTED", []),
    },
    "ABNORMAL": {
        Repaid.DONE: ("VOIDED", "DONE", []),  # a person sent it to another card
        Repaid.ACCEPTED: ("VOIDING", "ACCEPTED", []),
        Repaid.AGAIN: ("VOIDING", "ABNORMAL", []),
        Repaid.REFUSED: ("PAID", "REFUSED", []),
        Repaid.SHOP_FUNDS: ("VOIDING", "ABNORMAL", []),
        Repaid.TOO_LATE: ("PAID", "REFUSED", ["RING"]),
        Repaid.TOO_MANY: ("VOIDING", "ABNORMAL", []),
        Repaid.CLOSED: ("PAID", "CLOSED", ["RING"]),
        Repaid.ABNORMAL: ("VOIDING", "ABNORMAL", []),
        Repaid.NO_SUCH_REFUND: ("VOIDING", "ABNORMAL", []),
        Repaid.MISMATCH: ("VOIDING", "ABNORMAL", ["RING"]),
        Repaid.MISCONFIGURED: ("VOIDING", "ABNORMAL", []),
        Repaid.UNKNOWN: ("VOIDING", "ABNORMAL", []),
        Repaid.NOT_SENT: ("VOIDING", "ABNORMAL", []),
    },
}
ROWS = [(before, kind, *row) for before, rows in TO_THE_QUERY.items() for kind, row in rows.items()]


def test_every_answer_of_a_query_stands_in_the_table():
    assert {(before, kind) for before, kind, *_ in ROWS} == {(b, k) for b in TO_THE_QUERY for k in Repaid}


@pytest.mark.parametrize("row", ROWS)
def test_the_query_is_answered(either, row):
    before, kind, state, refund, work = row
    if before == "ASKED":
        either.refunding().at(20, answer(Repaid.UNKNOWN, verified=False), "VOIDING")
    else:
        getattr(either, before.lower())()
    number = either.refund.out_refund_no
    either.at(90, CheckAsked(), "VOIDING", "REFUND_QUERY").at(91, query(kind), state, *work)
    assert either.refund.state.value == refund
    assert [r.out_refund_no for r in either.sale.refunds] == [number]
    assert either.sale.at_rest == (either.refund.state.value in ("DONE", "REFUSED", "CLOSED"))


@pytest.mark.parametrize("before", list(TO_THE_QUERY))
@pytest.mark.parametrize("kind", sorted(set(Repaid) - UNSIGNED_IS_ENOUGH))
def test_nothing_unsigned_ends_a_refund(wechat, before, kind):
    if before == "ASKED":
        wechat.refunding().at(20, answer(Repaid.UNKNOWN, verified=False), "VOIDING")
    else:
        getattr(wechat, before.lower())()
    wechat.at(90, CheckAsked(), "VOIDING", "REFUND_QUERY").at(91, query(kind, verified=False, forged=True), "VOIDING")
    assert (wechat.refund.state.value, wechat.sale.forged) == (before, True)


# --- the way of a refund


def test_wechats_word_counts_only_after_its_query(wechat):
    wechat.refunding().at(0.3, answer(Repaid.ACCEPTED, refund_no="50"), "VOIDING").wakes_at(10.3)
    wechat.at(10.3, WAKE, "VOIDING", "REFUND_QUERY").at(10.4, query(Repaid.ACCEPTED), "VOIDING").wakes_at(30.4)
    wechat.at(30.4, WAKE, "VOIDING", "REFUND_QUERY").at(30.5, query(Repaid.DONE), "VOIDED")
    assert (wechat.refund.refund_no, wechat.refund.confirmed, wechat.refund.ended_ms) == ("50", True, NOON_MS + 30_500)
    assert wechat.sale.at_rest


def test_alipays_word_counts_at_once_and_is_confirmed(wechat):
    alipay = Story(Channel.ALIPAY).refunding().at(1, answer(Repaid.DONE), "VOIDED")
    assert alipay.sale.is_final
    assert alipay.sale.is_open  # a crash does not forget that a query is owed
    alipay.restart().at(5, Recovered(False), "VOIDED", "REFUND_QUERY").at(6, query(Repaid.DONE), "VOIDED")
    assert (alipay.sale.is_open, alipay.sale.at_rest, alipay.refund.confirmed) == (False, True, True)


@pytest.mark.parametrize("kind", [Repaid.CLOSED, Repaid.ABNORMAL, Repaid.MISMATCH])
def test_a_word_that_the_query_denies_calls_a_person(kind):
    alipay = Story(Channel.ALIPAY).refunding().at(1, answer(Repaid.DONE), "VOIDED")
    alipay.at(11, WAKE, "VOIDED", "REFUND_QUERY").at(12, query(kind), "VOIDING", "RING")
    assert (alipay.sale.alarm, alipay.refund.state, alipay.sale.refunded_fen) == (
        "st.contradict", RefundState.ABNORMAL, 0,
    )  # fmt: skip


def test_a_query_that_lags_behind_denies_nothing_for_three_minutes():
    alipay = Story(Channel.ALIPAY).refunding().at(1, answer(Repaid.DONE), "VOIDED")
    alipay.at(11, WAKE, "VOIDED", "REFUND_QUERY").at(12, query(Repaid.NO_SUCH_REFUND), "VOIDED")
    alipay.at(182, WAKE, "VOIDED", "REFUND_QUERY").at(183, query(Repaid.NO_SUCH_REFUND), "VOIDING", "RING")


def test_a_lost_answer_is_asked_about_and_the_same_number_sent_again(either):
    either.refunding().at(30, answer(Repaid.UNKNOWN, verified=False), "VOIDING").wakes_at(31)
    either.at(31, WAKE, "VOIDING", "REFUND_QUERY").at(32, query(Repaid.UNKNOWN, verified=False), "VOIDING").wakes_at(34)
    either.at(34, WAKE, "VOIDING", "REFUND_QUERY").at(35, query(Repaid.NO_SUCH_REFUND), "VOIDING", "REFUND")
    assert (len(either.sale.refunds), either.refund.calls) == (1, 2)
    either.at(36, answer(Repaid.ACCEPTED), "VOIDING")


def test_a_refusal_after_a_lost_answer_is_not_believed_for_three_minutes(either):
    either.refunding().at(30, answer(Repaid.UNKNOWN, verified=False), "VOIDING")
    either.at(31, WAKE, "VOIDING", "REFUND_QUERY").at(32, query(Repaid.NO_SUCH_REFUND), "VOIDING", "REFUND")
    either.at(33, answer(Repaid.REFUSED, reason=Reason.ALREADY), "VOIDING")
    either.at(100, WAKE, "VOIDING", "REFUND_QUERY").at(101, query(Repaid.NO_SUCH_REFUND), "VOIDING", "REFUND")
    either.at(211, answer(Repaid.REFUSED, reason=Reason.ALREADY), "PAID")
    assert (either.refund.state, either.refund.why) == (RefundState.REFUSED, Reason.ALREADY)


def test_a_taken_refund_that_vanishes_is_sent_again_under_its_number(wechat):
    wechat.accepted()
    for second in (20, 50, 90):
        wechat.at(second, CheckAsked(), "VOIDING", "REFUND_QUERY")
        sent = ["REFUND"] if second == 90 else []
        wechat.at(second + 1, query(Repaid.NO_SUCH_REFUND), "VOIDING", *sent)
    assert (len(wechat.sale.refunds), wechat.refund.calls) == (1, 2)


def test_a_top_up_is_noticed_by_itself_or_at_once_when_asked(either):
    either.refunding().at(1, answer(Repaid.SHOP_FUNDS), "VOIDING", "RING").wakes_at(301)
    either.at(60, CheckAsked(), "VOIDING", "REFUND_QUERY").at(61, query(Repaid.NO_SUCH_REFUND), "VOIDING", "REFUND")
    either.at(62, answer(Repaid.ACCEPTED), "VOIDING")
    assert either.sale.alarm == ""


def test_a_refund_that_was_taken_and_that_every_query_denies_calls_a_person_after_ten_minutes(either):
    either.accepted()
    for second in (300, 500):
        either.at(second, WAKE, "VOIDING", "REFUND_QUERY").at(second + 1, query(Repaid.NO_SUCH_REFUND), "VOIDING")
    either.at(600, WAKE, "VOIDING", "REFUND_QUERY", "RING")
    assert either.sale.alarm == "back.refund"
    either.at(601, query(Repaid.NO_SUCH_REFUND), "VOIDING", "REFUND").at(602, answer(Repaid.ACCEPTED), "VOIDING")
    assert either.sale.alarm == "back.refund"  # the call has said so before
    either.at(700, WAKE, "VOIDING", "REFUND_QUERY").at(701, query(Repaid.ACCEPTED), "VOIDING")
    assert either.sale.alarm == ""
    either.at(1300, WAKE, "VOIDING", "REFUND_QUERY").at(1301, query(Repaid.DONE), "VOIDED")


def test_a_refund_that_a_query_has_seen_on_its_way_may_take_days(either):
    either.accepted().at(11, WAKE, "VOIDING", "REFUND_QUERY").at(12, query(Repaid.ACCEPTED), "VOIDING")
    for second in (700, 4_000, 90_000):
        either.at(second, WAKE, "VOIDING", "REFUND_QUERY").at(second + 1, query(Repaid.ACCEPTED), "VOIDING")
    assert either.sale.alarm == ""


def test_silence_of_ten_minutes_calls_a_person_once(either):
    either.refunding().at(30, answer(Repaid.MISCONFIGURED, code="SIGN"), "VOIDING")
    either.at(600, WAKE, "VOIDING", "REFUND_QUERY", "RING")
    assert either.sale.alarm == "back.refund"
    either.at(601, query(Repaid.UNKNOWN), "VOIDING").at(700, WAKE, "VOIDING", "REFUND_QUERY")
    either.at(701, query(Repaid.DONE), "VOIDED")
    assert either.sale.alarm == ""


def test_a_closed_refund_leaves_the_sale_paid_and_the_next_has_another_number(wechat):
    wechat.accepted().at(11, WAKE, "VOIDING", "REFUND_QUERY").at(12, query(Repaid.CLOSED), "PAID", "RING")
    wechat.at(70, ask(nonce="n2"), "VOIDING", "REFUND")
    assert [(r.out_refund_no[-2:], r.state.value) for r in wechat.sale.refunds] == [("01", "CLOSED"), ("02", "ASKED")]
    assert wechat.sale.alarm == ""


def test_parts_add_up_and_end_refunded(wechat):
    wechat.refunding(400).at(1, answer(Repaid.ACCEPTED), "VOIDING").at(11, WAKE, "VOIDING", "REFUND_QUERY")
    wechat.at(12, query(Repaid.DONE), "PARTLY_REFUNDED")
    assert (wechat.sale.refunded_fen, wechat.sale.left_fen) == (400, 850)
    assert why_not(wechat.sale, 851, NOON_MS + 100_000).fen == 850
    wechat.at(100, ask(850, "n2"), "VOIDING", "REFUND").at(101, answer(Repaid.REFUSED), "PARTLY_REFUNDED")
    wechat.at(200, ask(850, "n3"), "VOIDING", "REFUND").at(201, answer(Repaid.ACCEPTED), "VOIDING")
    wechat.at(211, WAKE, "VOIDING", "REFUND_QUERY").at(212, query(Repaid.DONE), "REFUNDED")
    assert [r.out_refund_no[-2:] for r in wechat.sale.refunds] == ["01", "02", "03"]


def test_the_minute_between_two_refunds():
    first = Refund("1", 100, 1, "r", NOON_MS, state=RefundState.DONE, confirmed=True)
    for channel, wait in ((Channel.WECHAT, 60), (Channel.ALIPAY, 3), (Channel.UNIONPAY, 0)):
        sale = Story(channel, State.PARTLY_REFUNDED, refunds=(first,), refunded_fen=100).sale
        assert seconds_between(sale, NOON_MS) == wait
        assert seconds_between(sale, NOON_MS + wait * 1000) == 0
        assert seconds_between(sale, NOON_MS - 1) == 0  # a clock before the last refund says nothing
    wechat = Story(state=State.PARTLY_REFUNDED, refunds=(first,), refunded_fen=100).sale
    assert (why_not(wechat, 1, NOON_MS + 18_500).key, why_not(wechat, 1, NOON_MS + 18_500).n) == ("adv.refund.wait", 42)
    assert why_not(wechat, 1, NOON_MS + 18_500, pace=20) is None


def test_wechat_takes_fifty():
    done = tuple(
        Refund(str(n), 1, n, "r", NOON_MS - 100_000, state=RefundState.DONE, confirmed=True) for n in range(1, 51)
    )
    sale = Story(state=State.PARTLY_REFUNDED, refunds=done, refunded_fen=50).sale
    assert why_not(sale, 1, NOON_MS).key == "adv.refund.count"
    assert why_not(replace(sale, refunds=done[:49]), 1, NOON_MS) is None


def test_unionpay_voids_the_whole_sale_in_its_settlement_day():
    sale = Story(Channel.UNIONPAY).sale
    eleven = NOON_MS + 11 * 3_600_000
    assert voids(sale, ALL, NOON_MS)
    assert voids(sale, ALL, eleven - 1)
    assert not voids(sale, ALL, eleven)
    assert not voids(sale, ALL - 1, NOON_MS)
    assert not voids(replace(sale, refunded_fen=1), ALL, NOON_MS)
    closed = replace(sale, refunds=(Refund("1", ALL, 1, "r", NOON_MS, state=RefundState.CLOSED),))
    assert not voids(closed, ALL, NOON_MS)
    assert not voids(Story(Channel.WECHAT).sale, ALL, NOON_MS)


# --- a restart in every state


@pytest.mark.parametrize("before", ["refunding", "accepted", "abnormal"])
def test_a_restart_asks_first_and_sends_the_same_number_again(either, before):
    getattr(either, before)()
    number = either.refund.out_refund_no
    either.restart()
    assert either.sale.is_open
    either.at(5000, Recovered(False), "VOIDING", "REFUND_QUERY")
    if before == "refunding":
        either.at(5001, query(Repaid.NO_SUCH_REFUND), "VOIDING", "REFUND").at(5002, answer(Repaid.ACCEPTED), "VOIDING")
    else:
        either.at(5001, query(Repaid.DONE), "VOIDED")
    assert [r.out_refund_no for r in either.sale.refunds] == [number]
    assert not either.sale.recovered  # nobody need be asked whether the customer is still here
