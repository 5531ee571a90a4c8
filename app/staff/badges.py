"""Badges: a bar code that names a person. Nobody can guess one, and nothing else a scanner reads looks like one.

A badge is ``MSB`` and 28 letters, 131 random bits. Payment codes, order numbers, ID cards and products are digits, face
codes are longer and hold digits (``codes.md``); so not even a piece of a badge can be taken for any of them. Letters
are read in either case, since Caps Lock turns them round under a keyboard scanner.
"""

import hmac
import re
from collections.abc import Callable
from typing import Final

PREFIX: Final = "MSB"
LETTERS: Final = 28  # 26**28 is 2**131.6
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE: Final = re.compile(rf"{PREFIX}[A-Z]{{{LETTERS}}}")
_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # the symbology some scanners send first
_LONGEST: Final = 64
_RANDOM_BYTES: Final = 32  # far more than needed, so that the remainder favours no letter


def new_badge(entropy: Callable[[int], bytes]) -> str:
    """The text of a new badge."""
    rest = int.from_bytes(entropy(_RANDOM_BYTES), "big")
    letters = []
    for _ in range(LETTERS):
        rest, place = divmod(rest, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return PREFIX + "".join(letters)


def read_badge(text: str) -> str | None:
    """The badge in a scanned ``text``, None where it is none."""
    if len(text) > _LONGEST:
        return None
    plain = text.strip()
    if aim := _AIM.match(plain):
        plain = plain[aim.end() :]
    plain = plain.upper() if plain.isascii() else ""
    return plain if _SHAPE.fullmatch(plain) else None


def mark_of(badge: str, key: bytes) -> str:
    """The keyed hash that is kept in a badge's place, hex."""
    return hmac.digest(key, badge.encode(), "sha256").hex()
