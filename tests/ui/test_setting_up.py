"""The first start's test buttons, over the real window."""

import asyncio
import threading
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest

from app.settings import DataFolder, Printer, load
from app.setup.trying import TrialRoom
from app.words import say
from tests.ui.speech.stub_child import PATIENCE, Stub
from ui import setting_up
from ui.pages.settings.spec import STEPS
from ui.speech.mouth import Mouth
from ui.speech.voice import Heard


class Loop:
    """Runs a coroutine to its end, here and now."""

    def run(self, coro):
        future = Future()
        future.set_result(asyncio.run(coro))
        return future


class Gate(QObject):
    traced = Signal(object)


class Keyring:
    held: dict[str, str] = {}  # noqa: RUF012 - one keyring for one computer

    def get(self, name):
        return self.held.get(name)

    def put(self, name, text):
        self.held[name] = text


class Voice:
    said: list[str] = []  # noqa: RUF012 - what any voice of the test said

    def __init__(self, *_, **__):
        pass

    def say(self, line, _language, _volume, told):
        self.said.append(line.text)
        told(Heard.NO_VOICE)

    closed = 0

    def close(self):
        type(self).closed += 1


@pytest.fixture
def first(window, tmp_path, monkeypatch, qapp):
    monkeypatch.setattr("app.secrets.vault.SystemKeyring", Keyring)
    monkeypatch.setattr("app.setup.trying.WINDOW_SECONDS", 0)
    monkeypatch.setattr("app.setup.trying.LISTEN_SECONDS", 0.05)
    monkeypatch.setattr(setting_up, "Voice", Voice)
    Voice.said.clear()
    Voice.closed = 0
    loop, gate = Loop(), Gate()
    made = setting_up.begin(window, tmp_path / "till", lambda: loop, lambda: "a passphrase", gate.traced)
    qapp.processEvents()
    yield made
    made.done.emit()


def to(first, step, qtbot):
    while first.page.topic != step:
        at = first.page.topic
        QTest.keyClick(first.page, Qt.Key.Key_F8)
        qtbot.waitUntil(lambda at=at: first.page.topic != at)


def told(first):
    return [said for said, _ in first.page.side.face.notes]


def test_each_step_with_a_device_has_its_test_button(first, qtbot):
    for step in ("scanner", "paper", "comfort"):
        to(first, step, qtbot)
        assert first.page.buttons[1].face.label == say(f"sp.{step}.test")
        assert first.page.buttons[1].face.enabled


def test_a_printer_just_chosen_is_tried_as_it_was_entered(first, qtbot, tmp_path):
    to(first, "paper", qtbot)
    editors = first.page.form.rows.editors
    editors["printer.connection"].pick(3)
    paper = tmp_path / "paper.bin"
    editors["printer.address"].setText(str(paper))
    first.page.second()
    qtbot.waitUntil(lambda: say("printer.tested.say") in told(first))
    assert load(DataFolder(tmp_path / "till").path).settings.printer == Printer("file", str(paper))
    assert paper.read_bytes()


def test_nothing_chosen_is_said(first, qtbot):
    to(first, "paper", qtbot)
    first.page.second()
    qtbot.waitUntil(lambda: say("sp.try.nothing") in told(first))


def test_the_voice_says_that_it_is_a_trial(first, qtbot):
    to(first, "comfort", qtbot)
    first.page.second()
    qtbot.waitUntil(lambda: say("cus.test.novoice") in told(first))
    assert "训练" in Voice.said[0]


def test_a_voice_that_hangs_is_let_go_with_the_window(window, tmp_path, monkeypatch, qapp):
    """The worker's thread would wait for the trial's end, and the program for that thread."""
    stub, answered, owner = Stub(tmp_path), [], QObject()
    monkeypatch.setattr(setting_up, "Mouth", lambda: Mouth(stub.command))
    trying = setting_up.Trying(window, TrialRoom(tmp_path / "till", lambda: 0), owner)
    loop = threading.Thread(target=lambda: answered.append(asyncio.run(trying.trials()["comfort"]())))
    loop.start()
    while not stub.asked:
        loop.join(0.01)
    trying.close()
    loop.join(PATIENCE)
    assert answered == ["cus.test.said"]


def test_the_end_of_the_program_ends_a_trial(first, qapp, monkeypatch, qtbot):
    to(first, "comfort", qtbot)
    first.page.second()
    qtbot.waitUntil(lambda: say("cus.test.novoice") in told(first))
    qapp.aboutToQuit.emit()
    assert Voice.closed == 1


def test_a_scanner_that_is_not_heard_is_told_with_what_to_do(first, qtbot):
    to(first, "scanner", qtbot)
    first.page.second()
    qtbot.waitUntil(lambda: say("sp.try.unscanned") in told(first))
    assert STEPS.index(first.page.topic) == 2
