"""A laid-out slip: rows of text in columns and one row of bars, the same for paper, screen, PNG and PDF. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.receipts.columns import centred, clean, flush, pair, pieces

COLUMNS: Final = {58: 32, 80: 48}  # paper in mm -> columns of 12 dots at 203 dpi
COLUMN_DOTS: Final = 12
ROW_DOTS: Final = 24
_BARS: Final = "|||| 条码 Code 128-C |||||"


@dataclass(frozen=True, slots=True)
class Text:
    """One line, already in its columns. ``big``: twice as high and bold, as wide as ever."""

    text: str
    big: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """An order number as Code 128-C, centred (see ``app.receipts.bars``)."""

    digits: str


Row = Text | Bars


@dataclass(frozen=True, slots=True)
class Slip:
    """``columns`` 32 or 48; ``name`` is a file name without its ending, ASCII."""

    rows: tuple[Row, ...]
    columns: int
    name: str

    @property
    def dots(self) -> int:
        """Width of the printed area at 203 dpi: 384 or 576."""
        return self.columns * COLUMN_DOTS


def as_text(slip: Slip) -> str:
    """The slip as a terminal shows it; bars are a word in their place."""
    return "\n".join(row.text.rstrip() if isinstance(row, Text) else centred(_BARS, slip.columns) for row in slip.rows)


class Sheet:
    """Takes a slip down row by row. Whatever it is given is cleaned first."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._rows: list[Row] = []

    def middle(self, *texts: str, big: bool = False) -> None:
        """Each text centred; one that is too long goes on below, an empty one is left out."""
        for text in texts:
            if text:
                self._put((centred(piece, self.columns) for piece in pieces(clean(text), self.columns)), big=big)

    def left(self, text: str, indent: int = 0) -> None:
        room = self.columns - indent
        self._put(" " * indent + piece for piece in pieces(clean(text), room))

    def right(self, text: str) -> None:
        self._put(flush(piece, self.columns) for piece in pieces(clean(text), self.columns))

    def pair(self, left: str, right: str, *, big: bool = False) -> None:
        self._put(pair(clean(left), clean(right), self.columns), big=big)

    def rule(self, sign: str = "-") -> None:
        self._put([sign * self.columns])

    def bars(self, digits: str) -> None:
        """The bar code, and its digits below it."""
        self._rows.append(Bars(digits))
        self.middle(digits)

    def slip(self, name: str) -> Slip:
        return Slip(tuple(self._rows), self.columns, name)

    def _put(self, lines: Iterable[str], *, big: bool = False) -> None:
        self._rows += [Text(line, big) for line in lines]
