"""A button with its key painted inside. One without a key is reached by Tab and pressed by Space; no Enter from
anywhere presses either, for scanners send it.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.tokens import BUTTON, CHIP_RADIUS, CONTROL_RADIUS, EVIDENCE, Theme
from ui.widgets.base import advance, card, draw

CHIP_GAP: Final = 12


@dataclass(frozen=True, slots=True)
class ButtonFace:
    chip: str
    label: str
    filled: bool = False
    chosen: bool = False
    enabled: bool = True


class KeyButton(QAbstractButton):
    """``quiet`` stands on the status bar without an edge of its own."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, size: int = BUTTON, quiet: bool = False) -> None:
        super().__init__(parent)
        self.theme = theme
        self.face: ButtonFace | None = None
        self._size, self._quiet = size, quiet
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_face(self, face: ButtonFace | None) -> None:
        """None hides it; its place stays empty."""
        self.setVisible(face is not None)
        if face == self.face or face is None:
            self.face = face
            return
        self.face = face
        self.setEnabled(face.enabled)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if face.chip else Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{face.label} {self.chip}".strip())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.click()
        else:
            event.ignore()

    @property
    def chip(self) -> str:
        """The key that does it on this computer; the face names the standard one."""
        return self.theme.keys.chip(self.face.chip) if self.face is not None else ""

    def text_width(self) -> float:
        """What chip, gap and label need, px."""
        if self.face is None:
            return 0
        t = self.theme
        chip = advance(self.chip, t.font(EVIDENCE)) + t.px(14 + CHIP_GAP) if self.face.chip else 0
        return chip + advance(self.face.label, t.font(self._size, bold=self.face.filled))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        if self.face is None:
            return
        t, c, face = self.theme, self.theme.colours, self.face
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = c.ink
        rect = QRectF(self.rect())
        if face.filled and face.enabled:
            ink = c.onaccent
            card(painter, rect, c.accent, t.px(CONTROL_RADIUS))
        elif not self._quiet:
            paper = c.sunken if self.isDown() else c.accenttint if face.chosen else c.surface
            marked = face.chosen or self.hasFocus()
            edge = c.accent if marked else c.edge
            card(painter, rect, paper, t.px(CONTROL_RADIUS), edge=edge, width=2 if marked else 1)
        if not face.enabled:
            ink = c.ink3
        self._paint_label(painter, rect, ink)
        painter.end()

    def _paint_label(self, painter: QPainter, rect: QRectF, ink: str) -> None:
        t, face = self.theme, self.face
        assert face is not None
        x = rect.center().x() - self.text_width() / 2
        middle = rect.center().y()
        if face.chip:
            font = t.font(EVIDENCE)
            width = advance(self.chip, font) + t.px(14)
            chip = QRectF(x, middle - t.px(13), width, t.px(25))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(ink)
            painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), t.px(CHIP_RADIUS), t.px(CHIP_RADIUS))
            draw(painter, chip, self.chip, font, ink, align=Qt.AlignmentFlag.AlignHCenter)
            x += width + t.px(CHIP_GAP)
        font = t.font(self._size, bold=face.filled)
        draw(painter, QRectF(x, 0, rect.width(), rect.height()), face.label, font, ink)
