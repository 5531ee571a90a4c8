"""The adviser: each state on each channel leads to exactly one recommended way, and every closed way says why."""

from dataclasses import replace

import pytest

from app.core.adviser import RefundWindows, Way, advise
from app.core.beijing import DAY_MS, business_day
from app.core.channel import Channel
from app.core.numbers import order_number
from app.core.policy import patience_for
from app.core.reasons import Reason
from app.core.refunds import Hand, Refund, RefundState
from app.core.sale import FINAL, Order, Sale, State
from app.words import LANGUAGES, say

NOW = 1_795_327_555_000  # 2026-11-22 14:05:55 in Beijing
HOUR = 3_600_000
WINDOWS = RefundWindows()


def a_sale(channel=Channel.ALIPAY, state=State.PAID, *, age_ms=HOUR, **facts):
    began = NOW - age_ms
    order = Order("426112200034821000012337", "p1", channel, 12_850, "m", "1001", "0003", began, "2026-11-22")
    paid = began + 5_000 if state in (State.PAID, State.VOIDING, State.PARTLY_REFUNDED, State.REFUNDED) else None
    return Sale(order, state=state, **{"paid_ms": paid, **facts})


def numbered_now(sale, began_ms):
    """``sale`` as if it had begun then, under a number of that day."""
    number = order_number(training=False, at_ms=began_ms, terminal="0003", epoch=4821, running=123)
    order = replace(sale.order, out_trade_no=number, began_ms=began_ms, day=business_day(began_ms))
    return replace(sale, order=order, paid_ms=None if sale.paid_ms is None else began_ms + 5_000)


def a_refund(amount_fen=12_850, state=RefundState.DONE, *, ordinal=1, ago_ms=600_000, **facts):
    number = f"426112200034821000012337{ordinal:02d}"
    facts.setdefault("confirmed", state is RefundState.DONE)
    return Refund(number, amount_fen, ordinal, "ap.reason.return", NOW - ago_ms, state=state, **facts)


def advice(sale, now_ms=NOW):
    return advise(sale, now_ms, WINDOWS, patience_for(sale.order.channel))


def all_told(found):
    return [found.head, *found.notes, *(t for way in found.ways for t in (way.why, way.until) if t is not None)]


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("state", list(State))
def test_every_state_on_every_channel_has_one_recommended_way_and_sentences(channel, state):
    refunds = (a_refund(state=RefundState.ASKED),) if state is State.VOIDING else ()
    found = advice(a_sale(channel, state, refunds=refunds))
    assert [one.way for one in found.ways] == [Way.FULL, Way.PART, Way.REVERSE]
    chosen = found.of(found.recommended)
    assert chosen.is_open if chosen else not any(one.is_open for one in found.ways)
    assert [one.way for one in found.ways if one.by_itself] == (
        [Way.REVERSE] if state not in FINAL | {State.VOIDING} else []
    )
    for language in LANGUAGES:
        for told in all_told(found):
            assert say(told.key, language, **dict(told.values))


@pytest.mark.parametrize(
    ("channel", "until"),
    [(Channel.WECHAT, "2027-11-22"), (Channel.ALIPAY, "2027-11-22"), (Channel.UNIONPAY, "2026-12-22")],
)
def test_a_paid_sale_is_refunded_whole_and_says_until_when(channel, until):
    found = advice(a_sale(channel))
    full, part, reverse = found.ways
    assert found.recommended is Way.FULL
    assert dict(full.until.values)["date"] == dict(part.until.values)["date"] == until
    assert found.left_fen == 12_850
    assert say(found.head.key, **dict(found.head.values)) == "作废＝整单退款 ￥128.50，原路退回。"
    assert (reverse.is_open, reverse.why.key) == (False, "adv.reverse.paid")


@pytest.mark.parametrize(
    ("state", "key"),
    [
        (State.DECLINED, "adv.notpaid"),
        (State.NOT_SENT, "adv.notpaid"),
        (State.REVERSED, "adv.gone"),
        (State.REFUNDED, "adv.refund.none"),
        (State.VOIDED, "adv.refund.none"),
    ],
)
def test_where_nothing_is_owed_nothing_is_to_be_done(state, key):
    found = advice(a_sale(state=state))
    assert found.recommended is Way.NOTHING
    assert found.head.key == key
    assert found.left_fen == 0


@pytest.mark.parametrize("state", [State.INTENT, State.PENDING, State.UNKNOWN, State.REVERSING, State.STUCK])
@pytest.mark.parametrize("channel", list(Channel))
def test_a_sale_in_doubt_is_never_refunded_but_reversed_by_itself(channel, state):
    found = advice(a_sale(channel, state, age_ms=120_000))
    full, part, reverse = found.ways
    assert found.recommended is Way.REVERSE
    assert not full.is_open
    assert not part.is_open
    assert full.why.key == "adv.doubt"
    assert reverse.by_itself
    assert reverse.why.key == "adv.reverse.auto"


@pytest.mark.parametrize(
    ("channel", "age_ms", "is_open", "key"),
    [
        (Channel.WECHAT, 6_000, True, "adv.reverse.early"),
        (Channel.ALIPAY, 6_000, True, "adv.reverse.auto"),
        (Channel.WECHAT, 7 * DAY_MS - HOUR, True, "adv.reverse.edge"),
        (Channel.WECHAT, 7 * DAY_MS, False, "adv.reverse.shut"),
        (Channel.ALIPAY, DAY_MS, False, "adv.reverse.shut"),
        (Channel.ALIPAY, 13 * HOUR, True, "adv.reverse.auto"),
        (Channel.ALIPAY, 15 * HOUR, False, "adv.reverse.shut"),  # of yesterday
        (Channel.UNIONPAY, 14 * HOUR, True, "adv.reverse.auto"),  # yesterday 23:xx belongs to today
        (Channel.UNIONPAY, 16 * HOUR, False, "adv.up.day"),
    ],
)
def test_the_windows_of_a_reverse(channel, age_ms, is_open, key):
    reverse = advice(a_sale(channel, State.REVERSING, age_ms=age_ms)).ways[2]
    assert (reverse.is_open, reverse.why.key) == (is_open, key)


