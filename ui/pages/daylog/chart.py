"""Money by hour and channel. Each channel has its colour and its own filling, for eyes that see no colour."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from app.core.channel import Channel
from ui.pages.daylog.faces import ChartFace, HourBar
from ui.tokens import BODY, CARD_RADIUS, STATUS, Theme
from ui.widgets.base import Painted, advance, card, draw, mark_colour, stripes

PADDING: Final = 20
HEAD: Final = 54
FOOT: Final = 40
BAR: Final = 0.62  # of an hour's width
OUTLINE: Final = 2


def fill_mark(painter: QPainter, theme: Theme, rect: QRectF, channel: Channel) -> None:
    """``rect`` in the channel's own way: solid, hatched, outlined."""
    colour = mark_colour(theme.colours, channel)
    match channel:
        case Channel.WECHAT:
            painter.fillRect(rect, QColor(colour))
        case Channel.ALIPAY:
            painter.fillRect(rect, QColor(colour))
            stripes(painter, rect, theme.colours.surface, theme.px(4))
        case Channel.UNIONPAY:
            width = min(theme.px(OUTLINE), max(1.0, rect.height() / 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour), width, j=Qt.PenJoinStyle.MiterJoin))
            painter.drawRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))


class HourChart(Painted):
    face = ChartFace()

    def set_face(self, face: ChartFace) -> None:
        if face != self.face:
            self.face = face
            self.setAccessibleName(f"{face.title} {face.busiest}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        inner = QRectF(self.rect()).adjusted(t.px(PADDING), 0, -t.px(PADDING), 0)
        head = QRectF(inner.left(), t.px(8), inner.width(), t.px(40))
        draw(painter, head, self.face.title, t.font(BODY), c.ink2)
        draw(painter, head, self.face.busiest, t.font(BODY), c.ink2, align=Qt.AlignmentFlag.AlignRight)
        if self.face.bars:
            self._paint_plot(painter, inner)
        painter.end()

    def _paint_plot(self, painter: QPainter, inner: QRectF) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        font = t.font(STATUS)
        scale = [f"{face.top_fen * part // 200:,}" for part in (2, 1, 0)]
        left = inner.left() + max(advance(text, font) for text in scale) + t.px(12)
        plot = QRectF(left, t.px(HEAD), inner.right() - left, self.height() - t.px(HEAD + FOOT))
        for place, text in enumerate(scale):
            y = round(plot.top() + plot.height() * place / 2)
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), QColor(c.line))
            label = QRectF(inner.left(), y - t.px(12), left - t.px(10) - inner.left(), t.px(24))
            draw(painter, label, text, font, c.ink3, align=Qt.AlignmentFlag.AlignRight)
        step = plot.width() / len(face.bars)
        every = 1 if step >= t.px(26) else 2
        for place, bar in enumerate(face.bars):
            column = QRectF(plot.left() + place * step, plot.top(), step, plot.height())
            self._paint_bar(painter, column, bar)
            if place % every == 0:
                foot = QRectF(column.left(), plot.bottom() + t.px(4), step, t.px(28))
                draw(painter, foot, str(bar.hour), font, c.ink3, align=Qt.AlignmentFlag.AlignHCenter)

    def _paint_bar(self, painter: QPainter, column: QRectF, bar: HourBar) -> None:
        width = round(column.width() * BAR)
        x = round(column.center().x() - width / 2)
        bottom = column.bottom()
        for channel, fen in zip(Channel, bar.fen, strict=True):
            if fen > 0:
                height = max(self.theme.px(3), column.height() * fen / self.face.top_fen)
                fill_mark(painter, self.theme, QRectF(x, bottom - height, width, height - 1), channel)
                bottom -= height
