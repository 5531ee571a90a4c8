"""The page of one slip. F6 prints it, marked as a reprint where it was given out before; it can be kept as a picture.

Enter does nothing here: scanners send Enter. A scanned receipt shows that receipt.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QRectF, QStandardPaths, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.numbers import parse_order_number
from app.receipts.layout import Slip
from app.till.slip_desk import Look
from app.till.slips import SlipKind, SlipName
from app.words import say
from ui.pages.page import Asker, Page
from ui.pages.receipt.sheet import Sheet
from ui.paper.files import CannotSave, save_png
from ui.text import in_fours
from ui.tokens import BODY, FIRST, SECOND, Theme
from ui.widgets.base import draw, wrap
from ui.widgets.buttons import ButtonFace, KeyButton

MARGIN: Final = 24
COLUMN: Final = 560  # px at u = 1 of the right column
SLIPS_MOST: Final = 6  # of one sale that have a button; the newest are shown
NOTE_LINES: Final = 4
_ARROWS: Final = {Qt.Key.Key_Down: 1.0, Qt.Key.Key_Up: -1.0, Qt.Key.Key_PageDown: 8.0, Qt.Key.Key_PageUp: -8.0}


class Room(Protocol):
    """What the page asks of ``app.till.printing.Printing``, on the worker's loop."""

    @property
    def has_printer(self) -> bool: ...

    async def look(self, number: str = "") -> Look | None: ...

    async def again(self, number: str = "", by: str = "") -> Slip | None: ...

    async def drawn(self, number: str, out: str) -> Slip | None: ...


def pictures_folder() -> Path:
    """Where a person looks for a picture."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))


class ReceiptPage(Page):
    name = "receipt"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        room: Room,
        folder: Callable[[], Path] = pictures_folder,
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._room, self._folder = room, folder
        self.look: Look | None = None
        self._number = ""
        self._note = ""
        self.sheet = Sheet(theme, self)
        self.print_key, self.save_key = KeyButton(theme, self), KeyButton(theme, self)
        self.print_key.clicked.connect(self.print)
        self.save_key.clicked.connect(self.save)
        self.others = [KeyButton(theme, self, size=BODY) for _ in range(SLIPS_MOST)]
        for place, other in enumerate(self.others):
            other.clicked.connect(lambda _=False, place=place: self._choose(place))
        self._refresh()

    def enter(self, argument: object = None) -> None:
        """``argument``: an order or refund number; the last slip without one."""
        self._number = argument if isinstance(argument, str) else ""
        self._note = ""
        self._load()

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        self.sheet.set_theme(theme)
        for button in (self.print_key, self.save_key, *self.others):
            button.set_theme(theme)
        self._place()
        self._refresh()

    def key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_F6:
            self.print()
        elif key is Qt.Key.Key_Escape:
            self.left.emit()
        elif key in _ARROWS:
            self.sheet.move_by(_ARROWS[key])
        else:
            return False
        return True

    def scan(self, text: str) -> bool:
        if parse_order_number(text) is None:
            return False
        self.enter(text)
        return True

    @Slot()
    def print(self) -> None:
        """Once per press; the note says what became of it."""
        if self.look is None or not self._room.has_printer:
            return
        number = self.look.name.number
        self.asker.ask(lambda: self._room.again(number), self._printed)

    @Slot()
    def save(self) -> None:
        if self.look is None:
            return
        number = self.look.name.number
        self.asker.ask(lambda: self._room.drawn(number, "png"), self._save)

    def _printed(self, slip: Slip | None) -> None:
        self._note = say("slip.waiting" if slip is not None else "disk.full.say", self.language)
        self._load()

    def _save(self, slip: Slip | None) -> None:
        if slip is None:
            self._note = say("disk.full.say", self.language)
        else:
            path = self._folder() / f"{slip.name}.png"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                save_png(slip, path)
                self._note = say("slip.saved", self.language, path=str(path))
            except (CannotSave, OSError):
                self._note = say("slip.notsaved", self.language)
        self._load()

    def _load(self) -> None:
        number = self._number
        self.asker.ask(lambda: self._room.look(number), self._show)

    def _show(self, look: Look | None) -> None:
        self.look = look
        if look is None:
            self._note = say("slip.none", self.language)
        self.sheet.set_slip(look.slip if look is not None else None)
        self._refresh()

    def _choose(self, place: int) -> None:
        names = self._names()
        if place < len(names):
            self.enter(names[place].number)

    def _names(self) -> tuple[SlipName, ...]:
        """The slips of this sale, where there are several."""
        names = self.look.names if self.look is not None else ()
        return names[-SLIPS_MOST:] if len(names) > 1 else ()

    def _refresh(self) -> None:
        look, language = self.look, self.language
        again = look is not None and look.given.times > 0
        label = say("slip.again.button" if again else "slip.print", language)
        self.print_key.set_face(
            ButtonFace("F6", label, filled=True, enabled=look is not None and self._room.has_printer)
        )
        self.save_key.set_face(ButtonFace("", say("slip.save", language), enabled=look is not None))
        names = self._names()
        for place, other in enumerate(self.others):
            if place < len(names):
                chosen = look is not None and names[place] == look.name
                other.set_face(ButtonFace("", self._title(names[place]), chosen=chosen))
            else:
                other.set_face(None)
        self.update()

    def _title(self, name: SlipName) -> str:
        key = {SlipKind.SALE: "slip.sale", SlipKind.REFUND: "slip.refund", SlipKind.RETURN: "slip.returned"}[name.kind]
        ordinal = f" {int(name.number[24:])}" if name.kind is SlipKind.REFUND else ""
        return say(key, self.language) + ordinal

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        t = self.theme
        edge, column = t.px(MARGIN), t.px(COLUMN)
        self.sheet.setGeometry(edge, edge, self.width() - column - 3 * edge, self.height() - 2 * edge)
        left, bottom = self.width() - column - edge, self.height() - edge
        half = (column - t.px(12)) // 2
        self.print_key.setGeometry(left, bottom - t.px(72), half, t.px(72))
        self.save_key.setGeometry(left + half + t.px(12), bottom - t.px(72), half, t.px(72))
        for place, other in enumerate(self.others):
            row, side = divmod(place, 2)
            other.setGeometry(left + side * (half + t.px(12)), t.px(200) + row * t.px(64), half, t.px(52))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t, c = self.theme, self.theme.colours
        left, wide = self.width() - t.px(COLUMN) - t.px(MARGIN), t.px(COLUMN)

        def line(y: int, text: str, size: int, ink: str, *, bold: bool = False) -> None:
            draw(painter, QRectF(left, t.px(y), wide, t.px(48)), text, t.font(size, bold=bold), ink)

        if self.look is not None:
            number = self.look.name.number
            line(24, self._title(self.look.name), FIRST, c.ink, bold=True)
            line(80, in_fours(number), SECOND, c.ink)
            line(124, say("slip.copies", self.language, n=self.look.given.times), BODY, c.ink2)
        note = self._note or ("" if self._room.has_printer else say("slip.noprinter", self.language))
        size, step = (BODY, 28) if self.look is not None else (SECOND, 36)
        lines = wrap(note, t.font(size), wide)[:NOTE_LINES] if note else ()
        top = 24.0  # where a slip's title stands: with no slip the note is what there is to read
        if self.look is not None:
            top = self.height() / t.u - MARGIN - 72 - 16 - step * len(lines) - 10
        for place, text in enumerate(lines):
            line(round(top) + step * place, text, size, c.ink2 if self.look is not None else c.ink)
        painter.end()
