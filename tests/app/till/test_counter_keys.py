"""What the keys do while a sale is under way, and what the window shows of it: stories over the whole till."""

import pytest

from app.core.answers import Evidence, Found, QueryAnswer, ReverseAnswer, Undone
from app.core.channel import Channel
from app.core.sale import State
from app.till.api import Light, Phase
from devices.api import DeviceState

FOREIGN = "139000000000000000"


def test_f2_before_a_code_drops_the_purchase(shop):
    shop.do(shop.counter.enter_amount, 900)
    shop.do(shop.counter.stop)
    assert (shop.view.phase, shop.view.amount_fen) == (Phase.IDLE, None)


@pytest.mark.parametrize("channel", ["wechat", "alipay"])
def test_f2_asks_once_then_the_customer_is_free(shop, codes, channel):
    shop.charge(900, codes(channel, "never"))
    shop.advance(1)
    shop.do(shop.counter.stop)
    assert shop.view.phase is Phase.STOPPING
    shop.advance(0.2)
    assert shop.view.phase in (Phase.WAIT15, Phase.REVERSING)
    shop.settle()
    assert shop.view.sale.state is State.REVERSED


def test_f2_when_the_customer_has_just_paid_is_a_paid_sale(shop, codes):
    shop.charge(900, codes(behaviour="after10"))
    shop.advance(10.5)
    shop.do(shop.counter.stop)
    shop.advance(0.2)
    assert shop.view.phase is Phase.PAID


@pytest.mark.parametrize("already_asking", [False, True])
def test_f2_waits_one_second_for_its_query_and_not_longer(shop, codes, already_asking):
    bank = shop.banks[Channel.ALIPAY]
    shop.charge(900, codes("alipay", "never"))
    shop.advance(1)
    bank.delay["query"] = 60
    if already_asking:
        shop.advance(5)
    shop.do(shop.counter.stop)
    shop.advance(0.9)
    assert shop.view.phase is Phase.STOPPING
    shop.advance(0.2)
    assert shop.view.sale.state is State.REVERSING
    assert [call for call, _ in bank.calls][:3] == ["pay", "query", "reverse"], (
        "the cancel does not wait for a hung query"
    )
    bank.delay["query"] = 0.1
    shop.settle()


def test_money_that_comes_after_the_stop_goes_back(shop, codes):
    bank = shop.banks[Channel.WECHAT]
    shop.charge(900, codes(behaviour="never"))
    shop.advance(2)
    shop.do(shop.counter.stop)
    shop.advance(0.5)
    assert shop.view.phase is Phase.WAIT15
    assert 11 < shop.sale().deadline - shop.loop.time() < 13
    bank.accounts[shop.sale().out_trade_no].state = "paid"
    shop.advance(6)
    assert shop.view.phase is Phase.LATEPAID
    shop.settle()
    assert (shop.view.phase, bank.held_fen) == (Phase.LATEBACK, 0)


def test_f3_leaves_the_open_sale_in_the_list_and_the_next_one_is_served(shop, codes):
    shop.charge(3200, codes(behaviour="after30"))
    shop.do(shop.counter.next_customer)
    assert (shop.view.phase, len(shop.view.open)) == (Phase.IDLE, 1)
    shop.charge(990, codes("alipay"))
    shop.advance(1)
    assert shop.view.phase is Phase.PAID
    assert [sale.amount_fen for sale in shop.view.open] == [3200]
    shop.advance(40)
    assert [sale.amount_fen for sale in shop.view.done] == [990, 3200]
    assert shop.view.totals.paid_fen == 4190


