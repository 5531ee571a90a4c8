"""What a screen reader is to say of itself: the stage when it changes, a banner when it comes.

Nothing is sent while no reader listens; Qt then drops it. The text is what stands on the screen, never more.
"""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str, *, now: bool) -> None:
    """``now``: over whatever is being read; else after it."""
    if not text or not widget.isVisible():
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if now else politeness.Polite)
    QAccessible.updateAccessibility(event)
