"""The X report on the screen: sums by channel, by person, and what was not paid."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from app.core.channel import Channel
from app.core.money import show_yuan
from app.core.shift_sums import Sum, Totals
from app.office.shifts import Look
from app.words import say
from ui.pages.daylog.chart import fill_mark
from ui.text import channel_name, day_clock, money
from ui.tokens import BODY, CARD_RADIUS, EVIDENCE, FIRST, STATUS
from ui.widgets.base import Painted, card, draw, fit, mark_colour

PADDING: Final = 24
HEAD: Final = 92
LINE: Final = 36
MARK: Final = 14
ENDS: Final = (0.46, 0.64, 0.82, 1.0)  # where the columns of sums end, in parts of the width


@dataclass(frozen=True, slots=True)
class SumLine:
    """A line of the report; ``rule`` stands above it. ``cells`` end at ENDS."""

    label: str
    cells: tuple[str, ...] = ()
    channel: Channel | None = None
    rule: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class SummaryFace:
    who: str = ""
    under: str = ""
    net: str = ""
    lines: tuple[SumLine, ...] = ()


def summary_face(look: Look, names: dict[str, str], language: str) -> SummaryFace:
    """``names`` of people by their number, where they are known."""
    state, report = look.state, look.report
    who = say("sh.off", language)
    if state.is_open:
        since = day_clock(state.opened_ms, report.at_ms, language)
        who = say("sh.since", language, staff=state.on_duty.name, time=since)
    under = say("sh.x", language)
    if state.last is not None:
        time = day_clock(state.last.at_ms, report.at_ms, language)
        under = say("sh.before", language, n=state.last.z, time=time)
    if state.unprinted and state.last is not None:
        under = say("sh.reprint", language, n=state.last.z)
    sheet, total = report.sheet, report.sheet.total
    heads = tuple(say(f"ex.col.{name}", language) for name in ("count", "paid", "back", "net"))
    lines = [SumLine(say("ex.col.channel", language), heads, head=True)]
    by_channel = sheet.cut(lambda cell: cell.channel)
    lines += [
        SumLine(channel_name(channel, language), _cells(by_channel.get(channel, Totals())), channel)
        for channel in Channel
    ]
    lines.append(SumLine(say("ex.total", language), _cells(total), rule=True))
    lines += [
        SumLine(names.get(number, number), _cells(one), rule=at == 0)
        for at, (number, one) in enumerate(sheet.cut(lambda cell: cell.operator).items())
    ]
    missed = (("declined", total.declined), ("clean", total.clean), ("returned", total.returned))
    lines += [
        SumLine(say(f"ex.kind.{name}", language), _missed(one), rule=at == 0) for at, (name, one) in enumerate(missed)
    ]
    return SummaryFace(who, under, money(total.net_fen), tuple(lines))


def _cells(totals: Totals) -> tuple[str, ...]:
    back = show_yuan(-totals.given_back.fen)
    return (str(totals.paid.count), show_yuan(totals.paid.fen), back, show_yuan(totals.net_fen))


def _missed(one: Sum) -> tuple[str, ...]:
    return (str(one.count), show_yuan(one.fen))


class Summary(Painted):
    face = SummaryFace()

    def set_face(self, face: SummaryFace) -> None:
        if face != self.face:
            self.face = face
            self.setAccessibleName(f"{face.who} {face.net}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        inner = QRectF(self.rect()).adjusted(t.px(PADDING), t.px(10), -t.px(PADDING), -t.px(10))
        top = QRectF(inner.left(), inner.top(), inner.width() * 0.62, t.px(46))
        who = fit(face.who, t, ((24, 1), (BODY, 1), (EVIDENCE, 1)), top.width(), bold=True)
        draw(painter, top, who.lines[0], t.font(who.size, bold=True), c.ink)
        under = fit(face.under, t, ((STATUS, 1), (EVIDENCE, 1), (13, 1)), inner.width(), bold=False)
        place = QRectF(inner.left(), inner.top() + t.px(44), inner.width(), t.px(30))
        draw(painter, place, under.lines[0], t.font(under.size), c.ink2)
        net = QRectF(inner.left(), inner.top(), inner.width(), t.px(46))
        draw(painter, net, face.net, t.font(FIRST, bold=True), c.ink, align=Qt.AlignmentFlag.AlignRight)
        step = min(t.px(LINE), (inner.height() - t.px(HEAD)) / max(1, len(face.lines)))
        for at, line in enumerate(face.lines):
            rect = QRectF(inner.left(), inner.top() + t.px(HEAD) + at * step, inner.width(), step)
            self._paint_line(painter, rect, line)
        painter.end()

    def _paint_line(self, painter: QPainter, rect: QRectF, line: SumLine) -> None:
        t, c = self.theme, self.theme.colours
        if line.rule:
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), QColor(c.ink3))
        left = rect.left()
        ink = c.ink3 if line.head else c.ink
        if line.channel is not None:
            mark = QRectF(left, rect.center().y() - t.px(MARK) / 2, t.px(MARK), t.px(MARK))
            fill_mark(painter, t, mark, line.channel)
            left += t.px(MARK + 8)
            ink = mark_colour(c, line.channel)
        size = STATUS if rect.height() >= t.px(26) else 13
        label = QRectF(left, rect.top(), rect.width(), rect.height())
        draw(painter, label, line.label, t.font(size, bold=line.channel is not None), ink)
        for end, text in zip(ENDS, line.cells, strict=False):
            cell = QRectF(rect.left(), rect.top(), rect.width() * end, rect.height())
            draw(painter, cell, text, t.font(size), c.ink3 if line.head else c.ink, align=Qt.AlignmentFlag.AlignRight)
