"""The program round the window: opens after the first paint, says why it cannot, closes in order."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import boot
from app.settings import Settings
from app.till.api import Phase
from app.words import say
from tests.ui import pictures
from ui import doorbell
from ui.main import Program


class FakeHouse:
    def __init__(self):
        self.counter, self.phone, self.closed = pictures.AskedCounter(), None, False
        self.settings, self.people = Settings(simulator=True), pictures.StandingPeople()
        self.trouble = None
        self.engine, self.clock = SimpleNamespace(keeper=None), SimpleNamespace(channel_ms=lambda: pictures.WALL_MS)
        self.trouble = None
        self.engine, self.clock = SimpleNamespace(keeper=None), SimpleNamespace(channel_ms=lambda: pictures.WALL_MS)

    async def close(self):
        self.closed = True


@pytest.fixture
def program(qtbot, tmp_path, monkeypatch):
    made = SimpleNamespace(house=FakeHouse(), refusal=None, opened=[])

    async def open_house(folder, *, on_fatal, prompt=None):
        made.opened.append(folder)
        if made.refusal is not None:
            raise made.refusal
        return made.house

    monkeypatch.setattr(boot, "open_house", open_house)
    monkeypatch.setattr(QApplication, "exit", lambda *_: None)
    made.program = Program(QApplication.instance(), tmp_path, training=False, language=None)
    made.window = made.program.window
    qtbot.addWidget(made.window)
    yield made
    made.program.close()
    made.window.hide()
    made.window.practice.stop()


def test_the_house_opens_after_the_first_paint_and_closes_with_the_window(program, qtbot):
    assert program.opened == []
    program.window.show()
    qtbot.waitUntil(lambda: program.house.counter.on_view is not None)
    program.house.counter.show_view(pictures.view(Phase.PAID))
    qtbot.waitUntil(lambda: program.window.stage.face.head == say("st.paid.head"))
    program.program.close()
    assert program.house.closed
    program.house.counter.show_view(pictures.view(Phase.IDLE))
    QGuiApplication.processEvents()
    assert program.window.stage.face.head == say("st.paid.head")


def test_a_closed_window_lets_its_open_sales_end_first(program, qtbot, monkeypatch):
    left: list[bool] = []
    monkeypatch.setattr(QApplication, "exit", lambda *_: left.append(True))
    program.window.show()
    qtbot.waitUntil(lambda: program.house.counter.on_view is not None)
    program.house.counter.show_view(pictures.view(Phase.PENDING))
    qtbot.waitUntil(lambda: program.window.stage.face.head == say("st.pending.head"))
    assert not program.window.close()
    assert program.window.close()
    assert left == []
    program.house.counter.show_view(pictures.view(Phase.PAID, open=()))
    qtbot.waitUntil(lambda: left == [True])


def test_a_till_that_cannot_start_says_why_and_the_window_stays(program, qtbot, expect_log):
    expect_log("mashou.window", "cannot start")
    program.refusal = boot.CannotStart("journal.newer.say")
    program.window.show()
    qtbot.waitUntil(lambda: program.window.stage.face.first == say("journal.newer.say"))
    assert program.window.isVisible()
    assert program.window.status.face.lamps == ()


def test_a_second_start_brings_the_first_window_back_and_goes(program, qtbot, monkeypatch, tmp_path, expect_log):
    expect_log("mashou.window", "cannot start")
    left: list[bool] = []
    program.window.show()
    qtbot.waitUntil(lambda: program.house.counter.on_view is not None)
    program.house.counter.show_view(pictures.view(Phase.PENDING))
    qtbot.waitUntil(lambda: program.window.stage.face.head == say("st.pending.head"))
    program.window.close()
    program.window.close()
    assert not program.window.isVisible()
    monkeypatch.setattr(QApplication, "exit", lambda *_: left.append(True))
    program.refusal = boot.CannotStart("app.two.say")
    second = Program(QApplication.instance(), tmp_path, training=False, language=None)
    qtbot.addWidget(second.window)
    second.window.show()
    qtbot.waitUntil(lambda: left == [True])
    assert program.window.isVisible()
    second.close()
    second.window.hide()
    program.house.counter.show_view(pictures.view(Phase.PAID, open=()))
    qtbot.waitUntil(lambda: program.window.stage.face.head == say("st.paid.head"))
    assert left == [True], "a window that came back stays"


def test_a_second_start_beside_a_program_without_a_window_says_so(program, qtbot, monkeypatch, tmp_path, expect_log):
    expect_log("mashou.window", "cannot start")
    monkeypatch.setattr(doorbell, "PATIENCE", 1)
    program.refusal = boot.CannotStart("app.two.say")
    program.window.show()
    qtbot.waitUntil(lambda: program.window.stage.face.first == say("win.two.is"))
    assert program.window.isVisible()
    assert list(tmp_path.glob(doorbell.BELL)) == []


def test_a_bug_at_the_start_is_told_and_does_not_hang(program, qtbot, expect_log):
    expect_log("mashou.worker", "lost exception")
    program.refusal = KeyError("planted")
    program.window.show()
    qtbot.waitUntil(lambda: program.window.stage.face.head == say("win.dead.head"))


def test_a_bug_in_the_window_is_logged_and_told(program, qtbot, expect_log):
    expect_log("mashou.window", "a bug in the window")
    program.window.show()
    qtbot.waitUntil(lambda: program.house.counter.on_view is not None)
    program.program.report(KeyError, KeyError("planted"), None)
    qtbot.waitUntil(lambda: program.window.banner.face is not None)
    assert program.window.banner.face.text == say("win.stumble")
    program.window.banner.leave()


def test_closing_before_anything_was_opened_is_harmless(program):
    program.program.close()
    assert program.opened == []


def test_a_signal_ends_the_program_without_asking(tmp_path):
    """SIGTERM leaves open sales for the next start: nobody is there to answer a question."""
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "import ui.main as m\n"
        "m.Program._start = lambda self: None\n"
        "from ui.window import Window\n"
        "Window.closeEvent = lambda self, event: event.ignore()\n"
        "shown = Window.showEvent\n"
        "def show(self, event):\n"
        "    shown(self, event)\n"
        "    QTimer.singleShot(50, self, lambda: os.kill(os.getpid(), signal.SIGTERM))\n"
        "Window.showEvent = show\n"
        "sys.exit(m.run(Path(sys.argv[1])))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], timeout=60, check=False)
    assert ended.returncode == 0
