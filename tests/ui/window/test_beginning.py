"""The first start over the real window."""

import asyncio
from concurrent.futures import Future

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.setup.room import SetupRoom
from ui.window.beginning import Beginning


class Loop:
    """Runs a coroutine to its end, here and now."""

    def run(self, coro):
        future = Future()
        future.set_result(asyncio.run(coro))
        return future


class Keyring:
    def __init__(self):
        self.held = {}

    def get(self, name):
        return self.held.get(name)

    def put(self, name, text):
        self.held[name] = text


@pytest.fixture
def beginning(window, tmp_path, monkeypatch, qapp):
    keyring = Keyring()
    monkeypatch.setattr("app.secrets.vault.SystemKeyring", lambda: keyring)
    loop = Loop()
    made = Beginning(window, SetupRoom(tmp_path / "till", lambda: 1_795_000_000_000), lambda: loop)
    qapp.processEvents()
    return made


def test_by_keys_alone_from_nothing_to_a_till_that_opens(beginning, window, qtbot, counter):
    begun = []
    beginning.done.connect(lambda: begun.append(True))
    for _ in range(20):
        QTest.keyClick(beginning.page, Qt.Key.Key_F8)
        qtbot.wait(1)
        if begun:
            break
    assert begun
    assert not counter.asked, "no key reached the till beneath"


def test_figures_typed_beneath_a_field_are_no_amount(beginning, window):
    QTest.keyClicks(beginning, "777")
    assert window.cashier.entry.text == ""


def test_it_covers_the_window_at_any_size(beginning, window, qapp):
    window.resize(1024, 600)
    qapp.processEvents()
    assert beginning.geometry() == window.rect()
    assert beginning.page.theme == window.theme


def test_a_chosen_brightness_is_seen_at_once(beginning, window, qapp, qtbot):
    from app.settings import Looks, Settings  # noqa: PLC0415 - this test alone needs it
    from ui.tokens import DARK  # noqa: PLC0415 - the same

    beginning.page.saved.emit(Settings(looks=Looks(theme="dark")))
    qapp.processEvents()
    assert window.theme.colours is DARK
