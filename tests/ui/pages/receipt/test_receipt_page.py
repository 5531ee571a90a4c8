"""The page of one slip: what is shown is what would be printed, F6 prints it once, a picture is kept where it says."""

import asyncio
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.receipts.sales import refund_slip, sale_slip
from app.till.slip_desk import Given, Look
from app.till.slips import SlipKind, SlipName
from app.words import say
from tests.app.receipts import examples
from ui.pages.receipt.page import ReceiptPage
from ui.tokens import theme

SALE = SlipName(SlipKind.SALE, examples.ORDER)
REFUND = SlipName(SlipKind.REFUND, examples.ORDER + "01")


class Now:
    """An asker that does not wait."""

    def ask(self, work, done, failed=None):
        done(asyncio.run(work()))


class Room:
    def __init__(self, *, printer=True, names=(SALE,), full=False):
        self.has_printer, self.names, self.full = printer, names, full
        self.asked, self.times = [], 0

    async def look(self, number=""):
        self.asked.append(("look", number))
        if not self.names:
            return None
        name = next((one for one in self.names if one.number == number), self.names[-1])
        top = examples.heading(32)
        slip = sale_slip(top, examples.sale()) if name.kind is SlipKind.SALE else refund_slip(top, examples.refund())
        return Look(name, slip, self.names, Given(self.times))

    async def again(self, number="", by=""):
        self.asked.append(("print", number))
        return await self._given()

    async def drawn(self, number, out):
        self.asked.append((out, number))
        return await self._given()

    async def _given(self):
        if self.full:
            return None
        self.times += 1
        return sale_slip(examples.heading(32), examples.sale())


@pytest.fixture
def open_page(qtbot, tmp_path):
    def make(room, language="zh", dark=False, argument="", size=(1366, 660)):
        page = ReceiptPage(
            Now(), theme(1366, 768, dark=dark), language, room=room, folder=lambda: tmp_path / "pictures"
        )
        qtbot.addWidget(page)
        page.resize(*size)
        page.enter(argument)
        page.show()
        return page

    return make


def press(page, key):
    return page.key(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def test_the_paper_on_the_screen_reads_back(open_page, tmp_path):
    page = open_page(Room())
    page.grab().save(str(tmp_path / "page.png"))
    assert [one.text for one in zxingcpp.read_barcodes(Image.open(tmp_path / "page.png"))] == [examples.ORDER]


def test_f6_prints_once_and_then_offers_a_reprint(open_page):
    room = Room()
    page = open_page(room, argument=examples.ORDER)
    assert page.print_key.face.label == say("slip.print")
    assert press(page, Qt.Key.Key_F6)
    assert [what for what, _ in room.asked] == ["look", "print", "look"]
    assert ("print", examples.ORDER) in room.asked
    assert page.print_key.face.label == say("slip.again.button")


def test_enter_prints_nothing_and_escape_leaves(open_page, qtbot):
    room = Room()
    page = open_page(room)
    assert not press(page, Qt.Key.Key_Return)
    assert not press(page, Qt.Key.Key_Enter)
    with qtbot.waitSignal(page.left):
        press(page, Qt.Key.Key_Escape)
    assert [what for what, _ in room.asked] == ["look"]


def test_without_a_printer_the_key_is_off_and_a_picture_is_offered(open_page, tmp_path):
    room = Room(printer=False)
    page = open_page(room)
    assert not page.print_key.face.enabled
    press(page, Qt.Key.Key_F6)
    assert [what for what, _ in room.asked] == ["look"]
    page.save_key.click()
    (kept,) = (tmp_path / "pictures").iterdir()
    assert kept.name == f"receipt-{examples.ORDER}.png"
    assert [one.text for one in zxingcpp.read_barcodes(Image.open(kept))] == [examples.ORDER]


def test_a_folder_that_takes_nothing_is_said(open_page, tmp_path):
    page = open_page(Room())
    (tmp_path / "pictures").write_text("a file in its place")
    page.save_key.click()
    assert page._note == say("slip.notsaved")


def test_a_full_disk_is_said(open_page):
    page = open_page(Room(full=True))
    press(page, Qt.Key.Key_F6)
    assert page._note == say("disk.full.say")


def test_no_slip_no_keys(open_page):
    page = open_page(Room(names=()))
    assert page._note == say("slip.none")
    assert not page.print_key.face.enabled
    assert not page.save_key.face.enabled
    press(page, Qt.Key.Key_F6)


def test_a_sale_with_refunds_offers_each_slip(open_page):
    room = Room(names=(SALE, REFUND))
    page = open_page(room)
    assert [other.face.label for other in page.others if other.face] == ["收款凭证", "退款单 1"]
    page.others[0].click()
    assert room.asked[-1] == ("look", examples.ORDER)
    assert page.look.name == SALE


def test_a_scanned_receipt_is_shown_and_nothing_else_is(open_page):
    room = Room()
    page = open_page(room)
    ours = examples.number(417)
    assert page.scan(ours)
    assert room.asked[-1] == ("look", ours)
    assert not page.scan("134567890123456789")


def test_a_long_slip_moves_and_stops_at_its_ends(open_page):
    page = open_page(Room(), size=(1366, 400))
    press(page, Qt.Key.Key_PageDown)
    moved = page.sheet._down
    assert moved > 0
    for _ in range(50):
        press(page, Qt.Key.Key_Down)
    assert page.sheet._down == page.sheet._longest()
    for _ in range(50):
        press(page, Qt.Key.Key_Up)
    assert page.sheet._down == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_another_look_keeps_what_is_shown(open_page, language):
    page = open_page(Room())
    page.set_look(theme(1920, 1080, dark=True), language)
    assert page.sheet.slip is not None
    assert page.look == replace(page.look)
    assert page.save_key.face.label == say("slip.save", language)
