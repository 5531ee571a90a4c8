"""The shift: opened, handed over, looked at and sealed. F8 does the next thing; sealing asks for it twice."""

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.core.staff import Act, Approval, Person
from app.office.shift_report import Report
from app.office.shifts import Look, No, OnProgress
from app.staff import No as StaffNo
from app.staff import PeopleView, Proof
from ui.pages.approving import AskApproval
from ui.pages.page import Asker
from ui.pages.shift.frame import Hand, ShiftFrame
from ui.tokens import Theme

LOOK_MS: Final = 200  # between two looks at how far the journal is verified
HANDOVER: Final = "shift.handover"


class Desk(Protocol):
    """``app.office.shift_desk``."""

    async def look(self) -> Look | No: ...

    async def open(self, person: Person) -> Look | No: ...

    async def hand_over(self, leaving: Person, coming: Person) -> Look | No: ...

    async def close(self, person: Person, approval: Approval | None, on_progress: OnProgress) -> Report | Look | No: ...


class Proven(Protocol):
    @property
    def person(self) -> Person: ...


class Provers(Protocol):
    """Who people are (``app.staff.People``)."""

    async def load(self) -> PeopleView: ...

    async def prove(self, proof: Proof, what: str) -> Proven | StaffNo: ...


Print = Callable[[Report], None]


class ShiftPage(ShiftFrame):
    """``person`` is who is signed in; ``print_slip`` puts a report on paper, None where there is no printer."""

    name = "shift"

    def __init__(
        self,
        asker: Asker,
        theme: Theme,
        language: str,
        parent: QWidget | None = None,
        *,
        desk: Desk,
        people: Provers,
        person: Callable[[], Person | None],
        approve: AskApproval,
        print_slip: Print | None = None,
    ) -> None:
        super().__init__(asker, theme, language, parent, prints=print_slip is not None)
        self._desk, self._people, self._person, self._approve = desk, people, person, approve
        self._print = print_slip
        self._verified = 0
        self._leaving: Person | None = None
        self._clock = QTimer(self)
        self._clock.setObjectName("verify")
        self._clock.setInterval(LOOK_MS)
        self._connect()
        self.set_look(theme, language)

    def _connect(self) -> None:
        self.asking.proven.connect(self._proven)
        self._clock.timeout.connect(self._tell_progress)
        for button, act in ((self.next, self.go_on), (self.slip, self.print_now), (self.give, self.hand_over)):
            button.clicked.connect(act)
        self.take.clicked.connect(self.take_over)

    # --- what the window asks of a page

    def enter(self, argument: object = None) -> None:  # noqa: ARG002 - nothing is handed to it
        self._stop_handing()
        self.asker.ask(self._people.load, self._know)
        self.asker.ask(self._desk.look, self._took)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Left: nothing typed stays. A Z under way goes on; its end is told when it comes."""
        self._clock.stop()
        self.sure = False
        self._stop_handing()

    def key(self, event: QKeyEvent) -> bool:
        if self.hand is not Hand.NO:
            return self._key_handing(event)
        acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_F8: self.go_on,
            Qt.Key.Key_F6: self.print_now,
            Qt.Key.Key_F7: self.hand_over,
            Qt.Key.Key_F9: self.take_over,
            Qt.Key.Key_F5: self.enter,
        }
        act = acts.get(event.key())
        if act is not None and not event.isAutoRepeat():
            act()
        return act is not None

    def scan(self, text: str) -> bool:
        return self.hand is not Hand.NO and self.asking.scan(text)

    # --- what people do

    @Slot()
    def go_on(self) -> None:
        """Open the shift; or seal it, asked for twice."""
        look, person = self.look, self._person()
        if look is None or person is None or self.busy:
            return
        if not look.state.is_open:
            self.asker.ask(lambda: self._desk.open(person), self._took)
        elif look.blocks:
            self.enter()  # perhaps they are settled by now
        elif not self.sure:
            self.sure = True
            self.tell("sh.sure")
        else:
            self._close(person, None)

    @Slot()
    def take_over(self) -> None:
        look, person, reason = self.look, self._person(), self.reason.text().strip()
        if look is None or person is None or self.busy or not look.blocks or not look.state.is_open or not reason:
            return

        def answered(approval: Approval | None) -> None:
            if approval is not None:
                self._close(person, approval)

        self._approve(Act.TAKE_OVER, str(look.state.number), 0, reason, answered)

    @Slot()
    def print_now(self) -> None:
        """The X report; or the Z that never reached paper."""
        look = self.look
        if look is None or self._print is None:
            return
        again = look.state.last if look.state.unprinted else None
        self._print(again or look.report)

    @Slot()
    def hand_over(self) -> None:
        look = self.look
        if look is not None and look.state.is_open and not self.busy:
            self.hand, self._leaving = Hand.LEAVING, None
            self.asking.begin(self.people, look.state.on_duty.number)
            self.tell("sh.leaving")

    def _close(self, person: Person, approval: Approval | None) -> None:
        self.sure, self.busy, self._verified = False, True, 0
        self._clock.start()
        self.refresh()
        self.asker.ask(lambda: self._desk.close(person, approval, self._count), self._closed)

    def _count(self, entries: int) -> None:
        """On the reading thread: a plain number, read by the timer."""
        self._verified = entries

    def _closed(self, found: Report | Look | No) -> None:
        self._clock.stop()
        self.busy = False
        match found:
            case Report():
                self.tell("sh.done", n=found.z)
                if self._print is not None:
                    self._print(found)
                self.reason.clear()
                self.asker.ask(self._desk.look, self._show)
            case _:
                self._took(found)

    # --- handing over

    def _key_handing(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._stop_handing()
            self.refresh()
            return True
        return self.asking.key(event)

    @Slot(object)
    def _proven(self, proof: Proof) -> None:
        self.asker.ask(lambda: self._people.prove(proof, HANDOVER), self._signed)

    def _signed(self, found: Proven | StaffNo) -> None:
        self.asking.answered(found if isinstance(found, StaffNo) else None)
        if isinstance(found, StaffNo):
            return
        if self.hand is Hand.LEAVING:
            self.hand, self._leaving = Hand.COMING, found.person
            self.asking.begin(self.people)
            self.tell("sh.coming")
        elif self.hand is Hand.COMING and self._leaving is not None:
            leaving, coming = self._leaving, found.person
            self._stop_handing()
            self.asker.ask(lambda: self._desk.hand_over(leaving, coming), lambda look: self._handed(look, coming))

    def _handed(self, found: Look | No, coming: Person) -> None:
        self._took(found)
        if isinstance(found, Look):
            self.tell("sh.handed", staff=coming.name)

    def _stop_handing(self) -> None:
        self.hand, self._leaving, self.note = Hand.NO, None, ""
        self.asking.stop()

    # --- what is shown

    def _know(self, people: PeopleView) -> None:
        self.people = people
        self.refresh()

    def _took(self, found: Look | No) -> None:
        if isinstance(found, No):
            self.tell(found.key, wrong=True, **dict(found.values))
            return
        self.note = ""
        self._show(found)

    def _show(self, found: Look | No) -> None:
        self.look = found if isinstance(found, Look) else self.look
        self.refresh()

    @Slot()
    def _tell_progress(self) -> None:
        self.tell("sh.verify", n=self._verified)
