"""Somebody new: number, name, role, a supervisor's limit."""

from typing import Final

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.money import BadAmount, parse_yuan, show_yuan
from app.core.staff import Person, Role
from app.staff import No
from app.staff.roster import CAP_FEN, LONGEST_NAME
from app.words import say
from ui.keys import TAKES_INPUT_METHOD
from ui.tokens import BODY, CONTROL_RADIUS, STATUS, Theme
from ui.widgets.base import draw
from ui.widgets.buttons import ButtonFace, KeyButton

LABEL: Final = 26
FIELD: Final = 48
GAP: Final = 10
LONGEST_NUMBER: Final = 8


class PersonForm(QWidget):
    """``done`` carries (Person, cap_fen); ``refused`` a No. ``first``: the first start, whose person is the manager."""

    done = Signal(object, object)
    refused = Signal(object)

    def __init__(self, theme: Theme, language: str, parent: QWidget, *, first: bool = False) -> None:
        super().__init__(parent)
        self.theme, self.language, self._first = theme, language, first
        self.number, self.name, self.cap = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        self.number.setMaxLength(LONGEST_NUMBER)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setProperty(TAKES_INPUT_METHOD, True)
        self.roles = {role: KeyButton(theme, self, size=STATUS) for role in Role}
        for role, button in self.roles.items():
            button.clicked.connect(lambda _=False, role=role: self.choose(role))
        self.save = KeyButton(theme, self)
        self.save.clicked.connect(self.finish)
        for field in (self.number, self.name, self.cap):
            field.returnPressed.connect(self._next)
        self.role = Role.MANAGER if first else Role.CASHIER
        self.clear()

    def clear(self) -> None:
        self.number.clear()
        self.name.clear()
        self.cap.setText(show_yuan(CAP_FEN))
        self.choose(Role.MANAGER if self._first else Role.CASHIER)

    def begin(self) -> None:
        self.number.setFocus()

    @Slot()
    def choose(self, role: Role) -> None:
        self.role = role
        self.set_look(self.theme, self.language)

    def set_look(self, theme: Theme, language: str) -> None:
        self.theme, self.language = theme, language
        for role, button in self.roles.items():
            button.set_theme(theme)
            face = ButtonFace("", say(f"staff.role.{role}", language), chosen=role is self.role)
            button.set_face(None if self._first else face)
        self.save.set_theme(theme)
        here = self.isEnabled()  # else the pad beside it is where it goes on
        self.save.set_face(ButtonFace("F8", say("staff.in.next", language), filled=here, enabled=here))
        self.cap.setVisible(self.role is Role.SUPERVISOR)
        c = theme.colours
        self.setStyleSheet(
            f"QLineEdit {{ background: {c.surface}; color: {c.ink}; border: 1px solid {c.edge};"
            f" border-radius: {theme.px(CONTROL_RADIUS)}px; padding: 0 {theme.px(12)}px; }}"
            f"QLineEdit:focus {{ border: 2px solid {c.accent}; }}"
        )
        for field, key in ((self.number, "staff.in.number"), (self.name, "staff.name"), (self.cap, "staff.cap")):
            field.setFont(theme.font(BODY))
            field.setAccessibleName(say(key, language))
        self._place()
        self.update()

    @Slot()
    def finish(self) -> None:
        """What was entered, or why it cannot be."""
        try:
            cap = parse_yuan(self.cap.text()) if self.role is Role.SUPERVISOR else None
        except BadAmount:
            self.refused.emit(No("staff.cap.say"))
            return
        self.done.emit(Person(self.number.text().strip(), self.name.text().strip(), self.role), cap)

    @Slot()
    def _next(self) -> None:
        """Enter goes on to the next field, from the last one to saving."""
        fields = [field for field in (self.number, self.name, self.cap) if field.isVisible()]
        at = next((i for i, field in enumerate(fields) if field.hasFocus()), 0)
        if at + 1 < len(fields):
            fields[at + 1].setFocus()
        else:
            self.finish()

    def _rows(self) -> list[tuple[str, int]]:
        """Each label and its top."""
        step = self.theme.px(LABEL + FIELD + GAP)
        keys = ["staff.in.number", "staff.name"] + ([] if self._first else ["staff.role"])
        keys += ["staff.cap"] if self.role is Role.SUPERVISOR else []
        return [(key, at * step) for at, key in enumerate(keys)]

    def _place(self) -> None:
        t = self.theme
        tops = dict(self._rows())
        for field, key in ((self.number, "staff.in.number"), (self.name, "staff.name"), (self.cap, "staff.cap")):
            if key in tops:
                field.setGeometry(0, tops[key] + t.px(LABEL), self.width(), t.px(FIELD))
        if "staff.role" in tops:
            width = (self.width() - 2 * t.px(8)) // 3
            for at, button in enumerate(self.roles.values()):
                button.setGeometry(at * (width + t.px(8)), tops["staff.role"] + t.px(LABEL), width, t.px(FIELD))
        self.save.setGeometry(0, self.height() - t.px(72), self.width(), t.px(72))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = QPainter(self)
        for key, top in self._rows():
            draw(painter, QRectF(0, top, self.width(), t.px(LABEL)), say(key, self.language), t.font(STATUS), c.ink3)
        painter.end()
