"""The interface against what a POS believes: it takes the goods' price once, by the till or in cash, never by both."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.pos.charge import Verdict
from app.pos.charges import BEGUN, Busy
from app.pos.wishes import Turned
from tests.app.pos.conftest import PosShop
from tests.app.till.shop import Crash

REQUESTS = {"r1": 100, "r2": 2_300, "r3": 40_000, "r4": 600_000}  # the last one is above the cap
ENDS = ("00", "01", "02", "11", "13")  # instant, poor, never, after 10 s, after 30 s


class Beliefs(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="pos-"))
        self.told = {}  # request -> the final verdict the POS acted on
        self.asked = set()
        self.purchases = {}  # request -> its purchase, as it was seen on the stage
        self.scans = 0
        self.shop = None

    @initialize()
    def begin(self):
        self.shop = PosShop(self.folder)

    def hear(self, request, charge):
        """What a POS does with an answer: a final verdict is acted on, and never changes."""
        if charge is None:
            return
        assert charge.amount_fen == REQUESTS[request]
        if request in self.told:
            assert charge.verdict is self.told[request]
        elif charge.verdict is not Verdict.OPEN:
            self.told[request] = charge.verdict

    @precondition(lambda self: self.shop is not None and not self.shop.counter.is_free)
    @rule(end=st.sampled_from(ENDS), channel=st.sampled_from(("13", "28")), seconds=st.sampled_from((0, 3, 20)))
    def the_customer_scans(self, end, channel, seconds):
        if self.shop.counter.stage.confirm_cap:
            self.press("confirm_amount")
        self.scan(end, channel)
        self.shop.advance(seconds)

    @rule(request=st.sampled_from(sorted(REQUESTS)), then=st.sampled_from(("", "00", "01", "02")))
    def ask_and_scan(self, request, then):
        self.ask(request)
        if then and self.shop.counter.stage.request == request:
            self.the_customer_scans(then, "13", 3)

    def ask(self, request):
        before = self.shop.counter.stage
        try:
            answer = self.shop.ask(request, REQUESTS[request])
        except Busy as busy:
            assert request not in self.asked
            assert self.shop.counter.stage == before, "what is busy is not disturbed"
            claimed = busy.charge
            assert claimed is None or claimed.verdict is Verdict.OPEN
            return
        assert not isinstance(answer, Turned)
        charge, new = answer
        assert new == (request not in self.asked)
        self.asked.add(request)
        self.hear(request, charge)

    @rule(request=st.sampled_from(sorted(REQUESTS)))
    def ask_another_sum(self, request):
        if request in self.asked:
            assert self.shop.ask(request, 7) == Turned(409, "pos.reused")

    @rule(request=st.sampled_from(sorted(REQUESTS)))
    def look(self, request):
        charge = self.shop.look(request)
        assert (charge is None) == (request not in self.asked)
        self.hear(request, charge)

    @rule(request=st.sampled_from(sorted(REQUESTS)))
    def stop(self, request):
        self.hear(request, self.shop.stop(request))

    @rule(end=st.sampled_from(ENDS), channel=st.sampled_from(("13", "28")))
    def scan(self, end, channel):
        self.scans += 1
        self.shop.scan(f"{channel}{self.scans:014d}{end}")
        stage = self.shop.counter.stage
        if stage.request and stage.purchase:
            assert self.purchases.setdefault(stage.request, stage.purchase) == stage.purchase

    @rule(act=st.sampled_from(("next_customer", "other_tender", "stop", "confirm_amount")))
    def press(self, act):
        self.shop.do(getattr(self.shop.counter, act))

    @precondition(lambda self: self.shop is not None and self.shop.counter.is_free)
    @rule(fen=st.integers(1, 900))
    def cashiers_own(self, fen):
        self.shop.do(self.shop.counter.enter_amount, fen)

    @precondition(lambda self: self.shop is not None and self.shop.view.done)
    @rule(data=st.data())
    def from_the_list(self, data):
        rows = [*self.shop.view.done, *self.shop.view.open]
        self.shop.do(self.shop.counter.show, data.draw(st.sampled_from(rows)).out_trade_no)
        if data.draw(st.booleans()):
            self.shop.do(self.shop.counter.other_tender)
            self.scan("00", "28")

    @rule(seconds=st.sampled_from((0.3, 3, 20, 200)))
    def wait(self, seconds):
        self.shop.advance(seconds)

    @rule(up=st.booleans(), channel=st.sampled_from((0, 1)))
    def line(self, up, channel):
        list(self.shop.banks.values())[channel].line = up

    @rule()
    def power(self):
        self.shop.restart()

    @rule(when=st.sampled_from(("before", "after")), request=st.sampled_from(sorted(REQUESTS)))
    def power_amid_a_commit(self, when, request):
        """The POS lost its answer and asks again."""
        self.shop.crash_at = (when, self.shop.commits + 1)
        try:
            answer = self.shop.ask(request, REQUESTS[request])
            self.asked.add(request)
            self.hear(request, answer[0])
            self.scan("00", "13")
        except Busy:
            pass
        except Crash:
            self.shop.restart()
            charge = self.shop.look(request)
            if charge is not None:
                self.asked.add(request)
            self.hear(request, charge)
        self.shop.crash_at = None

    @invariant()
    def one_purchase_a_request(self):
        if self.shop is not None:
            begun = [kept.body for kept in self.shop.journal.entries() if kept.kind.startswith(BEGUN)]
            assert len({body["request_id"] for body in begun}) == len(begun)

    def teardown(self):
        if self.shop is None:
            return
        try:
            self.settle()
        finally:
            self.shop.close()
            shutil.rmtree(self.folder)

    def settle(self):
        for bank in self.shop.banks.values():
            bank.line = True
        self.shop.do(self.shop.counter.next_customer)
        self.shop.settle(20_000)
        for request in self.asked:
            self.hear(request, self.shop.look(request))
            assert request in self.told, "everything ends"
            held = self.held(request)
            assert held == (REQUESTS[request] if self.told[request] is Verdict.PAID else 0), request

    def held(self, request):
        """What the banks hold of the request's purchase, over all its attempts."""
        begun = self.shop.journal.newest_of(BEGUN + request)
        purchase = self.purchases.get(request) or (begun.body["purchase"] if begun is not None else "")
        numbers = [line.out_trade_no for line in self.shop.journal.lines() if line.purchase == purchase]
        accounts = [bank.accounts[no] for bank in self.shop.banks.values() for no in numbers if no in bank.accounts]
        return sum(one.amount_fen - one.back_fen for one in accounts if one.state == "paid")


TestBeliefs = Beliefs.TestCase
TestBeliefs.settings = settings(deadline=None, derandomize=True, max_examples=50, stateful_step_count=30)
