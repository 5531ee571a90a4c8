"""The supervisor's pages in the window, each with the rooms that its own tests hold behind it; and one slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QWidget

from app.core.adviser import Way
from app.core.channel import Channel
from app.core.staff import Person
from app.core.told import told
from tests.app.receipts import examples
from tests.ui.gallery.rooms import Now, folder
from tests.ui.gallery.scene import ORDER, Scene, idle
from tests.ui.pages import desk_pictures
from tests.ui.pages.receipt import test_receipt_page as receipt
from ui.pages.receipt.page import ReceiptPage
from ui.pages.refund.page import RefundPage
from ui.pages.worklist.flow import Do, acts_of
from ui.pages.worklist.page import WorklistPage
from ui.window import Window


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


def worklist(*sales: object, person: Person = desk_pictures.BOSS) -> Callable[..., QWidget]:
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
    yield Scene("worklist-empty", idle(), "worklist", worklist())
    for at in range(len(work)):
        yield Scene(f"worklist-{at}", idle(), "worklist", worklist(*work), act=_task(at))
    for do in Do:
        for at in range(2):
            yield Scene(f"worklist-{at}-{do}", idle(), "worklist", worklist(*work), act=_task(at, do))


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
    yield from _receipts()
