"""The figures as a table: what was measured, the till, the floor beside it, and their ratio."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.bench.figures import Spread, spread

HEADS: Final = ("", "runs", "median", "p99", "floor", "floor p99", "ratio", "ratio p99")


@dataclass(frozen=True, slots=True)
class Row:
    """``till`` and ``floor`` in ``unit``; no floor, no ratio."""

    name: str
    till: Spread
    floor: Spread | None = None
    unit: str = "ms"


def row(name: str, till: Sequence[float], floor: Sequence[float] = (), *, unit: str = "ms", times: float = 1e3) -> Row:
    """From samples, in seconds unless ``times`` says otherwise."""
    scaled = [sample * times for sample in till]
    return Row(name, spread(scaled), spread([sample * times for sample in floor]) if floor else None, unit)


def lines(rows: Iterable[Row]) -> list[str]:
    """The table's lines, columns aligned for a font in which 汉字 are two wide."""
    cells = [HEADS, *(_cells(each) for each in rows)]
    widths = [max(_width(line[column]) for line in cells) for column in range(len(HEADS))]
    return [
        "  ".join(_padded(text, width, n) for n, (text, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in cells
    ]


def _cells(row: Row) -> tuple[str, ...]:
    till, floor = row.till, row.floor
    beside = ("", "", "", "")
    if floor is not None:
        ratios = till.median / floor.median, till.p99 / floor.p99
        beside = (_figure(floor.median), _figure(floor.p99), f"{ratios[0]:.2f}", f"{ratios[1]:.2f}")
    return (f"{row.name} {row.unit}", str(till.count), _figure(till.median), _figure(till.p99), *beside)


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int, column: int) -> str:
    space = " " * (width - _width(text))
    return text + space if column == 0 else space + text
