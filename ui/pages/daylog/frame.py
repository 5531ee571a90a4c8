"""How the day log is laid out, and what stands in each part."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.channel import Channel
from app.core.shift_sums import Kind
from app.office.daybook import NoBook, Progress
from app.office.daylog import DayLog, Query
from app.words import say
from ui.pages.daylog.chart import HourChart
from ui.pages.daylog.controls import DayStepper, Offer, Picker
from ui.pages.daylog.export_card import ExportCard, ExportFace
from ui.pages.daylog.faces import ChartFace, TotalsFace, chart_face, totals_face
from ui.pages.daylog.rows import RowTable
from ui.pages.daylog.totals import TotalsTable
from ui.pages.field import Field
from ui.pages.page import Asker, Page
from ui.text import channel_name
from ui.tokens import EVIDENCE, STATUS, Theme
from ui.widgets.base import advance, draw, line_height
from ui.widgets.buttons import ButtonFace, KeyButton

PADDING: Final = 16
GAP: Final = 12
CONTROLS: Final = 48
CHART: Final = 274
CHART_SHARE: Final = 0.42  # of the height, where that is less
SUMS: Final = 176
SUMS_MOST: Final = 30  # characters
ANYTHING: Final = Query("", "")
FILTERS: Final = ("shift", "operator", "channel", "kind")


class DayLogFrame(Page):
    """Parts and their places; ``page.DayLogPage`` says what they do."""

    def __init__(
        self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, today: Callable[[], str]
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self._today = today
        self.log: DayLog | None = None
        self.no: NoBook | None = None
        self.progress: Progress | None = None
        self.said: tuple[str, ...] = ()
        self.wrong = False
        self.query = ANYTHING
        self.steps = DayStepper(theme, self)
        self.filters = {name: Picker(theme, self) for name in FILTERS}
        self.chart, self.totals, self.rows = HourChart(theme, self), TotalsTable(theme, self), RowTable(theme, self)
        self.sums = Field(theme, self, size=STATUS)
        self.sums.setMaxLength(SUMS_MOST)
        self.press, self.card = KeyButton(theme, self), ExportCard(theme, self)
        self.card.hide()

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for painted in (self.steps, *self.filters.values(), self.chart, self.totals, self.rows, self.card):
            painted.set_theme(theme)
        self.press.set_theme(theme)
        self.sums.set_theme(theme)
        self.refresh()

    def refresh(self) -> None:
        log, language = self.log, self.language
        today = self._today()
        self.steps.set_day(self.query.first_day or today, today, language)
        self._offer()
        self.sums.set_words(say("ex.filter", language))
        self.chart.set_face(ChartFace() if log is None else chart_face(log.sheet, language))
        self.totals.set_face(TotalsFace() if log is None else totals_face(log, language))
        self.rows.set_rows(() if log is None else log.rows, language, self._empty())
        label = say("ex.button", language)
        self.press.set_face(ButtonFace("Ctrl E", label, filled=True, enabled=log is not None))
        self.show_card()
        self._place()
        self.update()

    def _empty(self) -> str:
        if self.no is not None:
            return say(self.no.key, self.language, **{"n": "…", **dict(self.no.values)})
        if self.log is None:
            return say("ex.loading", self.language)
        query = self.query
        filtered = query != Query(query.first_day, query.last_day)
        return say("ex.none" if filtered else "ex.empty", self.language)

    def _offer(self) -> None:
        """What the filters offer: what there is on this day."""
        log, language, query = self.log, self.language, self.query
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

    def show_card(self) -> None:
        progress, language = self.progress, self.language
        title = f"{say('ex.title', language)}  {self.steps.day}"
        if progress is None:
            self.card.set_face(ExportFace(language, title, None, self.said, self.wrong))
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
        self.card.setGeometry(pad, y, width - 2 * pad, height - pad - y)  # whole: a sum half hidden reads as another
        chart = min(px(CHART), round(height * CHART_SHARE))
        split = round((width - 2 * pad - gap) * 0.645)
        self.chart.setGeometry(pad, y, split, chart)
        self.totals.setGeometry(pad + split + gap, y, width - 2 * pad - gap - split, chart)
        y += chart + gap
        self.rows.setGeometry(pad, y, width - 2 * pad, max(px(120), height - y - pad))

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
