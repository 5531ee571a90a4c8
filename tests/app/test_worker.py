import asyncio
import gc
import threading
import time

import pytest

from app.worker import NAME, Worker

PATIENCE = 20.0  # seconds for what ends at once
GIVEN = 1.0  # seconds for what never ends: the loaded machine must then end the rest in as long


@pytest.fixture
def worker():
    crashes = []
    made = Worker(on_crash=crashes.append)
    made.crashes = crashes
    made.start()
    yield made
    made.stop(PATIENCE)


async def nothing():
    return threading.current_thread().name


def settle(worker):
    worker.run(nothing()).result(PATIENCE)


def test_work_runs_on_the_named_thread(worker):
    assert worker.run(nothing()).result(PATIENCE) == NAME


def test_calls_keep_their_order(worker):
    seen = []
    for n in range(50):
        worker.call(lambda n=n: seen.append(n))
    settle(worker)
    assert seen == list(range(50))


def test_a_crashed_call_is_logged_and_told_and_the_next_one_runs(worker, expect_log):
    expect_log("mashou.worker", "lost exception in call")
    worker.call(lambda: 1 // 0)
    settle(worker)
    assert [type(e) for e in worker.crashes] == [ZeroDivisionError]


def test_a_crashed_coroutine_is_told_once_and_raised_to_whoever_waits(worker, expect_log):
    expect_log("mashou.worker", "asked for at")

    async def broken():
        raise LookupError

    with pytest.raises(LookupError):
        worker.run(broken()).result(PATIENCE)
    worker.run(asyncio.sleep(0)).result(PATIENCE)  # who waits may wake first; by now the loop has told it
    assert [type(e) for e in worker.crashes] == [LookupError]


def test_a_task_nobody_waits_for_tells_its_crash(worker, expect_log, caplog):
    expect_log("mashou.worker", "lost exception")

    async def lonely():
        raise ArithmeticError

    def leave():
        asyncio.ensure_future(lonely())  # noqa: RUF006 - the lost task is the story

    worker.call(leave)
    settle(worker)
    settle(worker)
    worker.call(lambda: gc.collect() and None)
    settle(worker)
    assert [type(e) for e in worker.crashes] == [ArithmeticError]
    assert "lonely" in caplog.text


def test_stop_cancels_and_waits_for_tidy_ends(worker):
    ended = []

    async def tidy():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    future = worker.run(tidy())
    settle(worker)
    assert worker.stop(PATIENCE)
    assert ended == [True]
    assert future.cancelled()
    assert not worker.alive


def test_stop_ends_even_with_a_task_that_will_not(worker, expect_log):
    expect_log("mashou.worker", "did not end and was dropped")
    expect_log("asyncio", "Task was destroyed")
    expect_log("mashou.worker", "Task was destroyed")

    async def stubborn():
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    worker.run(stubborn())
    settle(worker)
    began = time.monotonic()
    assert worker.stop(GIVEN)
    assert time.monotonic() - began < GIVEN + PATIENCE
    worker._loop = None
    gc.collect()  # the dropped task tells of itself now, and not in the middle of another test


def test_a_call_after_the_end_is_refused(worker):
    worker.stop(PATIENCE)
    with pytest.raises(RuntimeError, match="not running"):
        worker.call(lambda: None)
    with pytest.raises(RuntimeError, match="not running"):
        worker.run(nothing())


def test_stop_twice_is_stop_once(worker):
    assert worker.stop(PATIENCE)
    assert worker.stop(PATIENCE)
