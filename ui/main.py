"""The window as a program: window first, house after its first paint, and everything closed in order at the end."""

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.parent import BROKEN, Start, follow_parent, started_for
from app.till.api import CounterView
from app.words import LANGUAGES, say
from devices.api import Scan
from ui.bridge import DEAD, Bridge
from ui.doorbell import Doorkeeper, Visitor
from ui.keys import KeyGate
from ui.linguist import Linguist, folders
from ui.views.leaving import settling
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window
from ui.window.passphrase import Passphrase

IN_USE: Final = "app.two.say"  # words key: another program holds this folder's journal
UNSET: Final = frozenset({"set.missing", "keys.missing.say"})  # words keys: nothing is set up here yet
NO_WINDOW: Final = "win.two"  # words key: and it has no window to show
CLOSE_PATIENCE: Final = 10.0  # seconds the house may take to close; what is open goes on at the next start
_log: Final = logging.getLogger("mashou.window")


class Program(QObject):
    """Owns worker, house, bridge and window. What the worker's side needs is imported there, after the first paint."""

    _stumbled = Signal()
    _opened = Signal()
    _taken = Signal()
    _unset = Signal()

    def __init__(
        self, application: QApplication, folder: Path, *, training: bool, language: str | None, pace: float = 1.0
    ) -> None:
        super().__init__()
        self._folder, self._training, self._pace = folder, training, pace
        self._worker: Any = None  # app.worker.Worker, imported after the first paint
        self._house: Any = None  # app.boot.House
        self.bridge = Bridge()
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.window = Window(self.bridge, language=language or LANGUAGES[0], dark=dark)
        if language:
            self.window.cashier.keep_language()
        self.passphrase = Passphrase(self.window, lambda: self.window.cashier.language, folder)
        self.linguist = Linguist(application)
        self.gate = KeyGate(application)
        self.gate.scanned.connect(self._scanned)
        self.gate.swallowed.connect(self._swallowed)
        self.gate.traced.connect(self.window.backroom.trace)
        queued = Qt.ConnectionType.QueuedConnection
        self._stumbled.connect(self._tell_stumble, queued)
        self._opened.connect(self._keep_door, queued)
        self._taken.connect(self._ring, queued)
        self._unset.connect(self._set_up, queued)
        self._doorkeeper: Doorkeeper | None = None
        self._tenant: Any = None  # ui.tenant.Tenant, once the house is open
        self._beside: Any = None  # ui.mini.beside.Beside, the same
        self._audience: Any = None  # ui.audience.Audience, the same
        self.tours = False  # whether a first start in training shows the tour
        self._left = False  # the window is closed and sales go on without it
        self.bridge.view.connect(self._end_when_settled)
        self.bridge.failed.connect(self._end_when_still)
        self.window.painted.connect(self._start)
        self.window.closed.connect(self._leave)
        self._application = application
        application.setQuitOnLastWindowClosed(False)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._recolour)

    @Slot()
    def _start(self) -> None:
        self.linguist.find(folders())
        self.linguist.speak(self.window.cashier.language)
        self.window.cashier.on_language = self.linguist.speak
        if started_for() is Start.STAND:
            self.bridge.fail("app.broken")
            return
        if started_for() is Start.AGAIN:
            self.window.banner.say(BannerFace(Kind.DOUBT, say("app.restarted.say", self.window.cashier.language)))
        from app.worker import Worker  # noqa: PLC0415 - asyncio costs 40 ms that the first paint need not wait for

        self._worker = Worker(self._crashed)
        self._worker.start()
        self.bridge.loop = self._worker
        self._worker.run(self._open())

    async def _open(self) -> None:
        """On the worker: import the till, open it, and let the bridge hear it."""
        from app import boot  # noqa: PLC0415 - channels, keys and journal are imported while the window takes input

        try:
            if self._training:
                self._house = await boot.open_training(self._folder, on_fatal=_end, pace=self._pace)
            else:
                self._house = await boot.open_house(self._folder, on_fatal=_end, prompt=self.passphrase)
        except boot.CannotStart as refusal:
            _log.warning("the till cannot start: %s", refusal.key)
            if refusal.key == IN_USE:
                self._taken.emit()
            elif refusal.key in UNSET and not self._training:
                self._unset.emit()
            else:
                self.bridge.fail(refusal.key, refusal.values)
            return
        self.bridge.adopt(self._house.counter, self._house.phone)
        self._opened.emit()

    @Slot()
    def _set_up(self) -> None:
        """Nothing is set up here: the first start lies over the window until the till can be opened."""
        from ui.setting_up import begin  # noqa: PLC0415 - as the house's own parts

        first = begin(self.window, self._folder, lambda: self._worker, self.passphrase, self.gate.traced)
        first.done.connect(lambda: self._worker.run(self._open()))

    @Slot()
    def _keep_door(self) -> None:
        from ui.audience import Audience  # noqa: PLC0415 - the same
        from ui.mini.beside import Beside  # noqa: PLC0415 - the same
        from ui.tenant import Tenant  # noqa: PLC0415 - the people's room is there since the house is open

        gc.freeze()  # what the start has made stays to the end: a full collection would look at it for 40 ms
        self._doorkeeper = Doorkeeper(self._folder, self.come_back, self)
        self._tenant = Tenant(self.window, self._house, self._folder, lambda: self._worker, self)
        self._tenant.begin(self._application, tours=self.tours and self._training)
        self._beside = Beside(
            self.window,
            self.bridge,
            self._house,
            self._folder,
            lambda: self._worker,
            show_full=lambda: show_window(self.window),
            away=lambda: self._tenant is None or self._tenant.office_open,
            parent=self,
        )
        self._beside.begin()
        self._audience = Audience(self.window, self.bridge, self._house.settings, self)
        self._tenant.trials = self._audience.trials()

    @Slot()
    def _ring(self) -> None:
        """Another till has the journal: its window comes to the front and this one goes."""
        Visitor(self._folder, self._application.exit, lambda: self.bridge.fail(NO_WINDOW), self)

    def come_back(self) -> None:
        """Show the window again, over whatever hides it or after it was closed over open sales."""
        self._left = False
        if self._beside is not None:
            self._beside.to_full()
        show_window(self.window)
        if self.window.cashier.view is not None:
            self.window.show_view(self.window.cashier.view)

    def _crashed(self, _error: BaseException) -> None:
        """On the worker, which has logged it: before the till is open nothing will come of it any more."""
        if self._house is None:
            self.bridge.fail(DEAD)
        else:
            self._stumbled.emit()

    @Slot()
    def _tell_stumble(self) -> None:
        self.window.banner.say(BannerFace(Kind.SUPERVISOR, say("win.stumble", self.window.cashier.language)))

    @Slot(object)
    def _scanned(self, scan: Scan) -> None:
        place = self._tenant or self.window
        place.scan(scan.text, scan.source)

    @Slot(object)
    def _swallowed(self, _why: object) -> None:
        self.window.banner.say(BannerFace(Kind.DOUBT, say("win.swallowed", self.window.cashier.language)))

    @Slot()
    def _leave(self) -> None:
        """The window is gone; what settles by itself goes on without it, and then the program ends (design §7.15)."""
        if settling(self.window.cashier.view) and not self.window.cashier.dead:
            self._left = True
        else:
            self._application.exit()

    @Slot(object)
    def _end_when_settled(self, view: CounterView) -> None:
        if self._left and not settling(view):
            self._application.exit()

    @Slot(str, object)
    def _end_when_still(self, _key: str, _values: object) -> None:
        if self._left:
            self._application.exit()

    @Slot(Qt.ColorScheme)
    def _recolour(self, scheme: Qt.ColorScheme) -> None:
        self.window.set_dark(scheme is Qt.ColorScheme.Dark)

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A bug in the window: logged and told; the till on its own thread goes on."""
        _log.critical("a bug in the window", exc_info=(kind, error, trace))
        self._stumbled.emit()

    def close(self) -> None:
        """Bridge, keys, bell, house, worker: in this order, whatever any of them says."""
        gc.unfreeze()
        self.bridge.close()
        self.passphrase.close()
        self.gate.close()
        self.linguist.close()
        if self._doorkeeper is not None:
            self._doorkeeper.close()
            self._doorkeeper = None
        if self._beside is not None:
            self._beside.close()
            self._beside = None
        if self._audience is not None:
            self._audience.close()
            self._audience = None
        if self._tenant is not None:
            self._tenant.close(self._application)
            self._tenant = None
        worker, self._worker = self._worker, None
        house, self._house = self._house, None
        if worker is None:
            return
        if house is not None:
            closing: Future[None] = worker.run(house.close())
            try:
                closing.result(CLOSE_PATIENCE)
            except Late:
                _log.error("the house did not close in time; the journal is safe at any moment")
        worker.stop()


def _end(error: BaseException) -> None:
    """The journal broke: nothing more is sent, told or written here; a fresh process proves the file first."""
    _log.critical("the journal broke, this process ends", exc_info=error)
    logging.shutdown()
    os._exit(BROKEN)


def show_window(window: Window) -> None:
    """Over the whole screen where there is one, and in front."""
    if QGuiApplication.platformName() == "offscreen":
        window.show()
    else:
        window.showMaximized()
        window.raise_()
        window.activateWindow()


def run(
    folder: Path,
    *,
    training: bool = False,
    language: str | None = None,
    pace: float = 1.0,
    on_program: Callable[[Program], None] | None = None,
) -> int:
    """Show the window over ``folder`` until it is closed. Returns the exit code; ``BROKEN`` ends it from inside.

    ``pace`` is training's alone; a till that was set up has its own. ``on_program`` is given the program before its
    window shows: the training shift and the bench act through it.
    """
    if started_for() is not Start.ALONE:
        follow_parent()
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    program = Program(application, folder, training=training, language=language, pace=pace)
    application.setPalette(program.window.theme.palette())
    application.setStyleSheet(program.window.theme.qss())
    if on_program is not None:
        on_program(program)
    program.tours = on_program is None  # a hand that plays the window needs no tour, and would stumble over it
    before = sys.excepthook
    sys.excepthook = program.report
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.exit())  # quit() would ask the window, and it may say no
    show_window(program.window)
    try:
        return application.exec()
    finally:
        program.close()
        sys.excepthook = before
        program.window.deleteLater()
