"""Hot keys in the window: the standard ones have their fixed places in the look; another may stand for each.

Pages, buttons and sentences speak of the standard key (F2, F8, ...). ``Hotkeys`` says which key that is on this
computer: ``standard`` turns what was pressed into the standard key before any page sees it, ``chip`` and ``in_words``
turn what is shown the other way. So a key means one thing on every page, whichever key it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.core.hotkeys import STANDARD

_F: Final = {int(Qt.Key.Key_F1) + n: f"F{n + 1}" for n in range(12)}
_CODES: Final = {name: code for code, name in _F.items()}
_IN_WORDS: Final = re.compile(r"(?<![A-Za-z0-9])F(?:[1-9]|1[0-2])(?![A-Za-z0-9])")
_HELD: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True, slots=True)
class Hotkeys:
    """``chosen``: (standard key, the key that stands for it here), both as the settings write them."""

    chosen: tuple[tuple[str, str], ...] = ()

    def chip(self, standard: str) -> str:
        """What a chip shows for the standard key it was given, "Ctrl L" as "Ctrl+L" is written there."""
        return dict(self.chosen).get(standard.replace(" ", "+"), standard).replace("+", " ")

    def in_words(self, text: str) -> str:
        """A sentence that names standard function keys, naming those of this computer."""
        return _IN_WORDS.sub(lambda found: self.chip(found[0]), text) if self.chosen else text

    def standard(self, event: QKeyEvent) -> QKeyEvent:
        """``event``, or the standard key that it stands for here; a standard key that was moved away means nothing."""
        if not self.chosen:
            return event
        name = name_of(event)
        if not name:
            return event
        meant = next((standard for standard, key in self.chosen if key == name), None)
        if meant is not None:
            return _event(event, meant)
        if name in dict(self.chosen):
            return QKeyEvent(event.type(), Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier)
        return event


STANDARD_KEYS: Final = Hotkeys()


def hotkeys_of(keys: Mapping[str, str]) -> Hotkeys:
    """From the settings' section: setting -> key. What stands at its standard place is left out."""
    return Hotkeys(tuple((STANDARD[name], key) for name, key in keys.items() if key != STANDARD[name]))


def name_of(event: QKeyEvent) -> str:
    """The key as the settings write it: F5, Ctrl+K; "" for any other."""
    held = event.modifiers() & _HELD
    code = int(event.key())
    if code in _F and not held:
        return _F[code]
    if Qt.Key.Key_A <= code <= Qt.Key.Key_Z:
        for modifier, name in (
            (Qt.KeyboardModifier.ControlModifier, "Ctrl"),
            (Qt.KeyboardModifier.AltModifier, "Alt"),
        ):
            if held == modifier:
                return f"{name}+{chr(code)}"
    return ""


def _event(event: QKeyEvent, name: str) -> QKeyEvent:
    held, _, last = name.rpartition("+")
    modifiers = {
        "": Qt.KeyboardModifier.NoModifier,
        "Ctrl": Qt.KeyboardModifier.ControlModifier,
        "Alt": Qt.KeyboardModifier.AltModifier,
    }[held]
    code = _CODES.get(last) or ord(last)
    kind = QEvent.Type(event.type())
    return QKeyEvent(kind, code, modifiers, "", event.isAutoRepeat(), event.count())
