"""The manager's day: what came in, hour by hour and channel by channel, every line of it, and a file to hand in."""

from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QRectF, QStandardPaths, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.channel import Channel
from app.core.shift_sums import Kind
from app.office.daybook import NoBook, Progress
from app.office.daylog import DayLog, Query
from app.office.export import Exported, Format
from app.words import say
from ui.pages.daylog.chart import HourChart
from ui.pages.daylog.controls import DayStepper, Offer, Picker
from ui.pages.daylog.export_card import ExportCard, ExportFace
from ui.pages.daylog.faces import ChartFace, TotalsFace, chart_face, sums_of, totals_face
from ui.pages.daylog.rows import RowTable
from ui.pages.daylog.totals import TotalsTable
from ui.pages.field import Field
from ui.pages.page import Asker, Page
from ui.text import channel_name, money
from ui.tokens import EVIDENCE, STATUS, Theme
from ui.widgets.base import advance, draw, line_height
from ui.widgets.buttons import ButtonFace, KeyButton

PADDING: Final = 16
GAP: Final = 12
CONTROLS: Final = 48
CHART: Final = 274
CARD: Final = 330
CHART_SHARE: Final = 0.42  # of the height, where that is less
SUMS: Final = 176
SUMS_MOST: Final = 30  # characters
LOOK_MS: Final = 200  # between two looks at how far an export is
ANYTHING: Final = Query("", "")
FILTERS: Final = ("shift", "operator", "channel", "kind")


class Book(Protocol):
    """The office's day book (``app.office.daybook``)."""

    def today(self) -> str: ...

    async def load(self, query: Query) -> DayLog | NoBook: ...

    async def export(
        self, query: Query, kind: Format, target: Path, language: str, progress: Progress
    ) -> Exported | NoBook: ...


