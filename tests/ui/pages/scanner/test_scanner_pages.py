"""Finding a scanner and trying it, as the person who has just unpacked one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar

import pytest
import zxingcpp
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent

from app.settings.model import Scanner
from app.setup.scanning import Kept, remembered, with_port
from app.till.readings import reading
from app.till.scanners import UNREADABLE
from app.words import say
from devices.finding import Found, Garbled, Listening, OtherCode, Shut
from devices.ports import Port
from devices.traces import Trace
from ui.pages.scanner.find import ScannerFindPage, new_mark
from ui.pages.scanner.trial import ScannerTestPage
from ui.tokens import theme

PORT = Port("/dev/ttyUSB0", "scanner", 0x0403, 0x6001, "A1", "1-1")
TODAY = date(2026, 11, 22)
WECHAT, ALIPAY = "134919586213926735", "28763443825664394"


class Asks:
    """Runs what a page asks, at once."""

    def ask(self, work, done, failed=None):
        coro = work()
        try:
            coro.send(None)
        except StopIteration as end:
            done(end.value)
        else:
            raise AssertionError("it waited")


class Room:
    def __init__(self):
        self.did, self.key, self.traced = [], "", None

    async def free(self):
        self.did.append("free")

    async def resume(self):
        self.did.append("resume")

    async def keep(self, slot, port, baud):
        self.did.append((slot, port.device, baud))
        return Kept(Scanner(), self.key)

    async def keep_wedge(self):
        self.did.append("wedge")
        return Kept(Scanner(wedge=True))

    def listen(self, traced):
        self.traced = traced


class Search:
    made: ClassVar[list[Search]] = []

    def __init__(self, mark, on_news):
        self.mark, self.on_news, self.running = mark, on_news, False
        self.made.append(self)

    def start(self):
        self.running = True

    def stop(self):
        self.running = False


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def find(qtbot, room):
    Search.made = []
    page = ScannerFindPage(Asks(), theme(1366, 768, dark=False), "zh", room=room, search=Search)
    qtbot.addWidget(page)
    page.resize(1366, 668)
    page.show()
    page.enter()
    yield page
    page.hide()


def hear(qapp, news):
    Search.made[-1].on_news(news)
    qapp.processEvents()


def press(page, key):
    return page.key(QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def test_the_ports_are_freed_searched_and_given_back(find, room):
    assert room.did == ["free"]
    assert Search.made[-1].running
    assert Search.made[-1].mark == find.mark
    find.hide()
    assert not Search.made[-1].running
    assert room.did == ["free", "resume"]


def test_the_bar_code_is_no_payment_code_and_another_each_time():
    marks = {new_mark() for _ in range(50)}
    assert len(marks) > 40
    assert all(mark.isalnum() and mark[0] == "M" and len(mark) == 12 for mark in marks)


def test_the_bar_code_on_the_screen_can_be_read(find, qapp):
    image = find.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    raw = memoryview(image.constBits()).tobytes()
    rows = [raw[y * image.bytesPerLine() : y * image.bytesPerLine() + image.width()] for y in range(image.height())]
    view = memoryview(b"".join(rows)).cast("B", (image.height(), image.width()))
    assert [code.text for code in zxingcpp.read_barcodes(view)] == [find.mark]


def test_a_serial_scanner_is_found_shown_and_kept(find, room, qapp):
    hear(qapp, Listening(PORT, 9600))
    assert find._line() == say("find.listening", n=1)
    hear(qapp, Garbled(PORT, 115_200))
    assert find.note == "收到了，但速度不对，已换 115200，请再扫一次。"
    hear(qapp, Found(PORT, 115_200, ("CR", "LF")))
    assert dict(find.facts()) == {
        "find.kind": "串口",
        "find.port": "/dev/ttyUSB0",
        "find.baud": "115200",
        "find.end": "CR LF",
        "find.device": "0403:6001 A1 1-1",
    }
    assert not Search.made[-1].running
    assert press(find, Qt.Key.Key_F8)
    assert room.did[-1] == (0, "/dev/ttyUSB0", 115_200)
    assert find.note == "已保存，现在就能用。"
    find.second_key.click()
    assert room.did[-1] == (1, "/dev/ttyUSB0", 115_200)


def test_settings_that_cannot_be_written_are_told(find, room, qapp):
    room.key = "find.unsaved"
    hear(qapp, Found(PORT, 9600, ()))
    assert find._line() == say("find.noend.do")
    press(find, Qt.Key.Key_F8)
    assert find.note == say("find.unsaved")


@pytest.mark.parametrize("text", ["{}", "x{}", "lower"])
def test_a_keyboard_scanner_is_found_whatever_its_caps_lock(find, room, qapp, text):
    assert find.scan(find.mark.lower() if text == "lower" else text.format(find.mark))
    assert dict(find.facts()) == {"find.kind": "键盘方式", "find.end": "…"}
    find.trace(Trace("wedge", 12, ("Return",)))
    assert dict(find.facts())["find.end"] == "Return"
    assert not find.second_key.isVisible()
    press(find, Qt.Key.Key_F8)
    assert room.did[-1] == "wedge"


@pytest.mark.parametrize(
    ("news", "note"),
    [
        (OtherCode(PORT), "find.other"),
        (Shut(PORT, no_right=True), "find.noright"),
        (Shut(PORT, no_right=False), "find.shut"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(find, qapp, news, note):
    hear(qapp, news)
    assert find.note == say(note, port="/dev/ttyUSB0")
    assert find.found is None
    assert not press(find, Qt.Key.Key_F8) or find.found is None


def test_a_port_of_the_mainboard_that_cannot_be_opened_is_nobodys_business(find, qapp):
    hear(qapp, Shut(replace(PORT, vid=None, pid=None), no_right=False))
    assert find.note == ""


def test_another_search_has_another_code_and_late_news_of_the_last_is_dropped(find, qapp):
    first = Search.made[-1]
    mark = find.mark
    press(find, Qt.Key.Key_F5)
    assert find.mark != mark
    assert not first.running
    find._rest()
    first.on_news(Found(PORT, 9600, ()))
    qapp.processEvents()
    assert find.found is None


def test_esc_goes_back_to_the_settings(find, qtbot):
    with qtbot.waitSignal(find.go) as went:
        press(find, Qt.Key.Key_Escape)
    assert went.args == ["settings", "scanner"]


@pytest.fixture
def trial(qtbot, room):
    page = ScannerTestPage(Asks(), theme(1366, 768, dark=False), "zh", room=room, today=lambda: TODAY)
    qtbot.addWidget(page)
    page.resize(1366, 668)
    page.show()
    page.enter()
    yield page
    page.hide()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("6901234567892", "6901234567892"),
        (WECHAT, "付款码 微信"),
        (ALIPAY, "付款码 支付宝"),
        (WECHAT[:-1], "可能是付款码"),
        ("12345678901234567", "可能是付款码"),
        ("https://example.com/" + "x" * 40, "https://example.com/xxxxxxx…"),
        ("a\x1db", "a·b"),
        (UNREADABLE, "读不成条码"),
    ],
)
def test_of_a_payment_code_only_kind_and_length_are_shown(text, shown):
    told = reading(text, TODAY, "zh")
    assert (told.what, told.length) == (shown, len(text))


def test_no_payment_code_stays_anywhere_on_the_page(trial, qapp):
    trial.scan(WECHAT)
    trial.scan(ALIPAY)
    assert WECHAT not in repr(vars(trial))
    assert ALIPAY not in trial.accessibleName()
    assert trial.takes_codes


def test_how_a_code_came_stands_beside_it(trial, room, qapp):
    trial.scan("6901234567892")
    trial.trace(Trace("wedge", 13, ("Return",), longest_gap_ms=7))
    trial.scan("6901234567892")
    room.traced(Trace("serial", 13, ("CR", "LF"), before=("STX",)))
    qapp.processEvents()
    newest, oldest = trial.readings
    assert (newest.source, newest.trace.end, newest.trace.before) == ("serial", ("CR", "LF"), ("STX",))
    assert (oldest.source, oldest.trace.end, oldest.trace.longest_gap_ms) == ("wedge", ("Return",), 7)
    trial.trace(Trace("serial", 0, (), before=("xFF",)))
    assert trial.readings[0].what == "读不成条码"
    trial.clear_key.click()
    assert trial.readings == ()
    trial.hide()
    assert room.traced is None


def test_a_scanner_moves_from_one_place_to_the_other_and_stands_in_one():
    before = Scanner(port2="/dev/ttyUSB3", known_as2=PORT.known_as, baud2=9600)
    after = with_port(before, 0, PORT, 115_200)
    assert (after.port, after.baud, after.known_as) == ("/dev/ttyUSB0", 115_200, remembered(PORT))
    assert (after.port2, after.known_as2) == ("", "")
    both = with_port(after, 1, Port("COM7", "", None, None, None, None), 4800)
    assert (both.port, both.port2, both.baud2, both.known_as2) == ("/dev/ttyUSB0", "COM7", 4800, "")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [QSize(1366, 668), QSize(1024, 500), QSize(960, 450)])
def test_both_pages_paint_in_every_size_and_language(find, trial, qapp, language, size):
    for page in (find, trial):
        page.set_look(theme(size.width(), size.height() + 100, dark=language == "en"), language)
        page.resize(size)
    hear(qapp, Found(PORT, 9600, (), ("]", "C", "0")))
    trial.scan(WECHAT)
    trial.trace(Trace("serial", 18, ("CR", "LF"), ("STX",), ("GS",), 12, 40))
    trial.scan("6901234567892")
    for page in (find, trial):
        assert not page.grab().toImage().isNull()
