"""A window over a counter that remembers, on clocks that stand still."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from pytestqt.qtbot import QtBot

from tests.ui import pictures
from ui.bridge import Bridge
from ui.window import Window

PATIENCE_MS = 30_000  # until a wait is given up: what takes milliseconds may take seconds beside other work


class PatientBot(QtBot):
    """pytest-qt's own, whose waits end as soon as they may but are not given up because the machine is busy."""

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):  # noqa: N802 - pytest-qt's name
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **more):  # noqa: N802 - pytest-qt's name
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp, request):
    return PatientBot(request)


class HereAndNow:
    """A loop for tests: what it is given runs at once, on this thread."""

    def call(self, fn) -> None:
        fn()

    def run(self, coro):
        future: Future = Future()
        try:
            coro.send(None)
        except StopIteration as done:
            future.set_result(done.value)
        else:
            coro.close()
            raise AssertionError("a test's coroutine waited for something")
        return future


class Clocks:
    def __init__(self) -> None:
        self.mono = pictures.MONO
        self.wall = pictures.WALL_MS / 1000

    def pass_(self, seconds: float) -> None:
        self.mono += seconds
        self.wall += seconds


@pytest.fixture
def clocks():
    return Clocks()


@pytest.fixture
def counter():
    return pictures.AskedCounter()


@pytest.fixture
def bridge(qapp, counter):
    made = Bridge(HereAndNow())
    made.adopt(counter)
    yield made
    made.close()


@pytest.fixture
def window(qtbot, bridge, clocks):
    made = Window(bridge, mono=lambda: clocks.mono, wall=lambda: clocks.wall)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.practice.stop()
    made.banner.leave()
    made.hide()


@pytest.fixture
def show(qapp, counter, window):
    """Publish a picture and let it cross."""

    def publish(picture):
        counter.show_view(picture)
        qapp.processEvents()
        return window

    return publish
