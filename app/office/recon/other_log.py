"""The signed day log of another till of the shop, merged in after its signature was checked."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.core.beijing import ms_at
from app.core.channel import Channel
from app.core.numbers import parse_order_number
from app.core.shift_sums import Kind
from app.office.export import SIGNATURE
from app.office.export_csv import MARK, plain
from app.office.export_table import COLUMNS, channel_words, headings, kind_words
from app.office.recon.bills import WrongFile, digest
from app.office.recon.day import OtherLog
from app.office.recon.values import Booked, Given, Stand
from app.office.signing import LARGEST_DOCUMENT, check
from app.words import LANGUAGES

_STANDS: Final = {
    Kind.PAID: Stand.KEPT,
    Kind.DECLINED: Stand.NEVER,
    Kind.CLEAN: Stand.BACK,
    Kind.RETURNED: Stand.BACK,
    None: Stand.DOUBT,
}
_BACK: Final = frozenset({Kind.VOIDED, Kind.REFUNDED})
_KINDS: Final = {kind_words(kind, language): kind for kind in (*Kind, None) for language in LANGUAGES}
_CHANNELS: Final = {channel_words(channel, language): channel for channel in Channel for language in LANGUAGES}

Cells = Mapping[str, str]  # by the names of ``COLUMNS``


def read_day_log(paths: Sequence[Path], keys: Mapping[str, Ed25519PublicKey]) -> OtherLog:
    """What several exported days say together; ``keys`` by id are all that are believed. Raises WrongFile."""
    log = _Log()
    for path in paths:
        _must_be_signed(path, keys)
        try:
            for cells in _rows(path):
                log.take(cells)
        except (ValueError, KeyError, csv.Error) as error:
            raise WrongFile("file.log", path=path.name, why=type(error).__name__) from None
        except OSError as error:
            raise WrongFile("file.unreadable", path=path.name, why=error.strerror or "") from None
    return log.result()


def _must_be_signed(path: Path, keys: Mapping[str, Ed25519PublicKey]) -> None:
    try:
        with path.with_name(path.name + SIGNATURE).open("rb") as file:
            checked = check(file.read(LARGEST_DOCUMENT + 1), digest(path), keys)
    except OSError as error:
        raise WrongFile("file.unreadable", path=path.name, why=error.strerror or "") from None
    if checked.flaw is not None:
        raise WrongFile("file.log", path=path.name, why=checked.flaw.value)


def _rows(path: Path) -> Iterator[Cells]:
    """The rows of sales, by their columns' headings in either language; what stands below them is left out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        first = [cell.removeprefix(MARK) for cell in next(rows)]
        names = {word: name for language in LANGUAGES for word, name in zip(headings(language), COLUMNS, strict=True)}
        columns = [names.get(word, word) for word in first]
        for cells in rows:
            if cells and cells[0][:1].isdigit():
                yield dict(zip(columns, map(plain, cells), strict=True))


@dataclass(slots=True)
class _Log:
    """A sale's own row and those of its refunds may lie in different files, in any order."""

    sales: dict[str, Booked] = field(default_factory=dict)
    given: dict[str, dict[tuple[str, int], Given]] = field(default_factory=dict)  # the same line may come twice
    channels: dict[str, Channel] = field(default_factory=dict)
    terminals: set[str] = field(default_factory=set)

    def take(self, cells: Cells) -> None:
        number, kind, channel = cells["order"], _KINDS[cells["result"]], _CHANNELS[cells["channel"]]
        at_ms, fen = ms_at(datetime.fromisoformat(cells["time"])), _fen(cells["amount"])
        self.terminals.add(cells["till"])
        self.channels[number] = channel
        if kind in _BACK:
            given = Given(cells["refund"], abs(fen), cells["day"], at_ms)
            self.given.setdefault(number, {})[given.out_refund_no, at_ms] = given
            return
        no, till = cells["channelno"], cells["till"]
        self.sales[number] = Booked(
            channel, number, fen, _STANDS[kind], cells["day"], at_ms, channel_no=no, purchase=number, till=till
        )

    def result(self) -> OtherLog:
        return OtherLog(frozenset(self.terminals), {number: self._booked(number) for number in self.channels})

    def _booked(self, number: str) -> Booked:
        """Where only a refund was exported, the sale is one of an earlier day whose sum is not told."""
        refunds = tuple(self.given.get(number, {}).values())
        sale = self.sales.get(number)
        if sale is None:
            parsed = parse_order_number(number)
            day = parsed.day if parsed is not None else refunds[0].day
            sale = Booked(self.channels[number], number, 0, Stand.KEPT, day, refunds[0].at_ms, purchase=number)
        return replace(sale, refunds=refunds)


def _fen(yuan: str) -> int:
    """``-28.00`` as the export writes it. Raises ValueError."""
    whole, _, rest = yuan.removeprefix("-").partition(".")
    if len(rest) != 2 or not (whole + rest).isdigit():
        raise ValueError
    fen = int(whole) * 100 + int(rest)
    return -fen if yuan.startswith("-") else fen
