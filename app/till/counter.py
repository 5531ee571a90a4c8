"""The counter: what a cashier does, as rules over one stage and the sales settling behind it (``api.Counter``)."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from app.core.beijing import at_beijing
from app.core.channel import Channel
from app.core.codes import PaymentCode, read_scan
from app.core.money import MAX_AMOUNT_FEN, show_yuan
from app.core.purchase import may_start
from app.core.record import BadRecord
from app.core.sale import BEFORE_D2, Sale
from app.till import scanning
from app.till import stage as stages
from app.till.api import Desk, OnView, Refusal, SaleView
from app.till.board import Board, Front
from app.till.engine import Engine
from app.till.entries import SEEN, attempts_of, entry_of, last_orders, newest, story_of
from app.till.marks import Marks
from app.till.orders import Orders
from app.till.pos_api import Register
from app.till.scanning import No
from app.till.stage import Stage
from app.till.warming import Warmer

ANSWERED: Final = "answered"  # scan.<key>: another program was told that this purchase was not paid, and relies on it


class CashCounter:
    """Implements ``api.Counter`` and ``pos_api.AskedCounter``; every method is called on the worker's loop."""

    def __init__(
        self,
        engine: Engine,
        orders: Orders,
        desk: Desk,
        pace: float = 1.0,
        shut: Collection[Channel] = (),
    ) -> None:
        """``shut``: channels that are set up, but whose keys could not be used."""
        self._engine = engine
        self._orders = orders
        self._desk = desk
        self._journal = engine.keeper.journal
        self._refusals = 0
        self._warmer = Warmer(engine.channels, engine.clock, engine.limits)
        self.board = Board(engine, desk, pace, shut)
        # Takes a scan that is not the counter's: the office is open, or it is a badge. Serial cables know no window.
        self.divert: Callable[[str, str], bool] = lambda _text, _source: False
        self.reprints: Callable[[str], None] | None = None  # where there is a printer
        self.register: Register | None = None  # where another program asks for charges
        orders_before = last_orders(self._journal, engine.clock.channel_ms())
        self._marks = Marks(engine.limits.code_memory, orders_before, engine.clock.mono())

    def subscribe(self, on_view: OnView) -> None:
        self.board.subscribe(on_view)

    def warm(self) -> None:
        self._warmer.warm()

    @property
    def stage(self) -> Stage:
        return self._stage

    @property
    def sells(self) -> bool:
        return not self._engine.stopped

    @property
    def is_free(self) -> bool:
        return not (self._stage.asking or self._stage.confirm_cap or self._shown_may_still_pay())

    def enter_amount(self, amount_fen: int, request: str = "") -> None:
        if self._shown_may_still_pay():
            self._refuse(No("open"))
        elif amount_fen <= 0:
            self._refuse(No("zero"))
        elif amount_fen > MAX_AMOUNT_FEN:
            self._refuse(No("over", (("amount", _yuan(MAX_AMOUNT_FEN)),)))
        else:
            self._set(stages.entered(amount_fen, self._desk.cap_fen, request))

    def confirm_amount(self) -> None:
        self._set(stages.confirmed(self._stage))

    def scan(self, text: str, source: str) -> None:
        if self.divert(text, source):
            return
        if self._engine.stopped:
            self._refuse(No("blocked"))
            return
        found = scanning.what_it_is(read_scan(text, at_beijing(self._engine.clock.channel_ms()).date()), self._stage)
        if isinstance(found, No):
            self._refuse(found, stages.doubted(self._stage) if found.key == "idcard" else self._stage)
            return
        mark = self._orders.mark(found.code)
        no = (
            self._whose_it_was(mark)
            or scanning.whether_asked(self._stage, self._shown(), _yuan(self._desk.cap_fen))
            or scanning.which_way(found.channel, self.board.health)
            or self._whether_owed()
        )
        if no is None:
            no = self._charge(found, mark)
        if no is not None:
            self._refuse(no)

    def stop(self) -> None:
        if self._stage.shown:
            self._engine.stop(self._stage.shown)
            self._set(self._stage)
        else:
            self._set(stages.Stage())

    def stop_sale(self, out_trade_no: str) -> None:
        self._engine.stop(out_trade_no)

    def next_customer(self) -> None:
        self._set(stages.Stage())

    def check_now(self, out_trade_no: str = "") -> None:
        self._engine.check(out_trade_no or self._stage.shown)

    def reprint(self) -> None:
        if self.reprints is not None:
            self.reprints(self._stage.shown)

    def other_tender(self) -> None:
        no = self._whether_owed()
        if no is not None and no.key == ANSWERED:
            self._refuse(no)
        elif self._stage.shown and no is None:
            self._set(stages.again(self._stage))

    def show(self, out_trade_no: str) -> None:
        sale = self._find(out_trade_no)
        if sale is None:
            return
        with self._engine.keeper.reading():
            attempts = [one.order.out_trade_no for one in attempts_of(self._journal, sale.order.purchase)]
            view = self.board.done_view(sale, story_of(self._journal, out_trade_no))
        self._set(stages.showing(sale.order, attempts.index(out_trade_no) + 1), view)

    def acknowledge(self, out_trade_no: str) -> None:
        sale = self._find(out_trade_no)
        if sale is None or not sale.is_final or not sale.recovered or self._engine.get(out_trade_no) is not None:
            return  # a sale that still awaits an answer is acknowledged once that has come
        seen = replace(sale, recovered=False)
        if self._engine.keeper.keep(entry_of(seen, self._engine.clock.channel_ms(), SEEN)):
            self.board.seen(seen)

    async def aclose(self) -> None:
        """No picture and no warming after this."""
        self.board.close()
        await self._warmer.aclose()

    @property
    def _stage(self) -> Stage:
        return self.board.front.stage

    def _set(self, stage: Stage, looked_up: SaleView | None = None) -> None:
        """``stage`` stands from now on; an earlier refusal has been read."""
        if stage.asking:
            self._warmer.stand()
        else:
            self._warmer.rest()
        before = self.board.front
        if looked_up is None and stage.shown == before.stage.shown:
            looked_up = before.looked_up
        self.board.front = Front(stage, looked_up=looked_up)
        self.board.publish()

    def _refuse(self, no: No, stage: Stage | None = None) -> None:
        self._refusals += 1
        refusal = Refusal(no.key, no.values, self._refusals)
        self.board.front = replace(self.board.front, refusal=refusal, stage=stage or self._stage)
        self.board.publish()

    def _charge(self, found: PaymentCode, mark: str) -> No | None:
        """D1 and the pay call; everything the customer does not wait for comes after."""
        assert self._stage.amount_fen is not None, "a stage that asks has an amount"
        order = self._orders.order(found.channel, self._stage.amount_fen, mark, self._stage.purchase)
        register = self.register if self._stage.request else None
        beside = [] if register is None else register.beside(self._stage.request, order)
        if not self._engine.start(order, found.code, *beside):
            return No("blocked")
        self._marks.keep(order, self._engine.clock.mono())
        self._warmer.rest()
        self.board.front = Front(stages.charged(self._stage, order))
        return None

    def _find(self, out_trade_no: str) -> Sale | None:
        """A sale as it is durable, open or not."""
        running = self._engine.get(out_trade_no)
        if running is not None:
            return running.durable
        with self._engine.keeper.reading():
            return newest(self._journal.story(out_trade_no))

    def _shown(self) -> Sale | None:
        return self._find(self._stage.shown) if self._stage.shown else None

    def _shown_may_still_pay(self) -> bool:
        shown = self._shown()
        return shown is not None and shown.state in BEFORE_D2

    def _whose_it_was(self, mark: str) -> No | None:
        """Whether this payment code was charged within the code memory (10 min), and may not be again."""
        number = self._marks.find(mark, self._engine.clock.mono())
        try:
            return None if number is None else scanning.whose_it_was(self._find(number), self._stage)
        except BadRecord:  # a later program went on with that sale: all that is known is that the code was charged
            return No("used")

    def _whether_owed(self) -> No | None:
        """Nobody is charged twice for one purchase (reliability I-3)."""
        if not self._stage.purchase:
            return None
        with self._engine.keeper.reading():
            attempts = attempts_of(self._journal, self._stage.purchase)
        if self.register is not None and self.register.answered(self._stage.purchase):
            return No(ANSWERED)
        return None if may_start(attempts) else No("open")


def _yuan(fen: int) -> str:
    return f"￥{show_yuan(fen)}"
