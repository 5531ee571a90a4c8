"""The look's tokens: colours, sizes, fonts and the scale unit (look.md §2 and §6). Nothing here knows a sale.

Every length on the page is in logical px at u = 1 (1366 x 768); ``Theme.px`` turns one into device-independent px.
"""

import sys
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette

from ui.hotkeys import STANDARD_KEYS, Hotkeys


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme. ``green`` is used for PAID and durable and for nothing else."""

    bg: str
    surface: str
    sunken: str
    line: str
    edge: str
    ink: str
    ink2: str
    ink3: str
    accent: str
    onaccent: str
    accenttint: str
    green: str
    ongreen: str
    amber: str
    ambertext: str
    ambertint: str
    ambertrack: str
    red: str
    onred: str
    redtext: str
    redtint: str
    grey: str
    greytint: str
    wx: str
    ali: str
    up: str


LIGHT: Final = Colours(
    bg="#ECEEF1",
    surface="#FFFFFF",
    sunken="#DFE3E8",
    line="#CBD1D8",
    edge="#767F8A",
    ink="#14181D",
    ink2="#414A54",
    ink3="#56606B",
    accent="#3A43AE",
    onaccent="#FFFFFF",
    accenttint="#E8E9F8",
    green="#0C6B3B",
    ongreen="#FFFFFF",
    amber="#B56200",
    ambertext="#7A4300",
    ambertint="#FFF0CF",
    ambertrack="#F2DDAE",
    red="#B3231B",
    onred="#FFFFFF",
    redtext="#A01C15",
    redtint="#FBE6E4",
    grey="#5A636D",
    greytint="#DADFE4",
    wx="#0B6B78",
    ali="#0A5FB0",
    up="#85336E",
)
DARK: Final = Colours(
    bg="#121519",
    surface="#1C2126",
    sunken="#0C0F12",
    line="#363D45",
    edge="#7C8793",
    ink="#F2F4F6",
    ink2="#BFC7CF",
    ink3="#9BA5B0",
    accent="#A9B0F7",
    onaccent="#12151F",
    accenttint="#262B4A",
    green="#3DBB78",
    ongreen="#04140B",
    amber="#F0A83A",
    ambertext="#F6C678",
    ambertint="#31240C",
    ambertrack="#5F481D",
    red="#CC3B31",
    onred="#FFFFFF",
    redtext="#F7978F",
    redtint="#3A1714",
    grey="#9AA4AE",
    greytint="#2A3037",
    wx="#5CC4D2",
    ali="#7DB5F5",
    up="#E29BCD",
)

BASE_WIDTH: Final = 1366
BASE_HEIGHT: Final = 768
UNIT_STEP: Final = 8  # u moves in eighths, so that lines stay whole px
UNIT_LEAST, UNIT_MOST = 0.875, 2.0
LEAST: Final = (1024, 600)  # px at 100 %: the smallest screen that a till is sold with
UNIT_SCALED: Final = 0.5  # where the system doubles every px

# Type, px at u = 1 (look.md §2). Weights are 400 and 700 only.
AMOUNT_SIZES: Final = (96, 80, 64, 56)
RING_SECONDS: Final = 78
FIRST: Final = 32
SECOND: Final = 24
BODY: Final = 18
ROW_AMOUNT: Final = 22
BUTTON: Final = 20
DIGIT: Final = 30
STATUS: Final = 16
EVIDENCE: Final = 15

FINGER: Final = 44  # px of a scaled screen, whatever the unit

CARD_RADIUS: Final = 8
CONTROL_RADIUS: Final = 6
CHIP_RADIUS: Final = 4

_FACES: Final = {
    "win32": ("Microsoft YaHei UI", "Segoe UI"),
    "darwin": ("PingFang SC",),
}
_FACES_ELSEWHERE: Final = ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei")

_BOLD_FIGURES: Final = ("Noto Sans", "Open Sans", "DejaVu Sans")
OTHER_SHARE: Final = 0.94  # their figures are wider and taller than those beside them

_QSS: Final = Template(
    "QToolTip { color: $ink; background: $surface; border: 1px solid $edge; padding: 6px; font-size: ${body}px; }"
)


def unit(width: int, height: int) -> float:
    """The scale unit of a window of that many px: eighths, 0.875 to 2; less where the system scales all things up.

    The smallest window is ``LEAST`` at 0.875. One with fewer px (960×540 is 1920×1080 at 200 %) shows that picture
    smaller by the unit, and as much bigger by the system.
    """
    raw = min(width / BASE_WIDTH, height / BASE_HEIGHT)
    small = UNIT_LEAST * min(1.0, width / LEAST[0], height / LEAST[1])
    return min(UNIT_MOST, max(_eighths(raw), _eighths(small), UNIT_SCALED))


def least_size(scale: float) -> tuple[int, int]:
    """The least px a window may have where the system makes ``scale`` of each: the smallest screen that is sold."""
    share = max(1 / max(1.0, scale), UNIT_SCALED / UNIT_LEAST)
    return round(LEAST[0] * share), round(LEAST[1] * share)


def touch(length: float, u: float) -> float:
    """``length``, px at u = 1, of something that is pressed; with a unit that only a scaled screen has, ``FINGER``."""
    return max(length, FINGER / u) if u < UNIT_LEAST else length


def _eighths(raw: float) -> float:
    return int(raw * UNIT_STEP) / UNIT_STEP


@dataclass(frozen=True, slots=True)
class Theme:
    """What a widget needs to paint itself: colours, the unit and the faces that are really there."""

    colours: Colours
    u: float
    families: tuple[str, ...]
    has_bold: bool  # WenQuanYi Micro Hei has none; a faked one smears the strokes
    keys: Hotkeys = STANDARD_KEYS

    def px(self, length: float) -> int:
        return round(length * self.u)

    def touch(self, length: float) -> int:
        """As ``px``; where the system scales all things up, what a finger needs at least: less stands there then."""
        return round(touch(length, self.u) * self.u)

    def font(self, size: float, *, bold: bool = False) -> QFont:
        """A face of ``size`` px at u = 1 with tabular figures; bold only where the face has it. Do not change it."""
        return _font(self.families, self.px(size), bold and self.has_bold)

    def figures(self, size: float, *, bold: bool = True) -> QFont:
        """For figures and their points alone: where the Chinese face has no bold, that of another face."""
        other = "" if self.has_bold or not bold else bold_figures()
        return (
            _font((other, *self.families), self.px(size * OTHER_SHARE), True) if other else self.font(size, bold=bold)
        )

    def qss(self) -> str:
        c = self.colours
        return _QSS.substitute(ink=c.ink, surface=c.surface, edge=c.edge, body=self.px(STATUS))

    def palette(self) -> QPalette:
        c = self.colours
        palette = QPalette(QColor(c.bg))
        for role, colour in (
            (QPalette.ColorRole.Window, c.bg),
            (QPalette.ColorRole.WindowText, c.ink),
            (QPalette.ColorRole.Base, c.surface),
            (QPalette.ColorRole.AlternateBase, c.surface),
            (QPalette.ColorRole.Text, c.ink),
            (QPalette.ColorRole.Button, c.surface),
            (QPalette.ColorRole.ButtonText, c.ink),
            (QPalette.ColorRole.Highlight, c.accent),
            (QPalette.ColorRole.HighlightedText, c.onaccent),
            (QPalette.ColorRole.ToolTipBase, c.surface),
            (QPalette.ColorRole.ToolTipText, c.ink),
        ):
            palette.setColor(role, QColor(colour))
        return palette


@cache
def bold_figures() -> str:
    """A face whose figures have a bold of their own, in place of a Chinese one that has none; "" where there is none.

    Needs a QGuiApplication.
    """
    return next((family for family in _BOLD_FIGURES if "Bold" in QFontDatabase.styles(family)), "")


@cache
def faces() -> tuple[tuple[str, ...], bool]:
    """The page's faces that are installed, in order, and whether the first of them has a bold of its own.

    Needs a QGuiApplication. With none installed the system's own fall-back serves.
    """
    wanted = _FACES.get(sys.platform, _FACES_ELSEWHERE)
    there = tuple(family for family in wanted if QFontDatabase.hasFamily(family))
    if not there:
        return wanted, True
    return there, any("Bold" in style for style in QFontDatabase.styles(there[0]))


def theme(width: int, height: int, *, dark: bool, keys: Hotkeys = STANDARD_KEYS) -> Theme:
    families, has_bold = faces()
    return Theme(DARK if dark else LIGHT, unit(width, height), families, has_bold, keys)


@cache
def _font(families: tuple[str, ...], pixels: int, bold: bool) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(max(1, pixels))
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def figures_differ(font: QFont) -> bool:
    """Whether the ten figures of ``font`` have unlike widths even with ``tnum``; then each is painted in a cell."""
    metrics = QFontMetricsF(font)
    return len({round(metrics.horizontalAdvance(figure), 2) for figure in "0123456789"}) > 1
