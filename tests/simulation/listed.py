"""A journal in lists, with a plug: what was appended is there, what was being appended when the plug went is not.

It keeps ``app.journal.api.JournalWriter``'s promises and nothing else of the shipping journal; most seeds have it, a
share of them the shipping one on SQLite (``disk``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.core.sale import State
from app.journal.api import Entry, Head, Kept, SaleLine
from app.journal.books import MONEY_IS_OURS
from app.journal.errors import BadEntry

_OURS = frozenset(MONEY_IS_OURS)


class Shelf:
    """What outlives the program."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.kept: list[Kept] = []
        self.newest: dict[str, Kept] = {}
        self.lines: dict[str, SaleLine] = {}
        self.stories: dict[str, list[Kept]] = defaultdict(list)
        self.purchases: dict[str, list[str]] = defaultdict(list)
        self.days: dict[str, list[str]] = defaultdict(list)
        self.open: dict[str, None] = {}
        self.apart: list[Kept] = []  # entries that belong to no sale
        self.sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.next_number = 1

    def put(self, entry: Entry) -> None:
        kept = Kept(len(self.kept) + 1, entry.kind, entry.at_ms, entry.body)
        self.kept.append(kept)
        if entry.sale is None:
            self.apart.append(kept)
        else:
            self._list(entry.sale, kept)

    def _list(self, line: SaleLine, kept: Kept) -> None:
        number = line.out_trade_no
        old = self.lines.get(number)
        if old is None:
            self.purchases[line.purchase].append(number)
            self.days[line.day].append(number)
            self.next_number = max(self.next_number, line.number + 1)
        else:
            self._count(old, -1)
            if _fixed(old) != _fixed(line):
                raise BadEntry(f"sale {number} had other fixed facts when it began")
        self._count(line, 1)
        self.lines[number] = line
        self.newest[number] = kept
        self.stories[number].append(kept)
        if line.is_open:
            self.open[number] = None
        else:
            self.open.pop(number, None)

    def _count(self, line: SaleLine, sign: int) -> None:
        if line.state in _OURS:
            sums = self.sums[line.day]
            sums[0] += sign
            sums[1] += sign * (line.amount_fen - line.refunded_fen)


def _fixed(line: SaleLine) -> tuple[object, ...]:
    return (line.number, line.purchase, line.channel, line.amount_fen, line.day, line.began_ms, line.code_mark)


class ListJournal:
    """The one writer of a shelf, in one life."""

    on_reserve = False

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def append(self, *entries: Entry) -> Head:
        for entry in entries:
            self._shelf.put(entry)
        return self.head()

    def head(self) -> Head:
        return Head(len(self._shelf.kept), "0" * 64)

    def next_number(self) -> int:
        return self._shelf.next_number

    def epoch(self) -> int:
        return self._shelf.epoch

    def training(self) -> bool:
        return False

    def open_sales(self) -> tuple[Kept, ...]:
        return tuple(self._shelf.newest[number] for number in self._shelf.open)

    def sales_of(self, day: str, limit: int) -> tuple[Kept, ...]:
        shelf = self._shelf
        numbers = sorted(shelf.days.get(day, ()), key=lambda number: -shelf.lines[number].began_ms)
        return tuple(shelf.newest[number] for number in numbers[:limit])

    def by_code_mark(self, code_mark: str, since_ms: int) -> Kept | None:
        marked = [
            n for n, line in self._shelf.lines.items() if line.code_mark == code_mark and line.began_ms >= since_ms
        ]
        return self._shelf.newest[marked[-1]] if marked else None

    def purchase(self, purchase: str) -> tuple[Kept, ...]:
        return tuple(self._shelf.newest[number] for number in self._shelf.purchases.get(purchase, ()))

    def totals(self, day: str) -> tuple[int, int]:
        count, fen = self._shelf.sums[day]
        return count, fen

    def story(self, out_trade_no: str) -> tuple[Kept, ...]:
        return tuple(self._shelf.stories.get(out_trade_no, ()))

    def lines(self, day: str | None = None) -> Iterator[SaleLine]:
        return (line for _, line in sorted(self._shelf.lines.items()) if day in (None, line.day))

    def entries(self, first: int = 1, last: int | None = None) -> Iterator[Kept]:
        return iter(self._shelf.kept[first - 1 : last])

    def newest_of(self, kind: str) -> Kept | None:
        return next((kept for kept in reversed(self._shelf.apart) if kept.kind == kind), None)

    def entries_of(self, kinds: Iterable[str], since_seq: int = 0) -> Iterator[Kept]:
        wanted = frozenset(kinds)
        return (kept for kept in self._shelf.apart if kept.kind in wanted and kept.seq > since_seq)

    def close(self) -> None:
        pass

    def drop(self) -> None:
        pass


assert State.PAID in _OURS
