"""The help page of the office: the log by gravity, the support bundle file by file, and the tour once more."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from app.setup.loglines import Level, LogLine
from app.setup.support import Part, SupportRoom, packed
from app.setup.taking import Fault
from app.words import say
from ui.pages.boxes import Boxes
from ui.pages.page import Asker, Page
from ui.pages.settings.nav import ScreenList, Step
from ui.tokens import CARD_RADIUS, STATUS, Theme
from ui.widgets.base import card, draw, line_height, wrap
from ui.widgets.buttons import ButtonFace, KeyButton

NAV: Final = 232
GAP: Final = 16
PADDING: Final = 24
HEAD: Final = 48
BUTTON: Final = 64
NAME: Final = "mashou-support.zip"
TOPICS: Final = ("log", "bundle", "tour")


class HelpPage(Page):
    """``toured``: the tour is wanted; the window leaves the office and shows it. ``has_tour``: in training only."""

    name = "help"
    toured = Signal()

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        room: SupportRoom,
        has_tour: bool = False,
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self.room = room
        self.topics = TOPICS if has_tour else TOPICS[:2]
        self.topic, self.level = TOPICS[0], Level.WARNING
        self.lines: tuple[LogLine, ...] = ()
        self.parts: tuple[Part, ...] = ()
        self.shown = 0  # the part that is looked at
        self.note, self.wrong = "", False
        self.busy = False
        self.nav, self.choices = ScreenList(theme, self), Boxes(theme, self)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.text.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.buttons = (KeyButton(theme, self), KeyButton(theme, self))
        self.nav.picked.connect(self._turn)
        self.choices.picked.connect(self._choose)
        self.buttons[0].clicked.connect(self.again)
        self.buttons[1].clicked.connect(self.go_on)
        self.set_look(theme, language)

    # --- the page

    def enter(self, argument: object = None) -> None:
        if argument in self.topics:
            self.topic = str(argument)
        self.nav.setFocus()
        self._begin()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_F5:
            self.again()
        elif event.key() == Qt.Key.Key_F8 and not event.isAutoRepeat():
            self.go_on()
        else:
            return False
        return True

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for part in (self.nav, self.choices):
            part.set_theme(theme)
        for button in self.buttons:
            button.set_theme(theme)
        c = theme.colours
        self.text.setFont(theme.font(STATUS))
        self.text.setStyleSheet(
            f"QPlainTextEdit {{ background: {c.surface}; color: {c.ink}; border: 1px solid {c.edge};"
            f" selection-background-color: {c.accent}; selection-color: {c.onaccent}; }}"
            f"QPlainTextEdit:focus {{ border: 2px solid {c.accent}; }}"
        )
        self.refresh()

    @Slot()
    def again(self) -> None:
        """F5: read the log, or collect the bundle, anew."""
        if self.busy or self.topic == "tour":
            return
        self.busy = True
        self._say("hp.reading" if self.topic == "log" else "hp.busy")
        if self.topic == "log":
            level = self.level
            self.asker.ask(lambda: self.room.lines(level), self._read, self._failed)
        else:
            self.asker.ask(self.room.collect, self._collected, self._failed)

    @Slot()
    def go_on(self) -> None:
        """F8: save what was shown, or begin the tour."""
        if self.topic == "tour":
            self.toured.emit()
        elif self.topic == "bundle" and self.parts and not self.busy:
            dialog = QFileDialog(self.window(), say("hp.save", self.language))
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is ever written over
            dialog.setDefaultSuffix("zip")
            dialog.selectFile(NAME)
            dialog.fileSelected.connect(self.save)
            dialog.open()

    @Slot(str)
    def save(self, path: str) -> None:
        parts, target = self.parts, Path(path)
        self.busy = True
        size = len(packed(parts))
        self.asker.ask(
            lambda: self.room.write(parts, target), lambda fault: self._saved(fault, target, size), self._failed
        )

    # --- what comes back

    def _read(self, lines: tuple[LogLine, ...]) -> None:
        self.busy, self.lines, self.note = False, lines, ""
        self.refresh()

    def _collected(self, parts: tuple[Part, ...]) -> None:
        self.busy, self.parts, self.shown, self.note = False, parts, 0, ""
        self.refresh()

    def _saved(self, fault: Fault | None, path: Path, size: int) -> None:
        self.busy, self.wrong = False, fault is not None
        self.note = fault.say(self.language) if fault else say("hp.written", self.language, name=path.name, n=size)
        self.refresh()

    def _failed(self, _error: Exception) -> None:
        self.busy = False
        self._say("sp.worker", wrong=True)

    def _say(self, key: str, *, wrong: bool = False) -> None:
        self.note, self.wrong = say(key, self.language), wrong
        self.refresh()

    # --- within

    @Slot(int)
    def _turn(self, at: int) -> None:
        self.topic, self.note, self.wrong = self.topics[at], "", False
        self._begin()

    def _begin(self) -> None:
        if self.topic == "log":
            self.again()
        else:
            self.refresh()

    @Slot(int)
    def _choose(self, at: int) -> None:
        if self.topic == "log":
            self.level = list(Level)[at]
            self.again()
        else:
            self.shown = at
            self.refresh()

    def _words(self) -> tuple[str, ...]:
        if self.topic == "log":
            return tuple(say(f"hp.level.{level}", self.language) for level in Level)
        return tuple(part.name for part in self.parts) if self.topic == "bundle" else ()

    def _body(self) -> str:
        if self.topic == "bundle" and self.parts:
            return self.parts[self.shown].text
        if self.topic == "log":
            return "\n".join(str(line) for line in self.lines) or (
                "" if self.busy else say("hp.log.none", self.language)
            )
        return ""

    def told(self) -> str:
        """The sentence over the text."""
        return self.note or say(f"hp.{self.topic}.note", self.language)

    def refresh(self) -> None:
        language, topic = self.language, self.topic
        steps = tuple(Step(say(f"hp.{name}", language)) for name in self.topics)
        self.nav.set_steps(say("page.help", language), steps, self.topics.index(topic))
        words, body = self._words(), self._body()
        self.choices.setVisible(bool(words))
        self.choices.columns = max(1, len(words))
        chosen = list(Level).index(self.level) if topic == "log" else self.shown
        self.choices.set_words(say("hp.level" if topic == "log" else "hp.bundle", language), words, chosen)
        self.text.setVisible(bool(words))
        if self.text.toPlainText() != body:
            self.text.setPlainText(body)
        self.text.setAccessibleName(say(f"hp.{topic}", language))
        again = ButtonFace("F5", say("hp.again" if topic == "log" else "hp.collect", language), enabled=not self.busy)
        self.buttons[0].set_face(None if topic == "tour" else again)
        right: ButtonFace | None = None
        if topic == "bundle":
            ready = bool(self.parts) and not self.busy
            right = ButtonFace("F8", say("hp.save", language), filled=ready, enabled=ready)
        elif topic == "tour":
            right = ButtonFace("F8", say("hp.begin", language), filled=True)
        self.buttons[1].set_face(right)
        self._place()
        self.update()

    def _card(self) -> QRectF:
        t = self.theme
        left = t.px(NAV + 2 * GAP)
        return QRectF(left, t.px(GAP), self.width() - left - t.px(GAP), self.height() - 2 * t.px(GAP))

    def _told_lines(self) -> tuple[str, ...]:
        return wrap(self.told(), self.theme.font(STATUS), self._card().width() - 2 * self.theme.px(PADDING))

    def _place(self) -> None:
        t, rect = self.theme, self._card().toRect()
        self.nav.setGeometry(t.px(GAP), t.px(GAP), t.px(NAV), rect.height())
        inner = rect.adjusted(t.px(PADDING), t.px(10), -t.px(PADDING), -t.px(PADDING))
        y = inner.top() + t.px(HEAD) + round(len(self._told_lines()) * line_height(t.font(STATUS))) + t.px(10)
        if self._words():
            self.choices.setGeometry(inner.left(), y, inner.width(), t.px(44))
            y += t.px(56)
        bottom = inner.bottom() + 1 - t.px(BUTTON)
        self.text.setGeometry(inner.left(), y, inner.width(), max(1, bottom - t.px(14) - y))
        width = t.px(240)
        self.buttons[0].setGeometry(inner.left(), bottom, width, t.px(BUTTON))
        self.buttons[1].setGeometry(inner.right() + 1 - width, bottom, width, t.px(BUTTON))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        t, c, rect = self.theme, self.theme.colours, self._card()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(c.bg))
        card(painter, rect, c.surface, t.px(CARD_RADIUS))
        left, y = rect.left() + t.px(PADDING), rect.top() + t.px(10)
        head = QRectF(left, y, rect.width(), t.px(HEAD))
        draw(painter, head, say(f"hp.{self.topic}", self.language), t.font(24, bold=True), c.ink)
        y += t.px(HEAD)
        font = t.font(STATUS)
        for line in self._told_lines():
            draw(
                painter,
                QRectF(left, y, rect.width(), line_height(font)),
                line,
                font,
                c.redtext if self.wrong else c.ink2,
            )
            y += line_height(font)
        painter.end()
