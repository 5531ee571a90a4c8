"""The office's pages in the window: each with the rooms that its own tests hold behind it."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.core.adviser import Way
from app.core.channel import Channel
from app.core.sale import State
from app.core.staff import Act, Person, Role
from app.core.told import told
from app.office.daybook import NoBook, Progress
from app.office.export import Exported
from app.office.recon.day import DayResult
from app.office.recon.desk import DayPicture, Said
from app.office.recon.signing import SignedOff
from app.office.signing import About
from tests.app.receipts import examples
from tests.app.staff.conftest import PINS, Shop
from tests.ui.gallery.scene import Scene, idle, press, type_in
from tests.ui.pages import desk_pictures
from tests.ui.pages.daylog import test_daylog_page as daylog
from tests.ui.pages.receipt import test_receipt_page as receipt
from tests.ui.pages.reconcile import test_reconcile_page as reconcile
from tests.ui.pages.shift import test_shift_page as shift
from ui.pages.approval import ApprovalDialog, Request
from ui.pages.daylog.page import DayLogPage
from ui.pages.lock import LockPage
from ui.pages.people.first import FirstPage
from ui.pages.people.frame import BUTTONS
from ui.pages.people.page import PeoplePage
from ui.pages.receipt.page import ReceiptPage
from ui.pages.reconcile.page import ReconcilePage
from ui.pages.refund.page import RefundPage
from ui.pages.shift.page import ShiftPage
from ui.pages.signin import SignInPage
from ui.pages.worklist.flow import Do, acts_of
from ui.pages.worklist.page import WorklistPage
from ui.window import Window

ORDER = desk_pictures.NUMBER


class Now:
    """An asker that does not wait."""

    def ask(self, work, done, failed=None) -> None:
        done(asyncio.run(work()))


class Never:
    """An asker that is still waiting."""

    def ask(self, work, done, failed=None) -> None: ...


@cache
def folder() -> Path:
    """A folder that is gone with the process."""
    made = tempfile.TemporaryDirectory(prefix="gallery-")
    _kept.append(made)
    return Path(made.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []
_counts = itertools.count()


def fresh_folder() -> Path:
    place = folder() / str(next(_counts))
    place.mkdir()
    return place


def _shop(**how: object) -> Shop:
    return Shop(fresh_folder(), **how)


# --- refund and worklist


def _refund(*sales: object, **desk: object) -> Callable[..., QWidget]:
    def make(theme, language: str, parent: QWidget) -> QWidget:
        held = desk_pictures.RememberedDesk(*sales)
        for name, value in desk.items():
            setattr(held, name, value)
        return RefundPage(desk_pictures.Asks(), theme, language, parent, desk=held, approve=desk_pictures.Approver())

    return make


def _refunds() -> Iterator[Scene]:
    yield Scene("refund-empty", idle(), "refund", _refund())
    for name, scene in desk_pictures.SCENES.items():
        sale, how = scene()
        yield Scene(f"refund-{name}", idle(), "refund", _refund(sale), act=_show_sale(how))
    several = [desk_pictures.a_sale(tuple(Channel)[n % 3], n=n, ago_s=60 * n) for n in range(6)]
    yield Scene("refund-found", idle(), "refund", _refund(*several), act=_search("1285"))
    yield Scene("refund-nothing", idle(), "refund", _refund(why=told("adv.notfound")), act=_search("9999"))


def _search(text: str) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, RefundPage)
        page.search.setText(text)
        page.flow.search(text)

    return act


def _show_sale(how: dict[str, object]) -> Callable[[Window], None]:
    """``how``: what a person has chosen, typed or already sent; names of the page's flow."""

    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, RefundPage)
        page.scan(ORDER)
        for name, value in how.items():
            setattr(page.flow, name, Way(value) if name == "way" else value)
        page.refresh()

    return act


def _worklist(*sales: object, person: Person = desk_pictures.BOSS) -> Callable[..., QWidget]:
    def make(theme, language: str, parent: QWidget) -> QWidget:
        desk = desk_pictures.RememberedDesk(*sales)
        return WorklistPage(
            desk_pictures.Asks(),
            theme,
            language,
            parent,
            desk=desk,
            approve=desk_pictures.Approver(),
            person=lambda: person,
        )

    return make


