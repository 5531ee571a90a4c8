"""The manager's page of people. A manager's PIN opens it; it closes by itself with the page, or when left alone."""

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Person
from app.staff import Changes, MemberView, No, People, PeopleView, Proof, Warrant
from app.words import say
from ui.pages.page import Asker
from ui.pages.people.badge import badge_image
from ui.pages.people.frame import Mode, PeopleFrame
from ui.pages.people.table import TableFace
from ui.pages.proof import fault
from ui.tokens import Theme

SIDE: Final = 340
GAP: Final = 16
BUTTON: Final = 64
T = TypeVar("T")
Print = Callable[[QImage], None]


class PeoplePage(PeopleFrame):
    """``people`` and ``changes`` live on the worker's loop; ``print_image`` prints a badge, None: no printer is set."""

    name = "people"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        people: People,
        changes: Changes,
        print_image: Print | None = None,
    ) -> None:
        super().__init__(asker, theme, language, parent, prints=print_image is not None)
        self._people, self._changes, self._print = people, changes, print_image
        self._warrant: Warrant | None = None
        self._sure = ""  # the staff number whose retirement waits for the second press
        self.table.picked.connect(self._pick)
        self.asking.proven.connect(self._admit)
        self.pad.entered.connect(self._typed)
        self.form.done.connect(self._formed)
        self.form.refused.connect(self._tell)
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.do(name))
        self.set_look(theme, language)

    # --- the page

    def enter(self, argument: object = None) -> None:  # noqa: ARG002 - nothing is handed to it
        self._turn(Mode.ADMIT if self._warrant is None else Mode.CHOOSE)
        self.asker.ask(self._people.load, self._show)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Left: the warrant goes back, nothing typed stays."""
        warrant, self._warrant = self._warrant, None
        self._forget()
        self.asking.stop()
        self.form.clear()
        if warrant is not None:
            self.asker.ask(lambda: _given_back(self._changes, warrant), lambda _: None)

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            return self._back()
        if self.mode is Mode.ADMIT:
            return self.asking.key(event)
        if self.mode is Mode.PIN:
            return self.pad.take(event)
        if event.key() == Qt.Key.Key_F8 and self.mode is Mode.ADD:
            self.form.finish()
            return True
        return False

    def scan(self, text: str) -> bool:
        if self.mode is Mode.ADMIT:
            return self.asking.scan(text)
        self._say("pin.hand" if self.mode is Mode.PIN else "page.unread")
        return True

    # --- what a manager does

    def do(self, name: str) -> None:
        """A button, by its name."""
        person = self.table.person
        sure, self._sure = self._sure, ""
        if name == "add":
            self.form.clear()
            self._turn(Mode.ADD)
            self.form.begin()
        elif name == "print":
            if self.card is not None and self._print is not None:
                self._print(self.card)
        elif person is None or self._warrant is None:
            return
        elif name == "pin":
            self.new = None
            self._turn(Mode.PIN)
        elif name == "retire" and sure != person.person.number:
            self._sure = person.person.number
            self._say("staff.retire.sure")
        else:
            self._carry_out(name, person, self._warrant)

    def _carry_out(self, name: str, member: MemberView, warrant: Warrant) -> None:
        number, changes = member.person.number, self._changes
        if name == "newbadge":
            self._ask(lambda: changes.badge(warrant, number), lambda text: self._show_badge(text, member.person))
        elif name == "unlock":
            self._ask(lambda: changes.unlock(warrant, number), self._done)
        else:
            self._ask(lambda: changes.retire(warrant, number), self._done)

    @Slot(object)
    def _admit(self, proof: Proof) -> None:
        def admitted(found: Warrant | No) -> None:
            self.asking.answered(found if isinstance(found, No) else None)
            if isinstance(found, Warrant):
                self._warrant = found
                self._turn(Mode.CHOOSE)
                self.table.setFocus()

        self.asker.ask(lambda: self._changes.admit(proof), admitted, lambda error: admitted(fault(error)))

    @Slot(object, object)
    def _formed(self, person: Person, cap_fen: int | None) -> None:
        self.new = (person, cap_fen)
        self._turn(Mode.PIN)

    @Slot(str)
    def _typed(self, pin: str) -> None:
        """The PIN is typed twice, by its owner."""
        if not self.first_typed:
            self.first_typed = pin
            self.note = ""
            self.refresh()
            return
        first, self.first_typed = self.first_typed, ""
        if first != pin:
            self._say("staff.pin.differ")
        elif self._warrant is not None:
            warrant, new, member = self._warrant, self.new, self.table.person
            if new is not None:
                person, cap = new
                self._ask(lambda: self._changes.add(warrant, person, pin, cap), self._done)
            elif member is not None:
                self._ask(lambda: self._changes.set_pin(warrant, member.person.number, pin), self._done)

    def _ask(self, work: Callable[[], Coroutine[Any, Any, T | No]], done: Callable[[T], None]) -> None:
        def answered(found: T | No) -> None:
            if isinstance(found, No):
                self._tell(found)
            else:
                done(found)

        self.asker.ask(work, answered, lambda error: self._tell(fault(error)))

    @Slot(object)
    def _tell(self, no: No) -> None:
        if no.key == "staff.warrant.say":
            self._warrant = None
            self._turn(Mode.ADMIT)
        elif self.mode is Mode.PIN and self.new is not None and no.key.startswith("staff."):
            self._turn(Mode.ADD)  # it is the person that cannot be, not the PIN
        self.note = say(no.key, self.language, **dict(no.values))
        self.refresh()

    def _done(self, _found: object) -> None:
        self.form.clear()
        self._turn(Mode.CHOOSE)
        self._say("staff.done")
        self.asker.ask(self._people.load, self._show)

    def _show_badge(self, text: str, person: Person) -> None:
        self.card = badge_image(text, person, self.theme, self.language)
        self._turn(Mode.BADGE)
        self.asker.ask(self._people.load, self._show)

    # --- what is shown

    def _show(self, people: PeopleView) -> None:
        self.asking.people = people
        self.asking.refresh()
        self.table.set_face(TableFace(people.members, self.language))
        if people.trouble:
            self._say(people.trouble)
        self.refresh()

    def _say(self, key: str) -> None:
        self.note = say(key, self.language)
        self.refresh()

    @Slot(int)
    def _pick(self, at: int) -> None:
        self.table.chosen = at
        self._sure = self.note = ""
        if self.mode is not Mode.ADMIT:
            self._turn(Mode.CHOOSE)

    def _turn(self, mode: Mode) -> None:
        if mode is Mode.ADMIT:
            self.asking.begin(self.asking.people)
        if mode is not Mode.BADGE:
            self.card = None
        self.mode, self.note, self.first_typed = mode, "", ""
        self.pad.clear()
        if mode is not Mode.ADD:
            self.setFocus()
        self.refresh()

    def _back(self) -> bool:
        if self.mode is Mode.ADMIT:
            return self.asking.back()
        if self.mode is Mode.CHOOSE:
            return False
        self._turn(Mode.ADD if self.mode is Mode.PIN and self.new is not None else Mode.CHOOSE)
        return True

    def _forget(self) -> None:
        self.first_typed, self.card, self.new = "", None, None
        self.pad.clear()


async def _given_back(changes: Changes, warrant: Warrant) -> None:
    changes.give_back(warrant)
