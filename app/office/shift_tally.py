"""The sums of a shift, gathered entry by entry from the journal."""

from collections.abc import Iterable

from app.core.sale import State
from app.core.shift_sums import Facts, Sheet, sheet_of
from app.journal.api import JournalBooks, Kept
from app.office.facts import facts_of, is_sale


class Tally:
    """What happened after entry ``after``: every sale as it stands now, less what it stood at then.

    It may be gathered by one reader and carried on by another: it keeps plain values only.
    """

    def __init__(self, after: int) -> None:
        self.after = after
        self.seq = after  # the last entry taken
        self._now: dict[str, Facts] = {}  # in the order they were first met
        self._before: dict[str, Facts] = {}
        self._born: list[str] = []

    def gather(self, books: JournalBooks, last: int | None = None) -> None:
        """Take what was written since, up to entry ``last``. Raises ``BadRecord``, ``app.journal.errors``."""
        for kept in books.entries(self.seq + 1, last):
            self.seq = kept.seq
            if is_sale(kept):
                self._take(kept, books)

    @property
    def sheet(self) -> Sheet:
        return sheet_of(self._now.values(), self._before.values())

    @property
    def open(self) -> tuple[Facts, ...]:
        """Sales that were touched and are not settled; ones nobody touched since are ``JournalBooks.open_sales``."""
        return tuple(facts for facts in self._now.values() if facts.is_open)

    @property
    def unclaimed(self) -> tuple[Facts, ...]:
        """Sales a start found paid that nobody has acknowledged."""
        return tuple(facts for facts in self._now.values() if facts.recovered and facts.state is State.PAID)

    @property
    def first_and_last(self) -> tuple[str, str]:
        """Order numbers of the first and the last sale begun in it, "" where there is none."""
        return (self._born[0], self._born[-1]) if self._born else ("", "")

    def _take(self, kept: Kept, books: JournalBooks) -> None:
        facts = facts_of(kept)
        number = facts.out_trade_no
        if number not in self._now:
            earlier = None if facts.state is State.INTENT else _until(books.story(number), self.after)
            if earlier is None:
                self._born.append(number)
            else:
                self._before[number] = earlier
        self._now[number] = facts


def _until(story: Iterable[Kept], last: int) -> Facts | None:
    """The sale as entry ``last`` left it."""
    found = [kept for kept in story if kept.seq <= last]
    return facts_of(found[-1]) if found else None
