"""The sale that was found: what it is, its story as a timeline, and the numbers one is asked for."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.pages.refund.faces import SaleFace
from ui.tokens import BODY, EVIDENCE, SECOND, STATUS, Theme
from ui.widgets.base import Painted, advance, draw, fit, mark_colour, wrap
from ui.widgets.glyphs import Brush, fill, paint_glyph
from ui.widgets.steps import Mark, Step

HEAD = 72
TITLE = 42
TEXT_AT = 28
NOTCH = 120
AMOUNT_SIZES = (46, 38, 32, 26)


class SaleCard(Painted):
    """Arrow keys and wheel move through a long story; the newest step stands last and is seen first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.face, self.title = SaleFace(), ""
        self.steps: tuple[Step, ...] = ()
        self.numbers: tuple[tuple[str, str], ...] = ()
        self._skipped = 0  # steps out of sight below

    def set_face(
        self, face: SaleFace, title: str, steps: tuple[Step, ...], numbers: tuple[tuple[str, str], ...]
    ) -> None:
        if len(steps) != len(self.steps):
            self._skipped = 0
        self.face, self.title, self.steps, self.numbers = face, title, steps, numbers
        last = f"{steps[-1].text} {steps[-1].under}" if steps else ""
        self.setAccessibleName(f"{face.name} {face.word} {face.amount} {face.under} · {last}")
        self.update()

    def look_back(self, by: int) -> None:
        self._skipped = max(0, min(len(self.steps) - 1, self._skipped + by))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        moves: dict[int, int] = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in moves:
            self.look_back(moves[event.key()])
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        self.look_back(event.angleDelta().y() // NOTCH)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        self._paint_head(painter)
        y = float(t.px(HEAD))
        painter.fillRect(QRectF(0, y, self.width(), 1), QColor(c.line))
        title = c.accent if self.hasFocus() else c.ink2
        draw(painter, QRectF(0, y + t.px(8), self.width(), t.px(30)), self.title, t.font(BODY), title)
        foot = self._paint_numbers(painter)
        self._paint_story(painter, y + t.px(TITLE), foot - t.px(8))
        painter.end()

    def _paint_head(self, painter: QPainter) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        side = t.px(48)
        colour = {"green": c.green, "amber": c.amber, "red": c.red}.get(face.tone, c.grey)
        paint_glyph(painter, face.glyph, QRectF(0, t.px(6), side, side), Brush(colour, c.surface))
        left = t.px(64)
        size = next((s for s in AMOUNT_SIZES if advance(face.amount, t.font(s, bold=True)) <= self.width() * 0.42), 26)
        amount, sign = t.font(size, bold=True), t.font(size / 2)
        width = advance(face.amount, amount)
        owed = face.tone in ("green", "amber", "red")
        ink = c.ink if owed else c.ink3
        line = QRectF(0, t.px(2), self.width(), t.px(46 if face.under else 56))
        draw(painter, line, face.amount, amount, ink, align=Qt.AlignmentFlag.AlignRight)
        at = self.width() - width - advance("¥", sign) - t.px(4)
        painter.setFont(sign)
        painter.setPen(QColor(c.ink2))
        painter.drawText(QPointF(at, line.center().y() + amount.pixelSize() * 0.37), "¥")
        if face.under:
            under = QRectF(0, t.px(48), self.width(), t.px(20))
            draw(painter, under, face.under, t.font(EVIDENCE), c.ink2, align=Qt.AlignmentFlag.AlignRight)
        room = at - left - t.px(8)
        word = fit(face.word, t, ((SECOND, 1), (20, 1), (BODY, 1)), room, bold=True)
        draw(painter, QRectF(left, t.px(4), room, t.px(28)), word.lines[0], t.font(word.size, bold=True), c.ink)
        name = t.font(BODY, bold=True)
        draw(painter, QRectF(left, t.px(34), room, t.px(24)), face.name, name, mark_colour(c, face.channel))
        by_at = left + advance(face.name, name) + t.px(9)
        by = fit(face.by, t, ((BODY, 1), (STATUS, 1), (EVIDENCE, 1)), at - by_at - t.px(8), bold=False)
        if not by.fits:
            by = fit(face.by_short, t, ((BODY, 1), (STATUS, 1), (EVIDENCE, 1)), at - by_at - t.px(8), bold=False)
        draw(painter, QRectF(by_at, t.px(34), room, t.px(24)), by.lines[0], t.font(by.size), c.ink2)

    def _paint_numbers(self, painter: QPainter) -> float:
        """At the foot; returns where they begin."""
        t, c = self.theme, self.theme.colours
        y = float(self.height())
        for label, digits in reversed(self.numbers):
            block = fit(digits, t, ((17, 1), (EVIDENCE, 1), (13, 1)), self.width(), bold=False)
            y -= t.px(24)
            draw(painter, QRectF(0, y, self.width(), t.px(24)), block.lines[0], t.font(block.size), c.ink2)
            y -= t.px(21)
            draw(painter, QRectF(0, y, self.width(), t.px(21)), label, t.font(EVIDENCE), c.ink3)
        return y

    def _lines(self, step: Step) -> tuple[QFont, tuple[str, ...], QFont, tuple[str, ...]]:
        t = self.theme
        font, small = t.font(BODY, bold=step.mark is Mark.NOW), t.font(EVIDENCE)
        room = self.width() - t.px(TEXT_AT)
        return font, wrap(step.text, font, room), small, wrap(step.under, small, room)[:2]

    def _height(self, step: Step) -> int:
        _, lines, _, under = self._lines(step)
        return self.theme.px(23) * len(lines) + self.theme.px(20) * len(under) + self.theme.px(14)

    def _paint_story(self, painter: QPainter, top: float, bottom: float) -> None:
        """As many of the newest steps as there is room for."""
        t, c = self.theme, self.theme.colours
        shown: list[Step] = []
        room = bottom - top
        for step in reversed(self.steps[: len(self.steps) - self._skipped]):
            room -= self._height(step)
            if room < 0 and shown:
                break
            shown.insert(0, step)
        y, above = top, QPointF()
        for step in shown:
            font, lines, small, under = self._lines(step)
            at = QPointF(t.px(9), y + t.px(12))
            if not above.isNull():
                painter.setPen(QPen(QColor(c.line), max(1, t.px(2))))
                painter.drawLine(above + QPointF(0, t.px(12)), at - QPointF(0, t.px(12)))
            self._paint_mark(painter, at, step.mark)
            above = at
            for line in lines:
                draw(painter, QRectF(t.px(TEXT_AT), y, self.width(), t.px(24)), line, font, c.ink)
                y += t.px(23)
            for line in under:
                draw(painter, QRectF(t.px(TEXT_AT), y, self.width(), t.px(20)), line, small, c.ink3)
                y += t.px(20)
            y += t.px(14)

    def _paint_mark(self, painter: QPainter, at: QPointF, mark: Mark) -> None:
        t, c = self.theme, self.theme.colours
        painter.save()
        if mark is Mark.NOW:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.amber), t.px(3)))
            painter.drawEllipse(at, t.px(9), t.px(9))
        elif mark is Mark.STUCK:
            fill(painter, c.red)
            side = t.px(14)
            painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
        else:
            fill(painter, c.green if mark is Mark.PAID else c.ink2)
            painter.drawEllipse(at, t.px(5.5), t.px(5.5))
        painter.restore()
