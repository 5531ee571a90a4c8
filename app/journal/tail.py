"""What a start learns from the end of the chain: everything since the last checkpoint is proven anew.

A checkpoint is an entry: it says which sales were open and which number was next, so that what a start believes
comes from the chain and not from the list of sales, which is merely derived. A sale that vanished from the list is
thereby found before anything is sold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import apsw

from app.journal.api import Fault, Json, SaleLine
from app.journal.chain import Row, body_of, judge, line_of
from app.journal.errors import JournalBroken

CHECKPOINT: Final = "journal.checkpoint"
MADE: Final = "journal.made"
UPGRADED: Final = "journal.upgraded"
EPOCH_BEGAN: Final = "epoch.began"  # see ``outside``
RESERVED: Final = frozenset({CHECKPOINT, MADE, UPGRADED, EPOCH_BEGAN})
ROWS: Final = "SELECT seq, at_ms, kind, out_trade_no, before, line, body, prev, digest, mac FROM entry "

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
    open_sales: Mapping[str, int]  # order number -> its newest entry, in the order they were opened

    def after(self, links: Sequence[Link]) -> "Tail":
        """The tail once ``links`` are durable."""
        number, since, still_open = self.next_number, self.since_checkpoint, dict(self.open_sales)
        for row, sale in links:
            since = 0 if row[2] == CHECKPOINT else since + 1
            if sale is None:
                continue
            number = max(number, sale.number + 1)
            if sale.is_open:
                still_open[sale.out_trade_no] = row[0]
            else:
                still_open.pop(sale.out_trade_no, None)
        last = links[-1][0]
        return Tail(last[0], last[8], last[1], number, since, still_open)

    def checkpoint(self) -> dict[str, Json]:
        """The body of a checkpoint written here."""
        return {"next_number": self.next_number, "open": dict(self.open_sales)}


def read_tail(db: apsw.Connection) -> Tail:
    """The tail as it stands, believed: for readers, who decide nothing by it."""
    tail = _start(db.execute(_LAST_CHECKPOINT).fetchone(), b"")
    for row in db.execute(_SINCE, (tail.seq,)):
        tail = tail.after([(row, _line(row))])
    return tail


def prove_tail(db: apsw.Connection, genesis: bytes, mac_key: bytes) -> Tail:
    """The tail, its entries since the last checkpoint checked, and the list of sales checked against them.

    Raises JournalBroken naming the first entry that fails.
    """
    checkpoint: Row | None = db.execute(_LAST_CHECKPOINT).fetchone()
    if checkpoint is not None:
        _refuse(judge(checkpoint, checkpoint[0], checkpoint[7], mac_key), checkpoint[0])
    tail = _start(checkpoint, genesis)
    newest = dict(tail.open_sales)
    for row in db.execute(_SINCE, (tail.seq,)):
        _refuse(judge(row, tail.seq + 1, tail.digest, mac_key), tail.seq + 1)
        tail = tail.after([(row, _line(row))])
        if row[3] is not None:
            newest[row[3]] = row[0]
    for out_trade_no, seq in newest.items():
        listed = db.execute("SELECT seq FROM sale WHERE out_trade_no = ?", (out_trade_no,)).fetchone()
        _refuse(None if listed == (seq,) else Fault.INDEX, seq)
    return tail


def _start(checkpoint: Row | None, genesis: bytes) -> Tail:
    if checkpoint is None:
        return Tail(0, genesis, 0, 1, 0, {})
    body = body_of(checkpoint[6])
    number, still_open = body["next_number"], body["open"]
    assert isinstance(number, int)
    assert isinstance(still_open, dict)
    return Tail(checkpoint[0], checkpoint[8], checkpoint[1], number, 0, still_open)


def _line(row: Row) -> SaleLine | None:
    return None if row[3] is None or row[5] is None else line_of(row[3], row[5])


def _refuse(fault: Fault | None, seq: int) -> None:
    if fault is not None:
        values = (("n", str(seq)),)
        raise JournalBroken(f"entry {seq} of the journal fails: {fault}", key="journal.damaged.say", values=values)
