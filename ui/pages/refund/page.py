"""Look a sale up, see what became of it, and give money back: one page, the sale on the left, the ways on the right.

F8 confirms and Enter never does: scanners send Enter.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.adviser import Way
from app.core.numbers import parse_order_number
from app.core.told import told
from app.office.desk_api import Desk
from app.words import say
from ui.pages.approving import AskApproval
from ui.pages.boxes import Boxes
from ui.pages.field import Field
from ui.pages.page import Asker, Page
from ui.pages.refund import faces
from ui.pages.refund.cards import WayCards
from ui.pages.refund.flow import REASON_MOST, RefundFlow, Stage
from ui.pages.refund.found import FoundList
from ui.pages.refund.labels import answer, paint_hint, paint_labels
from ui.pages.refund.layout import Places, places
from ui.pages.refund.sale_card import SaleCard
from ui.text import money
from ui.tokens import CARD_RADIUS, Theme
from ui.widgets.base import card
from ui.widgets.buttons import ButtonFace, KeyButton

LOOK_MS: Final = 1_000  # between two looks at a sale that changes by itself
SCANNED: Final = 20  # figures: a receipt's number has 24, a channel's 21 or 28, a badge fewer


class RefundPage(Page):
    """``desk`` answers questions and gives back; ``approve`` asks a supervisor for one act.

    ``print_slip``: prints the slip of an order or refund number; None where there is no printer.
    """

    name = "refund"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        desk: Desk,
        approve: AskApproval,
        print_slip: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._print_slip = print_slip
        self.flow = RefundFlow(asker, desk, approve, self.refresh)
        self._before = self.flow.stage
        self._build()
        self._again = QTimer(self)
        self._again.setObjectName("look")
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_MS)
        self._again.timeout.connect(self.flow.look_again)
        self.set_look(theme, language)

    def _build(self) -> None:
        t = self.theme
        self.search, self.found, self.sale = Field(t, self), FoundList(t, self), SaleCard(t, self)
        self.cards, self.amount = WayCards(t, self), Field(t, self, size=26, bold=True)
        self.reasons, self.own_words = Boxes(t, self), Field(t, self)
        self.press = KeyButton(t, self)
        self.own_words.setMaxLength(REASON_MOST)
        self.amount.setMaxLength(16)
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.search.returnPressed.connect(self._search)
        self.search.textEdited.connect(self._typed_number)
        self.found.picked.connect(lambda at: self.flow.open(self.flow.rows[at].order.out_trade_no))
        self.cards.picked.connect(self._choose)
        self.amount.textEdited.connect(self._typed_amount)
        self.reasons.picked.connect(self._reason)
        self.own_words.textEdited.connect(self._own_words)
        self.press.clicked.connect(self.flow.confirm)

    # --- what the window asks of a page

    def enter(self, argument: object = None) -> None:
        """``argument``: the order number of a sale to look at."""
        if isinstance(argument, str) and argument and not self.flow.busy:
            self.search.setText(argument)
            self.flow.search(argument)
        else:
            self.flow.look_again()
        self.search.setFocus()
        self.refresh()

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        painted = (self.found, self.sale, self.cards, self.reasons, self.press)
        for widget in (self.search, self.amount, self.own_words, *painted):
            widget.set_theme(theme)
        self._place()
        self.refresh()

    def scan(self, text: str) -> bool:
        if sum(one.isdigit() for one in text) < SCANNED:
            return False
        if not self.flow.busy:
            self.search.setText(text.strip())
            self._search()
        return True

    def key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_F8:
            if not event.isAutoRepeat():
                self.flow.confirm()
        elif key == Qt.Key.Key_F5:
            self.flow.check()
            self._again.start()  # the answer of a sale at rest moves nothing by itself
        elif key == Qt.Key.Key_F6:
            if not event.isAutoRepeat():
                self.print_slip()
        elif key == Qt.Key.Key_Escape and self.flow.stage is not Stage.EMPTY:
            if not self.flow.busy:
                self._back()
        else:
            return False
        return True

    def print_slip(self) -> None:
        """F6: the slip of the refund that was just made here, else of the sale; a copy says that it is one."""
        picture = self.flow.picture
        if picture is None or self.flow.busy:
            return
        if self._print_slip is None:
            self.flow.tell(told("slip.noprinter"))
            return
        watched = next((one for one in picture.sale.refunds if one.ordinal == self.flow.watched), None)
        self._print_slip(picture.sale.order.out_trade_no if watched is None else watched.out_refund_no)
        self.flow.tell(told("slip.waiting"))

    # --- what is typed and picked

    def _back(self) -> None:
        self.flow.clear()
        self.search.clear()
        self.search.setFocus()
        self.refresh()

    @Slot()
    def _search(self) -> None:
        self.flow.search(self.search.text())

    @Slot(str)
    def _typed_number(self, text: str) -> None:
        """A whole number needs no Enter."""
        if parse_order_number("".join(text.split())) is not None:
            self._search()

    @Slot(int)
    def _choose(self, at: int) -> None:
        way = list(Way)[at]
        self.flow.choose(way)
        if way is Way.PART:
            self.amount.setFocus()
            self.amount.selectAll()

    @Slot(str)
    def _typed_amount(self, text: str) -> None:
        self.flow.typed = text
        self.refresh()

    @Slot(int)
    def _reason(self, at: int) -> None:
        self.flow.reason = at
        self.refresh()
        if at == faces.OTHER:
            self.own_words.setFocus()

    @Slot(str)
    def _own_words(self, text: str) -> None:
        self.flow.own_words = text
        self.refresh()

    # --- what is shown

    @Slot()
    def refresh(self) -> None:
        flow, language = self.flow, self.language
        picture = flow.picture
        self.search.set_words(say("desk.find", language))
        self.search.setEnabled(not flow.busy)
        self.found.setVisible(flow.stage is Stage.LIST)
        self._move_focus()
        self.found.set_faces(tuple(faces.found_face(sale, flow.at_ms, language) for sale in flow.rows))
        if flow.said is not None and flow.said.key == "desk.find.paycode":
            self.search.clear()  # a payment code stands on no screen
        for widget in (self.sale, self.cards, self.amount, self.reasons, self.press):
            widget.setVisible(picture is not None)
        self.own_words.setVisible(picture is not None and flow.reason == faces.OTHER)
        if picture is not None:
            self._show_sale()
        if flow.waits and self.isVisible():
            self._again.start()
        else:
            self._again.stop()
        self.speak(answer(flow, language))
        self.update()

    def _move_focus(self) -> None:
        """From the search to what it found; never away from where somebody is typing."""
        stage = self.flow.stage
        if stage is Stage.LIST and stage is not self._before:
            self.found.setFocus()
        elif stage is Stage.SALE and self._before in (Stage.EMPTY, Stage.LOOKING, Stage.LIST):
            self.cards.setVisible(True)
            self.cards.setFocus()
        self._before = stage

    def _show_sale(self) -> None:
        flow, language = self.flow, self.language
        picture = flow.picture
        assert picture is not None
        story = faces.timeline(picture, language)
        told = faces.sale_face(picture.sale, language), say("desk.story", language), story
        self.sale.set_face(*told, faces.numbers(picture.sale, language))
        self.cards.set_faces(faces.card_faces(picture.advice, flow.way, language))
        self.cards.setEnabled(not flow.busy)
        fen, _ = flow.amount()
        part = flow.way is Way.PART
        self.amount.setReadOnly(not part or flow.busy)
        self.amount.setFocusPolicy(Qt.FocusPolicy.StrongFocus if part else Qt.FocusPolicy.ClickFocus)
        shown = flow.typed if part else money(fen)[1:] if fen else ""
        if self.amount.text() != shown:
            self.amount.setText(shown)
        self.amount.setAccessibleName(say("desk.amount", language))
        words = tuple(say(f"ap.reason.{reason}", language) for reason in faces.REASONS)
        self.reasons.setEnabled(not flow.busy and picture.advice.left_fen > 0)
        self.reasons.set_words(say("desk.reason", language), words, flow.reason)
        self.own_words.set_words(say("desk.reason.write", language))
        self.own_words.setEnabled(not flow.busy)
        if self.own_words.text() != flow.own_words:
            self.own_words.setText(flow.own_words)
        label = say("desk.press", language, amount=money(fen) if fen else "")
        self.press.set_face(ButtonFace("F8", label.strip(), filled=flow.ready, enabled=flow.ready))

    # --- places and paint

    def _place(self) -> None:
        at = places(self.theme, self.width(), self.height())
        self._at: Places = at
        self.search.setGeometry(at.search)
        self.found.setGeometry(at.sale)
        self.sale.setGeometry(at.sale)
        self.cards.setGeometry(at.cards)
        self.amount.setGeometry(at.amount)
        self.reasons.setGeometry(at.reasons)
        self.own_words.setGeometry(at.own_words)
        self.press.setGeometry(at.press)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        self._again.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, at = self.theme, self.theme.colours, self._at
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in (at.left, at.right):
            card(painter, QRectF(place), c.surface, t.px(CARD_RADIUS))
        if self.flow.picture is None:
            paint_hint(painter, t, at, self.flow, self.language)
        else:
            paint_labels(painter, t, at, self.flow, self.language)
        painter.end()


assert list(Way)[:3] == [Way.FULL, Way.PART, Way.REVERSE], "the cards' order"
