"""``ledger.jsonl``: what the bank knows, one JSON line per change, only ever appended to.

A line is written whole before anyone is answered. It is not synced to the disk: the simulator outlives its own death,
not a power cut, and pretends no more.
"""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.sim.book import Entry, Order, OrderState, from_record, to_record

NAME: Final = "ledger.jsonl"


class LedgerError(Exception):
    """The file holds what no simulator wrote; the text is one sentence that names the line."""


class Ledger:
    """The open file. Not safe for two processes: the server holds the folder's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch(mode=0o600)
        self._file = path.open("ab", buffering=0)

    def read(self) -> Iterator[Entry]:
        """Every entry, oldest first. A last line without its end was torn by a crash: it is cut off."""
        good = 0
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                try:
                    entries = [from_record(record) for record in json.loads(line)["changes"]]
                except (ValueError, KeyError, TypeError) as error:
                    raise LedgerError(f"{self._path}, line {number}, cannot be read ({type(error).__name__})") from None
                yield from entries
                good += len(line)
        self._file.truncate(good)

    def append(self, entries: Sequence[Entry], now: float) -> None:
        """One line for all that changed together, or OSError and none of it; ``now`` in seconds since the epoch."""
        record = {"at": round(now, 3), "changes": [to_record(entry) for entry in entries]}
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        end = self._file.seek(0, os.SEEK_END)
        written = 0
        try:
            written = self._file.write(line)
        finally:
            if written != len(line):
                self._file.truncate(end)  # a torn line must not be glued to the next
        if written != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        self._file.close()


def listing(orders: Sequence[Order]) -> list[dict[str, str | int]]:
    """What ``mashou sim ledger --json`` prints: fen, oldest first, attempts too (REFUSED, 0/0).

    ``paid_fen`` is what was ever taken from the customer, ``net_fen`` what the shop holds of it now: after refunds,
    those still on their way included. A paid order with refunds reads PARTLY_REFUNDED or REFUNDED.
    """
    return [
        {
            "channel": order.channel.value,
            "out_trade_no": order.out_trade_no,
            "state": _state(order),
            "paid_fen": order.paid_fen,
            "net_fen": order.net_fen,
        }
        for order in orders
    ]


def _state(order: Order) -> str:
    if order.state is OrderState.PAID and order.refunded_fen:
        return "PARTLY_REFUNDED" if order.net_fen else "REFUNDED"
    return order.state.value
