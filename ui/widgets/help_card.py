"""What the keys do and what the lamps mean, in the side column (F1)."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent

from ui.tokens import BODY, CARD_RADIUS, CHIP_RADIUS, EVIDENCE
from ui.widgets.base import Painted, advance, card, draw, line_height, wrap

PADDING: Final = 20
ROW, ROW_LEAST = 30, 22  # px a key; closer together where the column is low
TOP: Final = 50
BETWEEN, BOTTOM = 6, 8  # px between the keys and what the lamps say, and under it
WORD_AT: Final = 88


@dataclass(frozen=True, slots=True)
class HelpFace:
    title: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()  # what the lamps that are not well say in full


class HelpCard(Painted):
    face = HelpFace()

    def set_face(self, face: HelpFace) -> None:
        if face != self.face:
            self.face = face
            self.setAccessibleName(face.title)
            self.update()

    def row(self, height: int) -> float:
        """Px from one key to the next in a column ``height`` px high."""
        t = self.theme
        told = len(self.told()) * line_height(t.font(EVIDENCE)) + t.px(BETWEEN + BOTTOM) if self.face.notices else 0
        fair = (height - t.px(TOP) - told) / max(1, len(self.face.keys))
        return min(t.px(ROW), max(t.px(ROW_LEAST), fair))

    def told(self) -> tuple[str, ...]:
        """What the lamps say, line by line."""
        t = self.theme
        width = self.width() - 2 * t.px(PADDING)
        said = [wrap(t.keys.in_words(notice), t.font(EVIDENCE), width) for notice in self.face.notices]
        return tuple(line for lines in said for line in lines)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter = self.painter()
        card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        left, y = t.px(PADDING), float(t.px(16))
        draw(painter, QRectF(left, y, self.width(), t.px(26)), face.title, t.font(BODY), c.ink2)
        y += t.px(34)
        small, row = t.font(EVIDENCE), self.row(self.height())
        for standard, word in face.keys:
            chip = t.keys.chip(standard)
            width = advance(chip, small) + t.px(12)
            place = QRectF(left, y + t.px(2), width, row - t.px(4))
            card(painter, place, c.surface, t.px(CHIP_RADIUS), edge=c.edge)
            draw(painter, place, chip, small, c.ink, align=Qt.AlignmentFlag.AlignHCenter)
            draw(painter, QRectF(t.px(WORD_AT), y, self.width(), row), word, t.font(17), c.ink)
            y += row
        y += t.px(BETWEEN)
        for line in self.told():
            if y + line_height(small) <= self.height():
                draw(painter, QRectF(left, y, self.width(), line_height(small)), line, small, c.ambertext)
                y += line_height(small)
        painter.end()