def _task(at: int, do: Do | None = None) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, WorklistPage)
        page.list.pick(at)
        if do is not None and page.flow.task is not None and do in acts_of(page.flow.task):
            page.acts.pick(acts_of(page.flow.task).index(do))

    return act


def _worklists() -> Iterator[Scene]:
    work = desk_pictures.work()
    yield Scene("worklist-empty", idle(), "worklist", _worklist())
    for at in range(len(work)):
        yield Scene(f"worklist-{at}", idle(), "worklist", _worklist(*work), act=_task(at))
    for do in Do:
        for at in range(2):
            yield Scene(f"worklist-{at}-{do}", idle(), "worklist", _worklist(*work), act=_task(at, do))


# --- the manager's books


def _daylog(book: daylog.Book, asker: object = None) -> Callable[..., QWidget]:
    return lambda theme, language, parent: DayLogPage(asker or Now(), theme, language, parent, book=book)


def _full_day() -> daylog.Book:
    rows = [
        daylog.row(
            n,
            daylog.Kind.PAID if n % 7 else daylog.Kind.DECLINED,
            1000 + 137 * n,
            tuple(Channel)[n % 3],
            hours=n % 11,
        )
        for n in range(1, 90)
    ]
    return daylog.Book((*daylog.ROWS, *rows))


def _daylogs() -> Iterator[Scene]:
    yield Scene("daylog-day", idle(), "daylog", _daylog(_full_day()))
    yield Scene("daylog-few", idle(), "daylog", _daylog(daylog.Book()))
    yield Scene("daylog-one", idle(), "daylog", _daylog(daylog.Book(daylog.ROWS[:1])))
    yield Scene("daylog-empty", idle(), "daylog", _daylog(daylog.Book(())))
    yield Scene("daylog-loading", idle(), "daylog", _daylog(daylog.Book(), Never()))
    broken = daylog.Book()
    broken.no = NoBook("journal.damaged.say")
    yield Scene("daylog-broken", idle(), "daylog", _daylog(broken))
    yield Scene("daylog-shift", idle(), "daylog", _daylog(_full_day()), act=_filtered)
    kept = Path("/media/usb/mashou-2026-11-22 (2).xlsx")
    answers: dict[str, object] = {
        "offered": None,
        "running": Progress(),
        "exported": Exported(kept, kept.with_suffix(".xlsx.sig"), _about(), renamed=True),
        "disk": NoBook("ex.nospace", (("size", "480 MB"),)),
        "stopped": NoBook("ex.stop"),
    }
    for name, answer in answers.items():
        yield Scene(f"daylog-export-{name}", idle(), "daylog", _daylog(_full_day()), act=_export(answer))


def _about() -> About:
    sums = (94, 78, 518_020, 1, 2_800, 515_220, 1)
    return About(
        "0003", "街角小店", daylog.DAY, daylog.DAY, *sums, 602, "9f3c71e0" * 8, 0, training=False, format="xlsx"
    )


def _filtered(window: Window) -> None:
    page = window.backroom.page
    assert isinstance(page, DayLogPage)
    page.filter("shift", 1)
    page.filter("channel", Channel.ALIPAY)


def _export(answer: object) -> Callable[[Window], None]:
    """The card over the log: ``answer`` has come, or what is under way."""

    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, DayLogPage)
        page.open_export()
        if isinstance(answer, Progress):
            answer.done, answer.total = 41_200, 94_000
            page.progress = answer
        elif isinstance(answer, Exported | NoBook):
            page._exported(answer)
        page.refresh()
        page.show_card()

    return act


def _reconcile(found: DayPicture | None, asker: object = None) -> Callable[..., QWidget]:
    def make(theme, language: str, parent: QWidget) -> QWidget:
        books, yes = reconcile.Books(found), reconcile.Yes()
        return ReconcilePage(
            asker or Now(), theme, language, parent, books=books, approve=yes, pick_files=lambda *_: []
        )

    return make


