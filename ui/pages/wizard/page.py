"""The first start: shop, channels, devices, comfort, and the self-test at the end. Then the till opens.

One may go on without a channel. The first manager is asked for once the till is open (``pages.people.first``), since
people stand in its journal.
"""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.setup.room import Picture, SetupRoom
from app.words import LANGUAGES, say
from ui.pages.boxes import Boxes
from ui.pages.page import Asker
from ui.pages.settings.frame import SetupFrame, Trials
from ui.pages.settings.layout import CHANNELS, GAP
from ui.pages.settings.nav import Step
from ui.pages.settings.side import PADDING as SIDE_PADDING
from ui.pages.settings.side import SideFace
from ui.pages.settings.spec import STEPS
from ui.tokens import BODY, BUTTON, Theme
from ui.widgets.base import draw
from ui.widgets.buttons import ButtonFace

HEAD: Final = 56


class WizardPage(SetupFrame):
    """Shown where a folder is not set up. ``done``: the till can be opened now; ``saved`` carries the Settings."""

    name = "wizard"
    done = Signal()

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        room: SetupRoom,
        trials: Trials | None = None,
    ) -> None:
        super().__init__(asker, theme, language, parent, room=room)
        self.trials = trials or {}  # by step
        self.topic = STEPS[0]
        self.seen = 0  # the furthest step
        self._greeted = False
        self.nav.numbered = True
        self.nav.picked.connect(self._turn)
        for button, press in zip(self.buttons, (self.back, self.second, self.go_on), strict=True):
            button.clicked.connect(press)
        self.refresh()

    def enter(self, argument: object = None) -> None:  # noqa: ARG002 - nothing is handed to it
        self.load()

    def key(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return False
        match event.key():
            case Qt.Key.Key_F8:
                self.go_on()
            case Qt.Key.Key_F5:
                self.examine()
            case Qt.Key.Key_Escape:
                self.back()
            case _:
                return False
        return True

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.form.rows.forget_secrets()

    # --- the buttons

    @Slot()
    def back(self) -> None:
        at = STEPS.index(self.topic)
        if at and not self.busy:
            self._go(at - 1)

    @Slot()
    def second(self) -> None:
        if self.topic == "channels" and self.is_changed():
            self.fill()  # without this channel: what was entered is thrown away
        elif self.topic in ("channels", "finish"):
            self.examine()
        elif self.topic in self.trials:
            trial = self.trials[self.topic]
            self.save(after=lambda: self.try_device(trial))  # it is tried as it is entered

    @Slot()
    def go_on(self) -> None:
        if self.busy or self.picture is None:
            return
        if self.topic == "finish":
            self._finish()
        elif self.topic == "channels" and self.is_changed():
            self.save(after=self.examine)
        else:
            self.save(after=lambda: self._go(STEPS.index(self.topic) + 1))

    def faces(self) -> tuple[ButtonFace | None, ...]:
        language, topic = self.language, self.topic
        free = not self.busy and self.picture is not None
        back = ButtonFace("Esc", say("sp.back", language), enabled=free) if topic != STEPS[0] else None
        middle: ButtonFace | None = None
        word = "sp.next"
        if topic == "channels" and self.is_changed():
            name = say(f"name.{self.section.partition('_')[0]}", language)
            middle, word = ButtonFace("", say("sp.skip", language, name=name), enabled=free), "sp.seal"
        elif topic in ("channels", "finish"):
            middle = ButtonFace("F5", say("sp.again" if self.findings else "sp.test", language), enabled=free)
        elif topic in self.trials:
            middle = ButtonFace("", say(f"sp.{topic}.test", language), enabled=free)
        if topic == "finish":
            word = "sp.open"
        return (back, middle, ButtonFace("F8", say(word, language), filled=True, enabled=free))

    # --- within

    def _go(self, at: int) -> None:
        self.seen = max(self.seen, at)
        self.show_topic(STEPS[at])
        self.form.begin(self)
        if self.topic == "finish":
            self._after = self.examine
            self._ask(lambda _: self.room.begin(), "")

    def _finish(self) -> None:
        if self.picture is not None and self.picture.begun:
            self.done.emit()
        else:
            self._after = self._finish
            self._ask(lambda _: self.room.begin(), "")

    @Slot(int)
    def _turn(self, at: int) -> None:
        if at <= self.seen and not self.busy:
            self.save(after=lambda: self._go(at))

    def came_back(self) -> None:
        """A fresh folder takes the window's language until another is chosen; what was chosen is the page's."""
        picture = self.picture
        if picture is not None and not self._greeted:
            self._greeted = True
            boxes = self.form.rows.editors.get("till.language")
            if isinstance(boxes, Boxes) and not picture.begun and self.language != picture.settings.till.language:
                boxes.pick(LANGUAGES.index(self.language))
            self.form.begin(self)
        elif picture is not None and (chosen := self._chosen_language(picture)) != self.language:
            self.set_look(self.theme, chosen)
        super().came_back()

    def _chosen_language(self, picture: Picture) -> str:
        """What is chosen on the first step counts before it is saved: a self-test there must not turn the page back."""
        return str(self.form.rows.values().get("till.language", picture.settings.till.language))

    def refresh_nav(self) -> None:
        steps = tuple(
            Step(say(f"sp.{name}", self.language), done=at < self.seen, open=at <= self.seen)
            for at, name in enumerate(STEPS)
        )
        self.nav.set_steps(say("sp.title", self.language), steps, STEPS.index(self.topic))

    def side_face(self) -> SideFace:
        face = super().side_face()
        more: list[tuple[str, bool]] = []
        if self.topic in ("start", "finish"):
            more.append((say(f"sp.{self.topic}.note", self.language), False))
        settings = self.picture.settings if self.picture is not None else None
        if self.topic == "finish" and settings and all(getattr(settings, name) is None for name in CHANNELS):
            more.append((say("sp.none.channel", self.language), False))
        kept = tuple(note for note in face.notes if note[0] != say("sp.later", self.language))
        title = "" if self.topic == "finish" else face.title  # which is the step's own there
        return SideFace(title, kept + tuple(more), face.findings, face.foot, face.language)

    def top(self) -> int:
        return HEAD + GAP

    def middle(self) -> QRect:
        """The last step has no form: the self-test is what it is about, and has the room."""
        mid = super().middle()
        if self.topic == "finish":
            mid.setRight(self.width() - 1 - self.theme.px(GAP))
        return mid

    def place_more(self, room: QRect) -> None:
        self.side.is_card = self.topic != "finish"
        if self.topic == "finish":
            self.side.setGeometry(room.adjusted(-self.theme.px(SIDE_PADDING), 0, 0, 0))  # its words under the title

    def title(self) -> str:
        found = self.topic == "finish" and self.findings
        return super().side_face().title if found else super().title()

    def paint_more(self, painter: QPainter) -> None:
        t, c = self.theme, self.theme.colours
        head = QRectF(0, 0, self.width(), t.px(HEAD))
        painter.fillRect(head, QColor(c.surface))
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(head.bottomLeft(), head.bottomRight())
        inner = head.adjusted(t.px(36), 0, -t.px(36), 0)
        draw(painter, inner, say("sp.title", self.language), t.font(BUTTON, bold=True), c.ink)
        step = say("sp.step", self.language, n=STEPS.index(self.topic) + 1, m=len(STEPS))
        draw(painter, inner, step, t.font(BODY), c.ink2, align=Qt.AlignmentFlag.AlignRight)
