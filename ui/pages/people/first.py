"""The first start of a till: somebody becomes its manager. There is no default name and no default PIN."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Person
from app.staff import Changes, No
from app.words import say
from ui.pages.page import Asker, Page
from ui.pages.people.form import PersonForm
from ui.pages.proof import fault
from ui.tokens import CARD_RADIUS, FIRST, SECOND, Theme
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.pin_pad import HEIGHT, WIDTH, PadFace, PinPad

CARD_WIDTH: Final = 560
GAP: Final = 16
PADDING: Final = 40
FORM_TOP: Final = 160


class FirstPage(Page):
    """Shown where ``PeopleView.is_empty``; ``begun`` carries the manager's Person."""

    name = "first"
    begun = Signal(object)

    def __init__(
        self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, changes: Changes
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._changes = changes
        self._person: Person | None = None  # waits for the PIN
        self._first_typed = ""
        self.note = ""
        self.form = PersonForm(theme, language, self, first=True)
        self.form.done.connect(self._formed)
        self.pad = PinPad(theme, self)
        self.pad.entered.connect(self._typed)

    def enter(self, argument: object = None) -> None:  # noqa: ARG002 - nothing is handed to it
        self._ask_for_person("")

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        self.form.set_look(theme, language)
        self.pad.set_theme(theme)
        self._place()
        self._refresh()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._person is not None:
            self._ask_for_person("")
            return True
        if self._person is not None:
            return self.pad.take(event)
        if event.key() == Qt.Key.Key_F8:
            self.form.finish()
            return True
        return False

    def scan(self, text: str) -> bool:  # noqa: ARG002 - no bar code has anything to say here
        self._say("pin.hand" if self._person is not None else "page.unread")
        return True

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._first_typed = ""
        self.pad.clear()

    @Slot(object, object)
    def _formed(self, person: Person, _cap_fen: int | None) -> None:
        self._person, self._first_typed, self.note = person, "", ""
        self.pad.clear()
        self.setFocus()
        self._refresh()

    @Slot(str)
    def _typed(self, pin: str) -> None:
        person = self._person
        if person is None:
            return
        if not self._first_typed:
            self._first_typed, self.note = pin, ""
            self._refresh()
            return
        first, self._first_typed = self._first_typed, ""
        if first != pin:
            self._say("staff.pin.differ")
        else:
            self.asker.ask(
                lambda: self._changes.begin(person.number, person.name, pin),
                self._answered,
                lambda error: self._say(fault(error).key),
            )

    def _answered(self, found: Person | No) -> None:
        if isinstance(found, Person):
            self.begun.emit(found)
        elif found.key.startswith("staff."):
            self._ask_for_person(say(found.key, self.language, **dict(found.values)))
        else:
            self._say(found.key)

    def _ask_for_person(self, note: str) -> None:
        self._person, self._first_typed, self.note = None, "", note
        self._refresh()
        self.form.begin()

    def _say(self, key: str) -> None:
        self.note = say(key, self.language)
        self._refresh()

    def _refresh(self) -> None:
        asks_pin = self._person is not None
        self.form.setEnabled(not asks_pin)
        self.form.set_look(self.theme, self.language)
        title = "staff.pin.again" if self._first_typed else "staff.pin.first"
        note = self.note if asks_pin else ""
        self.pad.set_face(
            PadFace(say(title, self.language), say("staff.save", self.language), note=note, closed=not asks_pin)
        )
        self.update()

    def _card(self) -> QRectF:
        t = self.theme
        whole, height = t.px(CARD_WIDTH + GAP + WIDTH), t.px(HEIGHT)
        return QRectF((self.width() - whole) / 2, (self.height() - height) / 2, t.px(CARD_WIDTH), height)

    def _place(self) -> None:
        t, rect = self.theme, self._card()
        self.pad.setGeometry(round(rect.right()) + t.px(GAP), round(rect.top()), t.px(WIDTH), t.px(HEIGHT))
        left, top, width = rect.left() + t.px(PADDING), rect.top() + t.px(FORM_TOP), rect.width() - 2 * t.px(PADDING)
        self.form.setGeometry(QRect(round(left), round(top), round(width), round(rect.bottom() - top) - t.px(24)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        t, c, rect = self.theme, self.theme.colours, self._card()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(c.bg))
        card(painter, rect, c.surface, t.px(CARD_RADIUS))
        left, width, y = rect.left() + t.px(PADDING), rect.width() - 2 * t.px(PADDING), rect.top() + t.px(24)
        told = self.note if self._person is None and self.note else say("staff.first.do", self.language)
        colour = c.redtext if self._person is None and self.note else c.ink2
        for text, sizes, bold, ink in (
            (say("staff.first.title", self.language), ((44, 1), (FIRST, 1)), True, c.ink),
            (told, ((SECOND, 1), (18, 2)), False, colour),
        ):
            block = fit(text, t, sizes, width, bold=bold)
            font = t.font(block.size, bold=bold)
            for line in block.lines:
                draw(painter, QRectF(left, y, width, line_height(font)), line, font, ink)
                y += line_height(font)
            y += t.px(6)
        painter.end()
