"""What all settings' screens do: load, enter, save, seal, test.

Saving, sealing and testing are the same on the office's page and at the first start; which screens there are and what
the three buttons do is theirs.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.setup.checkup import Finding, Light
from app.setup.diary import WANTED, By
from app.setup.drafts import Draft
from app.setup.room import Picture, SetupRoom
from app.setup.taking import Fault
from app.words import has, say
from ui.pages.page import Asker
from ui.pages.settings.layout import CHANNELS, SetupLayout
from ui.pages.settings.side import SideFace, last_change
from ui.pages.settings.spec import Entry, channel_entries, entries_of
from ui.tokens import Theme
from ui.widgets.buttons import ButtonFace

WINDOWS_OWN: Final = frozenset({"looks", "keys", "till"})  # the window takes these at once, a till at its next start
HINTS: Final = {"keys": "sp.keys.hint", "pos": "sp.pos.note"}  # words keys, by screen
Trial = Callable[[], Coroutine[Any, Any, str]]  # tries a device; its answer is a words key, or some parted by blanks
Work = Callable[[By], Coroutine[Any, Any, Picture | Fault]]
Trials = Mapping[str, Trial]  # by screen


class SetupFrame(SetupLayout):
    """``room`` lives on the worker's loop. ``saved`` carries the Settings as they are now in the file."""

    saved = Signal(object)

    def __init__(
        self, asker: Asker, theme: Theme, language: str, parent: QWidget | None = None, *, room: SetupRoom
    ) -> None:
        super().__init__(asker, theme, language, parent)
        self.room = room
        self.section = CHANNELS[0]
        self.more = False
        self.picture: Picture | None = None
        self.findings: tuple[Finding, ...] = ()
        self.busy = ""  # words key of what is under way
        self.note = ""  # words key of how the last act ended
        self.wrong = ""  # a sentence: why nothing was taken
        self.entry: Entry | None = None  # whose field has the keys
        self._after: Callable[[], None] | None = None
        self.tabs.picked.connect(self._pick_channel)
        self.form.changed.connect(self._typed)
        self.form.focused.connect(self._came)

    # --- what the two kinds of page say

    def faces(self) -> tuple[ButtonFace | None, ...]:
        """The three buttons, from the left."""
        raise NotImplementedError

    def refresh_nav(self) -> None:
        raise NotImplementedError

    def has_form(self) -> bool:
        return bool(entries_of(self.topic)) or self.topic == "channels"

    def by(self) -> By:
        """Who changes something here; nobody where no people are known yet."""
        return None

    def ask_yes(self, fault: Fault, again: Callable[[By], None]) -> bool:
        """Where a manager may be asked for what ``fault`` names: ``again`` follows with the approval, if it came."""
        del fault, again
        return False

    def taken(self, picture: Picture) -> None:
        """Something was changed, and this is how it stands now."""

    def leave_topic(self) -> None:
        """Another screen comes: what the last one said is over."""

    # --- what both do

    def load(self) -> None:
        self._ask(lambda _: self.room.look(), "", keep_form=False, busy="")

    def show_topic(self, name: str) -> None:
        self.leave_topic()
        self.topic, self.note, self.wrong, self.entry, self.more = name, "", "", None, False
        self.fill()

    def fill(self) -> None:
        """The form anew, as things are set."""
        picture, had = self.picture, self._field_in_use()
        if picture is not None:
            channels = self.topic == "channels"
            found = channel_entries(self.section, more=self.more) if channels else entries_of(self.topic)
            self.form.rows.show_entries(found, picture.settings, picture.sealed)
        self.refresh()
        if had in self.form.rows.editors:
            self.form.rows.editors[had].setFocus()  # it is another widget now, and for a person still the same field

    def _field_in_use(self) -> str:
        """The setting whose field has the keys, or had them when a question came over the page; "" for none."""
        held, rows = QApplication.focusWidget(), self.form.rows
        elsewhere = held is not None and self.isAncestorOf(held) and not rows.isAncestorOf(held)
        return "" if self.entry is None or elsewhere or not self.isVisible() else self.entry.full

    def is_changed(self) -> bool:
        rows = self.form.rows
        return bool(rows.changes() or rows.files())

    def save(self, after: Callable[[], None] | None = None) -> None:
        """Save what was changed; ``after`` it was taken, or at once where nothing was."""
        if self.busy:
            return
        if not self.is_changed():
            if after is not None:
                after()
            return
        self._after = after
        if self.topic == "channels":
            rows = self.form.rows
            texts: dict[str, Any] = dict(rows.changes().get(self.section, {}))
            draft = Draft(self.section, texts, rows.files(), rows.password())
            self._ask(lambda by: self.room.take(draft, by), "sp.saved.later")
        else:
            changes = self.form.rows.changes()
            note = "sp.saved" if set(changes) <= WINDOWS_OWN - {"till"} else "sp.saved.later"
            self._ask(lambda by: self.room.change(changes, by), note)

    def drop(self) -> None:
        section = self.section
        self._ask(lambda by: self.room.drop(section, by), "sp.saved.later")

    def examine(self) -> None:
        if self.busy:
            return
        self.busy, self.note, self.wrong = "sp.checks.busy", "", ""
        self.refresh()
        self.asker.ask(self.room.examine, self._examined, self._failed)

    def try_device(self, trial: Trial) -> None:
        if self.busy:
            return
        told = f"sp.trying.{self.topic}"
        self.busy, self.note, self.wrong = told if has(told) else "sp.trying", "", ""
        self.refresh()
        self.asker.ask(trial, self._tried, self._failed)

    def set_look(self, theme: Theme, language: str) -> None:
        super().set_look(theme, language)
        for part in (self.nav, self.tabs, self.side):
            part.set_theme(theme)
        for button in self.buttons:
            button.set_theme(theme)
        self.form.set_look(theme, language)
        self.place()
        self.refresh()

    def refresh(self) -> None:
        self.refresh_nav()
        channels = self.topic == "channels"
        self.tabs.setVisible(channels)
        self.form.setVisible(self.has_form() and self.picture is not None)
        if channels:
            self.tabs.set_words(say("sp.channels", self.language), self._tab_words(), CHANNELS.index(self.section))
        for button, face in zip(self.buttons, self.faces(), strict=True):
            button.set_face(face)
        self.side.set_face(self.side_face())
        self.place()
        self.update()

    def notes(self) -> list[tuple[str, bool]]:
        """What stands beside the form, each with whether it is of something wrong."""
        language, picture = self.language, self.picture
        notes: list[tuple[str, bool]] = []
        if picture is not None and picture.trouble is not None:
            notes.append((say("set.used_last", language, why=picture.trouble.say(language)), True))
        if self.wrong:
            notes.append((self.wrong, True))
        notes += [(say(key, language), False) for key in (self.busy or self.note).split()]
        hint = self.entry.hint(language) if self.entry is not None else ""
        if hint and hint != self.wrong:
            notes.append((hint, False))
        if self.topic in HINTS:
            notes.append((say(HINTS[self.topic], language), False))
        elif entries_of(self.topic) and not notes:
            notes.append((say("sp.later", language), False))
        if picture is not None and picture.last is not None:
            notes.append((last_change(picture.last, picture.settings, language), False))
        return notes

    def side_face(self) -> SideFace:
        language, notes = self.language, self.notes()
        title, findings = "", self.findings if self.wants_checks() else ()  # a plain screen has its title in the middle
        if findings:
            bad = sum(one.light is not Light.OK for one in findings)
            title = say("sp.checks.not" if bad else "sp.checks.ok", language, n=bad)
        elif self.wants_checks():
            title = say("sp.checks", language)
            notes += [] if self.busy else [(say("sp.checks.none", language), False)]
        foot = say("sp.checks.note", language) if findings else ""
        return SideFace(title, tuple(notes), findings, foot, language)

    def wants_checks(self) -> bool:
        """Whether the self-test stands beside this screen."""
        return self.topic in ("channels", "finish")

    # --- within

    def _tab_words(self) -> tuple[str, ...]:
        settings = self.picture.settings if self.picture is not None else None
        names = ("sp.api.v2", "sp.api.v3", "name.alipay", "name.unionpay")
        marks = ("" if settings is None or getattr(settings, one) is None else " ✓" for one in CHANNELS)
        return tuple(say(name, self.language) + mark for name, mark in zip(names, marks, strict=True))

    def _ask(
        self, work: Work, note: str, *, keep_form: bool = True, busy: str = "sp.busy", by: By | None = None
    ) -> None:
        self.busy, self.note, self.wrong = busy, "", ""
        self.refresh()
        who = by or self.by()

        def answered(answer: Picture | Fault) -> None:
            if isinstance(answer, Fault) and answer.key == WANTED and by is None and self.ask_yes(answer, again):
                return
            self._answered(answer, note, keep_form=keep_form)

        def again(approval: By) -> None:
            self._ask(work, note, keep_form=keep_form, by=approval)

        self.asker.ask(lambda: work(who), answered, self._failed)

    def _answered(self, answer: Picture | Fault, note: str, *, keep_form: bool) -> None:
        self.busy = ""
        after, self._after = self._after, None
        if isinstance(answer, Fault):
            self.wrong = answer.say(self.language)
            self.form.rows.blame(answer.field, self.wrong)
            self.refresh()
            return
        first = self.picture is None
        self.picture, self.note = answer, note
        if note or not keep_form or first:
            self.form.rows.forget_secrets()
            self.fill()
        if note:
            self.picture = replace(answer, token="")
            self.taken(answer)
            self.saved.emit(answer.settings)
        if after is not None:
            after()
        self.came_back()

    def came_back(self) -> None:
        """An answer was taken in."""
        self.refresh()

    def _examined(self, findings: tuple[Finding, ...]) -> None:
        self.busy, self.findings = "", findings
        self.came_back()

    def _tried(self, key: str) -> None:
        self.busy, self.note = "", key
        self.refresh()

    def _failed(self, _error: Exception) -> None:
        self.busy, self._after = "", None
        self.wrong = say("sp.worker", self.language)
        self.refresh()

    @Slot(int)
    def _pick_channel(self, at: int) -> None:
        self.section, self.more, self.wrong, self.note, self.entry = CHANNELS[at], False, "", "", None
        self.leave_topic()
        self.fill()

    @Slot()
    def _typed(self) -> None:
        self.note, self.wrong = "", ""
        self.leave_topic()
        self.refresh()

    @Slot(object)
    def _came(self, entry: Entry) -> None:
        self.entry = entry
        self.side.set_face(self.side_face())
