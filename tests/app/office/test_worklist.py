"""The worklist: which sales need a person, in which words, in which order, and what strikes them out."""

from dataclasses import replace

import pytest

from app.core.adviser import RefundWindows
from app.core.beijing import DAY_MS
from app.core.channel import Channel
from app.core.policy import patience_for
from app.core.reasons import Reason
from app.core.refunds import Hand, HandState, RefundState
from app.core.sale import ALARM_CLOSED, ALARM_FUNDS, ALARM_MISMATCH, ALARM_REFUND, ALARM_TOOLATE, State
from app.office.troubles import Trouble
from app.office.worklist import Note, Seen, head, solved, tasks
from app.words import LANGUAGES, say
from tests.app.core.test_adviser import HOUR, NOW, a_refund, a_sale

WINDOWS = RefundWindows()
WX, ALI, UP = Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY


def listed(*sales, notes=None, now_ms=NOW):
    seen = [Seen(sale, now_ms - 60_000) for sale in sales]
    return tasks(seen, notes or {}, now_ms, patience_for, WINDOWS)


def spoken(told, language):
    values = dict(told.values)
    values["channel"] = say(f"name.{values.get('channel', 'wechat')}", language)
    return say(told.key, language, **values)


def numbered(sale, n):
    return replace(sale, order=replace(sale.order, out_trade_no=f"42611220003482100{n:07d}"))


def stuck(channel=WX, **facts):
    return a_sale(channel, State.STUCK, **{"alarm": "st.stuck", "reverses": 4, "reverses_answered": 3, **facts})


def hand(state=HandState.CHECKING, fen=12_850):
    return Hand(fen, "ap.reason.return", "V1", "2001", "n", NOW, state=state)


