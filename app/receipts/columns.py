"""Counting columns: Latin 1, 汉字 and full-width signs 2. Nothing a printer would take for a command passes. Pure."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

WIDE: Final = 2
_SAME: Final = str.maketrans({"¥": "￥", "−": "-", "\u00a0": " ", "\u3000": " "})
_DOUBTFUL: Final = "?"


def clean(text: str) -> str:
    """``text`` in characters every GB18030 printer has: printable ASCII and two-byte forms; the rest become ``?``.

    A name or a channel's text can hold anything; an escape in it must not reach the printer, and a four-byte form is
    in few printers (platform.md §5).
    """
    return "".join(one if _prints(one) else _DOUBTFUL for one in text.translate(_SAME))


def width(text: str) -> int:
    """Columns of a ``clean`` text."""
    narrow = sum(map(str.isascii, text))
    return narrow + WIDE * (len(text) - narrow)


def centred(text: str, columns: int) -> str:
    """In the middle; an odd column is left at the right."""
    return " " * ((columns - width(text)) // 2) + text


def pieces(text: str, columns: int) -> Iterator[str]:
    """``text`` cut into pieces that fit: at a blank where there is one, never through a character."""
    if width(text) <= columns:  # as nearly every line does
        yield text
        return
    piece = ""
    for one in text:
        if width(piece + one) > columns:
            head, blank, rest = piece.rpartition(" ")
            if one != " " and blank and head.strip():
                yield head
                piece = rest
            else:
                yield piece
                piece = ""
                if one == " ":
                    continue
        piece += one
    yield piece


def pair(left: str, right: str, columns: int) -> list[str]:
    """``left`` and, at the right edge, ``right``: one line with a blank at least between them, more where they need."""
    room = columns - width(left) - width(right)
    if room >= 1:
        return [left + " " * room + right]
    return [*pieces(left, columns), *(flush(piece, columns) for piece in pieces(right, columns))]


def flush(text: str, columns: int) -> str:
    """At the right edge."""
    return " " * (columns - width(text)) + text


@lru_cache(maxsize=4096)
def _prints(one: str) -> bool:
    """Remembered: a shop prints the same few hundred characters on each of its receipts."""
    if one.isascii():
        return one.isprintable()
    try:
        return len(one.encode("gb18030")) == WIDE
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
