"""Why the money goes back: one of a few words, by touch or by keys."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent

from ui.pages.choice import Choice
from ui.tokens import BODY, CONTROL_RADIUS
from ui.widgets.base import card, draw, fit

GAP = 8
COLUMNS = 3


class Reasons(Choice):
    words: tuple[str, ...] = ()

    def set_words(self, name: str, words: tuple[str, ...], chosen: int) -> None:
        """``name`` says what is chosen, for who hears the page; -1 for none yet."""
        self.words, self.chosen = words, chosen
        if chosen >= 0:
            self.cursor_at = chosen
        here = words[self.cursor_at] if words else ""
        self.setAccessibleName(f"{name}: {words[chosen]}" if 0 <= chosen < len(words) else f"{name}: … {here}")
        self.update()

    def places(self) -> list[QRectF]:
        gap, rows = self.theme.px(GAP), -(-len(self.words) // COLUMNS)
        if not rows:
            return []
        width = (self.width() - gap * (COLUMNS - 1)) / COLUMNS
        height = (self.height() - gap * (rows - 1)) / rows
        last = len(self.words) - (rows - 1) * COLUMNS  # the last row shares out the width
        wide = (self.width() - gap * (last - 1)) / last
        return [
            QRectF(
                (at % COLUMNS) * ((wide if at // COLUMNS == rows - 1 else width) + gap),
                at // COLUMNS * (height + gap),
                wide if at // COLUMNS == rows - 1 else width,
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
            sizes = ((BODY, 1), (16, 1), (15, 1), (13, 1))
            block = fit(word, t, sizes, place.width() - t.px(12), bold=chosen)
            ink = c.accent if chosen else c.ink if self.isEnabled() else c.ink3
            font = t.font(block.size, bold=chosen)
            draw(painter, place, block.lines[0], font, ink, align=Qt.AlignmentFlag.AlignHCenter)
        painter.end()
