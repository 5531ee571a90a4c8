"""The rule book on a clock of its own: money is conserved whatever people and lines do."""

import random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.core.channel import Channel
from app.sim.bank import Bank
from app.sim.bills import LineKind, lines
from app.sim.book import Customer, Kind, Order, OrderState, RefundState, Shop, from_record, parse_customer, to_record
from app.sim.outcomes import PayRequest, Pays, Reverses
from app.sim.refunds import Course, RefundRequest, Repays
from app.sim.rules import SPOKEN
from app.sim.vault import PHONE_PURSE_FEN, Vault

T0 = 1_795_000_000.0
CHANNELS = st.sampled_from(SPOKEN)
CUSTOMERS = st.sampled_from(
    [
        Customer(Kind.INSTANT),
        Customer(Kind.PASSWORD, 5),
        Customer(Kind.PASSWORD, 90),
        Customer(Kind.NEVER),
        Customer(Kind.POOR),
        Customer(Kind.PHONE),
        Customer(Kind.PHONE, free_fen=100_000),
    ]
)
NUMBERS = st.sampled_from([str(number) for number in range(90, 96)])


def new_bank(seed=1):
    return Bank(1.0, Vault(1.0, b"k" * 32, random.Random(seed)))


class Accounts(RuleBasedStateMachine):
    """Two shops, six order numbers, any order of events; a restart may come at any time."""

    @initialize()
    def open(self):
        self.bank, self.now, self.codes, self.written = new_bank(), T0, ["000"], []
        self.ever, self.spent = {}, set()

    def sync(self):
        self.written += [to_record(entry) for entry in self.bank.vault.changes]
        self.bank.vault.written()

    @rule(channel=CHANNELS, customer=CUSTOMERS, number=NUMBERS, fen=st.integers(1, 300_000))
    def buy(self, channel, customer, number, fen):
        self.codes.append(self.bank.vault.issue(channel, customer, self.now))
        new = (channel, number) not in {(order.channel, order.out_trade_no) for order in self.bank.orders}
        outcome, order = self.pay(channel, number, fen, self.codes[-1])
        if new:
            assert outcome in (Pays.PAID, Pays.WAITING, Pays.NO_FUNDS)
            assert (outcome is Pays.PAID) == (order.paid_fen == fen)
        else:
            assert outcome not in (Pays.PAID, Pays.BAD_CODE)

    @rule(channel=CHANNELS, number=NUMBERS, fen=st.integers(1, 3), back=st.integers(1, 4))
    def show_an_old_code(self, channel, number, fen, back):
        code = self.codes[-min(back, len(self.codes))]
        was_spent = code in self.spent
        outcome, _ = self.pay(channel, number, fen, code)
        assert not (was_spent and outcome is Pays.PAID)

    def pay(self, channel, number, fen, code):
        outcome, order = self.bank.pay(PayRequest(channel, number, fen, code, fingerprint=f"{code}{fen}"), self.now)
        if outcome in (Pays.PAID, Pays.WAITING, Pays.NO_FUNDS):
            self.spent.add(code)
        return outcome, order

    @rule(channel=CHANNELS, number=NUMBERS, tombstone=st.booleans())
    def reverse(self, channel, number, tombstone):
        before = self.bank.find(channel, number, "", self.now)
        outcome, order = self.bank.reverse(channel, number, "", self.now, tombstone=tombstone)
        assert (outcome is Reverses.UNKNOWN_ORDER) is (before is None)
        if outcome in (Reverses.CLOSED, Reverses.GAVE_BACK):
            assert order.net_fen == 0
            assert order.state in (OrderState.REVERSED, OrderState.CLOSED)

    @rule(channel=CHANNELS, number=NUMBERS)
    def roll_back(self, channel, number):
        self.bank.roll_back(channel, number, self.now)

    @rule(
        channel=CHANNELS,
        number=NUMBERS,
        refund=st.sampled_from(["r1", "r2", "r3"]),
        fen=st.sampled_from([1, 700, 1_000]) | st.integers(1, 300_000) | st.none(),
        course=st.builds(Course, st.none() | st.sampled_from([0.0, 20.0]), st.sampled_from(RefundState)),
    )
    def refund(self, channel, number, refund, fen, course):
        before = self.bank.find(channel, number, "", self.now)
        fen = fen or (before.net_fen if before else 0) or 1
        if course.ends is RefundState.PROCESSING:
            course = Course()
        request = RefundRequest(channel, number, "", refund, fen)
        outcome, made = self.bank.refund(request, self.now, course)
        after = self.bank.find(channel, number, "", self.now)
        if outcome is Repays.TAKEN:
            assert fen <= before.net_fen
            assert after.net_fen == before.net_fen - (0 if made.state is RefundState.CLOSED else fen)
            assert self.bank.refund(request, self.now)[0] is Repays.REPEATED
        else:
            assert after == before, "refused or repeated: nothing moves"
        if outcome is Repays.REPEATED:
            assert (made.out_trade_no, made.amount_fen) == (number, fen)

    @rule(data=st.data(), right=st.booleans())
    def phone(self, data, right):
        code = data.draw(st.sampled_from(self.codes))
        (self.bank.enter_password if right else self.bank.refuse)(code, self.now)

    @rule(seconds=st.sampled_from([0.5, 3, 14, 16, 61, 7_300, 90_000, 700_000]))
    def wait(self, seconds):
        self.now += seconds

    @rule()
    def restart(self):
        self.sync()
        before, self.bank = self.bank, new_bank(seed=len(self.written))
        for record in self.written:
            self.bank.restore(from_record(record))
        assert (self.bank.orders, self.bank.refunds.all) == (before.orders, before.refunds.all)
        assert self.bank.vault.held_fen == before.vault.held_fen

    @invariant()
    def money_is_conserved(self):
        if not hasattr(self, "bank"):
            return
        vault = self.bank.vault
        assert vault.held_fen == vault.minted_fen
        for channel in SPOKEN:
            orders = [order for order in self.bank.orders if order.channel is channel]
            assert vault.shop_fen(channel) == sum(order.net_fen for order in orders) >= 0
            refunds = [refund for refund in self.bank.refunds.all if refund.channel is channel]
            away = (RefundState.PROCESSING, RefundState.ABNORMAL)
            assert vault.transit_fen(channel) == sum(one.amount_fen for one in refunds if one.state in away)
        marks = [order.code_mark for order in self.bank.orders if order.code_mark]
        assert len(marks) == len(set(marks)), "one code, one order"

    def teardown(self):
        """All bills together say what the shops hold, to the fen, and a sale given back whole costs no fee."""
        if not hasattr(self, "bank"):
            return
        for channel in SPOKEN:
            found = lines(self.bank, channel, 0, float("inf"), self.now)
            held = sum(order.net_fen for order in self.bank.orders if order.channel is channel)
            still = sum(
                one.amount_fen
                for one in self.bank.refunds.all
                if one.channel is channel is Channel.ALIPAY
                and one.state in (RefundState.PROCESSING, RefundState.ABNORMAL)
            )
            said = sum(
                line.amount_fen * (1 if line.kind is LineKind.PAID else -1)
                for line in found
                if line.state is not RefundState.CLOSED
            )
            assert said == held + still
            for order in self.bank.orders:
                fees = [line.fee_fen for line in found if line.order == order and line.state is not RefundState.CLOSED]
                closed = any(one.state is RefundState.CLOSED for one in self.bank.refunds.of(order))
                if order.state is OrderState.REVERSED or (order.paid_fen and not order.net_fen and not closed):
                    assert sum(fees) == 0 or still

    @invariant()
    def what_was_paid_is_paid_once(self):
        if not hasattr(self, "bank"):
            return
        for order in self.bank.orders:
            assert order.paid_fen in (0, order.amount_fen)
            assert 0 <= order.refunded_fen <= order.paid_fen
            refunds = [one for one in self.bank.refunds.of(order) if one.state is not RefundState.CLOSED]
            if order.state is OrderState.PAID:
                assert order.refunded_fen == sum(one.amount_fen for one in refunds)
            else:
                assert order.net_fen == 0
                assert not refunds
            key = (order.channel, order.out_trade_no)
            assert order.paid_fen >= self.ever.get(key, 0), "what was taken stays on record"
            self.ever[key] = order.paid_fen