CASES = [
    (stuck(reason=Reason.SHOPFUNDS), Trouble.BALANCE, "撤销卡住：商户余额不足。"),
    (stuck(reason=Reason.FROZEN, channel_no="4200"), Trouble.FROZEN, "撤销卡住：通道冻结了这笔交易。"),
    (stuck(ALI, code="40004/ACQ.TRADE_HAS_FINISHED", says="x"), Trouble.FINISHED, "撤销卡住：通道说交易已完结。"),
    (stuck(hollow=3, says="ok"), Trouble.RECALL, "通道一直叫再撤一次，已撤 4 次。"),
    (stuck(says="no right"), Trouble.REFUSED, "通道拒绝撤销请求：no right"),
    (stuck(forged=True, reverses_answered=0), Trouble.SIG, "回话验签一直不过，结果拿不到。"),
    (stuck(alarm=ALARM_TOOLATE), Trouble.TOOLATE, "撤销、退款都过期，￥128.50 还在商户账上。"),
    (a_sale(WX, State.REVERSING, alarm="st.offline"), Trouble.OFFLINE, "通道连不上已 60 分钟，1 笔待确认。"),
    (a_sale(WX, State.REVERSING, age_ms=7 * DAY_MS - HOUR), Trouble.WINDOW, "撤销期将到：还剩 45 分钟。"),
    (
        a_sale(WX, State.REVERSING, alarm="st.mismatch", said_fen=100),
        Trouble.MISMATCH,
        "通道金额 ￥1.00，本机 ￥128.50。",
    ),
    (stuck(alarm="st.contradict"), Trouble.CONTRA, "通道说撤销后又说已付。"),
    (a_sale(ALI, State.UNKNOWN, alarm="st.accepted"), Trouble.ACCEPTED, "支付宝已受理，正在确认。"),
    (a_sale(UP, State.UNKNOWN, code="00/42"), Trouble.BEYOND, "银联称已扣款但超时（42），结果不定。"),
    (a_sale(UP, State.PAID, code="00/A6"), Trouble.FLAWED, "银联「有缺陷的成功」（A6），按已收款记。"),
    (a_sale(recovered=True), Trouble.ACKPAID, "重启后查到已付，没人认领。"),
    (a_sale(alarm="st.contradict"), Trouble.TOOK, "本机记已收款，通道说钱已退走。"),
    (a_sale(refunds=(a_refund(state=RefundState.CLOSED),)), Trouble.CLOSED, "退款被通道关闭，钱没退。"),
    (a_sale(refunds=(a_refund(state=RefundState.REFUSED, calls=2, says="x"),)), Trouble.NO, "退款没有受理：x"),
    (
        a_sale(state=State.VOIDING, refunds=(a_refund(state=RefundState.ABNORMAL),)),
        Trouble.ABNORMAL,
        "退款异常，没到顾客账户。",
    ),
    (
        a_sale(WX, State.VOIDING, refunds=(a_refund(state=RefundState.ABNORMAL, code="CHANGE"),)),
        Trouble.CHANGE,
        "退款转入商户账户，要人工转给顾客。",
    ),
    (
        a_sale(
            state=State.VOIDING, alarm=ALARM_FUNDS, refunds=(a_refund(state=RefundState.ASKED, why=Reason.SHOPFUNDS),)
        ),
        Trouble.FUNDS,
        "退款卡住：商户余额不足。",
    ),
    (
        a_sale(state=State.VOIDING, alarm=ALARM_REFUND, refunds=(a_refund(state=RefundState.ASKED),)),
        Trouble.SILENT,
        "退款没有结果已 10 分钟。",
    ),
    (
        a_sale(WX, State.VOIDING, alarm=ALARM_MISMATCH, refunds=(a_refund(state=RefundState.ASKED),)),
        Trouble.MISMATCH,
        "微信答的金额或单号与本笔不符。",
    ),
    (
        stuck(alarm=ALARM_CLOSED, refunds=(a_refund(state=RefundState.CLOSED),)),
        Trouble.CLOSED,
        "退款被通道关闭，钱没退。",
    ),
    (a_sale(hand=hand(HandState.GIVEN)), Trouble.CASH, "查实钱还在商户，线下退 ￥128.50 已记下。"),
    (stuck(hand=hand(HandState.GIVEN)), Trouble.CASH, "查实钱还在商户，线下退 ￥128.50 已记下。"),
    (
        stuck(hand=hand(HandState.GIVEN), alarm="st.contradict"),
        Trouble.TWICE,
        "线下退了 ￥128.50，通道也退了：退了两次。",
    ),
    (
        a_sale(state=State.REVERSED, hand=hand(HandState.MATCHED, 5_000)),
        Trouble.REST,
        "线下只退了一部分，余 ￥78.50 仍欠顾客。",
    ),
    (a_sale(state=State.REVERSED, hand=hand(HandState.REFUSED)), Trouble.NOCASH, "钱已退回顾客，没有记线下退。"),
    (stuck(says="x", hand=hand(HandState.REFUSED)), Trouble.REFUSED, "通道拒绝撤销请求：x"),
    (stuck(hand=hand()), Trouble.HOLD, "人工退 ￥128.50 已停手，等最后一查。"),
]


@pytest.mark.parametrize(
    ("sale", "trouble", "is_"), CASES, ids=[f"{n}-{case[1].value}" for n, case in enumerate(CASES)]
)
def test_each_trouble_has_its_two_sentences(sale, trouble, is_):
    (task,) = listed(sale)
    assert task.trouble is trouble
    assert spoken(task.is_, "zh") == is_
    for language in LANGUAGES:
        for one in (task.is_, task.do, *task.tried):
            assert spoken(one, language)


def test_every_trouble_is_in_the_table():
    assert {case[1] for case in CASES} == set(Trouble) - {Trouble.UNKNOWN_ORDER}


def test_the_rest_of_a_sale_settled_in_part_stays_with_its_sum_until_somebody_notes_what_was_done():
    owed = a_sale(state=State.REVERSED, hand=hand(HandState.MATCHED, 5_000), refunded_fen=850)
    [task] = listed(owed)
    assert task.at_stake_fen == 7_000
    assert "￥70.00" in spoken(task.is_, "zh")
    assert "余款退给顾客" in spoken(task.do, "zh")
    note = {owed.order.out_trade_no: [Note("3001", NOW, "现金补退，凭证 V-9")]}
    assert listed(owed, notes=note) == ()
    assert listed(replace(owed, refunded_fen=7_850)) == (), "all of it went back"


