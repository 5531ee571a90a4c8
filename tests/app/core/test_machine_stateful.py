"""The machine against a bank that keeps honest books, over a line, a clock and a power supply that do not."""

import math
import random
from collections import Counter as Counted
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.core.answers import (
    Evidence,
    Found,
    Pay,
    PayAnswer,
    QueryAnswer,
    RefundAnswer,
    Repaid,
    ReverseAnswer,
    Undone,
)
from app.core.channel import Channel
from app.core.events import (
    BillSeen,
    CheckAsked,
    Event,
    HoldAsked,
    Now,
    PayAnswered,
    QueryAnswered,
    Recovered,
    RefundAnswered,
    RefundAsked,
    RefundQueried,
    ReverseAnswered,
    StopAsked,
    Woke,
    Work,
)
from app.core.machine import begin, step
from app.core.policy import patience_for
from app.core.record import from_body, to_body
from app.core.refund_order import RefundOrder
from app.core.refund_rules import order_of
from app.core.refunds import HandState, RefundState
from app.core.sale import BEFORE_D2, PAST_D2, Call, Order, State
from tests.app.core.bank import AMOUNT, SIGNED, Bank

CODE_LIFE = 60.0  # a pay request held back longer than this is refused by the bank
LAG = 100.0  # how old a query's view of the books may be; with CODE_LIFE it stays below the quarantine
NOON_MS = 1_795_320_000_000  # 2026-11-22 12:00 at UTC+8
LIES = [Pay.PAID, Pay.PAID, Pay.DECLINED, Pay.ACCEPTED]
ANSWERS = {
    Call.PAY: PayAnswered,
    Call.QUERY: QueryAnswered,
    Call.REVERSE: ReverseAnswered,
    Call.REFUND: RefundAnswered,
    Call.REFUND_QUERY: RefundQueried,
}
CALLS = {work: Call(work.value) for work in Work if work is not Work.RING}
LANDS = 60.0  # a refund request held back on the line for longer than this is lost
REFUND_LINES = ["good"] * 4 + ["answer lost", "request lost", "late", "forged", "closes", "stalls", "not sent"]
REFUND_QUERY_LINES = ["good"] * 3 + ["lag", "silence", "forged"]
UNDONE = [Repaid.AGAIN, Repaid.TOO_MANY, Repaid.SHOP_FUNDS, Repaid.MISCONFIGURED]


