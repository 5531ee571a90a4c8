"""The whole chain, checked from its first entry, with flat memory; runs beside a live writer.

What each check proves: the hashes, that no entry was edited, moved, dropped or slipped in; the seals, that none was
made without the key; the list of sales, that what people see is what the entries say; the anchors (heads that were
printed or kept elsewhere), that the end was not cut off or the whole rewritten by a holder of the key.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import apsw

from app.journal.api import Fault, Head, Verdict
from app.journal.books import Books
from app.journal.chain import broken_anchor, judge
from app.journal.errors import JournalBroken, JournalCramped, JournalForeign, JournalMissing
from app.journal.migrate import is_altered, refuse_unfinished
from app.journal.store import in_our_words, open_for_reading
from app.journal.tail import ROWS

# Entries between two reports of progress: about ten a second.
PROGRESS_EVERY: Final = 10_000

OnProgress = Callable[[int], None]

_SAYS: Final = {
    Fault.EDITED: "entry {n} was edited",
    Fault.MISSING: "entry {n} is missing",
    Fault.REORDERED: "entry {n} was put in another entry's place",
    Fault.SPLICED: "entry {n} does not follow the entry before it",
    Fault.MAC: "entry {n} was not written by this till",
    Fault.INDEX: "the list of sales does not say what entry {n} says",
    Fault.ANCHOR: "entry {n} is not the one an anchor names",
    Fault.SHORT: "the journal ends at entry {n}, before an anchor",
    Fault.SCHEMA: "the tables or their triggers are not those this program made",
    Fault.UNREADABLE: "the file is damaged after entry {n}",
}

# The list of sales beside the entries it points at.
_LISTED: Final = """
SELECT s.seq, coalesce(b.before IS NULL AND b.out_trade_no = s.out_trade_no AND e.out_trade_no = s.out_trade_no, 0),
       e.line, s.number, s.purchase, s.channel, s.amount_fen, s.state, s.is_open, s.refunded_fen, s.day, s.began_ms,
       s.code_mark
FROM sale AS s LEFT JOIN entry AS e ON e.seq = s.seq LEFT JOIN entry AS b ON b.seq = s.born
"""
# Only once something is known to be missing: it sorts.
_BEHIND: Final = """
SELECT o.newest FROM (SELECT out_trade_no, max(seq) AS newest FROM entry WHERE out_trade_no IS NOT NULL
                      GROUP BY out_trade_no) AS o
LEFT JOIN sale AS s ON s.out_trade_no = o.out_trade_no
WHERE s.seq IS NOT o.newest ORDER BY o.newest LIMIT 1
"""


class _Found(Exception):  # noqa: N818 - no error: it ends the walk at the first fault
    def __init__(self, fault: Fault, seq: int) -> None:
        super().__init__(fault, seq)
        self.fault = fault
        self.seq = seq


class _Walk:
    """One pass over the file; its counters stand wherever it stopped."""

    def __init__(self, db: apsw.Connection, mac_key: bytes | None, anchors: Sequence[Head]) -> None:
        self._db = db
        self._mac_key = mac_key
        self._anchors = anchors
        self._anchored = frozenset(anchor.seq for anchor in anchors)
        self.seq = 0
        self.digest = b""
        self.sales = 0
        self._steps = 0  # sum over entries of how far each lies from the one before it of the same sale

    def run(self, on_progress: OnProgress) -> None:
        """Raises _Found at the first fault."""
        if is_altered(self._db):
            raise _Found(Fault.SCHEMA, 0)
        self.digest = Books(self._db).genesis
        self._entries(on_progress)
        if any(anchor.seq > self.seq for anchor in self._anchors):
            raise _Found(Fault.SHORT, self.seq)
        self._sales()

    def _entries(self, on_progress: OnProgress) -> None:
        for row in self._db.execute(ROWS + "ORDER BY seq"):
            fault = judge(row, self.seq + 1, self.digest, self._mac_key)
            if fault is not None:
                raise _Found(fault, self.seq + 1)
            if row[0] in self._anchored and broken_anchor(self._anchors, row[0], row[8]):
                raise _Found(Fault.ANCHOR, row[0])
            self.seq, self.digest = row[0], row[8]
            if row[3] is not None:
                self._steps += row[0] - (row[4] or 0)
            if self.seq % PROGRESS_EVERY == 0:
                on_progress(self.seq)

    def _sales(self) -> None:
        """Compare the list of sales, in one pass and without remembering any.

        Each listed entry is one of its sale's, so at most its newest; and a sale's steps from entry to entry add up
        to its newest. Hence the sums are equal only if every sale is listed, and by its newest entry.
        """
        listed_sum = 0
        for newest, is_its_own, line, *held in self._db.execute(_LISTED):
            # As JSON the line says true where SQLite says 1, which Python holds equal.
            if not is_its_own or held != json.loads(line):
                raise _Found(Fault.INDEX, newest)
            listed_sum += newest
            self.sales += 1
        if listed_sum != self._steps:
            behind = self._db.execute(_BEHIND).fetchone()
            raise _Found(Fault.INDEX, self.seq if behind is None else behind[0])


def verify(
    path: Path,
    mac_key: bytes | None,
    *,
    anchors: Sequence[Head] = (),
    on_progress: OnProgress = lambda _: None,
) -> Verdict:
    """Check the journal at ``path`` and name the first entry that fails.

    Without ``mac_key`` the seals are not checked: then whoever can compute a hash can forge. An anchor's digest may be
    its first eight characters (``chain.short_anchor``). Raises JournalMissing, JournalNewer, JournalBusy,
    JournalCramped; a file that is no journal, or damaged, is a verdict and not an error.
    """
    keyed = mac_key is not None
    try:
        db = open_for_reading(path)
    except JournalCramped:
        raise
    except (JournalBroken, JournalForeign) as error:
        return _verdict(None, Fault.UNREADABLE, 0, keyed=keyed, why=str(error))
    walk = _Walk(db, mac_key, anchors)
    try:
        with in_our_words():
            refuse_unfinished(db)
            db.execute("BEGIN")  # one picture of the file, however long it takes
            walk.run(on_progress)
    except JournalCramped:
        raise
    except _Found as found:
        return _verdict(walk, found.fault, found.seq, keyed=keyed, why="")
    except (JournalBroken, JournalForeign, JournalMissing, UnicodeDecodeError) as error:
        return _verdict(walk, Fault.UNREADABLE, walk.seq, keyed=keyed, why=str(error))
    finally:
        db.close()
    return _verdict(walk, None, None, keyed=keyed, why="")


def _verdict(walk: _Walk | None, fault: Fault | None, seq: int | None, *, keyed: bool, why: str) -> Verdict:
    entries, sales = (0, 0) if walk is None else (walk.seq, walk.sales)
    head = None if walk is None or walk.seq == 0 else Head(walk.seq, walk.digest.hex())
    says = "" if fault is None else _SAYS[fault].format(n=seq) + (f" ({why})" if why else "")
    return Verdict(entries, sales, head, fault, seq, says, macs_checked=keyed)
