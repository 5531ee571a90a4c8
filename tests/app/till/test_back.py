"""A supervisor gives money back: over the real engine and journal, before a bank that keeps accounts."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from app.core.answers import Evidence, Found, QueryAnswer, RefundAnswer, Repaid
from app.core.channel import Channel
from app.core.events import BillSeen
from app.core.refunds import HandState, RefundState
from app.core.sale import State
from app.core.staff import Act, Approval, Person, Role
from app.staff.api import No
from app.till.api import Phase
from app.till.back import TillMoneyBack
from app.till.entries import entry_of

SUPERVISOR = Person("2001", "练习主管", Role.SUPERVISOR)
WHY = "顾客退货"
GOOD = Evidence(verified=True)


class Desk:
    """A supervisor at a shop's till."""

    def __init__(self, shop, codes):
        self.shop = shop
        self.codes = codes
        self.nonces = 0

    @property
    def back(self):
        return TillMoneyBack(self.shop.engine)

    def sold(self, fen=1250, channel="wechat", n=1):
        self.shop.charge(fen, self.codes(channel, n=n))
        self.shop.advance(1)
        return self.shop.sale().out_trade_no

    def yes(self, number, fen, act=Act.REFUND, **other):
        self.nonces += 1
        nonce, mono = f"{self.nonces:032x}", self.shop.clock.mono()
        approval = Approval(act, number, fen, WHY, SUPERVISOR, nonce, mono, self.shop.clock.channel_ms())
        return replace(approval, **other)

    def refund(self, number, fen, approval=None, back=None):
        got = []
        approval = approval or self.yes(number, fen)
        self.shop.do(lambda: got.append((back or self.back).refund(number, fen, WHY, approval)))
        return got[0]

    def hold(self, number, fen, approval=None, voucher="V1"):
        got = []
        approval = approval or self.yes(number, fen, Act.HOLD)
        self.shop.do(lambda: got.append(self.back.hold(number, fen, WHY, voucher, approval)))
        return got[0]

    def ended(self, number):
        return self.shop.run(asyncio.wait_for(self.back.refunded(number), 900))

    def sale(self, number):
        return self.back.find(number)

    def bank(self, channel=Channel.WECHAT):
        return self.shop.banks[channel]


@pytest.fixture
def desk(shop, codes):
    return Desk(shop, codes)


def test_d4_is_durable_before_the_call_and_before_anyone_is_told(shop, desk):
    number = desk.sold()
    shop.log.clear()
    assert desk.refund(number, 1250) is None
    events = [event[0] if event[0] != "commit" else event[1] for event in shop.log]
    assert events.index("sale.voiding") < events.index("refund")
    assert events.index("sale.voiding") < events.index("seen")
    assert shop.view.open[0].phase is Phase.VOIDING
    assert [r.out_refund_no for r in shop.view.open[0].refunds] == [number + "01"]
    sale = desk.ended(number)
    assert (sale.state, sale.refunded_fen, desk.bank().held_fen) == (State.VOIDED, 1250, 0)
    shop.advance(1)
    assert (shop.view.open, shop.view.done[0].phase, shop.view.totals.paid_fen) == ((), Phase.VOIDED, 0)


def test_a_part_goes_back_and_the_rest_stays_ours(shop, desk):
    number = desk.sold(channel="alipay")
    assert desk.refund(number, 400) is None
    sale = desk.ended(number)
    assert (sale.state, sale.refunded_fen) == (State.PARTLY_REFUNDED, 400)
    shop.advance(20)
    assert desk.sale(number).refunds[0].confirmed
    assert shop.view.totals.paid_fen == 850
    assert desk.refund(number, 851).key == "adv.refund.toomuch"
    assert desk.refund(number, 850) is None
    assert desk.ended(number).state is State.REFUNDED
    assert desk.bank(Channel.ALIPAY).held_fen == 0


def test_two_supervisors_and_a_double_click_move_money_once(shop, desk):
    number = desk.sold()
    assert desk.refund(number, 1250) is None
    assert desk.refund(number, 1250).key == "ap.other"
    desk.ended(number)
    assert desk.refund(number, 1250).key == "adv.refund.none"
    assert len({call.out_refund_no for call in desk.bank().asked}) == 1


def test_a_yes_is_good_once_also_after_a_restart(shop, desk):
    number = desk.sold()
    yes = desk.yes(number, 400)
    assert desk.refund(number, 400, yes) is None
    desk.ended(number)
    shop.advance(60)
    again = replace(yes, given_at=shop.clock.mono())
    assert desk.refund(number, 400, again).key == "pin.expired"
    shop.restart()
    again = replace(yes, given_at=shop.clock.mono())
    assert desk.refund(number, 400, again).key == "pin.expired"
    assert desk.refund(number, 400) is None


