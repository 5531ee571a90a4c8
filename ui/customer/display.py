"""The window on the second screen. It follows the till's pictures, takes no focus and no key, and holds nothing up."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from app.till.api import CounterView
from app.till.customer import Following, Moment, Scene, scene
from app.words import say
from ui import tokens
from ui.customer.board import CustomerBoard
from ui.customer.face import CustomerFace, customer_face
from ui.customer.screens import AUTO, pick
from ui.views.here import Here

TICK_SLACK_MS: Final = 15  # past the full second, so that the next number is due
IDLE_MS: Final = 1_000
UNIT_LEAST: Final = 0.3
TRIAL_FEN: Final = 12_850
TRIAL_MS: Final = 10_000  # how long a trial stands


def customer_theme(width: int, height: int, *, dark: bool) -> tokens.Theme:
    """The look at any size: a customer's screen is as small as seven inches, and nothing on it is pressed."""
    u = max(UNIT_LEAST, min(width / tokens.BASE_WIDTH, height / tokens.BASE_HEIGHT))
    return replace(tokens.theme(width, height, dark=dark), u=u)


class CustomerDisplay(QObject):
    """Belongs to ``till``, the cashier's window. ``language``, ``dark``: how the till looks now."""

    def __init__(
        self,
        till: QWidget,
        *,
        language: Callable[[], str],
        dark: Callable[[], bool],
        screen: str = AUTO,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(till)
        self._till, self._language, self._dark, self._mono = till, language, dark, mono
        self._screen = screen
        self._view: CounterView | None = None
        self._dead = self._open = False
        self._following = Following()
        self.has_screen = False  # read from any thread
        self.board = CustomerBoard(customer_theme(tokens.BASE_WIDTH, tokens.BASE_HEIGHT, dark=dark()))
        self.board.setWindowFlags(
            Qt.WindowType.Window
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowDoesNotAcceptFocus
            | Qt.WindowType.WindowStaysOnTopHint
        )
        self.board.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.board.setCursor(Qt.CursorShape.BlankCursor)
        self._tick = QTimer(self)
        self._tick.setObjectName("customer tick")
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self.place)
        self._trial = QTimer(self)
        self._trial.setObjectName("customer trial")
        self._trial.setSingleShot(True)
        self._trial.timeout.connect(self.refresh)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self.place)
        application.screenRemoved.connect(self.place)

    def use(self, screen: str) -> None:
        """``auto``, ``off`` or a screen's name, from now on."""
        self._screen = screen
        handle = self._till.windowHandle()
        if not self._open and handle is not None:
            handle.screenChanged.connect(self.place)  # dragged onto the customer's screen: that one is left free
        self._open = True
        self.place()

    @Slot()
    def place(self, _changed: QScreen | None = None) -> None:
        """On the customer's screen where there is one now; a screen may come and go while the till sells."""
        if not self._open:
            return
        screens = {screen.name(): screen for screen in QGuiApplication.screens()}
        name = pick(tuple(screens), self._till.screen().name(), self._screen)
        self.has_screen = name is not None
        if name is None:
            self._tick.stop()
            self.board.hide()
            return
        self.board.setScreen(screens[name])
        self.board.setGeometry(screens[name].geometry())
        self.refresh()
        self.board.show()

    @Slot(object)
    def show_view(self, view: CounterView) -> None:
        self._view = view
        self._following = self._following.after(view)
        self.refresh()

    @Slot(str, object)
    def fail(self, _key: str, _values: object = ()) -> None:
        """The till stands still: the customer is asked to wait, and told nothing that may not be true any more."""
        self._dead = True
        self.refresh()

    @Slot()
    def try_out(self) -> bool:
        """A trial sum for some seconds. False where there is no second screen."""
        self._trial.start(TRIAL_MS)
        self.place()
        return self.board.isVisible()

    def close(self) -> None:
        self._open = False
        self._tick.stop()
        self._trial.stop()
        self.board.hide()
        self.board.deleteLater()

    @Slot()
    def refresh(self) -> None:
        board = self.board
        board.set_theme(customer_theme(board.width(), board.height(), dark=self._dark()))
        board.set_face(self.face())
        if board.isVisible():
            self._tick.start(self._wait())

    def _wait(self) -> int:
        """Milliseconds to the ring's next second, else one second: the till's language and brightness may change."""
        sale = self._view.sale if self._view is not None else None
        if sale is not None and sale.deadline is not None and sale.deadline > self._mono():
            return int((sale.deadline - self._mono()) % 1.0 * 1000) + TICK_SLACK_MS
        return IDLE_MS

    def face(self) -> CustomerFace:
        here = Here(language=self._language(), mono=self._mono())
        if self._trial.isActive():
            shown = Scene(Moment.READY, TRIAL_FEN, training=True)
            face = customer_face(shown, self._view, here)
            return CustomerFace(face.tone, face.glyph, face.label, face.amount, say("cus.test.head", here.language))
        return customer_face(scene(None if self._dead else self._view, self._following), self._view, here)
