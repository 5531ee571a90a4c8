"""What a scanner types reaches no field, no PIN pad and no key of an office page, whatever has the focus there."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from devices.wedge import Why
from tests.app.staff.conftest import Shop
from tests.ui.pages import desk_pictures
from ui import tokens
from ui.keys import KeyGate
from ui.pages.field import Field
from ui.pages.refund.page import RefundPage
from ui.pages.signin import SignInPage

CODE, RECEIPT = "134919586213926735", "426112200035480340004164"
NAMED = {"⏎": (Qt.Key.Key_Return, "\r"), "8": (Qt.Key.Key_8, "8")}
# The offscreen platform says so of every window; nothing of ours asks for it.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Asks:
    def ask(self, work, done, failed=None):
        done(asyncio.run(work()))


class Host(QWidget):
    """Gives the page the keys that no field took, as the window does; ``keys`` is what came so far."""

    page = None

    def __init__(self):
        super().__init__()
        self.keys = []

    def keyPressEvent(self, event):  # noqa: N802 - Qt's name
        self.keys.append(event.key())
        self.page.key(event)


@pytest.fixture
def office(qapp, qtbot, tmp_path):
    """The gate before a window with a page in it."""
    gate, host = KeyGate(qapp), Host()
    host.scans, host.whys, host.at = [], [], 5_000
    gate.scanned.connect(lambda scan: host.scans.append(scan.text))
    gate.swallowed.connect(host.whys.append)
    qtbot.addWidget(host)
    host.resize(1366, 668)
    theme = tokens.theme(1366, 768, dark=False)

    def furnish(what):
        if what == "pin":
            people = Shop(tmp_path).staffed().people
            host.page = SignInPage(Asks(), theme, "zh", host, load=people.load, way=people.sign_in)
        else:
            host.page = RefundPage(
                *(desk_pictures.Asks(), theme, "zh", host),
                desk=desk_pictures.RememberedDesk(),
                approve=desk_pictures.Approver(),
            )
        host.page.setGeometry(0, 0, 1366, 668)
        host.show()
        host.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWindow() is host.windowHandle())
        host.page.enter()
        return host

    def send(text, gap):
        for char in text:
            key, produced = NAMED.get(char, (_key(char), "" if char in "FE^" else char))
            held = Qt.KeyboardModifier.ControlModifier if char == "^" else Qt.KeyboardModifier.NoModifier
            host.at += gap
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, held, ord(char), 0, 0, produced)
                event.setTimestamp(host.at)
                QCoreApplication.postEvent(QApplication.focusWindow(), event)
        QCoreApplication.processEvents()
        qtbot.waitUntil(lambda: not gate._held and not gate._ready and not gate._hold.isActive())
        QCoreApplication.processEvents()

    host.furnish, host.send = furnish, send
    yield host
    gate.close()
    gate.deleteLater()


def _key(char):
    """F8, Esc, Ctrl E, or the figure itself."""
    return {"F": Qt.Key.Key_F8, "E": Qt.Key.Key_Escape, "^": Qt.Key.Key_E}.get(char) or Qt.Key(ord(char))


@pytest.mark.parametrize("gap", [0, 6, 30])
@pytest.mark.parametrize("text", [CODE + "⏎", RECEIPT + "⏎", CODE])
@pytest.mark.parametrize("page", ["refund", "pin"])
def test_a_scan_is_told_whole_and_types_nothing(office, page, text, gap):
    shown = office.furnish(page)
    shown.send(text, gap)
    assert shown.scans == [text.rstrip("⏎")]
    assert shown.keys == []
    assert (shown.page.search.text() if page == "refund" else shown.page.asking.pad.count) in ("", 0)


@pytest.mark.parametrize("sheet", ["F⏎", "^⏎", "12^3F⏎", "E⏎F⏎", "⏎⏎⏎", "10⏎1357F⏎"])
@pytest.mark.parametrize("page", ["refund", "pin"])
def test_a_hostile_sheet_confirms_leaves_and_enters_nothing(office, page, sheet, expect_log):
    expect_log("ui.keys", "control keys at scanner speed")
    shown = office.furnish(page)
    shown.send(sheet, 6)
    assert shown.keys == []
    assert shown.whys == [Why.CONTROL_KEYS]
    assert (shown.page.search.text() if page == "refund" else shown.page.asking.pad.count) in ("", 0)


def test_a_hand_still_types_its_pin_and_its_search(office):
    shown = office.furnish("pin")
    shown.send("12", 120)
    assert shown.page.asking.pad.count == 2
    assert shown.scans == []


def test_a_hand_still_types_into_the_search(office):
    shown = office.furnish("refund")
    shown.page.search.setFocus()
    shown.send("4164", 120)
    assert shown.page.search.text() == "4164"


@pytest.mark.parametrize("sheet", [CODE + "⏎", "F⏎", "1E^⏎"])
def test_a_dialog_over_a_page_is_neither_filled_nor_answered(office, qtbot, sheet, expect_log):
    expect_log("ui.keys", "control keys at scanner speed")
    shown = office.furnish("refund")
    dialog = QDialog(shown)
    field = Field(tokens.theme(1366, 768, dark=False), dialog)
    QVBoxLayout(dialog).addWidget(field)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is dialog.windowHandle())
    field.setFocus()
    shown.send(sheet, 6)
    assert dialog.isVisible()
    assert field.text() == ""
    dialog.close()
