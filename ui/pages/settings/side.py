"""The right-hand card: what a field may be, what went wrong, and the self-test line by line."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.core.beijing import at_beijing
from app.settings import Settings
from app.setup.checkup import Finding, Light
from app.setup.diary import LastChange, digest_of
from app.words import LANGUAGES, has, say
from ui.pages.settings.past import who
from ui.pages.settings.spec import named
from ui.tokens import BODY, CARD_RADIUS, STATUS, Theme
from ui.widgets.announce import announce
from ui.widgets.base import Painted, card, draw, fit, line_height, wrap
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, paint_triangle, stroke, tick

PADDING: Final = 28
MARK: Final = 24
TITLE: Final = 24
MOST_LINES: Final = 30  # of one note; it scrolls
MOST_NAMES: Final = 4  # of what was changed last


@dataclass(frozen=True, slots=True)
class SideFace:
    """``notes``: sentences, each with whether it is one of something wrong."""

    title: str = ""
    notes: tuple[tuple[str, bool], ...] = ()
    findings: tuple[Finding, ...] = ()
    foot: str = ""
    language: str = "zh"


def name_of(finding: Finding, language: str) -> str:
    named = f"name.{finding.part}"
    return say(named if has(named) else f"doc.name.{finding.part}", language)


def last_change(last: LastChange, settings: Settings, language: str) -> str:
    """When what was changed last, and by whom; and whether ``settings`` were changed by other ways since."""
    names = [named(one, language) for one in last.names[:MOST_NAMES]]
    if len(last.names) > MOST_NAMES:
        names.append(say("sp.last.more", language, n=len(last.names) - MOST_NAMES))
    when = f"{at_beijing(last.at_ms):%Y-%m-%d %H:%M}"
    parts = "、" if language == "zh" else ", "
    told = say("sp.last", language, when=when, who=who(last.by, last.name, language), names=parts.join(names))
    outside = bool(last.stands) and last.stands != digest_of(settings)
    return f"{told} {say('sp.outside', language)}" if outside else told


class SideCard(Painted):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.face = SideFace()
        self.is_card = True  # else it stands upon one
        self._above = 0.0  # px scrolled away
        self._height = 0.0

    def set_face(self, face: SideFace) -> None:
        if face != self.face:
            self._above = 0.0 if face.findings != self.face.findings else self._above
            before, self.face = {said for said, _ in self.face.notes} | {self.face.title}, face
            fresh = [said for said in (face.title, *(said for said, _ in face.notes)) if said not in before]
            announce(self, " ".join(fresh), now=False)
            self.setAccessibleName(face.title or next((said for said, _ in face.notes), ""))
            lines = [said for said, _ in face.notes] + [one.line(face.language) for one in face.findings]
            self.setAccessibleDescription("\n".join(lines))
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        most = max(0.0, self._height - self.height())
        self._above = min(most, max(0.0, self._above - event.angleDelta().y() / 2))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c, face = self.theme, self.theme.colours, self.face
        painter, left = self.painter(), t.px(PADDING)
        if not (face.title or face.notes or face.findings):
            painter.end()  # nothing to say: no card either
            return
        if self.is_card:
            card(painter, QRectF(self.rect()), c.surface, t.px(CARD_RADIUS))
        foot = wrap(face.foot, t.font(STATUS), self.width() - 2 * left) if face.foot else ()
        height = line_height(t.font(STATUS))
        room = self.height() - t.px(16) - len(foot) * height
        painter.setClipRect(QRectF(0, 0, self.width(), room))
        y = t.px(16) - self._above
        if face.title:
            font = t.font(TITLE, bold=True)
            for line in wrap(face.title, font, self.width() - 2 * left):
                draw(painter, QRectF(left, y, self.width(), t.px(48)), line, font, c.ink)
                y += line_height(font)
            y += t.px(24)
        for said, wrong in face.notes:
            y = self._paint_lines(painter, said, y, left, c.redtext if wrong else c.ink2) + t.px(10)
        for finding in sorted(face.findings, key=lambda one: one.light is not Light.BAD):  # what is to be done first
            y = self._paint_finding(painter, finding, y) + t.px(14)
        self._height = y + self._above + t.px(24) + len(foot) * height
        painter.setClipping(False)
        self._paint_thumb(painter, room)
        for at, line in enumerate(foot):
            draw(painter, QRectF(left, room + at * height, self.width(), height), line, t.font(STATUS), c.ink3)
        painter.end()

    def _paint_thumb(self, painter: QPainter, room: float) -> None:
        """There is more than stands here, and where this is of it; nothing where all of it is in sight."""
        if self._height <= self.height():
            return
        width, share = self.theme.px(6), self.height() / self._height
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.colours.edge))
        top = self._above / self._height * room
        painter.drawRoundedRect(QRectF(self.width() - 2 * width, top, width, room * share), width / 2, width / 2)

    def _paint_lines(self, painter: QPainter, said: str, y: float, left: float, ink: str) -> float:
        font, room = self.theme.font(STATUS), self.width() - left - self.theme.px(PADDING)
        for line in fit(said, self.theme, ((STATUS, MOST_LINES),), room, bold=False, balance=True).lines:
            draw(painter, QRectF(left, y, self.width(), line_height(font)), line, font, ink)
            y += line_height(font)
        return y

    def _paint_finding(self, painter: QPainter, finding: Finding, y: float) -> float:
        t, c, language = self.theme, self.theme.colours, self.face.language
        left = t.px(PADDING + MARK + 16)
        said = finding.says[LANGUAGES.index(language) if language in LANGUAGES else 1]
        if finding.who:
            said = f"{said} [{say(f'doc.who.{finding.who}', language)}]"
        font = t.font(STATUS)
        room = self.width() - left - t.px(PADDING)
        lines = fit(said, t, ((STATUS, MOST_LINES),), room, bold=False, balance=True).lines
        height = line_height(t.font(BODY)) + len(lines) * line_height(font)
        if finding.light is Light.BAD:
            place = QRectF(t.px(16), y - t.px(6), self.width() - t.px(32), height + t.px(12))
            card(painter, place, c.redtint, t.px(6))
        mark = QRectF(t.px(PADDING), y, t.px(MARK), t.px(MARK))
        match finding.light:
            case Light.OK:
                stroke(painter, c.ink, max(2, t.px(3)))
                painter.drawPolyline(tick(mark.adjusted(2, 2, -2, -2)))
            case Light.WARN:
                paint_triangle(painter, mark, c.amber)
            case Light.BAD:
                paint_glyph(painter, Glyph.OCTAGON, mark, Brush(c.red, c.onred))
        ink = c.ink if finding.light is Light.OK else c.redtext if finding.light is Light.BAD else c.ambertext
        name = QRectF(left, y, self.width(), line_height(t.font(BODY)))
        draw(painter, name, name_of(finding, language), t.font(BODY), ink)
        return self._paint_lines(painter, said, y + name.height(), left, c.ink2)
