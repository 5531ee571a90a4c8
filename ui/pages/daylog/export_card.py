"""The export, over the log: as what, where to, how far it is, and the way to stop it. Selling goes on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.office.export import Format
from app.words import say
from ui.pages.choice import Choice
from ui.pages.field import Field
from ui.tokens import BODY, BUTTON, CARD_RADIUS, CONTROL_RADIUS, SECOND, Theme
from ui.widgets.announce import announce
from ui.widgets.base import Painted, card, draw, line_height, wrap
from ui.widgets.buttons import ButtonFace, KeyButton

FORMATS: Final = tuple(Format)
NAMES: Final = {Format.CSV: "CSV", Format.XLSX: "Excel", Format.PDF: "PDF"}
PADDING: Final = 28


class Formats(Choice):
    """CSV, Excel, PDF."""

    def places(self) -> list[QRectF]:
        gap = self.theme.px(12)
        width = (self.width() - 2 * gap) / len(FORMATS)
        return [QRectF(at * (width + gap), 0, width, self.height()) for at in range(len(FORMATS))]

    def moved(self) -> None:
        self.pick(self.cursor_at)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        for at, place in enumerate(self.places()):
            chosen = at == self.chosen
            edge = c.accent if chosen or (self.hasFocus() and at == self.cursor_at) else c.edge
            fill = c.accenttint if chosen else c.surface
            card(painter, place, fill, t.px(CONTROL_RADIUS), edge=edge, width=2 if chosen else 1)
            font = t.font(BUTTON, bold=chosen)
            draw(painter, place, NAMES[FORMATS[at]], font, c.ink, align=Qt.AlignmentFlag.AlignHCenter)
        painter.end()


@dataclass(frozen=True, slots=True)
class ExportFace:
    """``running``: the share done, 0 to 1, and its sentence; else what was said last, and whether it went wrong."""

    language: str = "zh"
    title: str = ""
    running: float | None = None
    says: tuple[str, ...] = ()
    wrong: bool = False


class ExportCard(Painted):
    """``begun`` carries the format and the path that was typed; ``halted``, ``left``."""

    begun = Signal(object, object)
    halted = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.face = ExportFace()
        self.formats, self.path = Formats(theme, self), Field(theme, self)
        self.go, self.away = KeyButton(theme, self), KeyButton(theme, self)
        self.formats.chosen = FORMATS.index(Format.XLSX)
        self.formats.picked.connect(self._format)
        self.go.clicked.connect(self.begin)
        self.away.clicked.connect(self.stop_or_leave)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.formats, self.path, self.go, self.away):
            part.set_theme(theme)
        super().set_theme(theme)
        self._place()

    def offer(self, path: Path) -> None:
        """The place that is proposed; the ending follows the format."""
        self.path.setText(str(path.with_suffix(f".{self.kind.value}")))
        self.formats.setFocus()

    @property
    def kind(self) -> Format:
        return FORMATS[self.formats.chosen]

    def set_face(self, face: ExportFace) -> None:
        old, self.face = self.face, face
        busy = face.running is not None
        if face.says != old.says and not busy:
            announce(self, " ".join(face.says), now=True)
        language = face.language
        self.path.set_words(say("ex.into", language))
        self.formats.setAccessibleName(f"{face.title}. {NAMES[self.kind]}")
        for part in (self.formats, self.path):
            part.setEnabled(not busy)
        self.go.set_face(ButtonFace("F8", say("ex.begin", language), filled=True, enabled=not busy))
        self.away.set_face(ButtonFace("Esc", say("ex.halt" if busy else "ex.close", language)))
        self._place()
        self.update()

    @Slot()
    def begin(self) -> None:
        text = self.path.text().strip()
        if self.face.running is None and text:
            self.begun.emit(self.kind, Path(text))

    @Slot()
    def stop_or_leave(self) -> None:
        (self.left if self.face.running is None else self.halted).emit()

    def take(self, event: QKeyEvent) -> bool:
        """A key of the page while the card is open."""
        if event.key() == Qt.Key.Key_F8 and not event.isAutoRepeat():
            self.begin()
        elif event.key() == Qt.Key.Key_Escape:
            self.stop_or_leave()
        else:
            return False
        return True

    @Slot(int)
    def _format(self, at: int) -> None:
        self.formats.chosen = at
        self.formats.setAccessibleName(f"{self.face.title}. {NAMES[self.kind]}")
        text = self.path.text().strip()
        if text:
            self.path.setText(str(Path(text).with_suffix(f".{self.kind.value}")))
        self.formats.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def _place(self) -> None:
        px = self.theme.px
        left, width = px(PADDING), min(self.width() - 2 * px(PADDING), px(900))
        self.formats.setGeometry(left, px(56), px(420), px(48))
        self.path.setGeometry(left, px(116), width, px(48))
        self.go.setGeometry(left, self.height() - px(72), px(220), px(52))
        self.away.setGeometry(left + px(236), self.height() - px(72), px(160), px(52))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS), edge=c.accent, width=2)
        left, width = t.px(PADDING), self.width() - 2 * t.px(PADDING)
        draw(painter, QRectF(left, t.px(6), width, t.px(46)), face.title, t.font(SECOND, bold=True), c.ink)
        y = float(t.px(176))
        if face.running is not None:
            track = QRectF(left, y, min(width, t.px(900)), t.px(8))
            card(painter, track, c.sunken, t.px(4))
            track.setWidth(track.width() * min(1.0, face.running))
            painter.fillRect(track, QColor(c.accent))
            y += t.px(14)
        font = t.font(BODY)
        for text in face.says:
            for line in wrap(text, font, width):
                draw(painter, QRectF(left, y, width, line_height(font)), line, font, c.redtext if face.wrong else c.ink)
                y += line_height(font)
        painter.end()