@pytest.mark.parametrize(
    ("other", "key"),
    [
        ({"amount_fen": 1249}, "pin.changed"),
        ({"reason": "别的"}, "pin.expired"),
        ({"subject": "7" * 24}, "pin.expired"),
        ({"act": Act.HOLD}, "pin.expired"),
        ({"given_at": -1e9}, "pin.expired"),
        ({"nonce": ""}, "pin.expired"),
        ({"by": Person("1001", "收银员", Role.CASHIER)}, "pin.expired"),
    ],
)
def test_a_yes_to_something_else_is_no_yes(shop, desk, other, key):
    number = desk.sold()
    assert desk.refund(number, 1250, desk.yes(number, 1250, **other)).key == key
    assert desk.bank().asked == []


def test_whoever_keeps_the_yeses_may_say_no(shop, desk):
    number = desk.sold()
    spent = []

    def spend(approval, *_):
        spent.append(approval.nonce)
        return No("pin.expired")

    assert desk.refund(number, 1250, back=TillMoneyBack(shop.engine, spend=spend)).key == "pin.expired"
    assert desk.sale(number).refunds == ()
    assert len(spent) == 1


def test_a_full_disk_refuses_and_nothing_happens_later(shop, desk, expect_log):
    expect_log("mashou.till", "the journal takes nothing for now")
    number = desk.sold()
    shop.full = True
    assert desk.refund(number, 1250).key == "back.blocked"
    shop.full = False
    shop.advance(60)
    assert (desk.sale(number).state, desk.bank().asked) == (State.PAID, [])


def test_a_number_nobody_knows(shop, desk):
    assert desk.refund("7" * 24, 1).key == "adv.notfound"
    with pytest.raises(KeyError):
        desk.ended("7" * 24)


