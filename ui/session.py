"""Who stands at the till, as the window sees it: signed in, locked, or nobody yet.

A till with real keys and people of its own sells to nobody who has not signed in, and locks when nobody touches it;
practice needs neither. Whatever stands over the till, sales go on behind it.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from app.staff import People, PeopleView, Proof, read_badge
from ui.errands import Errands, Runner
from ui.window.backroom import Backroom

LOOK_MS: Final = 5_000  # how often it is looked whether the till was left alone
TOUCHES: Final = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin})
SIGN_IN_HERE: Final = "here"  # the page that asks who stands at the till
LOCK: Final = "lock"
FIRST: Final = "first"  # the page that makes the first manager


class Session(QObject):
    """``strict``: nobody sells without having signed in. ``changed`` carries the PeopleView."""

    changed = Signal(object)
    _came = Signal(object)

    def __init__(
        self,
        people: People,
        backroom: Backroom,
        runner: Callable[[], Runner | None],
        *,
        strict: bool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._people, self._backroom, self._strict = people, backroom, strict
        self._errands = Errands(runner, self)
        self._touched = False
        self._came.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setObjectName("idle")
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def begin(self, application: QApplication) -> None:
        """Hear of the people from now on, and watch for hands on the keys."""
        application.installEventFilter(self)
        self._errands.ask(self._subscribed, lambda _: self._timer.start())

    def close(self, application: QApplication) -> None:
        application.removeEventFilter(self)
        self._timer.stop()

    def take_badge(self, text: str) -> bool:
        """A badge scanned at the till: its owner stands here now. True: it was one, good or not."""
        if not read_badge(text):
            return False
        self._errands.ask(lambda: self._people.sign_in(Proof(badge=text)), lambda _: None)
        return True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() in TOUCHES:
            self._touched = True
        return False

    # --- within

    async def _subscribed(self) -> None:
        await self._people.load()
        self._people.subscribe(self._emit)

    def _emit(self, view: PeopleView) -> None:
        """On the loop."""
        try:
            self._came.emit(view)
        except RuntimeError:  # the window is gone
            return

    @Slot()
    def _look(self) -> None:
        touched, self._touched = self._touched, False
        self._errands.ask(lambda: self._looked(touched=touched), lambda _: None)

    async def _looked(self, *, touched: bool) -> None:
        if touched:
            self._people.touch()
        else:
            self._people.look_idle()

    @Slot(object)
    def _show(self, view: PeopleView) -> None:
        self._backroom.door = FIRST if view.is_empty else self._backroom.DOOR
        if view.is_empty and self._backroom.first_wanted:
            self._backroom.first_wanted = not self._backroom.open()
        if view.locked and view.signed_in is not None:
            self._backroom.hold(LOCK, view.signed_in)
        elif self._strict and view.signed_in is None and view.members:
            self._backroom.hold(SIGN_IN_HERE)
        else:
            self._backroom.release()
        self.changed.emit(view)
