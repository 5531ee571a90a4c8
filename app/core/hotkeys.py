"""Hot keys: which there may be, and why some may not. Pure text; what Qt calls a key stands in ``ui.hotkeys``.

F1 to F12, Ctrl or Alt with a letter. What a person types, moves or confirms with (figures, Enter, Esc, Tab, arrows)
stays as it is, on every page. Ctrl with a letter is also how scanners send control characters (Ctrl+M is Enter, Ctrl+B
and Ctrl+C frame a code), and Alt with a figure is how they type a character by its number: none of these is a hot key.
"""

import re
from collections.abc import Mapping
from typing import Final

STANDARD: Final[dict[str, str]] = {
    "help": "F1",
    "stop": "F2",
    "next": "F3",
    "office": "F4",
    "check": "F5",
    "reprint": "F6",
    "keep": "F7",
    "give": "F8",
    "other": "F9",
    "language": "Ctrl+L",
}
SCANNERS: Final = frozenset("BCDHIJM")  # STX, ETX, EOT, BS, HT, LF, CR
EDITING: Final = frozenset("ACVXYZ")  # what every field of text does with them
PAGES: Final = frozenset("E")  # Ctrl+E exports
_SHAPE: Final = re.compile(r"F(?:[1-9]|1[0-2])|(?:Ctrl|Alt)\+[A-Z]")


def hot_key(raw: object) -> str:
    """A setting's parser. Raises ValueError where ``raw`` is none."""
    if not isinstance(raw, str) or refusal(raw):
        raise ValueError
    return raw


def refusal(key: str) -> str:
    """The words key of why ``key`` cannot be a hot key, "" where it can."""
    if not _SHAPE.fullmatch(key):
        return "set.keys.shape"
    held, _, letter = key.rpartition("+")
    if held == "Ctrl" and letter in SCANNERS:
        return "set.keys.scanner"
    if held == "Ctrl" and letter in EDITING | PAGES:
        return "set.keys.reserved"
    return ""


def taken_twice(keys: Mapping[str, str]) -> str | None:
    """The name of the first setting whose key another setting has before it; ``keys`` by their settings' names."""
    seen: set[str] = set()
    for name, key in keys.items():
        if key in seen:
            return name
        seen.add(key)
    return None
