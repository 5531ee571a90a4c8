"""A supervisor's yes: what is approved, large; then their number and PIN. It lies over its page, which waits."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import APPROVAL_LIFE, Act, Approval
from app.office.recon.signing import SIGNS
from app.staff import No, PeopleView, Proof
from app.words import has, say
from ui.pages.page import Asker
from ui.pages.proof import Asking, fault
from ui.pages.settings.spec import approved
from ui.text import money
from ui.tokens import AMOUNT_SIZES, BODY, CARD_RADIUS, FIRST, SECOND, Theme
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.widgets.covering import focus_within
from ui.widgets.pin_pad import HEIGHT, WIDTH

CARD_WIDTH: Final = 620
GAP: Final = 16
PADDING: Final = 40
BUTTON_HEIGHT: Final = 56
TAIL: Final = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be approved; see ``core.staff.Approval``. ``operator``: who rang up the sale, by staff number."""

    act: Act
    subject: str
    amount_fen: int
    reason: str  # as the journal keeps it; a words key ``ap.reason.*`` is said in words
    operator: str = ""


Answer = Callable[[Approval | None], None]
Approve = Callable[[Proof, Request], Coroutine[Any, Any, Approval | No]]
Load = Callable[[], Coroutine[Any, Any, PeopleView]]


class ApprovalDialog(QWidget):
    """``approved`` carries the Approval, to be spent within a minute; ``cancelled``: nothing was approved.

    ``approve`` is ``lambda proof, r: people.approvals.ask(proof, r.act, r.subject, r.amount_fen, r.reason, ...)``.
    The page under it forwards ``scan``; keys come to it by the focus. No modal loop: the till goes on behind it.
    """

    approved = Signal(object)
    cancelled = Signal()

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget,
        *,
        load: Load,
        approve: Approve,
        badge_alone: bool = False,
    ) -> None:
        super().__init__(parent)
        self.asker, self.theme, self.language = asker, theme, language
        self._load, self._approve, self._over = load, approve, parent
        self.request: Request | None = None
        self._answer: Answer | None = None
        self._turn = 0  # an answer to an earlier question is not this one's
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        words = ("pin.ask", "staff.approve.ok")
        self.asking = Asking(theme, language, self, badge_alone=lambda: badge_alone, words=words)
        self.asking.proven.connect(self._try)
        self.asking.changed.connect(self.update)
        self.stop = KeyButton(theme, self)
        self.stop.clicked.connect(self.cancel)
        self.hide()

    def ask(self, request: Request) -> None:
        """Open over the parent."""
        self.request = request
        self._turn += 1
        self.asking.begin(self.asking.people)
        self.asker.ask(self._load, self._loaded)
        self.set_look(self.theme, self.language)
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def ask_then(self, request: Request, answer: Answer) -> None:
        """``approving.AskApproval``: open, and call ``answer`` once, with None where there was no yes."""
        if self.request is not None:
            self.cancel()
        self._answer = answer
        self.ask(request)

    @Slot()
    def cancel(self) -> None:
        self._close()
        self.cancelled.emit()
        self._tell(None)

    def set_look(self, theme: Theme, language: str) -> None:
        self.theme, self.language = theme, language
        self.asking.language = language
        self.asking.pad.set_theme(theme)
        self.asking.refresh()
        self.stop.set_theme(theme)
        self.stop.set_face(ButtonFace("Esc", say("staff.approve.cancel", language)))
        self._place()
        self.update()

    def scan(self, text: str) -> bool:
        return self.asking.scan(text)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's signature
        return focus_within(self, forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Every key stays here while it is open: none may reach the page or the till behind it."""
        if event.key() == Qt.Key.Key_Escape:
            if not self.asking.back():
                self.cancel()
        else:
            self.asking.key(event)
        event.accept()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.asking.stop()

    def what(self) -> str:
        """The act in one sentence."""
        r = self.request
        if r is None:
            return ""
        day = r.act is Act.RESOLVE and r.reason == SIGNS
        key = "pin.what" if r.act is Act.REFUND else f"staff.act.{r.act}{'_day' if day else ''}"
        what = approved(r.subject, self.language) if r.act is Act.SETTINGS else ""
        return say(key, self.language, amount=money(r.amount_fen), tail=r.subject[-TAIL:], what=what)

    def lines(self) -> tuple[str, ...]:
        """Reason, how far the yes goes, and that it is written down; or why nobody can be asked."""
        reason = self.request.reason if self.request else ""
        said = say(reason, self.language) if has(reason) else reason
        if self.asking.people is not None and self.asking.people.trouble:
            return (said, say(self.asking.people.trouble, self.language))
        once = say("pin.once", self.language, n=int(APPROVAL_LIFE))
        return (said, once, say("ap.logged", self.language))

    # --- within

    def _loaded(self, people: PeopleView) -> None:
        self.asking.people = people
        self.asking.refresh()

    @Slot(object)
    def _try(self, proof: Proof) -> None:
        request, turn = self.request, self._turn
        assert request is not None

        def answered(found: Approval | No) -> None:
            if turn == self._turn and self.isVisible():
                self._answered(found)

        self.asker.ask(lambda: self._approve(proof, request), answered, lambda error: answered(fault(error)))

    def _answered(self, found: Approval | No) -> None:
        if isinstance(found, No):
            self.asking.answered(found)
            return
        self._close()
        self.approved.emit(found)
        self._tell(found)

    def _tell(self, approval: Approval | None) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(approval)

    def _close(self) -> None:
        self._turn += 1
        self.request = None
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _card(self) -> QRectF:
        t = self.theme
        whole, height = t.px(CARD_WIDTH + GAP + WIDTH), t.px(HEIGHT)
        return QRectF((self.width() - whole) / 2, (self.height() - height) / 2, t.px(CARD_WIDTH), height)

    def _place(self) -> None:
        t, rect = self.theme, self._card()
        self.asking.pad.setGeometry(round(rect.right()) + t.px(GAP), round(rect.top()), t.px(WIDTH), t.px(HEIGHT))
        top = rect.bottom() - t.px(PADDING + BUTTON_HEIGHT)
        width = t.px(CARD_WIDTH - 2 * PADDING)
        self.stop.setGeometry(round(rect.left()) + t.px(PADDING), round(top), width, t.px(BUTTON_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        t, c, rect = self.theme, self.theme.colours, self._card()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(c.bg))
        card(painter, rect, c.surface, t.px(CARD_RADIUS), edge=c.edge)
        left, width, y = rect.left() + t.px(PADDING), rect.width() - 2 * t.px(PADDING), rect.top() + t.px(PADDING)
        amount = money(self.request.amount_fen) if self.request and self.request.amount_fen else ""
        reason, *small = self.lines()
        for text, sizes, bold, colour in (
            (self.what(), ((FIRST, 1), (28, 1), (SECOND, 2), (BODY, 3)), True, c.ink),
            (amount, tuple((size, 1) for size in AMOUNT_SIZES[2:]), True, c.ink),
            (reason, ((SECOND, 2), (BODY, 3)), False, c.ink),
            *((line, ((BODY, 2),), False, c.ink2) for line in small),
        ):
            if not text:
                continue
            block = fit(text, t, sizes, width, bold=bold, balance=True)
            font = t.font(block.size, bold=bold)
            for line in block.lines:
                draw(painter, QRectF(left, y, width, line_height(font)), line, font, colour)
                y += line_height(font)
            y += t.px(10)
        painter.end()
