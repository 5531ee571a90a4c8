"""What a start learns from the end of the chain: everything since the last checkpoint is proven anew.

A checkpoint is an entry: it says which sales were open and which number was next, so that what a start believes
comes from the chain and not from the list of sales, which is merely derived. A sale that vanished from the list is
thereby found before anything is sold.
"""

from dataclasses import dataclass
from typing import Final

import apsw

from app.journal.api import Fault, Json, SaleLine
from app.journal.chain import Row, body_of, judge, line_of
from app.journal.errors import JournalBroken

CHECKPOINT: Final = "journal.checkpoint"
MADE: Final = "journal.made"
RESERVED: Final = frozenset({CHECKPOINT, MADE})
ROWS: Final = "SELECT seq, at_ms, kind, out_trade_no, line, body, prev, digest, mac FROM entry "

_LAST_CHECKPOINT: Final = ROWS + "WHERE kind = 'journal.checkpoint' ORDER BY seq DESC LIMIT 1"
_SINCE: Final = ROWS + "WHERE seq > ? ORDER BY seq"


Link = tuple[Row, SaleLine | None]


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the writer goes on."""

    seq: int
    digest: bytes
    at_ms: int
    next_number: int
    since_checkpoint: int  # entries

    def after(self, links: list[Link]) -> "Tail":
        """The tail once ``links`` are durable."""
        number, since = self.next_number, self.since_checkpoint
        for row, sale in links:
            since = 0 if row[2] == CHECKPOINT else since + 1
            if sale is not None:
                number = max(number, sale.number + 1)
        last = links[-1][0]
        return Tail(last[0], last[7], last[1], number, since)


def checkpoint_body(next_number: int, open_sales: tuple[str, ...]) -> dict[str, Json]:
    return {"next_number": next_number, "open": list(open_sales)}


def open_numbers(db: apsw.Connection) -> tuple[str, ...]:
    """The order numbers the list of sales holds open, oldest first."""
    return tuple(row[0] for row in db.execute("SELECT out_trade_no FROM sale WHERE is_open = 1 ORDER BY born"))


def prove_tail(db: apsw.Connection, genesis: bytes, mac_key: bytes) -> Tail:
    """Check the entries since the last checkpoint and the list of sales against them.

    Raises JournalBroken naming the first entry that fails.
    """
    seq, digest, at_ms, next_number, open_now = 0, genesis, 0, 1, set[str]()
    checkpoint: Row | None = db.execute(_LAST_CHECKPOINT).fetchone()
    if checkpoint is not None:
        _refuse(judge(checkpoint, checkpoint[0], checkpoint[6], mac_key), checkpoint[0])
        seq, at_ms, digest = checkpoint[0], checkpoint[1], checkpoint[7]
        next_number, open_now = _believe(checkpoint)
    began, newest = seq, dict[str, int]()
    for row in db.execute(_SINCE, (began,)):
        _refuse(judge(row, seq + 1, digest, mac_key), seq + 1)
        seq, at_ms, digest = row[0], row[1], row[7]
        if row[3] is not None:
            line = line_of(row[3], row[4])
            next_number = max(next_number, line.number + 1)
            newest[row[3]] = seq
            (open_now.add if line.is_open else open_now.discard)(row[3])
    _refuse_index(db, newest, open_now)
    return Tail(seq, digest, at_ms, next_number, seq - began)


def _believe(checkpoint: Row) -> tuple[int, set[str]]:
    body = body_of(checkpoint[5])
    number, still_open = body["next_number"], body["open"]
    assert isinstance(number, int)
    assert isinstance(still_open, list)
    return number, {str(out_trade_no) for out_trade_no in still_open}


def _refuse_index(db: apsw.Connection, newest: dict[str, int], open_now: set[str]) -> None:
    for out_trade_no, seq in newest.items():
        found = db.execute("SELECT seq FROM sale WHERE out_trade_no = ?", (out_trade_no,)).fetchone()
        if found is None or found[0] != seq:
            _refuse(Fault.INDEX, seq)
    if open_now != set(open_numbers(db)):
        raise JournalBroken("the list of open sales is not what the chain says", key="journal.damaged.say")


def _refuse(fault: Fault | None, seq: int) -> None:
    if fault is not None:
        values = (("n", str(seq)),)
        raise JournalBroken(f"entry {seq} of the journal fails: {fault}", key="journal.damaged.say", values=values)
