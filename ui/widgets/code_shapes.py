"""A payment code as bars and as a QR matrix, painted in whole device pixels so that a real scanner reads the screen.

python-barcode's own SVG is drawn wrong by Qt (mm units); its ``build()`` bits are right. Both libraries are
imported at the first code: only training needs them.
"""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

QUIET_BARS: Final = 10  # modules either side (ISO/IEC 15417)
QUIET_QR: Final = 4  # modules all round (ISO/IEC 18004)
INK, PAPER = "#000000", "#FFFFFF"  # in the dark scheme too: scanners want dark on light


@lru_cache(maxsize=4)
def bars(code: str) -> str:
    """The modules of a Code 128, ``1`` for a bar, without quiet zones."""
    from barcode.codex import Code128  # noqa: PLC0415 - only training pays for it

    return str(Code128(code).build()[0])


@lru_cache(maxsize=4)
def qr(code: str) -> tuple[bytes, ...]:
    """The rows of a QR code, a byte of 1 for a dark module, without quiet zone."""
    import segno  # noqa: PLC0415 - only training pays for it

    return tuple(bytes(row) for row in segno.make(code, error="m", micro=False).matrix)


def prepare(code: str) -> None:
    """Have the shapes of ``code`` ready; callable from any thread."""
    if code:
        bars(code)
        qr(code)


def forget() -> None:
    """Drop the codes kept for repainting."""
    bars.cache_clear()
    qr.cache_clear()


def paint_bars(painter: QPainter, rect: QRectF, code: str) -> None:
    """As wide as whole device pixels allow, centred, its quiet zones included."""
    modules = bars(code)
    wide = _module(painter, rect.width() / (len(modules) + 2 * QUIET_BARS))
    _begin(painter, rect)
    x = _whole(painter, rect.center().x() - wide * len(modules) / 2)
    for bit in modules:
        if bit == "1":
            painter.fillRect(QRectF(x, rect.top(), wide, rect.height()), QColor(INK))
        x += wide
    painter.restore()


def paint_qr(painter: QPainter, rect: QRectF, code: str) -> None:
    matrix = qr(code)
    side = _module(painter, min(rect.width(), rect.height()) / (len(matrix) + 2 * QUIET_QR))
    _begin(painter, rect)
    left = _whole(painter, rect.center().x() - side * len(matrix) / 2)
    top = _whole(painter, rect.center().y() - side * len(matrix) / 2)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                painter.fillRect(QRectF(left + x * side, top + y * side, side, side), QColor(INK))
    painter.restore()


def _begin(painter: QPainter, rect: QRectF) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(rect, QColor(PAPER))


def _module(painter: QPainter, room: float) -> float:
    ratio = painter.device().devicePixelRatioF()
    return max(1, int(room * ratio)) / ratio


def _whole(painter: QPainter, at: float) -> float:
    ratio = painter.device().devicePixelRatioF()
    return round(at * ratio) / ratio
