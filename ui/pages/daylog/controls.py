"""The day and the filters over the log."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from ui.pages.daylog.faces import day_beside, day_words
from ui.tokens import BODY, CONTROL_RADIUS, STATUS, Theme
from ui.widgets.base import Painted, advance, card, draw

ARROW: Final = 44  # how wide the place of an arrow is


class DayStepper(Painted):
    """``stepped`` carries the day it now stands on; days after ``last`` are not offered."""

    stepped = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.day, self.last, self.language = "", "", "zh"

    def set_day(self, day: str, last: str, language: str) -> None:
        self.day, self.last, self.language = day, last, language
        self.setAccessibleName(day_words(day, language))
        self.update()

    def step(self, by: int) -> None:
        if self.day and (by < 0 or self.day < self.last):
            self.set_day(day_beside(self.day, by), self.last, self.language)
            self.stepped.emit(self.day)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and not event.modifiers():
            self.step(steps[event.key()])
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        edge = self.theme.px(ARROW)
        if event.position().x() < edge:
            self.step(-1)
        elif event.position().x() > self.width() - edge:
            self.step(1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        rect = QRectF(self.rect())
        focused = self.hasFocus()
        edge = c.accent if focused else c.edge
        card(painter, rect, c.surface, t.px(CONTROL_RADIUS), edge=edge, width=2 if focused else 1)
        font = t.font(BODY, bold=True)
        centre = Qt.AlignmentFlag.AlignHCenter
        if self.day:
            draw(painter, rect, day_words(self.day, self.language), font, c.ink, align=centre)
        ends = QRectF(0, 0, t.px(ARROW), rect.height())
        draw(painter, ends, "‹", font, c.ink, align=centre)
        ends.moveRight(rect.right())
        if self.day < self.last:
            draw(painter, ends, "›", font, c.ink, align=centre)
        painter.end()


@dataclass(frozen=True, slots=True)
class Offer:
    label: str
    value: object


class Picker(Painted):
    """One of several filters; pressed, it offers them. ``picked`` carries the value."""

    picked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.offers: tuple[Offer, ...] = ()
        self.chosen: object = None

    def set_offers(self, offers: tuple[Offer, ...], chosen: object) -> None:
        self.offers, self.chosen = offers, chosen
        self.setAccessibleName(self.label)
        self.update()

    @property
    def label(self) -> str:
        return next((offer.label for offer in self.offers if offer.value == self.chosen), "")

    @property
    def wants(self) -> int:
        """Its width, px."""
        return round(advance(self.label, self.theme.font(STATUS))) + self.theme.px(46)

    def choose(self, value: object) -> None:
        if value != self.chosen:
            self.set_offers(self.offers, value)
            self.picked.emit(value)

    @Slot()
    def open(self) -> None:
        menu = QMenu(self)
        menu.setFont(self.theme.font(BODY))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for offer in self.offers:
            action = menu.addAction(offer.label)
            action.setCheckable(True)
            action.setChecked(offer.value == self.chosen)
            action.triggered.connect(lambda _=False, value=offer.value: self.choose(value))
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        values = [offer.value for offer in self.offers]
        steps: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() == Qt.Key.Key_Space:
            self.open()
        elif event.key() in steps and values:
            at = values.index(self.chosen) + steps[event.key()] if self.chosen in values else 0
            self.choose(values[max(0, min(len(values) - 1, at))])
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.open()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        rect, focused = QRectF(self.rect()), self.hasFocus()
        edge = c.accent if focused else c.edge
        card(painter, rect, c.surface, t.px(CONTROL_RADIUS), edge=edge, width=2 if focused else 1)
        inner = rect.adjusted(t.px(14), 0, -t.px(14), 0)
        draw(painter, inner, self.label, t.font(STATUS), c.ink)
        painter.setPen(QPen(QColor(c.ink2), t.px(2)))
        tip, r = QPointF(inner.right() - t.px(4), rect.center().y() + t.px(2)), t.px(4)
        painter.drawPolyline([tip + QPointF(-r, -r), tip, tip + QPointF(r, -r)])
        painter.end()
