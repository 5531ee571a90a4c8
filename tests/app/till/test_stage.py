from dataclasses import replace

from app.core.channel import Channel
from app.core.sale import Order
from app.till.stage import Stage, again, charged, confirmed, doubted, entered, showing

FIRST = Order("7" + "1" * 23, "7" + "1" * 23, Channel.WECHAT, 900, "", "1001", "0007", 0, "2026-11-22")
SECOND = replace(FIRST, out_trade_no="7" + "2" * 23, channel=Channel.ALIPAY)


def test_a_purchase_counts_its_attempts():
    stage = entered(900, 500_000)
    assert (stage.asking, stage.attempt, stage.purchase) == (True, 1, "")
    stage = charged(stage, FIRST)
    assert (stage.asking, stage.attempt, stage.shown, stage.purchase) == (False, 1, FIRST.out_trade_no, FIRST.purchase)
    stage = again(stage)
    assert (stage.asking, stage.attempt, stage.shown) == (True, 2, "")
    stage = charged(stage, SECOND)
    assert (stage.attempt, stage.purchase) == (2, FIRST.purchase)


def test_the_cap_is_the_last_amount_without_an_extra_key():
    assert entered(500_000, 500_000).asking
    above = entered(500_001, 500_000)
    assert (above.asking, above.confirm_cap) == (False, True)
    assert confirmed(above).asking
    assert confirmed(Stage()) == Stage(), "the extra key alone opens nothing"


def test_a_doubt_lasts_until_a_code_is_taken():
    stage = doubted(entered(900, 500_000))
    assert stage.lookalike
    assert not charged(stage, FIRST).lookalike
    assert doubted(Stage()) == Stage()


def test_a_sale_of_the_list_stands_with_its_own_sum():
    stage = showing(FIRST, 2)
    assert (stage.amount_fen, stage.attempt, stage.asking) == (900, 2, False)
