"""The mini window's upper part: glyph, amount, word and one line, each in the same place in every state."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from ui.mini.face import MiniFace
from ui.tokens import CHIP_RADIUS, EVIDENCE, Theme
from ui.widgets.amount import SIGN
from ui.widgets.announce import announce
from ui.widgets.base import Block, Painted, advance, card, draw, fit, mark_colour, stripes
from ui.widgets.glyphs import Glyph, paint_glyph, paint_ring, paint_triangle
from ui.widgets.stage import TOLD_SECONDS, Inks, Tone, inks

WIDTH, HEIGHT = 356, 148  # px at u = 1, inside the window's edge
SLOT: Final = QRectF(14, 32, 84, 84)
TEXT_LEFT, TEXT_RIGHT = 114, 342
AMOUNT_SIZES: Final = ((40.0, 1), (34.0, 1), (28.0, 1), (24.0, 1))
HEAD_SIZES: Final = ((26.0, 1), (22.0, 1), (20.0, 1), (18.0, 1), (16.0, 1))
LINE_SIZES: Final = ((16.0, 1), (15.0, 1), (15.0, 2))
TOLD_SIZES: Final = ((18.0, 1), (16.0, 1), (15.0, 1), (15.0, 2))
REMEDY_SIZES: Final = ((15.0, 1), (15.0, 2))
STRIPE: Final = 16
ROOMY: Final = 3  # lines that stand at their ease on the amber strip; a fourth draws them together


class MiniCard(Painted):
    face: MiniFace | None = None

    def set_face(self, face: MiniFace) -> None:
        """What has not changed is not painted; a ring's second repaints the ring alone."""
        old, self.face = self.face, face
        if face == old:
            return
        said = f"{SIGN}{face.amount.typed}{face.amount.missing} {face.stage.head}。{face.line}{''.join(face.told)}"
        self.setAccessibleName(said)
        if old is None or (face.stage.head, face.told) != (old.stage.head, old.told):
            announce(self, said, now=True)
        elif face.stage.seconds in TOLD_SECONDS and face.stage.seconds != old.stage.seconds:
            announce(self, f"{face.stage.seconds}。{face.line}", now=False)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.theme.px(WIDTH), self.theme.px(HEIGHT))

    def room(self) -> float:
        """Width of the text, px."""
        return float(self.theme.px(TEXT_RIGHT - TEXT_LEFT))

    def blocks(self, face: MiniFace) -> dict[str, Block]:
        """Every text as it is fitted; what is painted and what the tests measure."""
        t, room = self.theme, self.room()
        sum_room = room - t.px(22)
        told_room = room - t.px(28)
        together = f"{face.stage.mark_name}  {face.line}" if face.marked else face.line
        return {
            "sum": _fit_sum(face.amount.typed + face.amount.missing, t, sum_room),
            "head": fit(face.stage.head, t, HEAD_SIZES, room, bold=True),
            "line": fit(together, t, LINE_SIZES, room, bold=face.marked, balance=True),
            "told": fit(face.told[0], t, TOLD_SIZES, told_room, bold=True, balance=True),
            "remedy": fit(face.told[1], t, REMEDY_SIZES, told_room, bold=False, balance=True),
        }

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        if self.face is None:
            return
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        look = inks(face.stage.tone, face.stage.glyph, c)
        painter.fillRect(self.rect(), look.fill)
        if face.training and face.stage.tone is Tone.WHITE:
            stripes(painter, QRectF(0, 0, self.width(), t.px(26)), c.sunken, t.px(STRIPE))
        blocks = self.blocks(face)
        self._paint_band(painter, face, look)
        self._paint_slot(painter, face, look)
        self._paint_sum(painter, face, blocks["sum"], look)
        if face.told[0]:
            self._paint_told(painter, blocks)
        else:
            self._paint_words(painter, face, blocks, look)
        painter.end()

    def _rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        px = self.theme.px
        return QRectF(px(x), px(y), px(width), px(height))

    def _paint_band(self, painter: QPainter, face: MiniFace, look: Inks) -> None:
        """Open sales at the right, training at the left; nothing else stands here."""
        t, c = self.theme, self.theme.colours
        font = t.font(EVIDENCE)
        right = Qt.AlignmentFlag.AlignRight
        if face.training:
            width = advance(face.training, t.font(EVIDENCE, bold=True)) + t.px(16)
            badge = QRectF(t.px(8), t.px(4), width, t.px(22))
            card(painter, badge, c.ink, t.px(CHIP_RADIUS))
            bold = t.font(EVIDENCE, bold=True)
            draw(painter, badge, face.training, bold, c.surface, align=Qt.AlignmentFlag.AlignHCenter)
        if face.others:
            room = self._rect(TEXT_LEFT, 4, TEXT_RIGHT - TEXT_LEFT, 22)
            if face.training:
                width = advance(face.others, font) + t.px(12)
                paper = QRectF(room.right() - width, room.top(), width + t.px(8), room.height())
                card(painter, paper, look.fill, t.px(CHIP_RADIUS))
            draw(painter, room, face.others, font, look.second, align=right)

    def _paint_slot(self, painter: QPainter, face: MiniFace, look: Inks) -> None:
        t, stage = self.theme, face.stage
        slot = self._rect(SLOT.x(), SLOT.y(), SLOT.width(), SLOT.height())
        if stage.glyph is not Glyph.RING or stage.seconds is None:
            paint_glyph(painter, stage.glyph, slot, look.brush)
            return
        paint_ring(painter, slot, stage.left, look.brush)
        font = t.figures(36 if stage.seconds < 100 else 28)
        draw(painter, slot, str(stage.seconds), font, look.brush.ink, align=Qt.AlignmentFlag.AlignHCenter)

    def _paint_sum(self, painter: QPainter, face: MiniFace, block: Block, look: Inks) -> None:
        t, c, amount = self.theme, self.theme.colours, face.amount
        if not amount.typed and not amount.missing:
            return
        rect = self._rect(TEXT_LEFT, 28, TEXT_RIGHT - TEXT_LEFT, 44)
        strong = t.figures(block.size)
        sign = t.font(max(block.size / 2, EVIDENCE))
        low = rect.adjusted(0, t.px(block.size * 0.37) - t.px(block.size * 0.185), 0, 0)
        low.setHeight(rect.height())
        draw(painter, low, SIGN, sign, look.second)
        x = rect.left() + advance(SIGN, sign) + t.px(5)
        draw(painter, QRectF(x, rect.top(), rect.width(), rect.height()), amount.typed, strong, look.first)
        x += advance(amount.typed, strong)
        if amount.caret:
            height = t.px(block.size * 0.8)
            if self.window().isActiveWindow():  # typing goes elsewhere until somebody clicks here
                painter.fillRect(QRectF(x + t.px(1), rect.center().y() - height / 2, t.px(3), height), c.accent)
            x += t.px(5)
        missing = t.font(block.size)
        draw(painter, QRectF(x, rect.top(), rect.width(), rect.height()), amount.missing, missing, c.edge)

    def _paint_words(self, painter: QPainter, face: MiniFace, blocks: dict[str, Block], look: Inks) -> None:
        t, c = self.theme, self.theme.colours
        head, line = blocks["head"], blocks["line"]
        rect = self._rect(TEXT_LEFT, 72, TEXT_RIGHT - TEXT_LEFT, 30)
        draw(painter, rect, face.stage.head, t.font(head.size, bold=True), look.head)
        first = self._rect(TEXT_LEFT, 103, TEXT_RIGHT - TEXT_LEFT, 20)
        if not face.marked or face.stage.mark is None:
            for n, text in enumerate(line.lines):
                draw(painter, first.translated(0, n * t.px(20)), text, t.font(line.size), look.second)
            return
        solid = face.stage.tone in (Tone.GREEN, Tone.RED)
        ink = look.second if solid else mark_colour(c, face.stage.mark)
        bold = t.font(line.size, bold=True)
        draw(painter, first, face.stage.mark_name, bold, ink)
        rest = first.adjusted(advance(face.stage.mark_name, bold) + t.px(8), 0, 0, 0)
        draw(painter, rest, face.line, t.font(line.size), look.second)

    def _paint_told(self, painter: QPainter, blocks: dict[str, Block]) -> None:
        """An amber strip over word and line: the state is still told by glyph and colour."""
        t, c = self.theme, self.theme.colours
        strip = self._rect(TEXT_LEFT - 8, 72, WIDTH - TEXT_LEFT + 2, HEIGHT - 76)
        card(painter, strip, c.ambertint, t.px(6), edge=c.amber, width=max(1, t.px(2)))
        told, remedy = blocks["told"], blocks["remedy"]
        lines = len(told.lines) + (len(remedy.lines) if remedy.lines != ("",) else 0)
        step = t.px(20 if lines <= ROOMY else 17)
        y = strip.center().y() - lines * step / 2
        paint_triangle(painter, QRectF(t.px(TEXT_LEFT), y + t.px(2), t.px(18), t.px(16)), c.amber)
        row = QRectF(t.px(TEXT_LEFT + 26), y, self.room(), step)
        for text in told.lines:
            draw(painter, row, text, t.font(told.size, bold=True), c.ambertext)
            row.translate(0, step)
        for text in remedy.lines:
            draw(painter, row, text, t.font(remedy.size), c.ink)
            row.translate(0, step)


def _fit_sum(text: str, t: Theme, room: float) -> Block:
    """The largest size in which ``text`` stands in ``room`` px."""
    for size, _ in AMOUNT_SIZES:
        if advance(text, t.figures(size)) <= room:
            return Block(size, (text,), fits=True)
    return Block(AMOUNT_SIZES[-1][0], (text,), fits=False)
