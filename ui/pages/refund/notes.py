"""The foot of the refund page: what else is worth knowing, or how the refund stands."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.pages.refund.faces import ResultFace
from ui.tokens import BODY, STATUS, Theme
from ui.widgets.base import draw, fit, wrap
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, stroke, tick

LINE: Final = 23
MARK: Final = 30


def paint_notes(painter: QPainter, theme: Theme, place: QRectF, notes: tuple[str, ...]) -> None:
    """As many whole notes as there is room for, the most important first."""
    font = theme.font(STATUS)
    lines: list[str] = []
    most = max(1, int(place.height() / theme.px(LINE)))
    for note in notes:
        more = wrap(note, font, place.width())
        if len(lines) + len(more) <= most:
            lines += more
    y = place.center().y() - theme.px(LINE) * len(lines) / 2
    for line in lines:
        draw(painter, QRectF(place.left(), y, place.width(), theme.px(LINE)), line, font, theme.colours.ink2)
        y += theme.px(LINE)


def paint_result(painter: QPainter, theme: Theme, place: QRectF, face: ResultFace) -> None:
    """One sentence and its shape. Done is an ink tick: green is for money that is ours."""
    c = theme.colours
    side = float(theme.px(MARK))
    mark = QRectF(place.left(), place.center().y() - side / 2, side, side)
    ink = {"running": c.ambertext, "person": c.redtext}.get(face.tone, c.ink)
    left = place.left()
    if face.tone == "done":
        stroke(painter, c.ink, side * 0.12)
        painter.drawPolyline(tick(mark))
    elif face.tone in ("running", "person"):
        glyph, shape = (Glyph.ARROW, c.amber) if face.tone == "running" else (Glyph.OCTAGON, c.red)
        paint_glyph(painter, glyph, mark, Brush(shape, c.surface))
    if face.tone != "plain":
        left += side + theme.px(12)
    room = place.right() - left
    block = fit(face.text, theme, ((BODY, 2), (STATUS, 3), (14, 3)), room, bold=True, balance=True)
    font = theme.font(block.size, bold=True)
    step = font.pixelSize() * 1.3
    y = place.center().y() - step * len(block.lines) / 2
    for line in block.lines:
        draw(painter, QRectF(left, y, room, step), line, font, ink)
        y += step
