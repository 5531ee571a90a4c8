"""The office and its people move in once the till is open: pages, sign-in, and scans that are not the counter's."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from app.boot import House
from app.staff import read_badge
from app.words import say
from ui.errands import Runner
from ui.session import Session
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window
from ui.window.backroom import Make
from ui.window.touring import Touring


class Tenant(QObject):
    """Serial scans reach the counter without the window; those that are not the counter's turn back here."""

    _turned = Signal(str, str)

    def __init__(
        self, window: Window, house: House, folder: Path, runner: Callable[[], Runner | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._window, self._house, self._folder, self._runner = window, house, folder, runner
        window.take_settings(house.settings)
        strict = not house.settings.simulator
        self.session = Session(house.people, window.backroom, runner, strict=strict, parent=self)
        self.trials: Mapping[str, Any] = {}  # ui.audience.Audience.trials, for the settings' test buttons
        self._touring: Touring | None = None
        if house.settings.simulator:
            self._touring = Touring(window, folder)
            window.backroom.toured.connect(self._touring.begin)
        self._office_open = False  # read on the worker's loop
        self._turned.connect(self.scan, Qt.ConnectionType.QueuedConnection)
        window.backroom.shown.connect(self._opened)
        window.backroom.left.connect(self._closed)
        window.backroom.furnish(self._furnish)

    def begin(self, application: QApplication, *, tours: bool = False) -> None:
        """``tours``: whoever practises for the first time is shown round."""
        trouble, language = self._house.trouble, self._window.cashier.language
        if trouble is not None:  # the settings' file is broken: the last good ones sell
            told = say("set.used_last", language, why=trouble.say(language))
            self._window.banner.say(BannerFace(Kind.DOUBT, told))
        self._house.counter.divert = self._divert
        self.session.begin(application)
        if tours and self._touring is not None:
            self._touring.begin_once()

    def close(self, application: QApplication) -> None:
        self._house.counter.divert = lambda _text, _source: False
        self.session.close(application)

    @Slot(str, str)
    def scan(self, text: str, source: str) -> None:
        """What a scanner read, whichever cable it came by: a badge, something for the office, or a payment code."""
        if self._window.door.is_open or not self.session.take_badge(text):
            self._window.scan(text, source)

    @property
    def office_open(self) -> bool:
        """From any thread: whether what stands over the till keeps it from selling."""
        return self._office_open

    # --- within

    def _divert(self, text: str, source: str) -> bool:
        """On the loop: whether this scan is not the counter's."""
        if not self._office_open and not read_badge(text):
            return False
        self._turned.emit(text, source)
        return True

    @Slot()
    def _opened(self) -> None:
        self._office_open = True

    @Slot()
    def _closed(self) -> None:
        self._office_open = False

    def _furnish(self) -> Mapping[str, Make]:
        """When the office is first opened, and not before: its pages cost a hundred milliseconds to load."""
        from app.rooms import rooms_of  # noqa: PLC0415 - as above
        from ui.furnishing import Furnishing  # noqa: PLC0415 - as above

        rooms: Any = rooms_of(self._folder, self._house)
        return Furnishing(self._window.backroom, rooms, self._runner, self.trials).makes()
