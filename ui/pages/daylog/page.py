"""The manager's day: what came in, hour by hour and channel by channel, every line of it, and a file to hand in."""

from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.core.channel import Channel
from app.office.daybook import NoBook, Progress
from app.office.daylog import DayLog, Query
from app.office.export import Exported, Format
from app.words import say
from ui.pages.daylog.faces import sums_of
from ui.pages.daylog.frame import DayLogFrame
from ui.pages.page import Asker
from ui.text import money
from ui.tokens import Theme

LOOK_MS: Final = 200  # between two looks at how far an export is


class Book(Protocol):
    """The office's day book (``app.office.daybook``)."""

    def today(self) -> str: ...

    async def load(self, query: Query) -> DayLog | NoBook: ...

    async def export(
        self, query: Query, kind: Format, target: Path, language: str, progress: Progress
    ) -> Exported | NoBook: ...


class DayLogPage(DayLogFrame):
    name = "daylog"

    def __init__(self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, book: Book) -> None:
        super().__init__(asker, theme, language, parent, today=book.today)
        self._book = book
        self._asked = 0
        self._clock = QTimer(self)
        self._clock.setObjectName("export")
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self._show_progress)
        self._connect()
        self.set_look(theme, language)

    def _connect(self) -> None:
        self.steps.stepped.connect(self.show_day)
        for name, picker in self.filters.items():
            picker.picked.connect(lambda value, name=name: self.filter(name, value))
        self.sums.textEdited.connect(self._sums)
        self.rows.picked.connect(lambda number: self.go.emit("refund", number))
        self.press.clicked.connect(self.open_export)
        self.card.begun.connect(self._export)
        self.card.halted.connect(self._halt)
        self.card.left.connect(self._close_export)

    # --- what the window asks of a page

    def enter(self, argument: object = None) -> None:
        """``argument``: the day to show; else the day it showed last, brought up to date."""
        day = argument if isinstance(argument, str) and argument else self.query.first_day or self._book.today()
        self.show_day(day)
        if self.progress is not None:
            self._clock.start()
        if not self.card.isVisible():
            self.rows.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._clock.stop()  # an export goes on; its end is told when it comes

    def key(self, event: QKeyEvent) -> bool:
        if self.card.isVisible():
            return self.card.take(event)
        if event.key() == Qt.Key.Key_E and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.open_export()
        elif event.key() == Qt.Key.Key_F5:
            self._load()
        else:
            return False
        return True

    # --- the log

    @Slot(str)
    def show_day(self, day: str) -> None:
        """Another day keeps the filters that people mean by it, but not a shift's."""
        query = self.query
        self._ask(replace(query, first_day=day, last_day=day, shift=0))

    def filter(self, name: str, value: object) -> None:
        match name, value:
            case "shift", int():
                self._ask(replace(self.query, shift=value))
            case "operator", str():
                self._ask(replace(self.query, operator=value))
            case "channel", Channel() | None:
                self._ask(replace(self.query, channel=value))
            case "kind", frozenset():
                self._ask(replace(self.query, kinds=value))

    @Slot(str)
    def _sums(self, text: str) -> None:
        """Half a sum is waited for."""
        found = sums_of(text)
        if found is not None and found != (self.query.least_fen, self.query.most_fen):
            self._ask(replace(self.query, least_fen=found[0], most_fen=found[1]))

    def _ask(self, query: Query) -> None:
        self.query = query
        self._load()

    def _load(self) -> None:
        """Only the newest question's answer is shown."""
        self._asked += 1
        asked, query = self._asked, self.query

        def loaded(found: DayLog | NoBook) -> None:
            if asked == self._asked:
                self.no = found if isinstance(found, NoBook) else None
                self.log = found if isinstance(found, DayLog) else None
                self.refresh()

        self.asker.ask(lambda: self._book.load(query), loaded)

    # --- the export

    @Slot()
    def open_export(self) -> None:
        if self.log is None or self.card.isVisible():
            return
        self.said, self.wrong = (say("ex.clean", self.language),), False
        if self.log.unsettled.count:
            self.said = (say("ex.open", self.language, n=self.log.unsettled.count), *self.said)
        self.card.setVisible(True)
        self.card.raise_()
        self.card.offer(_home() / f"mashou-{self.query.first_day}")
        self.refresh()

    @Slot(object, object)
    def _export(self, kind: Format, path: Path) -> None:
        progress = self.progress = Progress()
        query, language = self.query, self.language
        self._clock.start()
        self.refresh()
        self.asker.ask(lambda: self._book.export(query, kind, _at_home(path), language, progress), self._exported)

    def _exported(self, found: Exported | NoBook) -> None:
        self._clock.stop()
        self.progress = None
        self.said, self.wrong = self._told(found), isinstance(found, NoBook) and found.key != "ex.stop"
        self.refresh()

    def _told(self, found: Exported | NoBook) -> tuple[str, ...]:
        language = self.language
        if isinstance(found, NoBook):
            return (say(found.key, language, **dict(found.values)),)
        about = found.about
        said = [say("ex.done", language, n=about.rows, amount=money(about.net_fen))]
        if found.renamed:
            said.append(say("ex.exists", language, name=found.path.name))
        said.append(say("ex.where", language, path=str(found.path)))
        said.append(say("ex.sig", language, name=found.signature.name))
        return tuple(said)

    @Slot()
    def _halt(self) -> None:
        if self.progress is not None:
            self.progress.stop()

    @Slot()
    def _close_export(self) -> None:
        self.card.hide()
        self.rows.setFocus()
        self.refresh()

    @Slot()
    def _show_progress(self) -> None:
        self.show_card()


def _home() -> Path:
    """Where people look for what they saved."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found else Path.home()


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # ~somebody who is not known here: the place cannot be written, and is said so
        return path