class Counter(RuleBasedStateMachine):
    @initialize(channel=st.sampled_from(list(Channel)))
    def cashier_scans(self, channel: Channel) -> None:
        self.at, self.mono_from, self.skew = 1000.0, 0.0, 0  # true seconds; what this run's clocks make of them
        self.bank = Bank(channel)
        self.patience = patience_for(channel)
        self.under_way: list[Call] = []
        self.sent_at: float | None = None  # when the pay request left, until it lands or dies
        self.counts_from = self.at  # the 15 s count from here
        self.pays = 0
        self.refunds: dict[str, RefundOrder] = {}  # each number as it was first sent
        self.on_the_line: list[tuple[float, RefundOrder]] = []  # refund requests that land late, or never
        self.cash = 0
        self.past_d2 = False
        self.last_event: Event | None = None
        order = Order("4" * 24, "p", channel, AMOUNT, "m", "李", "0001", self.now().ms, "2026-11-22")
        first = begin(order, self.patience, self.now())
        assert first.must_record
        self.sale, self.kept = first.sale, to_body(first.sale)
        self.do(first.work)

    def now(self) -> Now:
        return Now(self.at - self.mono_from, NOON_MS + int((self.at - 1000) * 1000) + self.skew)

    def do(self, work: tuple[Work, ...]) -> None:
        for each in work:
            if each is Work.RING:
                continue
            call = CALLS[each]
            assert call not in self.under_way, "asked twice"
            self.under_way.append(call)
            if call is Call.PAY:
                self.pays += 1
                self.sent_at = self.at
            if call is Call.REFUND:
                self.check_refund()
            if call is Call.REVERSE:
                assert not self.held(), "held: the till gives nothing back"
                assert self.kept["state"] in PAST_D2, "D2 is durable before the reverse"
                assert isinstance(self.last_event, QueryAnswered), "a query stands right before each reverse"
                assert self.bank.channel is Channel.ALIPAY or self.at - self.counts_from >= 15 - 1e-6

    def check_refund(self) -> None:
        """D4: its number and sum were kept before this call, and are those of every call before."""
        assert not self.held(), "held: the till gives nothing back"
        kept = from_body(self.kept)
        assert kept.refund is not None, "D4 is durable before the call"
        assert self.under_way == [call for call in self.under_way if call in (Call.PAY, Call.QUERY, Call.REFUND)]
        order = order_of(kept, kept.refund)
        assert self.refunds.setdefault(order.out_refund_no, order) == order, "another refund under the same number"
        done = sum(r.amount_fen for r in kept.refunds if r.state is RefundState.DONE or r.is_running)
        assert done <= AMOUNT

    def held(self) -> bool:
        hand = from_body(self.kept).hand
        return hand is not None and hand.stops_tries

    def feed(self, event: Event) -> None:
        self.last_event = event
        stepped = step(self.sale, event, self.now(), self.patience)
        body = to_body(stepped.sale)
        assert stepped.must_record == (body != self.kept)
        if self.past_d2 and isinstance(event, ReverseAnswered) and stepped.sale.state in PAST_D2:
            assert Work.QUERY in stepped.work, "a query follows each reverse"
        assert not (stepped.sale.alarm and stepped.sale.alarm != self.sale.alarm) or Work.RING in stepped.work
        given = stepped.sale.hand is not None and stepped.sale.hand.state is HandState.GIVEN
        if given and (self.sale.hand is None or self.sale.hand.state is not HandState.GIVEN):
            self.cash += stepped.sale.hand.amount_fen
        for old in self.sale.refunds:
            new = stepped.sale.refunds[old.ordinal - 1]
            assert (new.out_refund_no, new.amount_fen, new.nonce) == (old.out_refund_no, old.amount_fen, old.nonce)
            assert old.state not in (RefundState.REFUSED, RefundState.CLOSED) or new == old, "an ended refund stays"
        self.sale, self.kept = stepped.sale, body
        self.do(stepped.work)
        assert set(self.under_way) == self.sale.calls
        if isinstance(event, Woke):
            assert self.sale.wake_at is None or self.sale.wake_at > self.now().mono, "it would spin"

    def answer(self, call: Call, answer: PayAnswer | QueryAnswer | ReverseAnswer | RefundAnswer) -> None:
        self.under_way.remove(call)
        event = ANSWERS[call](answer)
        self.feed(event)
        if call not in self.under_way:  # the same answer handed in twice changes nothing
            again = step(self.sale, event, self.now(), self.patience)
            assert (again.sale, again.work, again.must_record) == (self.sale, (), False)

    # --- the world

    @rule(seconds=st.floats(0, 40))
    def time_passes(self, seconds: float) -> None:
        self.at += seconds

    @precondition(lambda self: self.sale.wake_at is not None)
    @rule(late=st.sampled_from([0.0, 0.0, 0.5, 20.0]))
    def till_is_woken(self, late: float) -> None:
        assert self.sale.wake_at is not None
        self.at = max(self.at, self.sale.wake_at + self.mono_from + late)
        while self.now().mono < self.sale.wake_at:  # the sum was rounded down
            self.at = math.nextafter(self.at, math.inf)
        self.feed(Woke())

    @rule()
    def till_is_woken_for_nothing(self) -> None:
        self.feed(Woke())

    @precondition(lambda self: self.sent_at is not None)
    @rule(customer=st.sampled_from(["typing", "typing", "taken", "refused", "error"]))
    def pay_request_lands(self, customer: str) -> None:
        assert self.sent_at is not None
        if self.at - self.sent_at < CODE_LIFE:
            self.bank.pay(self.at, customer)
        self.sent_at = None

    @precondition(lambda self: self.bank.order in ("typing", "error"))
    @rule(does=st.sampled_from(["taken", "taken", "error"]))
    def customer_decides(self, does: str) -> None:
        self.bank.turn(self.at, does)

    @precondition(lambda self: Call.PAY in self.under_way)
    @rule(line=st.sampled_from(["good", "good", "silence", "forged", "unsigned", "doubt"]), lie=st.sampled_from(LIES))
    def pay_is_answered(self, line: str, lie: Pay) -> None:
        self.answer(Call.PAY, self.pay_answer(line, lie))

    def pay_answer(self, line: str, lie: Pay) -> PayAnswer:
        if line == "silence" or (line == "good" and self.sent_at is not None):
            return PayAnswer(Pay.UNKNOWN)
        if line == "forged":
            return PayAnswer(lie, Evidence(forged=True))
        if line == "unsigned":
            return PayAnswer(Pay.UNSIGNED)
        paid = Pay.PAID if self.bank.channel is Channel.WECHAT else Pay.ACCEPTED
        kinds = {"typing": Pay.PENDING, "taken": paid, "refused": Pay.DECLINED, "error": Pay.DOUBTFUL}
        kind = kinds.get(self.bank.order, Pay.UNKNOWN)
        if line == "doubt" and kind is Pay.DECLINED:
            kind = Pay.DOUBTFUL
        return PayAnswer(kind, SIGNED)

    @precondition(lambda self: Call.PAY in self.under_way and self.sent_at is not None)
    @rule()
    def nothing_was_sent(self) -> None:
        self.sent_at = None
        self.answer(Call.PAY, PayAnswer(Pay.NOT_SENT))

    @precondition(lambda self: Call.QUERY in self.under_way)
    @rule(
        line=st.sampled_from(["good", "good", "lag", "silence", "forged", "misconfigured"]),
        lag=st.floats(0, LAG),
        lie=st.sampled_from([Found.PAID, Found.RETURNED, Found.PAY_ERROR]),
    )
    def query_is_answered(self, line: str, lag: float, lie: Found) -> None:
        answers: dict[str, Callable[[], QueryAnswer]] = {
            "good": lambda: self.bank.query(self.at),
            "lag": lambda: self.bank.query(self.at - lag),
            "silence": lambda: QueryAnswer(Found.UNKNOWN),
            "forged": lambda: QueryAnswer(lie, Evidence(forged=True)),
            "misconfigured": lambda: QueryAnswer(Found.MISCONFIGURED),
        }
        self.answer(Call.QUERY, answers[line]())

    @precondition(lambda self: Call.REVERSE in self.under_way)
    @rule(
        line=st.sampled_from(["good", "good", "answer lost", "request lost", "lies", "says"]),
        says=st.sampled_from(Undone),
        works=st.booleans(),
    )
    def reverse_is_answered(self, line: str, says: Undone, works: bool) -> None:
        done = ReverseAnswer(Undone.DONE, SIGNED)
        if line in ("good", "answer lost") or (line == "says" and works):
            done = self.bank.reverse(self.at)
        answers = {"good": done, "lies": done, "says": ReverseAnswer(says, SIGNED)}
        self.answer(Call.REVERSE, answers.get(line, ReverseAnswer(Undone.UNKNOWN)))

    @precondition(lambda self: self.sale.state in (State.PAID, State.PARTLY_REFUNDED))
    @rule(fen=st.sampled_from([AMOUNT, AMOUNT, 400, 850]))
    def supervisor_refunds(self, fen: int) -> None:
        self.feed(RefundAsked(fen, "r", "2001", f"n{len(self.sale.refunds)}"))

    @rule(fen=st.sampled_from([AMOUNT, 850]))
    def supervisor_pays_by_hand(self, fen: int) -> None:
        self.feed(HoldAsked(fen, "r", "v", "2001", "h"))

    @rule(sums=st.sampled_from([None, None, (AMOUNT, 0), (AMOUNT, AMOUNT), (AMOUNT, 400), (0, 0)]))
    def a_bill_is_read(self, sums: tuple[int, int] | None) -> None:
        """The channel's own, or one that somebody made up: a bill moves no money."""
        paid = AMOUNT if self.bank.order in ("taken", "returned") else 0
        moving = {Call.REFUND, Call.REVERSE} & set(self.under_way)
        self.feed(BillSeen(*(sums or (paid, paid - self.bank.holds))))
        assert {Call.REFUND, Call.REVERSE} & set(self.under_way) == moving

    @precondition(lambda self: Call.REFUND in self.under_way)
    @rule(line=st.sampled_from(REFUND_LINES), says=st.sampled_from(UNDONE))
    def refund_is_answered(self, line: str, says: Repaid) -> None:
        assert self.sale.refund is not None
        order = order_of(self.sale, self.sale.refund)
        answer = RefundAnswer(Repaid.UNKNOWN)
        match line:
            case "good" | "answer lost" | "closes":
                told = self.bank.refund(self.at, order, moves=line != "closes")
                answer = told if line != "answer lost" else answer
            case "late":
                self.on_the_line.append((self.at, order))
            case "forged":
                answer = RefundAnswer(Repaid.DONE, Evidence(forged=True))
            case "stalls":
                answer = RefundAnswer(says, SIGNED)
            case "not sent":
                answer = RefundAnswer(Repaid.NOT_SENT)
        self.answer(Call.REFUND, answer)

    @precondition(lambda self: self.on_the_line)
    @rule(moves=st.booleans())
    def refund_request_lands(self, moves: bool) -> None:
        sent_at, order = self.on_the_line.pop(0)
        if self.at - sent_at < LANDS:
            self.bank.refund(self.at, order, moves=moves)

    @precondition(lambda self: Call.REFUND_QUERY in self.under_way)
    @rule(line=st.sampled_from(REFUND_QUERY_LINES), lag=st.floats(0, LAG))
    def refund_query_is_answered(self, line: str, lag: float) -> None:
        last = self.sale.refund or self.sale.unconfirmed
        assert last is not None
        order = order_of(self.sale, last)
        answers: dict[str, Callable[[], RefundAnswer]] = {
            "good": lambda: self.bank.refund_query(self.at, order),
            "lag": lambda: self.bank.refund_query(self.at - lag, order),
            "silence": lambda: RefundAnswer(Repaid.UNKNOWN),
            "forged": lambda: RefundAnswer(Repaid.DONE, Evidence(forged=True)),
        }
        self.answer(Call.REFUND_QUERY, answers[line]())

    @rule()
    def cashier_stops(self) -> None:
        self.feed(StopAsked())

    @rule()
    def someone_checks(self) -> None:
        self.feed(CheckAsked())

    @rule(
        off=st.sampled_from([0.0, 1.0, 30.0, 300.0, 3600.0]),
        mono=st.floats(0, 1e6),
        skew=st.sampled_from([0, 0, -600_000, 600_000]),
        recharged=st.booleans(),
        loses_step=st.booleans(),
    )
    def power_fails(self, off: float, mono: float, skew: int, recharged: bool, loses_step: bool) -> None:
        """Everything of this run is gone; at the worst it fails again before the start's own step could be kept."""
        self.under_way.clear()
        self.at += off
        self.mono_from, self.skew = self.at - mono, skew
        self.sale = from_body(self.kept)
        if not self.sale.is_open:
            return
        if loses_step:  # decided, not kept: as if it had never been
            step(self.sale, Recovered(recharged), self.now(), self.patience)
        self.counts_from = self.at
        before = self.sale.state
        self.feed(Recovered(recharged))
        once, kept = self.sale, self.kept
        twice = step(once, Recovered(recharged), self.now(), self.patience).sale
        assert to_body(twice) == kept, "recovered twice is recovered once"
        assert not recharged or before not in BEFORE_D2 or self.sale.stopped_by == "recharged"

    # --- what must hold

    @invariant()
    def the_books_agree(self) -> None:
        if self.sale.state in (State.PAID, State.PARTLY_REFUNDED):
            assert self.bank.holds == AMOUNT - self.sale.refunded_fen
        elif self.sale.is_final:
            by_hand = self.sale.hand is not None and self.sale.hand.state is HandState.MATCHED
            assert self.bank.holds == 0 or (by_hand and self.cash <= self.bank.holds)
        assert self.bank.holds >= 0

    @invariant()
    def nobody_is_paid_back_twice(self) -> None:
        if self.bank.order in ("taken", "returned"):
            assert self.cash <= self.bank.holds

    @invariant()
    def one_pay_and_no_way_back_over_d2(self) -> None:
        assert self.pays == 1
        self.past_d2 = self.past_d2 or self.sale.state in PAST_D2
        assert not (self.past_d2 and self.sale.state in BEFORE_D2 | {State.PAID})

    @invariant()
    def nobody_is_forgotten(self) -> None:
        if self.sale.is_open:
            assert self.sale.calls or self.sale.wake_at is not None
        if self.sale.state is State.STUCK:
            assert self.sale.alarm or self.cash

    def teardown(self) -> None:
        """After the storm: the line is honest, the customer has gone, and every sale comes to its end by itself."""
        if not hasattr(self, "sale"):
            return
        self.sent_at = None
        self.on_the_line.clear()
        began, was_stuck, turns = self.at, False, 0
        while not (self.sale.at_rest or (self.cash and not self.under_way)):
            self.the_books_agree()
            was_stuck = was_stuck or self.sale.state is State.STUCK
            assert self.at - began <= (4000 if was_stuck else 600), f"still {self.sale}"
            assert (turns := turns + 1) < 2000, f"it spins: {self.sale}"
            self.honest_turn()
        self.the_books_agree()

    def honest_turn(self) -> None:
        if not self.under_way:
            self.till_is_woken(0.0)
            return
        call = self.under_way[0]
        self.at += 0.2
        if call is Call.PAY:
            self.answer(call, self.pay_answer("good", Pay.UNKNOWN))
        elif call is Call.QUERY:
            self.answer(call, self.bank.query(self.at))
        elif call is Call.REFUND:
            self.refund_is_answered("good", Repaid.AGAIN)
        elif call is Call.REFUND_QUERY:
            self.refund_query_is_answered("good", 0.0)
        else:
            self.answer(call, self.bank.reverse(self.at))


