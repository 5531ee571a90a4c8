"""The settings in the office: every control, and no key anywhere after it was sealed."""

import asyncio
from dataclasses import fields, replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from usb.backend import libusb0, libusb1, openusb

from app.core.hotkeys import STANDARD
from app.core.staff import Act, Approval, Person, Role
from app.pos.token import hash_of
from app.secrets import Vault
from app.settings import DataFolder, Settings, load, save
from app.setup.diary import Diary, LastChange
from app.setup.room import SetupRoom
from app.setup.taking import Fault
from app.words import say
from tests.devices.usb_bus import Bus, UsbPrinter
from ui import tokens
from ui.pages.settings import spec
from ui.pages.settings.editors import FileField, KeyField
from ui.pages.settings.page import SettingsPage
from ui.pages.settings.spec import MAIN, SCREENS, channel_entries, entries_of
from ui.widgets.base import advance

from .conftest import NOW, everything_said


@pytest.fixture
def page(asker, theme, room, shown):
    room_ready(room)
    return shown(SettingsPage(asker, theme, "zh", room=room))


def room_ready(room):
    asyncio.run(room.change({"shop": {"name": "示例商店"}}))
    asyncio.run(room.begin())


def press(page, key, text=""):
    return page.key(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text))


def turn(page, screen):
    page.nav.pick(page.screens.index(screen))


def edit(page, full, text):
    editor = page.form.rows.editors[full]
    editor.setFocus()
    editor.selectAll()
    if text.isascii():
        QTest.keyClicks(editor, text)
    else:  # an input method commits whole words
        editor.setText(text)
        editor.textEdited.emit(text)


def test_every_setting_stands_on_a_screen_or_has_a_reason_not_to():
    placed = {entry.full for screen in SCREENS for entry in entries_of(screen)}
    placed |= {entry.full for section in MAIN for entry in channel_entries(section, more=True)}
    every = {f"{name}.{one.name}" for name, section in spec.SECTIONS.items() for one in fields(section)}
    every |= {one.name for one in fields(Settings)} - spec.SECTIONS.keys()
    assert every - placed == spec.ROWLESS.keys()
    assert all(spec.ROWLESS.values())
    assert spec.missing_words() == []


def test_a_name_is_changed_saved_and_told(page, folder):
    edit(page, "shop.name", "新店")
    assert page.buttons[2].face.enabled
    press(page, Qt.Key.Key_F8)
    assert load(folder).settings.shop.name == "新店"
    assert page.note == "sp.saved.later"
    assert not page.buttons[2].face.enabled


def test_without_a_change_there_is_nothing_to_save(page):
    assert not page.buttons[2].face.enabled
    assert not page.buttons[2].face.filled


def test_a_bad_value_is_marked_and_the_keys_go_there(page, folder):
    turn(page, "till")
    edit(page, "till.terminal", "12")
    press(page, Qt.Key.Key_F8)
    assert page.form.rows.faults == {"till.terminal": say("set.till.terminal")}
    assert page.form.rows.editors["till.terminal"].hasFocus()
    assert load(folder).settings.till.terminal == "0001"


def test_an_amount_is_entered_in_yuan(page, folder):
    turn(page, "till")
    edit(page, "till.cap_fen", "1200.50")
    press(page, Qt.Key.Key_F8)
    assert load(folder).settings.till.cap_fen == 120_050
    edit(page, "till.cap_fen", "viel")
    press(page, Qt.Key.Key_F8)
    assert "till.cap_fen" in page.form.rows.faults


def test_choices_by_keys_and_by_touch(page, folder):
    turn(page, "looks")
    boxes = page.form.rows.editors["looks.theme"]
    boxes.setFocus()
    QTest.keyClick(boxes, Qt.Key.Key_Right)
    QTest.keyClick(boxes, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_F8)
    assert load(folder).settings.looks.theme == "light"


def test_enter_sent_by_a_scanner_saves_nothing(page, folder):
    edit(page, "shop.name", "新店")
    QTest.keyClick(page.form.rows.editors["shop.name"], Qt.Key.Key_Return)
    assert load(folder).settings.shop.name == "示例商店"


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_opens_by_keys_alone(page, screen):
    page.nav.setFocus()
    while page.screens[page.nav.cursor_at] != screen:
        QTest.keyClick(page.nav, Qt.Key.Key_Down)
    QTest.keyClick(page.nav, Qt.Key.Key_Space)
    assert page.topic == screen
    assert page.title()


