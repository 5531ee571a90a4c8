"""What another program may rely on: one request, one purchase, one answer, whatever happens between."""

import asyncio

import pytest

from app.pos.charge import Verdict
from app.pos.charges import Busy
from app.pos.wishes import Turned
from tests.app.till.shop import Crash

GOOD, POOR, ASKS = "13" + "0" * 14 + "00", "13" + "0" * 14 + "01", "13" + "0" * 14 + "02"
LATER = "13" + "0" * 14 + "11"  # pays ten seconds later
OTHER = "28" + "0" * 14 + "00"


def told(charge):
    return charge.state, charge.verdict.value


def test_a_charge_opens_as_if_typed_and_is_paid(pos):
    charge, new = pos.ask()
    assert (new, told(charge)) == (True, ("WAITING", "open"))
    assert (pos.view.amount_fen, pos.view.phase.value, pos.view.request) == (12_850, "ready", "r1")
    pos.scan(GOOD)
    pos.settle()
    assert told(pos.look()) == ("PAID", "paid")
    assert pos.look().sale.order.amount_fen == 12_850


def test_the_same_request_again_is_the_same_charge(pos):
    pos.ask()
    assert pos.ask() == (pos.look(), False)
    pos.scan(GOOD)
    pos.settle()
    charge, new = pos.ask()
    assert (new, told(charge), len(pos.charged)) == (False, ("PAID", "paid"), 1)
    assert pos.ask(fen=100) == Turned(409, "pos.reused")
    assert pos.view.phase.value == "paid", "asking again moves nothing on the stage"


def test_paid_is_told_only_once_it_is_durable(pos, expect_log):
    expect_log("mashou.till", "takes nothing")
    pos.ask()
    pos.scan(LATER)
    pos.advance(2)
    pos.full = True
    pos.advance(20)
    assert pos.view.phase.value == "paidheld"
    assert told(pos.look())[1] == "open"
    pos.full = False
    pos.settle()
    assert told(pos.look()) == ("PAID", "paid")


def test_a_full_disk_opens_nothing(pos, expect_log):
    expect_log("mashou.till", "takes nothing")
    pos.full = True
    assert pos.ask() == Turned(503, "pos.blocked")
    assert pos.look() is None
    pos.full = False
    pos.advance(2)
    assert pos.ask()[1]


def test_a_busy_stage_says_whose_it_is(pos):
    pos.do(pos.counter.enter_amount, 500)
    with pytest.raises(Busy) as busy:
        pos.ask()
    assert busy.value.charge is None, "the cashier's own"
    assert pos.look() is None, "the request is not used up"
    pos.do(pos.counter.next_customer)
    pos.ask()
    with pytest.raises(Busy) as busy:
        pos.ask("r2")
    assert busy.value.charge.request_id == "r1"
    pos.scan(ASKS)
    with pytest.raises(Busy):
        pos.ask("r2")
    assert pos.view.amount_fen == 12_850


def test_nobody_sells_while_the_till_is_locked(pos):
    pos.away = True
    assert pos.ask() == Turned(409, "pos.away")
    pos.away = False
    assert pos.ask()[1]


def test_refused_it_may_be_tried_again_until_somebody_closes_it(pos):
    pos.ask()
    pos.scan(POOR)
    pos.settle()
    assert told(pos.look()) == ("DECLINED", "open"), "another code may be scanned"
    with pytest.raises(Busy):
        pos.ask("r2")
    pos.do(pos.counter.other_tender)
    assert told(pos.look()) == ("WAITING", "open")
    pos.scan(OTHER)
    pos.settle()
    assert told(pos.look()) == ("PAID", "paid")
    assert pos.look().attempts == 2


def test_told_not_paid_no_code_is_taken_any_more(pos):
    pos.ask()
    pos.scan(POOR)
    pos.settle()
    number = pos.look().sale.order.out_trade_no
    assert told(pos.stop()) == ("DECLINED", "not_paid")
    assert pos.view.phase.value == "idle"
    pos.do(pos.counter.show, number)
    pos.do(pos.counter.other_tender)
    assert (pos.view.refusal.key, pos.view.phase.value) == ("answered", "declined")
    pos.scan(OTHER)
    assert len(pos.charged) == 1
    assert told(pos.look()) == ("DECLINED", "not_paid"), "final stays final, on the stage too"
    pos.restart()
    pos.do(pos.counter.show, number)
    pos.do(pos.counter.other_tender)
    assert pos.view.refusal.key == "answered"


def test_the_cashier_who_goes_on_ends_it_too(pos):
    pos.ask()
    pos.scan(POOR)
    pos.settle()
    pos.do(pos.counter.next_customer)
    assert told(pos.look()) == ("DECLINED", "not_paid")


