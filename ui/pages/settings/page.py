"""The settings in the office, the manager's page: what is saved counts from the next start."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.core.hotkeys import STANDARD
from app.core.staff import Act, Person
from app.setup.diary import By, Past
from app.setup.room import Picture, SetupRoom
from app.setup.taking import Fault
from app.words import say
from ui.pages.approving import AskApproval
from ui.pages.field import Field
from ui.pages.page import Asker
from ui.pages.settings.about import CHANGES, LICENCES, AboutCard
from ui.pages.settings.editors import KeyField
from ui.pages.settings.form import FIELD
from ui.pages.settings.frame import SetupFrame, Trials
from ui.pages.settings.nav import Step
from ui.pages.settings.past import history
from ui.pages.settings.spec import SCREENS, entries_of
from ui.tokens import Theme
from ui.widgets.buttons import ButtonFace

FINDS: str = "scanner_find"  # the office's pages that a scanner is found and tried on
TRIES: str = "scanner_test"
ADDRESS: Final = "printer.address"


class SettingsPage(SetupFrame):
    """``trials``: how a device is tried, by screen; a screen without one has no such button.

    ``scanner_pages``: whether the office has the pages that find and try a scanner. ``person``: who stands in the
    office; ``approve`` asks a manager where a change wants one.
    """

    name = "settings"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        room: SetupRoom,
        trials: Trials | None = None,
        scanner_pages: bool = False,
        person: Callable[[], Person | None] = lambda: None,
        approve: AskApproval | None = None,
    ) -> None:
        super().__init__(asker, theme, language, parent, room=room)
        self._trials, self._scanner_pages = trials or {}, scanner_pages
        self._person, self._approve = person, approve
        self._sure = False  # the next press stops a channel
        self.token = Field(theme, self)  # of the local interface: to be read off, or marked and copied, this once
        self.token.setReadOnly(True)
        self.token.setAccessibleName(say("sp.pos.token", language))
        self.token.hide()
        self.about = AboutCard(theme, language, self)
        self.about.hide()
        self.screens = tuple(s for s in SCREENS if entries_of(s) or s in ("people", "channels", "about"))
        self.nav.picked.connect(self._turn)
        for button, press in zip(self.buttons, (self.first, self.second, self.go_on), strict=True):
            button.clicked.connect(press)
        self.refresh()

    def enter(self, argument: object = None) -> None:
        """``argument``: the name of a screen, or nothing."""
        if isinstance(argument, str) and argument in self.screens:
            self.topic = argument
        self.nav.setFocus()
        self.load()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_F8 and not event.isAutoRepeat():
            self.go_on()
            return True
        if event.key() == Qt.Key.Key_F5:
            if self.topic == "channels":
                self.examine()
            return True
        return False

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.form.rows.forget_secrets()
        self._forget_token()

    def set_look(self, theme: Theme, language: str) -> None:
        self.about.set_look(theme, language)
        self.token.set_theme(theme)
        self.token.setAccessibleName(say("sp.pos.token", language))
        super().set_look(theme, language)

    # --- the buttons

    @Slot()
    def first(self) -> None:
        match self.topic:
            case "channels":
                self.examine()
            case "scanner" if self._scanner_pages:
                self.go.emit(FINDS, None)
            case "keys":
                self._standard_keys()
            case "printer":
                self._find_printer()
            case "pos":
                self._ask(self.room.new_token, "sp.pos.made")
            case "about" if self.about.shown == CHANGES:
                self.about.show_facts()
                self.refresh()
            case "about":
                self.asker.ask(self.room.history, self._show_history, self._failed)

    @Slot()
    def second(self) -> None:
        if self.topic == "channels":
            self._second_of_channels()
        elif self.topic == "scanner" and self._scanner_pages:
            self.go.emit(TRIES, None)
        elif self.topic in self._trials:
            self.try_device(self._trials[self.topic])

    @Slot()
    def go_on(self) -> None:
        match self.topic:
            case "people":
                self.go.emit("people", None)
            case "about":
                if self.about.shown == LICENCES:
                    self.about.show_facts()
                else:
                    self.about.show_licences()
                self.refresh()
            case _:
                self.save()

    def faces(self) -> tuple[ButtonFace | None, ...]:
        language, screen = self.language, self.topic
        free = not self.busy and self.picture is not None
        left = middle = None
        right: ButtonFace | None = ButtonFace(
            "F8",
            say("sp.seal" if screen == "channels" else "sp.save", language),
            filled=self.is_changed(),
            enabled=free and self.is_changed(),
        )
        if screen == "channels":
            left = ButtonFace("F5", say("sp.test", language), enabled=free)
            middle = self._drop_face(free=free)
        elif screen == "scanner" and self._scanner_pages:
            left = ButtonFace("", say("sp.scanner.find", language), enabled=free)
            middle = ButtonFace("", say("sp.scanner.test", language), enabled=free)
        elif screen == "printer":
            left = ButtonFace("", say("sp.printer.find", language), enabled=free)
        if screen in self._trials:
            middle = ButtonFace("", say(f"sp.{screen}.test", language), enabled=free and not self.is_changed())
        elif screen == "pos":
            left = ButtonFace("", say("sp.pos.new", language), enabled=free and not self.is_changed())
        elif screen == "keys":
            left = ButtonFace("", say("sp.standard", language), enabled=free)
        elif screen == "people":
            right = ButtonFace("F8", say("sp.people.go", language), filled=True)
        elif screen == "about":
            left = ButtonFace("", say(CHANGES, language), chosen=self.about.shown == CHANGES)
            right = ButtonFace("F8", say(LICENCES, language), chosen=self.about.shown == LICENCES)
        return (left, middle, right)

    def _drop_face(self, *, free: bool) -> ButtonFace:
        """Stop using the channel that is set up; of one that is not, the rarer settings."""
        language = self.language
        if not self._is_set_up() or not self.more:
            return ButtonFace("", say("sp.less" if self.more else "sp.more", language), enabled=free)
        name = say(f"name.{self.section.partition('_')[0]}", language)
        told = say("sp.drop.sure", language) if self._sure else say("sp.drop", language, name=name)
        return ButtonFace("", told, enabled=free, chosen=self._sure)

    def _second_of_channels(self) -> None:
        if not (self._is_set_up() and self.more):
            self.more = not self.more
            self.fill()
        elif self._sure:
            self._sure = False
            self.drop()
        else:
            self._sure = True
            self.refresh()

    def _is_set_up(self) -> bool:
        return self.picture is not None and getattr(self.picture.settings, self.section) is not None

    def _standard_keys(self) -> None:
        for full, editor in self.form.rows.editors.items():
            if isinstance(editor, KeyField):
                editor.set_key(STANDARD[full.partition(".")[2]])
        self.refresh()

    def _find_printer(self) -> None:
        if not self.busy:
            self.busy, self.note, self.wrong = "sp.busy", "", ""
            self.refresh()
            self.asker.ask(self.room.usb_printers, self._found_printers, self._failed)

    def _found_printers(self, found: tuple[str, ...] | Fault) -> None:
        """The first is entered; pressed again, the one after what is entered."""
        self.busy = ""
        if self.topic == "printer" and isinstance(found, Fault):
            self.wrong = found.say(self.language)
        elif self.topic == "printer" and not found:
            self.wrong = say("sp.printer.none", self.language)
        elif self.topic == "printer" and not isinstance(found, Fault):
            before = self.form.rows.values().get(ADDRESS)
            at = (found.index(str(before)) + 1) % len(found) if before in found else 0
            self.form.rows.put({"printer.connection": "usb", ADDRESS: found[at]})
            self.note = "sp.printer.one" if len(found) == 1 else "sp.printer.more"
        self.refresh()

    def _show_history(self, past: tuple[Past, ...]) -> None:
        if self.topic == "about":
            self.about.show_text(CHANGES, history(past, self.language))
            self.refresh()

    # --- whose change it is

    def by(self) -> By:
        return self._person()

    def ask_yes(self, fault: Fault, again: Callable[[By], None]) -> bool:
        """What is entered stays while the question stands over it; without a yes nothing was changed."""
        if self._approve is None:
            return False
        told = {name: str(value) for name, value in fault.values}

        def answered(approval: By) -> None:
            self.busy = ""
            if approval is None:
                self._after, self.wrong = None, fault.say(self.language)
                self.refresh()
            else:
                again(approval)

        self._approve(Act.SETTINGS, told["subject"], 0, told["reason"], answered)
        return True

    # --- within

    def taken(self, picture: Picture) -> None:
        if picture.token:
            self.token.setText(picture.token)
            self.token.setCursorPosition(0)
            self.token.show()
            self.place()

    def _forget_token(self) -> None:
        self.token.clear()
        self.token.hide()

    @Slot(int)
    def _turn(self, at: int) -> None:
        self.show_topic(self.screens[at])

    def leave_topic(self) -> None:
        self._sure = False
        self.about.show_facts()
        self._forget_token()

    def refresh_nav(self) -> None:
        steps = tuple(Step(say(f"sp.{name}", self.language)) for name in self.screens)
        self.nav.set_steps(say("page.settings", self.language), steps, self.screens.index(self.topic))
        self.about.setVisible(self.topic == "about")
        if self.picture is not None:
            self.about.folder = Path(self.picture.folder)
            self.about.set_look(self.theme, self.language)

    def place_more(self, room: QRect) -> None:
        self.about.setGeometry(room)
        height = self.theme.touch(FIELD)
        self.token.setGeometry(room.left(), room.bottom() + 1 - height, room.width(), height)

    def hot_keys(self) -> dict[str, str]:
        """What is set now, by setting; the standard ones before anything was loaded."""
        return asdict(self.picture.settings.keys) if self.picture is not None else dict(STANDARD)
