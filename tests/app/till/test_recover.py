"""The power goes at every commit of every story; after the next start each sale ends as the bank's account says."""

import pytest

from app.core.channel import Channel
from app.core.sale import State
from app.till.api import Phase

COMMITS = 8  # of one story; after these come only further rounds of query and reverse


def pays_at_once(shop, codes):
    shop.charge(900, codes())


def pays_by_alipay(shop, codes):
    shop.charge(900, codes("alipay"))


def types_a_password(shop, codes):
    shop.charge(900, codes(behaviour="after10"))


def never_types(shop, codes):
    shop.charge(900, codes(behaviour="never"))


def never_types_at_alipay(shop, codes):
    shop.charge(900, codes("alipay", "never"))


def has_no_money(shop, codes):
    shop.charge(900, codes(behaviour="poor"))


def loses_the_answer(shop, codes):
    shop.banks[Channel.WECHAT].next["pay"] = ["lost-answer"]
    shop.charge(900, codes())


def loses_the_request(shop, codes):
    shop.banks[Channel.ALIPAY].next["pay"] = ["lost-request"]
    shop.charge(900, codes("alipay"))


def is_stopped(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(1)
    shop.do(shop.counter.stop)


def is_stopped_and_pays_late(shop, codes):
    is_stopped(shop, codes)
    shop.advance(2)
    for account in shop.banks[Channel.WECHAT].accounts.values():
        account.state = "paid"


def pays_the_second_time(shop, codes):
    is_stopped(shop, codes)
    shop.advance(2)
    shop.do(shop.counter.other_tender)
    shop.do(shop.counter.scan, codes("alipay"), "serial")


STORIES = [
    pays_at_once,
    pays_by_alipay,
    types_a_password,
    never_types,
    never_types_at_alipay,
    has_no_money,
    loses_the_answer,
    loses_the_request,
    is_stopped,
    is_stopped_and_pays_late,
    pays_the_second_time,
]


def live(shop, story, codes, crash_at=None):
    """Play ``story`` to its end; a crash on the way is followed by a restart. Returns whether there was one."""
    shop.crash_at = crash_at
    crashed = False
    try:
        story(shop, codes)
        shop.settle()
    except KeyboardInterrupt:
        crashed = True
        shop.restart()
        shop.settle()
    return crashed


def books(shop):
    """What the journal says was kept, per order; nothing may be open any more."""
    day = shop.view.done[0].out_trade_no and shop.counter.board.today.day
    lines = list(shop.journal.lines(day))
    assert not [line for line in lines if line.is_open]
    return {line.out_trade_no: line.amount_fen if line.state == "PAID" else 0 for line in lines}


def accounts(shop):
    return {
        number: account.amount_fen if account.state == "paid" else 0
        for bank in shop.banks.values()
        for number, account in bank.accounts.items()
    }


@pytest.mark.parametrize("story", STORIES)
def test_a_crash_at_any_commit_ends_right(open_shop, codes, story):
    calm = open_shop()
    assert not live(calm, story, codes)
    for moment in ("before", "after"):
        for commit in range(1, min(calm.commits, COMMITS) + 1):
            shop = open_shop()
            assert live(shop, story, codes, (moment, commit))
            if not shop.view.done:  # the power went before the first sale was written: nothing was sent either
                assert (moment, commit) == ("before", 1)
                assert not any(bank.calls for bank in shop.banks.values())
                continue
            booked, held = books(shop), accounts(shop)
            assert {number: held.get(number, 0) for number in booked} == booked
            assert set(held) <= set(booked)
            pays = [number for bank in shop.banks.values() for call, number in bank.calls if call == "pay"]
            assert len(pays) == len(set(pays)), "one pay request per order number, ever"
            shop.close()


def test_open_sales_are_shown_as_found_and_selling_goes_on(shop, codes):
    shop.charge(900, codes(behaviour="after30"))
    shop.advance(1)
    shop.restart()
    assert shop.view.recovering == 1
    assert shop.view.open[0].recovered
    shop.charge(500, codes("alipay", n=2))
    shop.advance(1)
    assert shop.view.phase is Phase.PAID
    shop.settle()
    assert [(row.amount_fen, row.recovered, row.state) for row in shop.view.done] == [
        (900, True, State.PAID),
        (500, False, State.PAID),
    ]


def test_a_recovered_sale_stays_on_top_until_it_is_acknowledged_for_good(shop, codes):
    shop.charge(900, codes(behaviour="after10"))
    shop.advance(1)
    shop.restart()
    shop.advance(20)
    number = shop.view.done[0].out_trade_no
    shop.restart()
    assert [row.recovered for row in shop.view.done] == [True]
    shop.do(shop.counter.acknowledge, number)
    assert [row.recovered for row in shop.view.done] == [False]
    shop.restart()
    assert [row.recovered for row in shop.view.done] == [False]
    assert shop.view.totals.paid_fen == 900


def test_its_story_is_told_across_the_restart(shop, codes):
    shop.charge(900, codes(behaviour="after30"))
    shop.advance(1)
    number = shop.sale().out_trade_no
    shop.restart()
    shop.settle()
    shop.do(shop.counter.show, number)
    assert [step.key for step in shop.sale().story] == ["intent", "pending", "paid"]


def test_a_sale_whose_purchase_was_charged_again_is_given_back(shop, codes):
    shop.charge(900, codes(behaviour="after10"))
    shop.advance(1)
    first = shop.engine.running[0].sale.order
    # The journal of a till that lost its power between the two attempts of one purchase.
    shop.kill()
    shop.open_with_second_attempt(first, codes("alipay", n=9))
    shop.settle()
    assert {row.out_trade_no == first.out_trade_no: row.state for row in shop.view.done} == {
        True: State.REVERSED,
        False: State.PAID,
    }
    assert [bank.held_fen for bank in shop.banks.values()] == [0, 900]


def test_an_entry_that_cannot_be_read_does_not_stop_the_others(shop, codes, expect_log):
    expect_log("mashou.till", "holds no sale this program can read")
    shop.charge(900, codes(behaviour="after30"))
    shop.do(shop.counter.next_customer)
    shop.charge(500, codes("alipay", "after30", 2))
    shop.advance(1)
    shop.garble_newest_of(900)
    shop.restart()
    shop.settle()
    assert [row.amount_fen for row in shop.view.done] == [500]


def test_the_code_of_a_sale_that_a_later_program_went_on_with_is_not_charged_again(shop, codes, expect_log):
    expect_log("mashou.till", "holds no sale this program can read")
    code = codes(behaviour="after30")
    shop.charge(900, code)
    shop.advance(1)
    shop.garble_newest_of(900)
    shop.restart()
    shop.charge(900, code)
    assert shop.view.refusal.key == "used"
    assert shop.engine.running == (), "nothing was sent"


def test_yesterdays_open_sale_is_booked_on_its_own_day(shop, codes):
    shop.charge(900, codes(behaviour="after10"))
    shop.advance(1)
    shop.loop._at += 86_400
    shop.restart()
    shop.settle()
    assert [(row.amount_fen, row.recovered) for row in shop.view.done] == [(900, True)]
    assert shop.view.totals.count == 0, "it belongs to yesterday"
    number = shop.view.done[0].out_trade_no
    shop.do(shop.counter.show, number)
    shop.do(shop.counter.acknowledge, number)
    assert shop.view.done == ()
    shop.do(shop.counter.stop)
    assert (shop.view.phase, shop.sale().recovered) == (Phase.PAID, False), "it still stands where it was put"


def test_a_code_scanned_before_the_restart_is_known_after_it(shop, codes):
    shop.charge(900, codes(behaviour="after30"))
    shop.advance(1)
    shop.restart()
    shop.charge(500, codes(behaviour="after30"))
    assert shop.view.refusal.key == "other"
