"""The steps of this sale beside the stage: what was done, what is under way, what is to come, and the order number."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from ui.tokens import BODY, CARD_RADIUS, EVIDENCE
from ui.widgets.base import Painted, card, draw, fit, line_height, wrap
from ui.widgets.glyphs import fill

PADDING: Final = 24
ROWS: Final = 4  # the newest; older ones are in the journal
TEXT_AT: Final = 52
SAYS_LINES: Final = 4


class Mark(StrEnum):
    DONE = "done"
    NOW = "now"
    ASKING = "asking"  # now, and nothing is sent yet
    TO_COME = "to_come"
    PAID = "paid"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Step:
    mark: Mark
    text: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class StepsFace:
    title: str = ""
    steps: tuple[Step, ...] = ()
    order_title: str = ""
    order: tuple[str, ...] = ()  # lines of digits in fours
    says: str = ""  # the channel's own words; the whole of them is in the tool tip


class SaleSteps(Painted):
    face = StepsFace()

    def set_face(self, face: StepsFace) -> None:
        if face != self.face:
            self.face = face
            self.setToolTip(f"<p>{escape(face.says)}</p>" if face.says else "")  # a tip would read tags in it
            self.setAccessibleName(" · ".join(step.text for step in face.steps))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        y = float(t.px(PADDING))
        draw(painter, QRectF(t.px(PADDING), y, self.width(), t.px(26)), face.title, t.font(BODY), c.ink2)
        y = self._paint_steps(painter, y + t.px(37))
        self._paint_foot(painter, y)
        painter.end()

    def text_lines(self, step: Step) -> tuple[str, ...]:
        """English may take two lines."""
        bold = step.mark in (Mark.NOW, Mark.ASKING)
        return wrap(step.text, self.theme.font(BODY, bold=bold), self.width() - self.theme.px(TEXT_AT + 16))

    def _paint_steps(self, painter: QPainter, y: float) -> float:
        t, c = self.theme, self.theme.colours
        above: QPointF | None = None
        for step in self.face.steps[-ROWS:]:
            bold = step.mark in (Mark.NOW, Mark.ASKING)
            font, small = t.font(BODY, bold=bold), t.font(EVIDENCE)
            at = QPointF(t.px(PADDING + 9), y + t.px(13))
            if above is not None:
                painter.setPen(QPen(QColor(c.line), max(1, t.px(2))))
                painter.drawLine(above + QPointF(0, t.px(12)), at - QPointF(0, t.px(12)))
            self._paint_mark(painter, at, step.mark)
            above = at
            ink = c.ink3 if step.mark is Mark.TO_COME else c.ink
            for line in self.text_lines(step):
                draw(painter, QRectF(t.px(TEXT_AT), y, self.width(), t.px(26)), line, font, ink)
                y += t.px(23)
            if step.under:
                draw(painter, QRectF(t.px(TEXT_AT), y, self.width(), t.px(22)), step.under, small, c.ink3)
                y += t.px(20)
            y += t.px(18)
        return y

    def _paint_mark(self, painter: QPainter, at: QPointF, mark: Mark) -> None:
        t, c = self.theme, self.theme.colours
        painter.save()
        match mark:
            case Mark.DONE | Mark.PAID:
                fill(painter, c.green if mark is Mark.PAID else c.ink2)
                painter.drawEllipse(at, t.px(5.5), t.px(5.5))
            case Mark.NOW | Mark.ASKING | Mark.TO_COME:
                colour = {Mark.NOW: c.amber, Mark.ASKING: c.accent, Mark.TO_COME: c.edge}[mark]
                wide = mark is not Mark.TO_COME
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colour), t.px(3) if wide else t.px(2)))
                radius = t.px(9 if wide else 6.5)
                painter.drawEllipse(at, radius, radius)
            case Mark.STUCK:
                fill(painter, c.red)
                square = float(t.px(14))
                painter.drawRect(QRectF(at.x() - square / 2, at.y() - square / 2, square, square))
        painter.restore()

    def _paint_foot(self, painter: QPainter, top: float) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        small = t.font(EVIDENCE)
        y = float(self.height() - t.px(PADDING))
        left, width = t.px(PADDING), self.width() - 2 * t.px(PADDING)
        for line in reversed(face.order):
            y -= t.px(26)
            draw(painter, QRectF(left, y, width, t.px(26)), line, t.font(17), c.ink2)
        if face.order:
            y -= t.px(26)
            draw(painter, QRectF(left, y, width, t.px(24)), face.order_title, small, c.ink3)
        step = line_height(small)
        even = fit(face.says, t, ((EVIDENCE, SAYS_LINES),), width, bold=False, balance=True)
        lines = even.lines if even.fits else wrap(face.says, small, width)
        lines = lines if face.says else ()
        room = max(0, min(SAYS_LINES, int((y - top - t.px(8)) / step)))
        if len(lines) > room:
            lines = (*lines[: room - 1], lines[room - 1][:-1] + "…") if room else ()
        y -= len(lines) * step + t.px(8)
        for line in lines:
            draw(painter, QRectF(left, y, width, step), line, small, c.ink3)
            y += step
