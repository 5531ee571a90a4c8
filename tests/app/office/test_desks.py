"""The rooms behind the manager's pages: every trouble comes back as a sentence, on the loop."""

import asyncio
import threading

from app.core.staff import Person, Role
from app.office.books import books_of
from app.office.daybook import DayBook, NoBook, Progress, Shop
from app.office.daylog import Query
from app.office.export import Format
from app.office.shift_desk import ShiftDesk
from app.office.shift_report import Report
from app.office.shifts import Look, No, Shifts
from app.secrets.values import MAC_KEY, Secrets
from app.settings import DataFolder, Settings
from app.till.keeper import Keeper

LI = Person("1003", "李", Role.CASHIER)
DAY = "2026-11-22"


class Wall:
    def __init__(self, at_ms):
        self.at_ms = at_ms

    def channel_ms(self):
        return self.at_ms


def test_a_day_is_loaded_and_exported_aside(books, make_sale, key, morning, tmp_path):
    books.put(make_sale(1))
    book = DayBook(books.path, key, Wall(morning), Shop("店", "0007", True))

    async def story():
        log = await book.load(Query(DAY, DAY))
        progress = Progress()
        done = await book.export(Query(DAY, DAY), Format.CSV, tmp_path / "day.csv", "zh", progress)
        return log, done, progress

    log, done, progress = asyncio.run(story())
    assert (book.today(), log.sheet.total.net_fen, done.about.net_fen) == (DAY, 1000, 1000)
    assert (progress.done, progress.total) == (1, 1)
    assert done.path.read_text("utf-8-sig").count("已收款") == 1


def test_troubles_are_sentences(books, make_sale, key, morning, tmp_path):
    books.put(make_sale(1))
    gone = DayBook(tmp_path / "nowhere.db", key, Wall(morning), Shop("店", "0007", True))
    here = DayBook(books.path, key, Wall(morning), Shop("店", "0007", True))
    stopped = Progress()
    stopped.stop()

    async def story():
        return (
            await gone.load(Query(DAY, DAY)),
            await here.export(Query(DAY, DAY), Format.CSV, tmp_path / "no" / "day.csv", "zh", Progress()),
            await here.export(Query(DAY, DAY), Format.CSV, tmp_path / "day.csv", "zh", stopped),
            await here.export(Query(DAY, DAY), Format.PDF, tmp_path / "day.pdf", "zh", Progress()),
        )

    found = asyncio.run(story())
    assert all(isinstance(one, NoBook) for one in found)
    assert [one.key for one in found[1:]] == ["ex.nowrite", "ex.stop", "ex.noqt"]


def test_a_sale_goes_on_while_the_books_are_read(books, make_sale, key, morning):
    books.put(make_sale(1))
    threads = []

    async def story():
        book = DayBook(books.path, key, Wall(morning), Shop("店", "0007", True))
        task = asyncio.ensure_future(book.load(Query(DAY, DAY)))
        await asyncio.sleep(0)
        threads.extend(thread.name for thread in threading.enumerate())
        books.put(make_sale(2))
        return await task

    assert asyncio.run(story()).rows
    assert any(name.startswith("mashou-office") for name in threads)


def test_the_shift_as_a_page_asks_for_it(books, make_sale, key, morning):
    keeper = Keeper(books.journal, on_fatal=lambda _: None, on_room=lambda: None)
    shifts = Shifts(keeper, books.path, key, Wall(morning), terminal="0007", spend=lambda *_: None)
    desk = ShiftDesk(shifts)

    async def story():
        first = await desk.close(LI, None, lambda _: None)
        opened = await desk.open(LI)
        books.put(make_sale(1))
        handed = await desk.hand_over(LI, LI)
        closed = await desk.close(LI, None, lambda _: None)
        desk.came_out(1)
        return first, opened, handed, closed, await desk.look()

    first, opened, handed, closed, look = asyncio.run(story())
    assert (first, handed) == (No("sh.none"), No("sh.same"))
    assert isinstance(opened, Look)
    assert isinstance(closed, Report)
    assert not look.state.unprinted


def test_the_rooms_of_a_till_are_put_together(books, make_sale, key, morning, tmp_path):
    """A journal where the data folder keeps it, and the keys of that folder."""
    folder = tmp_path
    assert DataFolder(folder).journal == books.path
    books.put(make_sale(1))
    secrets = Secrets({MAC_KEY: key.hex()}, simulator=True)
    keeper = Keeper(books.journal, on_fatal=lambda _: None, on_room=lambda: None)
    rooms = books_of(
        folder, Settings(simulator=True), secrets, keeper=keeper, clock=Wall(morning), spend=lambda *_: None
    )

    async def story():
        return await rooms.days.load(Query(DAY, DAY)), await rooms.shifts.look()

    log, look = asyncio.run(story())
    assert log.sheet == look.report.sheet