def test_a_disk_that_is_full_says_nothing_final(pos, expect_log):
    expect_log("mashou.till", "takes nothing")
    pos.ask()
    pos.scan(POOR)
    pos.settle()
    pos.do(pos.counter.next_customer)
    pos.full = True
    assert told(pos.look()) == ("DECLINED", "open")
    pos.do(pos.counter.enter_amount, 700)
    pos.stop()
    assert pos.view.amount_fen == 700, "a stop touches no stage but its own"
    pos.full = False
    assert told(pos.look()) == ("DECLINED", "not_paid")


def test_stopped_before_a_code_nothing_was_sent(pos):
    pos.ask()
    assert told(pos.stop()) == ("CLOSED", "not_paid")
    assert (pos.view.phase.value, pos.charged) == ("idle", [])
    assert pos.ask() == (pos.look(), False), "a request is never opened twice"
    pos.scan(GOOD)
    assert pos.charged == []


def test_stopped_above_the_cap(pos):
    pos.ask(fen=600_000)
    assert pos.view.confirm_cap
    assert told(pos.look()) == ("WAITING", "open")
    assert told(pos.stop()) == ("CLOSED", "not_paid")


def test_stopped_while_the_customer_types_it_is_taken_back(pos):
    pos.ask()
    pos.scan(ASKS)
    pos.advance(2)
    assert told(pos.look()) == ("PENDING", "open")
    assert pos.stop().verdict is Verdict.OPEN
    pos.advance(5)
    assert told(pos.look()) == ("REVERSING", "open"), "on the stage another code may be scanned"
    assert told(pos.stop()) == ("REVERSING", "not_paid")
    pos.settle()
    assert told(pos.look()) == ("REVERSED", "not_paid")
    assert sum(bank.held_fen for bank in pos.banks.values()) == 0


def test_an_open_sale_in_the_list_is_stopped_there(pos):
    pos.ask()
    pos.scan(ASKS)
    pos.advance(2)
    pos.do(pos.counter.next_customer)
    pos.ask("r2", 500)
    pos.stop("r1")
    pos.settle()
    assert told(pos.look("r1")) == ("REVERSED", "not_paid")
    assert (told(pos.look("r2")), pos.view.amount_fen) == (("WAITING", "open"), 500)


def test_the_stop_that_comes_too_late(pos):
    pos.ask()
    pos.scan(GOOD)
    pos.settle()
    assert told(pos.stop()) == ("PAID", "paid")
    assert pos.view.phase.value == "paid"


def test_an_unknown_request(pos):
    assert pos.look("r9") is None
    assert pos.stop("r9") is None


def test_a_payment_code_is_never_kept(pos):
    for more in ({"note": f"code {GOOD}"}, {"request_id": GOOD}, {"request_id": f"a-{OTHER}"}):
        assert pos.ask(**{"request_id": "r1", **more}) == Turned(400, "pos.code")
    assert GOOD.encode() not in pos.path.read_bytes()


def test_a_wait_ends_with_the_change(pos):
    pos.ask()

    async def story():
        waiting = asyncio.ensure_future(pos.charges.changed("r1", "", 30))
        await asyncio.sleep(3)
        assert not waiting.done()
        pos.counter.scan(GOOD, "serial")
        began = pos.loop.time()
        seen = [(await waiting).state]
        while seen[-1] != "PAID":
            seen.append((await pos.charges.changed("r1", seen[-1], 30)).state)
        return seen, pos.loop.time() - began

    seen, seconds = pos.run(story())
    assert seen[-1] == "PAID"
    assert seconds < 1
    began = pos.loop.time()
    assert pos.run(pos.charges.changed("r1", "PAID", 30)).state == "PAID"
    assert pos.loop.time() == began, "what is final is not waited for"
    pos.ask("r2", 500)
    assert pos.run(pos.charges.changed("r2", "", 30)).state == "WAITING"
    assert pos.loop.time() - began >= 30
    began = pos.loop.time()
    assert pos.run(pos.charges.changed("r2", "PENDING", 30)).state == "WAITING"
    assert pos.loop.time() == began, "what the caller has not seen is told at once"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, 8))
def test_the_power_goes_at_every_commit_and_the_request_comes_again(pos, when, nth):
    """Whatever was written: no second purchase, no second charge, and the answer is what the bank holds."""
    pos.crash_at = (when, pos.commits + nth)
    try:
        pos.ask()
        pos.scan(GOOD)
        pos.settle()
        pos.do(pos.counter.next_customer)
    except Crash:
        pos.restart()
    pos.crash_at = None
    pos.settle()
    charge = pos.ask()[0]
    if charge.state == "WAITING":
        pos.scan(GOOD[:-3] + "500")
        pos.settle()
    charge = pos.look()
    held = sum(bank.held_fen for bank in pos.banks.values())
    assert (charge.verdict is Verdict.PAID, held) in ((True, 12_850), (False, 0))
    assert charge.verdict is not Verdict.OPEN
    assert len(pos.charged) <= 1
