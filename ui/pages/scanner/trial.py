"""The page on which a scanner is tried: each reading a line, the newest on top. Nothing is charged and nothing kept."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Protocol

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.till.readings import Reading, controls, reading, with_trace
from app.words import say
from devices.traces import Trace
from ui.pages.page import Asker, Page
from ui.tokens import BODY, FIRST, SECOND, STATUS, Theme
from ui.widgets.base import card, draw, fit
from ui.widgets.buttons import ButtonFace, KeyButton

MARGIN: Final = 24
ROW: Final = 52
ROWS_MOST: Final = 9
COLUMNS: Final = (  # words key, left edge and width as parts of the card's width
    ("trial.what", 0.02, 0.34),
    ("find.kind", 0.37, 0.12),
    ("trial.length", 0.5, 0.08),
    ("trial.end", 0.6, 0.11),
    ("trial.gap", 0.72, 0.11),
    ("trial.control", 0.84, 0.15),
)


class Room(Protocol):
    """What the page asks of ``app.setup.scanning.ScannerRoom``."""

    def listen(self, traced: Callable[[Trace], None] | None) -> None: ...


class ScannerTestPage(Page):
    """``today``: Beijing's date, by which a code is judged as it would be at the till."""

    name = "scanner_test"
    takes_codes = True
    _traced = Signal(object)

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        room: Room,
        today: Callable[[], date],
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._room, self._today = room, today
        self.readings: tuple[Reading, ...] = ()
        self._traced.connect(self.trace, Qt.ConnectionType.QueuedConnection)
        self.find_key, self.clear_key = KeyButton(theme, self), KeyButton(theme, self)
        self.find_key.clicked.connect(lambda: self.go.emit("scanner_find", None))
        self.clear_key.clicked.connect(self.clear)
        self._refresh()

    def enter(self, argument: object = None) -> None:  # noqa: ARG002 - this page takes none
        self.readings = ()
        self.asker.ask(lambda: self._listening(self._emit), lambda _: None)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.asker.ask(lambda: self._listening(None), lambda _: None)

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for button in (self.find_key, self.clear_key):
            button.set_theme(theme)
        self._place()
        self._refresh()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.go.emit("settings", "scanner")
            return True
        return False

    def scan(self, text: str) -> bool:
        self._keep((reading(text, self._today(), self.language), *self.readings))
        return True

    @Slot(object)
    def trace(self, trace: Trace) -> None:
        """How the last code came."""
        self._keep(with_trace(self.readings, trace, self.language))

    @Slot()
    def clear(self) -> None:
        self._keep(())

    # --- within

    async def _listening(self, traced: Callable[[Trace], None] | None) -> None:
        self._room.listen(traced)

    def _emit(self, trace: Trace) -> None:
        """On the loop."""
        try:
            self._traced.emit(trace)
        except RuntimeError:  # the page is gone
            return

    def _keep(self, readings: tuple[Reading, ...]) -> None:
        self.readings = readings[:ROWS_MOST]
        self._refresh()

    def _refresh(self) -> None:
        self.find_key.set_face(ButtonFace("", say("trial.find", self.language)))
        self.clear_key.set_face(ButtonFace("", say("trial.clear", self.language), enabled=bool(self.readings)))
        newest = self.readings[0].what if self.readings else say("trial.empty", self.language)
        self.setAccessibleName(f"{say('trial.title', self.language)}。{newest}")
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        t = self.theme
        edge, wide, high = t.px(MARGIN), t.px(200), t.px(56)
        for at, button in enumerate((self.clear_key, self.find_key)):
            button.setGeometry(self.width() - edge - (at + 1) * wide - at * t.px(12), edge, wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, language = self.theme, self.theme.colours, self.language
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.bg))
        edge = t.px(MARGIN)
        width = self.width() - 2 * edge
        room = width - t.px(436)
        title = fit(say("trial.title", language), t, ((FIRST, 1), (28, 1)), room, bold=True)
        draw(painter, QRectF(edge, edge, room, t.px(36)), title.lines[0], t.font(title.size, bold=True), c.ink)
        how = fit(say("trial.how", language), t, ((BODY, 1), (STATUS, 1)), room, bold=False)
        draw(painter, QRectF(edge, edge + t.px(36), room, t.px(28)), how.lines[0], t.font(how.size), c.ink2)
        top = edge + t.px(84)
        box = QRectF(edge, top, width, self.height() - top - edge)
        card(painter, box, c.surface, t.px(8))
        for key, left, part in COLUMNS:
            at = QRectF(box.left() + left * width, top + t.px(8), part * width, t.px(32))
            draw(painter, at, say(key, language), t.font(STATUS), c.ink3)
        painter.fillRect(QRectF(box.left(), top + t.px(46), width, 1), QColor(c.line))
        for row, one in enumerate(self.readings):
            self._paint_row(painter, QRectF(box.left(), top + t.px(48 + row * ROW), width, t.px(ROW)), one)
        if not self.readings:
            centre = Qt.AlignmentFlag.AlignHCenter
            draw(painter, box, say("trial.empty", language), t.font(SECOND), c.ink3, align=centre)
        painter.end()

    def _paint_row(self, painter: QPainter, row: QRectF, one: Reading) -> None:
        if row.bottom() > self.height() - self.theme.px(MARGIN):
            return
        t, c, language, trace = self.theme, self.theme.colours, self.language, one.trace
        wait = "…"
        cells: Any = (
            one.what,
            say(f"find.{one.source}", language) if one.source else wait,
            str(one.length),
            wait if trace is None else " ".join(trace.end) or say("trial.none", language),
            wait if trace is None else say("trial.ms", language, n=trace.longest_gap_ms),
            wait if trace is None else controls(trace, language),
        )
        for (_, left, part), text in zip(COLUMNS, cells, strict=True):
            at = QRectF(row.left() + left * row.width(), row.top(), part * row.width(), row.height())
            block = fit(text, t, ((BODY, 1), (STATUS, 1), (15, 1), (13, 1)), at.width(), bold=False)
            draw(painter, at, block.lines[0], t.font(block.size), c.ink)
