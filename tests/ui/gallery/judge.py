"""What is wrong with a picture: cut, crowded or faint text, targets too small or too near, what cannot be reached."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLineEdit,
    QPlainTextEdit,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)

from tests.ui.gallery.eye import Picture, Run
from tests.ui.gallery.painted import TOUCH_ON_PURPOSE, painted
from ui.mini.card import MiniCard
from ui.mini.window import Cell
from ui.pages.choice import Choice
from ui.pages.daylog.export_card import ExportCard
from ui.pages.help.tour import Tour
from ui.pages.people.table import PeopleTable
from ui.pages.receipt.sheet import Sheet
from ui.pages.refund.found import FoundList
from ui.pages.settings.nav import ScreenList
from ui.pages.settings.side import SideCard
from ui.pages.worklist.list import TaskList
from ui.widgets.amount import AmountDisplay
from ui.widgets.buttons import KeyButton

TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0
TARGET, APART = 44, 8  # px at u = 1 (look.md §2)
SMALLEST = 14  # px at u = 1: look.md §2 says 15, and one goes where a length is rounded
SLACK = 1.5  # px that hinting and a letter's overhang may take
FIELD_MARGIN = 2  # px that QLineEdit keeps free at either side
ROUND = 3.0  # px between what a text advances and the tight rectangle around it
# Rows of a table touch: a miss by a row is seen before anything is done. So do the halves of the mini window's foot.
TOUCHING = (FoundList, TaskList, PeopleTable, ScreenList, Cell, *TOUCH_ON_PURPOSE)
FAINT_ON_PURPOSE = (AmountDisplay, MiniCard)  # figures not typed yet are a shape to aim at
OVER = (ExportCard, Tour)  # what may hide a part of a line, for as long as it is wanted
SHARE = 0.12  # of the paper behind a run: less is an edge or a glyph beside it


def faults(picture: Picture) -> list[str]:
    """One line per fault; none for a good picture."""
    seen = [run for run in picture.runs if not _covered(picture, run) and not _scrolled_off(run)]
    return [
        *_partly(picture),
        *_cut(seen),
        *_small(picture, seen),
        *_beneath(picture, seen),
        *_crossing(picture, seen),
        *_crowded(seen),
        *_faint(picture, seen),
        *_fields(picture),
        *_controls(picture),
    ]


def _covered(picture: Picture, run: Run) -> bool:
    """Whether something lies over the run on purpose: a page, a dialog, a notice."""
    corners = (run.ink.center(), run.ink.topLeft(), run.ink.bottomRight())
    over = [picture.window.childAt(QPoint(round(at.x()), round(at.y()))) for at in corners]
    own = {run.widget, *_descendants(run.widget)}
    others = [one for one in over if one is not None and one not in own and not one.isAncestorOf(run.widget)]
    return over[0] in others or any(isinstance(one, OVER) for other in others for one in (other, other.parent()))


def _scrolled_off(run: Run) -> bool:
    """A line that the wheel brings into sight; a thumb beside it says that there is more."""
    long_paper = isinstance(run.widget, Sheet) and run.widget._longest() > 0
    long_paper |= isinstance(run.widget, SideCard) and run.widget._height > run.widget.height()
    return (long_paper or _viewport(run.widget) is not None) and not run.limit.contains(run.ink)


def _viewport(widget: QWidget) -> QWidget | None:
    """What a scrolled widget is seen through."""
    at: QWidget | None = widget
    while at is not None:
        above = at.parentWidget()
        if isinstance(above, QAbstractScrollArea):
            return above.viewport()
        at = above
    return None


def _descendants(widget: QWidget) -> list[QWidget]:
    return widget.findChildren(QWidget)


def _cut(runs: list[Run]) -> Iterator[str]:
    for run in runs:
        limit = run.limit.adjusted(-SLACK, -SLACK, SLACK, SLACK)
        if not limit.contains(run.ink):
            yield f"cut by its widget: {_told(run)}"
        elif run.place is not None and run.ink.width() > run.place.width() + ROUND:
            yield f"wider than its place: {_told(run)}"
        if run.text.endswith("…") and len(run.text) > 1:
            yield f"elided: {_told(run)}"


def _partly(picture: Picture) -> Iterator[str]:
    """Of a text that fitted nowhere the first line is there and the rest is not."""
    written = {run.text.strip() for run in picture.runs}
    for text, lines in dict.fromkeys(picture.unfit):
        first, *rest = (line.strip() for line in lines)
        if first in written and not all(line in written for line in rest):
            yield f"only {first!r} is there of {text!r}"


def _small(picture: Picture, runs: list[Run]) -> Iterator[str]:
    least = int(SMALLEST * picture.window.theme.u)
    for run in runs:
        if run.pixels < least:
            yield f"small, {run.pixels} of {least} px: {_told(run)}"


def _beneath(picture: Picture, runs: list[Run]) -> Iterator[str]:
    """A line that a part of the same widget hides."""
    for run in runs:
        for part in run.widget.findChildren(QWidget):
            over = QRectF(part.mapTo(picture.window, QPoint(0, 0)), part.size()).intersected(run.ink)
            if part.isVisibleTo(run.widget) and over.width() > SLACK and over.height() > SLACK:
                yield f"beneath {type(part).__name__}: {_told(run)}"


def _crossing(picture: Picture, runs: list[Run]) -> Iterator[str]:
    """Text over the edge of a card, a chip or a key."""
    for run in runs:
        for widget, box in picture.boxes:
            if widget is not run.widget or not box.intersects(run.ink):
                continue
            inside = box.adjusted(-SLACK, -SLACK, SLACK, SLACK)
            if not inside.contains(run.ink):
                yield f"over an edge: {_told(run)}"


def _crowded(runs: list[Run]) -> Iterator[str]:
    by_left = sorted(runs, key=lambda run: run.ink.left())
    sides = [run.ink.getCoords() for run in by_left]
    for n, (one, (_, top, right, low)) in enumerate(zip(by_left, sides, strict=True)):
        for other, (left, its_top, its_right, its_low) in zip(by_left[n + 1 :], sides[n + 1 :], strict=True):
            if left >= right - SLACK:
                break
            both = min(right, its_right) - left, min(low, its_low) - max(top, its_top)
            if min(both) > SLACK and one.ink != other.ink:
                yield f"one over the other: {_told(one)} / {_told(other)}"


def _faint(picture: Picture, runs: list[Run]) -> Iterator[str]:
    ratio = picture.paper.devicePixelRatio()
    for run in runs:
        if run.text.strip() == "·":
            continue
        for paper in _papers(picture.paper, run.ink, ratio):
            found = contrast(run.colour, paper)
            if found < (SHAPE_CONTRAST if isinstance(run.widget, FAINT_ON_PURPOSE) else TEXT_CONTRAST):
                yield f"faint, {found:.1f} of {run.colour} on {paper}: {_told(run)}"
                break


def _papers(image: QImage, rect: QRectF, ratio: float) -> list[str]:
    """The colours that lie behind ``rect``, those with a share worth the name."""
    step = max(1.0, rect.width() / 24)
    columns = [round((rect.left() + n * step) * ratio) for n in range(math.ceil(rect.width() / step))]
    rows = [round((rect.top() + rect.height() * part) * ratio) for part in (0.2, 0.5, 0.8)]
    wide, high, pixel = image.width(), image.height(), image.pixel
    counts = Counter(pixel(x, y) for x in columns if 0 <= x < wide for y in rows if 0 <= y < high)
    least = SHARE * counts.total()
    return [f"#{colour & 0xFFFFFF:06x}" for colour, many in counts.items() if many > least]


def _fields(picture: Picture) -> Iterator[str]:
    """What Qt itself writes, in lines to type in and in long texts: the hint whole, the letters dark enough."""
    ratio = picture.paper.devicePixelRatio()
    for name, rect, widget in targets(picture.window):
        if not isinstance(widget, QLineEdit | QPlainTextEdit):
            continue
        inner = rect.adjusted(4, 4, -4, -4)
        found = Counter(_papers(picture.paper, inner, ratio)).most_common(1)
        paper = found[0][0] if found else "#000000"
        hint = widget.placeholderText()
        roles = [QPalette.ColorRole.Text, *([QPalette.ColorRole.PlaceholderText] if hint else [])]
        for role in roles:
            ink = widget.palette().color(role).name()
            if contrast(ink, paper) < TEXT_CONTRAST:
                yield f"faint, {contrast(ink, paper):.1f} of {ink} on {paper}: {name} ({role.name})"
        if isinstance(widget, QLineEdit) and not widget.text() and _room(widget) < _advance(widget, hint):
            yield f"cut in its field: {hint!r} of {name}"


def _room(field: QLineEdit) -> float:
    """px that its text has."""
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    inner = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    return inner.width() - 2 * FIELD_MARGIN


def _advance(widget: QWidget, text: str) -> float:
    return QFontMetricsF(widget.font()).horizontalAdvance(text)


def _controls(picture: Picture) -> Iterator[str]:
    window = picture.window
    places = list(targets(window))
    unit = window.theme.u
    least, apart = TARGET * unit - SLACK, APART * unit - SLACK
    for name, rect, widget in places:
        if min(rect.width(), rect.height()) < least and not _edges_touch(rect, window):
            yield f"small target, {rect.width():.0f} x {rect.height():.0f} of {least:.0f}: {name}"
        if not widget.accessibleName():
            yield f"no name for who cannot see it: {name}"
    for n, (name, rect, widget) in enumerate(places):
        wide = rect.adjusted(-apart, -apart, apart, apart)
        for other, near, beside in places[n + 1 :]:
            touch = isinstance(widget, TOUCHING) and type(beside) is type(widget)
            over = isinstance(widget.parent(), OVER) is not isinstance(beside.parent(), OVER)
            if wide.intersects(near) and not touch and not over:
                yield f"too near: {name} / {other}"


def _edges_touch(rect: QRectF, window: QWidget) -> bool:
    """At the window's own edge a finger or a mouse cannot overshoot."""
    return rect.bottom() >= window.height() - 1


