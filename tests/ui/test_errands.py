"""A page's questions reach the loop and come back on the Qt thread, or fall on the floor with their page."""

import threading

import pytest
from PySide6.QtCore import QObject

from app.worker import Worker
from ui.errands import Errands, NoWorkerError


@pytest.fixture
def worker():
    crashed = []
    worker = Worker(crashed.append)
    worker.crashed = crashed
    worker.start()
    yield worker
    worker.stop()


async def answer():
    return threading.current_thread()


async def stumble():
    raise ValueError("no such day")


def test_the_work_runs_on_the_loop_and_its_answer_comes_on_the_qt_thread(qtbot, worker):
    came = []
    errands = Errands(lambda: worker)
    errands.ask(answer, lambda there: came.append((there, threading.current_thread())))
    assert came == []
    qtbot.waitUntil(lambda: len(came) == 1)
    there, here = came[0]
    assert there is not here
    assert here is threading.main_thread()


def test_what_a_page_expects_to_fail_is_told_to_it_and_is_no_bug(qtbot, worker):
    failed = []
    errands = Errands(lambda: worker)
    errands.ask(stumble, lambda _value: None, failed.append)
    qtbot.waitUntil(lambda: len(failed) == 1)
    assert str(failed[0]) == "no such day"
    assert worker.crashed == []


def test_what_no_page_expects_is_a_bug(qtbot, worker, expect_log):
    expect_log("mashou", "lost exception")
    errands = Errands(lambda: worker)
    errands.ask(stumble, lambda _value: None)
    qtbot.waitUntil(lambda: len(worker.crashed) == 1)


def test_an_answer_to_a_page_that_is_gone_falls_on_the_floor(qtbot, worker):
    came, gate = [], threading.Event()

    async def slow():
        gate.wait(5)
        return 1

    page = QObject()
    errands = Errands(lambda: worker, page)
    errands.ask(slow, came.append)
    page.deleteLater()
    del errands
    qtbot.wait(1)
    gate.set()
    worker.run(answer()).result(5)
    qtbot.wait(1)
    assert came == []


def test_without_a_worker_the_page_is_told(expect_log):
    expect_log("mashou.window", "nobody was there")
    failed = []
    Errands(lambda: None).ask(answer, lambda _value: None, failed.append)
    assert isinstance(failed[0], NoWorkerError)


def test_a_worker_that_has_ended_is_no_worker(worker, expect_log):
    expect_log("mashou.window", "nobody was there")
    worker.stop()
    failed = []
    Errands(lambda: worker).ask(answer, lambda _value: None, failed.append)
    assert isinstance(failed[0], NoWorkerError)
