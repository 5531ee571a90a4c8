"""One visit to the worklist: what needs a person, and what a person does about it. No widgets."""

from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Any, Final

from app.core.holding import why_no_hold
from app.core.sale import PAST_D2, State
from app.core.staff import Act, Approval, Person
from app.core.told import Told, told
from app.office.desk_api import Desk, WorkPicture
from app.office.troubles import Trouble
from app.office.worklist import Task, solved
from ui.pages.approving import AskApproval
from ui.pages.page import Asker

NOTE_MOST: Final = 80  # characters; a note of hand becomes the reason of an approval
VOUCHER_MOST: Final = 40
_BY_HAND: Final = frozenset({Trouble.ABNORMAL, Trouble.CHANGE, Trouble.TOOLATE, Trouble.FUNDS})


class Do(StrEnum):
    """What a person can do about a task; the values end words keys ``desk.wk.<value>``."""

    CLAIM = "claim"
    NOTE = "note"
    HAND = "hand"
    REFUND = "refund"


def by_hand_fen(task: Task) -> int:
    """What a person would give back: all that is not back yet."""
    return task.sale.order.amount_fen - task.sale.refunded_fen


def acts_of(task: Task) -> tuple[Do, ...]:
    """Those that fit the task, always in the same order."""
    acts = [Do.CLAIM, Do.NOTE]
    needed = task.sale.state in PAST_D2 or task.trouble in _BY_HAND
    if needed and why_no_hold(task.sale, by_hand_fen(task)) is None:
        acts.append(Do.HAND)
    if task.sale.state in (State.PAID, State.PARTLY_REFUNDED):
        acts.append(Do.REFUND)
    return tuple(acts)


class WorkFlow:
    """``changed`` is called after every change of what is to be seen."""

    def __init__(
        self,
        asker: Asker,
        desk: Desk,
        approve: AskApproval,
        person: Callable[[], Person | None],
        changed: Callable[[], None],
    ) -> None:
        self._asker, self._desk, self._approve, self._person, self._changed = asker, desk, approve, person, changed
        self.picture: WorkPicture | None = None
        self.gone: tuple[Task, ...] = ()  # solved since the page was entered
        self.chosen = ""  # order number
        self.mode: Do | None = None  # NOTE or HAND: something is being written
        self.text = self.voucher = ""
        self.said: Told | None = None
        self.asking = False  # an approval, or the answer to one, is awaited
        self._turn = 0

    @property
    def tasks(self) -> tuple[Task, ...]:
        return self.picture.tasks if self.picture is not None else ()

    @property
    def task(self) -> Task | None:
        """The one chosen, solved or not."""
        return next((one for one in (*self.tasks, *self.gone) if one.out_trade_no == self.chosen), None)

    @property
    def is_solved(self) -> bool:
        return all(one.out_trade_no != self.chosen for one in self.tasks)

    # --- what is listed

    def enter(self) -> None:
        self.gone, self.said = (), None
        self.leave_mode()
        self.load()

    def load(self) -> None:
        self._asker.ask(self._desk.work, self._loaded, self._failed)

    def _loaded(self, picture: WorkPicture) -> None:
        was, still = self.task, {one.out_trade_no for one in picture.tasks}
        before = tuple(one for one in self.gone if one.out_trade_no not in still)
        self.gone = (*before, *solved(self.tasks, picture.tasks))
        self.picture = picture
        if self.task is None:
            self.chosen = self.tasks[0].out_trade_no if self.tasks else ""
        now = self.task
        if was is not None and now is not None and was.trouble is not now.trouble and not self.asking:
            self.said = None  # what was said of it is past
        self._changed()

    def _failed(self, _: Exception) -> None:
        self.said = told("desk.unread")
        self._changed()

    def choose(self, out_trade_no: str) -> None:
        if not self.asking and out_trade_no != self.chosen:
            self.chosen, self.said = out_trade_no, None
            self.leave_mode()
            self._changed()

    # --- what is done

    def leave_mode(self) -> bool:
        """Whether something was being written."""
        was, self.mode, self.text, self.voucher = self.mode, None, "", ""
        return was is not None

    def check(self) -> None:
        """F5: ask the channel, then look."""
        if self.task is not None and not self.asking:
            number = self.chosen
            self._do(lambda: self._desk.check(number), told("desk.wk.checked"))

    def seen(self) -> None:
        """F7: the goods of a payment found again were delivered."""
        task = self.task
        if task is not None and task.trouble is Trouble.ACKPAID and not self.is_solved and not self.asking:
            number = self.chosen
            self._do(lambda: self._desk.seen(number), None)

    def act(self, do: Do) -> None:
        """``REFUND`` is the page's own: it leads to another page."""
        task, who = self.task, self._person()
        if task is None or self.asking or self.is_solved or do not in acts_of(task):
            return
        if do is Do.CLAIM and who is not None:
            number, by = self.chosen, who.number
            self._do(lambda: self._desk.note(number, by, ""), told("desk.wk.claimed", staff=by))
        elif do in (Do.NOTE, Do.HAND):
            self.leave_mode()
            self.mode, self.said = do, None
            self._changed()

    @property
    def ready(self) -> bool:
        """Whether F8 would take what is written."""
        written = bool(self.text.strip()) and not self.asking and not self.is_solved
        return written and (self.mode is Do.NOTE or (self.mode is Do.HAND and bool(self.voucher.strip())))

    def confirm(self) -> None:
        """F8: the note is kept; for money by hand a supervisor is asked first."""
        task, who = self.task, self._person()
        if not self.ready or task is None or who is None:
            return
        text = " ".join(self.text.split())
        if self.mode is Do.NOTE:
            number, by = self.chosen, who.number
            self.leave_mode()
            self._do(lambda: self._desk.note(number, by, text), None)
            return
        fen = by_hand_fen(task)
        self._turn += 1
        turn, what, voucher = self._turn, (self.chosen, fen, text), " ".join(self.voucher.split())
        self.asking, self.said = True, told("desk.asking")
        self._changed()
        operator = task.sale.order.operator
        self._approve(Act.HOLD, *what, lambda yes: self._answered(turn, what, voucher, yes), operator=operator)

    def _answered(self, turn: int, what: tuple[str, int, str], voucher: str, yes: Approval | None) -> None:
        if turn != self._turn or not self.asking:
            return
        self._turn += 1
        if yes is None:
            self.asking, self.said = False, told("ap.cancelled")
            self._changed()
            return
        self._asker.ask(
            lambda: self._desk.hold(*what, voucher, yes), self._held, lambda _: self._held(told("desk.wk.lost"))
        )

    def _held(self, refusal: Told | None) -> None:
        self.asking = False
        self.said = refusal or told("desk.wk.hand.stopped")
        if refusal is None:
            self.leave_mode()
        self._changed()
        self.load()

    def _do(self, work: Callable[[], Coroutine[Any, Any, object]], said: Told | None) -> None:
        def done(_: object) -> None:
            self.said = said
            self._changed()
            self.load()

        self._asker.ask(work, done, self._failed)
