"""Alipay's trade bill (业务明细), read line by line out of its zip or as a bare csv (``alipay.md`` §9).

GBK; the names in the zip are GBK too, and not relied on. Lines that begin with ``#`` stand before and after the rows;
cells of text end with a TAB; columns are found by name. The fee is written with either sign: here it is positive when
it was taken and negative when it was given back.
"""

import csv
import errno
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NoReturn, Protocol

from app.channels import beijing, wording
from app.channels.books import BillError, BillFault, BillRow, BillSums, RowKind
from app.core.channel import Channel

LINE_MOST: Final = 16 * 1024  # bytes
ENTRIES_MOST: Final = 16  # of the zip; it has two
_LOCKED: Final = 0x1  # general purpose flag of an encrypted entry (APPNOTE 4.4.4)
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, OSError)
_DETAIL: Final = "#支付宝业务明细查询"
_SUMMARY: Final = "#支付宝业务汇总查询"
_FUND: Final = "#支付宝账务"
_END: Final = re.compile(r"#-+业务明细列表结束-+")
_MONEY: Final = r"(-?[0-9]{1,12}\.[0-9]{2})元"
_PAID_SUM: Final = re.compile(rf"#交易合计：([0-9]{{1,9}})笔，商家实收共{_MONEY}，商家优惠共{_MONEY}.*")
_BACK_SUM: Final = re.compile(rf"#退款合计：([0-9]{{1,9}})笔，商家实收退款共{_MONEY}，商家优惠退款共{_MONEY}.*")
_YUAN: Final = re.compile(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,2}))?")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_NUMBER: Final = re.compile(r"[!-~]{1,64}")
_SPREADSHEET: Final = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+")
_KIND: Final = {"交易": RowKind.PAYMENT, "退款": RowKind.REFUND}
_GOODS: Final = "商品名称"
_BEGAN: Final = "创建时间"
_REMARK: Final = "备注"
_TAIL: Final = ", \t"  # a spreadsheet that saved the file fills the lines around the rows up with commas
_ENDED: Final = "完成时间"
_NEEDED: Final = (
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    _ENDED,
    "订单金额（元）",
    "退款批次号/请求号",
    "服务费（元）",
)


class _Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each thing stands in a row; the place of what is not there is behind the last cell."""

    count: int
    names: tuple[str, ...]
    trade_no: int
    out_trade_no: int
    kind: int
    ended: int
    amount: int
    received: int
    request_no: int
    fee: int
    terminal: int


def read_bill(path: Path) -> Iterator[BillRow | BillSums]:
    """Rows in the file's order, then its own sums. Raises BillError, OSError. Memory does not grow with the file."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            if file.peek(4)[:4] == b"PK\x03\x04":
                raise BillError(BillFault.ZIP, "the archive is damaged")
            yield from _Bill(file).read()
        return
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_detail(archive)) as file:
            yield from _Bill(file).read()
    except _DAMAGE as damage:
        if isinstance(damage, OSError) and damage.errno not in {errno.EINVAL, None}:  # the disk's, not the archive's
            raise
        raise BillError(BillFault.ZIP, "the archive is damaged") from None


