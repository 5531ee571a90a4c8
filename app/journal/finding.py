"""Finding sales by what a person can read off a slip or a phone. For readers: some of it looks through many days."""

from collections.abc import Sequence
from typing import Final

from app.core.beijing import business_day
from app.journal.api import Kept
from app.journal.books import Books

_NEWEST: Final = "SELECT e.seq, e.kind, e.at_ms, e.body FROM sale s JOIN entry e ON e.seq = s.seq "
_BY_NUMBER: Final = _NEWEST + "WHERE s.out_trade_no = ?"
# Read from the index alone, newest first: one sale in five thousand has such an end.
_BY_TAIL: Final = (
    "SELECT out_trade_no FROM sale INDEXED BY sale_day WHERE day > '' "
    "AND ?1 IN (substr(out_trade_no, 19, 4), substr(out_trade_no, 21, 4)) ORDER BY day DESC, began_ms DESC LIMIT ?2"
)
_BY_SUM: Final = (
    _NEWEST + "WHERE s.day BETWEEN ? AND ? AND s.began_ms BETWEEN ? AND ? AND s.amount_fen = ? "
    "ORDER BY s.day DESC, s.began_ms DESC LIMIT ?"
)
_BY_TEXT: Final = _NEWEST + "WHERE s.day BETWEEN ? AND ? AND ({any_of}) ORDER BY s.day DESC, s.began_ms DESC LIMIT ?"
_APART: Final = (
    "SELECT seq, kind, at_ms, body FROM entry WHERE kind = ? AND out_trade_no IS NULL AND seq BETWEEN ? AND ? "
    "AND instr(body, ?) > 0 ORDER BY seq LIMIT ?"
)


class Finding(Books):
    """Every answer is newest sale first and no longer than ``limit``."""

    def sale(self, out_trade_no: str) -> Kept | None:
        """The newest entry of one sale."""
        found = self._kept(_BY_NUMBER, out_trade_no)
        return found[0] if found else None

    def by_tail(self, tail: str, limit: int) -> tuple[Kept, ...]:
        """Sales whose running number, or whose whole number, ends in the four digits ``tail``."""
        with self._reading():
            numbers = [row[0] for row in self._db.execute(_BY_TAIL, (tail, limit))]
        return tuple(kept for number in numbers if (kept := self.sale(number)) is not None)

    def by_sum(self, amount_fen: int, first_ms: int, last_ms: int, limit: int) -> tuple[Kept, ...]:
        """Sales of that sum begun between two instants of channel time, both included."""
        days = business_day(first_ms), business_day(last_ms)
        return self._kept(_BY_SUM, *days, first_ms, last_ms, amount_fen, limit)

    def by_text(self, texts: Sequence[str], first_day: str, last_day: str, limit: int) -> tuple[Kept, ...]:
        """Sales of these business days whose newest entry holds one of ``texts``, as its canonical JSON is written."""
        any_of = " OR ".join(["instr(e.body, ?) > 0"] * len(texts))
        return self._kept(_BY_TEXT.format(any_of=any_of), first_day, last_day, *texts, limit)

    def apart(self, kinds: Sequence[str], text: str, first: int, last: int, limit: int) -> tuple[Kept, ...]:
        """Entries without a sale, numbered ``first`` to ``last``, that hold ``text``: ``limit`` of a kind."""
        found = [kept for kind in kinds for kept in self._kept(_APART, kind, first, last, text, limit)]
        return tuple(sorted(found, key=lambda one: one.seq))
