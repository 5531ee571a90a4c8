"""The history of the settings: a manager reads when, who, and each value before and after."""

import asyncio

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.core.staff import Person, Role
from app.journal.api import Kept
from app.setup.diary import COMMAND_LINE, Past
from app.words import LANGUAGES, say
from ui.pages.settings.about import CHANGES, LICENCES
from ui.pages.settings.page import SettingsPage
from ui.pages.settings.past import history

AT = 1_795_000_000_000  # 2026-11-18 19:06:40 in Beijing


@pytest.fixture
def page(asker, theme, room, shown):
    asyncio.run(room.change({"shop": {"name": "示例商店"}}))
    asyncio.run(room.begin())
    page = shown(SettingsPage(asker, theme, "zh", room=room, person=lambda: Person("1001", "王", Role.MANAGER)))
    page.nav.pick(page.screens.index("about"))
    return page


def test_each_change_says_when_who_and_both_values():
    changed = (
        ("till.cap_fen", 500_000, 800_000),
        ("staff.badge_alone", False, True),
        ("looks.theme", "light", "dark"),
    )
    told = history([Past(AT, "1001", "王", changed, ())], "zh").splitlines()
    assert told[0] == "2026-11-18 19:06  王 1001"
    assert "5,000.00 → 8,000.00" in told[1]
    assert told[2].endswith("否 → 是")
    assert told[3].endswith("亮 → 暗"), "a choice is told as the page calls it"


def test_a_channels_setting_names_its_channel_and_a_key_is_only_named():
    change = Past(AT, "1001", "王", (("alipay.app_id", None, "2021000000000009"),), ("wechat.api_v2_key",))
    told = history([change], "zh")
    assert "支付宝" in told
    assert "— → 2021000000000009" in told
    assert "微信" in told.splitlines()[-1]
    assert told.endswith(say("sp.changes.key"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_line_and_nobody_are_said_in_words(language):
    told = history([Past(AT, "", COMMAND_LINE, (), ("x.y",)), Past(AT, "", "", (), (), undone=True)], language)
    assert say("sp.by.command", language) in told
    assert say("sp.by.nobody", language) in told
    assert say("sp.changes.undone", language) in told


def test_a_setting_that_this_program_no_longer_knows_is_told_by_its_name():
    assert "old.setting：1 → 2" in history([Past(AT, "1001", "王", (("old.setting", 1, 2),), ())], "zh")


def test_about_turns_between_facts_licences_and_changes(page, monkeypatch):
    entry = Kept(
        7, "settings.changed", AT, {"changed": [["shop.name", "", "新店"]], "keys": [], "by": "1001", "name": "王"}
    )

    class Reader:
        def entries_of(self, kinds):
            return [one for one in (entry,) if one.kind in kinds]

        def close(self):
            pass

    monkeypatch.setattr("app.setup.room.open_reader", lambda _path: Reader())
    monkeypatch.setattr("app.setup.room.DataFolder.journal", type("There", (), {"exists": lambda _self: True})())
    page.buttons[0].click()
    assert page.about.shown == CHANGES
    assert "— → 新店" in page.about.text.toPlainText()
    assert page.about.text.hasFocus(), "arrow keys scroll it"
    page.key(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier))
    assert page.about.shown == LICENCES
    page.buttons[0].click()
    page.buttons[0].click()
    assert page.about.shown == ""
    assert not page.about.text.isVisible()


def test_no_change_yet_is_said(page):
    page.buttons[0].click()
    assert page.about.text.toPlainText() == say("sp.changes.none")
