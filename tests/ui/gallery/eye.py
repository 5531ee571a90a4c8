"""What a picture shows, measured while it is painted: every run of text with its place, ink, paper and limits.

``QPainter.drawText`` is the only way our widgets write; while an eye is open it also notes what it was given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from ui.widgets import base

INK_ALPHA = 24  # of 255: below it an edge of a letter is a shadow, no paper


@dataclass(frozen=True)
class Run:
    """One call of drawText. Rectangles are logical px of the window."""

    text: str
    ink: QRectF  # the tight rectangle of what is drawn
    place: QRectF | None  # the rectangle it was asked to stand in, where its width is given
    limit: QRectF  # nothing of the widget is painted beyond
    colour: str
    pixels: int
    bold: bool
    widget: QWidget


@dataclass(frozen=True)
class Picture:
    window: QWidget
    image: QImage
    paper: QImage  # the same without a letter
    runs: tuple[Run, ...]
    boxes: tuple[tuple[QWidget, QRectF], ...]  # every rounded rectangle, by the widget that drew it
    unfit: tuple[tuple[str, tuple[str, ...]], ...]  # texts that stood whole in no size, with their lines in the last


class _Notes:
    def __init__(self, window: QWidget) -> None:
        self.window, self.mute = window, False
        self.runs: list[Run] = []
        self.boxes: list[tuple[QWidget, QRectF]] = []
        self.unfit: list[tuple[str, tuple[str, ...]]] = []


_text, _box, _fit = QPainter.drawText, QPainter.drawRoundedRect, base.fit


def _limit(widget: QWidget, window: QWidget) -> QRectF:
    limit, at = QRectF(window.rect()), widget
    while at is not window:
        own = QRectF(at.rect()).translated(QPointF(at.mapTo(window, at.rect().topLeft())))
        limit, at = limit.intersected(own), at.parentWidget()
    return limit


def _asked_place() -> QRectF | None:
    """The rectangle ``base.draw`` was given, if it was ``base.draw`` that wrote."""
    frame = sys._getframe(2)
    if frame.f_code is not base.draw.__code__:
        return None
    rect = frame.f_locals["rect"]
    return QRectF(rect) if rect.width() > 0 else None


def _note(notes: _Notes, painter: QPainter, at: QPointF, text: str, place: QRectF | None) -> None:
    widget = painter.device()
    if not isinstance(widget, QWidget) or not text.strip():
        return
    metrics = QFontMetricsF(painter.font())
    shift = QPointF(widget.mapTo(notes.window, widget.rect().topLeft()))
    here = painter.transform()
    ink = here.mapRect(metrics.tightBoundingRect(text).translated(at)).translated(shift)
    limit = _limit(widget, notes.window)
    if painter.hasClipping():
        limit = limit.intersected(here.mapRect(painter.clipBoundingRect()).translated(shift))
    wide = here.mapRect(place).translated(shift) if place is not None else None
    font = painter.font()
    run = Run(text, ink, wide, limit, painter.pen().color().name(), font.pixelSize(), font.bold(), widget)
    notes.runs.append(run)


@contextmanager
def _open(notes: _Notes) -> Iterator[None]:
    def write(painter: QPainter, *told: object) -> None:
        if notes.mute:
            return
        at, text = told  # every caller gives a point and a text; another would be noticed here
        assert isinstance(at, QPointF)
        assert isinstance(text, str)
        _note(notes, painter, at, text, _asked_place())
        _text(painter, at, text)

    def box(painter: QPainter, *told: object) -> None:
        widget, rect = painter.device(), told[0]
        if isinstance(widget, QWidget) and isinstance(rect, QRectF) and not notes.mute:
            shift = QPointF(widget.mapTo(notes.window, widget.rect().topLeft()))
            notes.boxes.append((widget, painter.transform().mapRect(rect).translated(shift)))
        _box(painter, *told)

    def fit(text: str, *told: object, **more: object) -> base.Block:
        block = _fit(text, *told, **more)
        if not block.fits and not notes.mute:
            notes.unfit.append((text, block.lines))
        return block

    fitting = [module for name, module in sys.modules.items() if name.startswith("ui.") and hasattr(module, "fit")]
    QPainter.drawText, QPainter.drawRoundedRect = write, box
    for module in fitting:
        module.fit = fit
    try:
        yield
    finally:
        QPainter.drawText, QPainter.drawRoundedRect = _text, _box
        for module in fitting:
            module.fit = _fit


def paint(window: QWidget, ratio: float = 1.0) -> QImage:
    """``window`` as a screen of that many device px to a logical one shows it."""
    image = QImage(window.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    window.render(image)
    return image


def look(window: QWidget, ratio: float = 1.0) -> Picture:
    """Paint twice, with the letters and without."""
    notes = _Notes(window)
    with _open(notes):
        image = paint(window, ratio)
        notes.mute = True
        paper = paint(window, ratio)
    return Picture(window, image, paper, tuple(notes.runs), tuple(notes.boxes), tuple(notes.unfit))
