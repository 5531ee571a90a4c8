"""Who stands at the till: people and their PINs, signing in, the lock, the first manager, a yes to one act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.core.staff import Act, Person, Role
from tests.app.staff.conftest import PINS, Shop
from tests.ui.gallery.books import shift_page
from tests.ui.gallery.rooms import Now, fresh_folder
from tests.ui.gallery.scene import ORDER, Scene, idle, press, type_in
from ui.pages.approval import ApprovalDialog, Request
from ui.pages.lock import LockPage
from ui.pages.people.first import FirstPage
from ui.pages.people.frame import BUTTONS
from ui.pages.people.page import PeoplePage
from ui.pages.signin import SignInPage
from ui.window import Window


def _shop(**how: object) -> Shop:
    return Shop(fresh_folder(), **how)


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


def scenes() -> Iterator[Scene]:
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
        yield Scene(name, idle(), "shift", shift_page(), act=act_)
