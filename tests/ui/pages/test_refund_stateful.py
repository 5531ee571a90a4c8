"""Whatever order of typing, picking, confirming and answering: money is asked for once, as it was approved."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.core.adviser import Way
from tests.ui.pages import desk_pictures as pictures
from ui.pages.refund.flow import RefundFlow, Stage


class Hands(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.desk = pictures.RememberedDesk(pictures.a_sale(), pictures.a_sale(n=1, amount_fen=500))
        self.asks, self.approver = pictures.Asks(), pictures.Approver()
        self.asks.later = self.approver.later = True
        self.flow = RefundFlow(self.asks, self.desk, self.approver, lambda: None)
        self.approved = []  # what a supervisor said yes to, in order

    @rule(tail=st.sampled_from(["2337", "2338", "9999", "1285"]))
    def search(self, tail):
        self.flow.search(tail)

    @rule(n=st.integers(0, 1))
    def open(self, n):
        self.flow.open(f"{pictures.NUMBER[:-1]}{7 + n}")

    @rule(way=st.sampled_from(list(Way)))
    def choose(self, way):
        self.flow.choose(way)

    @rule(text=st.sampled_from(["1.00", "5", "128.50", "128.51", "-1", "", "9e9"]))
    def type_amount(self, text):
        self.flow.typed = text

    @rule(reason=st.integers(-1, 4), words=st.sampled_from(["", " ", "too big"]))
    def reason(self, reason, words):
        self.flow.reason, self.flow.own_words = reason, words

    @rule()
    def confirm(self):
        before = len(self.approver.asked)
        was_busy = self.flow.busy
        self.flow.confirm()
        if len(self.approver.asked) > before:
            assert not was_busy
            _, number, fen, reason, _ = self.approver.asked[-1]
            assert number == self.flow.picture.sale.order.out_trade_no
            assert 0 < fen <= self.flow.picture.advice.left_fen
            assert reason.strip()

    @precondition(lambda self: self.approver.answers)
    @rule(yes=st.booleans(), which=st.integers(0, 5))
    def supervisor(self, yes, which):
        """The newest question is answered, or an older one once more."""
        at = max(0, len(self.approver.answers) - 1 - which)
        open_one = at == len(self.approver.answers) - 1 and self.flow.stage is Stage.ASKING
        asked = self.approver.asked[at]
        approval = pictures.Approval(*asked[:4], pictures.BOSS, f"{len(self.approved):032x}", 1.0, pictures.NOW)
        self.approver.answers[at](approval if yes else None)
        if yes and open_one:
            self.approved.append(asked[1:4])

    @rule()
    def answers_come(self):
        self.asks.answer()

    @rule()
    def look(self):
        self.flow.look_again()

    @invariant()
    def money_is_asked_for_once_for_each_yes_and_exactly_as_approved(self):
        sent = [one[:3] for one in self.desk.done("refund")]
        assert sent == self.approved[: len(sent)]
        assert len(self.approved) - len(sent) <= 1


TestHands = Hands.TestCase
TestHands.settings = settings(deadline=None, derandomize=True, max_examples=120, stateful_step_count=40)
