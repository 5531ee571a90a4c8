"""What needs a person: a list on the left; on the right one task, what to do about it and what was tried.

The till goes on by itself. Nothing here closes a sale: a note adds evidence, and money by hand needs a supervisor.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Person
from app.office.desk_api import Desk
from app.office.telling import spoken
from app.office.troubles import Trouble
from app.words import say
from ui.pages.approving import AskApproval
from ui.pages.boxes import Boxes
from ui.pages.field import Field
from ui.pages.page import Asker, Page
from ui.pages.worklist import faces
from ui.pages.worklist.detail import TaskDetail
from ui.pages.worklist.flow import NOTE_MOST, VOUCHER_MOST, Do, WorkFlow, acts_of, by_hand_fen
from ui.pages.worklist.list import TaskList
from ui.text import money
from ui.tokens import BODY, CARD_RADIUS, SECOND, STATUS, Theme
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.buttons import ButtonFace, KeyButton

LOOK_MS: Final = 5_000  # between two looks at the list; what is solved strikes itself out
LEFT_SHARE: Final = 0.56
MARGIN: Final = 16
PADDING: Final = 24
HEAD: Final = 56
BOX: Final = 46
FIELD: Final = 48
GAP: Final = 8
BUTTON: Final = 64
SAID: Final = 44


class WorklistPage(Page):
    """``desk`` answers and acts; ``approve`` asks a supervisor; ``person`` is who has signed in."""

    name = "worklist"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        desk: Desk,
        approve: AskApproval,
        person: Callable[[], Person | None],
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self.flow = WorkFlow(asker, desk, approve, person, self.refresh)
        self.list, self.detail, self.acts = TaskList(theme, self), TaskDetail(theme, self), Boxes(theme, self)
        self.acts.columns = 2
        self.note, self.voucher = Field(theme, self), Field(theme, self)
        self.note.setMaxLength(NOTE_MOST)
        self.voucher.setMaxLength(VOUCHER_MOST)
        self.check, self.press = KeyButton(theme, self), KeyButton(theme, self)
        self._again = QTimer(self)
        self._again.setObjectName("look")
        self._again.setInterval(LOOK_MS)
        self._again.timeout.connect(self.flow.load)
        self._connect()
        self.set_look(theme, language)

    def _connect(self) -> None:
        self.list.picked.connect(lambda at: self.flow.choose(self.list.faces[at].number))
        self.acts.picked.connect(self._act)
        self.note.textEdited.connect(self._typed)
        self.voucher.textEdited.connect(self._typed)
        self.check.clicked.connect(self.flow.check)
        self.press.clicked.connect(self._press)

    # --- what the window asks of a page

    def enter(self, argument: object = None) -> None:
        """``argument``: the order number of the sale to stand on."""
        if isinstance(argument, str) and argument:
            self.flow.chosen = argument
        self.flow.enter()
        self._again.start()
        self.list.setFocus()
        self.refresh()

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        painted = (self.list, self.detail, self.acts, self.check, self.press)
        for widget in (self.note, self.voucher, *painted):
            widget.set_theme(theme)
        self._place()
        self.refresh()

    def key(self, event: QKeyEvent) -> bool:
        key, once = event.key(), not event.isAutoRepeat()
        if key == Qt.Key.Key_F5:
            self.flow.check()
        elif key == Qt.Key.Key_F7:
            self.flow.seen()
        elif key == Qt.Key.Key_F8:
            if once:
                self._f8()
        elif key == Qt.Key.Key_Escape and self.flow.mode is not None:
            if not self.flow.asking:
                self.flow.leave_mode()
                self.list.setFocus()
                self.refresh()
        else:
            return False
        return True

    # --- what is picked and pressed

    @Slot(int)
    def _act(self, at: int) -> None:
        task = self.flow.task
        if task is None:
            return
        do = acts_of(task)[at]
        if do is Do.REFUND:
            self.go.emit("refund", task.out_trade_no)
            return
        self.flow.act(do)
        if self.flow.mode is not None:
            self.note.setFocus()

    @Slot()
    def _press(self) -> None:
        if self._claims():
            self.flow.seen()
        else:
            self.flow.confirm()

    def _f8(self) -> None:
        """What is written; for a payment nobody has claimed, the way to give it back."""
        if self._claims():
            self.go.emit("refund", self.flow.chosen)
        else:
            self.flow.confirm()

    def _claims(self) -> bool:
        task = self.flow.task
        found = task is not None and task.trouble is Trouble.ACKPAID
        return found and not self.flow.is_solved and self.flow.mode is None

    @Slot()
    def _typed(self) -> None:
        self.flow.text, self.flow.voucher = self.note.text(), self.voucher.text()
        self.refresh()

    # --- what is shown

    @Slot()
    def refresh(self) -> None:
        flow, language = self.flow, self.language
        task, writing = flow.task, flow.mode is not None
        self.list.setEnabled(not flow.asking)
        self.list.set_faces(faces.rows(flow, language), flow.chosen)
        self.detail.setVisible(task is not None)
        self.detail.set_face(faces.detail(flow, language))
        there = task is not None and not flow.is_solved
        self.acts.setVisible(there and not writing)
        words = tuple(say(f"desk.wk.{do}", language) for do in acts_of(task)) if task is not None else ()
        self.acts.set_words(say("desk.wk.title", language), words, -1)
        self.note.setVisible(writing)
        self.voucher.setVisible(flow.mode is Do.HAND)
        for field, key, text in ((self.note, "wk.note", flow.text), (self.voucher, "desk.wk.voucher", flow.voucher)):
            field.set_words(say(key, language))
            field.setEnabled(not flow.asking)
            if field.text() != text:
                field.setText(text)
        shown = there and not flow.asking
        self.check.set_face(ButtonFace("F5", say("desk.wk.check", language), enabled=shown) if there else None)
        self.press.set_face(self._press_face())
        self.speak(spoken(flow.said, language) if flow.said is not None else faces.head_words(flow, language))
        self.update()

    def _press_face(self) -> ButtonFace | None:
        flow, language = self.flow, self.language
        task = flow.task
        if task is None:
            return None
        if self._claims():
            return ButtonFace("F7", say("desk.wk.delivered", language), filled=True)
        if flow.mode is Do.NOTE:
            return ButtonFace("F8", say("desk.wk.keep", language), filled=flow.ready, enabled=flow.ready)
        if flow.mode is Do.HAND:
            amount = money(by_hand_fen(task))
            label = say("desk.wk.give", language, amount=amount)
            return ButtonFace("F8", label, filled=flow.ready, enabled=flow.ready)
        return None

    # --- places and paint

    def _place(self) -> None:
        px, margin = self.theme.px, self.theme.px(MARGIN)
        tall = self.height() - 2 * margin
        left_w = round((self.width() - 3 * margin) * LEFT_SHARE)
        self._left = QRect(margin, margin, left_w, tall)
        self._right = QRect(2 * margin + left_w, margin, self.width() - 3 * margin - left_w, tall)
        self._head = QRect(self._left.x() + px(PADDING), margin, left_w - px(2 * PADDING), px(HEAD))
        self.list.setGeometry(self._left.x(), margin + px(HEAD), left_w, tall - px(HEAD + 12))
        inner = self._right.adjusted(px(PADDING), px(20), -px(PADDING), -px(20))
        button_y = inner.bottom() + 1 - px(BUTTON)
        half = (inner.width() - px(12)) // 2
        self.check.setGeometry(inner.x(), button_y, half, px(BUTTON))
        self.press.setGeometry(inner.x() + half + px(12), button_y, inner.width() - half - px(12), px(BUTTON))
        self._said = QRect(inner.x(), button_y - px(SAID + 4), inner.width(), px(SAID))
        boxes = px(2 * BOX + GAP)
        boxes_y = self._said.y() - px(4) - boxes
        self.acts.setGeometry(inner.x(), boxes_y, inner.width(), boxes)
        self.note.setGeometry(inner.x(), boxes_y, inner.width(), px(BOX))
        self.voucher.setGeometry(inner.x(), boxes_y + px(BOX + GAP), inner.width(), px(BOX))
        self.detail.setGeometry(inner.x(), inner.y(), inner.width(), boxes_y - px(12) - inner.y())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        self._again.stop()
        super().hideEvent(event)

    def _paint_empty(self, painter: QPainter) -> None:
        """What would stand here, for whoever sees the page before there is anything to do."""
        t = self.theme
        room = QRectF(self._right).adjusted(t.px(40), 0, -t.px(40), 0)
        text = say("page.worklist.empty", self.language)
        block = fit(text, t, ((BODY, 3), (STATUS, 4)), room.width(), bold=False, balance=True)
        font = t.font(block.size)
        y = room.center().y() - line_height(font) * len(block.lines) / 2
        for line in block.lines:
            at = QRectF(room.left(), y, room.width(), line_height(font))
            draw(painter, at, line, font, t.colours.ink2, align=Qt.AlignmentFlag.AlignHCenter)
            y += line_height(font)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, flow = self.theme, self.theme.colours, self.flow
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in (self._left, self._right):
            card(painter, QRectF(place), c.surface, t.px(CARD_RADIUS))
        head = fit(faces.head_words(flow, self.language), t, ((SECOND, 1), (20, 1)), self._head.width(), bold=True)
        draw(painter, QRectF(self._head), head.lines[0], t.font(head.size, bold=True), c.ink)
        if flow.picture is not None and not flow.tasks and not flow.gone:
            self._paint_empty(painter)
        said = flow.said
        if said is None and flow.mode is Do.HAND:
            text = say("desk.wk.hand.is", self.language)
        else:
            text = spoken(said, self.language) if said is not None else ""
        if text:
            sizes, bold = ((BODY, 2), (STATUS, 2), (14, 3)), said is not None
            block = fit(text, t, sizes, self._said.width(), bold=bold, balance=True)
            font = t.font(block.size, bold=bold)
            for n, line in enumerate(block.lines):
                at = QRectF(self._said).adjusted(0, n * font.pixelSize() * 1.25, 0, 0)
                at.setHeight(font.pixelSize() * 1.25)
                draw(painter, at, line, font, c.ink)
        painter.end()
