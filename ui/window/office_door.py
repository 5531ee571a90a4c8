"""Between till and office: what a key or a scan means while the office is open, and how one gets in and out."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.words import say
from ui.views.actions import Act
from ui.views.office import may_be_payment
from ui.widgets.banner import Banner, BannerFace, Kind
from ui.window.backroom import Backroom
from ui.window.cashier import Cashier
from ui.window.keyboard import acts_of


class OfficeDoor:
    def __init__(self, backroom: Backroom, banner: Banner, cashier: Cashier, do: Callable[[Act], None]) -> None:
        self._backroom, self._banner, self._cashier, self._do = backroom, banner, cashier, do
        backroom.said.connect(self.tell)

    @property
    def is_open(self) -> bool:
        return self._backroom.is_open

    def open(self, name: str = "", argument: object = None) -> None:
        """F4: whoever may see the office's pages signs in first."""
        if not self._backroom.open(name, argument):
            self.tell("page.opening")

    def tell(self, key: str) -> None:
        """A sentence in the banner, by its words key."""
        self._banner.say(BannerFace(Kind.INFORMATION, say(key, self._cashier.language)))

    def scan(self, text: str) -> None:
        """With the office open no payment code goes anywhere; anything else is the page's."""
        page = self._backroom.page
        if (page is None or not page.takes_codes) and may_be_payment(text, self._cashier.here()):
            self.tell("page.nocode")
        elif not self._backroom.scan(text):
            self.tell("page.unread")

    def key(self, event: QKeyEvent) -> None:
        """The window's foot stands there in the office too: what it names by a key is had by that key."""
        if event.key() == Qt.Key.Key_Escape and self._banner.face is not None:
            self._banner.leave()
        elif self._backroom.key(event):
            return
        elif Act.LANGUAGE in acts_of(event):
            self._do(Act.LANGUAGE)
        elif Act.HELP in acts_of(event) and self._backroom.person is not None:
            self._backroom.turn("help")
        else:
            event.ignore()
