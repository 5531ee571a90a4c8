"""One of a few words, each in its box, by touch or by keys."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent

from ui.pages.choice import Choice
from ui.tokens import BODY, CONTROL_RADIUS
from ui.widgets.base import card, draw, fit

GAP = 8
SIZES = ((BODY, 1), (16, 1), (15, 1), (15, 2))  # px at u = 1, most lines


class Boxes(Choice):
    """Words in boxes, ``columns`` to a row; the last row shares out its width."""

    words: tuple[str, ...] = ()
    columns = 3
    _name = ""

    def set_words(self, name: str, words: tuple[str, ...], chosen: int) -> None:
        """``name`` says what is chosen, for who hears the page; -1 for none yet."""
        self.words, self.chosen = words, chosen
        self.cursor_at = chosen if chosen >= 0 else max(0, min(self.cursor_at, len(words) - 1))
        self._name = name
        self.moved()
        self.update()

    def moved(self) -> None:
        told = self.words[self.cursor_at] if self.words else ""
        chosen = self.words[self.chosen] if 0 <= self.chosen < len(self.words) else "…"
        self.setAccessibleName(f"{self._name}: {chosen} · {told}")

    def places(self) -> list[QRectF]:
        gap, rows = self.theme.px(GAP), -(-len(self.words) // self.columns)
        if not rows:
            return []
        width = (self.width() - gap * (self.columns - 1)) / self.columns
        height = (self.height() - gap * (rows - 1)) / rows
        last = len(self.words) - (rows - 1) * self.columns
        wide = (self.width() - gap * (last - 1)) / last
        return [
            QRectF(
                (at % self.columns) * ((wide if at // self.columns == rows - 1 else width) + gap),
                at // self.columns * (height + gap),
                wide if at // self.columns == rows - 1 else width,
                height,
            )
            for at in range(len(self.words))
        ]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter = self.painter()
        for at, (word, place) in enumerate(zip(self.words, self.places(), strict=True)):
            chosen, here = at == self.chosen, self.hasFocus() and at == self.cursor_at
            edge = c.accent if chosen or here else c.edge
            paper = c.accenttint if chosen else c.surface if self.isEnabled() else c.bg
            card(painter, place, paper, t.px(CONTROL_RADIUS), edge=edge, width=2 if chosen or here else 1)
            block = fit(word, t, SIZES, place.width() - t.px(8), bold=chosen, balance=True)
            ink = c.accent if chosen else c.ink if self.isEnabled() else c.ink3
            font, step = t.font(block.size, bold=chosen), t.px(block.size + 2)
            line = QRectF(place.left(), place.center().y() - step * len(block.lines) / 2, place.width(), step)
            for text in block.lines:
                draw(painter, line, text, font, ink, align=Qt.AlignmentFlag.AlignHCenter)
                line.translate(0, step)
        painter.end()
