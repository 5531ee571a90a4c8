"""What of a channel's words may be kept: short, printable, and never a payment code or a whole payer id."""

import re
from typing import Final

SAYS_LIMIT: Final = 128  # characters, as ``Evidence.says`` promises
CODE_LIMIT: Final = 64
NUMBER_LIMIT: Final = 64
HIDDEN: Final = "•••"
_LONG_DIGITS: Final = re.compile(r"\d{16,}")  # every payment code has 16 to 24 digits
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9_.*/ =-]")
_NO_WORD: Final = re.compile(r"[^A-Za-z0-9_-]")


def clean(text: str) -> str:
    """``text`` in one line, at most 128 characters, without any run of digits that may hold a payment code."""
    hidden = _LONG_DIGITS.sub(HIDDEN, text)
    printable = hidden if hidden.isprintable() else "".join(c if c.isprintable() else " " for c in hidden)
    return " ".join(printable.split())[:SAYS_LIMIT]


def clean_code(text: str) -> str:
    """A result code: plain ASCII, at most 64 characters, no payment code."""
    return _NOT_PLAIN.sub("?", _LONG_DIGITS.sub(HIDDEN, text))[:CODE_LIMIT]


def clean_number(text: str) -> str:
    """A channel's own order number: letters and digits, at most 64 characters."""
    return _NO_WORD.sub("?", text)[:NUMBER_LIMIT]


def mask(payer: str) -> str:
    """A payer id cut down to what tells two customers apart; one the channel has masked itself is kept."""
    shown = payer if payer.isprintable() else "".join(c for c in payer if c.isprintable())
    plain = shown[:NUMBER_LIMIT]
    if "*" in plain:
        return plain
    return f"{plain[:3]}***{plain[-3:]}" if len(plain) > 8 else "***" if plain else ""


def ascii_word(text: str, limit: int) -> str:
    """``text`` for a field that takes only letters, digits, ``_`` and ``-`` (store, terminal, operator)."""
    return _NO_WORD.sub("", text)[:limit]
