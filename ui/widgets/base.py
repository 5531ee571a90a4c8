"""What all painted widgets share: a theme, a face, and text that is fitted by measuring."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from app.core.channel import Channel
from ui.tokens import Colours, Theme

_PAUSE: Final = re.compile(r"[，；。]|[,;:.] |(?=（)| (?=\()")
_SHARE: Final = 0.3  # a shorter first or second line looks torn off
_SECONDS: Final = re.compile(r"(?<![\d.,:])\d(?![\d.,:])")


class Painted(QWidget):
    """A widget without children that paints its face. Takes no focus: keys belong to the window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_theme(self, theme: Theme) -> None:
        if theme != self.theme:
            self.theme = theme
            self.update()

    def painter(self) -> QPainter:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        return painter


@dataclass(frozen=True, slots=True)
class Block:
    """Text broken into lines that fit: ``size`` px at u = 1."""

    size: float
    lines: tuple[str, ...]
    fits: bool


def wrap(text: str, font: QFont, width: float) -> tuple[str, ...]:
    """Break by the rules of the script (no 。 at a line's start), keeping words whole where they can be."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start = line.textStart()
        lines.append(text[start : start + line.textLength()].strip())
    layout.endLayout()
    return tuple(lines)


def advance(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def _breaks_words(lines: Sequence[str], text: str) -> bool:
    return any(word not in " ".join(lines).split() for word in text.split() if word.isascii())


def fit(
    text: str, theme: Theme, sizes: Sequence[tuple[float, int]], width: float, *, bold: bool, balance: bool = False
) -> Block:
    """The first of ``sizes`` (px at u = 1, most lines) in which ``text`` stands in ``width`` px with its words whole.

    With ``balance`` the lines come out about equally long. Where nothing fits, the last size with ``fits`` False.
    """
    widest = _SECONDS.sub("00", text)  # the size must not change when ten seconds become nine
    block = Block(sizes[-1][0], (text,), fits=False)
    for size, most in sizes:
        font = theme.font(size, bold=bold)
        room = wrap(widest, font, width)
        lines = wrap(text, font, width)
        block = Block(size, lines, fits=max(len(room), len(lines)) <= most and not _breaks_words(lines, text))
        if block.fits:
            if balance and len(lines) > 1:
                return Block(size, _balanced(text, font, width, lines), fits=True)
            return block
    return block


def _balanced(text: str, font: QFont, width: float, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Two lines break after a comma or a full stop near the middle, else where both come out about equally long."""
    pauses = [found.end() for found in _PAUSE.finditer(text) if found.end() < len(text)]
    splits = [(text[:at].rstrip(), text[at:].lstrip()) for at in pauses]
    halves = [parts for parts in splits if _SHARE <= advance(parts[0], font) / advance(text, font) <= 1 - _SHARE]
    halves = [parts for parts in halves if max(advance(part, font) for part in parts) <= width]
    if halves and len(lines) == len(halves[0]):
        return min(halves, key=lambda parts: max(advance(part, font) for part in parts))
    best = lines
    low, high = advance(text, font) / (len(lines) + 0.5), width
    while high - low > 1:
        middle = (low + high) / 2
        tried = wrap(text, font, middle)
        if len(tried) <= len(lines) and not _breaks_words(tried, text):
            best, high = tried, middle
        else:
            low = middle
    return best


def line_height(font: QFont) -> float:
    """1.3 of the size: faces differ in their own leading, the look does not."""
    return font.pixelSize() * 1.3


def draw(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: str,
    *,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line, centred by its capitals on the rectangle's middle, whatever the face's own ascent."""
    metrics = QFontMetricsF(font)
    cap = font.pixelSize() * 0.74  # the height of 汉字 and figures over the baseline in all faces of the page
    baseline = rect.center().y() + cap / 2
    x = rect.left()
    if align == Qt.AlignmentFlag.AlignRight:
        x = rect.right() - metrics.horizontalAdvance(text)
    elif align == Qt.AlignmentFlag.AlignHCenter:
        x = rect.center().x() - metrics.horizontalAdvance(text) / 2
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QPointF(x, baseline), text)


def mark_colour(colours: Colours, channel: Channel) -> str:
    return {Channel.WECHAT: colours.wx, Channel.ALIPAY: colours.ali, Channel.UNIONPAY: colours.up}[channel]


def card(painter: QPainter, rect: QRectF, fill: str, radius: float, *, edge: str = "", width: float = 1) -> None:
    """A rounded rectangle; its edge lies inside."""
    painter.setBrush(QColor(fill))
    painter.setPen(Qt.PenStyle.NoPen)
    if edge:
        pen = painter.pen()
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setColor(QColor(edge))
        pen.setWidthF(width)
        painter.setPen(pen)
        rect = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.drawRoundedRect(rect, radius, radius)


def stripes(painter: QPainter, rect: QRectF, colour: str, step: float) -> None:
    """Training's diagonal bands, ``step`` px wide, inside ``rect``."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    pen = painter.pen()
    pen.setColor(QColor(colour))
    pen.setWidthF(step / 1.4142)
    pen.setStyle(Qt.PenStyle.SolidLine)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    lines: list[QLineF] = []
    x = rect.left() - rect.height()
    while x < rect.right() + rect.height():
        lines.append(QLineF(x, rect.bottom() + step, x + rect.height() + 2 * step, rect.top() - step))
        x += 2 * step
    painter.drawLines(lines)
    painter.restore()