Accounts.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None, derandomize=True)
TestAccounts = Accounts.TestCase


def pay(bank, code, now, *, number="91", fen=1_000, channel=Channel.WECHAT, expires_at=None):
    return bank.pay(PayRequest(channel, number, fen, code, expires_at=expires_at), now)[0]


def test_passwords_and_expiries_fall_due_in_the_order_of_their_time():
    bank = new_bank()
    slow = bank.vault.issue(Channel.WECHAT, Customer(Kind.PASSWORD, 50), T0)
    pay(bank, slow, T0, expires_at=T0 + 40)
    quick = bank.vault.issue(Channel.WECHAT, Customer(Kind.PASSWORD, 30), T0)
    pay(bank, quick, T0, number="92", expires_at=T0 + 40)
    bank.settle(T0 + 1_000)
    states = {order.out_trade_no: (order.state, order.paid_at or order.ended_at) for order in bank.orders}
    assert states == {"91": (OrderState.FAILED, T0 + 40), "92": (OrderState.PAID, T0 + 30)}
    written = [entry.out_trade_no for entry in bank.vault.changes if isinstance(entry, Order)]
    assert written[-2:] == ["92", "91"], "the password of the second came before the first expired"


def test_the_practice_phone_asks_above_a_thousand_yuan_and_its_purse_is_filled_again():
    bank = new_bank()
    phone = Customer(Kind.PHONE, free_fen=100_000)
    for number, fen, said in (("91", 100_000, Pays.PAID), ("92", 100_001, Pays.WAITING)):
        code = bank.vault.issue(Channel.ALIPAY, phone, T0)
        assert pay(bank, code, T0, number=number, fen=fen, channel=Channel.ALIPAY) is said
    assert bank.enter_password(code, T0 + 9)
    assert not bank.enter_password(code, T0 + 9)
    code = bank.vault.issue(Channel.ALIPAY, phone, T0)
    assert pay(bank, code, T0, number="93", fen=299_000, channel=Channel.ALIPAY) is Pays.WAITING
    assert bank.enter_password(code, T0)
    assert bank.vault.balance_fen(bank.vault.code(code).wallet) < 2_000
    code = bank.vault.issue(Channel.ALIPAY, phone, T0)
    assert bank.vault.balance_fen(bank.vault.code(code).wallet) == PHONE_PURSE_FEN
    assert bank.vault.held_fen == bank.vault.minted_fen


