"""The ZM file: one settlement day (23:00 to 23:00) of a merchant, rows of fixed width in bytes, GBK, CRLF, no sums.

Fields are read by their byte offsets (``unionpay.md`` §5, vectors ``unionpay_zm_layout.json``); older rows end in one
longer filler, which moves none of those read here. The separator between two fields is one byte of which no source
says what it is, so every field that is read must have its own shape: a row shifted by a byte is never believed.
"""

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import IO, Final

from app.channels.books import BillError, BillFault, BillRow, BillSums, RowKind
from app.core.beijing import BEIJING, MS, at_beijing, ms_at
from app.core.channel import Channel

LENGTHS: Final = (
    *(3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2),
    *(4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 13, 2, 1, 12, 67),
)
_STARTS: Final = (0, *accumulate(length + 1 for length in LENGTHS))
FIELDS: Final = tuple(slice(start, start + length) for start, length in zip(_STARTS, LENGTHS, strict=False))

_CODE, _TIME, _AMOUNT = FIELDS[0], FIELDS[4], FIELDS[6]
_QUERY_ID, _ORDER_ID, _FEE, _TYPE = FIELDS[9], FIELDS[11], FIELDS[15], FIELDS[19]
_ORIG_QUERY_ID, _MERCHANT, _NET = FIELDS[26], FIELDS[27], FIELDS[32]
_TERMINAL, _ORIG_ORDER_ID = FIELDS[33], FIELDS[40]

SHORTEST: Final = _ORIG_ORDER_ID.stop  # the last field that is read
ROW_MOST: Final = 4096  # bytes of one row
BILL_MOST: Final = 2 * 1024**3  # bytes of all rows
_NUMBER: Final = re.compile(rb"[0-9A-Za-z]*")
_DIGITS: Final = re.compile(rb"[0-9]+")
_SIGNED: Final = re.compile(rb"[CD][0-9]+")
_KINDS: Final = {b"01": RowKind.PAYMENT, b"04": RowKind.REFUND, b"31": RowKind.REFUND, b"99": RowKind.REVOKED}
_CODES: Final = {b"S22": RowKind.PAYMENT, b"S30": RowKind.REFUND}
_INNER_DAY: Final = re.compile(r"INN([0-9]{2})([0-9]{2})([0-9]{2})[0-9]{2}ZM_")
_OUTER_DAY: Final = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])")