def targets(window: QWidget) -> Iterator[tuple[str, QRectF, QWidget]]:
    """Every thing that can be pressed just now: name, place in the window, widget."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or not widget.isEnabled() or widget.width() < 4:
            continue
        at = widget.mapTo(window, QPoint(0, 0))
        rect = QRectF(at, widget.size())
        through = _viewport(widget)
        if through is not None and not QRectF(through.mapTo(window, QPoint(0, 0)), through.size()).contains(rect):
            continue
        centre = window.childAt(rect.center().toPoint())
        if centre is not widget and centre not in _descendants(widget):
            continue
        name = f"{type(widget).__name__} {widget.accessibleName()}".strip()
        if isinstance(widget, KeyButton):
            if widget.face is not None and widget.face.enabled:
                yield name, rect, widget
        elif isinstance(widget, QAbstractButton | QLineEdit | QPlainTextEdit):
            yield name, rect, widget
        elif isinstance(widget, Choice):
            for n, place in enumerate(widget.places()):
                if widget.can(n):
                    yield f"{name} [{n}]", place.translated(at), widget
        for part, place in painted(widget):
            there = place.translated(at)
            inner = there.adjusted(2, 2, -2, -2)
            corners = (inner.topLeft(), inner.topRight(), inner.bottomLeft(), inner.bottomRight())
            if all(window.childAt(one.toPoint()) is widget for one in (inner.center(), *corners)):
                yield f"{name} [{part}]", there, widget  # nothing lies over any of it


def unreachable(window: QWidget) -> list[str]:
    """What can be pressed and has neither a key of its own nor a place in the order of Tab."""
    out = []
    for name, _, widget in targets(window):
        if isinstance(widget, QLineEdit) and widget.isReadOnly():
            continue
        if any(painted(widget)):
            continue  # by keys of its own, see there
        by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        chip = isinstance(widget, KeyButton) and widget.face is not None and bool(widget.face.chip)
        if not by_tab and not chip:
            out.append(name)
    return out


def luminance(colour: str) -> float:
    """WCAG's relative luminance of ``#rrggbb``."""
    parts = QColor(colour).getRgbF()[:3]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _told(run: Run) -> str:
    place = f"{run.ink.left():.0f},{run.ink.top():.0f} {run.ink.width():.0f}x{run.ink.height():.0f}"
    return f"{type(run.widget).__name__} {run.text!r} at {place}"