def test_cash_that_the_bill_has_matched_needs_nobody():
    assert listed(a_sale(state=State.REVERSED, hand=hand(HandState.MATCHED))) == ()


@pytest.mark.parametrize(
    "sale",
    [
        a_sale(),
        a_sale(state=State.PENDING),
        a_sale(state=State.REVERSING, age_ms=60_000, reverses=2),
        a_sale(state=State.REVERSED, recovered=True),
        a_sale(state=State.VOIDING, refunds=(a_refund(state=RefundState.ACCEPTED),)),
        a_sale(state=State.REFUNDED, refunds=(a_refund(),)),
        a_sale(refunds=(a_refund(state=RefundState.REFUSED, calls=1),)),  # whoever asked for it saw that
        a_sale(Channel.ALIPAY, code="A6"),
    ],
)
def test_what_settles_itself_is_nobodys_work(sale):
    assert listed(sale) == ()


def test_the_window_that_shuts_first_stands_first_then_the_oldest():
    late, soon = numbered(stuck(ALI, says="x"), 1), numbered(stuck(WX, says="x", age_ms=7 * DAY_MS - 2 * HOUR), 2)
    known, older = numbered(a_sale(UP, code="00/A6"), 3), numbered(a_sale(recovered=True, age_ms=5 * HOUR), 4)
    assert [int(task.out_trade_no[-7:]) for task in listed(late, known, older, soon)] == [2, 1, 4, 3]


def test_the_head_counts_and_sums_what_is_at_stake():
    found = listed(numbered(stuck(), 1), numbered(a_sale(recovered=True), 2))
    assert say(head(found).key, **dict(head(found).values)) == "待办 2 件，涉及 ￥257.00"
    assert head(()).key == "wk.empty"


def test_a_silent_channel_is_one_line_however_many_wait_for_it():
    waiting = [numbered(a_sale(WX, State.REVERSING, alarm="st.offline", age_ms=n * 60_000), n) for n in (30, 40, 20)]
    other = numbered(a_sale(ALI, State.REVERSING, alarm="st.offline"), 1)
    found = listed(*waiting, other)
    assert len(found) == 2
    wechat = next(task for task in found if task.sale.order.channel is WX)
    assert say(wechat.is_.key, **dict(wechat.is_.values)) == "通道连不上已 40 分钟，3 笔待确认。"
    assert wechat.at_stake_fen == 3 * 12_850


def test_a_claim_stays_on_its_line_and_a_note_ends_only_what_is_merely_to_be_known():
    closed, live = numbered(a_sale(refunds=(a_refund(state=RefundState.CLOSED),)), 1), numbered(stuck(), 2)
    claim, done = Note("2001", NOW), Note("2001", NOW, "called the bank, no. 7")
    numbers = [sale.order.out_trade_no for sale in (closed, live)]
    claimed = listed(closed, live, notes=dict.fromkeys(numbers, (claim,)))
    assert [task.claimed for task in claimed] == [claim, claim]
    (left,) = listed(closed, live, notes=dict.fromkeys(numbers, (claim, done)))
    assert (left.out_trade_no, left.claimed) == (numbers[1], done)
    assert solved(claimed, (left,))[0].out_trade_no == numbers[0]


def test_a_note_of_before_does_not_end_what_came_after_it():
    closed = a_sale(refunds=(a_refund(state=RefundState.CLOSED),))
    old = Note("2001", NOW - DAY_MS, "looked at")
    assert len(listed(closed, notes={closed.order.out_trade_no: [old]})) == 1


def test_what_has_been_tried_is_counted():
    (task,) = listed(stuck(says="x"))
    assert [say(one.key, **dict(one.values)) for one in task.tried] == [
        "撤销 4 次，通道答了 3 次",
        "从 13:05 起",
        "最近一次 14:04",
    ]
    assert task.due_ms is not None
