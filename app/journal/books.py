"""What can be asked of a journal, by its writer and beside it."""

import heapq
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import apsw

from app.core.beijing import DAY_MS, business_day
from app.core.sale import State
from app.journal.api import Head, Kept, SaleLine
from app.journal.chain import body_of, genesis, line_of
from app.journal.errors import JournalBroken, JournalMissing
from app.journal.store import in_our_words
from app.journal.tail import EPOCH_BEGAN, read_tail

# States in which the customer's money is with the shop, less what was refunded.
MONEY_IS_OURS: Final = (State.PAID, State.VOIDING, State.PARTLY_REFUNDED)

_KEPT: Final = "SELECT e.seq, e.kind, e.at_ms, e.body FROM sale s JOIN entry e ON e.seq = s.seq "
_OPEN: Final = (
    "SELECT s.born, e.seq, e.kind, e.at_ms, e.body FROM sale s JOIN entry e ON e.seq = s.seq WHERE s.out_trade_no = ?"
)
_ENTRY: Final = "SELECT seq, kind, at_ms, body FROM entry "
_TOTALS: Final = (
    "SELECT count(*), coalesce(sum(amount_fen - refunded_fen), 0) FROM sale WHERE day = ? AND state IN (?, ?, ?)"
)
# The mark is looked for day by day, each a short piece of an index; the last branch serves a ``since_ms`` long ago.
_MARKED: Final = """
SELECT out_trade_no, began_ms FROM sale WHERE day IN (?3, ?4, ?5, ?6) AND began_ms >= ?1 AND code_mark = ?2
UNION ALL
SELECT out_trade_no, began_ms FROM sale WHERE day > ?6 AND began_ms >= ?1 AND code_mark = ?2
ORDER BY began_ms DESC LIMIT 1
"""
# An index holds these apart from the sales (0002.sql); each kind is read in order, so a merge needs no sorting.
_APART: Final = _ENTRY + "WHERE kind = ? AND out_trade_no IS NULL "
_BEFORE: Final = "SELECT seq, kind, at_ms, body, before FROM entry WHERE seq = ?"
_LINES: Final = "SELECT s.out_trade_no, e.line FROM sale s JOIN entry e ON e.seq = s.seq "
# What comes of reading a file damaged below SQLite: bytes that are no text, text that is no JSON, facts of other types.
_NO_JOURNAL_WROTE: Final = (ValueError, TypeError, KeyError, AttributeError)

KeptRow = tuple[int, str, int, str]


