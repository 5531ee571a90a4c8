"""The till beside another POS: which of its two windows stands there, and the interface that POS may ask through."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from app.beside import interface_of
from app.boot import House
from app.pos.interface import Interface
from ui.bridge import Bridge
from ui.errands import Errands, Runner
from ui.mini.place import Place
from ui.mini.window import Mini
from ui.window import Window

SWITCH: Final = "Ctrl+M"


class Beside(QObject):
    """``show_full`` puts the full window in front; ``away``: nobody may sell now, read on the worker's loop."""

    switched = Signal(bool)  # True: the mini window stands there

    def __init__(
        self,
        window: Window,
        bridge: Bridge,
        house: House,
        folder: Path,
        runner: Callable[[], Runner | None],
        *,
        show_full: Callable[[], None],
        away: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window, self._bridge, self._house, self._runner = window, bridge, house, runner
        self._show_full, self._away = show_full, away
        self._errands = Errands(runner, self)
        self._interface: Interface | None = None
        self.mini = Mini(window, Place(folder))
        self.mini.left.connect(self.to_full)
        self._shortcut = QShortcut(QKeySequence(SWITCH), window)
        self._shortcut.activated.connect(self.to_mini)

    def begin(self) -> None:
        """Hear what the full window hears, open the interface, and show the window that the settings want."""
        self._bridge.view.connect(self.mini.refresh)
        self._bridge.failed.connect(self.mini.refresh)
        for signal in (self._window.backroom.shown, self._window.backroom.left):
            signal.connect(self.mini.refresh)
        self._errands.ask(self._open, self._opened)
        if self._house.settings.pos.window == "mini":
            self.to_mini()

    def close(self) -> None:
        """Before the house is closed: nothing more is taken from another program."""
        self.mini.hide()
        self.mini.deleteLater()
        runner, interface = self._runner(), self._interface
        if runner is not None and interface is not None:
            runner.run(interface.aclose())

    @Slot()
    def to_mini(self) -> None:
        """Not while the office is open: whoever works there would lose what they are doing."""
        if self._window.door.is_open or self.mini.isVisible():
            return
        self._window.cashier.help = False
        self.mini.show()
        self._window.hide()
        self.switched.emit(True)

    @Slot()
    def to_full(self) -> None:
        if self.mini.isVisible():
            self._show_full()
            self.mini.hide()
            self.switched.emit(False)

    # --- within

    async def _open(self) -> str:
        """On the loop."""
        self._interface = interface_of(self._house, self._away)
        return await self._interface.open()

    def _opened(self, key: str) -> None:
        if key:
            self._window.door.tell(key)
            self.mini.refresh()
