"""The cashier's window: puts the views' faces on the widgets, and turns keys into what the counter may be asked."""

from ui.window.shell import Window

__all__ = ["Window"]
