"""The locked till: whoever stands at it comes back by badge or PIN, or somebody else takes over. Payments go on."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.staff import read_badge
from app.words import say
from ui.pages.page import Asker
from ui.pages.signin import CARD_WIDTH, PADDING, Load, Pins, SignInPage, Way
from ui.tokens import Theme
from ui.widgets.buttons import ButtonFace, KeyButton

BUTTON_HEIGHT = 56


class LockPage(SignInPage):
    """``enter`` takes the Person who is locked in; ``way`` is ``People.sign_in``, so somebody else hands over.

    ``show_open`` says how many sales settle behind it: no sum, no name, for whoever stands before a locked screen.
    """

    name = "lock"

    def __init__(
        self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, load: Load, way: Way
    ) -> None:
        super().__init__(asker, theme, language, parent, load=load, way=way, practice=_nobody)
        self._open = 0
        self._known = ""  # who is locked in, unless somebody else comes
        self.other = KeyButton(theme, self)
        self.other.clicked.connect(self._somebody_else)

    def enter(self, argument: object = None) -> None:
        super().enter()
        self.asking.begin(self.asking.people, getattr(argument, "number", ""))
        self._known = getattr(argument, "name", "")
        self.set_look(self.theme, self.language)

    def show_open(self, count: int) -> None:
        self._open = count
        self.update()

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        self.other.set_theme(theme)
        self.other.set_face(ButtonFace("Esc", say("staff.lock.other", language)))
        self.update()

    def key(self, event: QKeyEvent) -> bool:
        """Esc is for somebody else; it never leads past the lock."""
        if event.key() == Qt.Key.Key_Escape:
            self._somebody_else()
            return True
        return self.asking.key(event)

    def scan(self, text: str) -> bool:
        if self._known and read_badge(text) is not None:
            self._somebody_else()  # a badge says itself whose it is
        return self.asking.scan(text)

    def title(self) -> str:
        return say("staff.lock.title", self.language)

    def lines(self) -> tuple[str, ...]:
        back = say("staff.lock.back", self.language, name=self._known)
        return (back if self._known else say("staff.in.do", self.language), say("idle.lock", self.language))

    def notes(self) -> tuple[str, ...]:
        return (say("staff.lock.open", self.language, n=self._open),) if self._open else ()

    @Slot()
    def _somebody_else(self) -> None:
        self._known = ""
        self.asking.begin(self.asking.people)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._place_button()

    def _place_button(self) -> None:
        t, rect = self.theme, self.card_rect()
        top = rect.bottom() - t.px(PADDING + 40 + BUTTON_HEIGHT)
        width = t.px(CARD_WIDTH - 2 * PADDING)
        self.other.setGeometry(round(rect.left()) + t.px(PADDING), round(top), width, t.px(BUTTON_HEIGHT))


def _nobody() -> Pins:
    return ()
