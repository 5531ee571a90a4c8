"""The shapes of the states, as painter paths: no bitmap and no character is asked of a font (look.md §6)."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

RING_WIDTH: Final = 0.087  # of the diameter


class Glyph(StrEnum):
    ENTER = "enter"
    SCAN = "scan"
    RING = "ring"
    ARROW = "arrow"
    TICK = "tick"
    CROSS = "cross"
    OCTAGON = "octagon"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Brush:
    """The colours a glyph is painted in."""

    shape: str
    paper: str  # what it stands on, for the holes in filled shapes
    track: str = ""  # the spent part of a ring
    ink: str = ""  # the seconds in a ring
    accent: str = ""  # the caret of ENTER


def paint_glyph(painter: QPainter, glyph: Glyph, rect: QRectF, brush: Brush) -> None:
    """Any glyph but RING, which needs its time (``paint_ring``)."""
    painter.save()
    match glyph:
        case Glyph.TICK:
            _disc(painter, rect, brush)
        case Glyph.CROSS:
            _crossed(painter, rect, brush)
        case Glyph.OCTAGON:
            _octagon(painter, rect, brush)
        case Glyph.ARROW | Glyph.RING:
            _turning(painter, rect, brush)
        case Glyph.RETURNED:
            _returned(painter, rect, brush)
        case Glyph.SCAN:
            _scan(painter, rect, brush)
        case Glyph.ENTER:
            _enter(painter, rect, brush)
    painter.restore()


def paint_ring(painter: QPainter, rect: QRectF, left: float, brush: Brush) -> None:
    """``left`` of the ring is still to come, 0 to 1; it drains clockwise from twelve."""
    width = rect.width() * RING_WIDTH
    inner = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(brush.track), width, c=Qt.PenCapStyle.FlatCap))
    painter.drawEllipse(inner)
    painter.setPen(QPen(QColor(brush.shape), width, c=Qt.PenCapStyle.FlatCap))
    painter.drawArc(inner, 90 * 16, -round(360 * 16 * max(0.0, min(1.0, left))))
    painter.restore()


def stroke(painter: QPainter, colour: str, width: float) -> None:
    join = Qt.PenJoinStyle.MiterJoin
    painter.setPen(QPen(QColor(colour), width, c=Qt.PenCapStyle.FlatCap, j=join))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def fill(painter: QPainter, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))


def tick(rect: QRectF) -> QPolygonF:
    """A tick's three points in a square."""
    at = rect.topLeft()
    side = rect.width()
    return QPolygonF([at + QPointF(side * x, side * y) for x, y in ((0.24, 0.5), (0.44, 0.69), (0.77, 0.325))])


def _disc(painter: QPainter, rect: QRectF, brush: Brush) -> None:
    fill(painter, brush.shape)
    painter.drawEllipse(rect)
    stroke(painter, brush.paper, rect.width() * 0.105)
    painter.drawPolyline(tick(rect))


def _crossed(painter: QPainter, rect: QRectF, brush: Brush) -> None:
    width = rect.width() * 0.076
    stroke(painter, brush.shape, width)
    painter.drawEllipse(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))
    stroke(painter, brush.shape, rect.width() * 0.1)
    near, far = 0.315, 0.685
    for x0, y0, x1, y1 in ((near, near, far, far), (near, far, far, near)):
        corner = rect.topLeft()
        side = rect.width()
        painter.drawLine(corner + QPointF(x0 * side, y0 * side), corner + QPointF(x1 * side, y1 * side))


def _octagon(painter: QPainter, rect: QRectF, brush: Brush) -> None:
    side, corner = rect.width() * 0.96, rect.topLeft() + QPointF(rect.width() * 0.02, rect.width() * 0.02)
    cut = side / (2 + math.sqrt(2))  # a regular octagon
    ends = ((cut, 0.0), (side - cut, 0.0), (side, cut), (side, side - cut))
    rest = ((side - cut, side), (cut, side), (0.0, side - cut), (0.0, cut))
    fill(painter, brush.shape)
    painter.drawPolygon(QPolygonF([corner + QPointF(x, y) for x, y in (*ends, *rest)]))
    fill(painter, brush.paper)
    bar = side * 0.125
    middle = corner.x() + side / 2 - bar / 2
    painter.drawRect(QRectF(middle, corner.y() + side * 0.215, bar, side * 0.38))
    painter.drawRect(QRectF(middle, corner.y() + side * 0.67, bar, side * 0.125))


