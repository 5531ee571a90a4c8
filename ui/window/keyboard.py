"""Which key means which act. One key means one thing on every page (look.md §5)."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.views.actions import Act

_K = Qt.Key
KEYS: Final[dict[int, tuple[Act, ...]]] = {
    _K.Key_Return: (Act.TAKE, Act.AGAIN),
    _K.Key_Enter: (Act.TAKE, Act.AGAIN),
    _K.Key_F1: (Act.HELP,),
    _K.Key_F2: (Act.STOP,),
    _K.Key_F3: (Act.NEXT,),
    _K.Key_F4: (Act.OFFICE,),
    _K.Key_F5: (Act.CHECK,),
    _K.Key_F6: (Act.REPRINT,),
    _K.Key_F7: (Act.CONFIRM, Act.KEEP),
    _K.Key_F9: (Act.OTHER,),
    _K.Key_Escape: (Act.EDIT, Act.CLEAR),
}
ROWS: Final[dict[int, int]] = {_K.Key_Up: -1, _K.Key_Down: 1}
POINTS: Final = frozenset(".。．")  # what a Chinese layout types for the point of the number block
FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９", "0123456789")


def acts_of(event: QKeyEvent) -> tuple[Act, ...]:
    """The acts a key can mean, first come first served; none for plain typing."""
    control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
    if control:
        return (Act.LANGUAGE,) if event.key() == _K.Key_L else ()
    if alt:
        return (Act.PHONE,) if event.key() == _K.Key_0 else ()
    return KEYS.get(event.key(), ())


def behaviour_of(event: QKeyEvent) -> int | None:
    """0 to 3 for Alt+1 to Alt+4: the practice customer's behaviours."""
    if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return None
    at = event.key() - _K.Key_1
    return at if 0 <= at <= 3 else None


def typed_of(event: QKeyEvent) -> str:
    """A figure or ``.``, "" for anything else or with a modifier held."""
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    if event.modifiers() & held:
        return ""
    text = event.text().translate(FULL_WIDTH)
    if text in POINTS and text:
        return "."
    return text if len(text) == 1 and text in "0123456789" else ""