class DayLogPage(Page):
    name = "daylog"

    def __init__(self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, book: Book) -> None:
        super().__init__(asker, theme, language, parent)
        self._book = book
        self.log: DayLog | None = None
        self.no: NoBook | None = None
        self.progress: Progress | None = None
        self._said: tuple[str, ...] = ()
        self._wrong = False
        self._asked = 0
        self._query = ANYTHING
        self.steps = DayStepper(theme, self)
        self.filters = {name: Picker(theme, self) for name in FILTERS}
        self.chart, self.totals, self.rows = HourChart(theme, self), TotalsTable(theme, self), RowTable(theme, self)
        self.sums = Field(theme, self, size=STATUS)
        self.press, self.card = KeyButton(theme, self), ExportCard(theme, self)
        self.card.hide()
        self._clock = QTimer(self)
        self._clock.setObjectName("export")
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self._show_progress)
        self._connect()
        self.set_look(theme, language)

    def _connect(self) -> None:
        self.steps.stepped.connect(self.show_day)
        for name, picker in self.filters.items():
            picker.picked.connect(lambda value, name=name: self.filter(name, value))
        self.sums.setMaxLength(SUMS_MOST)
        self.sums.textEdited.connect(self._sums)
        self.rows.picked.connect(lambda number: self.go.emit("refund", number))
        self.press.clicked.connect(self.open_export)
        self.card.begun.connect(self._export)
        self.card.halted.connect(self._halt)
        self.card.left.connect(self._close_export)

    # --- what the window asks of a page

    def enter(self, argument: object = None) -> None:
        """``argument``: the day to show; else the day it showed last, brought up to date."""
        day = argument if isinstance(argument, str) and argument else self._query.first_day or self._book.today()
        self.show_day(day)
        if not self.card.isVisible():
            self.rows.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._clock.stop()  # an export goes on; its end is told when it comes

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for painted in (self.steps, *self.filters.values(), self.chart, self.totals, self.rows, self.card):
            painted.set_theme(theme)
        self.press.set_theme(theme)
        self.sums.set_theme(theme)
        self.refresh()

    def key(self, event: QKeyEvent) -> bool:
        if self.card.isVisible():
            return self.card.take(event)
        if event.key() == Qt.Key.Key_E and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.open_export()
        elif event.key() == Qt.Key.Key_F5:
            self._load()
        else:
            return False
        return True

    # --- the log

    @Slot(str)
    def show_day(self, day: str) -> None:
        """Another day keeps the filters that people mean by it, but not a shift's."""
        query = self._query
        self._ask(replace(query, first_day=day, last_day=day, shift=0))

    def filter(self, name: str, value: object) -> None:
        match name, value:
            case "shift", int():
                self._ask(replace(self._query, shift=value))
            case "operator", str():
                self._ask(replace(self._query, operator=value))
            case "channel", Channel() | None:
                self._ask(replace(self._query, channel=value))
            case "kind", frozenset():
                self._ask(replace(self._query, kinds=value))

    @Slot(str)
    def _sums(self, text: str) -> None:
        """Half a sum is waited for."""
        found = sums_of(text)
        if found is not None and found != (self._query.least_fen, self._query.most_fen):
            self._ask(replace(self._query, least_fen=found[0], most_fen=found[1]))

    def _ask(self, query: Query) -> None:
        self._query = query
        self._load()

    def _load(self) -> None:
        """Only the newest question's answer is shown."""
        self._asked += 1
        asked, query = self._asked, self._query

        def loaded(found: DayLog | NoBook) -> None:
            if asked == self._asked:
                self.no = found if isinstance(found, NoBook) else None
                self.log = found if isinstance(found, DayLog) else None
                self.refresh()

        self.asker.ask(lambda: self._book.load(query), loaded)

    # --- the export

    @Slot()
    def open_export(self) -> None:
        if self.log is None or self.card.isVisible():
            return
        self._said, self._wrong = (say("ex.clean", self.language),), False
        if self.log.unsettled.count:
            self._said = (say("ex.open", self.language, n=self.log.unsettled.count), *self._said)
        self.card.setVisible(True)
        self.card.raise_()
        self.card.offer(_home() / f"mashou-{self._query.first_day}")
        self.refresh()

    @Slot(object, object)
    def _export(self, kind: Format, path: Path) -> None:
        progress = self.progress = Progress()
        query, language = self._query, self.language
        self._clock.start()
        self.refresh()
        self.asker.ask(lambda: self._book.export(query, kind, _at_home(path), language, progress), self._exported)

    def _exported(self, found: Exported | NoBook) -> None:
        self._clock.stop()
        self.progress = None
        self._said, self._wrong = self._told(found), isinstance(found, NoBook) and found.key != "ex.stop"
        self.refresh()

    def _told(self, found: Exported | NoBook) -> tuple[str, ...]:
        language = self.language
        if isinstance(found, NoBook):
            return (say(found.key, language, **dict(found.values)),)
        about = found.about
        said = [say("ex.done", language, n=about.rows, amount=money(about.net_fen))]
        if found.renamed:
            said.append(say("ex.exists", language, name=found.path.name))
        said.append(say("ex.where", language, path=str(found.path)))
        said.append(say("ex.sig", language, name=found.signature.name))
        return tuple(said)

    @Slot()
    def _halt(self) -> None:
        if self.progress is not None:
            self.progress.stop()

    @Slot()
    def _close_export(self) -> None:
        self.card.hide()
        self.rows.setFocus()
        self.refresh()

    @Slot()
    def _show_progress(self) -> None:
        self._show_card()

    # --- what is shown

    def refresh(self) -> None:
        log, language = self.log, self.language
        today = self._book.today()
        self.steps.set_day(self._query.first_day or today, today, language)
        self._offer()
        self.sums.set_words(say("ex.filter", language))
        self.chart.set_face(ChartFace() if log is None else chart_face(log.sheet, language))
        self.totals.set_face(TotalsFace() if log is None else totals_face(log, language))
        self.rows.set_rows(() if log is None else log.rows, language, self._empty())
        label = say("ex.button", language)
        self.press.set_face(ButtonFace("Ctrl E", label, filled=True, enabled=log is not None))
        self._show_card()
        self._place()
        self.update()

    def _empty(self) -> str:
        if self.no is not None:
            return say(self.no.key, self.language, **{"n": "…", **dict(self.no.values)})
        if self.log is None:
            return say("ex.loading", self.language)
        query = self._query
        filtered = query != Query(query.first_day, query.last_day)
        return say("ex.none" if filtered else "ex.empty", self.language)

    def _offer(self) -> None:
        """What the filters offer: what there is on this day."""
        log, language, query = self.log, self.language, self._query
        shifts = tuple(Offer(say("ex.one.shift", language, n=n), n) for n in (log.shifts if log else ()))
        people = tuple(Offer(name, name) for name in (log.operators if log else ()))
        channels = tuple(Offer(channel_name(one, language), one) for one in Channel)
        kinds = tuple(
            Offer(say(f"ex.kind.{kind.value if kind else 'open'}", language), frozenset({kind}))
            for kind in (*Kind, None)
        )
        offers: dict[str, tuple[tuple[Offer, ...], object, object]] = {
            "shift": (shifts, 0, query.shift),
            "operator": (people, "", query.operator),
            "channel": (channels, None, query.channel),
            "kind": (kinds, frozenset(), query.kinds),
        }
        for name, (found, nothing, chosen) in offers.items():
            everything = Offer(say(f"ex.all.{name}", language), nothing)
            self.filters[name].set_offers((everything, *found), chosen)

    def _show_card(self) -> None:
        progress, language = self.progress, self.language
        title = f"{say('ex.title', language)}  {self.steps.day}"
        if progress is None:
            self.card.set_face(ExportFace(language, title, None, self._said, self._wrong))
            return
        total = max(progress.total, progress.done, 1)
        running = say("ex.run", language, n=progress.done, m=total)
        self.card.set_face(ExportFace(language, title, progress.done / total, (running,)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        px, width, height = self.theme.px, self.width(), self.height()
        pad, gap, top = px(PADDING), px(GAP), px(PADDING)
        x = pad
        day = px(216) if self.language == "zh" else px(230)
        self.steps.setGeometry(x, top, day, px(CONTROLS))
        x += day + gap
        for picker in self.filters.values():
            picker.setGeometry(x, top, picker.wants, px(CONTROLS))
            x += picker.wants + px(8)
        self.sums.setGeometry(x, top, px(SUMS), px(CONTROLS))
        x += px(SUMS)
        press = round(self.press.text_width()) + px(36)
        self.press.setGeometry(width - pad - press, top, press, px(CONTROLS))
        self._anchor = QRectF(x + gap, top, width - pad - press - gap - x - gap, px(CONTROLS))
        y = top + px(CONTROLS) + gap
        chart = min(px(CHART), round(height * CHART_SHARE))
        split = round((width - 2 * pad - gap) * 0.645)
        self.chart.setGeometry(pad, y, split, chart)
        self.totals.setGeometry(pad + split + gap, y, width - 2 * pad - gap - split, chart)
        y += chart + gap
        self.rows.setGeometry(pad, y, width - 2 * pad, max(px(120), height - y - pad))
        tall = max(px(CARD), height - y - pad)
        self.card.setGeometry(pad, height - pad - tall, width - 2 * pad, tall)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        log, t, c = self.log, self.theme, self.theme.colours
        if log is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        digest = f"{log.head.digest[:4]} {log.head.digest[4:8]}"
        lines = [say("ex.anchor", self.language, hash=digest, n=log.head.seq)]
        if log.sealed:
            lines.append(say("ex.sealed", self.language, n=log.sealed))
        font = t.font(EVIDENCE if len(lines) > 1 else STATUS)
        if max(advance(text, font) for text in lines) <= self._anchor.width():
            step = line_height(font)
            y = self._anchor.center().y() - step * len(lines) / 2
            for text in lines:
                place = QRectF(self._anchor.left(), y, self._anchor.width(), step)
                draw(painter, place, text, font, c.ink3, align=Qt.AlignmentFlag.AlignRight)
                y += step
        painter.end()


def _home() -> Path:
    """Where people look for what they saved."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found else Path.home()


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # ~somebody who is not known here: the place cannot be written, and is said so
        return path
