"""The stage card: one glyph, one word, one sentence about what is, one about what to do (look.md §1 and §3)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from app.core.channel import Channel
from ui.tokens import CARD_RADIUS, FIRST, RING_SECONDS, SECOND, Colours, Theme
from ui.widgets.announce import announce
from ui.widgets.base import Block, Painted, advance, card, draw, fit, line_height, mark_colour
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, paint_ring, paint_triangle

HEAD_SIZES: Final = ((60.0, 1), (44.0, 1), (40.0, 2), (36.0, 2), (32.0, 2), (28.0, 2), (28.0, 3))
FIRST_SIZES: Final = ((FIRST, 1), (28.0, 1), (28.0, 2), (26.0, 2), (24.0, 2), (20.0, 2))
SECOND_SIZES: Final = ((SECOND, 1), (22.0, 1), (22.0, 2), (20.0, 2), (18.0, 2), (16.0, 2))
NOTE_SIZES: Final = ((24.0, 1), (22.0, 1), (20.0, 1), (18.0, 1), (16.0, 1))
SLOT: Final = 200
SLOT_LOW, LOW_HEIGHT = 168, 430  # px at u = 1: a window under 720 high leaves the stage less
GAP: Final = 36
TOLD_SECONDS: Final = (30, 20, 10, 5)  # of a countdown, to who cannot see the ring
SENTENCES_AT: Final = 276 - 40 - SLOT  # under the slot


class Tone(StrEnum):
    """The card's colour, and nothing else has these colours."""

    WHITE = "white"  # nothing sent yet
    AMBER = "amber"  # in doubt, settles itself
    GREEN = "green"  # PAID and durable
    GREY = "grey"  # nothing owed
    RED = "red"  # a person must act


@dataclass(frozen=True, slots=True)
class StageFace:
    tone: Tone
    glyph: Glyph
    head: str
    first: str
    second: str
    note: str = ""
    mark: Channel | None = None
    mark_name: str = ""
    seconds: int | None = None  # in the ring
    left: float = 0.0  # of the ring, 0 to 1
    unit: str = ""  # the word for seconds
    refusal: bool = False  # the sentences are about a scan that was not taken


@dataclass(frozen=True, slots=True)
class Inks:
    fill: str
    head: str
    first: str
    second: str
    brush: Brush


def inks(tone: Tone, glyph: Glyph, c: Colours) -> Inks:
    match tone:
        case Tone.GREEN:
            return Inks(c.green, c.ongreen, c.ongreen, c.ongreen, Brush(c.ongreen, c.green))
        case Tone.RED:
            return Inks(c.red, c.onred, c.onred, c.onred, Brush(c.onred, c.red))
        case Tone.AMBER:
            return Inks(c.ambertint, c.ambertext, c.ink, c.ink2, Brush(c.amber, c.ambertint, c.ambertrack, c.ink))
        case Tone.GREY:
            return Inks(c.greytint, c.ink, c.ink, c.ink2, Brush(c.grey, c.greytint))
        case Tone.WHITE:
            shape = c.accent if glyph is Glyph.SCAN else c.edge
            return Inks(c.surface, c.ink, c.ink, c.ink2, Brush(shape, c.surface, accent=c.accent))


def head_block(face: StageFace, theme: Theme, width: float) -> Block:
    return fit(face.head, theme, HEAD_SIZES, width, bold=True, balance=True)


def sentence_blocks(face: StageFace, theme: Theme, width: float) -> tuple[Block, Block]:
    return (
        fit(face.first, theme, FIRST_SIZES, width, bold=True, balance=True),
        fit(face.second, theme, SECOND_SIZES, width, bold=False, balance=True),
    )


