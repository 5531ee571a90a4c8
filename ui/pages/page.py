"""What every page behind F4 offers the window, and how a page reaches its room on the worker's loop."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from devices.traces import Trace
from ui.tokens import Theme
from ui.widgets.announce import announce

T = TypeVar("T")


class Asker(Protocol):
    """Carries a question to the worker's loop and its answer back to the Qt thread."""

    def ask(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``work`` on the loop; ``done`` or ``failed`` is called on the Qt thread, unless the page is gone by then.

        Without ``failed`` an exception is a bug: logged, told in the banner.
        """
        ...


class Page(QWidget):
    """One page. It owns the whole frame between the tabs above and the status bar below.

    ``left``: Esc at its top, or it has done its work. ``go``: another page is wanted, by name, with an argument.
    """

    left = Signal()
    go = Signal(str, object)

    takes_codes = False  # the page that tries a scanner gets every scan, and shows no payment code

    name: str = ""  # "refund", "daylog", ...; its tab reads the words key ``page.<name>``

    def __init__(self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.asker, self.theme, self.language = asker, theme, language

    def enter(self, argument: object = None) -> None:
        """It is shown, or shown again: load what it shows."""

    def set_look(self, theme: Theme, language: str) -> None:
        """Another scale, another brightness, another language: repaint, losing nothing that was entered."""
        self.theme, self.language = theme, language

    def key(self, event: QKeyEvent) -> bool:  # noqa: ARG002 - what each page makes of it
        """A key that no field of the page took. True: it was meant for the page."""
        return False

    def speak(self, text: str) -> None:
        """What the page has painted as its answer; heard, by who cannot see it, whenever it is another than before."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            announce(self, text, now=True)

    def scan(self, text: str) -> bool:  # noqa: ARG002 - what each page makes of it
        """A scanner read ``text``: a receipt or a badge, never a payment code. True: it was meant for the page."""
        return False

    def trace(self, trace: Trace) -> None:
        """How a keyboard scanner's code came, after its ``scan``: for the pages that find and try scanners."""
