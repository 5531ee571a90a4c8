"""A line to type in, in the look's own colours."""

from string import Template
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.tokens import BODY, CONTROL_RADIUS, Theme

_QSS: Final = Template(
    "QLineEdit { background: $paper; color: $ink; border: ${line}px solid $edge; border-radius: ${radius}px;"
    " padding: 0 ${pad}px; selection-background-color: $accent; selection-color: $onaccent; }"
)


class Field(QLineEdit):
    """``size`` px at u = 1. Its placeholder is also what a screen reader calls it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, size: float = BODY, bold: bool = False) -> None:
        super().__init__(parent)
        self._size, self._bold = size, bold
        self.theme = theme
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.setFont(theme.font(self._size, bold=self._bold))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, QColor(theme.colours.ink3))
        self.setPalette(palette)
        self._restyle()

    def set_words(self, text: str) -> None:
        self.setPlaceholderText(text)
        self.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.ReadOnlyChange):
            self._restyle()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self._restyle()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self._restyle()

    def _restyle(self) -> None:
        c, t = self.theme.colours, self.theme
        open_ = self.isEnabled() and not self.isReadOnly()
        focused = self.hasFocus() and open_
        sheet = _QSS.substitute(
            paper=c.surface if open_ else c.bg,
            ink=c.ink if self.isEnabled() else c.ink3,
            edge=c.accent if focused else c.edge,
            line=2 if focused else 1,
            radius=t.px(CONTROL_RADIUS),
            pad=t.px(14) - (1 if focused else 0),
            accent=c.accent,
            onaccent=c.onaccent,
        )
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
