"""What a cashier does, and what the window then shows: stories over the whole till."""

import pytest

from app.channels.api import Contact
from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer
from app.core.channel import Channel
from app.core.reasons import Reason
from app.till.api import Light, Phase, Refusal

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
    assert refused(shop) is None, "after ten minutes a code is a code again"


@pytest.mark.parametrize("hours", [-40 * 24, -5, 0, 5, 40 * 24])
def test_a_code_is_known_after_a_restart_whatever_the_clock_said_meanwhile(shop, codes, hours):
    """Sold under a clock set wrong, before any channel told the time, and many entries ago."""
    right = shop.clock._wall
    shop.charge(700, codes(n=1))
    shop.advance(1)
    shop.clock._wall = lambda: right() + hours * 3600
    shop.charge(700, codes(n=2))
    shop.advance(1)
    shop.clock._wall = right
    for n in range(10):
        shop.charge(100, codes(n=n + 3))
        shop.advance(1)
    shop.restart()
    for n in (1, 2):
        shop.charge(300, codes(n=n))
        assert refused(shop) == "used"


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
