"""Everybody, a line each: number, name, role, limit, badge, state."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Role
from app.staff import MemberView
from app.words import say
from ui.pages.choice import Choice
from ui.text import money
from ui.tokens import BODY, CARD_RADIUS, STATUS, Theme
from ui.widgets.base import card, draw

ROW: Final = 44
HEAD: Final = 48
PADDING: Final = 20
# Where each column begins, in parts of the width.
COLUMNS: Final = (0.0, 0.14, 0.38, 0.53, 0.71, 0.81)


@dataclass(frozen=True, slots=True)
class TableFace:
    members: tuple[MemberView, ...] = ()
    language: str = "zh"


class PeopleTable(Choice):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.face = TableFace()
        self._first = 0

    def set_face(self, face: TableFace) -> None:
        """The chosen person stays chosen; who is gone from the list is not."""
        if face == self.face:
            return
        self.face = face
        if self.chosen >= len(face.members):
            self.chosen = -1
        self.setAccessibleName(say("staff.title", face.language))
        self.update()

    @property
    def person(self) -> MemberView | None:
        """The chosen one."""
        return self.face.members[self.chosen] if 0 <= self.chosen < len(self.face.members) else None

    def rows(self) -> int:
        return max(1, (self.height() - self.theme.px(HEAD + PADDING)) // self.theme.px(ROW))

    def places(self) -> list[QRectF]:
        t = self.theme
        return [
            QRectF(0, t.px(HEAD) + (at - self._first) * t.px(ROW), self.width(), t.px(ROW))
            if 0 <= at - self._first < self.rows()
            else QRectF()
            for at in range(len(self.face.members))
        ]

    def moved(self) -> None:
        self._show_cursor()
        self.pick(self.cursor_at)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        last = max(0, len(self.face.members) - self.rows())
        self._first = min(last, max(0, self._first + (-1 if event.angleDelta().y() > 0 else 1)))
        self.update()

    def _show_cursor(self) -> None:
        self._first = min(self._first, self.cursor_at)
        self._first = max(self._first, self.cursor_at - self.rows() + 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, language = self.theme, self.theme.colours, self.face.language
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        heads = ("staff.in.number", "staff.name", "staff.role", "staff.cap", "staff.badge", "staff.state")
        for at, key in enumerate(heads):
            draw(painter, self._cell(at, 0, t.px(HEAD)), say(key, language), t.font(STATUS), c.ink3)
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(0, t.px(HEAD) - 1, self.width(), t.px(HEAD) - 1)
        if not self.face.members:
            room = QRectF(0, t.px(HEAD), self.width(), t.px(ROW))
            empty = say("staff.empty", language)
            draw(painter, room, empty, t.font(BODY), c.ink3, align=Qt.AlignmentFlag.AlignHCenter)
        for at, place in enumerate(self.places()):
            if not place.isEmpty():
                if at == self.chosen:
                    painter.fillRect(place, QColor(c.accenttint))
                    painter.fillRect(QRectF(0, place.top(), t.px(4), place.height()), QColor(c.accent))
                if at == self.cursor_at and self.hasFocus():
                    painter.setPen(QPen(QColor(c.accent), 2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRect(place.adjusted(1, 1, -1, -1))
                ink = c.ink3 if self.face.members[at].retired else c.ink
                for column, text in enumerate(cells(self.face.members[at], language)):
                    colour = c.redtext if column == 5 and self._alarms(at) else ink
                    draw(painter, self._cell(column, place.top(), t.px(ROW)), text, t.font(BODY), colour)
        painter.end()

    def _alarms(self, at: int) -> bool:
        one = self.face.members[at]
        return one.locked or one.wait_s > 0

    def _cell(self, column: int, top: float, height: float) -> QRectF:
        left = self.theme.px(PADDING)
        return QRectF(left + COLUMNS[column] * (self.width() - 2 * left), top, self.width(), height)


def cells(one: MemberView, language: str) -> tuple[str, ...]:
    """What stands in a person's line."""
    role = one.person.role
    cap = "–"
    if role is not Role.CASHIER:
        cap = say("staff.cap.none", language) if one.cap_fen is None else money(one.cap_fen)
    badge = say("staff.badge.has", language) if one.has_badge else "–"
    return (one.person.number, one.person.name, say(f"staff.role.{role}", language), cap, badge, state(one, language))


def state(one: MemberView, language: str) -> str:
    if one.retired:
        return say("staff.state.retired", language)
    if one.locked:
        return say("staff.state.locked", language)
    return say("staff.state.wait" if one.wait_s else "staff.state.ok", language, n=-(-one.wait_s // 60))
