"""What a cashier does, and what the window then shows: stories over the whole till."""

import pytest

from app.channels.api import Contact
from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.sale import State
from app.till.api import Light, Phase, Refusal
from devices.api import DeviceState

FOREIGN = "139000000000000000"


def refused(shop):
    refusal = shop.view.refusal
    return None if refusal is None else refusal.key


# --- the straight road


def test_a_sale_paid_at_once(shop, codes):
    shop.do(shop.counter.enter_amount, 12850)
    assert (shop.view.phase, shop.view.amount_fen, shop.view.attempt) == (Phase.READY, 12850, 1)
    shop.do(shop.counter.scan, codes(), "serial")
    assert shop.view.phase is Phase.SENT
    shop.advance(0.3)
    assert shop.view.phase is Phase.PAID
    assert [row.amount_fen for row in shop.view.done] == [12850]
    assert (shop.view.totals.count, shop.view.totals.paid_fen) == (1, 12850)
    assert shop.view.open == ()
    assert [step.key for step in shop.sale().story] == ["intent", "paid"]


def test_a_password_typed_in_time(shop, codes):
    shop.charge(900, codes(behaviour="after30"))
    shop.advance(1)
    sale = shop.sale()
    assert shop.view.phase is Phase.PENDING
    assert 43 < sale.deadline - shop.loop.time() < 45 == sale.patience
    shop.advance(40)
    assert shop.view.phase is Phase.PAID


def test_a_password_never_typed_is_given_up_by_itself(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(44.5)
    assert shop.view.phase is Phase.PENDING
    shop.settle()
    assert shop.view.phase is Phase.REVERSEDQ
    assert shop.banks[Channel.WECHAT].held_fen == 0
    assert (shop.view.totals.count, shop.view.open) == (0, ())


def test_no_money_in_the_wallet(shop, codes):
    shop.charge(900, codes(behaviour="poor"))
    shop.advance(1)
    assert (shop.view.phase, shop.sale().reason) == (Phase.DECLINED, Reason.BALANCE)


def test_the_line_is_down_before_anything_is_sent(shop, codes):
    shop.banks[Channel.WECHAT].next["pay"] = [PayAnswer(Pay.NOT_SENT)]
    shop.charge(900, codes())
    shop.advance(1)
    assert shop.view.phase is Phase.NOTSENT
    shop.do(shop.counter.other_tender)
    shop.do(shop.counter.scan, codes(), "serial")  # this code provably never left, so it may be tried again
    shop.advance(1)
    assert (shop.view.phase, shop.view.attempt) == (Phase.PAID, 2)


def test_alipay_accepted_becomes_paid_by_the_query_alone(shop, codes):
    shop.banks[Channel.ALIPAY].next["pay"] = [PayAnswer(Pay.ACCEPTED, Evidence(verified=True))]
    shop.banks[Channel.ALIPAY].next["query"] = [QueryAnswer(Found.UNKNOWN)]
    shop.charge(900, codes("alipay"))
    shop.advance(0.4)
    assert shop.view.phase is Phase.UNKNOWN
    assert shop.sale().deadline is None
    shop.banks[Channel.ALIPAY].accounts[shop.sale().out_trade_no].state = "paid"
    shop.advance(6)
    assert shop.view.phase is Phase.PAID


# --- scans that are not taken


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("6901234567892", "product"),
        ("https://qr.alipay.com/fkx0123", "collect"),
        ("https://example.com/", "weburl"),
        ("0112345678901234567", "ecny"),
        ("13", "short"),
        ("hello", "garbled"),
        ("130000000000000000130000000000000000", "long"),
    ],
)
def test_what_is_no_payment_code_is_named_and_nothing_is_sent(shop, text, key):
    shop.do(shop.counter.enter_amount, 900)
    shop.do(shop.counter.scan, text, "serial")
    assert refused(shop) == key
    assert shop.view.phase is Phase.READY
    assert shop.banks[Channel.WECHAT].calls == []


def test_a_scan_without_an_amount(shop, codes):
    shop.do(shop.counter.scan, codes(), "serial")
    assert refused(shop) == "noamount"
    shop.charge(900, codes())
    shop.advance(1)
    assert shop.view.phase is Phase.PAID
    shop.do(shop.counter.scan, codes(n=2), "serial")
    assert refused(shop) == "noamount"
    assert len(shop.banks[Channel.WECHAT].calls) == 1


