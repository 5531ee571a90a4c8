"""The merchant's detail file of a settlement day (unionpay.md §5): fixed-width ZM rows, GBK, CRLF, in a zip.

No real row was seen by anyone we know; these are built from the layout. A payment that was reversed on its settlement
day never settles and has no row. The error file (ZME) is there and empty.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from app.core.channel import Channel
from app.sim.bank import Bank
from app.sim.bills import Line, LineKind, lines
from app.sim.rules import beijing, day_begins, settlement_ends

_WIDTHS: Final = (
    *(3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13),
    *(13, 8, 32, 13, 13, 12, 2, 1, 32, 13, 2, 1, 12, 67),
)
ROW_BYTES: Final = sum(_WIDTHS) + len(_WIDTHS) - 1
_INSTITUTION: Final = "00049992"
_AT: Final = "%m%d%H%M%S"
_RIGHT: Final = frozenset({4, 5, 7})  # numbers, zero padded
_CODES: Final[Mapping[bool, tuple[str, str, str]]] = {  # void: trade code, txnType, txnSubType
    False: ("S30", "04", "00"),
    True: ("S31", "31", "00"),
}


def settlement_day(now: float) -> str:
    """MMDD of the settlement day ``now`` lies in."""
    return beijing(settlement_ends(now) - 1).strftime("%m%d")


def day_of(settle_date: str, now: float) -> float | None:
    """The end (23:00) of the last settlement day called ``settle_date`` (MMDD) that has begun; None for no date."""
    this_year = beijing(now).year
    for year in range(this_year + 1, this_year - 5, -1):
        begin = day_begins(f"{year}-{settle_date[:2]}-{settle_date[2:]}")
        if begin is not None and len(settle_date) == 4 and settlement_ends(begin) - 86_400 <= now:
            return settlement_ends(begin)
    return None


def unionpay_file(bank: Bank, mer_id: str, end: float, now: float) -> tuple[str, bytes] | None:
    """Name and content of the zip for the settlement day that ends at ``end``; None for a day without rows."""
    found = lines(bank, Channel.UNIONPAY, end - 86_400, end, now)
    if not found:
        return None
    day = beijing(end - 1)
    made, at = io.BytesIO(), (end + timedelta(hours=6).total_seconds())
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, rows in (("ZM", found), ("ZME", ())):
            info = zipfile.ZipInfo(f"INN{day:%y%m%d}88{kind}_{mer_id}", beijing(at).timetuple()[:6])
            archive.writestr(info, _rows(rows, mer_id), zipfile.ZIP_DEFLATED)
    return f"{mer_id}_{day:%Y%m%d}.zip", made.getvalue()


def _rows(found: Sequence[Line], mer_id: str) -> bytes:
    return b"".join(_row(line, mer_id) + b"\r\n" for line in found)


def _row(line: Line, mer_id: str) -> bytes:
    order, refund = line.order, line.refund
    trade, txn_type, sub_type = ("S22", "01", "06") if refund is None else _CODES[refund.void]
    is_back = line.kind is not LineKind.PAID
    query_id = order.channel_no if refund is None else refund.refund_no
    own = order.out_trade_no if refund is None else refund.out_refund_no
    fee = _signed(line.fee_fen, charged=True)
    settled = _signed(-line.amount_fen if is_back else line.amount_fen)
    net = _signed((-line.amount_fen if is_back else line.amount_fen) - line.fee_fen)
    at = beijing(line.at).strftime(_AT)
    values = {
        1: trade,
        2: _INSTITUTION,
        3: _INSTITUTION,
        4: query_id[-6:],
        5: at,
        6: masked(order.code_mark),
        7: str(line.amount_fen),
        8: "5411",
        9: "08",
        10: query_id,
        12: own,
        13: "01",
        14: order.channel_no[-6:] if is_back else "",
        15: beijing(order.created_at).strftime(_AT) if is_back else "",
        16: fee,
        17: settled,
        18: "0001",
        20: txn_type,
        21: sub_type,
        22: "000000",
        23: "01",
        27: order.channel_no if is_back else "",
        28: mer_id,
        32: _signed(0),
        33: net,
        34: order.terminal,
        35: order.attach,
        36: _signed(0),
        37: _signed(0),
        41: order.out_trade_no if is_back else "",
        42: net,
    }
    return b" ".join(_cell(values.get(no, ""), no, width) for no, width in enumerate(_WIDTHS, start=1))


def _cell(text: str, no: int, width: int) -> bytes:
    data = text.encode("gbk", "replace")[:width]
    return data.rjust(width, b"0") if no in _RIGHT and data else data.ljust(width)


def _signed(fen: int, *, charged: bool = False) -> str:
    """X+n12: C what the merchant gets, D what it gives; a fee that is charged is given."""
    gets = fen < 0 if charged else fen >= 0
    return f"{'C' if gets or not fen else 'D'}{abs(fen):012d}"


def masked(code_mark: str) -> str:
    """The payer's account as it is shown."""
    return f"6216{'*' * 11}{int(code_mark[:8] or '0', 16) % 10_000:04d}"
