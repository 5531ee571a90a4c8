"""Help in the office: the log by gravity, the bundle seen before it is saved, the tour again."""

import asyncio
import json

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from app.setup.support import SupportRoom
from app.words import say
from ui import tokens
from ui.pages.help.page import HelpPage

NOW = 1_795_000_000_000
CODE = "134524350966727175"


class HereAndNow:
    def ask(self, work, done, failed=None):
        done(asyncio.run(work()))


@pytest.fixture
def folder(tmp_path):
    log = tmp_path / "till" / "log"
    log.mkdir(parents=True)
    lines = [
        {"at": "2026-11-22T10:00:00.000+08:00", "level": "INFO", "from": "mashou.boot", "says": "the till is open"},
        {"at": "2026-11-22T10:00:01.000+08:00", "level": "ERROR", "from": "x", "says": f"careless {CODE}"},
    ]
    (log / "mashou-20261122.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path / "till"


@pytest.fixture
def page(qtbot, folder):
    made = HelpPage(
        HereAndNow(),
        tokens.theme(1366, 768, dark=False),
        "zh",
        room=SupportRoom(folder, lambda: NOW),
        has_tour=True,
    )
    qtbot.addWidget(made)
    made.resize(1366, 660)
    made.show()
    made.enter()
    return made


def press(page, key):
    return page.key(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def test_the_log_is_filtered_by_gravity_and_shows_no_code(page):
    assert "careless" in page.text.toPlainText()
    assert "the till is open" not in page.text.toPlainText()
    page.choices.setFocus()
    QTest.keyClick(page.choices, Qt.Key.Key_Left)
    QTest.keyClick(page.choices, Qt.Key.Key_Space)
    assert "the till is open" in page.text.toPlainText()
    assert CODE not in page.text.toPlainText()


def test_an_empty_log_says_so(page, folder):
    (folder / "log" / "mashou-20261122.jsonl").write_text("")
    assert press(page, Qt.Key.Key_F5)
    assert page.text.toPlainText() == say("hp.log.none")


def test_the_bundle_is_seen_file_by_file_and_then_saved(page, tmp_path):
    page.nav.pick(1)
    assert not page.buttons[1].face.enabled, "nothing can be saved that was not shown"
    press(page, Qt.Key.Key_F5)
    for at, part in enumerate(page.parts):
        page.choices.pick(at)
        assert page.text.toPlainText().strip() == part.text.strip()
    assert page.buttons[1].face.enabled
    page.save(str(tmp_path / "b.zip"))
    assert (tmp_path / "b.zip").exists()
    assert "b.zip" in page.told()
    page.save(str(tmp_path / "b.zip"))
    assert page.wrong
    assert page.told() == say("hp.exists", name="b.zip")


def test_the_tour_is_one_key_away(page, qtbot):
    page.nav.pick(2)
    with qtbot.waitSignal(page.toured):
        press(page, Qt.Key.Key_F8)


def test_a_real_till_has_no_tour(qtbot, folder):
    made = HelpPage(HereAndNow(), tokens.theme(1366, 768, dark=False), "en", room=SupportRoom(folder, lambda: NOW))
    qtbot.addWidget(made)
    assert made.topics == ("log", "bundle")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (960, 540)])
def test_no_button_is_clipped(page, language, size):
    theme = tokens.theme(*size, dark=True)
    page.resize(size[0], size[1] - theme.px(108))
    page.set_look(theme, language)
    for at in range(3):
        page.nav.pick(at)
        for button in page.buttons:
            assert button.text_width() <= button.width()
