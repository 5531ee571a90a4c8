"""A badge as a card: the name, the number, and the bar code, painted from python-barcode's bits."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.core.staff import Person
from app.words import say
from ui.tokens import Theme
from ui.widgets.base import draw
from ui.widgets.code_shapes import forget, paint_bars

# A card of 85.6 x 54 mm (ISO/IEC 7810 ID-1) at 300 dots per inch; 31 letters fit with bars of two dots, 0.17 mm.
CARD: Final = QSize(1011, 638)
DOTS_PER_METRE: Final = 11811
PAPER, INK = "#FFFFFF", "#000000"


def badge_image(text: str, person: Person, theme: Theme, language: str) -> QImage:
    """What is printed, black on white whatever the window's colours."""
    image = QImage(CARD, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(DOTS_PER_METRE)
    image.setDotsPerMeterY(DOTS_PER_METRE)
    image.fill(QColor(PAPER))
    painter = QPainter(image)
    scale = 2 / theme.u  # fonts at twice their size on the screen, whatever the screen's unit
    middle = Qt.AlignmentFlag.AlignHCenter
    name, small = theme.font(32 * scale, bold=True), theme.font(20 * scale)
    draw(painter, QRectF(0, 60, CARD.width(), 90), person.name, name, INK, align=middle)
    under = f"{person.number}  {say(f'staff.role.{person.role}', language)}"
    draw(painter, QRectF(0, 160, CARD.width(), 60), under, small, INK, align=middle)
    paint_bars(painter, QRectF(0, 270, CARD.width(), 280), text)
    painter.end()
    forget()  # a badge is shown once and kept nowhere
    return image