def _detail(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The entry that begins as a detail file does. Raises BillError where there is none."""
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) > ENTRIES_MOST:
        raise BillError(BillFault.NOT_BILL, "an archive of something else")
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise BillError(BillFault.ZIP, "the archive has a password")
    begins = []
    for entry in entries:
        with archive.open(entry) as file:
            begins.append(file.readline(LINE_MOST))
        if begins[-1].startswith(_DETAIL.encode("gbk")):
            return entry
    if any(begin.startswith(_SUMMARY.encode("gbk")) for begin in begins):
        raise BillError(BillFault.SUMMARY, "only a summary is in the archive")
    raise BillError(BillFault.NOT_BILL, "no detail file of a bill is in the archive")


class _Bill:
    """One reading of one file."""

    def __init__(self, file: _Lines) -> None:
        self._file = file
        self._number = 0

    def read(self) -> Iterator[BillRow | BillSums]:
        self._prologue(self._line())
        columns = None
        for line in iter(self._line, None):
            if line.startswith("#"):
                if not _END.fullmatch(line):
                    continue
                if columns is None:
                    break
                yield self._sums()
                return
            if not line:
                continue
            if columns is None:
                columns = self._header(line)
            else:
                yield self._row(self._cells(line, columns), columns)
        if columns is None:
            self._refuse(BillFault.NOT_BILL, "no header of an Alipay bill")
        self._refuse(BillFault.CUT, "the closing line and the sums are missing")

    def _line(self) -> str | None:
        """The next line without its end; None at the end of the file."""
        raw = self._file.readline(LINE_MOST + 1)
        self._number += 1
        if not raw:
            return None
        if len(raw) > LINE_MOST:
            self._refuse(BillFault.NOT_BILL, f"line {self._number} is longer than any of a bill")
        try:
            line = raw.decode("gb18030").rstrip("\r\n")  # GBK, and the rarer characters of its successor
            return line.rstrip(_TAIL) if line.startswith("#") else line
        except UnicodeDecodeError:
            if self._number == 1 and "交易时间" in raw.decode("utf-8", "replace"):
                self._refuse(BillFault.OTHER_CHANNEL, "this is a bill of WeChat Pay")
            self._refuse(BillFault.ENCODING, f"line {self._number} is not GBK", enc="GBK")

    def _refuse(self, fault: BillFault, sentence: str, **values: str) -> NoReturn:
        raise BillError(fault, sentence, **values)

    def _prologue(self, first: str | None) -> None:
        if first is None:
            self._refuse(BillFault.NOT_BILL, "the file is empty")
        if first.startswith(_SUMMARY):
            self._refuse(BillFault.SUMMARY, "this is a summary, not the detail file")
        if first.startswith(_FUND):
            self._refuse(BillFault.FUND, "this is a fund bill, not a trade bill")
        if first.encode("gb18030").decode("utf-8", "replace").lstrip("\ufeff").startswith("交易时间"):
            self._refuse(BillFault.OTHER_CHANNEL, "this is a bill of WeChat Pay")
        if first.encode("gb18030").decode("utf-8", "replace").lstrip("\ufeff").startswith("#支付宝"):
            self._refuse(BillFault.ENCODING, "the file was saved as UTF-8; the channel's own is GBK", enc="GBK")
        if not first.startswith(_DETAIL):
            self._refuse(BillFault.NOT_BILL, "no Alipay bill begins like this")

    def _header(self, line: str) -> _Columns:
        names = tuple(cell.strip().replace("(", "（").replace(")", "）") for cell in line.split(","))
        columns = {name: n for n, name in enumerate(names)}
        if "支付宝交易号" not in columns and "商户订单号" not in columns:
            self._refuse(BillFault.NOT_BILL, "no header of an Alipay bill")
        if len(columns) != len(names):
            self._refuse(BillFault.COLUMNS, "a column stands twice in the header")
        missing = [name for name in _NEEDED if name not in columns]
        if missing:
            self._refuse(BillFault.COLUMNS, f"columns missing: {', '.join(missing)}", cols="、".join(missing))
        return _placed(columns, names)

    def _cells(self, line: str, columns: _Columns) -> list[str]:
        cells = next(csv.reader([line])) if '"' in line else line.split(",")
        if len(cells) != columns.count:
            cells = _without_commas(line.split(","), columns)
        if len(cells) != columns.count:
            fault = BillFault.CUT if len(cells) < columns.count else BillFault.DAMAGED
            self._refuse(fault, f"line {self._number} has {len(cells)} cells instead of {columns.count}")
        return [cell.strip() for cell in cells]

    def _row(self, cells: list[str], at: _Columns) -> BillRow:
        cells.append("")  # what ``at`` has no column for
        kind = _KIND.get(cells[at.kind])
        if kind is None:
            self._refuse(BillFault.DAMAGED, f"line {self._number} has a kind that no document names")
        at_ms, amount, fee = _at_ms(cells[at.ended]), _fen(cells[at.amount]), _fen(cells[at.fee] or "0")
        if at_ms is None or amount is None or fee is None:
            self._refuse(BillFault.DAMAGED, f"line {self._number} lacks its time or an amount")
        back = kind is RowKind.REFUND
        if (amount > 0) if back else (amount < 0):
            self._refuse(BillFault.DAMAGED, f"line {self._number} has an amount of the wrong sign")
        return BillRow(
            kind=kind,
            channel=Channel.ALIPAY,
            out_trade_no=cells[at.out_trade_no] and self._long(cells[at.out_trade_no]),
            channel_no=self._long(cells[at.trade_no]),
            amount_fen=abs(amount),
            fee_milli_fen=(-abs(fee) if back else abs(fee)) * 1000,
            at_ms=at_ms,
            out_refund_no=self._long(cells[at.request_no]) if back and cells[at.request_no] else "",
            status=cells[at.kind],
            terminal=_shown(cells[at.terminal]),
            settled_fen=None if back else _fen(cells[at.received]),
        )

    def _long(self, number: str) -> str:
        if _SPREADSHEET.fullmatch(number):
            self._refuse(BillFault.EXCEL, "a spreadsheet has cut the long numbers")
        if not _NUMBER.fullmatch(number):
            self._refuse(BillFault.DAMAGED, f"line {self._number} lacks an order number")
        return number

    def _sums(self) -> BillSums:
        """What the shop received plus what it gave as discount is what its customers were charged."""
        paid = back = None
        for line in iter(self._line, None):
            paid = paid or _PAID_SUM.fullmatch(line)
            back = back or _BACK_SUM.fullmatch(line)
        if paid is None or back is None:
            self._refuse(BillFault.CUT, "the closing sums are missing")
        sums = [abs(_fen(text) or 0) for text in (paid[2], paid[3], back[2], back[3])]
        return BillSums(int(paid[1]) + int(back[1]), sums[0] + sums[1], sums[2] + sums[3], None)


def _placed(columns: Mapping[str, int], names: tuple[str, ...]) -> _Columns:
    def at(name: str) -> int:
        return columns.get(name, len(columns))

    return _Columns(
        count=len(columns),
        names=names,
        trade_no=at("支付宝交易号"),
        out_trade_no=at("商户订单号"),
        kind=at("业务类型"),
        ended=at(_ENDED),
        amount=at("订单金额（元）"),
        received=at("商家实收（元）"),
        request_no=at("退款批次号/请求号"),
        fee=at("服务费（元）"),
        terminal=at("终端号"),
    )


def _without_commas(cells: list[str], columns: _Columns) -> list[str]:
    """A name of goods or a closing remark with bare commas in it, put together again where the rest leaves no doubt.

    No document says how such a text is written. Commas elsewhere (the name of a store) stay an error.
    """
    names, extra = columns.names, len(cells) - columns.count
    if extra <= 0 or not {_GOODS, _BEGAN} < set(names) or names.index(_BEGAN) != names.index(_GOODS) + 1:
        return cells
    goods, last = names.index(_GOODS), columns.count - 1
    if _dated(cells, goods + 1) and names[last] == _REMARK and _fen(cells[columns.fee].strip()) is not None:
        return [*cells[:last], ",".join(cells[last:])]
    after = goods + extra + 1
    return [*cells[:goods], ",".join(cells[goods:after]), *cells[after:]] if _dated(cells, after) else cells


def _dated(cells: list[str], at: int) -> bool:
    """Whether two times stand at ``at``."""
    return len(cells) > at + 1 and all(_MOMENT.fullmatch(cell.strip()) for cell in cells[at : at + 2])


@lru_cache(maxsize=4096)
def _fen(yuan: str) -> int | None:
    match = _YUAN.fullmatch(yuan)
    if match is None:
        return None
    size = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    return -size if match[1] else size


@lru_cache(maxsize=1024)
def _shown(text: str) -> str:
    return wording.clean(text)


@lru_cache(maxsize=1024)
def _minute_ms(minute: str) -> int | None:
    return beijing.read(f"{minute}:00", beijing.SPACED)


def _at_ms(text: str) -> int | None:
    """``YYYY-MM-DD HH:MM:SS``; a minute is worked out once for all its rows."""
    if not _MOMENT.fullmatch(text) or text[17:] > "59":
        return None
    minute = _minute_ms(text[:16])
    return None if minute is None else minute + int(text[17:]) * 1000
