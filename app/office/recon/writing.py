"""What people and bills add to the journal, in the process that writes it. Belongs to the worker's loop."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.channels.books import BillRow
from app.core.events import BillSeen
from app.core.staff import Act, Approval
from app.journal.api import Entry, Head, JournalWriter, Kept
from app.journal.errors import JournalError, JournalFull
from app.office.recon import rebuilding, signing
from app.office.recon.closing import Seen
from app.office.recon.day import ChannelDay, DayResult
from app.office.recon.values import Difference
from app.staff.api import No

AT_ONCE: Final = 20  # sales told to the till in one look: each may be a question to a channel

# Uses an approval up: None where it was good for exactly this. ``app.staff.Approvals.spend`` is one.
Spend = Callable[[Approval, Act, str, int, str], No | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: a words key and what fills it; a value that is itself a key (``name.*``) is one too."""

    key: str
    values: tuple[tuple[str, str | int], ...] = ()
    is_wrong: bool = False


class Keeper(Protocol):
    """The till's hand on the journal (``app.till.keeper``)."""

    @property
    def journal(self) -> JournalWriter: ...

    def keep(self, *entries: Entry) -> bool: ...


class Clock(Protocol):
    def channel_ms(self) -> int: ...

    def mono(self) -> float: ...


@dataclass(slots=True)
class Writing:
    """``billed``: tells the till what the bills hold of a sale (``back_api.MoneyBack.billed``).

    ``terminal``: of this till's own order numbers. Every act answers None, or why nothing was written.
    """

    keeper: Keeper
    spend: Spend
    clock: Clock
    billed: Callable[[str, BillSeen], bool]
    terminal: str
    training: bool
    _told: set[Seen] = field(default_factory=set)  # in this run: looking at a day twice asks the channels once

    def explain(self, one: ChannelDay, line: Difference, approval: Approval) -> Said | None:
        """``approval`` (RESOLVE, ``signing.subject``, the line's worth) is why ``line`` is as it is."""
        found = one.reckoning
        no = self._unproven(approval, signing.subject(found.channel, found.day, line), abs(line.worth_fen))
        return no or self._tried(
            lambda: signing.resolve(
                _Journal(self.keeper), found, line, approval, mono=self.clock.mono(), now_ms=self.clock.channel_ms()
            )
        )

    def rebuild(self, one: ChannelDay, line: Difference, rows: Sequence[BillRow], approval: Approval) -> Said | None:
        """Enter the lost sale of ``line`` again, as its ``rows`` of the bill tell it; approved as an explanation is."""
        found = one.reckoning
        no = self._unproven(approval, signing.subject(found.channel, found.day, line), abs(line.worth_fen))
        if no is not None:
            return no
        if self.keeper.journal.story(line.out_trade_no):
            return Said("rc.rebuild.not", is_wrong=True)
        try:
            sale = rebuilding.rebuilt(rows, self.terminal, approval.by.number, training=self.training)
        except rebuilding.NotLostError:
            return Said("rc.rebuild.not", is_wrong=True)
        new = rebuilding.entries(sale, approval, self.clock.channel_ms())
        return self._tried(lambda: _Journal(self.keeper).append(*new))

    def sign(self, result: DayResult, approval: Approval) -> Said | None:
        """Sign the whole day off as it stands; ``approval`` is RESOLVE, ``signing.whole_day``, 0 fen, ``SIGNS``."""
        if not result.is_level or not result.channels:
            return Said("rc.open", is_wrong=True)
        no = self._unproven(approval, signing.whole_day(result.day), 0)
        return no or self._tried(lambda: self._signed(result, approval))

    def close(self, seen: Iterable[Seen]) -> None:
        """What the bills close, and what they make the till ask about: some at a time, beside the selling."""
        fresh = [one for one in seen if one not in self._told]
        for one in fresh[:AT_ONCE]:
            if self.billed(*one):
                self._told.add(one)

    def _signed(self, result: DayResult, approval: Approval) -> None:
        journal, by = _Journal(self.keeper), approval.by
        for one in result.channels:
            sha256 = one.bill.sha256 if one.bill is not None else ""
            now_ms = self.clock.channel_ms()
            signing.sign_off(journal, one.reckoning, sha256, by=by.number, name=by.name, now_ms=now_ms)

    def _unproven(self, approval: Approval, subject: str, fen: int) -> Said | None:
        no = self.spend(approval, Act.RESOLVE, subject, fen, approval.reason)
        return None if no is None else Said(no.key, no.values, is_wrong=True)

    def _tried(self, work: Callable[[], object]) -> Said | None:
        try:
            work()
        except JournalError as error:
            return Said(error.key, error.values, is_wrong=True)
        except signing.NotApprovedError:
            return Said("pin.expired", is_wrong=True)
        return None


class _Journal:
    """``signing.Appending`` over a keeper, which waits out a full disk for everybody."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def entries_of(self, kinds: Iterable[str], since_seq: int = 0) -> Iterable[Kept]:
        return self._keeper.journal.entries_of(kinds, since_seq)

    def head(self) -> Head:
        return self._keeper.journal.head()

    def append(self, *entries: Entry) -> Head:
        if not self._keeper.keep(*entries):
            raise JournalFull("nothing was written")
        return self.head()