def _reconciles() -> Iterator[Scene]:
    of, level, missing, late = reconcile.picture, reconcile.LEVEL, reconcile.MISSING, reconcile.LATE
    refused = (Said("wf.merchant", (("mch", "1900000109"),), is_wrong=True),)
    signer = SignedOff(Channel.WECHAT, reconcile.DAY, "", 1, 1, "9001", "王店长", reconcile.NOON_MS, "ab")
    lost = reconcile.one_day(Channel.WECHAT, [], [reconcile.row()])
    found = {
        "level": of(level),
        "act": of(level, missing, late),
        "waits": of(level, late),
        "lacking": of(level, lacking=(Channel.ALIPAY,)),
        "nothing": of(),
        "damaged": DayPicture(reconcile.DAY, None, (Said("journal.damaged.say", is_wrong=True),)),
        "refused": of(level, said=refused),
        "signed": of(replace(level, signed=signer)),
        "lost": DayPicture(reconcile.DAY, DayResult(reconcile.DAY, (lost,), (), frozenset({reconcile.NUMBER}))),
    }
    for name, picture in found.items():
        yield Scene(f"reconcile-{name}", idle(), "reconcile", _reconcile(picture))
    yield Scene("reconcile-loading", idle(), "reconcile", _reconcile(None, Never()))
    act = of(level, missing, late)
    yield Scene("reconcile-explained", idle(), "reconcile", _reconcile(act), act=_explained)


def _explained(window: Window) -> None:
    page = window.backroom.page
    assert isinstance(page, ReconcilePage)
    page.table.setFocus()
    reconcile.typed(page, "收单机构已补款，附回单")


def _shift(**how: object) -> Callable[..., QWidget]:
    def make(theme, language: str, parent: QWidget) -> QWidget:
        desk = shift.Desk()
        for name, value in how.items():
            setattr(desk, name, value)
        return ShiftPage(
            Now(),
            theme,
            language,
            parent,
            desk=desk,
            people=shift.People(),
            person=lambda: shift.LI,
            approve=desk_pictures.Approver(),
            print_slip=lambda _: None,
        )

    return make


def _shifts() -> Iterator[Scene]:
    f8 = lambda window: press(window, Qt.Key.Key_F8)  # noqa: E731 - a key
    f9 = lambda window: press(window, Qt.Key.Key_F9)  # noqa: E731 - a key
    f7 = lambda window: press(window, Qt.Key.Key_F7)  # noqa: E731 - a key
    blocked = [shift.sale(n, state) for n, state in enumerate((State.PENDING, State.REVERSING, State.STUCK))]
    yield Scene("shift-open", idle(), "shift", _shift())
    yield Scene("shift-sure", idle(), "shift", _shift(), act=f8)
    yield Scene("shift-hand", idle(), "shift", _shift(), act=f7)
    yield Scene("shift-closed", idle(), "shift", _shift(is_open=False))
    yield Scene("shift-unprinted", idle(), "shift", _shift(is_open=False, unprinted=True))
    yield Scene("shift-blocked", idle(), "shift", _shift(open_sales=blocked))
    yield Scene("shift-take-over", idle(), "shift", _shift(open_sales=blocked), act=f9)


# --- people


def _people(shop: Shop) -> Callable[..., QWidget]:
    return lambda theme, language, parent: PeoplePage(
        Now(), theme, language, parent, people=shop.people, changes=shop.changes, print_image=lambda _: None
    )


def _admitted(*then: str) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, PeoplePage)
        type_in(window, "30")
        press(window, Qt.Key.Key_Return)
        type_in(window, PINS["30"])
        press(window, Qt.Key.Key_Return)
        page.table.pick(1)
        for name in then:
            page.do(name)

    return act


def _signin(shop: Shop, *, practice: bool = False) -> Callable[..., QWidget]:
    people = shop.people
    more = {"practice": people.practice_pins} if practice else {}
    return lambda theme, language, parent: SignInPage(
        Now(), theme, language, parent, load=people.load, way=people.identify, **more
    )


