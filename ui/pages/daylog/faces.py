"""What the day log's parts show, worked out of a ``DayLog``. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.core.channel import Channel
from app.core.money import BadAmount, parse_yuan, show_yuan
from app.core.shift_sums import Kind, Sheet, Totals
from app.office.daylog import DayLog, Row
from app.office.export_table import amount_of, note_of
from app.words import say
from ui.text import channel_name, clock, in_fours, money
from ui.widgets.glyphs import Glyph

FIRST_HOUR, LAST_HOUR = 8, 21  # what the chart shows at the least
_STEPS: Final = (10, 12, 16, 20, 30, 40, 50, 60, 80)


@dataclass(frozen=True, slots=True)
class HourBar:
    hour: int
    fen: tuple[int, ...]  # paid, a sum per channel in the channels' order


@dataclass(frozen=True, slots=True)
class ChartFace:
    title: str = ""
    busiest: str = ""
    bars: tuple[HourBar, ...] = ()
    top_fen: int = 0  # the scale's upper end; three lines: 0, half, top


@dataclass(frozen=True, slots=True)
class TotalRow:
    label: str
    channel: Channel | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TotalsFace:
    label: str = ""
    net: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[TotalRow, ...] = ()
    under: str = ""


@dataclass(frozen=True, slots=True)
class RowFace:
    time: str
    glyph: Glyph
    word: str
    kind: Kind | None
    channel: Channel
    channel_name: str
    amount: str
    note: str
    order: str
    operator: str


def chart_face(sheet: Sheet, language: str) -> ChartFace:
    """Bars of what was paid, by hour and channel; hours without any stand empty between the others."""
    by_hour: dict[int, dict[Channel, int]] = {}
    for cell, one in sheet.cells.items():
        if cell.kind is Kind.PAID:
            hour = by_hour.setdefault(cell.hour, {})
            hour[cell.channel] = hour.get(cell.channel, 0) + one.fen
    first, last = min([*by_hour, FIRST_HOUR]), max([*by_hour, LAST_HOUR])
    bars = tuple(
        HourBar(hour, tuple(by_hour.get(hour, {}).get(channel, 0) for channel in Channel))
        for hour in range(first, last + 1)
    )
    highest = max(bars, key=lambda bar: sum(bar.fen))
    busiest = say("ex.busiest", language, n=highest.hour) if sum(highest.fen) else ""
    return ChartFace(say("ex.chart", language), busiest, bars, _round_top(sum(highest.fen)))


def _round_top(fen: int) -> int:
    """The least round sum that reaches ``fen``; ￥100 at least, and its half is round too."""
    scale = 1_000
    while True:
        for step in _STEPS:
            if step * scale >= fen:
                return step * scale
        scale *= 10


def totals_face(log: DayLog, language: str) -> TotalsFace:
    by_channel = log.sheet.cut(lambda cell: cell.channel)
    rows = [
        TotalRow(channel_name(channel, language), channel, _cells(by_channel.get(channel, Totals())))
        for channel in Channel
    ]
    rows.append(TotalRow(say("ex.total", language), None, _cells(log.sheet.total)))
    heads = tuple(say(f"ex.col.{name}", language) for name in ("channel", "count", "paid", "back", "net"))
    under = say("ex.open", language, n=log.unsettled.count) if log.unsettled.count else ""
    return TotalsFace(say("ex.col.net", language), money(log.sheet.total.net_fen), heads, tuple(rows), under)


def _cells(totals: Totals) -> tuple[str, ...]:
    return (
        str(totals.paid.count),
        show_yuan(totals.paid.fen),
        show_yuan(-totals.given_back.fen),
        show_yuan(totals.net_fen),
    )


def row_face(row: Row, language: str) -> RowFace:
    return RowFace(
        time=clock(row.at_ms),
        glyph=_glyph(row),
        word=say(f"ex.kind.{row.kind.value if row.kind is not None else 'open'}", language),
        kind=row.kind,
        channel=row.channel,
        channel_name=channel_name(row.channel, language),
        amount=show_yuan(amount_of(row)),
        note=note_of(row, language),
        order=in_fours(row.out_trade_no),
        operator=row.operator,
    )


def _glyph(row: Row) -> Glyph:
    match row.kind:
        case Kind.PAID:
            return Glyph.TICK
        case Kind.VOIDED | Kind.REFUNDED | Kind.RETURNED:
            return Glyph.RETURNED
        case Kind.DECLINED | Kind.CLEAN:
            return Glyph.CROSS
        case None:
            return Glyph.ARROW


def sums_of(text: str) -> tuple[int, int] | None:
    """The least and the most fen of ``10-200``, ``10-``, ``-200`` or one sum; (0, 0) for nothing, None for neither."""
    parts = [part.strip() for part in text.replace("–", "-").replace("－", "-").split("-")]
    if parts == [""]:
        return 0, 0
    if len(parts) > len(("least", "most")) or not any(parts):
        return None
    try:
        found = [parse_yuan(part) if part else 0 for part in parts]
    except BadAmount:
        return None
    return found[0], found[-1]


def day_words(day: str, language: str) -> str:
    """``2026-11-22 周日``."""
    return f"{day} {say(f'ex.weekday.{date.fromisoformat(day).isoweekday()}', language)}"


def day_beside(day: str, by: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()
