r"""WeChat's trade bill (交易账单), the same file from V2 and V3, read line by line (``wechat.md`` §4).

UTF-8 with or without a byte order mark, plain or gzip. A header, rows whose every cell begins with a backtick, a
second header and one line of sums. Columns are found by name: files of type ALL, SUCCESS and REFUND order them
differently, and an older layout of 24 columns still exists. A sale is counted by 订单金额 (the older 总金额) and a
refund by 申请退款金额 (the older 退款金额): these are the sums that we asked for, vouchers or not.
"""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NoReturn, Protocol

from app.channels import beijing, wording
from app.channels.books import BillError, BillFault, BillRow, BillSums, RowKind
from app.core.channel import Channel

LINE_MOST: Final = 16 * 1024  # bytes; the longest documented row is below 2 KiB
GZIP: Final = b"\x1f\x8b"
_BOM: Final = "\ufeff"
_SUMS_BEGIN: Final = "总交易单数"
_COMMA: Final = re.compile("[,，]")  # printed headers of the older layout hold both
_YUAN: Final = re.compile(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,5}))?")
_COUNT: Final = re.compile(r"([0-9]{1,9})(?:\.0+)?")  # printed as a float
_SPREADSHEET: Final = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+")
_NUMBER: Final = re.compile(r"[!-~]{1,64}")
_NONE: Final = frozenset({"", "0"})  # how a payment's row writes "no refund"
_KIND: Final = {"SUCCESS": RowKind.PAYMENT, "REFUND": RowKind.REFUND, "REVOKED": RowKind.REVOKED}

# What is looked for, each by its names in the layouts, the first that is there counts.
_PAID: Final = ("订单金额", "总金额", "应结订单金额")
_RETURNED: Final = ("申请退款金额", "退款金额")
_NEEDED: Final = ("交易时间", "交易状态", "微信订单号", "商户订单号", "商户号", "手续费")
_SUM_PAID: Final = ("订单总金额", "总交易额", "应结订单总金额")
_SUM_RETURNED: Final = ("申请退款总金额", "总退款金额", "退款总金额")
_SUM_FEE: Final = ("手续费总金额",)


def read_bill(path: Path, merchant: str = "", sub_merchant: str = "") -> Iterator[BillRow | BillSums]:
    """Rows in the file's order, then its own sums; of ``merchant`` (商户号) only, where it is given.

    Raises BillError, OSError. Memory does not grow with the file.
    """
    with path.open("rb") as file:
        packed = file.peek(len(GZIP))[: len(GZIP)] == GZIP
        plain: _Lines = gzip.GzipFile(fileobj=file) if packed else file
        try:
            yield from _Bill(plain, merchant, sub_merchant).read()
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise BillError(BillFault.CUT, "the compressed file is cut off or damaged") from None


