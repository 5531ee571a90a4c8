"""What keeps the shift from being sealed, sale by sale; or that nothing does."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from app.core.channel import Channel
from app.office.shifts import Look
from app.words import say
from ui.text import channel_name, money, short_number
from ui.tokens import BODY, CARD_RADIUS, EVIDENCE, SECOND
from ui.widgets.base import Painted, card, draw, fit, line_height, mark_colour, wrap
from ui.widgets.glyphs import Brush, Glyph, paint_glyph

PADDING: Final = 20
GLYPH: Final = 30
LINE: Final = 32
RUNNING: Final = slice(15, 22)


@dataclass(frozen=True, slots=True)
class BlockLine:
    channel: Channel
    name: str
    number: str
    amount: str
    state: str


@dataclass(frozen=True, slots=True)
class BlocksFace:
    """``groups``: a sentence and the sales it is about. ``good``: nothing stands in the way."""

    head: str = ""
    good: bool = True
    groups: tuple[tuple[str, tuple[BlockLine, ...]], ...] = ()
    foot: str = ""
    language: str = "zh"


def blocks_face(look: Look, language: str) -> BlocksFace:
    total = look.report.sheet.total
    if not look.blocks:
        ready = say("sh.ready", language, n=total.paid.count, amount=money(total.net_fen))
        return BlocksFace(ready if look.state.is_open else say("sh.none", language), good=look.state.is_open)
    count = sum(len(block.sales) or 1 for block in look.blocks)
    groups = tuple(
        (
            say(block.key, language, **dict(block.values)),
            tuple(
                BlockLine(
                    facts.channel,
                    channel_name(facts.channel, language),
                    short_number(int(facts.out_trade_no[RUNNING])),
                    money(facts.amount_fen),
                    say(f"state.{facts.state.lower()}", language),
                )
                for facts in block.sales
            ),
        )
        for block in look.blocks
    )
    return BlocksFace(say("sh.block.head", language, n=count), False, groups, say("sh.blocked", language), language)


class BlockList(Painted):
    face = BlocksFace()

    def set_face(self, face: BlocksFace) -> None:
        if face != self.face:
            self.face = face
            self.setAccessibleName(" ".join([face.head, *(says for says, _ in face.groups)]))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        left, width = t.px(PADDING), self.width() - 2 * t.px(PADDING)
        glyph = Glyph.TICK if face.good else Glyph.ARROW if face.groups else Glyph.CROSS
        colour = c.grey if not face.groups else c.amber  # green is for money that is ours, nothing else
        paint_glyph(painter, glyph, QRectF(left, t.px(18), t.px(GLYPH), t.px(GLYPH)), Brush(colour, c.surface))
        room = width - t.px(GLYPH + 14)
        head = fit(face.head, t, ((SECOND, 1), (BODY, 2)), room, bold=True)
        font = t.font(head.size, bold=True)
        y = float(t.px(33)) - line_height(font) * len(head.lines) / 2
        for text in head.lines:
            place = QRectF(left + t.px(GLYPH + 14), y, room, line_height(font))
            draw(painter, place, text, font, c.ink if not face.groups else c.ambertext)
            y += line_height(font)
        self._paint_groups(painter, QRectF(left, max(y, t.px(60)) + t.px(6), width, 0))
        painter.end()

    def _paint_groups(self, painter: QPainter, at: QRectF) -> None:
        """As many as there is room for; the rest is counted at the foot, and stands in the worklist."""
        t, c = self.theme, self.theme.colours
        y, last = at.top(), self.height() - t.px(38)
        left_out = 0
        for says, lines in self.face.groups:
            font = t.font(BODY, bold=True)
            parts = wrap(says, font, at.width())
            if left_out or y + line_height(font) * len(parts) + t.px(LINE) > last:
                left_out += len(lines)
                continue
            for text in parts:
                draw(painter, QRectF(at.left(), y, at.width(), line_height(font)), text, font, c.ink)
                y += line_height(font)
            fitting = int((last - y) // t.px(LINE))
            for line in lines[:fitting]:
                self._paint_line(painter, QRectF(at.left(), y, at.width(), t.px(LINE)), line)
                y += t.px(LINE)
            left_out += len(lines[fitting:])
            y += t.px(6)
        foot = say("sh.more", self.face.language, n=left_out) if left_out else self.face.foot
        place = QRectF(at.left(), self.height() - t.px(38), at.width(), t.px(32))
        draw(painter, place, foot, t.font(EVIDENCE), c.ambertext if left_out else c.ink2)

    def _paint_line(self, painter: QPainter, rect: QRectF, line: BlockLine) -> None:
        t, c = self.theme, self.theme.colours
        columns = (
            (0.0, line.number, c.ink2),
            (0.14, line.name, mark_colour(c, line.channel)),
            (0.36, line.state, c.ink2),
        )
        for share, text, ink in columns:
            place = QRectF(rect.left() + rect.width() * share, rect.top(), rect.width(), rect.height())
            draw(painter, place, text, t.font(EVIDENCE), ink)
        draw(painter, rect, line.amount, t.font(BODY), c.ink, align=Qt.AlignmentFlag.AlignRight)
