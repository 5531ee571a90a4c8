"""The gate with real Qt windows: what reaches a field, a button, a shortcut, a dialog."""

import random
import time
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread
from PySide6.QtGui import QAction, QInputMethodEvent, QInputMethodQueryEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from devices.wedge import HOLD_MS, Why
from ui.keys import MIN_COMMITTED_DIGITS, TAKES_INPUT_METHOD, KeyGate

CODE = "134919586213926735"
STALL_MS = 600
TRIES = 50
# The offscreen platform says so of every window; nothing of ours asks for it.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

Press, Release = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
NAMED = {
    "⏎": (Qt.Key.Key_Return, "\r"),
    "⇥": (Qt.Key.Key_Tab, "\t"),
    "F": (Qt.Key.Key_F2, ""),
    "^": (Qt.Key.Key_E, "\x05"),
    "␣": (Qt.Key.Key_Space, " "),
}


class Counter(QWidget):
    """A window with what a till has: fields, a button, shortcuts of both kinds. ``log`` is what really happened."""

    def __init__(self):
        super().__init__()
        self.log = []
        self.field, self.search, self.button = QLineEdit(self), QLineEdit(self), QPushButton("收款", self)
        layout = QVBoxLayout(self)
        for widget in (self.field, self.search, self.button):
            layout.addWidget(widget)
        self.button.clicked.connect(lambda: self.log.append("clicked"))
        self.field.returnPressed.connect(lambda: self.log.append("return"))
        QShortcut(QKeySequence("F2"), self).activated.connect(lambda: self.log.append("F2"))
        action = QAction("export", self)
        action.setShortcut(QKeySequence("Ctrl+E"))
        action.triggered.connect(lambda: self.log.append("export"))
        self.addAction(action)


class Keyboard:
    """Posts key events with their own times to the focus window, as a platform does, without waiting for them."""

    def __init__(self):
        self.at = 5_000

    def send(self, text, gap, down=0):
        for char in text:
            self.at += gap
            name, produced = NAMED.get(char, (Qt.Key(ord(char.upper())), char))
            modifiers = Qt.KeyboardModifier.ControlModifier if char == "^" else Qt.KeyboardModifier.NoModifier
            for kind, at in ((Press, self.at), (Release, self.at + down)):
                event = QKeyEvent(kind, name, modifiers, ord(char), 0, 0, produced)
                event.setTimestamp(at)
                QCoreApplication.postEvent(QApplication.focusWindow(), event)
            self.at += down
        return self


@dataclass
class Shop:
    """The gate, the window behind it, and what came out."""

    qtbot: object
    gate: KeyGate
    counter: Counter
    keyboard: Keyboard = field(default_factory=Keyboard)
    scans: list = field(default_factory=list)
    whys: list = field(default_factory=list)

    def settle(self):
        """Until the hold has run out and all that was decided has been handed on."""
        gate = self.gate
        QCoreApplication.processEvents()
        self.qtbot.waitUntil(lambda: not gate._held and not gate._ready and not gate._hold.isActive())
        QCoreApplication.processEvents()


@pytest.fixture
def shop(qapp, qtbot):
    gate = KeyGate(qapp)
    counter = Counter()
    qtbot.addWidget(counter)
    made = Shop(qtbot, gate, counter)
    gate.scanned.connect(lambda scan: made.scans.append(scan.text))
    gate.swallowed.connect(made.whys.append)
    counter.show()
    counter.activateWindow()
    counter.field.setFocus()
    qtbot.waitUntil(counter.field.hasFocus)
    yield made
    gate.close()
    gate.deleteLater()


@pytest.mark.parametrize("focus", ["field", "search", "button"])
@pytest.mark.parametrize("gap", [0, 5, 35])
@pytest.mark.parametrize("end", ["⏎", "⇥", ""])
def test_a_scan_reaches_no_widget_whatever_has_the_focus(shop, focus, gap, end):
    focused = getattr(shop.counter, focus)
    focused.setFocus()
    shop.keyboard.send(CODE + end, gap)
    shop.settle()
    assert shop.scans == [CODE]
    assert (shop.counter.field.text(), shop.counter.search.text(), shop.counter.log) == ("", "", [])
    assert focused.hasFocus()


def test_typing_reaches_the_field_and_enter_the_action(shop):
    shop.keyboard.send("12.50⏎", 90, 60)
    shop.settle()
    assert (shop.counter.field.text(), shop.counter.log, shop.scans) == ("12.50", ["return"], [])


