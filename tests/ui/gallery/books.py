"""The manager's books in the window: day log and export, reconciliation, shift."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.core.channel import Channel
from app.core.sale import State
from app.office.daybook import NoBook, Progress
from app.office.export import Exported
from app.office.recon.day import DayResult
from app.office.recon.desk import DayPicture, Said
from app.office.recon.signing import SignedOff
from app.office.signing import About
from tests.ui.gallery.rooms import Never, Now
from tests.ui.gallery.scene import Scene, idle, press
from tests.ui.pages import desk_pictures
from tests.ui.pages.daylog import test_daylog_page as daylog
from tests.ui.pages.reconcile import test_reconcile_page as reconcile
from tests.ui.pages.shift import test_shift_page as shift
from ui.pages.daylog.page import DayLogPage
from ui.pages.reconcile.page import ReconcilePage
from ui.pages.shift.page import ShiftPage
from ui.window import Window


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


def shift_page(**how: object) -> Callable[..., QWidget]:
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
    yield Scene("shift-open", idle(), "shift", shift_page())
    yield Scene("shift-sure", idle(), "shift", shift_page(), act=f8)
    yield Scene("shift-hand", idle(), "shift", shift_page(), act=f7)
    yield Scene("shift-closed", idle(), "shift", shift_page(is_open=False))
    yield Scene("shift-unprinted", idle(), "shift", shift_page(is_open=False, unprinted=True))
    yield Scene("shift-blocked", idle(), "shift", shift_page(open_sales=blocked))
    yield Scene("shift-take-over", idle(), "shift", shift_page(open_sales=blocked), act=f9)


def scenes() -> Iterator[Scene]:
    yield from _shifts()
    yield from _daylogs()
    yield from _reconciles()
