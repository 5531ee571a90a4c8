"""What the channel kept of each row beside what the contract's rate makes of it."""

from dataclasses import replace
from typing import Final

from app.channels.books import BillRow, RowKind
from app.core.channel import Channel
from app.office.recon.lines import signed
from app.office.recon.values import Care, Difference, Fees, Kind

SCALE: Final = 10_000  # a rate is so many of ten thousand
TOLERANCE_MILLI: Final = 1_000  # one fen: each channel rounds its own way, and no document says how
TOLERANCE_BACK_MILLI: Final = 2_000  # a part given back carries the difference of two rounded fees
LINES_MOST: Final = 20  # more rows than this is a rate that is set wrong: one line for all


class FeeCheck:
    """One channel's rows as they come. ``rate``: hundredths of a percent, None where none is set."""

    def __init__(self, channel: Channel, rate: int | None) -> None:
        self._channel = channel
        self._rate = rate
        self._billed = self._expected = self._off = self._count = 0
        self._lines: list[Difference] = []

    def take(self, row: BillRow) -> None:
        self._billed += row.fee_milli_fen
        if self._rate is None:
            return
        expected = signed(row) * self._rate * 1000 // SCALE
        self._expected += expected
        kept_on_refund = row.kind is not RowKind.PAYMENT and row.fee_milli_fen == 0
        off = row.fee_milli_fen - expected
        tolerance = TOLERANCE_MILLI if row.kind is RowKind.PAYMENT else TOLERANCE_BACK_MILLI
        if abs(off) <= tolerance or kept_on_refund:
            return
        self._off, self._count = self._off + off, self._count + 1
        if self._count <= LINES_MOST:
            self._lines.append(_line(row, off))

    def lines(self) -> list[Difference]:
        if self._count <= LINES_MOST:
            return self._lines
        worth = _fen(self._off)
        return [Difference(Kind.FEE, self._channel, Care.ACT, 0, worth, count=self._count)]

    def fees(self) -> Fees:
        return Fees(self._billed, None if self._rate is None else self._expected)


def _line(row: BillRow, off_milli: int) -> Difference:
    line = Difference(Kind.FEE, row.channel, Care.ACT, 0, _fen(off_milli), out_trade_no=row.out_trade_no)
    return replace(line, out_refund_no=row.out_refund_no, at_ms=row.at_ms)


def _fen(milli: int) -> int:
    """To the nearest fen, halves away from zero."""
    fen = (abs(milli) + 500) // 1000
    return -fen if milli < 0 else fen
