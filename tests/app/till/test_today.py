from app.till.today import DONE_ROWS


def test_the_list_is_bounded_and_its_sum_is_not(shop, codes):
    for n in range(DONE_ROWS + 5):
        shop.charge(100, codes(n=n + 1))
        shop.advance(0.3)
    assert len(shop.view.done) == DONE_ROWS
    assert shop.view.totals.count == DONE_ROWS + 5
    numbers = [row.number for row in shop.view.done]
    assert numbers == sorted(numbers, reverse=True)


def test_what_waits_to_be_acknowledged_is_not_pushed_out(shop, codes):
    shop.charge(900, codes(behaviour="after10"))
    shop.advance(1)
    shop.restart()
    shop.settle()
    for n in range(DONE_ROWS + 5):
        shop.charge(100, codes(n=n + 2))
        shop.advance(0.3)
    assert shop.view.done[0].recovered
    assert len(shop.view.done) == DONE_ROWS


def test_the_day_turns_by_itself(shop, codes):
    shop.charge(900, codes())
    shop.advance(1)
    assert shop.view.totals.count == 1
    shop.asleep += 86_400
    shop.advance(31)
    assert (shop.view.totals.count, shop.view.done) == (0, ())
    assert shop.sale().amount_fen == 900, "what stands on the stage still stands there"