def test_a_typed_digit_appears_within_the_hold(shop):
    with shop.qtbot.waitSignal(shop.counter.field.textChanged):
        QTest.keyEvent(QTest.KeyAction.Press, shop.counter.windowHandle(), Qt.Key.Key_5)
        assert shop.counter.field.text() == ""
        assert shop.gate._hold.interval() <= HOLD_MS
    assert shop.counter.field.text() == "5"


def test_shortcuts_fire_once_and_only_for_a_human(shop):
    for key, modifiers in (
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier),
    ):
        # the platform's own way: ShortcutOverride first, which alone would fire it
        QTest.keyEvent(QTest.KeyAction.Click, shop.counter.windowHandle(), key, modifiers)
        shop.settle()
    assert shop.counter.log == ["F2", "export"]


@pytest.mark.parametrize("sheet", ["^⏎", "F⏎", "1^2F3⏎", "⏎⏎⏎⏎"])
def test_a_hostile_sheet_presses_nothing_and_is_told(shop, expect_log, sheet):
    expect_log("ui.keys", "control keys at scanner speed")
    shop.counter.button.setFocus()
    shop.keyboard.send(sheet, 6)
    shop.settle()
    assert (shop.counter.log, shop.counter.field.text(), shop.scans, shop.whys) == ([], "", [], [Why.CONTROL_KEYS])


def test_a_shortcut_at_scanner_speed_does_not_fire_on_its_way_in(shop, expect_log):
    """By the platform's own way, whose ShortcutOverride comes before the key and would fire it."""
    expect_log("ui.keys", "control keys at scanner speed")
    for _ in range(TRIES):
        shop.counter.log.clear()
        shop.whys.clear()
        began = time.monotonic()
        for key in (Qt.Key.Key_F2, Qt.Key.Key_F2, Qt.Key.Key_Return):
            QTest.keyEvent(QTest.KeyAction.Click, shop.counter.windowHandle(), key)
        took_ms = 1000 * (time.monotonic() - began)
        shop.settle()
        if took_ms < HOLD_MS:  # else the machine was busy elsewhere, and these were no scanner's keys
            break
    assert (shop.counter.log, shop.whys) == ([], [Why.CONTROL_KEYS])


def test_space_and_tab_still_work_for_a_human(shop):
    shop.keyboard.send("⇥", 100, 50)
    shop.settle()
    assert shop.counter.search.hasFocus()
    shop.keyboard.send("⇥␣", 100, 50)
    shop.settle()
    assert shop.counter.log == ["clicked"]


def test_a_scan_into_a_dialog_neither_fills_nor_closes_it(shop):
    dialog = QDialog(shop.counter)
    pin = QLineEdit(dialog)
    QVBoxLayout(dialog).addWidget(pin)
    pin.setEchoMode(QLineEdit.EchoMode.Password)
    dialog.open()
    shop.qtbot.waitUntil(pin.hasFocus)
    shop.keyboard.send("12", 90, 60).send(CODE + "⏎", 8).send("34", 90, 60)
    shop.settle()
    assert dialog.isVisible()
    assert (pin.text(), shop.scans) == ("1234", [CODE])
    shop.keyboard.send("⏎", 200, 60)
    shop.settle()
    dialog.close()


def test_a_key_that_opens_a_dialog_leaves_the_gate_shut(shop):
    """A shortcut's slot may run its own event loop inside our copy: a scan in there is still no text."""
    seen = []

    def ask():
        dialog = QDialog(shop.counter)
        field = QLineEdit(dialog)
        dialog.show()
        dialog.activateWindow()
        field.setFocus()
        QCoreApplication.processEvents()
        shop.keyboard.send(CODE + "⏎", 5)
        shop.qtbot.waitUntil(lambda: shop.scans == [CODE])
        seen.append(field.text())
        dialog.close()

    QShortcut(QKeySequence("F3"), shop.counter).activated.connect(ask)
    QTest.keyEvent(QTest.KeyAction.Press, shop.counter.windowHandle(), Qt.Key.Key_F3)
    shop.qtbot.waitUntil(lambda: bool(seen))
    assert seen == [""]


def test_a_stall_of_600_ms_amid_typing_and_amid_a_scan(shop):
    """All that came during the stall is waiting when the overdue hold runs out; the timestamps still tell."""
    for before, after in ((CODE[:1], CODE[1:] + "⏎"), (CODE[:9], CODE[9:] + "⏎"), (CODE[:5], CODE[5:])):
        shop.keyboard.send("1", 100, 60)
        shop.keyboard.at += 100
        shop.keyboard.send(before, 5)
        QCoreApplication.processEvents()
        QThread.msleep(STALL_MS)
        shop.keyboard.send(after, 5).send("25", 100, 60)
        shop.settle()
    assert (shop.counter.field.text(), shop.scans) == ("125" * 3, [CODE] * 3)


