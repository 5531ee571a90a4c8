"""The shift as a page asks for it: every answer a value, every trouble a sentence. Belongs to the worker's loop."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from app.core.record import BadRecord
from app.core.staff import Approval, Person
from app.journal.errors import JournalError
from app.office.shift_report import Report
from app.office.shifts import Look, No, OnProgress, Shifts

T = TypeVar("T")
UNREADABLE: Final = No("journal.damaged.head")


class ShiftDesk:
    def __init__(self, shifts: Shifts) -> None:
        self._shifts = shifts

    async def look(self) -> Look | No:
        return await _told(self._shifts.look)

    async def open(self, person: Person) -> Look | No:
        no = self._shifts.open(person)
        return no if isinstance(no, No) else await self.look()

    async def hand_over(self, leaving: Person, coming: Person) -> Look | No:
        """Both have just proved who they are."""
        no = self._shifts.hand_over(leaving, coming)
        return no if isinstance(no, No) else await self.look()

    async def close(self, person: Person, approval: Approval | None, on_progress: OnProgress) -> Report | Look | No:
        return await _told(lambda: self._shifts.close(person, approval, on_progress))

    def came_out(self, z: int) -> None:
        """The Z report ``z`` has reached paper. Where the journal takes it not now, the next start prints it again."""
        self._shifts.printed(z)


async def _told(work: Callable[[], Awaitable[T]]) -> T | No:
    try:
        return await work()
    except JournalError as error:
        return No(error.key, error.values)
    except BadRecord:
        return UNREADABLE
