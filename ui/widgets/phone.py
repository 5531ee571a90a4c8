"""The practice customer's phone, in the list's place: a payment code to scan, and a password to type (look.md, h)."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent

from app.core.channel import Channel
from ui.tokens import BODY, CONTROL_RADIUS, EVIDENCE, FIRST, SECOND, STATUS
from ui.widgets.base import Painted, card, draw, line_height, mark_colour, wrap
from ui.widgets.code_shapes import PAPER, paint_bars, paint_qr

BODY_WIDTH, BODY_HEIGHT, FRAME = 348, 468, 12
PASSWORD_BOXES: Final = 6
BEZEL: Final = "#14181D"  # a phone is black in either scheme
ON_PAPER: Final = "#414A54"  # the digits under the bars, which stand on white in either scheme
CENTRE: Final = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True)
class PhoneFace:
    """``code`` is empty where the phone shows something else; ``repr`` leaves it out."""

    channel: Channel = Channel.WECHAT
    channels: tuple[tuple[Channel, str], ...] = ()
    title: str = ""
    code: str = ""
    masked: str = ""
    tap: str = ""  # the line under the code
    balance: str = ""
    manner: str = ""  # how this customer behaves
    pay_to: str = ""
    asks: str = ""  # the sum, while the password is asked
    password: str = ""
    yes: str = ""
    no: str = ""
    result: str = ""

    def __repr__(self) -> str:
        return f"PhoneFace({self.channel}, asks={self.asks!r}, result={self.result!r})"


class PhonePanel(Painted):
    """Emits what the finger touched: a channel's tab, ``scan``, ``pay``, ``refuse`` or ``fresh``."""

    touched = Signal(str)
    face = PhoneFace()

    def set_face(self, face: PhoneFace) -> None:
        if face != self.face:
            self.face = face
            self.setAccessibleName(f"{face.title} {face.asks or face.result or face.balance}".strip())
            self.update()

    def glass(self) -> QRectF:
        t = self.theme
        left = (self.width() - t.px(BODY_WIDTH)) / 2 + t.px(FRAME)
        return QRectF(left, t.px(FRAME), t.px(BODY_WIDTH - 2 * FRAME), t.px(BODY_HEIGHT - 2 * FRAME))

    def _part(self, top: float, height: float, inset: float = 16) -> QRectF:
        t, screen = self.theme, self.glass()
        wide = screen.width() - 2 * t.px(inset)
        return QRectF(screen.left() + t.px(inset), screen.top() + t.px(top), wide, t.px(height))

    def places(self) -> dict[str, QRectF]:
        """What can be touched now, by name."""
        face, tabs = self.face, self._part(8, 50)
        width = tabs.width() / max(1, len(face.channels))
        out = {
            str(channel): QRectF(tabs.left() + n * width, tabs.top(), width, tabs.height())
            for n, (channel, _) in enumerate(face.channels)
        }
        if face.asks:
            half = self._part(338, 52)
            middle = half.center().x()
            out["pay"] = half.adjusted(half.right() - middle - self.theme.px(-8), 0, 0, 0)
            out["refuse"] = half.adjusted(0, 0, middle - half.right() - self.theme.px(8), 0)
        elif face.result:
            out["fresh"] = self._part(64, 360)
        elif face.code:
            out["scan"] = self._part(64, 290, inset=2)
        return out

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        for name, rect in self.places().items():
            if rect.contains(event.position()):
                self.touched.emit(name)
                return

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        frame = self.glass().adjusted(-t.px(FRAME), -t.px(FRAME), t.px(FRAME), t.px(FRAME))
        card(painter, frame, BEZEL, t.px(24), edge=c.edge)
        card(painter, self.glass(), c.surface, t.px(14))
        self._paint_tabs(painter)
        if face.asks:
            self._paint_password(painter)
        elif face.result:
            self._paint_result(painter)
        elif face.code:
            self._paint_code(painter)
        painter.end()

    def _paint_tabs(self, painter: QPainter) -> None:
        t, c, places = self.theme, self.theme.colours, self.places()
        for channel, name in self.face.channels:
            rect = places[str(channel)]
            chosen = channel is self.face.channel
            draw(painter, rect, name, t.font(BODY, bold=chosen), mark_colour(c, channel), align=CENTRE)
            height = t.px(3) if chosen else 1
            colour = mark_colour(c, channel) if chosen else c.line
            painter.fillRect(QRectF(rect.left(), rect.bottom() - height, rect.width(), height), QColor(colour))

    def _paint_code(self, painter: QPainter) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        card(painter, self._part(62, 262, inset=2), PAPER, t.px(4))
        paint_bars(painter, self._part(70, 66, inset=2), face.code)
        draw(painter, self._part(138, 24), face.masked, t.font(EVIDENCE), ON_PAPER, align=CENTRE)
        paint_qr(painter, self._part(162, 156), face.code)
        draw(painter, self._part(328, 24), face.tap, t.font(EVIDENCE), c.ink3, align=CENTRE)
        painter.fillRect(self._part(360, 1), QColor(c.line))
        draw(painter, self._part(368, 30), face.balance, t.font(BODY), c.ink, align=CENTRE)
        draw(painter, self._part(398, 28), face.manner, t.font(STATUS), c.ink3, align=CENTRE)

    def _paint_password(self, painter: QPainter) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        draw(painter, self._part(78, 28), face.pay_to, t.font(BODY), c.ink2, align=CENTRE)
        draw(painter, self._part(112, 48), face.asks, t.font(FIRST, bold=True), c.ink, align=CENTRE)
        draw(painter, self._part(200, 28), face.password, t.font(BODY), c.ink, align=CENTRE)
        boxes = self._part(240, 44, inset=30)
        side = boxes.width() / PASSWORD_BOXES
        painter.setPen(QColor(c.edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for n in range(PASSWORD_BOXES):
            painter.drawRect(QRectF(boxes.left() + n * side, boxes.top(), side, boxes.height()))
        places = self.places()
        card(painter, places["pay"], c.accent, t.px(CONTROL_RADIUS))
        draw(painter, places["pay"], face.yes, t.font(BODY, bold=True), c.onaccent, align=CENTRE)
        card(painter, places["refuse"], c.surface, t.px(CONTROL_RADIUS), edge=c.edge)
        draw(painter, places["refuse"], face.no, t.font(BODY), c.ink, align=CENTRE)

    def _paint_result(self, painter: QPainter) -> None:
        t, c, face = self.theme, self.theme.colours, self.face
        font = t.font(SECOND, bold=True)
        lines = wrap(face.result, font, self._part(0, 1).width())
        top = 170.0
        for line in lines:
            draw(painter, self._part(top, 36), line, font, c.ink, align=CENTRE)
            top += line_height(font) / t.u
        draw(painter, self._part(top + 20, 28), face.balance, t.font(BODY), c.ink2, align=CENTRE)
        draw(painter, self._part(top + 60, 28), face.tap, t.font(EVIDENCE), c.ink3, align=CENTRE)