def test_an_overdue_hold_lets_the_waiting_keys_speak_first(shop):
    """After a stall some platforms run timers before the keys that wait."""
    shop.keyboard.send(CODE[:1], 5)
    QCoreApplication.processEvents()
    shop.keyboard.send(CODE[1:] + "⏎", 5)
    shop.gate._hold.timeout.emit()
    shop.settle()
    assert (shop.counter.field.text(), shop.scans) == ("", [CODE])


def test_ten_thousand_key_events_and_not_one_astray(shop):
    """Fingers at 45–400 ms and scans at 0–35 ms in turns."""
    chance = random.Random(6)
    typed, scans, events = "", [], 0
    shop.counter.field.setMaxLength(100_000)
    while events < 10_000:
        for _ in range(chance.randint(1, 14)):
            char = chance.choice("0123456789.")
            shop.keyboard.send(char, chance.randint(45, 400), chance.choice([0, 40]))
            typed += char
            events += 2
        shop.keyboard.at += 40
        code = "".join(chance.choices("0123456789", k=chance.randint(16, 24)))
        scans.append(code)
        end, gap = chance.choice(["⏎", "⇥", "", "⏎⏎"]), chance.choice([0, 1, 3, 12, 25, 35])
        shop.keyboard.send(code + end, gap)
        events += 2 * len(code + end)
        shop.keyboard.at += 40
        if len(scans) % 50 == 0:
            shop.settle()
    shop.settle()
    assert shop.counter.field.text() == typed
    assert shop.scans == scans
    assert (shop.counter.log, shop.counter.search.text(), shop.whys) == ([], "", [])


def test_a_repeat_flag_and_native_codes_survive_the_hold(shop):
    got = []

    class Watch(QObject):
        def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
            if event.type() == Press:
                got.append((event.key(), event.text(), event.nativeScanCode(), event.isAutoRepeat(), event.timestamp()))
            return False

    watch = Watch()
    shop.counter.field.installEventFilter(watch)
    event = QKeyEvent(Press, Qt.Key.Key_7, Qt.KeyboardModifier.KeypadModifier, 79, 0xFFB7, 16, "7", True, 1)
    event.setTimestamp(9_000)
    QCoreApplication.postEvent(shop.counter.windowHandle(), event)
    shop.settle()
    assert got == [(Qt.Key.Key_7, "7", 79, True, 9_000)]


def _takes_input_method(widget):
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled | Qt.InputMethodQuery.ImHints)
    QCoreApplication.sendEvent(widget, query)
    assert query.value(Qt.InputMethodQuery.ImHints) is not None
    return bool(query.value(Qt.InputMethodQuery.ImEnabled))


def test_no_field_takes_an_input_method_unless_it_says_so(shop):
    assert not _takes_input_method(shop.counter.field)
    shop.counter.search.setProperty(TAKES_INPUT_METHOD, True)
    assert _takes_input_method(shop.counter.search)


def test_a_code_committed_by_an_input_method_is_a_scan_and_words_are_words(shop):
    for text in (CODE, "小票12"):
        event = QInputMethodEvent("", [])
        event.setCommitString(text)
        QCoreApplication.sendEvent(shop.counter.search, event)
    shop.settle()
    assert len(CODE) >= MIN_COMMITTED_DIGITS
    assert (shop.counter.search.text(), shop.scans) == ("小票12", [CODE])


def test_what_a_scan_was_leaves_no_copy_behind(shop, caplog):
    caplog.set_level("DEBUG")
    shop.keyboard.send(CODE + "⏎", 5)
    shop.settle()
    assert shop.scans == [CODE]
    assert not shop.gate._held
    assert not shop.gate._ready
    assert not shop.gate._wedge._run
    assert CODE not in QApplication.clipboard().text() + caplog.text
    assert not any(CODE in line.text() for line in shop.counter.findChildren(QLineEdit))


def test_after_close_keys_go_straight_to_the_widget(shop):
    QTest.keyEvent(QTest.KeyAction.Press, shop.counter.windowHandle(), Qt.Key.Key_4)
    shop.gate.close()
    assert shop.counter.field.text() == "4"
    QTest.keyEvent(QTest.KeyAction.Press, shop.counter.windowHandle(), Qt.Key.Key_5)
    assert shop.counter.field.text() == "45"
