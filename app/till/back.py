"""Money going back as a person asks for it (``back_api.MoneyBack``): the rules first, then the approval, then D4."""

from collections.abc import Callable
from typing import Final

from app.core.events import BillSeen, CheckAsked, HoldAsked, RefundAsked
from app.core.holding import why_no_hold
from app.core.money import show_yuan
from app.core.refund_rules import WhyNot, spent, why_not
from app.core.refunds import HandState
from app.core.sale import Sale
from app.core.staff import Act, Approval
from app.staff.api import No
from app.till.api import Refusal
from app.till.engine import Engine
from app.till.entries import newest, story_of

ELSEWHERE: Final = "ap.other"  # another supervisor, or the same one twice: it is being given back already
NOT_RECORDED: Final = "back.blocked"
_SUMS: Final = {"adv.refund.toomuch": "left", "adv.refund.running": "amount", "back.held": "amount"}

# Uses an approval up: None where it was good for exactly this. ``app.staff.Approvals.spend`` is one.
Spend = Callable[[Approval, Act, str, int, str], No | None]


class TillMoneyBack:
    """Implements ``back_api.MoneyBack``; every method is called on the worker's loop."""

    def __init__(self, engine: Engine, pace: float = 1.0, spend: Spend | None = None) -> None:
        self._engine = engine
        self._pace = pace
        self._spend = spend

    def find(self, out_trade_no: str) -> Sale | None:
        running = self._engine.get(out_trade_no)
        if running is not None:
            return running.durable
        with self._engine.keeper.reading():
            return newest(self._engine.keeper.journal.story(out_trade_no))

    def refund(self, out_trade_no: str, amount_fen: int, reason: str, approval: Approval) -> Refusal | None:
        sale = self.find(out_trade_no)
        if sale is None:
            return Refusal("adv.notfound")
        no = why_not(sale, amount_fen, self._engine.clock.channel_ms(), self._pace)
        refused = (
            _refusal(no, twice=sale.refund is not None)
            or self._unlit(sale)
            or self._unproven(sale, Act.REFUND, amount_fen, reason, approval)
        )
        return refused or self._begin(sale, RefundAsked(amount_fen, reason, approval.by.number, approval.nonce))

    def hold(self, out_trade_no: str, amount_fen: int, reason: str, voucher: str, approval: Approval) -> Refusal | None:
        sale = self.find(out_trade_no)
        if sale is None:
            return Refusal("adv.notfound")
        if not voucher.strip():
            return Refusal("wk.note")
        refused = (
            _refusal(why_no_hold(sale, amount_fen), twice=False)
            or self._unlit(sale)
            or self._unproven(sale, Act.HOLD, amount_fen, reason, approval)
        )
        asked = HoldAsked(amount_fen, reason, voucher.strip(), approval.by.number, approval.nonce)
        return refused or self._begin(sale, asked)

    def ask(self, out_trade_no: str) -> None:
        self._hear(out_trade_no, CheckAsked())

    def billed(self, out_trade_no: str, seen: BillSeen) -> bool:
        return self._hear(out_trade_no, seen)

    async def refunded(self, out_trade_no: str) -> Sale:
        """Wait until no refund of the sale runs, or one needs a person. Raises KeyError for an unknown sale."""
        await self._engine.until(lambda: not self._runs(out_trade_no))
        return self._known(out_trade_no)

    async def confirmed(self, out_trade_no: str) -> Sale:
        """Wait until no refund of the sale is called done without a query's word. Raises KeyError as above."""
        await self._engine.until(lambda: not self._unconfirmed(out_trade_no))
        return self._known(out_trade_no)

    async def held(self, out_trade_no: str) -> Sale:
        """Wait until ``Sale.hand`` is GIVEN or REFUSED. Raises KeyError for an unknown sale."""
        await self._engine.until(lambda: not self._looks(out_trade_no))
        return self._known(out_trade_no)

    def _hear(self, out_trade_no: str, event: CheckAsked | BillSeen) -> bool:
        sale = self.find(out_trade_no)
        if sale is None or self._engine.stopped:
            return False
        with self._engine.keeper.reading():
            story = story_of(self._engine.keeper.journal, out_trade_no)
        self._engine.resume(sale, story, event)
        return True

    def _known(self, out_trade_no: str) -> Sale:
        sale = self.find(out_trade_no)
        if sale is None:
            raise KeyError(out_trade_no)
        return sale

    def _runs(self, out_trade_no: str) -> bool:
        running = self._engine.get(out_trade_no)
        return running is not None and running.durable.refund is not None and not running.durable.alarm

    def _unconfirmed(self, out_trade_no: str) -> bool:
        running = self._engine.get(out_trade_no)
        return running is not None and running.durable.unconfirmed is not None

    def _looks(self, out_trade_no: str) -> bool:
        running = self._engine.get(out_trade_no)
        hand = None if running is None else running.durable.hand
        return hand is not None and hand.state is HandState.CHECKING

    def _unlit(self, sale: Sale) -> Refusal | None:
        """A channel without keys, or a journal that takes nothing: nothing can go back now."""
        if self._engine.stopped or sale.order.channel not in self._engine.channels:
            return Refusal(NOT_RECORDED)
        return None

    def _unproven(self, sale: Sale, act: Act, amount_fen: int, reason: str, approval: Approval) -> Refusal | None:
        """Whether the yes is to exactly this act, fresh, and never used before: also not in an earlier run."""
        subject = sale.order.out_trade_no
        if not approval.nonce or spent(sale, approval.nonce):
            return Refusal("pin.expired")
        if not approval.covers(act, subject, amount_fen, reason, self._engine.clock.mono()):
            same = (approval.act, approval.subject) == (act, subject) and approval.amount_fen != amount_fen
            return Refusal("pin.changed" if same else "pin.expired")
        no = None if self._spend is None else self._spend(approval, act, subject, amount_fen, reason)
        return None if no is None else Refusal(no.key, no.values)

    def _begin(self, sale: Sale, asked: RefundAsked | HoldAsked) -> Refusal | None:
        with self._engine.keeper.reading():
            story = story_of(self._engine.keeper.journal, sale.order.out_trade_no)
        return None if self._engine.give_back(sale, story, asked) else Refusal(NOT_RECORDED)


def _refusal(no: WhyNot | None, *, twice: bool) -> Refusal | None:
    if no is None:
        return None
    if twice:
        return Refusal(ELSEWHERE)
    values = [("n", str(no.n))] if no.n else []
    if no.key in _SUMS:
        values.append((_SUMS[no.key], f"￥{show_yuan(no.fen)}"))
    if no.key == "adv.refund.wait3":
        values.append(("m", "3"))
    return Refusal(no.key, tuple(values))