TestCounter = Counter.TestCase
TestCounter.settings = settings(max_examples=100, stateful_step_count=40, deadline=None, derandomize=True)


def a_turn(counter: Counter, chance: random.Random) -> None:
    """One thing that may happen now, likelier the likelier it is in a shop: hypothesis shrinks, this reaches far."""
    lie = chance.choice(LIES)
    late = chance.choice([0.0, 0.0, 0.5, 20.0])
    line = chance.choice(["good"] * 4 + ["lag", "lag", "silence", "forged", "misconfigured"])
    found = chance.choice([Found.PAID, Found.RETURNED, Found.PAY_ERROR])
    reverse = chance.choice(["good", "good", "answer lost", "request lost", "lies", "says"])
    customer = chance.choice(["typing", "typing", "taken", "refused", "error"])
    pay_line = chance.choice(["good", "good", "silence", "forged", "unsigned", "doubt"])
    does = chance.choice(["taken", "taken", "error"])
    turns = [
        (4, True, lambda: counter.time_passes(chance.choice([0.1, 2.0, 15.0]))),
        (6, counter.sale.wake_at is not None, lambda: counter.till_is_woken(late)),
        (1, True, counter.till_is_woken_for_nothing),
        (2, counter.sent_at is not None, lambda: counter.pay_request_lands(customer)),
        (2, counter.bank.order in ("typing", "error"), lambda: counter.customer_decides(does)),
        (1, Call.PAY in counter.under_way, lambda: counter.pay_is_answered(pay_line, lie)),
        (1, Call.PAY in counter.under_way and counter.sent_at is not None, counter.nothing_was_sent),
        (9, Call.QUERY in counter.under_way, lambda: counter.query_is_answered(line, chance.uniform(0, LAG), found)),
        (
            9,
            Call.REVERSE in counter.under_way,
            lambda: counter.reverse_is_answered(reverse, chance.choice(list(Undone)), chance.random() < 0.5),
        ),
        (
            1,
            counter.sale.state in (State.PAID, State.PARTLY_REFUNDED),
            lambda: counter.supervisor_refunds(chance.choice([AMOUNT, 400, 850])),
        ),
        (0.05, True, lambda: counter.supervisor_pays_by_hand(chance.choice([AMOUNT, 850]))),
        (
            9,
            Call.REFUND in counter.under_way,
            lambda: counter.refund_is_answered(chance.choice(REFUND_LINES), chance.choice(UNDONE)),
        ),
        (2, counter.on_the_line, lambda: counter.refund_request_lands(chance.random() < 0.9)),
        (
            9,
            Call.REFUND_QUERY in counter.under_way,
            lambda: counter.refund_query_is_answered(chance.choice(REFUND_QUERY_LINES), chance.uniform(0, LAG)),
        ),
        (1, True, counter.cashier_stops),
        (1, True, counter.someone_checks),
        (
            0.3,
            True,
            lambda: counter.power_fails(
                chance.choice([0.0, 1.0, 30.0, 300.0]),
                chance.uniform(0, 1e6),
                chance.choice([0, 0, -600_000, 600_000]),
                chance.random() < 0.2,
                chance.random() < 0.5,
            ),
        ),
    ]
    able = [(weight, does_it) for weight, may, does_it in turns if may]
    chance.choices([does_it for _, does_it in able], [weight for weight, _ in able])[0]()


@pytest.mark.parametrize("seed", range(8))
def test_three_thousand_sales_agree_with_the_bank(seed: int) -> None:
    chance = random.Random(seed)
    ends: Counted[State] = Counted()
    for number in range(450):
        counter = Counter()
        counter.cashier_scans(chance.choice(list(Channel)))
        for _ in range(chance.randrange(60)):
            a_turn(counter, chance)
            counter.the_books_agree()
            counter.nobody_is_paid_back_twice()
            counter.one_pay_and_no_way_back_over_d2()
            counter.nobody_is_forgotten()
        try:
            counter.teardown()
        except AssertionError as error:
            raise AssertionError(f"sale {number} of seed {seed}") from error
        ends[counter.sale.state] += 1
    assert set(ends) >= {State.PAID, State.REVERSED, State.DECLINED, State.NOT_SENT}, "a story that never happened"