def test_a_channels_keys_are_sealed_and_stand_nowhere_afterwards(page, folder, type_wechat, document):
    turn(page, "channels")
    type_wechat(page)
    assert page.buttons[2].face.label == say("sp.seal")
    press(page, Qt.Key.Key_F8)
    assert page.wrong == ""
    assert load(folder).settings.wechat is not None
    said = everything_said(page)
    assert document["wechat"]["api_v2_key"] not in said
    assert "PRIVATE KEY" not in said
    assert page.form.rows.editors["wechat.api_v2_key"].text() == ""
    assert page.form.rows.editors["wechat.api_v2_key"].placeholderText() == say("sp.sealed")
    key_file = page.form.rows.editors["wechat.client_key_pem"]
    assert isinstance(key_file, FileField)
    assert key_file.path is None
    assert key_file.words()[0] == say("sp.sealed")


def test_while_a_key_is_typed_no_screen_reader_hears_it(page, document, type_wechat):
    turn(page, "channels")
    type_wechat(page)
    from PySide6.QtGui import QAccessible  # noqa: PLC0415 - this test alone needs it

    field = page.form.rows.editors["wechat.api_v2_key"]
    assert document["wechat"]["api_v2_key"] not in field.displayText()
    heard = QAccessible.queryAccessibleInterface(field)
    assert document["wechat"]["api_v2_key"] not in heard.text(QAccessible.Text.Value)


def test_what_was_typed_for_a_key_is_gone_when_the_page_is_left(page, type_wechat):
    turn(page, "channels")
    type_wechat(page)
    page.hide()
    assert page.form.rows.editors["wechat.api_v2_key"].text() == ""


def test_a_wrong_certificate_marks_its_field(page, type_wechat, files):
    turn(page, "channels")
    type_wechat(page)
    page.form.rows.editors["wechat.client_cert_pem"].choose(str(files("unionpay", "root_cert_pem")))
    press(page, Qt.Key.Key_F8)
    assert page.wrong
    assert page.form.rows.faults
    assert page.form.rows.editors["wechat.api_v2_key"].text(), "what was typed stays, to be mended"


def test_a_channel_is_dropped_by_two_presses(page, folder, type_wechat):
    turn(page, "channels")
    type_wechat(page)
    press(page, Qt.Key.Key_F8)
    page.second()  # more settings
    page.second()
    assert load(folder).settings.wechat is not None
    page.second()
    assert load(folder).settings.wechat is None


def test_the_self_test_stands_beside_the_channels(page):
    turn(page, "channels")
    assert press(page, Qt.Key.Key_F5)
    assert [one.part for one in page.side.face.findings][:2] == ["settings", "vault"]
    assert page.side.accessibleDescription()


def test_keys_by_the_way_of_verifying(page):
    turn(page, "channels")
    page.tabs.pick(2)
    editors = page.form.rows.editors
    assert editors["alipay.alipay_public_key_pem"].isVisibleTo(page.form.rows)
    assert not editors["alipay.app_cert_pem"].isVisibleTo(page.form.rows)
    editors["alipay.mode"].pick(1)
    assert editors["alipay.app_cert_pem"].isVisibleTo(page.form.rows)


def press_hot_key(page, name, key, modifiers=Qt.KeyboardModifier.NoModifier):
    editor = page.form.rows.editors[f"keys.{name}"]
    assert isinstance(editor, KeyField)
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Space)
    QTest.keyClick(editor, key, modifiers)
    return editor


def test_a_hot_key_is_pressed_not_typed(page, folder):
    turn(page, "keys")
    assert press_hot_key(page, "stop", Qt.Key.Key_F12).key == "F12"
    press(page, Qt.Key.Key_F8)
    assert load(folder).settings.keys.stop == "F12"


