"""What can be asked of a journal, by its writer and beside it."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final

import apsw

from app.core.sale import State
from app.journal.api import Head, Kept, SaleLine
from app.journal.chain import body_of, genesis, line_of
from app.journal.errors import JournalBroken, JournalMissing
from app.journal.store import in_our_words

# States in which the customer's money is with the shop, less what was refunded.
MONEY_IS_OURS: Final = (State.PAID, State.VOIDING, State.PARTLY_REFUNDED)

_KEPT: Final = "SELECT e.seq, e.kind, e.at_ms, e.body FROM sale s JOIN entry e ON e.seq = s.seq "
_ENTRY: Final = "SELECT seq, kind, at_ms, body FROM entry "
_TOTALS: Final = (
    "SELECT count(*), coalesce(sum(amount_fen - refunded_fen), 0) FROM sale WHERE day = ? AND state IN (?, ?, ?)"
)
_LINES: Final = "SELECT s.out_trade_no, e.line FROM sale s JOIN entry e ON e.seq = s.seq "

KeptRow = tuple[int, str, int, str]


class Books:
    """Reading, over one connection. Every error comes out as one of ``app.journal.errors``."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        with self._reading():
            facts = db.execute("SELECT journal_id, epoch, made_ms, training FROM meta").fetchone()
        if facts is None:
            raise JournalMissing("the file holds no journal")
        self._epoch = int(facts[1])
        self._training = bool(facts[3])
        self.genesis = genesis(facts[0], facts[1], facts[2], training=self._training)

    @contextmanager
    def _reading(self) -> Generator[None]:
        """Around every read. The writer latches here."""
        with in_our_words():
            try:
                yield
            except UnicodeDecodeError as error:
                raise JournalBroken("the journal holds bytes that are no text", key="journal.damaged.say") from error

    def head(self) -> Head:
        with self._reading():
            row = self._db.execute("SELECT seq, digest FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(0, self.genesis.hex()) if row is None else Head(row[0], row[1].hex())

    def epoch(self) -> int:
        return self._epoch

    def training(self) -> bool:
        return self._training

    def open_sales(self) -> tuple[Kept, ...]:
        return self._kept(_KEPT + "WHERE s.is_open = 1 ORDER BY s.born")

    def sales_of(self, day: str, limit: int) -> tuple[Kept, ...]:
        return self._kept(_KEPT + "WHERE s.day = ? ORDER BY s.born DESC LIMIT ?", day, limit)

    def by_code_mark(self, code_mark: str, since_ms: int) -> Kept | None:
        found = self._kept(
            _KEPT + "WHERE s.began_ms >= ? AND s.code_mark = ? ORDER BY s.born DESC LIMIT 1", since_ms, code_mark
        )
        return found[0] if found else None

    def purchase(self, purchase: str) -> tuple[Kept, ...]:
        return self._kept(_KEPT + "WHERE s.purchase = ? ORDER BY s.born", purchase)

    def totals(self, day: str) -> tuple[int, int]:
        with self._reading():
            row = self._db.execute(_TOTALS, (day, *(str(state) for state in MONEY_IS_OURS))).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    def story(self, out_trade_no: str) -> tuple[Kept, ...]:
        return self._kept(_ENTRY + "WHERE out_trade_no = ? ORDER BY seq", out_trade_no)

    def lines(self, day: str | None = None) -> Iterator[SaleLine]:
        with self._reading():
            if day is None:
                rows = self._db.execute(_LINES + "ORDER BY s.out_trade_no")
            else:
                rows = self._db.execute(_LINES + "WHERE s.day = ? ORDER BY s.born", (day,))
            for out_trade_no, line in rows:
                yield line_of(out_trade_no, line)

    def entries(self, first: int = 1, last: int | None = None) -> Iterator[Kept]:
        with self._reading():
            rows = self._db.execute(
                _ENTRY + "WHERE seq >= ? AND (? IS NULL OR seq <= ?) ORDER BY seq", (first, last, last)
            )
            for row in rows:
                yield _kept(row)

    def _kept(self, sql: str, *values: str | int) -> tuple[Kept, ...]:
        with self._reading():
            return tuple(_kept(row) for row in self._db.execute(sql, values))


def _kept(row: KeptRow) -> Kept:
    return Kept(seq=row[0], kind=row[1], at_ms=row[2], body=body_of(row[3]))
