from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.numbers import parse_order_number
from app.till.entries import running_number

CODE = AuthCode("130000000000000000")


def test_an_order_is_numbered_dated_and_ours(shop):
    order = shop.orders.order(Channel.WECHAT, 900, "mark")
    parts = parse_order_number(order.out_trade_no)
    assert parts is not None
    assert (parts.training, parts.terminal, parts.day) == (True, "0007", order.day)
    assert parts.running == running_number(order.out_trade_no) == shop.journal.next_number()
    assert parts.epoch == shop.journal.epoch()
    assert order.purchase == order.out_trade_no, "the first attempt names the purchase"
    assert shop.orders.order(Channel.ALIPAY, 900, "mark", "p").purchase == "p"


def test_numbers_never_repeat_across_restarts(shop, codes):
    seen = set()
    for n in range(3):
        shop.charge(100, codes(n=n + 1))
        seen.add(shop.sale().out_trade_no)
        shop.restart()
    shop.settle()
    assert len(seen) == 3


def test_a_mark_tells_a_code_again_and_nothing_else(shop):
    assert shop.orders.mark(CODE) == shop.orders.mark(AuthCode(CODE.reveal()))
    assert shop.orders.mark(CODE) != shop.orders.mark(AuthCode("130000000000000001"))
    assert CODE.reveal() not in shop.orders.mark(CODE)
    assert len(shop.orders.mark(CODE)) == 64
