"""What lies over the window keeps the keys: Tab goes round among its own fields and never to what it covers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def focus_within(cover: QWidget, *, forward: bool) -> bool:
    """For ``focusNextPrevChild`` of ``cover``: the keys go to the next of its widgets, or stay; True.

    Qt asks the same of what it has just hidden: then they go where Qt would let them go.
    """
    if not cover.isVisible():
        return QWidget.focusNextPrevChild(cover, forward)
    held = QApplication.focusWidget()
    start = held if held is not None and cover.isAncestorOf(held) else cover
    at: QWidget | None = start
    while at is not None:
        at = at.nextInFocusChain() if forward else at.previousInFocusChain()
        if at is None or at == start:
            break
        stops = bool(at.focusPolicy().value & Qt.FocusPolicy.TabFocus.value) and at.isEnabled()
        if stops and cover.isAncestorOf(at) and at.isVisibleTo(cover):
            at.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
            break
    return True