def test_f5_asks_now_and_at_most_once_a_second(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(1.5)
    for _ in range(5):
        shop.do(shop.counter.check_now)
    assert [call for call, _ in shop.banks[Channel.WECHAT].calls] == ["pay", "query"]
    shop.advance(1)
    shop.do(shop.counter.check_now, shop.sale().out_trade_no)
    assert [call for call, _ in shop.banks[Channel.WECHAT].calls] == ["pay", "query", "query"]


def test_f9_charges_the_same_sum_again_only_past_d2(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(1)
    shop.do(shop.counter.other_tender)
    assert shop.view.phase is Phase.PENDING, "the first may still be paid"
    shop.do(shop.counter.stop)
    shop.advance(0.5)
    shop.do(shop.counter.other_tender)
    assert (shop.view.phase, shop.view.amount_fen, shop.view.attempt) == (Phase.READY, 900, 2)
    shop.do(shop.counter.scan, codes("alipay"), "serial")
    shop.advance(1)
    assert shop.view.phase is Phase.PAID
    shop.do(shop.counter.other_tender)
    assert shop.view.phase is Phase.PAID, "what is paid is not charged again"
    shop.settle()
    assert sum(bank.held_fen for bank in shop.banks.values()) == 900


def test_a_paid_purchase_cannot_be_charged_again_through_its_first_attempt(shop, codes):
    shop.charge(900, codes(behaviour="poor"))
    shop.advance(1)
    first = shop.sale().out_trade_no
    shop.do(shop.counter.other_tender)
    shop.do(shop.counter.scan, codes(n=2), "serial")
    shop.advance(1)
    shop.do(shop.counter.show, first)
    assert (shop.view.phase, shop.view.attempt) == (Phase.DECLINED, 1)
    shop.do(shop.counter.other_tender)
    assert shop.view.phase is Phase.DECLINED


def test_a_sale_of_the_list_can_be_looked_at(shop, codes):
    shop.charge(900, codes())
    shop.advance(1)
    number = shop.sale().out_trade_no
    shop.do(shop.counter.enter_amount, 700)
    shop.do(shop.counter.show, number)
    assert (shop.view.phase, shop.view.amount_fen) == (Phase.PAID, 900)
    shop.do(shop.counter.show, "no such sale")
    assert shop.view.amount_fen == 900


def test_a_stuck_sale_frees_the_customer_and_says_whom_to_call(shop, codes, expect_log):
    expect_log("mashou.till", "a person is needed")
    bank = shop.banks[Channel.WECHAT]
    shop.charge(900, codes(behaviour="never"))
    shop.advance(20)
    bank.accounts[shop.sale().out_trade_no].state = "frozen"
    good = Evidence(verified=True)
    bank.next["query"] = [QueryAnswer(Found.PAY_ERROR, good)] * 3
    bank.next["reverse"] = [ReverseAnswer(Undone.REFUSED, good)]
    shop.advance(30)
    assert (shop.view.phase, shop.sale().alarm) == (Phase.STUCK, "st.stuck")
    shop.do(shop.counter.other_tender)
    assert shop.view.phase is Phase.READY
    bank.accounts[shop.view.open[0].out_trade_no].state = "revoked"
    shop.advance(4000)
    assert shop.view.open == ()


# --- the rest of the house


def test_one_picture_for_many_changes_in_one_turn(shop):
    before = len(shop.views)

    def three():
        shop.counter.enter_amount(1)
        shop.counter.enter_amount(2)
        shop.counter.enter_amount(3)

    shop.do(three)
    assert len(shop.views) == before + 1
    assert shop.view.amount_fen == 3


def test_a_silent_channel_is_counted_second_by_second(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(1)
    shop.banks[Channel.WECHAT].line = False
    shop.advance(16)
    assert shop.view.phase is Phase.OFFLINE
    first = shop.sale().silent_for
    shop.advance(2.5)
    assert shop.sale().silent_for >= first + 2
    shop.banks[Channel.WECHAT].line = True
    shop.settle()


def test_a_connection_is_kept_warm_while_an_amount_stands_and_for_a_minute_at_most(shop):
    bank = shop.banks[Channel.WECHAT]
    shop.do(shop.counter.warm)
    shop.do(shop.counter.warm)
    assert bank.warmed == 1
    shop.do(shop.counter.enter_amount, 900)
    shop.advance(31)
    assert 10 <= bank.warmed <= 12
    shop.advance(120)
    assert bank.warmed <= 22
    shop.do(shop.counter.stop)
    stood = bank.warmed
    shop.advance(30)
    assert bank.warmed == stood


def test_the_scanner_lamp_follows_the_cable(shop):
    lights = []
    for state in (DeviceState.OPENING, DeviceState.READY, DeviceState.LOST, DeviceState.OFF):
        shop.do(shop.counter.board.scanner, state)
        lights.append(shop.view.lamps[0].light)
    assert lights == [Light.SLOW, Light.OK, Light.STOPPED, Light.OFF]


def test_the_code_is_in_no_picture_and_in_no_file(shop, codes):
    code = codes()
    shop.charge(900, code)
    shop.advance(1)
    assert code not in repr(shop.views)
    assert all(code.encode() not in path.read_bytes() for path in shop.path.parent.iterdir())
