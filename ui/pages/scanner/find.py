"""The page that finds a scanner: it shows a bar code, and whatever reads it is the scanner.

Serial ports are searched by ``devices.finding``; a scanner that types like a keyboard is known by the same bar code
coming through the key gate. The till's own serial scanners rest meanwhile, so that their ports are free.
"""

import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol, assert_never

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.setup.scanning import Kept
from app.words import say
from devices.finding import Finder, Found, Garbled, Listening, News, OtherCode, Shut
from devices.ports import Port
from devices.traces import Trace
from ui.pages.page import Asker, Page
from ui.tokens import BODY, FIRST, SECOND, Theme
from ui.widgets.base import card, draw, fit, line_height
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.widgets.code_shapes import paint_bars

MARGIN: Final = 24
CODE_HEIGHT: Final = 180  # px at u = 1: a hand scanner finds it at any tilt a hand has
MARK_DIGITS: Final = 6
MARK_LETTERS: Final = "MASHOU"  # letters: no payment code and no product has them


class Room(Protocol):
    """What the page asks of ``app.setup.scanning.ScannerRoom``."""

    def free(self) -> Coroutine[Any, Any, Any]: ...

    def resume(self) -> Coroutine[Any, Any, None]: ...

    def keep(self, slot: int, port: Port, baud: int) -> Coroutine[Any, Any, Kept]: ...

    def keep_wedge(self) -> Coroutine[Any, Any, Kept]: ...