def test_two_waiting_payments_cannot_spend_the_same_money():
    bank = new_bank()
    codes = [bank.vault.issue(Channel.WECHAT, Customer(Kind.PHONE), T0) for _ in range(2)]
    for number, code in enumerate(codes):
        assert pay(bank, code, T0, number=str(number), fen=PHONE_PURSE_FEN) is Pays.WAITING
    assert [bank.enter_password(code, T0) for code in codes] == [True, False]
    assert [order.state for order in bank.orders] == [OrderState.PAID, OrderState.FAILED]


def test_a_refused_password_ends_as_the_channel_says_it():
    bank = new_bank()
    for channel in SPOKEN:
        code = bank.vault.issue(channel, Customer(Kind.PHONE), T0)
        pay(bank, code, T0, channel=channel)
        assert bank.refuse(code, T0 + 3)
        assert not bank.refuse(code, T0 + 3)
    assert [order.state for order in bank.orders] == [OrderState.FAILED, OrderState.CLOSED, OrderState.FAILED]


def test_codes_have_the_channels_shape_and_no_code_is_issued_twice():
    vault = new_bank().vault
    codes = [vault.issue(channel, Customer(Kind.INSTANT), T0) for channel in SPOKEN for _ in range(500)]
    assert len(set(codes)) == 1_500
    starts = {"10", "11", "12", "13", "14", "15", "25", "26", "27", "28", "29", "30", "62"}
    assert {code[:2] for code in codes} == starts
    assert all(len(code) == (19 if code.startswith("62") else 18) for code in codes)
    assert all(code[6:8] not in ("18", "19", "20") for code in codes)


def test_what_the_bank_writes_down_holds_no_code():
    bank = new_bank()
    code = bank.vault.issue(Channel.WECHAT, Customer(Kind.INSTANT), T0)
    pay(bank, code, T0)
    assert code not in repr([to_record(entry) for entry in bank.vault.changes])
    assert code not in repr(PayRequest(Channel.WECHAT, "91", 1, code))


@pytest.mark.parametrize(
    "text", ["", "rich", "password", "password:", "password:-1", "password:nan", "instant:3", "phone"]
)
def test_no_such_customer(text):
    with pytest.raises(ValueError, match="password"):
        parse_customer(text)


def paid_order(bank, channel=Channel.WECHAT, fen=1_000):
    code = bank.vault.issue(channel, Customer(Kind.INSTANT), T0)
    assert pay(bank, code, T0, fen=fen, channel=channel) is Pays.PAID


def give_back(bank, number, fen, now, *, channel=Channel.WECHAT, **more):
    return bank.refund(RefundRequest(channel, "91", "", number, fen, **more), now)[0]


