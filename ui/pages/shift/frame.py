"""How the shift's page is laid out: the report on the left, what is to be done on the right."""

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.office.shifts import Look
from app.staff import PeopleView
from app.words import say
from ui.pages.field import Field
from ui.pages.page import Asker, Page
from ui.pages.proof import Asking
from ui.pages.shift.blocks import BlockList, BlocksFace, blocks_face
from ui.pages.shift.summary import Summary, SummaryFace, summary_face
from ui.tokens import BODY, Theme
from ui.widgets.base import draw, line_height, wrap
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.widgets.pin_pad import HEIGHT as PAD_HEIGHT
from ui.widgets.pin_pad import WIDTH as PAD_WIDTH

PADDING: Final = 16
GAP: Final = 12
SIDE: Final = 460
BUTTON: Final = 56
NOTE: Final = 56
REASON_MOST: Final = 60  # characters


class Hand(Enum):
    """A hand-over: first who leaves signs, then who comes."""

    NO = auto()
    LEAVING = auto()
    COMING = auto()


class ShiftFrame(Page):
    """Parts and their places; ``page.ShiftPage`` says what they do."""

    def __init__(
        self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, prints: bool
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self.prints = prints
        self.look: Look | None = None
        self.people: PeopleView | None = None
        self.note, self.wrong = "", False
        self.hand = Hand.NO
        self.sure = self.busy = False
        self.summary, self.blocks = Summary(theme, self), BlockList(theme, self)
        self.reason = Field(theme, self)
        self.reason.setMaxLength(REASON_MOST)
        self.reason.textEdited.connect(self.refresh)
        self.asking = Asking(theme, language, self, badge_alone=lambda: False, words=("staff.in.pin", "staff.in.next"))
        self.next, self.slip, self.give, self.take = (KeyButton(theme, self) for _ in range(4))

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        self.asking.language = language
        for painted in (self.summary, self.blocks, self.asking.pad):
            painted.set_theme(theme)
        for plain in (self.reason, self.next, self.slip, self.give, self.take):
            plain.set_theme(theme)
        self.refresh()

    def tell(self, key: str, *, wrong: bool = False, **values: int | str) -> None:
        told = say(key, self.language, **{"n": "…", **values})
        self.note, self.wrong = self.theme.keys.in_words(told), wrong
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        look, language = self.look, self.language
        members = self.people.members if self.people is not None else ()
        names = {one.person.number: f"{one.person.number} {one.person.name}" for one in members}
        self.summary.set_face(SummaryFace() if look is None else summary_face(look, names, language))
        self.blocks.set_face(BlocksFace() if look is None else blocks_face(look, language))
        opened = look is not None and look.state.is_open
        blocked = look is not None and bool(look.blocks)
        handing = self.hand is not Hand.NO
        label = say("sh.do.z" if opened else "sh.do.open", language)
        taking = opened and blocked and not handing
        ready = look is not None and not self.busy
        reasoned = bool(self.reason.text().strip()) and ready
        taken = ButtonFace("F9", say("sh.do.take", language), filled=True, enabled=reasoned)
        self.next.set_face(None if handing or taking else ButtonFace("F8", label, filled=True, enabled=ready))
        self.take.set_face(taken if taking else None)
        unprinted = look is not None and look.state.unprinted
        label = say("sh.do.again" if unprinted else "sh.do.x", language)
        self.slip.set_face(ButtonFace("F6", label, enabled=ready) if self.prints and not handing else None)
        given = ButtonFace("F7", say("sh.do.hand", language), enabled=opened and ready)
        self.give.set_face(None if handing else given)
        self.reason.set_words(say("sh.why", language))
        self.reason.setVisible(taking)
        self.asking.pad.setVisible(handing)
        self.blocks.setVisible(not handing)
        self.speak(self.note or self.blocks.accessibleName())
        self._place()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        px, width, height = self.theme.px, self.width(), self.height()
        pad, gap, side = px(PADDING), px(GAP), px(SIDE)
        left = width - pad - side
        self.summary.setGeometry(pad, pad, left - gap - pad, height - 2 * pad)
        half = (side - gap) // 2
        rows = height - pad - px(BUTTON)
        for button in (self.next, self.take):  # one of them stands there
            button.setGeometry(left, rows, side, px(BUTTON))
        rows -= px(BUTTON) + gap
        self.give.setGeometry(left, rows, half if self.prints else side, px(BUTTON))
        self.slip.setGeometry(left + half + gap, rows, half, px(BUTTON))
        if self.reason.isVisibleTo(self):
            rows -= px(48) + gap
            self.reason.setGeometry(left, rows, side, px(48))
        rows -= px(NOTE)
        self._note_at = QRectF(left, pad if self.hand is not Hand.NO else rows, side, px(NOTE))
        self.blocks.setGeometry(left, pad, side, max(px(96), rows - pad))
        top = pad + px(NOTE)
        pad_height = min(px(PAD_HEIGHT), height - top - pad)
        self.asking.pad.setGeometry(left + (side - px(PAD_WIDTH)) // 2, top, px(PAD_WIDTH), pad_height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        if not self.note:
            return
        t, c = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        font = t.font(BODY, bold=self.sure)
        lines = wrap(self.note, font, self._note_at.width())[:2]
        y = self._note_at.center().y() - line_height(font) * len(lines) / 2
        for line in lines:
            place = QRectF(self._note_at.left(), y, self._note_at.width(), line_height(font))
            draw(painter, place, line, font, c.redtext if self.wrong else c.ink)
            y += line_height(font)
        painter.end()
