"""How the people's page is laid out: everybody on the left, what is being done on the right."""

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Person
from app.words import say
from ui.pages.page import Asker, Page
from ui.pages.people.form import PersonForm
from ui.pages.people.table import PeopleTable, TableFace
from ui.pages.proof import Asking
from ui.tokens import BODY, CARD_RADIUS, SECOND, STATUS, Theme
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.widgets.pin_pad import HEIGHT, WIDTH, PadFace, PinPad

SIDE: Final = 340
GAP: Final = 16
BUTTON: Final = 64
HEADLINES: Final = ((SECOND, 1), (20, 1), (BODY, 2), (STATUS, 3))  # px at u = 1, most lines
BUTTONS: Final = ("add", "pin", "newbadge", "unlock", "retire", "print")


class Mode(Enum):
    ADMIT = auto()  # who the manager is
    CHOOSE = auto()  # what to do
    ADD = auto()  # somebody new
    PIN = auto()  # their PIN, twice
    BADGE = auto()  # a badge, shown once


class PeopleFrame(Page):
    """Parts and their places; ``page.PeoplePage`` says what they do."""

    def __init__(
        self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, prints: bool
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self.mode = Mode.ADMIT
        self.prints = prints
        self.note = ""
        self.new: tuple[Person, int | None] | None = None  # waits for their PIN
        self.first_typed = ""
        self.card: QImage | None = None  # a badge, while it is shown
        self.table = PeopleTable(theme, self)
        self.asking = Asking(theme, language, self, badge_alone=lambda: False, words=("staff.in.pin", "staff.in.next"))
        self.pad = PinPad(theme, self)
        self.form = PersonForm(theme, language, self)
        self.buttons = {name: KeyButton(theme, self) for name in BUTTONS}

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        self.asking.language = language
        for part in (self.table, self.pad, self.asking.pad):
            part.set_theme(theme)
        self.form.set_look(theme, language)
        self.table.set_face(TableFace(self.table.face.members, language))
        self.asking.refresh()
        self.refresh()
        self._place()

    def refresh(self) -> None:
        """Which of the side's parts stand there, and what the buttons can."""
        self.asking.pad.setVisible(self.mode is Mode.ADMIT)
        self.pad.setVisible(self.mode is Mode.PIN)
        self.form.setVisible(self.mode is Mode.ADD)
        title = "staff.pin.again" if self.first_typed else "staff.pin.first"
        note = self.note if self.mode is Mode.PIN else ""
        self.pad.set_face(PadFace(say(title, self.language), say("staff.save", self.language), note=note))
        chosen = self.table.person
        working = chosen is not None and not chosen.retired
        can = {"add": True, "pin": working, "newbadge": working, "retire": working}
        can["unlock"] = chosen is not None and (chosen.locked or chosen.wait_s > 0)
        for name, button in self.buttons.items():
            button.set_theme(self.theme)
            there = (self.mode is Mode.CHOOSE and name != "print") or (
                self.mode is Mode.BADGE and name == "print" and self.prints
            )
            face = ButtonFace("", say(f"staff.{name}", self.language), enabled=can.get(name, True))
            button.set_face(face if there else None)
        self.speak(self.headline())
        self.update()

    def side(self) -> QRect:
        t = self.theme
        width = t.px(SIDE)
        return QRect(self.width() - t.px(GAP) - width, t.px(GAP), width, self.height() - 2 * t.px(GAP))

    def _place(self) -> None:
        t, side = self.theme, self.side()
        self.table.setGeometry(t.px(GAP), t.px(GAP), side.left() - 2 * t.px(GAP), side.height())
        pad = QRect(side.center().x() - t.px(WIDTH) // 2, side.top() + t.px(72), t.px(WIDTH), t.px(HEIGHT))
        self.pad.setGeometry(pad)
        self.asking.pad.setGeometry(pad)
        inner = side.adjusted(t.px(22), t.px(22), -t.px(22), -t.px(22))
        self.form.setGeometry(inner.adjusted(0, t.px(72), 0, 0))
        step = t.px(BUTTON + 10)
        for at, button in enumerate(self.buttons.values()):
            button.setGeometry(inner.left(), inner.top() + t.px(72) + at * step, inner.width(), t.px(BUTTON))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def headline(self) -> str:
        """The sentence over the side's part."""
        if self.note and self.mode is not Mode.PIN:
            return self.note
        member = self.table.person
        name = self.new[0].name if self.new else member.person.name if member else ""
        match self.mode:
            case Mode.ADMIT:
                return say("staff.admit", self.language)
            case Mode.PIN:
                return say("staff.pin.owner", self.language, name=name)
            case Mode.BADGE:
                return say("staff.badge.once", self.language)
            case Mode.ADD:
                return say("staff.add", self.language)
            case Mode.CHOOSE:
                return name

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        t, c, side = self.theme, self.theme.colours, QRectF(self.side())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(c.bg))
        card(painter, side, c.surface, t.px(CARD_RADIUS))
        width, y = side.width() - t.px(44), side.top() + t.px(16)
        block = fit(self.headline(), t, HEADLINES, width, bold=True, balance=True)
        font = t.font(block.size, bold=True)
        for line in block.lines:
            draw(painter, QRectF(side.left() + t.px(22), y, width, line_height(font)), line, font, c.ink)
            y += line_height(font)
        if self.card is not None:
            width = side.width() - t.px(20)
            place = QRectF(0, 0, width, width * self.card.height() / self.card.width())
            place.moveCenter(side.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self.card)
        painter.end()
