"""The window itself: widgets, places, paint and keys. It holds no rules; what a key means is the cashier's module."""

import time
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.till.api import CounterView
from app.words import LANGUAGES, say
from ui import tokens
from ui.bridge import Bridge
from ui.views import actions, edges, leaving
from ui.views.actions import Act
from ui.views.frame import Frame, frame
from ui.views.here import Here, entering, wake_ms
from ui.views.sales import Ended, list_face
from ui.views.stage import stage_face
from ui.views.story import steps_face
from ui.widgets.amount import AmountDisplay
from ui.widgets.banner import Banner, BannerFace, Kind
from ui.widgets.buttons import KeyButton
from ui.widgets.help_card import HelpCard
from ui.widgets.keypad import BACK, Keypad
from ui.widgets.sale_list import SaleList
from ui.widgets.stage import StageCard
from ui.widgets.status_bar import StatusBar
from ui.widgets.steps import SaleSteps
from ui.window.backroom import Backroom
from ui.window.cashier import Cashier
from ui.window.keyboard import ROWS, acts_of, behaviour_of, typed_of
from ui.window.looks import Looks
from ui.window.notices import Notices
from ui.window.office_door import OfficeDoor
from ui.window.practice import Practice

TICK_SLACK_MS: Final = 15  # past the full second, so that the next number is due


