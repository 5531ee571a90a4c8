"""Whole business days of sales, for the day log and its exports: one picture of the file, however long it is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import apsw

from app.journal.api import Kept
from app.journal.books import Books
from app.journal.chain import body_of
from app.journal.migrate import refuse_unfinished
from app.journal.store import in_our_words, open_for_reading

_NEWEST: Final = "SELECT s.born, e.seq, e.kind, e.at_ms, e.body FROM sale s JOIN entry e ON e.seq = s.seq "
# Nothing but what a line of the day log shows: reading whole entries takes three times as long.
_OF_DAYS: Final = """
SELECT s.born, s.day, s.began_ms, s.out_trade_no, s.channel, s.amount_fen, s.state, e.body ->> '$.order.operator',
       e.body ->> '$.order.terminal', e.body ->> '$.channel_no', e.body ->> '$.reason', e.body ->> '$.took_money'
FROM sale s JOIN entry e ON e.seq = s.seq WHERE s.day BETWEEN ? AND ? ORDER BY s.day, s.began_ms
"""
_ON_DAY: Final = _NEWEST + "WHERE s.day = ? ORDER BY s.began_ms"
_REFUNDED: Final = _NEWEST + "WHERE s.refunded_fen > 0 AND s.day >= ? AND s.day < ? ORDER BY s.day, s.out_trade_no"
# The same, of those that gave money back between two instants: most of a year's refunds were done on other days.
_GIVEN_BACK: Final = """
SELECT s.born, e.seq, e.kind, e.at_ms, e.body FROM sale s JOIN entry e ON e.seq = s.seq
WHERE s.refunded_fen > 0 AND s.day >= ?1 AND s.day < ?2 AND (
    e.body ->> '$.elsewhere_fen' > 0
    OR EXISTS (
        SELECT 1 FROM json_each(e.body, '$.refunds') one
        WHERE coalesce(one.value ->> '$.ended_ms', one.value ->> '$.began_ms') BETWEEN ?3 AND ?4
    )
) ORDER BY s.day, s.out_trade_no
"""
_COUNT: Final = "SELECT count(*) FROM sale WHERE day BETWEEN ? AND ?"

Born = tuple[int, Kept]  # the sale's first entry, and its newest
# first entry, business day, began_ms, order number, channel, fen, state, operator, terminal, channel's number, reason,
# whether money had been taken (0, 1 or None)
DayLine = tuple[int, str, int, str, str, int, str, str, str, str, str | None, int | None]


class Days(Books):
    """Everything asked of one of these agrees: it sees the journal as it was at the first question."""

    def __init__(self, db: apsw.Connection) -> None:
        super().__init__(db)
        with self._reading():
            db.execute("BEGIN")

    def sales_between(self, first_day: str, last_day: str) -> Iterator[DayLine]:
        """A line of every sale of these business days, oldest sale first; flat memory."""
        with self._reading():
            yield from self._db.execute(_OF_DAYS, (first_day, last_day))

    def newest_on(self, day: str) -> Iterator[Kept]:
        """The newest entry, whole, of every sale of one business day, oldest sale first; flat memory."""
        with self._reading():
            for _, seq, kind, at_ms, body in self._db.execute(_ON_DAY, (day,)):
                yield Kept(seq, kind, at_ms, body_of(body))

    def refunded_before(self, first_day: str, end_day: str) -> Iterator[Born]:
        """The sales from ``first_day`` until before ``end_day`` of which any money was given back."""
        return self._born(_REFUNDED, first_day, end_day)

    def given_back(self, first_day: str, end_day: str, first_ms: int, last_ms: int) -> Iterator[Born]:
        """Of those sales the ones that gave money back between two instants, both included, or that others refunded."""
        return self._born(_GIVEN_BACK, first_day, end_day, first_ms, last_ms)

    def count_between(self, first_day: str, last_day: str) -> int:
        """How many sales ``sales_between`` gives."""
        with self._reading():
            row = self._db.execute(_COUNT, (first_day, last_day)).fetchone()
        assert row is not None
        return int(row[0])

    def _born(self, sql: str, *values: str | int) -> Iterator[Born]:
        with self._reading():
            for born, seq, kind, at_ms, body in self._db.execute(sql, values):
                yield born, Kept(seq, kind, at_ms, body_of(body))

    def close(self) -> None:
        self._db.close()


def open_days(path: Path) -> Days:
    """Open ``path`` read-only. Raises JournalMissing, JournalNewer, JournalForeign, JournalBroken.

    Belongs to the thread that opened it.
    """
    db = open_for_reading(path)
    try:
        with in_our_words():
            refuse_unfinished(db)
            return Days(db)
    except BaseException:
        db.close()
        raise
