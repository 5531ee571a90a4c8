"""The sales beside the stage: those still open on top, today's below, the sum at the foot."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent

from app.core.channel import Channel
from ui.tokens import BODY, CARD_RADIUS, EVIDENCE, ROW_AMOUNT, STATUS
from ui.widgets.base import Painted, advance, card, draw, mark_colour
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, paint_ring

ROW: Final = 60
HEADER: Final = 52
FOOT: Final = 56
PADDING: Final = 20
TEXT_AT: Final = 70
WORD_GAP: Final = 8
YUAN: Final = "￥"  # before a sum in words; painted in the face of the words
WHEEL_STEP: Final = 120  # Qt's unit: one notch


class RowTone(StrEnum):
    PLAIN = "plain"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Row:
    out_trade_no: str
    tone: RowTone
    glyph: Glyph
    mark: Channel
    mark_name: str
    word: str
    short: str  # said instead where the word does not fit beside the amount
    under: str
    amount: str
    ours: bool  # bold only if the money is ours, or may be
    paid: bool  # its disc is green
    current: bool = False
    seconds: int | None = None
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class ListFace:
    open_title: str = ""
    open: tuple[Row, ...] = ()
    done_title: str = ""
    done: tuple[Row, ...] = ()
    nothing: str = ""  # said where there is no sale at all
    count: str = ""
    total: str = ""


Item = str | Row


class SaleList(Painted):
    """Rows stand whole or not at all; the wheel and the arrow keys move the rest into sight."""

    chosen = Signal(str)  # out_trade_no
    face = ListFace()
    _offset = 0
    _cursor = ""
    _reserved = 0

    def reserve(self, height: int) -> None:
        """Keep ``height`` px over the foot free of rows: a notice stands there."""
        if height != self._reserved:
            self._reserved = height
            self._offset = min(self._offset, self._furthest())
            self.update()

    def set_face(self, face: ListFace) -> None:
        if face == self.face:
            return
        old, self.face = self.face, face
        self._offset = min(self._offset, self._furthest())
        if _but_counting(old) == _but_counting(face):
            for item, rect in self.placed():
                if isinstance(item, Row) and item.seconds is not None:
                    self.update(self._ring_rect(rect).toAlignedRect())
            return
        self._name()
        self.update()

    def _name(self) -> None:
        """What a screen reader says of the list: the row under the cursor, else how much there is."""
        face = self.face
        here = next((row for row in (*face.open, *face.done) if row.out_trade_no == self._cursor), None)
        if here is not None:
            self.setAccessibleName(f"{here.mark_name} {here.word} {here.amount} {here.under}")
        else:
            self.setAccessibleName(f"{face.open_title} {len(face.open)} · {face.count} {face.total}")

    def items(self) -> list[Item]:
        face = self.face
        items: list[Item] = [face.open_title, *face.open] if face.open else []
        return [*items, face.done_title, *face.done]

    def _height(self, item: Item) -> int:
        return self.theme.px(HEADER if isinstance(item, str) else ROW)

    def _room(self) -> int:
        return self.height() - self.theme.px(FOOT) - self._reserved

    def _furthest(self) -> int:
        """The least number of items to skip so that the last one is in sight."""
        items, height = self.items(), 0
        for skipped in range(len(items) - 1, -1, -1):
            height += self._height(items[skipped])
            if height > self._room():
                return skipped + 1
        return 0

    def placed(self) -> list[tuple[Item, QRectF]]:
        """What is in sight, and where."""
        out: list[tuple[Item, QRectF]] = []
        y = 0
        for item in self.items()[self._offset :]:
            height = self._height(item)
            if y + height > self._room():
                break
            out.append((item, QRectF(0, y, self.width(), height)))
            y += height
        return out

    def move_cursor(self, by: int) -> None:
        """One row up or down, into sight."""
        rows = [item for item in self.items() if isinstance(item, Row)]
        if not rows:
            return
        names = [row.out_trade_no for row in rows]
        at = names.index(self._cursor) if self._cursor in names else -1 if by > 0 else len(names)
        self._cursor = names[max(0, min(len(names) - 1, at + by))]
        where = next(i for i, x in enumerate(self.items()) if isinstance(x, Row) and x.out_trade_no == self._cursor)
        self._offset = min(self._offset, where if where > 1 else 0)
        while self._cursor not in {x.out_trade_no for x, _ in self.placed() if isinstance(x, Row)}:
            self._offset += 1
        self._name()
        self.update()

    def choose_cursor(self) -> bool:
        if self._cursor:
            self.chosen.emit(self._cursor)
        return bool(self._cursor)

    def drop_cursor(self) -> bool:
        had, self._cursor = bool(self._cursor), ""
        if had:
            self._offset = 0
            self._name()
            self.update()
        return had

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        moved = self._offset - event.angleDelta().y() // WHEEL_STEP
        self._offset = max(0, min(self._furthest(), moved))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        for item, rect in self.placed():
            if isinstance(item, Row) and rect.contains(event.position()):
                self.chosen.emit(item.out_trade_no)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        placed = self.placed()
        for n, (item, rect) in enumerate(placed):
            if isinstance(item, str):
                at = rect.adjusted(t.px(PADDING), t.px(8), 0, t.px(4))
                draw(painter, at, item, t.font(BODY), c.ink2)
                continue
            self._paint_row(painter, item, rect)
            if item.tone is RowTone.PLAIN and n + 1 < len(placed):
                painter.fillRect(QRectF(0, rect.bottom() - 1, self.width(), 1), QColor(c.line))
        if not face.open and not face.done:
            rect = QRectF(0, t.px(HEADER), self.width(), t.px(ROW))
            draw(painter, rect, face.nothing, t.font(BODY), c.ink3, align=Qt.AlignmentFlag.AlignHCenter)
        self._paint_foot(painter)
        painter.end()

    def _paint_foot(self, painter: QPainter) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        foot = QRectF(t.px(PADDING), self.height() - t.px(FOOT), self.width() - 2 * t.px(PADDING), t.px(FOOT))
        painter.fillRect(QRectF(0, foot.top(), self.width(), 1), QColor(c.line))
        draw(painter, foot, face.count, t.font(BODY), c.ink2)
        total, sign = t.figures(ROW_AMOUNT), t.font(ROW_AMOUNT, bold=True)
        figures = face.total.lstrip(YUAN)
        draw(painter, foot, figures, total, c.ink, align=Qt.AlignmentFlag.AlignRight)
        before = foot.adjusted(0, 0, -advance(figures, total) - t.px(4), 0)
        draw(painter, before, face.total[: -len(figures)], sign, c.ink, align=Qt.AlignmentFlag.AlignRight)

    def _ring_rect(self, row: QRectF) -> QRectF:
        t = self.theme
        side = t.px(36)
        return QRectF(t.px(PADDING), row.center().y() - side / 2, side, side)

    def _paint_row(self, painter: QPainter, row: Row, rect: QRectF) -> None:
        t, c = self.theme, self.theme.colours
        paper = {RowTone.AMBER: c.ambertint, RowTone.RED: c.redtint, RowTone.PLAIN: c.surface}[row.tone]
        painter.fillRect(rect, QColor(paper))
        if row.current:
            painter.fillRect(QRectF(0, rect.top(), t.px(4), rect.height()), QColor(c.ink))
        if row.out_trade_no == self._cursor:
            card(painter, rect.adjusted(1, 1, -1, -1), paper, t.px(4), edge=c.accent, width=2)
        self._paint_glyph(painter, row, rect, paper)
        left, top = t.px(TEXT_AT), rect.top()
        name, small = t.font(BODY, bold=True), t.font(EVIDENCE)
        draw(painter, QRectF(left, top + t.px(7), 0, t.px(26)), row.mark_name, name, mark_colour(c, row.mark))
        word_at = left + advance(row.mark_name, name) + t.px(9)
        word, size = self.word_of(row)
        below = self.below_of(row, worded=bool(word))
        draw(painter, QRectF(word_at, top + t.px(7), 0, t.px(26)), word, t.font(size), c.ink)
        under = {RowTone.AMBER: c.ambertext, RowTone.RED: c.redtext, RowTone.PLAIN: c.ink3}[row.tone]
        draw(painter, QRectF(left, top + t.px(32), 0, t.px(22)), below, small, under)
        strong = t.figures(ROW_AMOUNT, bold=row.ours)
        right = rect.adjusted(0, 0, -t.px(PADDING), 0)
        draw(painter, right, row.amount, strong, c.ink if row.ours else c.ink3, align=Qt.AlignmentFlag.AlignRight)

    def word_of(self, row: Row) -> tuple[str, float]:
        """The word and its size, px at u = 1, that stand whole between the channel's name and the amount."""
        t = self.theme
        amount = advance(row.amount, t.figures(ROW_AMOUNT, bold=row.ours))
        room = self.width() - t.px(TEXT_AT + 9 + WORD_GAP + PADDING) - amount
        room -= advance(row.mark_name, t.font(BODY, bold=True))
        for word in (row.word, row.short):
            for size in (BODY, STATUS, EVIDENCE):
                if advance(word, t.font(size)) <= room:
                    return word, size
        return "", EVIDENCE

    def below_of(self, row: Row, *, worded: bool) -> str:
        """The second line. Where the first has no room for the word, the word takes the time's place; where even that
        is too long, the number goes.
        """
        t = self.theme
        told, _, number = row.under.rpartition(" · ")
        told = told if worded else row.short
        room = (
            self.width()
            - t.px(TEXT_AT + WORD_GAP + PADDING)
            - advance(row.amount, t.figures(ROW_AMOUNT, bold=row.ours))
        )
        whole = f"{told} · {number}"
        return whole if advance(whole, t.font(EVIDENCE)) <= room else told

    def _paint_glyph(self, painter: QPainter, row: Row, rect: QRectF, paper: str) -> None:
        t, c = self.theme, self.theme.colours
        ring = self._ring_rect(rect)
        brush = Brush(self._shape(row), paper, c.ambertrack, c.ink)
        if row.glyph is Glyph.RING and row.seconds is not None:
            paint_ring(painter, ring, row.left, brush)
            font = t.figures(EVIDENCE)
            draw(painter, ring, str(row.seconds), font, c.ink, align=Qt.AlignmentFlag.AlignHCenter)
            return
        side = t.px(32 if row.glyph in (Glyph.ARROW, Glyph.RING) else 24 if row.glyph is not Glyph.OCTAGON else 28)
        small = QRectF(0, 0, side, side)
        small.moveCenter(ring.center())
        paint_glyph(painter, row.glyph, small, brush)

    def _shape(self, row: Row) -> str:
        c = self.theme.colours
        if row.paid:
            return c.green
        return {RowTone.AMBER: c.amber, RowTone.RED: c.red, RowTone.PLAIN: c.grey}[row.tone]


def _but_counting(face: ListFace) -> ListFace:
    """The same face without its running seconds."""
    still = tuple(_still(row) for row in face.open)
    return ListFace(face.open_title, still, face.done_title, face.done, face.nothing, face.count, face.total)


def _still(row: Row) -> Row:
    if not row.seconds:
        return row
    return Row(
        row.out_trade_no,
        row.tone,
        row.glyph,
        row.mark,
        row.mark_name,
        row.word,
        row.short,
        row.under,
        row.amount,
        row.ours,
        row.paid,
        row.current,
        1,
    )
