"""What a cashier does, and what the window then shows."""

from app.till.api import Phase


def test_a_sale_paid_at_once(shop, codes):
    shop.do(shop.counter.enter_amount, 12850)
    assert (shop.view.phase, shop.view.amount_fen) == (Phase.READY, 12850)
    shop.do(shop.counter.scan, codes(), "serial")
    assert shop.view.phase is Phase.SENT
    shop.advance(0.3)
    assert shop.view.phase is Phase.PAID
    assert [row.amount_fen for row in shop.view.done] == [12850]
    assert (shop.view.totals.count, shop.view.totals.paid_fen) == (1, 12850)
    assert shop.view.open == ()
