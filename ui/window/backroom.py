"""The office over the till: tabs above, one page below, opened by F4 and left by Esc. Sales go on behind it.

It knows no page: each is made by its ``Make`` when it is first opened, and none before somebody has signed in. It also
holds the till shut while nobody may stand at it: then one page stands there alone, and Esc leads nowhere.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Person
from app.till.api import CounterView
from devices.traces import Trace
from ui.pages.page import Page
from ui.tokens import Theme
from ui.views.here import Here
from ui.views.office import WITHIN, pages_of, tabs_face, with_tab
from ui.widgets.tab_bar import HEIGHT, TabBar

Make = Callable[[Theme, str, QWidget], Page]
Furnish = Callable[[], Mapping[str, Make]]
SIGN_IN: Final = "signin"


class Cover(Protocol):
    """A question over whichever page is open; while it is there, keys and scans are its."""

    def isVisible(self) -> bool: ...  # noqa: N802 - Qt's name

    def scan(self, text: str) -> bool: ...

    def cancel(self) -> None: ...

    def keyPressEvent(self, event: QKeyEvent) -> None: ...  # noqa: N802 - Qt's name

    def set_look(self, theme: Theme, language: str) -> None: ...


class Backroom(QWidget):
    """``shown``: it stands over the till; ``left``: the till has the window again.

    ``said``: words key of a sentence for the banner.
    """

    shown = Signal()
    left = Signal()
    said = Signal(str)
    toured = Signal()  # the help page asks for the tour of the window
    settled = Signal(object)  # Settings, as a page has just saved them
    DOOR: Final = SIGN_IN
    first_wanted = False  # a till set up just now asks for its first manager once its people are known
    door = SIGN_IN  # the page that stands before the others; another where nobody can sign in yet

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.language = theme, "zh"
        self.person: Person | None = None
        self._furnish: Furnish | None = None
        self._makes: Mapping[str, Make] = {}
        self._cover: Cover | None = None
        self._held = ""  # the page that stands alone while nobody may stand at the till
        self._pages: dict[str, Page] = {}
        self._chosen = ""
        self._wanted: tuple[str, object] = ("", None)  # the page to turn to once somebody has signed in
        self.tabs = TabBar(theme, self)
        self.tabs.chosen.connect(self._press)
        self.hide()

    def furnish(self, furnish: Furnish) -> None:
        """``furnish`` gives the pages' makers by name when the office is first opened; ``signin`` is among them: it
        stands there until somebody has signed in.
        """
        self._furnish = furnish

    def cover(self, question: Cover) -> None:
        """``question``, a child of this widget, is asked over the pages."""
        self._cover = question

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    @property
    def page(self) -> Page | None:
        return self._pages.get(self._chosen)

    def open(self, name: str = "", argument: object = None) -> bool:
        """Over the till; False while nothing is furnished yet. ``name``: the page that is wanted once signed in."""
        if not self._furnished() or self._held:
            return bool(self._held)
        self.show()
        self.raise_()
        self.shown.emit()
        if self.person is None and self.door in self._makes:
            self._wanted = (name, argument)
            self._turn(self.door, None)
        else:
            self.turn(name, argument)
        return True

    def hold(self, name: str, argument: object = None) -> None:
        """Page ``name`` alone over the till and whatever page was open, until ``release``."""
        if self._held == name or not self._furnished():
            return
        self._empty()
        self._held = name
        self.show()
        self.raise_()
        self.shown.emit()
        self._turn(name, argument)

    def release(self) -> None:
        if self._held:
            self._held = ""
            self.leave()

    def sign_in(self, person: Person) -> None:
        """``person`` has proven to be that person: the pages are theirs until the office is left."""
        self.person = person
        (name, argument), self._wanted = self._wanted, ("", None)
        self.turn(name, argument)

    @Slot(str, object)
    def turn(self, name: str, argument: object = None) -> None:
        """To the page ``name`` where this person may go; else to the first that is theirs."""
        names = self._names()
        if name not in names:
            name = self._chosen if self._chosen in names else next(iter(names), "")
        if name:
            self._turn(name, argument)
        else:
            self.leave()

    @Slot()
    def leave(self) -> None:
        """Back to the till. Whoever comes next signs in anew, and finds nothing half entered."""
        if self._held:
            return
        self._empty()
        self.hide()
        self.left.emit()

    def _empty(self) -> None:
        if self._cover is not None and self._cover.isVisible():
            self._cover.cancel()
        self.person = None
        self._chosen = ""
        for page in self._pages.values():
            page.hide()
            page.deleteLater()
        self._pages.clear()

    def _furnished(self) -> bool:
        if not self._makes and self._furnish is not None:
            self._makes = self._furnish()
        return bool(self._makes)

    def set_look(self, theme: Theme, language: str) -> None:
        if (theme, language) == (self.theme, self.language):
            return
        self.theme, self.language = theme, language
        self.tabs.set_theme(theme)
        for page in self._pages.values():
            page.set_look(theme, language)
        if self._cover is not None:
            self._cover.set_look(theme, language)
        self._place()

    def refresh(self, view: CounterView | None, here: Here) -> None:
        """The head: which page, and the open sale with its seconds."""
        if self.is_open:
            names = self._names() if self.person is not None else ()
            self.tabs.set_face(tabs_face(view, here, names, self._chosen, held=bool(self._held)))

    def scan(self, text: str) -> bool:
        """A bar code that is no payment code; whether the question over the page, or the page, took it."""
        if self._cover is not None and self._cover.isVisible():
            return self._cover.scan(text)
        return self.page is not None and self.page.scan(text)

    @Slot(object)
    def trace(self, trace: Trace) -> None:
        """How a keyboard scanner's code came: for the pages that find and try scanners."""
        if self.page is not None:
            self.page.trace(trace)

    def key(self, event: QKeyEvent) -> bool:
        """A key that no field took. True: it was meant for the office."""
        page = self.page
        if self._cover is not None and self._cover.isVisible():
            self._cover.keyPressEvent(event)
            return True
        if page is not None and page.key(event):
            return True
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif held and event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._step(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            return False
        return True

    # --- within

    def _names(self) -> tuple[str, ...]:
        return () if self.person is None else pages_of(self.person.role, tuple(self._makes))

    @Slot(str)
    def _press(self, name: str) -> None:
        if name:
            self.turn(name)
        else:
            self.leave()

    def _step(self, by: int) -> None:
        names, chosen = with_tab(self._names()), WITHIN.get(self._chosen, self._chosen)
        if chosen in names:
            self.turn(names[(names.index(chosen) + by) % len(names)])

    def _turn(self, name: str, argument: object) -> None:
        if name not in self._pages:
            page = self._makes[name](self.theme, self.language, self)
            page.left.connect(self.leave)
            page.go.connect(self.turn)
            self._pages[name] = page
        before, self._chosen = self.page, name
        page = self._pages[name]
        if before is not None and before is not page:
            before.hide()
        self._place()
        page.show()
        page.setFocus()
        page.enter(argument)

    def _place(self) -> None:
        head = self.theme.touch(HEIGHT)
        self.tabs.setGeometry(0, 0, self.width(), head)
        for page in self._pages.values():
            page.setGeometry(0, head, self.width(), self.height() - head)

    def resizeEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.colours.bg))
        painter.end()
