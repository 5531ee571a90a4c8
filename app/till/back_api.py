"""The doorway of money going back: what a front end may ask, and what it is told.

All commands are called on the worker's loop. What became of them is seen in the sale's ``SaleView`` (``refunds``,
``hand``): the sale stays in ``CounterView.open`` until it ends, across restarts.
"""

from typing import Protocol

from app.core.events import BillSeen
from app.core.sale import Sale
from app.core.staff import Approval
from app.till.api import Refusal


class MoneyBack(Protocol):
    """Giving back what a person asks for. Each command needs a fresh, unspent approval of exactly this act."""

    def find(self, out_trade_no: str) -> Sale | None:
        """The sale as it is durable, open or not; None where this till has none of that number.

        What may be given back of it now: ``core.refund_rules.why_not`` and ``Sale.left_fen``.
        """
        ...

    def refund(self, out_trade_no: str, amount_fen: int, reason: str, approval: Approval) -> Refusal | None:
        """Give ``amount_fen`` back to the payer. None: D4 is durable and the call has begun; else nothing was sent.

        The refusal's key is a whole words key: ``adv.*``, ``ap.other``, ``pin.*``.
        """
        ...

    def hold(self, out_trade_no: str, amount_fen: int, reason: str, voucher: str, approval: Approval) -> Refusal | None:
        """A person gives ``amount_fen`` back by hand (design §7.13). None: the till's own tries are durably stopped.

        The cash may be given once ``Sale.hand.state`` is GIVEN; on REFUSED the money has gone back, or is on its way.
        """
        ...

    def ask(self, out_trade_no: str) -> None:
        """Ask the channel about a sale now, open or at rest. An open one is asked about once a second at most."""
        ...

    def billed(self, out_trade_no: str, seen: BillSeen) -> bool:
        """The channel's bills hold ``seen`` of it: what waited is closed, a contradiction asked about.

        False: no such sale, or the journal takes nothing now.
        """
        ...

    async def refunded(self, out_trade_no: str) -> Sale:
        """Wait until no refund of the sale runs, or one needs a person. Raises KeyError for an unknown sale."""
        ...

    async def held(self, out_trade_no: str) -> Sale:
        """Wait until ``Sale.hand`` is GIVEN or REFUSED. Raises KeyError for an unknown sale."""
        ...