class _Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each thing stands in a row; the place of what is not there is behind the last cell."""

    count: int
    time: int
    state: int
    channel_no: int
    out_trade_no: int
    merchant: int
    sub_merchant: int
    paid: int
    returned: int
    settled: int
    revoked: tuple[int, ...]  # a reversed sale's sum may stand in any of these: no document and no sample says which
    fee: int
    refund_no: int
    out_refund_no: int
    refund_state: int
    terminal: int


class _Bill:
    """One reading of one file."""

    def __init__(self, file: _Lines, merchant: str, sub_merchant: str) -> None:
        self._file = file
        self._merchant = merchant
        self._sub_merchant = sub_merchant
        self._number = 0

    def read(self) -> Iterator[BillRow | BillSums]:
        first = self._line()
        if first is None:
            self._refuse(BillFault.NOT_BILL, "the file is empty")
        columns = self._header(first.removeprefix(_BOM))
        for line in filter(None, iter(self._line, None)):
            if line.startswith(_SUMS_BEGIN):
                yield self._sums(line)
                return
            yield self._row(self._cells(line, columns.count), columns)
        self._refuse(BillFault.CUT, "the closing sums are missing")

    def _line(self) -> str | None:
        """The next line without its end; None at the end of the file."""
        raw = self._file.readline(LINE_MOST + 1)
        self._number += 1
        if not raw:
            return None
        if len(raw) > LINE_MOST:
            self._refuse(BillFault.NOT_BILL, f"line {self._number} is longer than any of a bill")
        try:
            return raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            self._refuse_bytes(raw)

    def _refuse_bytes(self, raw: bytes) -> NoReturn:
        if raw.decode("gbk", "replace").startswith("#支付宝"):
            self._refuse(BillFault.OTHER_CHANNEL, "this is a bill of Alipay")
        if raw.startswith(b"PK\x03\x04"):
            self._refuse(BillFault.ZIP, "this is a zip archive")
        self._refuse(BillFault.ENCODING, f"line {self._number} is not UTF-8", enc="UTF-8")

    def _refuse(self, fault: BillFault, sentence: str, **values: str) -> NoReturn:
        raise BillError(fault, sentence, **values)

    def _header(self, line: str) -> _Columns:
        names = [name.strip().strip("`") for name in _COMMA.split(line.rstrip(","))]
        columns = {name: n for n, name in enumerate(names)}
        if line.startswith("PK\x03\x04"):
            self._refuse(BillFault.ZIP, "this is a zip archive")
        if "资金流水单号" in columns or "记账时间" in columns:
            self._refuse(BillFault.FUND, "this is a fund bill, not a trade bill")
        if not columns.keys() & {"微信订单号", "交易状态"}:
            self._refuse(BillFault.NOT_BILL, "no header of a WeChat bill on the first line")
        if len(columns) != len(names):
            self._refuse(BillFault.COLUMNS, "a column stands twice in the header")
        missing = [name for name in _NEEDED if name not in columns]
        if not columns.keys() & {*_PAID, *_RETURNED}:
            missing.append(_PAID[0])
        if missing:
            self._refuse(BillFault.COLUMNS, f"columns missing: {', '.join(missing)}", cols="、".join(missing))
        return _placed(columns)

    def _cells(self, line: str, count: int) -> list[str]:
        """The cells of a line; no cell holds a comma, so the separator is unmistakable (see ``unescaped``)."""
        if line.startswith("`"):
            cells = line[1:].rstrip(",").split(",`")
        else:  # a program that saved it took the backticks away, or put quotes around the cells
            parts = next(csv.reader([line])) if line.startswith('"') else line.split(",")
            cells = [cell.strip().removeprefix("`") for cell in parts]
        cells = cells if any(cells[count:]) else cells[:count]  # commas may stand behind the last cell
        if len(cells) != count:
            fault = BillFault.CUT if len(cells) < count else BillFault.DAMAGED
            self._refuse(fault, f"line {self._number} has {len(cells)} cells instead of {count}")
        return cells

    def _row(self, cells: list[str], at: _Columns) -> BillRow:
        cells.append("")  # what ``at`` has no column for
        self._check_merchant(cells[at.merchant], cells[at.sub_merchant])
        kind = _KIND.get(cells[at.state])
        if kind is None:
            self._refuse(BillFault.DAMAGED, f"line {self._number} has a state that no document names")
        at_ms = _at_ms(cells[at.time])
        if at_ms is None:
            self._refuse(BillFault.DAMAGED, f"line {self._number} has no time")
        out_refund_no, refund_no = cells[at.out_refund_no], cells[at.refund_no]
        return BillRow(
            kind=kind,
            channel=Channel.WECHAT,
            out_trade_no=cells[at.out_trade_no] and self._long(cells[at.out_trade_no]),
            channel_no=self._long(cells[at.channel_no]),
            amount_fen=self._amount(kind, cells, at),
            fee_milli_fen=self._milli(cells[at.fee]),
            at_ms=at_ms,
            out_refund_no="" if out_refund_no in _NONE else self._long(out_refund_no),
            refund_no="" if refund_no in _NONE else self._long(refund_no),
            status=wording.clean_code(cells[at.refund_state] if kind is RowKind.REFUND else cells[at.state]),
            terminal=_shown(cells[at.terminal]),
            settled_fen=self._fen(cells[at.settled]) if kind is RowKind.PAYMENT and cells[at.settled] else None,
        )

    def _check_merchant(self, merchant: str, sub_merchant: str) -> None:
        if (self._merchant and merchant != self._merchant) or (
            self._sub_merchant and sub_merchant != self._sub_merchant
        ):
            self._refuse(BillFault.OTHER_MERCHANT, f"line {self._number} is of another merchant", mch=merchant[:32])

    def _long(self, number: str) -> str:
        if _SPREADSHEET.fullmatch(number):
            self._refuse(BillFault.EXCEL, "a spreadsheet has cut the long numbers")
        if not _NUMBER.fullmatch(number):
            self._refuse(BillFault.DAMAGED, f"line {self._number} lacks an order number")
        return number

    def _amount(self, kind: RowKind, cells: list[str], at: _Columns) -> int:
        match kind:
            case RowKind.PAYMENT:
                return self._fen(cells[at.paid])
            case RowKind.REFUND:
                return abs(self._fen(cells[at.returned]))
            case RowKind.REVOKED:
                return next((abs(fen) for n in at.revoked if (fen := self._fen(cells[n]))), 0)

    def _fen(self, text: str) -> int:
        milli = self._milli(text or "0")
        if milli % 1000:
            self._refuse(BillFault.DAMAGED, f"line {self._number} has an amount below one fen")
        return milli // 1000

    def _milli(self, text: str) -> int:
        milli = milli_fen(text)
        if milli is None:
            self._refuse(BillFault.DAMAGED, f"line {self._number} has an amount that is none")
        return milli

    def _sums(self, header: str) -> BillSums:
        columns = {name.strip(): n for n, name in enumerate(_COMMA.split(header.rstrip(",")))}
        line = self._line()
        if line is None:
            self._refuse(BillFault.CUT, "the closing sums are missing")
        cells = self._cells(line, len(columns))
        if any(rest.strip(" ,") for rest in iter(self._line, None)):
            self._refuse(BillFault.DAMAGED, "something stands after the closing sums")
        count = _COUNT.fullmatch(cells[columns[_SUMS_BEGIN]].strip())

        def total(names: tuple[str, ...]) -> int | None:
            return next((self._milli(cells[columns[name]].strip()) for name in names if name in columns), None)

        paid, returned = total(_SUM_PAID), total(_SUM_RETURNED)
        return BillSums(
            rows=int(count[1]) if count else None,
            paid_fen=None if paid is None else paid // 1000,
            returned_fen=None if returned is None else returned // 1000,
            fee_milli_fen=total(_SUM_FEE),
        )


def _placed(columns: Mapping[str, int]) -> _Columns:
    def at(*names: str) -> int:
        return next((columns[name] for name in names if name in columns), len(columns))

    return _Columns(
        count=len(columns),
        time=at("交易时间"),
        state=at("交易状态"),
        channel_no=at("微信订单号"),
        out_trade_no=at("商户订单号"),
        merchant=at("商户号"),
        sub_merchant=at("特约商户号", "子商户号"),
        paid=at(*_PAID),
        returned=at(*_RETURNED),
        settled=at("应结订单金额"),
        revoked=tuple(columns[name] for name in (*_RETURNED, *_PAID) if name in columns),
        fee=at("手续费"),
        refund_no=at("微信退款单号"),
        out_refund_no=at("商户退款单号"),
        refund_state=at("退款状态"),
        terminal=at("设备号"),
    )


@lru_cache(maxsize=4096)
def milli_fen(yuan: str) -> int | None:
    """Thousandths of a fen of ``0.01``, ``45`` or ``-0.00600``: 100,000 to the yuan. None for anything else."""
    match = _YUAN.fullmatch(yuan)
    if match is None:
        return None
    size = int(match[2]) * 100_000 + int((match[3] or "").ljust(5, "0"))
    return -size if match[1] else size


def unescaped(text: str) -> str:
    r"""Merchant text as it was: WeChat writes a comma as ``\ `` and a line's end as ``\n``."""
    return text.replace("\\ ", ",").replace("\\n", "\n")


@lru_cache(maxsize=1024)
def _shown(text: str) -> str:
    return wording.clean(unescaped(text))


@lru_cache(maxsize=1024)
def _midnight_ms(day: str) -> int | None:
    return beijing.read(f"{day} 00:00:00", beijing.SPACED)


def _at_ms(text: str) -> int | None:
    """``YYYY-MM-DD HH:MM:SS``; the day's part is worked out once for all its rows."""
    midnight = _midnight_ms(text[:10])
    clock = text[11:]
    if midnight is None or len(clock) != 8 or text[10] != " " or clock[2] + clock[5] != "::":
        return None
    hours, minutes, seconds = clock[:2], clock[3:5], clock[6:]
    if not (hours + minutes + seconds).isdecimal() or not (hours + minutes + seconds).isascii():
        return None
    if hours > "23" or minutes > "59" or seconds > "59":
        return None
    return midnight + (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000
