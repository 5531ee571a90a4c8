"""The screens' names at the left; in the first start with their numbers and a tick where they are done."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent, QWheelEvent

from ui.pages.choice import Choice
from ui.tokens import BODY, CARD_RADIUS, CONTROL_RADIUS
from ui.widgets.base import card, draw, fit
from ui.widgets.glyphs import stroke, tick

ROW: Final = 48
GAP: Final = 4
PADDING: Final = 16
MARK: Final = 38


@dataclass(frozen=True, slots=True)
class Step:
    word: str
    done: bool = False
    open: bool = True  # may be gone to


class ScreenList(Choice):
    steps: tuple[Step, ...] = ()
    numbered = False
    _name = ""

    def set_steps(self, name: str, steps: tuple[Step, ...], chosen: int) -> None:
        self.steps, self.chosen, self._name = steps, chosen, name
        self.cursor_at = chosen
        self.moved()
        self.update()

    def can(self, at: int) -> bool:
        return self.steps[at].open

    def moved(self) -> None:
        told = self.steps[self.cursor_at].word if self.steps else ""
        self.setAccessibleName(f"{self._name}: {told}")

    def places(self) -> list[QRectF]:
        """Rows as high as they fit; where it is tight they come together before they get small."""
        t, many = self.theme, max(1, len(self.steps))
        least, row, gap, left = t.px(44), t.px(ROW), t.px(GAP), t.px(PADDING)
        top = max(0, min(left, (self.height() - many * least) // 2))
        room = (self.height() - 2 * top) // many
        gap = max(0, min(gap, room - least))
        row = max(least, min(row, room - gap))
        return [QRectF(left, top + at * (row + gap), self.width() - 2 * left, row) for at in range(len(self.steps))]

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        for at, (step, place) in enumerate(zip(self.steps, self.places(), strict=True)):
            here = self.hasFocus() and at == self.cursor_at
            if at == self.chosen or here:
                paper = c.accenttint if at == self.chosen else c.surface
                card(painter, place, paper, t.px(CONTROL_RADIUS), edge=c.accent if here else "", width=2)
            ink = c.ink if at == self.chosen else c.ink2 if step.open else c.ink3
            inner = place.adjusted(t.px(PADDING), 0, -t.px(6), 0)
            if self.numbered and step.done and at != self.chosen:
                mark = QRectF(inner.left() - 2, inner.center().y() - t.px(9), t.px(18), t.px(18))
                stroke(painter, c.ink, max(2, t.px(2.5)))
                painter.drawPolyline(tick(mark))
            elif self.numbered:
                draw(painter, inner, str(at + 1), t.font(BODY, bold=at == self.chosen), ink)
            if self.numbered:
                inner.setLeft(inner.left() + t.px(MARK))
            block = fit(step.word, t, ((BODY, 1), (16, 1), (15, 1)), inner.width(), bold=at == self.chosen)
            draw(painter, inner, block.lines[0], t.font(block.size, bold=at == self.chosen), ink)
        painter.end()
