"""The practice customer beside the till: phone, four behaviours, and the tabs that change phone and list."""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.channel import Channel
from app.till.api import CounterView, Customer, Phase, PhoneView, PracticePhone
from app.words import say
from ui.bridge import AskPhone, Bridge
from ui.tokens import BODY, Theme
from ui.views.frame import Frame
from ui.views.practice import BEHAVIOURS, behaviour_faces, phone_face, wallets
from ui.widgets.base import Painted, draw
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.widgets.code_shapes import forget, prepare
from ui.widgets.phone import BODY_HEIGHT, PhonePanel

LOOK_MS: Final = 500  # how often the phone looks whether its bank asks for the password: as quick as a customer
LINE: Final = len(BEHAVIOURS)
SPENT: Final = frozenset({"paid", "refused", "expired"})


class _Label(Painted):
    text = ""

    def set_text(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        painter = self.painter()
        centre = Qt.AlignmentFlag.AlignHCenter
        draw(painter, QRectF(self.rect()), self.text, self.theme.font(BODY), self.theme.colours.ink3, align=centre)
        painter.end()


class Practice(QObject):
    """Drives the phone over the bridge. ``scanned`` carries a simulator's code, which pays nothing anywhere else."""

    scanned = Signal(str)
    changed = Signal()
    tab = Signal(bool)  # True: the phone is wanted, False: the list

    def __init__(self, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge, self._theme = bridge, theme
        self.panel = PhonePanel(theme, parent)
        self.label = _Label(theme, parent)
        self.tabs = tuple(KeyButton(theme, parent, size=BODY) for _ in range(2))
        self.buttons = tuple(KeyButton(theme, parent, size=BODY) for _ in range(LINE + 1))
        self._view: PhoneView | None = None
        self._customer = Customer.INSTANT
        self._line_up = True
        self._on = False
        self._asked = False
        self._phase: Phase | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        bridge.phone.connect(self._on_phone)
        self.panel.touched.connect(self._on_touched)
        for n, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, n=n: self.behave(n))
        for n, tab in enumerate(self.tabs):
            tab.clicked.connect(lambda _=False, n=n: self.tab.emit(n == 0))
        self._widgets: tuple[PhonePanel | _Label | KeyButton, ...] = (
            self.panel,
            self.label,
            *self.tabs,
            *self.buttons,
        )
        for widget in self._widgets:
            widget.hide()

    @property
    def is_on(self) -> bool:
        return self._on

    def set_theme(self, theme: Theme) -> None:
        for widget in self._widgets:
            widget.set_theme(theme)
        self._theme = theme

    def place(self, at: Frame) -> None:
        smaller = replace(self._theme, u=at.phone.height() / BODY_HEIGHT)
        self.panel.set_theme(smaller)
        for button in self.buttons:
            button.set_theme(smaller)
        self.panel.setGeometry(at.phone)
        self.label.setGeometry(at.ask)
        for tab, rect in zip(self.tabs, at.tabs, strict=True):
            tab.setGeometry(rect)
        for button, rect in zip(self.buttons, at.behaviours, strict=True):
            button.setGeometry(rect)

    def show_view(self, view: CounterView) -> None:
        """Training has a phone; a real till has none. A new sum finds a fresh code on the phone."""
        self._on = view.desk.training and self._bridge.practice is not None
        phase, self._phase = self._phase, view.phase
        if self._on and self._view is None:
            self._fresh(self._channel())
        elif self._on and phase is not view.phase and view.phase in (Phase.IDLE, Phase.READY):
            self._renew()
        if self._on and not self._timer.isActive():
            self._timer.start()

    def refresh(self, view: CounterView, language: str, *, phone: bool) -> None:
        """``phone``: the panel is in sight, else the list is."""
        self.panel.set_face(phone_face(self._view, self._customer, view.desk.shop, language, wallets(view.lamps)))
        self.label.set_text(say("phone.ask", language))
        words = (say("phone.tab", language), say("phone.list", language))
        for n, tab in enumerate(self.tabs):
            tab.set_face(ButtonFace("", words[n], chosen=(n == 0) is phone))
        faces = behaviour_faces(self._customer, language, line_up=self._line_up)
        for button, face in zip(self.buttons, faces, strict=True):
            button.set_face(face)
        for widget in self._widgets:
            widget.setVisible(self._on and (phone or widget in self.tabs))

    def behave(self, which: int) -> None:
        """Alt 1 to 4: right password, too little money, no password, line cut."""
        if not self._on:
            return
        if which == LINE:
            self._line_up = not self._line_up
            up = self._line_up
            self._ask(lambda phone: _then_look(phone, phone.line(up)))
        elif BEHAVIOURS[which] is Customer.PASSWORD and self._view is not None and self._view.state == "password":
            self._ask(lambda phone: _then_look(phone, phone.enter_password()))
        else:
            self._customer = BEHAVIOURS[which]
            self._fresh(self._channel())
        self.changed.emit()

    def stop(self) -> None:
        """Before the window goes: no timer, and no code kept for repainting."""
        self._timer.stop()
        self._on = False
        forget()

    def _channel(self) -> Channel:
        return self._view.channel if self._view is not None else Channel.WECHAT

    def _ask(self, what: AskPhone) -> None:
        self._bridge.ask_phone(what)

    def _fresh(self, channel: Channel) -> None:
        customer = self._customer
        self._ask(lambda phone: _fresh_code(phone, channel, customer))

    def _renew(self) -> None:
        if self._view is not None and self._view.state in SPENT:
            self._fresh(self._channel())

    @Slot()
    def _look(self) -> None:
        if self._on and not self._asked:
            self._asked = self._bridge.ask_phone(lambda phone: phone.look())

    @Slot(object)
    def _on_phone(self, view: PhoneView | None) -> None:
        self._asked = False
        if view is None or view == self._view:
            return
        self._view = view
        if view.state == "expired" and self._phase in (Phase.IDLE, Phase.READY):
            self._renew()  # a wallet shows a new code by itself when the minute is over
        self.changed.emit()

    @Slot(str)
    def _on_touched(self, name: str) -> None:
        match name:
            case "scan":
                if self._view is not None:
                    self.scanned.emit(self._view.code)
            case "pay":
                self._ask(lambda phone: _then_look(phone, phone.enter_password()))
            case "refuse":
                self._ask(lambda phone: _then_look(phone, phone.refuse()))
            case "fresh":
                self._fresh(self._channel())
            case _:
                self._customer = Customer.INSTANT
                self._fresh(Channel(name))


async def _fresh_code(phone: PracticePhone, channel: Channel, customer: Customer) -> PhoneView:
    """On the worker: the libraries' first import and the code's shapes cost the window nothing."""
    view = await phone.fresh_code(channel, customer)
    prepare(view.code)
    return view


async def _then_look(phone: PracticePhone, first: Coroutine[Any, Any, None]) -> PhoneView:
    await first
    return await phone.look()