class StageCard(Painted):
    face = StageFace(Tone.WHITE, Glyph.ENTER, "", "", "")

    def set_face(self, face: StageFace) -> None:
        """A change of the countdown alone repaints the ring's own rectangle and the sentence that counts."""
        keys = self.theme.keys
        face = replace(face, first=keys.in_words(face.first), second=keys.in_words(face.second))
        old, self.face = self.face, face
        if face == old:
            return
        self.setAccessibleName(f"{face.head}。{face.first}{face.second}")
        if face.refusal and (face.first, face.second) != (old.first, old.second):
            announce(self, f"{face.first}。{face.second}", now=True)
        elif face.head != old.head:
            announce(self, self.accessibleName(), now=True)
        elif face.seconds in TOLD_SECONDS and face.seconds != old.seconds:
            announce(self, f"{face.seconds}。{face.second}", now=False)
        if (face.tone, face.glyph, face.head, face.note, face.mark, face.refusal, face.seconds is None) != (
            old.tone,
            old.glyph,
            old.head,
            old.note,
            old.mark,
            old.refusal,
            old.seconds is None,
        ):
            self.update()
            return
        self.update(self.slot().toAlignedRect())
        if (face.first, face.second) != (old.first, old.second):
            self.update(self.sentences().toAlignedRect())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.theme.px(630), self.theme.px(460))

    def _low(self) -> bool:
        return self.height() < self.theme.px(LOW_HEIGHT)

    def padding(self) -> int:
        return self.theme.px(24 if self._low() else 40)

    def slot(self) -> QRectF:
        side = self.theme.px(SLOT_LOW if self._low() else SLOT)
        return QRectF(self.padding(), self.padding(), side, side)

    def word_room(self) -> QRectF:
        """Where the word and the channel line stand, centred on the slot."""
        slot = self.slot()
        left = slot.right() + self.theme.px(GAP)
        return QRectF(left, slot.top(), self.width() - left - self.theme.px(24), slot.height())

    def sentences(self) -> QRectF:
        top = self.slot().bottom() + self.theme.px(16 if self._low() else SENTENCES_AT)
        return QRectF(self.padding(), top, self.width() - 2 * self.padding(), self.height() - top)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        look = inks(self.face.tone, self.face.glyph, c)
        card(painter, QRectF(self.rect()), look.fill, t.px(CARD_RADIUS))
        self._paint_slot(painter, look)
        self._paint_word(painter, look)
        self._paint_sentences(painter, look)
        painter.end()

    def _paint_slot(self, painter: QPainter, look: Inks) -> None:
        t, face, slot = self.theme, self.face, self.slot()
        if face.glyph is not Glyph.RING or face.seconds is None:
            paint_glyph(painter, face.glyph, slot, look.brush)
            return
        paint_ring(painter, slot, face.left, look.brush)
        middle = slot.center().y()
        centre = Qt.AlignmentFlag.AlignHCenter
        number = QRectF(slot.left(), middle - t.px(64), slot.width(), t.px(100))
        font = t.figures(RING_SECONDS if face.seconds < 100 else 60)
        draw(painter, number, str(face.seconds), font, look.brush.ink, align=centre)
        word = QRectF(slot.left(), middle + t.px(32), slot.width(), t.px(32))
        draw(painter, word, face.unit, t.font(22), look.brush.ink, align=centre)

    def _paint_word(self, painter: QPainter, look: Inks) -> None:
        t, face, room = self.theme, self.face, self.word_room()
        head = head_block(face, t, room.width())
        font = t.font(head.size, bold=True)
        step = font.pixelSize() * 1.18
        note_height = t.px(36) if face.note or face.mark else 0
        y = room.center().y() - (len(head.lines) * step + note_height) / 2
        for line in head.lines:
            draw(painter, QRectF(room.left(), y, room.width(), step), line, font, look.head)
            y += step
        if note_height:
            self._paint_note(painter, QRectF(room.left(), y + t.px(4), room.width(), note_height), look)

    def _paint_note(self, painter: QPainter, rect: QRectF, look: Inks) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        together = f"{face.mark_name}  {face.note}" if face.mark else face.note
        size = fit(together, t, NOTE_SIZES, rect.width(), bold=True).size
        x = rect.left()
        if face.mark is not None:
            font = t.font(size, bold=True)
            solid = face.tone in (Tone.GREEN, Tone.RED)
            draw(painter, rect, face.mark_name, font, look.second if solid else mark_colour(c, face.mark))
            x += advance(face.mark_name, font) + t.px(12)
        draw(painter, QRectF(x, rect.top(), rect.width(), rect.height()), face.note, t.font(size), look.second)

    def _paint_sentences(self, painter: QPainter, look: Inks) -> None:
        t, c, room = self.theme, self.theme.colours, self.sentences()
        first_ink, second_ink = look.first, look.second
        if self.face.refusal:
            room = self._paint_refusal(painter, room)
            first_ink, second_ink = c.ambertext, c.ink
        first, second = sentence_blocks(self.face, t, room.width())
        y = room.top()
        for block, bold, ink in ((first, True, first_ink), (second, False, second_ink)):
            font = t.font(block.size, bold=bold)
            step = line_height(font)
            for line in block.lines:
                draw(painter, QRectF(room.left(), y, room.width(), step), line, font, ink)
                y += step
            y += t.px(10)

    def _paint_refusal(self, painter: QPainter, room: QRectF) -> QRectF:
        """An amber strip with its own shape: the scan was not taken; the stage's word above still holds."""
        t, c = self.theme, self.theme.colours
        first, second = sentence_blocks(self.face, t, self.refusal_width())
        height = sum(len(b.lines) * line_height(t.font(b.size)) for b in (first, second)) + t.px(34)
        strip = QRectF(t.px(16), room.top() - t.px(12), self.width() - t.px(32), height)
        card(painter, strip, c.ambertint, t.px(6), edge=c.amber, width=max(1, t.px(2)))
        side = t.px(28)
        shape = QRectF(room.left(), room.top() + t.px(6), side, side * 0.88)
        paint_triangle(painter, shape, c.amber)
        return QRectF(room.left() + t.px(44), room.top(), self.refusal_width(), room.height())

    def refusal_width(self) -> float:
        return self.sentences().width() - self.theme.px(44)
