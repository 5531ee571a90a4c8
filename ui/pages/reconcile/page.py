"""The day after: the channels' bills beside the log, what is off, what it is worth, and what to do."""

from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.staff import Act, Approval
from app.office.recon.day import ChannelDay, DayResult
from app.office.recon.desk import DayPicture
from app.office.recon.signing import SIGNS, subject, whole_day
from app.office.recon.values import Difference
from app.words import say
from ui.pages.approving import AskApproval
from ui.pages.daylog.controls import DayStepper
from ui.pages.field import Field
from ui.pages.page import Asker, Page
from ui.pages.reconcile.cards import ChannelCards, Verdict
from ui.pages.reconcile.faces import can_sign, channels, lines, lines_behind, signed, verdict
from ui.pages.reconcile.table import LineTable
from ui.tokens import BODY, EVIDENCE, Theme
from ui.widgets.base import draw, fit
from ui.widgets.buttons import ButtonFace, KeyButton

PADDING: Final = 16
GAP: Final = 12
CONTROLS: Final = 48
VERDICT: Final = 84
CARDS: Final = 128
REASON_MOST: Final = 80  # characters

PickFiles = Callable[[QWidget, str], list[Path]]


class Books(Protocol):
    """The office's room (``app.office.recon.desk.ReconcileDesk``)."""

    def yesterday(self) -> str: ...

    def latest(self) -> str: ...

    async def look(self, day: str) -> DayPicture: ...

    async def fetch(self, day: str) -> DayPicture: ...

    async def take(self, day: str, paths: Iterable[Path]) -> DayPicture: ...

    async def explain(self, one: ChannelDay, line: Difference, approval: Approval) -> DayPicture: ...

    async def sign(self, seen: DayResult, approval: Approval) -> DayPicture: ...


def ask_for_files(parent: QWidget, title: str) -> list[Path]:
    """The system's own window."""
    names, _ = QFileDialog.getOpenFileNames(parent, title)
    return [Path(name) for name in names]


