"""The day after: the channels' bills beside the log, what is off, what it is worth, and what to do."""

from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.office.recon.desk import DayPicture
from app.words import say
from ui.pages.daylog.controls import DayStepper
from ui.pages.page import Asker, Page
from ui.pages.reconcile.cards import ChannelCards, Verdict
from ui.pages.reconcile.faces import channels, lines, verdict
from ui.pages.reconcile.table import LineTable
from ui.tokens import Theme
from ui.widgets.buttons import ButtonFace, KeyButton

PADDING: Final = 16
GAP: Final = 12
CONTROLS: Final = 48
VERDICT: Final = 84
CARDS: Final = 128

PickFiles = Callable[[QWidget, str], list[Path]]


class Books(Protocol):
    """The office's room (``app.office.recon.desk.ReconcileDesk``)."""

    def yesterday(self) -> str: ...

    async def look(self, day: str) -> DayPicture: ...

    async def fetch(self, day: str) -> DayPicture: ...

    async def take(self, day: str, paths: Iterable[Path]) -> DayPicture: ...


def ask_for_files(parent: QWidget, title: str) -> list[Path]:
    """The system's own window."""
    names, _ = QFileDialog.getOpenFileNames(parent, title)
    return [Path(name) for name in names]


class ReconcilePage(Page):
    name = "reconcile"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        books: Books,
        pick_files: PickFiles = ask_for_files,
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._books = books
        self._pick_files = pick_files
        self._asked = 0
        self._busy = False
        self.day = ""
        self.picture: DayPicture | None = None
        self.steps = DayStepper(theme, self)
        self.fetch_button, self.import_button = KeyButton(theme, self), KeyButton(theme, self)
        self.verdict, self.cards, self.table = Verdict(theme, self), ChannelCards(theme, self), LineTable(theme, self)
        self.steps.stepped.connect(self.show_day)
        self.fetch_button.clicked.connect(self.fetch)
        self.import_button.clicked.connect(self.import_files)
        self.table.picked.connect(lambda number: self.go.emit("refund", number))
        self.set_look(theme, language)

    # --- what the window asks of a page

    def enter(self, argument: object = None) -> None:
        """``argument``: the day to show; else the one shown last, else yesterday."""
        self.show_day(argument if isinstance(argument, str) and argument else self.day or self._books.yesterday())
        self.table.setFocus()

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for painted in (self.steps, self.verdict, self.cards, self.table):
            painted.set_theme(theme)
        for button in (self.fetch_button, self.import_button):
            button.set_theme(theme)
        self.refresh()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_F5:
            self.fetch()
        elif event.key() == Qt.Key.Key_O and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.import_files()
        else:
            return False
        return True

    # --- what is asked of the office

    @Slot(str)
    def show_day(self, day: str) -> None:
        self.day = day
        self._ask(lambda: self._books.look(day))

    @Slot()
    def fetch(self) -> None:
        day = self.day
        if not self._busy:
            self._ask(lambda: self._books.fetch(day))

    @Slot()
    def import_files(self) -> None:
        day = self.day
        if self._busy:
            return
        paths = self._pick_files(self, say("rc.import", self.language))
        if paths:
            self._ask(lambda: self._books.take(day, paths))

    def _ask(self, work: Callable[[], Coroutine[Any, Any, DayPicture]]) -> None:
        """Only the newest question's answer is shown."""
        self._asked += 1
        asked = self._asked
        self._busy, self.picture = True, None
        self.refresh()

        def came(found: DayPicture) -> None:
            if asked == self._asked:
                self._busy, self.picture = False, found
                self.refresh()

        self.asker.ask(work, came)

    # --- what is shown

    def refresh(self) -> None:
        picture, language = self.picture, self.language
        result = None if picture is None else picture.result
        last = self._books.yesterday()
        self.steps.set_day(self.day or last, last, language)
        self.fetch_button.set_face(ButtonFace("F5", say("rc.fetch", language), filled=True, enabled=not self._busy))
        self.import_button.set_face(ButtonFace("Ctrl O", say("rc.import", language), enabled=not self._busy))
        self.verdict.set_face(verdict(picture, language))
        self.cards.set_faces(channels(result, language))
        empty = say("rc.nolines", language) if result is not None and result.channels else ""
        self.table.set_lines(lines(result, language), language, empty)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        px, width, height = self.theme.px, self.width(), self.height()
        pad, gap, y = px(PADDING), px(GAP), px(PADDING)
        self.steps.setGeometry(pad, y, px(230), px(CONTROLS))
        right = width - pad
        for button in (self.fetch_button, self.import_button):
            wide = round(button.text_width()) + px(36)
            button.setGeometry(right - wide, y, wide, px(CONTROLS))
            right -= wide + gap
        y += px(CONTROLS) + gap
        self.verdict.setGeometry(pad, y, width - 2 * pad, px(VERDICT))
        y += px(VERDICT) + gap
        cards = px(CARDS) if self.cards.faces else 0
        self.cards.setGeometry(pad, y, width - 2 * pad, cards)
        y += cards + (gap if cards else 0)
        self.table.setGeometry(pad, y, width - 2 * pad, max(px(120), height - y - pad))