def test_the_next_customers_scan_while_one_is_open(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.do(shop.counter.scan, codes(n=2), "serial")
    assert refused(shop) == "open"
    shop.do(shop.counter.enter_amount, 700)
    assert (refused(shop), shop.view.amount_fen) == ("open", 900)


def test_the_scanner_fires_twice(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.do(shop.counter.scan, codes(behaviour="never"), "serial")
    assert refused(shop) == "twice"
    assert [call for call, _ in shop.banks[Channel.WECHAT].calls] == ["pay"]


def test_a_code_that_was_charged_belongs_to_its_sale(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.do(shop.counter.next_customer)
    shop.do(shop.counter.enter_amount, 700)
    shop.do(shop.counter.scan, codes(behaviour="never"), "serial")
    assert refused(shop) == "other"
    shop.charge(700, codes(n=2))
    shop.advance(1)
    shop.charge(300, codes(n=2))
    assert refused(shop) == "used"
    shop.advance(601)
    shop.do(shop.counter.scan, codes(n=2), "serial")
    assert refused(shop) == "used", "no channel has told the time: the computer's clock makes no code old"
    told = Contact(Channel.WECHAT, True, True, False, 0.05, shop.engine.clock.channel_ms(), 0.0)
    shop.do(shop.engine.clock.heard, told)
    shop.do(shop.counter.scan, codes(n=2), "serial")
    assert refused(shop) is None, "after ten minutes a code is a code again"


def test_the_same_refusal_twice_is_seen_twice(shop):
    shop.do(shop.counter.scan, "13", "serial")
    first = shop.view.refusal
    shop.do(shop.counter.scan, "13", "serial")
    assert isinstance(first, Refusal)
    assert shop.view.refusal.serial == first.serial + 1


def test_an_id_card_lookalike_is_taken_at_the_second_scan(shop):
    lookalike = "110101199003074477"
    shop.do(shop.counter.enter_amount, 900)
    shop.do(shop.counter.scan, lookalike, "serial")
    assert refused(shop) == "idcard"
    shop.do(shop.counter.scan, lookalike, "serial")
    assert refused(shop) is None
    assert shop.view.sale.channel is Channel.WECHAT


def test_our_own_receipt(shop, codes):
    shop.charge(900, codes())
    shop.advance(1)
    number = shop.sale().out_trade_no
    shop.do(shop.counter.enter_amount, 700)
    shop.do(shop.counter.scan, number, "serial")
    assert refused(shop) == "receipt"


def test_a_channel_that_is_not_set_up_names_the_others(shop):
    shop.do(shop.counter.enter_amount, 900)
    shop.do(shop.counter.scan, "6212345678901234567", "serial")
    assert refused(shop) == "chanoff"
    assert dict(shop.view.refusal.values) == {"channel": "unionpay", "channels": "wechat,alipay"}


def contact(channel, *, answered=True, verified=True, misconfigured=False):
    return Contact(channel, answered, verified, misconfigured, 0.1, None, 0.0)


def test_a_channel_with_a_wrong_key_sells_nothing_until_it_is_mended(shop, codes):
    shop.do(shop.counter.board.contact, contact(Channel.WECHAT, verified=False, misconfigured=True))
    assert [lamp.light for lamp in shop.view.lamps if lamp.name == "wechat"] == [Light.STOPPED]
    shop.charge(900, codes())
    assert refused(shop) == "chandown"
    assert dict(shop.view.refusal.values)["channels"] == "alipay"
    shop.do(shop.counter.board.contact, contact(Channel.WECHAT, answered=False, verified=False))
    shop.do(shop.counter.scan, codes(), "serial")
    assert refused(shop) == "chandown", "silence does not prove that the key is right"
    shop.do(shop.counter.board.contact, contact(Channel.WECHAT))
    shop.do(shop.counter.scan, codes(), "serial")
    assert refused(shop) is None


def test_three_silences_close_a_channel_and_one_answer_opens_it(shop, codes):
    for light in (Light.SLOW, Light.SLOW, Light.STOPPED):
        shop.do(shop.counter.board.contact, contact(Channel.WECHAT, answered=False, verified=False))
        assert [lamp.light for lamp in shop.view.lamps if lamp.name == "wechat"] == [light]
    shop.charge(900, codes())
    assert refused(shop) == "chandown"
    shop.do(shop.counter.board.contact, contact(Channel.WECHAT))
    shop.do(shop.counter.scan, codes(), "serial")
    assert refused(shop) is None


# --- amounts


@pytest.mark.parametrize(("fen", "key"), [(0, "zero"), (-5, "zero"), (1_000_000_001, "over")])
def test_amounts_nobody_owes(shop, fen, key):
    shop.do(shop.counter.enter_amount, fen)
    assert (refused(shop), shop.view.phase) == (key, Phase.IDLE)


def test_above_the_cap_one_more_key(shop, codes):
    shop.do(shop.counter.enter_amount, 500_001)
    assert (shop.view.confirm_cap, shop.view.phase) == (True, Phase.IDLE)
    shop.do(shop.counter.scan, codes(), "serial")
    assert dict(shop.view.refusal.values) == {"amount": "￥5,000.00"}
    shop.do(shop.counter.confirm_amount)
    assert (shop.view.confirm_cap, shop.view.phase) == (False, Phase.READY)
    shop.do(shop.counter.scan, codes(), "serial")
    assert shop.view.phase is Phase.SENT


def test_the_cap_itself_needs_none(shop):
    shop.do(shop.counter.enter_amount, 500_000)
    assert shop.view.phase is Phase.READY


# --- F2, F3, F5, F9 and the list


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