class Window(QWidget):
    """``painted``: once, after the first paint, the moment to open the house. ``closed``: it goes for good."""

    painted = Signal()
    closed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        *,
        language: str = LANGUAGES[0],
        dark: bool = False,
        mono: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.cashier = Cashier(bridge.ask, language, mono, wall)
        self._bridge, self.looks, self._ended = bridge, Looks(dark), Ended()
        self._was_painted = self._leaving = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(*tokens.least_size(self.devicePixelRatioF()))
        self.theme = tokens.theme(tokens.BASE_WIDTH, tokens.BASE_HEIGHT, dark=dark)
        self._build()
        self._tick = QTimer(self)
        self._tick.setObjectName("tick")
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self.refresh)
        bridge.view.connect(self.show_view)
        bridge.failed.connect(self.fail)
        self.resize(tokens.BASE_WIDTH, tokens.BASE_HEIGHT)
        self._fit()

    def _build(self) -> None:
        t = self.theme
        self.amount, self.stage = AmountDisplay(t, self), StageCard(t, self)
        self.keypad, self.steps, self.help = Keypad(t, self), SaleSteps(t, self), HelpCard(t, self)
        self.buttons = tuple(KeyButton(t, self) for _ in range(3))
        self.sales, self.status = SaleList(t, self), StatusBar(t, self)
        self.practice = Practice(self._bridge, t, self)
        self.backroom = Backroom(t, self)
        self.backroom.left.connect(self._back_at_till)
        self.backroom.settled.connect(self.take_settings)
        self.banner = Banner(t, self)
        self.notices = Notices(self.banner, self.sales, self.status, self)
        self.door = OfficeDoor(self.backroom, self.banner, self.cashier, self.do)
        self.keypad.pressed.connect(self.type_key)
        self.sales.chosen.connect(self.choose)
        self.status.pressed.connect(self._press_hint)
        for n, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, n=n: self._press(n))
        self.practice.scanned.connect(self._practice_scan)
        self.practice.changed.connect(self.refresh)
        self.practice.tab.connect(self._turn)

    # --- what comes in

    @Slot(object)
    def show_view(self, view: CounterView) -> None:
        if self.cashier.show_view(view):
            QApplication.beep()
        self.practice.show_view(view)
        self.refresh()

    @Slot(str, object)
    def fail(self, key: str, values: tuple[tuple[str, str], ...] = ()) -> None:
        """The till stands still, or cannot start; ``key`` is a words key, with ``.say`` or without."""
        self.cashier.dead, self.cashier.dead_values = key, values
        self.refresh()

    def scan(self, text: str, source: str) -> None:
        """What a scanner read; with the office open it is the office's, and no payment code goes anywhere."""
        if self.door.is_open:
            self.door.scan(text)
        else:
            self.cashier.scan(text, source)
            self.refresh()

    @Slot()
    def _back_at_till(self) -> None:
        self.setFocus()
        self.refresh()

    @Slot(str)
    def _practice_scan(self, code: str) -> None:
        self.scan(code, "practice")

    # --- what is shown

    @Slot()
    def refresh(self) -> None:
        """Put every face on its widget; what has not changed is not painted."""
        view, here = self.cashier.view, self.cashier.here()
        self.setWindowTitle(say("win.title", here.language))
        self.amount.set_face(edges.amount_face(view, here))
        self.stage.set_face(stage_face(view, here))
        self.keypad.set_words(say("win.clear", here.language))
        self.steps.set_face(steps_face(view, here))
        self.help.set_face(edges.help_face(view, here))
        for button, face in zip(self.buttons, actions.faces(view, here), strict=True):
            button.set_face(face)
        self.sales.set_face(list_face(view, here, self._ended))
        self.status.set_face(edges.status_face(view, here))
        self.backroom.set_look(self.theme, here.language)
        self.backroom.refresh(view, here)
        if view is not None:
            self.practice.refresh(view, here.language, phone=self.cashier.phone_wanted)
        self._choose_columns(keypad=entering(view, here))
        self.notices.place()
        self._start_tick(here)

    def _choose_columns(self, *, keypad: bool) -> None:
        helping, practising = self.cashier.help, self.practice.is_on
        self.help.setVisible(helping)
        self.keypad.setVisible(keypad and not helping)
        self.steps.setVisible(not keypad and not helping)
        self.sales.setVisible(not (practising and self.cashier.phone_wanted))
        at = self.frame()
        self.sales.setGeometry(at.list_under_tabs if practising else at.list)

    def _start_tick(self, here: Here) -> None:
        if self.isVisible():
            self._tick.start(wake_ms(self.cashier.view, here) + TICK_SLACK_MS)

    def frame(self) -> Frame:
        return frame(self.width(), self.height())

    def set_dark(self, dark: bool) -> None:
        self.looks.system_dark = dark
        self._fit()

    @Slot(object)
    def take_settings(self, settings: Any) -> None:
        if self.looks.take(settings):
            self.cashier.language = self.looks.language
        self._fit()

    def _fit(self) -> None:
        self.theme = tokens.theme(self.width(), self.height(), dark=self.looks.dark, keys=self.looks.keys)
        self.practice.set_theme(self.theme)
        for button in self.buttons:
            button.set_theme(self.theme)
        for part in (self.amount, self.stage, self.keypad, self.steps, self.help, self.sales, self.status, self.banner):
            part.set_theme(self.theme)
        at = self.frame()
        self.amount.setGeometry(at.amount)
        self.stage.setGeometry(at.stage)
        for widget in (self.keypad, self.steps, self.help):
            widget.setGeometry(at.side)
        for button, rect in zip(self.buttons, at.buttons, strict=True):
            button.setGeometry(rect)
        self.status.setGeometry(at.status)
        self.backroom.setGeometry(0, 0, self.width(), at.status.y())
        self.practice.place(at)
        self.refresh()

    # --- what a person does

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        event = self.theme.keys.standard(event)
        typed, key = typed_of(event), event.key()
        if self.door.is_open:
            self.door.key(event)
        elif key == Qt.Key.Key_Backspace:
            self.type_key(BACK)
        elif event.isAutoRepeat():
            event.ignore()
        elif typed:
            self.type_key(typed)
        elif (behaviour := behaviour_of(event)) is not None:
            self.practice.behave(behaviour)
        elif key in ROWS:
            self.sales.move_cursor(ROWS[key])
        elif key == Qt.Key.Key_Space:
            self.sales.choose_cursor()
        elif key == Qt.Key.Key_Escape and self._step_back():
            self.refresh()
        elif (act := self.cashier.first_allowed(acts_of(event))) is not None:
            self.do(act)
        elif key == Qt.Key.Key_Escape:
            self.cashier.answered()
            self.refresh()
        else:
            event.ignore()

    def _step_back(self) -> bool:
        """Esc closes what lies on top first: the notice, the page of keys, the cursor in the list."""
        if self.banner.face is not None:
            self.banner.leave()
            return True
        if self.cashier.help:
            self.cashier.help = False
            return True
        return self.sales.drop_cursor()

    @Slot(str)
    def type_key(self, key: str) -> None:
        self.cashier.type_key(key)
        self.refresh()

    @Slot(str)
    def choose(self, out_trade_no: str) -> None:
        self.cashier.choose(out_trade_no)
        self.refresh()

    def do(self, act: Act) -> None:
        if act is Act.OFFICE:
            self.door.open()
        elif act is Act.TAKE and self.cashier.view is None:
            self.banner.say(BannerFace(Kind.INFORMATION, say("win.opening.wait", self.cashier.language)))
        self.cashier.do(act)
        self.refresh()

    def _press(self, n: int) -> None:
        act = actions.acts(self.cashier.view, self.cashier.here())[0][n]
        if act is not None:
            self.do(act)

    @Slot(str)
    def _press_hint(self, act: str) -> None:
        self.do(Act(act))

    @Slot(bool)
    def _turn(self, to_phone: bool) -> None:
        self.cashier.phone_wanted = to_phone
        self.refresh()

    # --- Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.colours.bg))
        painter.end()
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.setFocus()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._tick.stop()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Open sales are told first, in the window; closing once more while that stands closes."""
        notice = leaving.notice(self.cashier.view, self.cashier.here())
        if notice and not (self._leaving and self.banner.face is not None):
            self._leaving = True
            self.banner.say(BannerFace(Kind.DOUBT, notice))
            event.ignore()
            return
        self._tick.stop()
        self.banner.leave()
        self.practice.stop()
        self.closed.emit()
        event.accept()