def test_unionpay_voids_until_23_and_refunds_after_it():
    sale = a_sale(Channel.UNIONPAY)
    assert "desk.up.void" in [note.key for note in advice(sale).notes]
    late = advice(sale, NOW + 9 * HOUR)
    assert "adv.up.day" in [note.key for note in late.notes]
    assert late.recommended is Way.FULL
    part = replace(sale, state=State.PARTLY_REFUNDED, refunds=(a_refund(100),), refunded_fen=100)
    assert not {"desk.up.void", "adv.up.day"} & {note.key for note in advice(part).notes}


def test_after_a_part_the_rest_is_left():
    sale = a_sale(state=State.PARTLY_REFUNDED, refunds=(a_refund(2_850, confirmed=True),), refunded_fen=2_850)
    found = advice(sale)
    assert found.left_fen == 10_000
    assert say(found.head.key, **dict(found.head.values)) == "已退 ￥28.50，还可退 ￥100.00。"
    assert found.notes[0].key == "adv.refund.done"
    unconfirmed = replace(sale, refunds=(a_refund(2_850, confirmed=False),))
    assert advice(unconfirmed).notes[0].key == "desk.refund.done"


@pytest.mark.parametrize(
    ("channel", "ago_ms", "key", "n"),
    [
        (Channel.WECHAT, 20_000, "adv.refund.wait", "40"),
        (Channel.WECHAT, 60_000, None, None),
        (Channel.ALIPAY, 1_000, "adv.refund.wait3", "2"),
        (Channel.ALIPAY, 3_000, None, None),
        (Channel.UNIONPAY, 0, None, None),
    ],
)
def test_the_pause_between_two_refunds(channel, ago_ms, key, n):
    last = a_refund(100, ago_ms=ago_ms)
    found = advice(a_sale(channel, State.PARTLY_REFUNDED, refunds=(last,), refunded_fen=100))
    full = found.ways[0]
    assert full.is_open is (key is None)
    assert found.recommended is (Way.FULL if key is None else Way.NOTHING)
    if key is not None:
        assert (full.why.key, dict(full.why.values)["n"]) == (key, n)


def test_wechat_takes_fifty_refunds_of_a_sale():
    refunds = tuple(a_refund(1, ordinal=n, ago_ms=HOUR) for n in range(1, 51))
    some = advice(a_sale(Channel.WECHAT, State.PARTLY_REFUNDED, refunds=refunds[:49], refunded_fen=49))
    assert some.recommended is Way.FULL
    assert dict(some.notes[-1].values)["n"] == "49"
    full = advice(a_sale(Channel.WECHAT, State.PARTLY_REFUNDED, refunds=refunds, refunded_fen=50)).ways[0]
    assert (full.is_open, full.why.key, dict(full.why.values)["n"]) == (False, "adv.refund.count", "50")


@pytest.mark.parametrize(
    ("refund", "head"),
    [
        (a_refund(state=RefundState.ASKED, calls=1), "ap.done"),
        (a_refund(state=RefundState.ASKED, calls=3), "adv.refund.retry"),
        (a_refund(state=RefundState.ASKED, calls=3, why=Reason.SHOPFUNDS), "desk.refund.funds"),
        (a_refund(state=RefundState.ACCEPTED), "adv.refund.accepted"),
        (a_refund(state=RefundState.ACCEPTED, why=Reason.BUSY), "adv.refund.bank"),
        (a_refund(state=RefundState.ABNORMAL), "adv.abnormal"),
    ],
)
def test_while_a_refund_runs_no_other_begins(refund, head):
    found = advice(a_sale(state=State.VOIDING, refunds=(refund,)))
    assert found.recommended is Way.NOTHING
    assert found.head.key == head
    assert found.ways[0].why.key == found.ways[1].why.key == "adv.refund.running"
    assert ("adv.abnormal.how" in [note.key for note in found.notes]) is (refund.state is RefundState.ABNORMAL)


def test_a_closed_refund_leaves_the_sale_paid_and_says_so():
    found = advice(a_sale(refunds=(a_refund(state=RefundState.CLOSED),)))
    assert found.recommended is Way.FULL
    assert found.notes[0].key == "adv.refund.closed"


def test_a_window_only_warns_until_the_channel_itself_refuses():
    old = a_sale(Channel.WECHAT, age_ms=366 * DAY_MS)
    found = advice(old)
    assert found.recommended is Way.FULL
    assert "desk.refund.late" in [note.key for note in found.notes]
    refused = replace(old, refunds=(a_refund(state=RefundState.REFUSED, why=Reason.TOOLATE),))
    shut = advice(refused)
    assert shut.recommended is Way.NOTHING
    assert shut.ways[0].why.key == "adv.refund.shut"
    assert shut.notes[-1].key == "adv.refund.cash"


def test_what_the_back_office_gave_back_is_taken_off():
    found = advice(a_sale(state=State.PARTLY_REFUNDED, elsewhere_fen=850, refunded_fen=850))
    assert found.left_fen == 12_000
    assert "adv.refund.external" in [note.key for note in found.notes]


def test_a_sale_in_a_persons_hand_is_nobody_elses():
    hand = Hand(12_850, "ap.reason.return", "V1", "2001", "n", NOW)
    found = advice(a_sale(state=State.PAID, hand=hand))
    assert found.recommended is Way.NOTHING
    assert found.head.key == "back.held"
