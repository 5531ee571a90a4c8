"""What a customer pole display is sent. Pure: lines in, bytes out; nobody answers, so nothing is asked.

Sources. LED8: user's manual LED8N (2400 8N1; ``ESC Q A … CR``, eight figures and points; ``STX L d1 d2 d3 d4`` for its
lights price, total, received, change). CD5220: manual of that display (``ESC Q A``/``ESC Q B`` … ``CR`` write the upper
and the lower line of twenty). ESC/POS line displays: Epson's DM-D series (``ESC @``, ``CLR``, ``US $ x y``).
Chinese is GB2312, two cells for a character, as in the displays sold with a Chinese character set.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

COLUMNS: Final = 20
FIGURES: Final = 8  # of an LED8, points not counted
TOO_LONG: Final = "-" * FIGURES  # a sum that does not fit: better no figure than a wrong one
_ESC, _CLR, _CR, _US, _STX = b"\x1b", b"\x0c", b"\r", b"\x1f", b"\x02"


class PoleKind(StrEnum):
    LED8 = "led8"
    CD5220 = "cd5220"
    ESCPOS = "escpos"


class PoleLight(StrEnum):
    """The lamp beside the figures."""

    DARK = "dark"
    TOTAL = "total"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class PoleFace:
    """``figures``: a plain sum such as ``128.50``, for a display that knows no letters; empty for none."""

    upper: str = ""
    lower: str = ""
    figures: str = ""
    light: PoleLight = PoleLight.DARK


@dataclass(frozen=True, slots=True)
class PoleShape:
    """How this pole wants it. Without ``chinese`` every character outside ASCII goes as a question mark."""

    kind: PoleKind
    chinese: bool = False
    lights: bool = False


def opening(shape: PoleShape) -> bytes:
    """Sent once after the port is open: its settings as delivered, an empty display."""
    return _ESC + b"@" + _CLR + (b"\x1c&" if shape.chinese and shape.kind is PoleKind.ESCPOS else b"")


def frame(shape: PoleShape, face: PoleFace) -> bytes:
    """The whole display, over whatever it showed before."""
    match shape.kind:
        case PoleKind.LED8:
            return _led8(face, lights=shape.lights)
        case PoleKind.CD5220:
            upper, lower = _line(face.upper, shape), _line(face.lower, shape)
            return _ESC + b"QA" + upper + _CR + _ESC + b"QB" + lower + _CR
        case PoleKind.ESCPOS:
            lines = ((1, _line(face.upper, shape)), (2, _line(face.lower, shape)))
            return b"".join(_US + b"$" + bytes((1, row)) + text for row, text in lines)
        case never:
            assert_never(never)


def _led8(face: PoleFace, *, lights: bool) -> bytes:
    figures = face.figures
    if sum(sign.isdigit() for sign in figures) > FIGURES:
        figures = TOO_LONG
    return b"".join(
        (
            _STX + b"L" + {PoleLight.DARK: b"0000", PoleLight.TOTAL: b"0100", PoleLight.RECEIVED: b"0010"}[face.light]
            if lights
            else b"",
            _CLR if not figures else _ESC + b"QA" + figures.encode("ascii") + _CR,
        )
    )


def _line(text: str, shape: PoleShape) -> bytes:
    """Exactly twenty cells; no character is cut in two, and nothing in it is taken for a command."""
    cells = b""
    for sign in text:
        raw = _cells(sign, chinese=shape.chinese)
        if len(cells) + len(raw) > COLUMNS:
            break
        cells += raw
    return cells.ljust(COLUMNS)


def _cells(sign: str, *, chinese: bool) -> bytes:
    plain = unicodedata.normalize("NFKC", sign) if not chinese else sign
    if plain.isascii():
        return bytes(byte if 0x20 <= byte < 0x7F else ord("?") for byte in plain.encode("ascii"))
    if not chinese:
        return b"?"
    try:
        return sign.encode("gb2312")
    except UnicodeEncodeError:
        return b"?"