class Books:
    """Reading, over one connection. Every error comes out as one of ``app.journal.errors``."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        with self._reading():
            facts = db.execute("SELECT journal_id, epoch, made_ms, training FROM meta").fetchone()
            if facts is None:
                raise JournalMissing("the file holds no journal")
            self.journal_id: str = facts[0].hex()
            self._training = bool(facts[3])
            self.genesis = genesis(facts[0], facts[1], facts[2], training=self._training)
            self._epoch = self._newest_epoch(int(facts[1]))

    def _newest_epoch(self, made: int) -> int:
        began = self._db.execute(_APART + "ORDER BY seq DESC LIMIT 1", (EPOCH_BEGAN,)).fetchone()
        epoch = made if began is None else body_of(began[3])["epoch"]
        assert isinstance(epoch, int)
        return epoch

    @contextmanager
    def _reading(self) -> Generator[None]:
        """Around every read. The writer latches here."""
        with in_our_words():
            try:
                yield
            except _NO_JOURNAL_WROTE as error:
                raise JournalBroken("the journal holds what no journal writes", key="journal.damaged.say") from error

    def head(self) -> Head:
        with self._reading():
            row = self._db.execute("SELECT seq, digest FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(0, self.genesis.hex()) if row is None else Head(row[0], row[1].hex())

    def digest_of(self, seq: int) -> str | None:
        with self._reading():
            row = self._db.execute("SELECT digest FROM entry WHERE seq = ?", (seq,)).fetchone()
            return None if row is None else row[0].hex()

    def epoch(self) -> int:
        return self._epoch

    def training(self) -> bool:
        return self._training

    def open_sales(self) -> tuple[Kept, ...]:
        with self._reading():
            orders = self._open_orders()
            found = [self._db.execute(_OPEN, (out_trade_no,)).fetchone() for out_trade_no in orders]
            return tuple(_kept(row[1:]) for row in sorted(row for row in found if row is not None))

    def sales_of(self, day: str, limit: int) -> tuple[Kept, ...]:
        return self._kept(_KEPT + "WHERE s.day = ? ORDER BY s.began_ms DESC LIMIT ?", day, limit)

    def by_code_mark(self, code_mark: str, since_ms: int) -> Kept | None:
        # A business day is Beijing's; a day to spare on either side lets it begin at another hour.
        days = [business_day(max(since_ms, DAY_MS) + offset * DAY_MS) for offset in (-1, 0, 1, 2)]
        with self._reading():
            found = self._db.execute(_MARKED, (since_ms, code_mark, *days)).fetchone()
        return None if found is None else self._kept(_KEPT + "WHERE s.out_trade_no = ?", found[0])[0]

    def purchase(self, purchase: str) -> tuple[Kept, ...]:
        return self._kept(_KEPT + "WHERE s.purchase = ? ORDER BY s.born", purchase)

    def totals(self, day: str) -> tuple[int, int]:
        with self._reading():
            row = self._db.execute(_TOTALS, (day, *(str(state) for state in MONEY_IS_OURS))).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    def story(self, out_trade_no: str) -> tuple[Kept, ...]:
        story: list[Kept] = []
        with self._reading():
            row = self._db.execute("SELECT seq FROM sale WHERE out_trade_no = ?", (out_trade_no,)).fetchone()
            before = None if row is None else row[0]
            while before is not None:
                row = self._db.execute(_BEFORE, (before,)).fetchone()
                assert row is not None
                story.append(_kept(row[:4]))
                before = row[4]
        return tuple(reversed(story))

    def lines(self, day: str | None = None) -> Iterator[SaleLine]:
        with self._reading():
            if day is None:
                rows = self._db.execute(_LINES + "ORDER BY s.out_trade_no")
            else:
                rows = self._db.execute(_LINES + "WHERE s.day = ? ORDER BY s.began_ms", (day,))
            for out_trade_no, line in rows:
                yield line_of(out_trade_no, line)

    def entries(self, first: int = 1, last: int | None = None) -> Iterator[Kept]:
        with self._reading():
            rows = self._db.execute(
                _ENTRY + "WHERE seq >= ? AND (? IS NULL OR seq <= ?) ORDER BY seq", (first, last, last)
            )
            for row in rows:
                yield _kept(row)

    def newest_of(self, kind: str) -> Kept | None:
        newest = self._kept(_APART + "ORDER BY seq DESC LIMIT 1", kind)
        return newest[0] if newest else None

    def entries_of(self, kinds: Iterable[str], since_seq: int = 0) -> Iterator[Kept]:
        with self._reading(), ExitStack() as cursors:
            runs = []
            for kind in sorted(set(kinds)):
                rows = self._db.execute(_APART + "AND seq > ? ORDER BY seq", (kind, since_seq))
                cursors.callback(rows.close)
                runs.append(rows)
            for row in heapq.merge(*runs):
                yield _kept(row)

    def _open_orders(self) -> Iterable[str]:
        """Order numbers of the open sales, from the chain. The writer knows them by heart."""
        return read_tail(self._db).open_sales

    def _kept(self, sql: str, *values: str | int) -> tuple[Kept, ...]:
        with self._reading():
            return tuple(_kept(row) for row in self._db.execute(sql, values))


def _kept(row: KeptRow) -> Kept:
    return Kept(seq=row[0], kind=row[1], at_ms=row[2], body=body_of(row[3]))
