"""A channel's bill opened from a file, wherever it came from: whose it is, of which day, and whether it adds up.

The rows of a file of ordinary size are held for the matching that follows; a longer one is read a second time.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from app.channels.books import BillError, BillFault, BillRoom, BillRow, BillSums, RowKind
from app.core.channel import Channel
from app.core.money import show_yuan
from app.core.numbers import TRAINING, is_order_number
from app.office.recon.window import day_index, day_of_index

FILE_MOST: Final = 2 * 1024**3  # bytes; a million rows are 400 MB
HELD_MOST: Final = 200_000  # rows, some 80 MB
_PIECE: Final = 1024 * 1024  # bytes hashed at a time
_MB: Final = 1024 * 1024
# How much a fault tells when every room has refused the file: the first says most.
_TELLING: Final = (
    *(BillFault.OTHER_MERCHANT, BillFault.SUMMARY, BillFault.FUND, BillFault.EXCEL, BillFault.ZME, BillFault.COLUMNS),
    *(BillFault.CUT, BillFault.DAMAGED, BillFault.FORGED, BillFault.ZIP, BillFault.OTHER_CHANNEL),
    *(BillFault.ENCODING, BillFault.NOT_BILL),
)


class WrongFile(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """The file is not taken; ``key`` is the words key of the sentence, ``values`` fill it."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Room(BillRoom, Protocol):
    """A room that has bills."""

    @property
    def channel(self) -> Channel: ...


@dataclass(frozen=True, slots=True)
class Bill:
    """A file that is what it should be. ``day``: the one nearly all its rows belong to; "" where it has none."""

    channel: Channel
    day: str
    path: Path
    sha256: str
    rows: int
    net_fen: int
    payments: int
    training: int  # rows whose number a till in training made
    ours: int  # rows whose number any till of this program made
    room: Room
    held: tuple[BillRow, ...] | None = None

    def read(self) -> Iterable[BillRow]:
        """Its rows, in the file's order. Raises WrongFile where it changed meanwhile."""
        return self._again() if self.held is None else self.held

    def _again(self) -> Iterator[BillRow]:
        for item in _told(self.room, self.path):
            if isinstance(item, BillRow):
                yield item


def open_bill(path: Path, rooms: Iterable[Room]) -> Bill:
    """Find out which channel's it is and prove it from the first row to its own sums. Raises WrongFile."""
    try:
        size = path.stat().st_size
        if size > FILE_MOST:
            raise WrongFile("wf.big", size=f"{size // _MB} MB")
        return _proved(_room_of(path, tuple(rooms)), path)
    except OSError as error:
        raise WrongFile("file.unreadable", path=path.name, why=error.strerror or type(error).__name__) from None


def digest(path: Path) -> str:
    """SHA-256 of the file, hex. Raises OSError."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def _room_of(path: Path, rooms: tuple[Room, ...]) -> Room:
    refusals: list[tuple[BillError, Room]] = []
    for room in rooms:
        try:
            next(iter(room.read_bill(path)), None)
        except BillError as error:
            refusals.append((error, room))
        else:
            return room
    if not refusals:
        raise WrongFile("wf.notbill")
    most, of = min(refusals, key=_rank)
    raise wrong(most, of.channel)


def _rank(refusal: tuple[BillError, Room]) -> int:
    """WeChat's bill is never an archive, so that its room calls any archive one says nothing of it."""
    fault = refusal[0].fault
    any_archive = fault is BillFault.ZIP and refusal[1].channel is Channel.WECHAT
    return _TELLING.index(fault) if fault in _TELLING and not any_archive else len(_TELLING)


def wrong(error: BillError, channel: Channel) -> WrongFile:
    """The sentence of a file that a room has refused."""
    fault = error.fault
    home = "bill" if fault in _OF_FETCHING else "file" if fault in _OF_ANY_FILE else "wf"
    names = {"channel": "…", "channel2": f"name.{channel}"} if fault is BillFault.OTHER_CHANNEL else {}
    return WrongFile(f"{home}.{fault}", **names, **error.values)


_OF_ANY_FILE: Final = frozenset({BillFault.DAMAGED, BillFault.FORGED})
_OF_FETCHING: Final = frozenset(
    {BillFault.NONE, BillFault.LATER, BillFault.WRONG_ASK, BillFault.KEYS, BillFault.NO_ANSWER}
)


def _told(room: Room, path: Path) -> Iterator[BillRow | BillSums]:
    try:
        yield from room.read_bill(path)
    except BillError as error:
        raise wrong(error, room.channel) from None


def _proved(room: Room, path: Path) -> Bill:
    days: Counter[int] = Counter()
    paid = returned = payments = training = ours = 0
    held: list[BillRow] | None = []
    sums = BillSums(None, None, None, None)
    for item in _told(room, path):
        if isinstance(item, BillSums):
            sums = item
            continue
        days[day_index(room.channel, item.at_ms)] += 1
        if item.kind is RowKind.PAYMENT:
            paid, payments = paid + item.amount_fen, payments + 1
        else:
            returned += item.amount_fen
        if is_order_number(item.out_trade_no):
            ours, training = ours + 1, training + (item.out_trade_no[0] == TRAINING)
        if held is not None:
            held.append(item)
            held = held if len(held) <= HELD_MOST else None
    rows = days.total()
    _must_add_up(sums, rows, paid, returned)
    day = day_of_index(days.most_common(1)[0][0]) if rows else ""
    return Bill(
        room.channel,
        day,
        path,
        digest(path),
        rows,
        paid - returned,
        payments,
        training,
        ours,
        room,
        None if held is None else tuple(held),
    )


def _must_add_up(sums: BillSums, rows: int, paid: int, returned: int) -> None:
    """A file whose rows do not make its own sums was altered or cut. Raises WrongFile."""
    if sums.paid_fen is not None and sums.paid_fen != paid:
        raise WrongFile("wf.sum", amount=f"￥{show_yuan(paid)}", amount2=f"￥{show_yuan(sums.paid_fen)}")
    if sums.returned_fen is not None and sums.returned_fen != returned:
        raise WrongFile("wf.sum", amount=f"￥{show_yuan(returned)}", amount2=f"￥{show_yuan(sums.returned_fen)}")
    if sums.rows is not None and sums.rows != rows:
        raise WrongFile("file.rows", n=rows, m=sums.rows)