def test_keys_that_scanners_send_and_keys_in_use_are_refused_with_a_sentence(page, folder):
    turn(page, "keys")
    press_hot_key(page, "stop", Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    press(page, Qt.Key.Key_F8)
    assert page.wrong == say("set.keys.scanner")
    press_hot_key(page, "stop", Qt.Key.Key_F3)
    press(page, Qt.Key.Key_F8)
    assert say("set.keys.twice", place="", name="keys.next") == page.wrong
    assert load(folder).settings.keys.stop == "F2"


def test_esc_keeps_the_key_and_standard_ones_come_back(page):
    turn(page, "keys")
    assert press_hot_key(page, "stop", Qt.Key.Key_Escape).key == "F2"
    press_hot_key(page, "stop", Qt.Key.Key_F12)
    page.first()
    assert {n.split(".")[1]: e.key for n, e in page.form.rows.editors.items()} == STANDARD


def test_a_broken_file_is_shown_with_line_and_reason(asker, theme, room, folder, shown):
    room_ready(room)
    DataFolder(folder).settings.write_text("[shop]\nname = 3\n", encoding="utf-8")
    page = shown(SettingsPage(asker, theme, "zh", room=room))
    told = page.side.face.notes[0]
    assert told[1]
    assert "第 2 行" in told[0]
    assert say("set.shop.name") in told[0]


def test_other_pages_are_one_key_away(page, qtbot):
    turn(page, "people")
    with qtbot.waitSignal(page.go) as went:
        press(page, Qt.Key.Key_F8)
    assert went.args[0] == "people"


def test_a_device_is_tried(asker, theme, room, shown):
    async def printed():
        return "printer.tested.say"

    page = shown(SettingsPage(asker, theme, "zh", room=room, trials={"printer": printed}), "printer")
    page.second()
    assert page.note == "printer.tested.say"


def test_usb_printers_that_are_plugged_in_are_entered_one_after_another(page, monkeypatch, room):
    bus = Bus(UsbPrinter(), UsbPrinter(0x0FE6, 0x811E))
    monkeypatch.setattr(libusb1, "get_backend", lambda: bus)
    turn(page, "printer")
    entered = []
    for _ in range(3):
        page.first()
        entered.append(page.form.rows.values()["printer.address"])
    assert entered == ["04b8:0e15", "0fe6:811e", "04b8:0e15"]
    assert page.note == "sp.printer.more"
    press(page, Qt.Key.Key_F8)
    printer = asyncio.run(room.look()).settings.printer
    assert (printer.connection, printer.address) == ("usb", "04b8:0e15")


def test_a_search_for_usb_printers_that_finds_nothing_says_why(page, monkeypatch):
    turn(page, "printer")
    monkeypatch.setattr(libusb1, "get_backend", Bus)
    page.first()
    assert page.wrong == "没有找到插着的 USB 打印机。"
    for library in (libusb0, libusb1, openusb):
        monkeypatch.setattr(library, "get_backend", lambda: None)
    page.first()
    assert "libusb" in page.wrong
    assert page.form.rows.changes() == {}


def test_late_answers_leave_the_page_usable(asker, theme, room, shown):
    room_ready(room)
    page = shown(SettingsPage(asker, theme, "zh", room=room))
    asker.late = True
    edit(page, "shop.name", "新店")
    press(page, Qt.Key.Key_F8)
    assert page.busy == "sp.busy"
    press(page, Qt.Key.Key_F8)
    assert len(asker.waiting) == 1
    asker.deliver()
    assert page.busy == ""


def test_about_names_the_version_and_shows_licences(page):
    turn(page, "about")
    assert page.about.facts[0][1]
    press(page, Qt.Key.Key_F8)
    assert page.about.text.toPlainText()


def test_training_refuses_real_keys(page, folder, type_wechat):
    save(folder, Settings(simulator=True))
    turn(page, "channels")
    type_wechat(page)
    press(page, Qt.Key.Key_F8)
    assert page.wrong == Fault("sp.practice").say("zh")


@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (960, 540), (1920, 1080)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_button_is_clipped(asker, room, shown, size, language):
    theme = tokens.theme(*size, dark=True)

    async def tried():
        return ""

    trials = dict.fromkeys(("printer", "display", "voice"), tried)
    page = shown(SettingsPage(asker, theme, language, room=room, trials=trials, scanner_pages=True))
    page.resize(size[0], size[1] - theme.px(108))
    for screen in page.screens:
        turn(page, screen)
        for button in page.buttons:
            assert button.text_width() <= button.width() - theme.px(8), (screen, button.face)
        for entry in page.form.rows.entries:
            room_for = page.form.rows.width() - theme.px(24)
            assert advance(entry.label(language), theme.font(16)) <= room_for, entry.full
    turn(page, "channels")
    for at in range(4):
        page.tabs.pick(at)
        for button in page.buttons:
            assert button.text_width() <= button.width() - theme.px(8), button.face


BOSS = Person("1001", "王", Role.MANAGER)


class Manager:
    """Whoever is asked for a yes: remembers what for, and answers when told to."""

    def __init__(self):
        self.asked, self.answer = [], None

    def __call__(self, act, subject, amount_fen, reason, answer, *, operator=""):
        self.asked.append((act, subject, amount_fen, reason))
        self.answer = answer

    def says(self, yes):
        act, subject, amount_fen, reason = self.asked[-1]
        self.answer(Approval(act, subject, amount_fen, reason, BOSS, "0" * 32, 1.0, NOW) if yes else None)


@pytest.fixture
def manager():
    return Manager()


@pytest.fixture
def kept():
    return []


@pytest.fixture
def inside(room, folder, kept):
    """The room of an open house whose journal is a list."""
    room_ready(room)
    diary = Diary(lambda entry: kept.append(entry) is None, lambda *_: None, lambda: NOW)
    held = Vault.unlock(folder, prompt=lambda: "correct horse battery staple")
    return SetupRoom(folder, lambda: NOW, secrets=held, diary=diary)


@pytest.fixture
def office(asker, theme, shown, inside, manager):
    return shown(SettingsPage(asker, theme, "zh", room=inside, person=lambda: BOSS, approve=manager))


def test_a_name_is_changed_by_whoever_stands_there_and_the_journal_knows(office, folder, manager, kept):
    edit(office, "shop.name", "新店")
    press(office, Qt.Key.Key_F8)
    assert manager.asked == []
    assert load(folder).settings.shop.name == "新店"
    assert [entry.body["by"] for entry in kept] == ["1001"]


def test_the_cap_waits_for_a_managers_pin_and_what_was_typed_stays(office, folder, manager):
    turn(office, "till")
    edit(office, "till.cap_fen", "1200.50")
    press(office, Qt.Key.Key_F8)
    assert manager.asked == [(Act.SETTINGS, "till.cap_fen", 0, "sp.why.change")]
    manager.says(yes=False)
    assert (office.busy, office.wrong) == ("", say("sp.wanted"))
    assert load(folder).settings.till.cap_fen != 120_050
    press(office, Qt.Key.Key_F8)
    manager.says(yes=True)
    assert load(folder).settings.till.cap_fen == 120_050
    assert office.note == "sp.saved.later"


def test_keys_wait_for_a_managers_pin_too(office, folder, manager, type_wechat):
    turn(office, "channels")
    type_wechat(office)
    press(office, Qt.Key.Key_F8)
    assert manager.asked == [(Act.SETTINGS, "wechat", 0, "sp.why.change")]
    assert load(folder).settings.wechat is None
    manager.says(yes=True)
    assert load(folder).settings.wechat is not None


def test_a_token_is_shown_once(office, folder, manager):
    turn(office, "pos")
    office.first()
    manager.says(yes=True)
    token = office.token.text()
    assert token.startswith("mashou_")
    assert office.token.isVisible()
    assert office.token.isReadOnly()
    assert load(folder).settings.pos.token_hash == hash_of(token)
    turn(office, "shop")
    turn(office, "pos")
    assert token not in everything_said(office)
    assert not office.token.isVisible()


def test_a_token_goes_with_the_page(office, manager):
    turn(office, "pos")
    office.first()
    manager.says(yes=True)
    office.hide()
    assert office.token.text() == ""
    assert "mashou_" not in repr(office.picture)


def test_who_changed_what_last_stands_beside_the_form(office):
    names = ("till.cap_fen", "wechat.api_v2_key", "wechat.mch_id", "shop.name", "pos.port", "pos.interface")
    last = LastChange(NOW, "1001", "王", names)
    office.picture = replace(office.picture, last=last)
    office.refresh()
    told = office.side.accessibleDescription()
    assert "2026-11-18" in told
    assert "王 1001" in told
    assert say("lb.till.cap_fen").partition("，")[0] in told
    assert say("sp.last.more", n=2) in told
    assert say("sp.outside") not in told
    office.picture = replace(office.picture, last=replace(last, stands="another"))
    office.refresh()
    assert say("sp.outside") in office.side.accessibleDescription()


def test_what_was_saved_keeps_its_field(page):
    edit(page, "shop.store_id", "S7")
    press(page, Qt.Key.Key_F8)
    assert page.note
    assert page.form.rows.editors["shop.store_id"].hasFocus()
    QTest.keyClicks(page.focusWidget(), "8")
    assert page.form.rows.editors["shop.store_id"].text() == "S78"


def test_another_screen_leaves_the_keys_in_the_list(page):
    edit(page, "shop.store_id", "S7")
    page.nav.setFocus()
    turn(page, "till")
    assert page.nav.hasFocus()
