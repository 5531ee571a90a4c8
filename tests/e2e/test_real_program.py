"""The real program, a real serial port, a counterparty in another process over HTTPS: journal = ledger, always."""

from __future__ import annotations

import random
import time

import pytest
from e2e.stage import PACE, Counter, Picture, Program

pytestmark = pytest.mark.timeout(600)

KILLS = 20
CODE_LIFE = 60 / PACE + 0.5  # seconds a payment code lives at this pace, and some


@pytest.fixture
def program(counter: Counter):
    program = Program(counter.folder)
    yield program.opened()
    program.close()


def charge(program: Program, counter: Counter, yuan: str, channel: str, customer: str) -> None:
    """The customer shows the code when asked for it: it lives three seconds at this pace."""
    program.amount(yuan)
    scan(program, counter, counter.code(channel, customer))


def scan(program: Program, counter: Counter, code: str) -> None:
    counter.scanner.scan(code)
    program.until(lambda p: p["sale"] is not None and p["phase"] not in {"idle", "ready"})


def ended(state: str):
    return lambda p: p["sale"] is not None and p["sale"]["state"] == state


def newest(program: Program) -> Picture:
    return program.last["sale"]


@pytest.mark.parametrize("channel", ["wechat", "alipay", "unionpay"])
def test_paid_at_once(program, counter, channel):
    charge(program, counter, "12.50", channel, "instant")
    program.until(ended("PAID"))
    assert newest(program)["phase"] == "paid"
    (sale,) = counter.books_agree().values()
    assert (sale["state"], sale["amount_fen"], sale["channel"]) == ("PAID", 1250, channel)
    counter.no_code_on_disk()


@pytest.mark.parametrize("channel", ["wechat", "alipay"])
def test_paid_after_a_password(program, counter, channel):
    charge(program, counter, "128.50", channel, "password:12")
    asked = program.until(lambda p: p["phase"] == "pending")
    assert asked["sale"]["deadline"], "a countdown runs"
    program.until(ended("PAID"))
    counter.books_agree()


@pytest.mark.parametrize("channel", ["wechat", "alipay"])
def test_a_password_never_typed_is_revoked_by_itself(program, counter, channel):
    charge(program, counter, "9.90", channel, "never")
    program.until(lambda p: p["phase"] == "pending")
    program.until(ended("REVERSED"))
    (sale,) = counter.books_agree().values()
    assert sale["state"] == "REVERSED"
    assert all(
        order["paid_fen"] == 0
        for order in counter.simulator.ledger().values()
        if order["out_trade_no"] == sale["out_trade_no"]
    )


def test_refused_for_lack_of_balance_and_paid_with_another_wallet(program, counter):
    charge(program, counter, "15", "alipay", "poor")
    assert program.until(ended("DECLINED"))["sale"]["reason"] == "balance"
    program.do("key F9")
    program.until(lambda p: p["phase"] == "ready" and p["amount_fen"] == 1500)
    counter.scanner.scan(counter.code("wechat", "instant"))
    program.until(ended("PAID"))
    assert sorted(s["state"] for s in counter.books_agree().values()) == ["DECLINED", "PAID"]


def test_a_code_that_was_used_or_has_expired_is_refused(program, counter):
    used = counter.code("wechat", "instant")
    program.amount("3")
    scan(program, counter, used)
    program.until(ended("PAID"))
    program.do("key F3")
    old = counter.code("alipay", "instant")
    issued = time.monotonic()
    charge(program, counter, "60", "wechat", "never")
    program.until(ended("REVERSED"))
    program.linger(max(0.0, issued + CODE_LIFE - time.monotonic()))
    for code in (old, used[:-1] + str((int(used[-1]) + 1) % 10)):
        program.do("key F3")
        program.until(lambda p: p["phase"] == "idle")
        program.amount("4")
        scan(program, counter, code)
        assert program.until(ended("DECLINED"))["sale"]["reason"] == "code"
    counter.books_agree()


