"""Where the parts of a settings' screen stand: screens at the left, a form in the middle, checks at the right."""

from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.words import say
from ui.pages.boxes import Boxes
from ui.pages.page import Asker, Page
from ui.pages.settings.form import SettingForm
from ui.pages.settings.nav import ScreenList
from ui.pages.settings.side import SideCard
from ui.tokens import BODY, CARD_RADIUS, Theme
from ui.widgets.base import card, draw
from ui.widgets.buttons import KeyButton

NAV: Final = 232
SIDE: Final = 452
GAP: Final = 16
PADDING: Final = 24
TITLE: Final = 48
TABS: Final = 48
BUTTON: Final = 64
NARROW: Final = 1200  # px; below it the outer columns give way
CHANNELS: Final = ("wechat", "wechat_v3", "alipay", "unionpay")


class SetupLayout(Page):
    def __init__(self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(asker, theme, language, parent)
        self.topic = "shop"
        self.nav, self.tabs = ScreenList(theme, self), Boxes(theme, self)
        self.tabs.columns = len(CHANNELS)
        self.form, self.side = SettingForm(theme, language, self), SideCard(theme, self)
        self.buttons = tuple(KeyButton(theme, self, size=BODY) for _ in range(3))

    def top(self) -> int:
        """Where the cards begin, px at u = 1."""
        return GAP

    def middle(self) -> QRect:
        t = self.theme
        nav, side, gap, top = t.px(NAV), t.px(SIDE), t.px(GAP), t.px(self.top())
        if self.width() < NARROW:
            nav, side = t.px(200), t.px(380)
        left = gap + nav + gap
        return QRect(left, top, self.width() - left - side - 2 * gap, self.height() - top - gap)

    def place(self) -> None:
        t, mid = self.theme, self.middle()
        gap, pad = t.px(GAP), t.px(PADDING)
        self.nav.setGeometry(gap, mid.top(), mid.left() - 2 * gap, mid.height())
        self.side.setGeometry(mid.right() + 1 + gap, mid.top(), self.width() - mid.right() - 1 - 2 * gap, mid.height())
        inner = mid.adjusted(pad, t.px(14), -pad, -pad)
        y = inner.top() + t.px(TITLE)
        if self.topic == "channels":
            self.tabs.setGeometry(inner.left(), y, inner.width(), t.px(TABS))
            y += t.px(TABS) + t.px(10)
        bottom = inner.bottom() + 1 - t.px(BUTTON)
        self.form.setGeometry(inner.left() - t.px(2), y, inner.width() + t.px(18), bottom - t.px(10) - y)
        self.place_more(QRect(inner.left(), y, inner.width(), bottom - t.px(10) - y))
        shown = [button for button in self.buttons if button.face is not None]
        if shown:
            width = (inner.width() - 2 * gap) // 3
            for at, button in enumerate(self.buttons):
                button.setGeometry(inner.left() + at * (width + gap), bottom, width, t.px(BUTTON))

    def place_more(self, room: QRect) -> None:
        """What else stands in the middle instead of the form."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.place()

    def title(self) -> str:
        return say("sp.channels.title" if self.topic == "channels" else f"sp.{self.topic}", self.language)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        t, c, mid = self.theme, self.theme.colours, self.middle()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(c.bg))
        card(painter, QRectF(mid), c.surface, t.px(CARD_RADIUS))
        head = QRectF(mid.left() + t.px(PADDING), mid.top() + t.px(10), mid.width(), t.px(TITLE))
        draw(painter, head, self.title(), t.font(24, bold=True), c.ink)
        self.paint_more(painter)
        painter.end()

    def paint_more(self, painter: QPainter) -> None:
        """What else is painted over the cards."""