def _wrong(times: int) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        type_in(window, "10")
        press(window, Qt.Key.Key_Return)
        for _ in range(times):
            type_in(window, "739154")
            press(window, Qt.Key.Key_Return)

    return act


def _named(window: Window) -> None:
    page = window.backroom.page
    assert isinstance(page, FirstPage)
    page.form.number.setText("9001")
    page.form.name.setText("陈晓")
    page.form.finish()


def _locked(shop: Shop) -> Callable[..., QWidget]:
    return lambda theme, language, parent: LockPage(
        Now(), theme, language, parent, load=shop.people.load, way=shop.people.sign_in
    )


def _approval(act_: Act, fen: int) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        room, shop = window.backroom, _shop().staffed()
        dialog = ApprovalDialog(Now(), room.theme, room.language, room, load=shop.people.load, approve=lambda *_: None)
        room.cover(dialog)
        about, reason = (
            (ORDER, "ap.reason.return") if fen else ("staff.badge_alone,till.cap_fen,wechat", "sp.why.change")
        )
        dialog.ask(Request(act_, about, fen, reason, "10"))
        window.gallery_dialog = dialog  # kept as long as the window

    return act


def _persons() -> Iterator[Scene]:
    def of_shop(build: Callable[[Shop], Callable[..., QWidget]]) -> Callable[..., QWidget]:
        def make(*place: Any) -> QWidget:
            page: QWidget = build(_shop().staffed())(*place)  # a shop to each picture: pictures change people
            return page

        return make

    def practice(*place: Any) -> QWidget:
        page: QWidget = _signin(_shop(simulator=True), practice=True)(*place)
        return page

    yield Scene("people-admit", idle(), "people", of_shop(_people))
    yield Scene("people-choose", idle(), "people", of_shop(_people), act=_admitted())
    for name in BUTTONS:
        yield Scene(f"people-{name}", idle(), "people", of_shop(_people), act=_admitted(name))
    yield Scene("signin-number", idle(), "signin", of_shop(_signin))
    yield Scene("signin-pin", idle(), "signin", of_shop(_signin), act=_wrong(0))
    yield Scene("signin-wrong", idle(), "signin", of_shop(_signin), act=_wrong(1))
    yield Scene("signin-closed", idle(), "signin", of_shop(_signin), act=_wrong(5))
    yield Scene("signin-practice", idle(), "signin", practice)
    who = Person("10", "李", Role.CASHIER)
    yield Scene("lock", idle(), "lock", of_shop(_locked), argument=who, held=True)
    first = lambda theme, language, parent: FirstPage(  # noqa: E731 - as above
        Now(), theme, language, parent, changes=_shop().changes
    )
    yield Scene("first", idle(), "first", first, held=True)
    yield Scene("first-pin", idle(), "first", first, held=True, act=_named)
    for act in Act:
        name, act_ = f"approval-{act}", _approval(act, 0 if act is Act.SETTINGS else 12_850)
        yield Scene(name, idle(), "shift", _shift(), act=act_)


# --- one slip


def _receipts() -> Iterator[Scene]:
    def of_room(room: receipt.Room) -> Callable[..., QWidget]:
        return lambda theme, language, parent: ReceiptPage(
            Now(), theme, language, parent, room=room, folder=lambda: folder() / "pictures"
        )

    two = (receipt.SALE, receipt.REFUND)
    yield Scene("receipt-sale", idle(), "receipt", of_room(receipt.Room()), argument=examples.ORDER)
    yield Scene("receipt-none", idle(), "receipt", of_room(receipt.Room(names=())))
    yield Scene("receipt-two", idle(), "receipt", of_room(receipt.Room(names=two)))
    yield Scene("receipt-no-printer", idle(), "receipt", of_room(receipt.Room(printer=False)))


def scenes() -> Iterator[Scene]:
    yield from _refunds()
    yield from _worklists()
    yield from _shifts()
    yield from _daylogs()
    yield from _reconciles()
    yield from _persons()
    yield from _receipts()