def test_wechat_gives_back_fifty_times_a_minute_apart_and_never_more_than_was_paid():
    bank = new_bank()
    paid_order(bank)
    assert give_back(bank, "r0", 10, T0) is Repays.TAKEN
    assert give_back(bank, "r1", 10, T0 + 59) is Repays.TOO_SOON
    for count in range(1, 50):
        assert give_back(bank, f"r{count}", 10, T0 + 60 * count) is Repays.TAKEN
    assert give_back(bank, "r50", 10, T0 + 3_600) is Repays.TOO_MANY
    assert give_back(bank, "r0", 10, T0 + 3_600) is Repays.REPEATED
    assert give_back(bank, "r0", 11, T0 + 3_600) is Repays.DISCORDANT
    assert [order.net_fen for order in bank.orders] == [500]


def test_what_a_refund_may_not_do():
    bank = new_bank()
    paid_order(bank)
    year = 365 * 86_400
    assert give_back(bank, "r1", 1_001, T0) is Repays.TOO_MUCH
    assert give_back(bank, "r1", 1, T0, total_fen=999) is Repays.WRONG_TOTAL
    assert give_back(bank, "r1", 1_000, T0 + year + 1) is Repays.TOO_OLD
    assert bank.refund(RefundRequest(Channel.WECHAT, "92", "", "r1", 1), T0)[0] is Repays.UNKNOWN_ORDER
    assert give_back(bank, "r1", 1_000, T0 + year) is Repays.TAKEN
    assert bank.reverse(Channel.WECHAT, "91", "", T0 + 60)[0] is Reverses.REFUNDED
    unpaid = new_bank()
    pay(unpaid, unpaid.vault.issue(Channel.WECHAT, Customer(Kind.NEVER), T0), T0)
    assert give_back(unpaid, "r1", 1, T0) is Repays.NOT_PAID
    unpaid.reverse(Channel.WECHAT, "91", "", T0 + 60)
    assert give_back(unpaid, "r1", 1, T0 + 60) is Repays.REVERSED


def test_a_shop_that_holds_too_little_cannot_give_back():
    bank = new_bank()
    paid_order(bank)
    assert bank.vault.send(Channel.WECHAT, 601)
    assert give_back(bank, "r1", 400, T0) is Repays.SHOP_FUNDS
    assert (bank.orders[0].net_fen, bank.refunds.all) == (1_000, ())
    bank.vault.bounce(Channel.WECHAT, 601)
    assert give_back(bank, "r1", 400, T0) is Repays.TAKEN


def test_alipays_request_numbers_count_within_one_trade_and_three_seconds_apart():
    bank = new_bank()
    paid_order(bank, Channel.ALIPAY)
    code = bank.vault.issue(Channel.ALIPAY, Customer(Kind.INSTANT), T0)
    pay(bank, code, T0, number="92", channel=Channel.ALIPAY)
    assert give_back(bank, "r1", 1, T0, channel=Channel.ALIPAY) is Repays.TAKEN
    assert give_back(bank, "r2", 1, T0 + 2, channel=Channel.ALIPAY) is Repays.TOO_SOON
    assert bank.refund(RefundRequest(Channel.ALIPAY, "92", "", "r1", 5), T0)[0] is Repays.TAKEN


@pytest.mark.parametrize(
    ("ends", "net", "payer", "between"),
    [(RefundState.SUCCESS, 600, 400, 0), (RefundState.ABNORMAL, 600, 0, 400), (RefundState.CLOSED, 1_000, 0, 0)],
)
def test_where_the_money_of_a_refund_is(ends, net, payer, between):
    bank = new_bank()
    paid_order(bank)
    wallet = bank.orders[0].wallet
    before = bank.vault.balance_fen(wallet)
    bank.refund(RefundRequest(Channel.WECHAT, "91", "", "r1", 400), T0, Course(8.0, ends))
    bank.settle(T0 + 7.9)
    assert (bank.orders[0].net_fen, bank.vault.transit_fen(Channel.WECHAT)) == (600, 400)
    bank.settle(T0 + 8)
    vault = bank.vault
    found = bank.orders[0].net_fen, vault.balance_fen(wallet) - before, vault.transit_fen(Channel.WECHAT)
    assert found == (net, payer, between)
    assert [one.done_at for one in bank.refunds.all] == [T0 + 8]


def test_a_ledger_from_before_refunds_is_still_read():
    assert from_record({"kind": "shop", "channel": "wechat", "balance_fen": 5}) == Shop(Channel.WECHAT, 5)
    bank = new_bank()
    paid_order(bank)
    record = to_record(bank.orders[0])
    newer = ("terminal", "store", "txn_time", "on_behalf", "why")
    assert from_record({name: value for name, value in record.items() if name not in newer}) == bank.orders[0]
