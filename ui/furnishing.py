"""Which page the office has under which name, and what each is given: the one place that knows them all.

Everything here is imported when the office is first opened: a till sells before its office is built.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.boot import House
from app.core.beijing import at_beijing
from app.core.staff import Act, Approval
from app.office.shift_report import Report
from app.rooms import Rooms
from app.staff import No, Proof
from devices.finding import Finder
from ui.errands import Errands, Runner
from ui.pages.approval import ApprovalDialog, Request
from ui.pages.approving import Answer
from ui.pages.daylog.page import DayLogPage
from ui.pages.help.page import HelpPage
from ui.pages.lock import LockPage
from ui.pages.page import Page
from ui.pages.people.first import FirstPage
from ui.pages.people.page import PeoplePage
from ui.pages.receipt.page import ReceiptPage
from ui.pages.reconcile.page import ReconcilePage
from ui.pages.refund.page import RefundPage
from ui.pages.scanner.find import ScannerFindPage
from ui.pages.scanner.trial import ScannerTestPage
from ui.pages.settings.frame import Trials
from ui.pages.settings.page import SettingsPage
from ui.pages.shift.page import ShiftPage
from ui.pages.signin import SignInPage
from ui.pages.worklist.page import WorklistPage
from ui.paper.daylog import PdfWriter
from ui.session import FIRST, LOCK, SIGN_IN_HERE
from ui.tokens import Theme
from ui.window.backroom import SIGN_IN, Backroom, Make

Build = Callable[[Errands, Theme, str, QWidget], Page]


def _today(house: House) -> Callable[[], date]:
    """Beijing's date by channel time."""
    return lambda: at_beijing(house.clock.channel_ms()).date()


class Furnishing:
    """Makes the pages of ``backroom`` over ``rooms``; ``runner`` carries their questions to the worker's loop."""

    def __init__(
        self, backroom: Backroom, rooms: Rooms, runner: Callable[[], Runner | None], trials: Trials | None = None
    ) -> None:
        """``trials``: how the display and the voice are tried."""
        self._trials = dict(trials or {})
        self._backroom, self._rooms, self._runner = backroom, rooms, runner
        self._errands = Errands(runner, backroom)
        self._dialog: ApprovalDialog | None = None

    def makes(self) -> Mapping[str, Make]:
        rooms, house = self._rooms, self._rooms.house
        people, person = house.people, lambda: self._backroom.person
        printer = house.printing.has_printer
        rooms.books.days.draw = PdfWriter
        pages: Final[dict[str, Build]] = {
            "refund": lambda *place: RefundPage(
                *place, desk=rooms.desk, approve=self.approve, print_slip=self._print_slip if printer else None
            ),
            "worklist": lambda *place: WorklistPage(*place, desk=rooms.desk, approve=self.approve, person=person),
            "shift": lambda *place: ShiftPage(
                *place,
                desk=rooms.books.shifts,
                people=people,
                person=person,
                approve=self.approve,
                print_slip=self._print_report if printer else None,
            ),
            "daylog": lambda *place: DayLogPage(*place, book=rooms.books.days),
            "reconcile": lambda *place: ReconcilePage(*place, books=rooms.recon, approve=self.approve),
            "people": lambda *place: PeoplePage(*place, people=people, changes=rooms.changes),
            "settings": self._settings,
            "help": self._help,
            "receipt": lambda *place: ReceiptPage(*place, room=house.printing),
            "scanner_find": lambda *place: ScannerFindPage(
                *place, room=rooms.scanning, search=partial(Finder, ports=rooms.scanning.ports)
            ),
            "scanner_test": lambda *place: ScannerTestPage(*place, room=rooms.scanning, today=_today(house)),
            SIGN_IN: self._sign_in,
            FIRST: self._first,
            SIGN_IN_HERE: lambda *place: SignInPage(*place, load=people.load, way=people.sign_in),
            LOCK: lambda *place: LockPage(*place, load=people.load, way=people.sign_in),
        }
        return {name: self._make(build) for name, build in pages.items()}

    def _make(self, build: Build) -> Make:
        """A page whose errands are its own, so that they end with it."""

        def make(theme: Theme, language: str, parent: QWidget) -> Page:
            errands = Errands(self._runner, parent)
            page = build(errands, theme, language, parent)
            errands.setParent(page)
            return page

        return make

    def _help(self, errands: Errands, theme: Theme, language: str, parent: QWidget) -> Page:
        training = self._rooms.house.settings.simulator
        page = HelpPage(errands, theme, language, parent, room=self._rooms.support, has_tour=training)
        page.toured.connect(self._backroom.toured)
        return page

    def _settings(self, errands: Errands, theme: Theme, language: str, parent: QWidget) -> Page:
        rooms = self._rooms
        printer: Trials = {"printer": rooms.try_printer} if rooms.house.printing.has_printer else {}
        trials = {**self._trials, **printer}
        page = SettingsPage(
            errands,
            theme,
            language,
            parent,
            room=rooms.setup,
            trials=trials,
            scanner_pages=True,
            person=lambda: self._backroom.person,
            approve=self.approve,
        )
        page.saved.connect(self._backroom.settled)
        return page

    def _sign_in(self, errands: Errands, theme: Theme, language: str, parent: QWidget) -> Page:
        people = self._rooms.house.people
        page = SignInPage(
            errands,
            theme,
            language,
            parent,
            load=people.load,
            way=people.identify,
            practice=people.practice_pins,
        )
        page.signed_in.connect(self._backroom.sign_in)
        return page

    def _print_report(self, report: Report) -> None:
        self._errands.ask(lambda: self._rooms.print_report(report), lambda _: None)

    def _print_slip(self, number: str) -> None:
        self._errands.ask(lambda: self._rooms.house.printing.again(number), lambda _: None)

    def _first(self, errands: Errands, theme: Theme, language: str, parent: QWidget) -> Page:
        page = FirstPage(errands, theme, language, parent, changes=self._rooms.changes)
        page.begun.connect(self._backroom.sign_in)
        return page

    def approve(
        self, act: Act, subject: str, amount_fen: int, reason: str, answer: Answer, *, operator: str = ""
    ) -> None:
        """``approving.AskApproval`` over whichever page is open."""
        room = self._backroom
        if self._dialog is None:
            errands = Errands(self._runner, room)
            people = self._rooms.house.people
            self._dialog = ApprovalDialog(
                errands, room.theme, room.language, room, load=people.load, approve=self._approval
            )
            room.cover(self._dialog)
        self._dialog.set_look(room.theme, room.language)
        self._dialog.ask_then(Request(act, subject, amount_fen, reason, operator), answer)

    def _approval(self, proof: Proof, asked: Request) -> Coroutine[Any, Any, Approval | No]:
        ask = self._rooms.house.people.approvals.ask
        return ask(proof, asked.act, asked.subject, asked.amount_fen, asked.reason, operator=asked.operator)
