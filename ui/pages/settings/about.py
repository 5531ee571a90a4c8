"""What this program is, in facts; the licences of what it is made of, and what was changed in its settings, in full."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.about import build, licences
from app.words import say
from ui.tokens import BODY, STATUS, Theme
from ui.widgets.base import draw, line_height, wrap

ROW: Final = 34
LICENCES: Final = "sp.licences"  # words keys of the texts
CHANGES: Final = "sp.changes"


class AboutCard(QWidget):
    """``folder``: where this till keeps its things."""

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder, self._shown = Path(), LICENCES
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.hide()
        self.set_look(theme, language)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        made, language = build(), self.language
        unknown = say("sp.about.source", language)
        return (
            (say("sp.about.version", language), made.version),
            (say("sp.about.commit", language), made.commit or unknown),
            (say("sp.about.digest", language), made.digest or unknown),
            (say("sp.about.folder", language), str(self.folder)),
        )

    @property
    def shown(self) -> str:
        """Words key of the text that stands there; "" while the facts do."""
        return self._shown if self.text.isVisible() else ""

    def show_text(self, key: str, text: str) -> None:
        """``text`` in place of the facts; ``key`` is the words key of what it is."""
        self._shown = key
        self.text.setPlainText(text)
        self.text.setAccessibleName(say(key, self.language))
        self.text.show()
        self.text.setFocus()
        self.update()

    def show_licences(self) -> None:
        self.show_text(LICENCES, licences() or say("sp.about.nolicences", self.language))

    def show_facts(self) -> None:
        self.text.hide()
        self.update()

    def set_look(self, theme: Theme, language: str) -> None:
        self.theme, self.language = theme, language
        c = theme.colours
        self.text.setFont(theme.font(STATUS))
        self.text.setAccessibleName(say(self._shown, language))
        self.text.setStyleSheet(
            f"QPlainTextEdit {{ background: {c.surface}; color: {c.ink}; border: 1px solid {c.edge}; }}"
            f"QPlainTextEdit:focus {{ border: 2px solid {c.accent}; }}"
        )
        self.setAccessibleName("\n".join(f"{name}: {value}" for name, value in self.facts))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.text.setGeometry(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, y = self.theme, self.theme.colours, 0.0
        painter = QPainter(self)
        for name, value in () if self.text.isVisible() else self.facts:
            draw(painter, QRectF(0, y, self.width(), t.px(ROW)), name, t.font(STATUS), c.ink3)
            y += t.px(28)
            font = t.font(BODY)
            for line in wrap(value, font, self.width()):
                draw(painter, QRectF(0, y, self.width(), line_height(font)), line, font, c.ink)
                y += line_height(font)
            y += t.px(16)
        painter.end()
