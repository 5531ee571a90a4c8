"""Noise fails a test: an unexpected warning, log error, Qt message, thread or running timer."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # nor is a developer's keyring
os.environ.pop("MASHOU_DATA", None)  # a developer's own till is never a test's till

THREAD_PATIENCE = 5.0  # seconds a thread that was told to stop may take to end on a loaded machine


class _Noise(logging.Handler):
    """Keeps every record from WARNING up that no test said it expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.expected: list[Callable[[logging.LogRecord], bool]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not any(expects(record) for expects in self.expected):
            self.records.append(record)


@pytest.fixture(autouse=True)
def noise() -> Iterator[_Noise]:
    """No log line from WARNING up goes unnoticed; ``expect_log`` names those that a story is about."""
    handler = _Noise()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
    said = [f"{r.name} {r.levelname}: {r.getMessage()}" for r in handler.records]
    assert not said, f"unexpected log lines: {said}"


@pytest.fixture
def expect_log(noise: _Noise) -> Callable[[str, str], None]:
    """``expect_log(logger_prefix, text)``: lines of that logger that hold ``text`` are part of the story."""

    def expect(prefix: str, text: str) -> None:
        noise.expected.append(lambda record: record.name.startswith(prefix) and text in record.getMessage())

    return expect


@pytest.fixture(autouse=True)
def no_leftover_threads() -> Iterator[None]:
    """A thread that a test started has ended when the test has."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_PATIENCE
    left = [t for t in threading.enumerate() if t not in before]
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [t for t in left if t.is_alive()]
    assert not left, f"threads left running: {[t.name for t in left]}"


@pytest.fixture(autouse=True)
def no_leftover_timers() -> Iterator[None]:
    """No Qt timer of a test's own widgets runs on after it. Costs nothing where Qt is not in the process."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    core = sys.modules["PySide6.QtCore"]
    running = [
        f"{type(timer.parent()).__name__}.{timer.objectName() or 'timer'}"
        for top in widgets.QApplication.topLevelWidgets()
        if top.isVisible()
        for timer in top.findChildren(core.QTimer)
        if timer.isActive()
    ]
    assert not running, f"timers left running in a shown window: {running}"