def _turning(painter: QPainter, rect: QRectF, brush: Brush) -> None:
    """An open circle that turns back on itself: it settles, and nothing is counted."""
    side = rect.width()
    width = side * 0.085
    circle = QRectF(0, 0, side * 0.71, side * 0.71)
    circle.moveCenter(rect.center() + QPointF(0, side * 0.01))
    stroke(painter, brush.shape, width)
    painter.drawArc(circle, 192 * 16, 302 * 16)
    fill(painter, brush.shape)
    head = ((0.11, 0.13), (0.455, 0.34), (0.195, 0.41))
    painter.drawPolygon(QPolygonF([rect.topLeft() + QPointF(x * side, y * side) for x, y in head]))


def _returned(painter: QPainter, rect: QRectF, brush: Brush) -> None:
    side, at = rect.width(), rect.topLeft()
    stroke(painter, brush.shape, side * 0.085)
    bow = side * 0.9
    path = QPainterPath(at + QPointF(side * 0.3, side * 0.38))
    path.lineTo(at + QPointF(side * 0.62, side * 0.38))
    path.cubicTo(at + QPointF(bow, side * 0.38), at + QPointF(bow, side * 0.78), at + QPointF(side * 0.62, side * 0.78))
    path.lineTo(at + QPointF(side * 0.34, side * 0.78))
    painter.drawPath(path)
    fill(painter, brush.shape)
    points = ((0.1, 0.38), (0.36, 0.2), (0.36, 0.56))
    painter.drawPolygon(QPolygonF([at + QPointF(side * x, side * y) for x, y in points]))


def _scan(painter: QPainter, rect: QRectF, brush: Brush) -> None:
    """A phone with bars, and the scanner's line through it."""
    side, at = rect.width(), rect.topLeft()
    width = side * 0.043
    stroke(painter, brush.shape, width)
    painter.drawRoundedRect(
        QRectF(at.x() + side * 0.27, at.y() + side * 0.075, side * 0.46, side * 0.85), side * 0.07, side * 0.07
    )
    for x0, x1 in ((0.075, 0.23), (0.77, 0.925)):
        painter.drawLine(at + QPointF(side * x0, side * 0.435), at + QPointF(side * x1, side * 0.435))
    fill(painter, brush.shape)
    for x, bar in ((0.36, 0.02), (0.4, 0.045), (0.465, 0.02), (0.51, 0.02), (0.565, 0.045), (0.625, 0.015)):
        painter.drawRect(QRectF(at.x() + side * x, at.y() + side * 0.335, side * bar, side * 0.2))
    painter.drawRect(QRectF(at.x() + side * 0.36, at.y() + side * 0.585, side * 0.28, side * 0.022))


def _enter(painter: QPainter, rect: QRectF, brush: Brush) -> None:
    """An amount field with a yuan sign and a caret."""
    side, at = rect.width(), rect.topLeft()
    width = side * 0.043
    stroke(painter, brush.shape, width)
    painter.drawRoundedRect(
        QRectF(at.x() + side * 0.04, at.y() + side * 0.16, side * 0.92, side * 0.68), side * 0.05, side * 0.05
    )
    stroke(painter, brush.shape, side * 0.03)
    x, top, bottom = at.x() + side * 0.33, at.y() + side * 0.34, at.y() + side * 0.67
    middle = top + (bottom - top) * 0.46
    for dx in (-0.1, 0.1):
        painter.drawLine(QPointF(x + side * dx, top), QPointF(x, middle))
    painter.drawLine(QPointF(x, middle - side * 0.005), QPointF(x, bottom))
    for y in (middle + side * 0.015, middle + side * 0.085):
        painter.drawLine(QPointF(x - side * 0.1, y), QPointF(x + side * 0.1, y))
    fill(painter, brush.accent or brush.shape)
    painter.drawRect(QRectF(at.x() + side * 0.56, at.y() + side * 0.315, side * 0.045, side * 0.37))


def paint_backspace(painter: QPainter, rect: QRectF, colour: str, width: float) -> None:
    """⌫ as a path: some faces lack the character."""
    painter.save()
    stroke(painter, colour, width)
    left, right, top, bottom = rect.left(), rect.right(), rect.top(), rect.bottom()
    notch = rect.height() / 2
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(left, rect.center().y()),
                QPointF(left + notch, top),
                QPointF(right, top),
                QPointF(right, bottom),
                QPointF(left + notch, bottom),
            ]
        )
    )
    arm = rect.height() * 0.2
    centre = QPointF(left + notch + (right - left - notch) / 2, rect.center().y())
    painter.drawLine(centre - QPointF(arm, arm), centre + QPointF(arm, arm))
    painter.drawLine(centre + QPointF(-arm, arm), centre + QPointF(arm, -arm))
    painter.restore()


def paint_triangle(painter: QPainter, rect: QRectF, colour: str) -> None:
    fill(painter, colour)
    painter.drawPolygon(QPolygonF([QPointF(rect.center().x(), rect.top()), rect.bottomRight(), rect.bottomLeft()]))
