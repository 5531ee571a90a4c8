"""The charges another program has asked for: opened once, kept in the journal, answered from what is durable there.

Three kinds of entry, each found by its name at once however long the journal is:

``pos.charge.<request_id>``  before the purchase opens; a request id that has one never opens another
``pos.sale.<request_id>``    in the commit of the purchase's first sale: no crash parts the two
``pos.closed.<purchase>``    before the program is told for good that it was not paid: from then on no code is taken
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from app.core.beijing import at_beijing
from app.core.sale import BEFORE_D2, Order
from app.journal.api import Entry, Json, Kept
from app.pos.charge import Charge, Verdict, charge_of
from app.pos.wishes import Turned, Wish, read_wish
from app.till.api import CounterView
from app.till.entries import attempts_of
from app.till.keeper import Keeper
from app.till.pos_api import AskedCounter

ASKED: Final = "pos.charge."
BEGUN: Final = "pos.sale."
TOLD_NO: Final = "pos.closed."


class Busy(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """Another purchase has the stage: ``charge`` is the one a program asked for, None for the cashier's own."""

    def __init__(self, charge: Charge | None) -> None:
        super().__init__()
        self.charge = charge


class Charges:
    """Implements ``till.pos_api.Register``. ``away``: nobody may sell now, the till is locked or in its office."""

    def __init__(
        self, counter: AskedCounter, keeper: Keeper, channel_ms: Callable[[], int], away: Callable[[], bool]
    ) -> None:
        self._counter, self._keeper, self._channel_ms, self._away = counter, keeper, channel_ms, away
        self._bell = asyncio.Event()
        counter.subscribe(self._changed)

    # --- what the counter asks

    def beside(self, request: str, order: Order) -> Sequence[Entry]:
        if order.purchase != order.out_trade_no:
            return ()
        body = {"request_id": request, "purchase": order.purchase}
        return (Entry(BEGUN + request, order.began_ms, body),)

    def answered(self, purchase: str) -> bool:
        return self._newest(TOLD_NO + purchase) is not None

    # --- what the program asks

    @property
    def is_ready(self) -> bool:
        """Whether a charge would be taken up now."""
        return self._counter.sells and not self._away() and self._counter.is_free and self._claimed() is None

    def ask(self, body: bytes) -> tuple[Charge, bool] | Turned:
        """Open a charge; True: it is new. The same request again is the same charge. Raises Busy."""
        wish = read_wish(body, at_beijing(self._channel_ms()).date())
        if isinstance(wish, Turned):
            return wish
        known = self.look(wish.request_id)
        if known is not None:
            return (known, False) if known.amount_fen == wish.amount_fen else Turned(409, "pos.reused")
        refused = self._refuses()
        if refused is not None:
            return refused
        if not self._keeper.keep(self._asked(wish)):
            return Turned(503, "pos.blocked")
        self._counter.enter_amount(wish.amount_fen, wish.request_id)
        opened = self.look(wish.request_id)
        assert opened is not None, "what was kept is found"
        return opened, True

    def look(self, request_id: str) -> Charge | None:
        """How a charge stands; None for one nobody asked for. What is final is durable before it is returned."""
        asked = self._newest(ASKED + request_id)
        if asked is None:
            return None
        begun = self._newest(BEGUN + request_id)
        purchase = "" if begun is None else str(begun.body["purchase"])
        with self._keeper.reading():
            attempts = attempts_of(self._keeper.journal, purchase) if purchase else ()
        stage, fen = self._counter.stage, asked.body["amount_fen"]
        assert isinstance(fen, int)
        here = stage.request == request_id
        if purchase:
            here = stage.purchase == purchase and not self.answered(purchase)
        about = (request_id, fen, str(asked.body["note"]), attempts)
        charge = charge_of(*about, on_stage=here, asking=here and stage.asking)
        if charge.verdict is Verdict.NOT_PAID and purchase and not self._tell_no(request_id, purchase):
            return charge_of(*about, on_stage=True, asking=False)  # the disk is full: nothing final is said
        return charge

    def stop(self, request_id: str) -> Charge | None:
        """What F2 and F3 do, for this charge alone; it ends by itself from there. None: nobody asked for it."""
        charge = self.look(request_id)
        if charge is None or charge.verdict is not Verdict.OPEN:
            return charge
        stage, sale = self._counter.stage, charge.sale
        if sale is not None and sale.state in BEFORE_D2:
            self._counter.stop_sale(sale.order.out_trade_no)
        elif stage.request == request_id or (sale is not None and stage.purchase == sale.order.purchase):
            self._counter.next_customer()
        return self.look(request_id)

    async def changed(self, request_id: str, seen: str, seconds: float) -> Charge | None:
        """Wait, at most ``seconds``, until the charge shows another state than ``seen``; "": than it has now.

        One that is settled is not waited for, nor, without ``seen``, one whose verdict is final.
        """
        charge = self.look(request_id)
        if (
            charge is None
            or charge.is_settled
            or (charge.state != seen if seen else charge.verdict is not Verdict.OPEN)
        ):
            return charge
        first = charge.face
        try:
            async with asyncio.timeout(seconds):
                while charge is not None and charge.face == first:
                    await self._bell.wait()
                    charge = self.look(request_id)
        except TimeoutError:
            pass
        return charge

    # --- within

    def _refuses(self) -> Turned | None:
        """Why no new charge is taken up now. Raises Busy."""
        if not self._counter.sells:
            return Turned(503, "pos.blocked")
        if self._away():
            return Turned(409, "pos.away")
        claimed = self._claimed()
        if claimed is not None or not self._counter.is_free:
            raise Busy(claimed)
        return None

    def _claimed(self) -> Charge | None:
        """The open charge that has the stage."""
        request = self._counter.stage.request
        charge = self.look(request) if request else None
        return charge if charge is not None and charge.verdict is Verdict.OPEN else None

    def _asked(self, wish: Wish) -> Entry:
        body: dict[str, Json] = {"request_id": wish.request_id, "amount_fen": wish.amount_fen, "note": wish.note}
        return Entry(ASKED + wish.request_id, self._channel_ms(), body)

    def _tell_no(self, request_id: str, purchase: str) -> bool:
        if self.answered(purchase):
            return True
        body = {"request_id": request_id, "purchase": purchase}
        return self._keeper.keep(Entry(TOLD_NO + purchase, self._channel_ms(), body))

    def _newest(self, kind: str) -> Kept | None:
        with self._keeper.reading():
            return self._keeper.journal.newest_of(kind)

    def _changed(self, _view: CounterView) -> None:
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()