_log: Final = logging.getLogger("mashou.channels.unionpay")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose file is expected. ``now_ms``: gives a day that no name tells; ``void_code``: see ``config``."""

    mer_id: str
    now_ms: int
    void_code: str = ""


def read_bill(path: Path, asked: Asked) -> Iterator[BillRow | BillSums]:
    """Rows of the zip as it was downloaded, or of a ZM file taken out of it, then empty sums: the file has none.

    Raises BillError; OSError where the file cannot be opened.
    """
    with ExitStack() as undo:
        name, lines = _open(path, undo)
        last = _last_ms(name, path.name, asked.now_ms)
        number = total = 0
        try:
            while row := lines.readline(ROW_MOST + 1):
                number, total = number + 1, total + len(row)
                if len(row) > ROW_MOST or total > BILL_MOST:
                    raise BillError(BillFault.DAMAGED, f"row {number} is too long")
                yield _row(row.rstrip(b"\r\n"), number, last, asked)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise BillError(BillFault.DAMAGED, f"the archive breaks off after row {number}") from None
    yield BillSums(None, None, None, None)


def _open(path: Path, undo: ExitStack) -> tuple[str, IO[bytes]]:
    """The name and the rows of the ZM file in ``path``."""
    file = undo.enter_context(path.open("rb"))
    if file.peek(4)[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
        if "ZME_" in path.name:
            raise BillError(BillFault.ZME, "an error file (ZME), not the detail file (ZM)")
        return path.name, file
    try:
        archive = undo.enter_context(zipfile.ZipFile(file))
        found = [info for info in archive.infolist() if "ZM_" in info.filename]
        for info in archive.infolist():
            if "ZME_" in info.filename and info.file_size:
                _log.info("an error file (ZME) of %d bytes lies beside the bill and is not read", info.file_size)
        if not found and any("ZME_" in info.filename for info in archive.infolist()):
            raise BillError(BillFault.ZME, "the archive holds an error file (ZME) only")
        if len(found) != 1 or found[0].flag_bits & 1:
            raise BillError(BillFault.ZIP, "the archive does not hold exactly one readable ZM file")
        if found[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise BillError(BillFault.ZIP, "the archive is packed in a way the channel does not use")
        member = undo.enter_context(archive.open(found[0]))
        return found[0].filename, io.BufferedReader(member)  # type: ignore[type-var]  # it has readinto, as asked for
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise BillError(BillFault.ZIP, "the archive cannot be opened") from None


def _last_ms(inner: str, outer: str, now_ms: int) -> int:
    """A time no row can lie after: two days past the settlement day, which only the names tell; else now.

    Rows carry no year. They are of the year that puts them last before this.
    """
    match, century = _INNER_DAY.search(inner), "20"
    if match is None:
        match, century = _OUTER_DAY.search(outer), ""
    if match is None:
        return now_ms
    try:
        day = datetime(int(century + match[1]), int(match[2]), int(match[3]), tzinfo=BEIJING)
    except ValueError:
        return now_ms
    return ms_at(day + timedelta(days=2))


def _row(row: bytes, number: int, last_ms: int, asked: Asked) -> BillRow:
    """One row. Raises BillError naming its number, never its contents."""
    if len(row) < SHORTEST:
        raise BillError(BillFault.NOT_BILL if number == 1 else BillFault.CUT, f"row {number} is cut short")
    try:
        if _plain(row, _MERCHANT) != asked.mer_id:
            raise BillError(BillFault.OTHER_MERCHANT, f"row {number} is of another merchant")
        return _made(row, _time_ms(row, last_ms), asked)
    except ValueError:
        fault = BillFault.NOT_BILL if number == 1 else BillFault.DAMAGED
        raise BillError(fault, f"row {number} is not laid out as a ZM row") from None


def _made(row: bytes, at_ms: int, asked: Asked) -> BillRow:
    kind = _kind(row, asked.void_code)
    own, query_id = _plain(row, _ORDER_ID), _plain(row, _QUERY_ID)
    back = kind is RowKind.REFUND
    return BillRow(
        kind=kind,
        channel=Channel.UNIONPAY,
        out_trade_no=_plain(row, _ORIG_ORDER_ID) if back else own,
        channel_no=_plain(row, _ORIG_QUERY_ID) if back else query_id,
        amount_fen=_digits(row, _AMOUNT),
        fee_milli_fen=_fee(row),
        at_ms=at_ms,
        out_refund_no=own if back else "",
        refund_no=query_id if back else "",
        status=f"{_plain(row, _CODE)}/{_plain(row, _TYPE)}",
        terminal=_plain(row, _TERMINAL),
    )


def _kind(row: bytes, void_code: str) -> RowKind:
    """By the row's own txnType, else by its trade code, else by the way its net sum went (C to us, D from us)."""
    code, txn_type = row[_CODE].strip(), row[_TYPE].strip()
    if void_code and code == void_code.encode():
        return RowKind.REFUND
    known = _KINDS.get(txn_type) or _CODES.get(code)
    if known is not None:
        return known
    net = row[_NET]
    if not _SIGNED.fullmatch(net):
        raise ValueError
    return RowKind.PAYMENT if net.startswith(b"C") else RowKind.REFUND


def _fee(row: bytes) -> int:
    """What the channel keeps, in thousandths of a fen: D was taken from us, C given back."""
    fee = row[_FEE]
    if not _SIGNED.fullmatch(fee):
        raise ValueError
    milli = int(fee[1:]) * 1000
    return milli if fee.startswith(b"D") else -milli


def _digits(row: bytes, where: slice) -> int:
    if not _DIGITS.fullmatch(row[where]):
        raise ValueError
    return int(row[where])


def _plain(row: bytes, where: slice) -> str:
    text = row[where].strip(b" ")
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return text.decode("ascii")


def _time_ms(row: bytes, last_ms: int) -> int:
    text = row[_TIME]
    if not _DIGITS.fullmatch(text):
        raise ValueError
    hour, minute, second = int(text[4:6]), int(text[6:8]), int(text[8:10])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError
    return _day_ms(int(text[:2]), int(text[2:4]), last_ms) + (hour * 3600 + minute * 60 + second) * MS


@lru_cache(maxsize=64)
def _day_ms(month: int, day: int, last_ms: int) -> int:
    """00:00 of the last such day that is not after ``last_ms``. Raises ValueError for one that never was."""
    year = at_beijing(last_ms).year
    for one in range(year, year - 5, -1):  # 29 February comes every four years
        try:
            midnight = ms_at(datetime(one, month, day, tzinfo=BEIJING))
        except ValueError:
            continue
        if midnight <= last_ms:
            return midnight
    raise ValueError
