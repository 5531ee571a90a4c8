"""The first start, from nothing to a till that can be opened."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from app.secrets import Vault
from app.settings import DataFolder, load
from app.words import say
from ui.pages.settings.spec import STEPS
from ui.pages.wizard.page import WizardPage


@pytest.fixture
def page(asker, theme, room, shown):
    return shown(WizardPage(asker, theme, "zh", room=room))


def press(page, key):
    return page.key(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def to(page, step):
    while page.topic != step:
        press(page, Qt.Key.Key_F8)


def test_from_nothing_to_an_open_till_without_a_channel(page, folder, qtbot):
    QTest.keyClicks(page.form.rows.editors["till.terminal"], "")
    to(page, "finish")
    assert say("sp.none.channel") in [said for said, _ in page.side.face.notes]
    assert page.findings, "the self-test runs at the end"
    with qtbot.waitSignal(page.done):
        press(page, Qt.Key.Key_F8)
    assert load(folder).settings.wechat is None
    assert Vault.unlock(folder).mac_key


def test_a_channel_is_sealed_and_tested_on_the_way(page, folder, type_wechat, document):
    to(page, "channels")
    type_wechat(page)
    assert page.buttons[2].face.label == say("sp.seal")
    assert page.buttons[1].face.label == say("sp.skip", name=say("name.wechat"))
    press(page, Qt.Key.Key_F8)
    assert page.topic == "channels"
    assert Vault.unlock(folder)["wechat.api_v2_key"].reveal() == document["wechat"]["api_v2_key"]
    assert any(one.part == "wechat" for one in page.findings)
    press(page, Qt.Key.Key_F8)
    assert page.topic == "scanner"


def test_one_may_go_on_without_the_channel_that_was_begun(page, folder, type_wechat):
    to(page, "channels")
    type_wechat(page)
    page.second()
    assert page.form.rows.editors["wechat.api_v2_key"].text() == ""
    to(page, "finish")
    assert load(folder).settings.wechat is None


def test_what_is_wrong_keeps_the_step(page):
    field = page.form.rows.editors["till.terminal"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "7")
    press(page, Qt.Key.Key_F8)
    assert page.topic == "start"
    assert "till.terminal" in page.form.rows.faults


def test_esc_goes_back_and_steps_that_were_seen_can_be_gone_to(page):
    to(page, "paper")
    press(page, Qt.Key.Key_Escape)
    assert page.topic == "scanner"
    page.nav.pick(STEPS.index("start"))
    assert page.topic == "start"
    page.nav.pick(STEPS.index("finish"))
    assert page.topic == "start", "what was not seen yet cannot be gone to"


def test_a_fresh_folder_takes_the_windows_language_and_keeps_a_chosen_one(asker, theme, room, folder, shown):
    page = shown(WizardPage(asker, theme, "en", room=room))
    press(page, Qt.Key.Key_F8)
    assert load(folder).settings.till.language == "en"
    assert page.title() == say("sp.channels.title", "en")
    press(page, Qt.Key.Key_Escape)
    page.form.rows.editors["till.language"].pick(0)
    press(page, Qt.Key.Key_F8)
    assert page.language == "zh"


def test_each_step_begins_in_its_first_field(page, qtbot):
    assert page.form.rows.editors["till.language"].hasFocus()
    to(page, "channels")
    assert page.form.rows.editors["wechat.mch_id"].hasFocus()
    qtbot.keyClicks(page.focusWidget(), "1900")
    assert page.form.rows.editors["wechat.mch_id"].text() == "1900"


def test_the_last_step_has_the_keys_itself(page):
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    to(page, "finish")
    assert page.hasFocus(), "F8 opens the till without a mouse"


def test_a_self_test_on_the_first_step_leaves_the_page_in_its_language(asker, theme, room, shown):
    page = shown(WizardPage(asker, theme, "en", room=room))
    press(page, Qt.Key.Key_F5)
    assert page.language == "en"
    assert page.title() == say("sp.start", "en")


def test_a_folder_nobody_can_write_is_told(page, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.settings.file.write_whole", full)
    to_next = page.form.rows.editors["till.terminal"]
    to_next.setFocus()
    to_next.selectAll()
    QTest.keyClicks(to_next, "0002")
    press(page, Qt.Key.Key_F8)
    assert page.wrong == say("sp.disk")
    assert page.topic == "start"
    assert not DataFolder(folder).settings.exists()
