"""What the supervisor's pages and commands may ask, and the frozen pictures they get back."""

from dataclasses import dataclass
from typing import Protocol

from app.core.adviser import Advice
from app.core.sale import Sale
from app.core.staff import Approval
from app.core.told import Told
from app.office.search import Findings
from app.office.story import Step
from app.office.worklist import Task


@dataclass(frozen=True, slots=True)
class SalePicture:
    """One sale at one instant."""

    sale: Sale
    story: tuple[Step, ...]  # oldest first
    advice: Advice
    at_ms: int  # channel time of the picture

    @property
    def is_moving(self) -> bool:
        """Whether the till is at work on it: the picture will change by itself."""
        return self.sale.is_open or self.sale.refund is not None


@dataclass(frozen=True, slots=True)
class WorkPicture:
    tasks: tuple[Task, ...]
    at_ms: int


class Desk(Protocol):
    """All are awaited on the worker's loop; none holds it up: reading is done in a thread beside it.

    A journal that cannot be read raises ``app.journal.errors.JournalError``.
    """

    async def find(self, text: str) -> Findings:
        """Sales by what was typed or scanned."""
        ...

    async def look(self, out_trade_no: str) -> SalePicture | None:
        """One sale as it stands now, its story and what can be done; None where there is none of that number."""
        ...

    async def refund(self, out_trade_no: str, amount_fen: int, reason: str, approval: Approval) -> Told | None:
        """Give back. None: it is durable and under way; else why nothing was sent."""
        ...

    async def work(self) -> WorkPicture:
        """The worklist."""
        ...

    async def check(self, out_trade_no: str) -> None:
        """Ask the channel now; at most one a second."""
        ...

    async def seen(self, out_trade_no: str) -> None:
        """A payment found again after a restart: the goods were delivered."""
        ...

    async def note(self, out_trade_no: str, by: str, text: str) -> bool:
        """Somebody takes it ("" for ``text``), or says what was done. False: the journal did not take it."""
        ...

    async def hold(
        self, out_trade_no: str, amount_fen: int, reason: str, voucher: str, approval: Approval
    ) -> Told | None:
        """A person gives the money back by hand (design §7.13). None: the till has stopped its own tries."""
        ...
