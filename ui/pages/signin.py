"""Signing in: a badge, or staff number and PIN. One face for the till, for the office and for the lock."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Person
from app.staff import No, PeopleView, Proof
from app.words import say
from ui.pages.page import Asker, Page
from ui.pages.proof import Asking, fault
from ui.tokens import BODY, CARD_RADIUS, FIRST, SECOND, Theme
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.pin_pad import HEIGHT, WIDTH

CARD_WIDTH: Final = 560
GAP: Final = 16
PADDING: Final = 40

Way = Callable[[Proof], Coroutine[Any, Any, Person | No]]
Load = Callable[[], Coroutine[Any, Any, PeopleView]]
Pins = tuple[tuple[Person, str], ...]


class SignInPage(Page):
    """``way`` is ``People.sign_in`` at the till, ``People.identify`` before the office; ``load`` is ``People.load``.

    ``signed_in`` carries the Person. ``practice``: whom training shows with their PINs.
    """

    name = "signin"
    signed_in = Signal(object)

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        load: Load,
        way: Way,
        practice: Callable[[], Pins] = lambda: (),
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._load, self._way, self._practice = load, way, practice
        self.asking = Asking(theme, language, self, badge_alone=lambda: True)
        self.asking.proven.connect(self._try)
        self.asking.changed.connect(self.update)
        self._trouble = ""

    def enter(self, argument: object = None) -> None:  # noqa: ARG002 - nothing is handed to it
        self.asking.begin(self.asking.people)
        self.asker.ask(self._load, self._loaded)

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        self.asking.language = language
        self.asking.pad.set_theme(theme)
        self.asking.refresh()
        self._place()
        self.update()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            return self.asking.back()
        return self.asking.key(event)

    def scan(self, text: str) -> bool:
        return self.asking.scan(text)

    def hideEvent(self, event: object) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.asking.stop()

    # --- what stands on the card

    def title(self) -> str:
        return say("staff.in.title", self.language)

    def lines(self) -> tuple[str, ...]:
        """The sentences under the title."""
        if self._trouble:
            return (say(self._trouble, self.language),)
        if self.asking.who:
            return (say("staff.pin.owner", self.language, name=self.asking.name),)
        return (say("staff.in.do", self.language),)

    def notes(self) -> tuple[str, ...]:
        """Smaller lines below."""
        return tuple(
            say("staff.practice", self.language, name=person.name, number=person.number, pin=pin)
            for person, pin in self._practice()
        )

    # --- within

    def _loaded(self, people: PeopleView) -> None:
        self.asking.people = people
        self._trouble = people.trouble
        self.asking.refresh()
        self.update()

    @Slot(object)
    def _try(self, proof: Proof) -> None:
        self.asker.ask(lambda: self._way(proof), self._answered, self._failed)

    def _answered(self, found: Person | No) -> None:
        if isinstance(found, No):
            self.asking.answered(found)
            return
        self.asking.answered(None)
        self.asking.begin(self.asking.people)
        self.signed_in.emit(found)

    def _failed(self, error: Exception) -> None:
        self.asking.answered(fault(error))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def card_rect(self) -> QRectF:
        t = self.theme
        whole, height = t.px(CARD_WIDTH + GAP + WIDTH), t.px(HEIGHT)
        return QRectF((self.width() - whole) / 2, (self.height() - height) / 2, t.px(CARD_WIDTH), height)

    def _place(self) -> None:
        t, rect = self.theme, self.card_rect()
        self.asking.pad.setGeometry(round(rect.right()) + t.px(GAP), round(rect.top()), t.px(WIDTH), t.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        t, c, rect = self.theme, self.theme.colours, self.card_rect()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(c.bg))
        card(painter, rect, c.surface, t.px(CARD_RADIUS))
        left, width, y = rect.left() + t.px(PADDING), rect.width() - 2 * t.px(PADDING), rect.top() + t.px(PADDING)
        for text, sizes, bold, colour in (
            (self.title(), ((44, 1), (FIRST, 2)), True, c.ink),
            *((line, ((SECOND, 4), (BODY, 6)), False, c.ink2) for line in self.lines()),
        ):
            block = fit(text, t, sizes, width, bold=bold)
            font = t.font(block.size, bold=bold)
            for line in block.lines:
                draw(painter, QRectF(left, y, width, line_height(font)), line, font, colour)
                y += line_height(font)
            y += t.px(12)
        font = t.font(BODY)
        y = rect.bottom() - t.px(PADDING) - len(self.notes()) * line_height(font) * 1.2
        for line in self.notes():
            draw(painter, QRectF(left, y, width, line_height(font)), line, font, c.ink3)
            y += line_height(font) * 1.2
        painter.end()