class ReconcilePage(Page):
    name = "reconcile"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        books: Books,
        approve: AskApproval | None = None,
        pick_files: PickFiles = ask_for_files,
    ) -> None:
        """Without ``approve`` nothing is explained or signed here."""
        super().__init__(asker, theme, language, parent)
        self._books, self._approve = books, approve
        self._pick_files = pick_files
        self._asked = 0
        self._busy = False
        self.day = self.signed = ""
        self._signed_at = QRectF()
        self.picture: DayPicture | None = None
        self.steps = DayStepper(theme, self)
        self.fetch_button, self.import_button = KeyButton(theme, self), KeyButton(theme, self)
        self.verdict, self.cards, self.table = Verdict(theme, self), ChannelCards(theme, self), LineTable(theme, self)
        self.sign_button, self.explain_button = KeyButton(theme, self), KeyButton(theme, self)
        self.reason = Field(theme, self)
        self.reason.setMaxLength(REASON_MOST)
        self.reason.textEdited.connect(self.refresh)
        self.table.moved.connect(self.refresh)
        self.sign_button.clicked.connect(self.sign)
        self.explain_button.clicked.connect(self.explain)
        self.steps.stepped.connect(self.show_day)
        self.fetch_button.clicked.connect(self.fetch)
        self.import_button.clicked.connect(self.import_files)
        self.table.picked.connect(lambda number: self.go.emit("refund", number))
        self.set_look(theme, language)

    # --- what the window asks of a page

    def enter(self, argument: object = None) -> None:
        """``argument``: the day to show; else the one shown last, else yesterday."""
        self.show_day(argument if isinstance(argument, str) and argument else self.day or self._books.yesterday())
        self.table.setFocus()

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for painted in (self.steps, self.verdict, self.cards, self.table):
            painted.set_theme(theme)
        for button in (self.fetch_button, self.import_button, self.sign_button, self.explain_button, self.reason):
            button.set_theme(theme)
        self.refresh()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_F5:
            self.fetch()
        elif event.key() == Qt.Key.Key_O and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.import_files()
        elif event.key() == Qt.Key.Key_F8 and not event.isAutoRepeat():
            self.explain()
        elif event.key() == Qt.Key.Key_F9 and not event.isAutoRepeat():
            self.sign()
        else:
            return False
        return True

    # --- what is asked of the office

    @Slot(str)
    def show_day(self, day: str) -> None:
        self.day = day
        self._ask(lambda: self._books.look(day))

    @Slot()
    def fetch(self) -> None:
        day = self.day
        if not self._busy:
            self._ask(lambda: self._books.fetch(day))

    @Slot()
    def import_files(self) -> None:
        day = self.day
        if self._busy:
            return
        paths = self._pick_files(self, say("rc.import", self.language))
        if paths:
            self._ask(lambda: self._books.take(day, paths))

    @property
    def chosen(self) -> tuple[ChannelDay, Difference] | None:
        """The line under the cursor, while it still wants an explanation."""
        found = lines_behind(self._result)
        at = self.table.cursor_at
        if self._approve is None or self._busy or at >= len(found):
            return None
        one, line = found[at]
        return (one, line) if line in one.unexplained else None

    @property
    def rebuilds(self) -> bool:
        """Whether the line chosen is a sale that the journal lost: it is entered again instead of explained."""
        return self.chosen is not None and self._result is not None and self.chosen[1].out_trade_no in self._result.lost

    @Slot()
    def explain(self) -> None:
        """F8: the manager's yes to why this line is as it is."""
        chosen, reason = self.chosen, "rc.rebuild" if self.rebuilds else " ".join(self.reason.text().split())
        if chosen is None or self._approve is None:
            return
        if not reason:
            self.reason.setFocus()
            return
        one, line = chosen
        named = subject(one.reckoning.channel, one.reckoning.day, line)

        def answered(yes: Approval | None) -> None:
            if yes is not None:
                self._ask(lambda: self._books.explain(one, line, yes))

        self._approve(Act.RESOLVE, named, abs(line.worth_fen), reason, answered)

    @Slot()
    def sign(self) -> None:
        """F9: the manager's yes to the whole day as it stands here."""
        result = self._result
        if result is None or self._approve is None or self._busy or not can_sign(result):
            return

        def answered(yes: Approval | None) -> None:
            if yes is not None:
                self._ask(lambda: self._books.sign(result, yes))

        self._approve(Act.RESOLVE, whole_day(result.day), 0, SIGNS, answered)

    @property
    def _offered(self) -> bool:
        return self._approve is not None and can_sign(self._result)

    @property
    def _result(self) -> DayResult | None:
        return None if self.picture is None else self.picture.result

    def _ask(self, work: Callable[[], Coroutine[Any, Any, DayPicture]]) -> None:
        """Only the newest question's answer is shown."""
        self._asked += 1
        asked = self._asked
        self._busy, self.picture = True, None
        self.refresh()

        def came(found: DayPicture) -> None:
            if asked == self._asked:
                self._busy, self.picture = False, found
                if not any(one.is_wrong for one in found.said):
                    self.reason.clear()
                self.refresh()

        self.asker.ask(work, came)

    # --- what is shown

    @Slot()
    def refresh(self) -> None:
        picture, language, result = self.picture, self.language, self._result
        last = self._books.latest()
        self.steps.set_day(self.day or last, last, language)
        self.fetch_button.set_face(
            ButtonFace("F5", say("rc.fetch", language), filled=not self._offered, enabled=not self._busy)
        )
        self.import_button.set_face(ButtonFace("Ctrl O", say("rc.import", language), enabled=not self._busy))
        self.verdict.set_face(verdict(picture, language))
        self.cards.set_faces(channels(result, language))
        empty = say("rc.nolines", language) if result is not None and result.channels else ""
        self.table.set_lines(lines(result, language), language, empty)
        self._refresh_yes(result, language)
        self._place()

    def _refresh_yes(self, result: DayResult | None, language: str) -> None:
        """What only a manager's yes does."""
        self.signed = signed(result, language)
        offered = self._offered
        self.sign_button.set_face(ButtonFace("F9", say("rc.sign.do", language), filled=True) if offered else None)
        self.sign_button.setVisible(offered)
        there, rebuilds = self.chosen is not None, self.rebuilds
        label = say("rc.rebuild" if rebuilds else "rc.explain", language)
        ready = rebuilds or bool(self.reason.text().strip())
        self.explain_button.set_face(ButtonFace("F8", label, filled=ready, enabled=ready) if there else None)
        self.explain_button.setVisible(there)
        self.reason.setVisible(there and not rebuilds)
        self.reason.set_words(say("rc.explain.hint", language))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        px, width, height = self.theme.px, self.width(), self.height()
        pad, gap, y = px(PADDING), px(GAP), px(PADDING)
        self.steps.setGeometry(pad, y, px(230), px(CONTROLS))
        right = width - pad
        buttons = (self.fetch_button, self.import_button, *((self.sign_button,) if self.sign_button.face else ()))
        for button in buttons:
            wide = round(button.text_width()) + px(36)
            button.setGeometry(right - wide, y, wide, px(CONTROLS))
            right -= wide + gap
        y += px(CONTROLS) + gap
        self.verdict.setGeometry(pad, y, width - 2 * pad, px(VERDICT))
        y += px(VERDICT) + gap
        cards = px(CARDS) if self.cards.faces else 0
        self.cards.setGeometry(pad, y, width - 2 * pad, cards)
        y += cards + (gap if cards else 0)
        foot = px(CONTROLS) + gap if self.explain_button.face else 0
        self.table.setGeometry(pad, y, width - 2 * pad, max(px(120), height - y - pad - foot))
        wide = round(self.explain_button.text_width()) + px(36)
        below = height - pad - px(CONTROLS)
        self.reason.setGeometry(pad, below, width - 2 * pad - wide - gap, px(CONTROLS))
        self.explain_button.setGeometry(width - pad - wide, below, wide, px(CONTROLS))
        left = self.steps.geometry().right() + gap * 2
        self._signed_at = QRectF(left, pad, right - left, px(CONTROLS))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        if self.signed:
            painter = QPainter(self)
            t, at = self.theme, self._signed_at
            block = fit(self.signed, t, ((BODY, 1), (EVIDENCE, 1), (13, 2)), at.width(), bold=False)
            draw(painter, at, block.lines[0], t.font(block.size), t.colours.ink2)
            painter.end()
