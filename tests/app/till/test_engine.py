"""Write, then act, then tell; a full disk, a broken journal, a bug; several sales at once."""

import asyncio

import pytest

from app.core import machine
from app.core.channel import Channel
from app.core.sale import State
from app.journal.errors import JournalBroken
from app.till.api import Light, Phase


def order_of(shop, *wanted):
    """Where each of ``wanted`` first stands in the log of commits, calls and pictures."""
    return [next(n for n, entry in enumerate(shop.log) if entry[: len(one)] == one) for one in wanted]


def test_d1_is_durable_before_the_pay_call(shop, codes):
    shop.charge(900, codes())
    commit, pay = order_of(shop, ("commit", "sale.intent"), ("pay",))
    assert commit < pay


def test_the_pay_call_comes_before_the_picture(shop, codes):
    shop.charge(900, codes())
    pay, seen = order_of(shop, ("pay",), ("seen", "sent"))
    assert pay < seen


def test_d2_is_durable_before_the_reverse(shop, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.settle()
    commit, reverse = order_of(shop, ("commit", "sale.reversing"), ("reverse",))
    assert commit < reverse


@pytest.mark.parametrize("behaviour", ["instant", "after10"])
def test_d3_is_durable_before_anyone_is_told(shop, codes, behaviour):
    shop.charge(900, codes(behaviour=behaviour))
    shop.advance(20)
    commit, seen = order_of(shop, ("commit", "sale.paid"), ("seen", "paid"))
    assert commit < seen


def test_exactly_one_pay_call_whatever_the_line_does(shop, codes):
    bank = shop.banks[Channel.WECHAT]
    bank.next["pay"] = ["lost-answer"]
    shop.charge(900, codes())
    shop.advance(8)
    assert shop.view.phase is Phase.PAID
    assert [call for call, _ in bank.calls] == ["pay", "query"]


def test_a_lost_request_ends_at_nothing_after_the_quarantine(shop, codes):
    shop.banks[Channel.WECHAT].next["pay"] = ["lost-request"]
    shop.charge(900, codes())
    began = shop.loop.time()
    shop.settle()
    assert shop.sale().state is State.REVERSED
    assert 180 <= shop.loop.time() - began < 300


def test_a_call_that_hangs_is_cut_off_and_taken_as_silence(shop, codes):
    bank = shop.banks[Channel.WECHAT]
    bank.next["pay"] = ["hang"]
    shop.charge(900, codes(behaviour="never"))
    shop.advance(32)
    assert shop.engine.running[0].tasks == {}
    shop.settle()
    assert (shop.sale().state, bank.held_fen) == (State.REVERSED, 0)


def test_a_bug_in_a_channel_is_silence(shop, codes, expect_log):
    expect_log("mashou.till", "a bug in the pay call")
    shop.banks[Channel.WECHAT].next["pay"] = ["bug"]
    shop.charge(900, codes())
    shop.advance(8)
    assert shop.view.phase is Phase.PAID


def test_a_cancelled_call_is_silence(shop, codes, expect_log):
    expect_log("mashou.till", "was cancelled")
    shop.charge(900, codes())
    shop.do(lambda: next(iter(shop.engine.running[0].tasks.values())).cancel())
    shop.advance(8)
    assert shop.view.phase is Phase.PAID
    assert shop.engine.running == (), "nobody waits for the cancelled call"


def test_two_sales_at_once_do_not_mix(shop, codes):
    shop.charge(3200, codes("alipay", "after30"))
    shop.do(shop.counter.next_customer)
    shop.charge(990, codes("wechat", "after10", 2))
    shop.do(shop.counter.next_customer)
    shop.charge(100, codes("wechat", "poor", 3))
    shop.settle()
    ended = {row.amount_fen: row.state for row in shop.view.done}
    assert ended == {3200: State.PAID, 990: State.PAID, 100: State.DECLINED}
    assert [bank.held_fen for bank in shop.banks.values()] == [990, 3200]


def test_a_bug_in_one_sale_leaves_the_others_alone(shop, codes, monkeypatch, expect_log):
    expect_log("mashou.till", "a bug in sale")
    shop.charge(3200, codes(behaviour="after30"))
    sick = shop.sale().out_trade_no
    shop.do(shop.counter.next_customer)
    shop.charge(990, codes("alipay", "after10", 2))
    sound, ills = machine.step, []

    def step(sale, event, now, patience):
        if sale.order.out_trade_no == sick and not ills:
            ills.append(event)
            raise LookupError
        return sound(sale, event, now, patience)

    monkeypatch.setattr("app.till.engine.machine.step", step)
    shop.advance(6)
    assert ills
    assert {view.amount_fen: view.phase for view in shop.view.open} == {3200: Phase.STUCK, 990: Phase.PENDING}
    shop.settle()
    assert {row.amount_fen: row.state for row in shop.view.done} == {3200: State.PAID, 990: State.PAID}


def test_a_full_disk_before_d1_sends_nothing(shop, codes, expect_log):
    expect_log("mashou.till", "the journal takes nothing")
    shop.full = True
    shop.charge(900, codes())
    assert shop.view.refusal.key == "blocked"
    assert shop.banks[Channel.WECHAT].calls == []
    assert [lamp.key for lamp in shop.view.lamps if lamp.light is Light.STOPPED] == ["disk.full"]
    shop.full = False
    shop.advance(1.5)
    assert [lamp.key for lamp in shop.view.lamps if lamp.name == "journal"] == ["journal.ok"]
    shop.do(shop.counter.scan, codes(), "serial")
    shop.advance(1)
    assert shop.view.phase is Phase.PAID


def test_on_the_last_room_open_sales_end_and_none_begins(shop, codes):
    shop.charge(900, codes(behaviour="after10"))
    shop.engine.on_reserve = lambda: True
    shop.advance(20)
    assert shop.view.phase is Phase.PAID
    assert [lamp.key for lamp in shop.view.lamps if lamp.name == "journal"] == ["disk.full"]
    shop.charge(500, codes(n=2))
    assert shop.view.refusal.key == "blocked"


def test_money_that_cannot_be_booked_is_shown_as_such_and_booked_when_there_is_room(shop, codes, expect_log):
    expect_log("mashou.till", "the journal takes nothing")
    shop.charge(900, codes(behaviour="after10"))
    shop.advance(1)
    shop.full = True
    shop.advance(15)
    assert shop.view.phase is Phase.PAIDHELD
    assert shop.sale().state is State.PENDING, "only what is durable is told"
    assert shop.view.totals.count == 0
    shop.do(shop.counter.next_customer)
    shop.charge(500, codes(n=2))
    assert shop.view.refusal.key == "blocked"
    shop.full = False
    shop.advance(1.5)
    assert (shop.view.totals.paid_fen, shop.view.open) == (900, ())
    shop.charge(500, codes(n=3))
    assert shop.view.phase is Phase.SENT


def test_a_full_disk_holds_the_reverse_back_until_d2_is_durable(shop, codes, expect_log):
    expect_log("mashou.till", "the journal takes nothing")
    bank = shop.banks[Channel.WECHAT]
    shop.charge(900, codes(behaviour="never"))
    shop.advance(40)
    shop.full = True
    shop.advance(20)
    assert shop.sale().state is State.PENDING
    assert "reverse" not in [call for call, _ in bank.calls]
    shop.full = False
    shop.settle()
    assert (shop.sale().state, bank.held_fen) == (State.REVERSED, 0)


def test_a_broken_journal_ends_everything_at_once(shop, codes, expect_log):
    expect_log("mashou.till", "the journal is broken")
    bank = shop.banks[Channel.WECHAT]
    shop.charge(900, codes(behaviour="after10"))
    shop.advance(1)
    shop.broken = True
    shop.advance(15)
    assert len(shop.fatal) == 1
    told, called = len(shop.views), len(bank.calls)
    shop.do(shop.counter.next_customer)
    shop.charge(500, codes(n=2))
    shop.advance(60)
    assert (len(shop.views), len(bank.calls)) == (told, called)
    assert Phase.PAID not in [view.phase for view in shop.views]


def test_a_journal_that_breaks_while_it_is_read_ends_everything_too(shop, codes, expect_log, monkeypatch):
    expect_log("mashou.till", "the journal is broken")
    expect_log("asyncio", "exception was never retrieved")

    def broken(day):
        raise JournalBroken("the disk lies")

    monkeypatch.setattr(shop.journal, "totals", broken)
    shop.charge(900, codes())
    shop.advance(1)
    assert len(shop.fatal) == 1
    assert Phase.PAID not in [view.phase for view in shop.views]


def test_closing_lets_calls_answer_and_starts_nothing(shop, codes):
    shop.charge(900, codes())
    called = len(shop.banks[Channel.WECHAT].calls)
    shop.run(shop.engine.aclose())
    assert [kept.kind for kept in shop.journal.story(shop.sale().out_trade_no)] == ["sale.intent", "sale.paid"]
    assert len(shop.banks[Channel.WECHAT].calls) == called
    assert asyncio.all_tasks(shop.loop) == set()


def test_closing_does_not_wait_for_a_call_that_hangs(shop, codes):
    shop.banks[Channel.WECHAT].next["pay"] = ["hang"]
    shop.charge(900, codes())
    began = shop.loop.time()
    shop.run(shop.engine.aclose())
    assert shop.loop.time() - began <= 1.0
    shop.do(shop.counter.stop)
    assert shop.fatal == []


def test_a_sale_after_its_end_hears_the_late_pay_answer(shop, codes):
    bank = shop.banks[Channel.WECHAT]
    bank.delay["pay"] = 29
    shop.charge(900, codes())
    shop.advance(8)
    assert shop.view.phase is Phase.PAID, "the query won"
    assert shop.engine.running
    shop.advance(30)
    assert not shop.engine.running
    assert shop.view.totals.count == 1


def test_waiting_for_an_unknown_sale_is_the_callers_mistake(shop):
    with pytest.raises(KeyError):
        shop.run(shop.engine.ended("7" * 24))


def test_nothing_open_is_settled_at_once(shop):
    assert shop.run(shop.engine.all_settled()) == []


def test_a_computer_that_slept_asks_before_it_gives_up(shop, codes, expect_log):
    expect_log("mashou.till", "s late")
    shop.charge(900, codes(behaviour="after30"))
    shop.advance(2)
    shop.asleep += 3600
    for account in shop.banks[Channel.WECHAT].accounts.values():
        account.state = "paid"
    shop.advance(3)
    assert (shop.view.phase, shop.sale().recovered) == (Phase.PAID, True)


def test_a_computer_that_slept_through_the_deadline_gives_back_what_nobody_paid(shop, codes, expect_log):
    expect_log("mashou.till", "s late")
    shop.charge(900, codes(behaviour="never"))
    shop.advance(2)
    shop.asleep += 3600
    shop.settle()
    assert (shop.sale().state, shop.banks[Channel.WECHAT].held_fen) == (State.REVERSED, 0)
