"""The office's rooms over an open house: what its pages ask, made once the till is open, on the worker's loop."""

from dataclasses import dataclass
from pathlib import Path

from app.boot import House
from app.core.adviser import RefundWindows
from app.core.policy import patience_for
from app.office.books import Books, books_of
from app.office.desk import SaleDesk
from app.office.recon.contract import rates, sends_bills
from app.office.recon.desk import Facts, ReconcileDesk
from app.office.recon.writing import Writing
from app.office.shift_report import Report
from app.office.shift_slips import slip_facts
from app.receipts.reports import shift_slip
from app.settings import DataFolder
from app.setup.diary import Diary
from app.setup.room import SetupRoom
from app.setup.scanning import ScannerRoom
from app.setup.support import SupportRoom
from app.staff.changes import Changes
from app.till.slips import heading_of


@dataclass(frozen=True, slots=True)
class Rooms:
    """All coroutines are awaited on the worker's loop; none of them holds it up."""

    house: House
    desk: SaleDesk
    books: Books
    recon: ReconcileDesk
    changes: Changes
    setup: SetupRoom
    support: SupportRoom
    scanning: ScannerRoom

    async def print_report(self, report: Report) -> None:
        """An X or Z report onto paper; nothing where there is no printer. A Z that came out is written down as such."""
        shifts = self.books.shifts
        slip = shift_slip(heading_of(self.house.settings), slip_facts(report))
        came_out = (lambda: shifts.came_out(report.z)) if report.z else None
        self.house.printing.submit(slip, on_printed=came_out)

    async def try_printer(self) -> str:
        """A trial slip onto paper; the words key of what to say."""
        house = self.house
        printing, settings = house.printing, house.settings
        taken = printing.trial(heading_of(settings), house.clock.channel_ms(), settings.till.terminal)
        return "sp.printed" if taken else "sp.none.here"


def rooms_of(folder: Path, house: House) -> Rooms:
    settings, clock, people = house.settings, house.clock, house.people
    place, keeper = DataFolder(folder), house.engine.keeper
    secrets = people.home.secrets
    till, training = settings.till.terminal, settings.simulator
    union = settings.unionpay
    desk = SaleDesk(
        place.journal,
        terminal=till,
        clock=clock,
        patience=lambda channel: patience_for(channel, settings.pace),
        back=house.back,
        acts=house.counter,
        keep=keeper.keep,
        pace=settings.pace,
        windows=RefundWindows(unionpay=union.refund_days) if union is not None else None,
        mono=clock.mono,
    )
    books = books_of(folder, settings, secrets, keeper=keeper, clock=clock, spend=people.approvals.spend)
    facts = Facts(place.journal, place.bills, place.tills, till, training, rates(settings))
    bills = [room for room in house.engine.channels.values() if sends_bills(room)]
    writing = Writing(keeper, people.approvals.spend, clock, house.back.billed, till, training)
    recon = ReconcileDesk(facts, bills, clock.channel_ms, writing)
    diary = Diary(keeper.keep, people.approvals.spend, clock.channel_ms)
    setup = SetupRoom(folder, clock.channel_ms, secrets=secrets, diary=diary)
    support = SupportRoom(folder, clock.channel_ms, secrets=secrets)
    taken = (settings.printer.address, settings.display.pole_port)
    scanning = ScannerRoom(folder, house.scanners, taken, diary)
    return Rooms(house, desk, books, recon, Changes(people), setup, support, scanning)
