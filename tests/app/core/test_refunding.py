"""Stories of money going back, told second by second: every answer of a channel in every state of a refund."""

from dataclasses import replace

import pytest

from app.core.answers import Evidence, Found, QueryAnswer, RefundAnswer, Repaid
from app.core.billed import owed_fen
from app.core.channel import Channel
from app.core.events import (
    BillSeen,
    CheckAsked,
    HoldAsked,
    Now,
    QueryAnswered,
    Recovered,
    RefundAnswered,
    RefundAsked,
    RefundQueried,
    Woke,
)
from app.core.machine import step
from app.core.policy import patience_for
from app.core.reasons import Reason
from app.core.record import from_body, to_body
from app.core.refund_rules import order_of, seconds_between, voids, why_not
from app.core.refunds import HandState, Refund, RefundState, refund_number
from app.core.sale import Call, Order, Sale, State

NOON_MS = 1_795_320_000_000  # 2026-11-22 12:00 at UTC+8
MONO = 5000.0
WAKE = Woke()
ALL = 1250
UNSIGNED_IS_ENOUGH = {
    Repaid.UNKNOWN, Repaid.MISCONFIGURED, Repaid.NOT_SENT, Repaid.AGAIN, Repaid.TOO_MANY, Repaid.SHOP_FUNDS,
}  # fmt: skip


def said(kind, verified=True, refund_no="", **evidence):
    return RefundAnswer(kind, Evidence(**{"verified": verified} | evidence), refund_no)


def answer(kind, **more):
    return RefundAnswered(said(kind, **more))


def query(kind, **more):
    return RefundQueried(said(kind, **more))


def found(kind, refunded_fen=0):
    return QueryAnswered(QueryAnswer(kind, Evidence(verified=True), refunded_fen))


def ask(fen=ALL, nonce="n1"):
    return RefundAsked(fen, "顾客退货", "2001", nonce)


class Story:
    """A sale, and what comes of one event after the other; ``second`` 0 is noon."""

    def __init__(self, channel=Channel.WECHAT, state=State.PAID, **facts):
        order = Order("4" * 24, "p", channel, ALL, "m", "1001", "0001", NOON_MS - 600_000, "2026-11-22")
        self.patience = patience_for(channel)
        self.sale = Sale(order, state=state, **({"took_money": True, "ended_ms": NOON_MS - 590_000} | facts))
        self.last = None

    def now(self, second):
        return Now(MONO + second, NOON_MS + int(second * 1000))

    def at(self, second, event, state, *work):
        before = to_body(self.sale)
        self.last = step(self.sale, event, self.now(second), self.patience)
        self.sale = self.last.sale
        assert (self.sale.state.name, [w.name for w in self.last.work]) == (state, list(work))
        assert self.last.must_record == (to_body(self.sale) != before)
        return self

    def restart(self):
        self.sale = from_body(to_body(self.sale))
        return self

    def wakes_at(self, second):
        assert self.sale.wake_at == (None if second is None else pytest.approx(MONO + second))
        return self

    @property
    def refund(self):
        return self.sale.refunds[-1]

    def refunding(self, fen=ALL):
        return self.at(0, ask(fen), "VOIDING", "REFUND")

    def accepted(self):
        return self.refunding().at(1, answer(Repaid.ACCEPTED), "VOIDING")

    def abnormal(self):
        return self.accepted().at(11, WAKE, "VOIDING", "REFUND_QUERY").at(12, query(Repaid.ABNORMAL), "VOIDING", "RING")


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
