"""The shift: opened, handed over, looked at (X) and sealed (Z). Belongs to the worker's loop; reading goes aside.

What is told has been written: each act is one durable entry, and what was gathered aside is carried on to the very
last entry in the same turn of the loop in which the Z is written, so that its sums and its head are of one instant.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.core.shift_sums import Facts
from app.core.staff import Act, Approval, Person
from app.journal.api import Entry, JournalBooks, JournalWriter, Json, Verdict
from app.journal.days import open_days
from app.journal.reader import open_reader
from app.journal.verify import verify
from app.office.facts import facts_of
from app.office.recon.lost_days import days_waiting
from app.office.shift_blocks import Block, blocks_of
from app.office.shift_report import Forced, Report, Staff, forced_by, to_body, unsettled_of
from app.office.shift_state import CLOSED, HANDED, OPENED, PRINTED, ShiftState, shift_state
from app.office.shift_tally import Tally
from app.office.threads import in_thread

OnProgress = Callable[[int], None]  # entries verified so far; called on the reading thread
Spend = Callable[[Approval, Act, str, int, str], object | None]  # None: it was good, and is used up now


class Keeper(Protocol):
    """The till's hand on the journal (``app.till.keeper``)."""

    @property
    def journal(self) -> JournalWriter: ...

    def keep(self, *entries: Entry) -> bool: ...


class Clock(Protocol):
    def channel_ms(self) -> int: ...


@dataclass(frozen=True, slots=True)
class No:
    """Not done, nothing written. ``key`` is the words key of the sentence."""

    key: str
    values: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """The shift as it stands: the X report, and what would keep a Z from being written now."""

    report: Report
    blocks: tuple[Block, ...]
    state: ShiftState


class Shifts:
    """``spend`` uses up an approval (``app.staff.approvals``)."""

    def __init__(
        self, keeper: Keeper, path: Path, mac_key: bytes, clock: Clock, *, terminal: str, spend: Spend
    ) -> None:
        self._keeper = keeper
        self._path = path
        self._mac_key = mac_key
        self._clock = clock
        self._terminal = terminal
        self._spend = spend
        self._closing = False

    @property
    def state(self) -> ShiftState:
        return shift_state(self._keeper.journal)

    def open(self, person: Person) -> ShiftState | No:
        """Begin the next shift. Words keys: ``sh.already``, ``disk.full.say``."""
        state = self.state
        if state.is_open:
            return No("sh.already", (("staff", state.on_duty.name),))
        entry = Entry(OPENED, self._clock.channel_ms(), {"shift": state.number, "float_fen": None, **_who(person)})
        return self.state if self._keeper.keep(entry) else No("disk.full.say")

    def hand_over(self, leaving: Person, coming: Person) -> ShiftState | No:
        """The shift goes on under ``coming``, with everything in flight; both have just signed for it.

        Words keys: ``sh.none``, ``sh.same``, ``disk.full.say``.
        """
        state = self.state
        if not state.is_open:
            return No("sh.none")
        if leaving.number == coming.number:
            return No("sh.same")
        flying = self._unsettled()
        body: dict[str, Json] = {
            "shift": state.number,
            "from": leaving.number,
            "open": len(flying),
            "open_fen": sum(facts.amount_fen for facts in flying),
            **_who(coming),
        }
        kept = self._keeper.keep(Entry(HANDED, self._clock.channel_ms(), body))
        return self.state if kept else No("disk.full.say")

    async def look(self) -> Look:
        """The X report: nothing is reset, nothing is written."""
        return self._look(await self._tally())

    async def close(
        self, person: Person, approval: Approval | None = None, on_progress: OnProgress = lambda _: None
    ) -> Report | Look | No:
        """The Z report, durable; or the ``Look`` whose blocks stand in its way; or why not.

        The whole chain is verified first. ``approval`` (TAKE_OVER, the shift's number, 0 fen) lets a manager close
        over what is open; it is used up whatever comes of it. Words keys: ``sh.none``, ``sh.busy``,
        ``sh.block.journal``, ``disk.full.say``, ``pin.*``.
        """
        state = self.state
        if self._closing or not state.is_open:
            return No("sh.busy" if self._closing else "sh.none")
        forced = None
        if approval is not None:  # before the journal is verified: that may take longer than a yes is good for
            no = self._spend(approval, Act.TAKE_OVER, str(state.number), 0, approval.reason)
            if no is not None:
                return No(getattr(no, "key", "pin.expired"))
            forced = forced_by(approval)
        self._closing = True
        try:
            verdict = await in_thread(lambda: _verified(self._path, self._mac_key, on_progress))
            if not verdict.is_sound:
                return No("sh.block.journal", (("n", verdict.seq or 0),))
            return self._seal(person, forced, self._look(await self._tally()))
        finally:
            self._closing = False

    def printed(self, z: int) -> bool:
        """The Z report ``z`` has reached paper; until this is durable a start prints it again."""
        return self._keeper.keep(Entry(PRINTED, self._clock.channel_ms(), {"z": z}))

    async def _tally(self) -> Tally:
        after = self.state.after
        return await in_thread(lambda: _gathered(self._path, after))

    def _look(self, tally: Tally) -> Look:
        """``tally`` carried on to this instant; between here and a write on the same turn nothing can come."""
        return look_at(self._keeper.journal, tally, self._terminal, self._clock.channel_ms())

    def _seal(self, person: Person, forced: Forced | None, look: Look) -> Report | Look | No:
        if look.blocks and forced is None:
            return look
        who = Staff(person.number, person.name)
        report = replace(look.report, z=look.state.number, by=who, forced=forced if look.blocks else None)
        kept = self._keeper.keep(Entry(CLOSED, report.at_ms, to_body(report)))
        return report if kept else No("disk.full.say")

    def _unsettled(self) -> tuple[Facts, ...]:
        return _open_sales(self._keeper.journal)


def look_at(books: JournalBooks, tally: Tally, terminal: str, now_ms: int) -> Look:
    """The shift as ``books`` has it; ``tally`` is carried on to their end."""
    state = shift_state(books)
    tally.gather(books)
    unsettled = _open_sales(books)
    first, last = tally.first_and_last
    report = Report(
        shift=state.number,
        z=0,
        terminal=terminal,
        opened_ms=state.opened_ms,
        opened_by=state.opened_by,
        at_ms=now_ms,
        by=state.on_duty,
        first_seq=state.after + 1,
        head=books.head(),
        sheet=tally.sheet,
        unsettled=tuple(unsettled_of(facts) for facts in unsettled),
        first_order=first,
        last_order=last,
        previous_z=None if state.last is None else (state.last.z, state.last.head.digest),
    )
    return Look(report, blocks_of(unsettled, tally.unclaimed, now_ms, days_waiting(books)), state)


def look_beside(path: Path, terminal: str, now_ms: int) -> Look:
    """The X report without a writer: beside the window, or with no till running. Blocks."""
    books = open_days(path)
    try:
        return look_at(books, Tally(shift_state(books).after), terminal, now_ms)
    finally:
        books.close()


def _open_sales(books: JournalBooks) -> tuple[Facts, ...]:
    return tuple(facts_of(kept) for kept in books.open_sales())


def _gathered(path: Path, after: int) -> Tally:
    reader = open_reader(path)
    try:
        tally = Tally(after)
        tally.gather(reader)
        return tally
    finally:
        reader.close()


def _verified(path: Path, mac_key: bytes, on_progress: OnProgress) -> Verdict:
    return verify(path, mac_key, on_progress=on_progress)


def _who(person: Person) -> dict[str, Json]:
    return {"staff": person.number, "name": person.name}
