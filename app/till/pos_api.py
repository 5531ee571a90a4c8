"""The doorway for another program's charges: what it may ask of the counter, and what the counter asks of its books.

Everything is called on the worker's loop.
"""

from collections.abc import Sequence
from typing import Protocol

from app.core.sale import Order
from app.journal.api import Entry
from app.till.api import OnView
from app.till.stage import Stage


class Register(Protocol):
    """The books of what another program has asked for."""

    def beside(self, request: str, order: Order) -> Sequence[Entry]:
        """What is kept in the same commit as D1 of ``order``, so that no crash parts a sale from its request."""
        ...

    def answered(self, purchase: str) -> bool:
        """Whether the program was told for good that ``purchase`` was not paid: it takes no further code then."""
        ...


class AskedCounter(Protocol):
    """The counter as a program beside the till may use it: what a cashier could do, and nothing beyond."""

    register: Register | None  # asked about every purchase from now on

    @property
    def stage(self) -> Stage:
        """What stands there now."""
        ...

    @property
    def sells(self) -> bool:
        """Whether a new sale may begin: the journal takes entries and the till is not closing."""
        ...

    @property
    def is_free(self) -> bool:
        """Whether nothing asks for a code and nothing on the stage may still be paid."""
        ...

    def subscribe(self, on_view: OnView) -> None: ...

    def enter_amount(self, amount_fen: int, request: str = "") -> None:
        """Open a purchase as if typed; ``request`` stays with it as long as it is on the stage."""
        ...

    def stop(self) -> None: ...

    def stop_sale(self, out_trade_no: str) -> None:
        """The way to D2 for a sale wherever it stands; harmless for one that is past it."""
        ...

    def next_customer(self) -> None: ...