class Search(Protocol):
    """``devices.finding.Finder``."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Typing:
    """A scanner that types like a keyboard; ``end`` once its trace has come."""

    end: tuple[str, ...] | None = None


def new_mark() -> str:
    """What the bar code says: another each time, so that nothing scanned before is taken for it."""
    return MARK_LETTERS + "".join(secrets.choice("0123456789") for _ in range(MARK_DIGITS))


class ScannerFindPage(Page):
    """``search`` makes what listens on the ports, of the mark and of a callback."""

    name = "scanner_find"
    _told = Signal(object)

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        room: Room,
        search: Callable[[str, Callable[[News], None]], Search] = Finder,
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._room, self._search = room, search
        self._searching: Search | None = None
        self.mark = ""
        self.found: Found | Typing | None = None
        self.ports: set[str] = set()
        self.note = ""
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.use_key, self.second_key, self.again_key = (KeyButton(theme, self) for _ in range(3))
        self.use_key.clicked.connect(lambda: self.use(0))
        self.second_key.clicked.connect(lambda: self.use(1))
        self.again_key.clicked.connect(self.again)
        self._refresh()

    def enter(self, argument: object = None) -> None:  # noqa: ARG002 - this page takes none
        self.again()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Whatever took the page away, the till's own scanners are heard again."""
        self._rest()
        self.asker.ask(self._room.resume, lambda _: None)

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for button in (self.use_key, self.second_key, self.again_key):
            button.set_theme(theme)
        self._place()
        self._refresh()

    def key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_F8:
                self.use(0)
            case Qt.Key.Key_F5:
                self.again()
            case Qt.Key.Key_Escape:
                self.go.emit("settings", "scanner")
            case _:
                return False
        return True

    def scan(self, text: str) -> bool:
        """A keyboard scanner's; its Caps Lock may be the other way round."""
        if self.mark and self.mark.casefold() in text.casefold():
            self._rest()
            self.found, self.note = Typing(), ""
        else:
            self.note = say("find.other", self.language)
        self._refresh()
        return True

    @Slot(object)
    def trace(self, trace: Trace) -> None:
        """How the keyboard scanner's code came."""
        if isinstance(self.found, Typing) and self.found.end is None and trace.source == "wedge":
            self.found = Typing(trace.end)
            self._refresh()

    @Slot()
    def again(self) -> None:
        """Another bar code, and everything listens anew."""
        self._rest()
        self.mark, self.found, self.note = new_mark(), None, ""
        self.asker.ask(self._room.free, lambda _: self._begin())
        self._refresh()

    def use(self, slot: int) -> None:
        """What was found is scanner ``slot`` from now on."""
        room = self._room
        match self.found:
            case Found(port, baud):
                self.asker.ask(lambda: room.keep(slot, port, baud), self._kept)
            case Typing():
                self.asker.ask(room.keep_wedge, self._kept)
            case None:
                return

    # --- within

    def _begin(self) -> None:
        if self.isVisible() and self._searching is None and self.found is None:
            self.ports.clear()
            self._searching = self._search(self.mark, self._tell)
            self._searching.start()

    def _rest(self) -> None:
        searching, self._searching = self._searching, None
        if searching is not None:
            searching.stop()

    def _tell(self, news: News) -> None:
        """From a port's thread."""
        try:
            self._told.emit(news)
        except RuntimeError:  # the page is gone
            return

    @Slot(object)
    def _hear(self, news: News) -> None:
        if self._searching is None:
            return
        match news:
            case Listening(port):
                self.ports.add(port.device)
            case Found():
                self._rest()
                self.found, self.note = news, ""
            case Garbled(_, baud):
                self.note = say("find.garbled", self.language, baud=baud)
            case OtherCode():
                self.note = say("find.other", self.language)
            case Shut(port, no_right):
                self.ports.discard(port.device)
                if port.vid is not None or no_right:
                    key = "find.noright" if no_right else "find.shut"
                    self.note = say(key, self.language, port=port.device)
            case never:
                assert_never(never)
        self._refresh()

    def _kept(self, kept: Kept) -> None:
        typing = isinstance(self.found, Typing)
        self.note = say(kept.key or ("find.wedgeok" if typing else "find.kept"), self.language)
        self._refresh()

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is known of the scanner that was found: words key of the label, and the value."""
        language, found = self.language, self.found
        match found:
            case Found(port, baud, end, before):
                rows = [
                    ("find.kind", say("find.serial", language)),
                    ("find.port", port.device),
                    ("find.baud", str(baud)),
                    ("find.end", " ".join(end) or say("find.noend", language)),
                    ("find.device", port.known_as or say("find.nodevice", language)),
                ]
                return (*rows, ("find.before", " ".join(before))) if before else tuple(rows)
            case Typing(end):
                told = "…" if end is None else " ".join(end) or say("find.noend", language)
                return (("find.kind", say("find.wedge", language)), ("find.end", told))
            case None:
                return ()

    def _line(self) -> str:
        if self.note:
            return self.note
        if self.found is not None:
            ends = self.found.end
            return say("find.noend.do" if ends == () else "find.found", self.language)
        if self.ports:
            return say("find.listening", self.language, n=len(self.ports))
        return say("find.noports", self.language)

    def _refresh(self) -> None:
        language, there = self.language, self.found is not None
        self.use_key.set_face(ButtonFace("F8", say("find.use", language), filled=there, enabled=there))
        second = ButtonFace("", say("find.second", language)) if isinstance(self.found, Found) else None
        self.second_key.set_face(second)
        self.again_key.set_face(ButtonFace("F5", say("find.again", language)))
        facts = "，".join(f"{say(key, language)} {value}" for key, value in self.facts())
        self.setAccessibleName(f"{say('find.title', language)}。{facts}{self._line()}")
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        t = self.theme
        edge, gap, high = t.px(MARGIN), t.px(12), t.px(72)
        wide = min(t.px(307), (self.width() - 2 * edge - 2 * gap) // 3)
        top = self.height() - edge - high
        right = self.width() - edge - wide
        for left, button in ((edge, self.again_key), (right - wide - gap, self.second_key), (right, self.use_key)):
            button.setGeometry(left, top, wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, language = self.theme, self.theme.colours, self.language
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.bg))
        edge = t.px(MARGIN)
        width = self.width() - 2 * edge
        title = fit(say("find.title", language), t, ((FIRST, 1), (28, 1)), width, bold=True)
        draw(painter, QRectF(edge, edge, width, t.px(36)), title.lines[0], t.font(title.size, bold=True), c.ink)
        how = fit(say("find.how", language), t, ((BODY, 1), (16, 1)), width, bold=False)
        draw(painter, QRectF(edge, edge + t.px(36), width, t.px(28)), how.lines[0], t.font(how.size), c.ink2)
        top = edge + t.px(80)
        if self.mark:
            paint_bars(painter, QRectF(edge, top, width, t.px(CODE_HEIGHT)), self.mark)
        below = top + t.px(CODE_HEIGHT + 16)
        self._paint_found(painter, QRectF(edge, below, width, self.height() - below - edge - t.px(88)))
        painter.end()

    def _paint_found(self, painter: QPainter, box: QRectF) -> None:
        t, c, language = self.theme, self.theme.colours, self.language
        card(painter, box, c.surface, t.px(8))
        x, y, width = box.left() + t.px(24), box.top() + t.px(12), box.width() - t.px(48)
        line = fit(self._line(), t, ((SECOND, 1), (BODY, 1), (16, 2)), width, bold=self.found is None)
        font = t.font(line.size, bold=self.found is None)
        for text in line.lines:
            draw(painter, QRectF(x, y, width, line_height(font)), text, font, c.ink)
            y += line_height(font)
        facts = self.facts()
        if facts:
            rows = -(-len(facts) // 2)
            high = min(t.px(44), (box.bottom() - y - t.px(8)) / rows)
            for at, (key, value) in enumerate(facts):
                left = x + (at % 2) * width / 2
                row = QRectF(left, y + at // 2 * high, width / 2 - t.px(16), high)
                label = t.px(130)
                draw(painter, row, say(key, language), t.font(BODY), c.ink3)
                block = fit(value, t, ((BODY, 1), (16, 1), (13, 1)), row.width() - label, bold=True)
                at_value = QRectF(left + label, row.top(), row.width() - label, high)
                draw(painter, at_value, block.lines[0], t.font(block.size, bold=True), c.ink)
