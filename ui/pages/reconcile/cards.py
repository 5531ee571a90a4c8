"""The day's verdict, and a card for each channel under it."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from ui.pages.reconcile.faces import ChannelFace, Mood, VerdictFace
from ui.tokens import BODY, CARD_RADIUS, CHIP_RADIUS, EVIDENCE, SECOND, STATUS, Theme
from ui.widgets.announce import announce
from ui.widgets.base import Painted, advance, card, draw, fit, mark_colour
from ui.widgets.glyphs import Brush, Glyph, paint_glyph

PADDING: Final = 24
EDGE: Final = 10
MARK: Final = 48
GAP: Final = 16
CHIP: Final = 28
_GLYPHS: Final = {Mood.ACT: Glyph.OCTAGON, Mood.WAITS: Glyph.ARROW, Mood.LEVEL: Glyph.TICK, Mood.PLAIN: Glyph.ARROW}


def tone(theme: Theme, mood: Mood) -> str:
    """Green is for paid and nothing else: a level day is grey, as all that is settled."""
    c = theme.colours
    return {Mood.ACT: c.red, Mood.WAITS: c.amber, Mood.LEVEL: c.grey, Mood.PLAIN: c.grey}[mood]


def chip_colours(theme: Theme, mood: Mood) -> tuple[str, str]:
    """(paper, ink)."""
    c = theme.colours
    found = {Mood.ACT: (c.red, c.onred), Mood.WAITS: (c.ambertint, c.ambertext)}
    return found.get(mood, (c.greytint, c.ink2))


class Verdict(Painted):
    face = VerdictFace()

    def set_face(self, face: VerdictFace) -> None:
        if face != self.face:
            self.face = face
            self.setAccessibleName(f"{face.head} {face.under}")
            announce(self, self.accessibleName(), now=False)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        rect = QRectF(self.rect())
        card(painter, rect, c.surface, t.px(CARD_RADIUS))
        colour = tone(t, face.mood)
        painter.fillRect(QRectF(0, 0, t.px(EDGE), rect.height()), QColor(colour))
        mark = QRectF(t.px(PADDING + EDGE), rect.center().y() - t.px(MARK) / 2, t.px(MARK), t.px(MARK))
        paint_glyph(painter, _GLYPHS[face.mood], mark, Brush(colour, c.surface))
        left = mark.right() + t.px(PADDING)
        room = rect.width() - left - t.px(PADDING)
        head = fit(face.head, t, ((28, 1), (SECOND, 1), (20, 1), (BODY, 1)), room, bold=True)
        top = QRectF(left, rect.top() + t.px(8), room, rect.height() * (0.5 if face.under else 1) - t.px(8))
        draw(painter, top, head.lines[0], t.font(head.size, bold=True), c.ink)
        if face.under:
            under = fit(face.under, t, ((STATUS, 1), (EVIDENCE, 2), (13, 2)), room, bold=face.is_wrong)
            height = (rect.height() - top.bottom() - t.px(6)) / len(under.lines)
            ink = c.redtext if face.is_wrong else c.ink2
            for n, line in enumerate(under.lines):
                place = QRectF(left, top.bottom() + n * height, room, height)
                draw(painter, place, line, t.font(under.size, bold=face.is_wrong), ink)
        painter.end()


class ChannelCards(Painted):
    faces: tuple[ChannelFace, ...] = ()

    def set_faces(self, faces: tuple[ChannelFace, ...]) -> None:
        if faces != self.faces:
            self.faces = faces
            self.setAccessibleName("; ".join(f"{face.name} {face.chip}" for face in faces))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        painter = self.painter()
        gap, count = self.theme.px(GAP), max(3, len(self.faces))
        width = (self.width() - gap * (count - 1)) / count
        for n, face in enumerate(self.faces):
            self._paint_card(painter, QRectF(n * (width + gap), 0, width, self.height()), face)
        painter.end()

    def _paint_card(self, painter: QPainter, rect: QRectF, face: ChannelFace) -> None:
        t, c = self.theme, self.theme.colours
        card(painter, rect, c.surface, t.px(CARD_RADIUS))
        inner = rect.adjusted(t.px(PADDING), t.px(10), -t.px(PADDING), -t.px(8))
        step = inner.height() / 4
        head = QRectF(inner.left(), inner.top(), inner.width(), step)
        draw(painter, head, face.name, t.font(BODY, bold=True), mark_colour(c, face.channel))
        paint_chip(painter, t, head, face.chip, face.mood)
        for n, (label, amount) in enumerate(face.rows, start=1):
            row = QRectF(inner.left(), inner.top() + n * step, inner.width(), step)
            last = n == len(face.rows)
            font, ink = t.font(BODY, bold=last), c.ink if last else c.ink2
            draw(painter, row, label, font, ink)
            draw(painter, row, amount, font, ink, align=Qt.AlignmentFlag.AlignRight)


def paint_chip(painter: QPainter, theme: Theme, room: QRectF, text: str, mood: Mood) -> None:
    """At the right end of ``room``."""
    font = theme.font(EVIDENCE, bold=True)
    width = advance(text, font) + theme.px(16)
    place = QRectF(room.right() - width, room.center().y() - theme.px(CHIP) / 2, width, theme.px(CHIP))
    paper, ink = chip_colours(theme, mood)
    card(painter, place, paper, theme.px(CHIP_RADIUS))
    draw(painter, place, text, font, ink, align=Qt.AlignmentFlag.AlignHCenter)