@pytest.mark.parametrize("channel", ["wechat", "alipay", "unionpay"])
def test_a_lost_answer_after_the_money_moved_ends_paid_and_is_never_charged_again(program, counter, channel):
    counter.simulator.fault(f"{channel}.pay: lose-answer x1")
    charge(program, counter, "20", channel, "instant")
    number = program.until(ended("PAID"))["sale"]["out_trade_no"]
    assert list(counter.books_agree()) == [number]
    assert counter.simulator.ledger()[number]["paid_fen"] == 2000


def test_a_lost_request_is_not_paid(program, counter):
    counter.simulator.fault("wechat.pay: lose-request x1")
    charge(program, counter, "21", "wechat", "instant")
    program.until(ended("REVERSED"))
    (sale,) = counter.books_agree().values()
    assert sale["state"] == "REVERSED"


@pytest.mark.parametrize("channel", ["wechat", "alipay", "unionpay"])
def test_a_forged_answer_is_never_booked(program, counter, channel):
    counter.simulator.fault(f"{channel}.pay: bad-signature; {channel}.query: bad-signature")
    charge(program, counter, "22", channel, "instant")
    program.until(lambda p: p["sale"]["state"] == "REVERSING")
    assert not any(p["sale"] and p["sale"]["state"] == "PAID" for p in program.seen)
    counter.simulator.fault("")
    program.until(ended("REVERSED"))
    (sale,) = counter.books_agree().values()
    assert counter.simulator.ledger()[sale["out_trade_no"]] == {
        "channel": channel,
        "out_trade_no": sale["out_trade_no"],
        "state": counter.simulator.ledger()[sale["out_trade_no"]]["state"],
        "paid_fen": 2200,
        "net_fen": 0,
    }


def test_the_next_customer_is_served_while_one_types_a_password(program, counter):
    charge(program, counter, "30", "alipay", "password:40")
    program.until(lambda p: p["phase"] == "pending")
    program.do("key F3")
    program.until(lambda p: p["phase"] == "idle" and len(p["open"]) == 1)
    charge(program, counter, "31", "wechat", "instant")
    program.until(ended("PAID"))
    program.until(lambda p: not p["open"])
    assert [s["state"] for s in counter.books_agree().values()] == ["PAID", "PAID"]


def test_stopped_by_the_cashier_frees_the_customer_at_once(program, counter):
    charge(program, counter, "40", "alipay", "password:40")
    program.until(lambda p: p["phase"] == "pending")
    program.do("key F2")
    freed = program.until(lambda p: p["phase"] in {"reversing", "reversed0", "reversedq"})
    assert freed["sale"]["state"] in {"REVERSING", "REVERSED"}
    program.until(ended("REVERSED"))
    counter.books_agree()


def test_scanner_noise_and_wrong_codes_send_nothing(program, counter):
    counter.scanner.scan(counter.code("wechat", "instant"))
    program.until(lambda p: p["refusal"] == "noamount")
    program.amount("5")
    for text, key in (
        ("6901028075831", "product"),
        ("https://qr.alipay.com/fkx1234", "collect"),
        ("0112345678901234567", "ecny"),
    ):
        counter.scanner.scan(text)
        program.until(lambda p, key=key: p["refusal"] == key)
    assert counter.sales() == {}


def test_killed_at_random_moments_of_a_password_wait_every_sale_ends_as_the_ledger_says(counter):
    chance = random.Random(20261122)
    channels = ["wechat", "alipay"]
    for kill in range(KILLS):
        program = Program(counter.folder).opened()
        program.amount(f"{10 + kill}")
        counter.scanner.scan(counter.code(channels[kill % 2], chance.choice(["password:8", "password:25", "never"])))
        program.until(lambda p: p["sale"] is not None)
        program.linger(chance.uniform(0.0, 2.4))
        program.kill()
    program = Program(counter.folder).opened()
    program.until(lambda p: not p["open"])
    program.close()
    sales = counter.books_agree()
    assert len(sales) == KILLS
    assert {"REVERSED"} <= {s["state"] for s in sales.values()}
    counter.no_code_on_disk()