@pytest.mark.parametrize("channel", ["wechat", "alipay"])
@pytest.mark.parametrize("fault", ["lost-request", "lost-answer", "bug", "hang"])
def test_whatever_becomes_of_the_call_money_moves_once(shop, desk, channel, fault, expect_log):
    if fault == "bug":
        expect_log("mashou.till", "a bug in the refund call")
    number, bank = desk.sold(channel=channel), desk.bank(Channel(channel))
    bank.next["refund"] = [fault]
    bank.next["refund_query"] = ["lost-answer", "lost-request"]
    assert desk.refund(number, 1250) is None
    assert desk.ended(number).state is State.VOIDED
    assert {(call.out_refund_no, call.amount_fen, call.began_ms) for call in bank.asked} == {
        (number + "01", 1250, bank.asked[0].began_ms)
    }
    assert (bank.held_fen, len(bank.accounts[number].refunds)) == (0, 1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("commit", [1, 2, 3])
def test_the_plug_pulled_at_any_commit_moves_money_once(shop, desk, when, commit):
    number = desk.sold()
    shop.crash_at = (when, shop.commits + commit)
    asked = False
    try:
        asked = desk.refund(number, 1250) is None
        shop.advance(60)
    except KeyboardInterrupt:
        shop.restart()
        shop.advance(120)
    sale = desk.sale(number)
    begun = asked or sale.refunds
    assert sale.state is (State.VOIDED if begun else State.PAID)
    assert desk.bank().held_fen == (0 if begun else 1250)
    assert len(desk.bank().accounts[number].refunds) == (1 if begun else 0)


def test_a_running_refund_is_in_the_list_after_a_restart_and_ends(shop, desk):
    number = desk.sold()
    desk.bank().next["refund_query"] = [RefundAnswer(Repaid.ACCEPTED, GOOD)] * 3
    assert desk.refund(number, 1250) is None
    shop.advance(5)
    shop.restart()
    shop.advance(0.5)
    assert [view.out_trade_no for view in shop.view.open] == [number]
    assert shop.view.open[0].phase is Phase.VOIDING
    shop.advance(600)
    assert (shop.view.open, desk.sale(number).state) == ((), State.VOIDED)
    assert [r.out_refund_no for r in desk.sale(number).refunds] == [number + "01"]


def test_alipays_word_is_confirmed_after_a_restart_too(shop, desk):
    number = desk.sold(channel="alipay")
    assert desk.refund(number, 1250) is None
    assert desk.ended(number).state is State.VOIDED
    shop.restart()
    shop.advance(1)
    assert desk.sale(number).refunds[0].confirmed
    assert shop.view.open == ()


def test_a_refund_that_cannot_reach_the_payer_waits_for_a_person(shop, desk, expect_log):
    expect_log("mashou.till", "a person is needed")
    number = desk.sold()
    desk.bank().next["refund_query"] = [RefundAnswer(Repaid.ABNORMAL, GOOD)] * 4
    assert desk.refund(number, 1250) is None
    sale = desk.ended(number)
    assert (sale.state, sale.alarm, sale.refunds[0].state) == (State.VOIDING, "wk.abnormal", RefundState.ABNORMAL)
    shop.settle(patience=1)  # nothing to wait for: a person is needed
    assert shop.view.open[0].alarm == "wk.abnormal"
    shop.advance(3600)
    assert desk.sale(number).state is State.VOIDED


def test_cash_only_where_the_money_is_still_here(shop, desk):
    number = desk.sold()
    assert desk.hold(number, 1250, voucher=" ").key == "wk.note"
    assert desk.hold(number, 1250) is None
    sale = shop.run(asyncio.wait_for(desk.back.held(number), 900))
    assert (sale.hand.state, sale.hand.by, sale.hand.voucher) == (HandState.GIVEN, "2001", "V1")
    assert desk.refund(number, 1250).key == "back.held"
    assert desk.hold(number, 1250).key == "back.held"
    assert desk.bank().held_fen == 1250


def test_no_cash_beside_a_refund_that_was_carried_out_unheard(shop, desk):
    number = desk.sold()
    desk.bank().next["refund"] = ["lost-answer"]
    desk.bank().next["refund_query"] = [RefundAnswer(Repaid.UNKNOWN)] * 2
    assert desk.refund(number, 1250) is None
    assert desk.hold(number, 1250) is None
    sale = shop.run(asyncio.wait_for(desk.back.held(number), 900))
    assert (sale.hand.state, sale.state) == (HandState.REFUSED, State.VOIDED)
    assert desk.bank().held_fen == 0


def test_a_hold_goes_on_after_a_restart_and_the_till_sends_nothing(shop, desk):
    number = desk.sold()
    desk.bank().next["refund"] = ["lost-request"]
    assert desk.refund(number, 1250) is None
    assert desk.hold(number, 1250) is None
    calls = len(desk.bank().asked)
    shop.restart()
    shop.advance(400)
    sale = desk.sale(number)
    assert (sale.hand.state, sale.state, desk.bank().held_fen) == (HandState.GIVEN, State.PAID, 1250)
    assert len(desk.bank().asked) == calls


# --- what somebody asks again, and what a bill says


def test_a_sale_at_rest_is_asked_about_and_what_was_given_back_elsewhere_shows(shop, desk, expect_log):
    number = desk.sold()
    shop.advance(60)
    assert shop.engine.get(number) is None
    before = desk.bank().calls.count(("query", number))
    shop.do(lambda: desk.back.ask(number))
    shop.advance(1)
    assert desk.bank().calls.count(("query", number)) == before + 1
    assert (desk.sale(number).alarm, shop.engine.get(number)) == ("", None)
    desk.bank().next["query"] = [QueryAnswer(Found.RETURNED, GOOD)]
    expect_log("mashou.till", "a person is needed")
    shop.do(lambda: desk.back.ask(number))
    shop.advance(1)
    assert desk.sale(number).alarm == "st.contradict"
    shop.do(lambda: desk.back.ask("7" * 24))  # nobody's


@pytest.mark.parametrize("restart", [False, True])
def test_the_bill_closes_a_sale_whose_cash_was_given_for_good(shop, desk, restart):
    number = desk.sold()
    assert desk.hold(number, 1250) is None
    shop.advance(300)
    assert desk.sale(number).hand.state is HandState.GIVEN
    if restart:
        shop.restart()
        shop.advance(1)
    shop.do(lambda: desk.back.billed(number, BillSeen(1250, 0)))
    assert desk.sale(number).hand.state is HandState.MATCHED
    shop.restart()
    shop.advance(5)
    assert (desk.sale(number).hand.state, desk.bank().held_fen) == (HandState.MATCHED, 1250)
    assert desk.refund(number, 1250).key == "back.held", "nobody is paid back twice"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_plug_pulled_while_the_bill_closes_it_leaves_it_closed_or_as_it_was(shop, desk, when):
    number = desk.sold()
    desk.hold(number, 1250)
    shop.advance(300)
    shop.crash_at = (when, shop.commits + 1)
    with contextlib.suppress(KeyboardInterrupt):
        shop.do(lambda: desk.back.billed(number, BillSeen(1250, 0)))
    shop.restart()
    shop.advance(5)
    assert desk.sale(number).hand.state is (HandState.GIVEN if when == "before" else HandState.MATCHED)
    shop.do(lambda: desk.back.billed(number, BillSeen(1250, 0)))
    assert desk.sale(number).hand.state is HandState.MATCHED


def test_a_refused_sale_that_the_bill_calls_paid_is_asked_about_and_the_channel_decides(shop, desk, expect_log):
    expect_log("mashou.till", "a person is needed")
    number = desk.sold()
    sale = replace(desk.sale(number), state=State.DECLINED, took_money=False)
    shop.do(lambda: shop.engine.keeper.keep(entry_of(sale, shop.clock.channel_ms())))
    shop.do(lambda: desk.back.billed(number, BillSeen(1250, 0)))
    shop.advance(400)
    assert desk.bank().held_fen == 0
    assert desk.sale(number).state is State.REVERSED
