"""Each private name of asyncio that the simulated loop stands on, and what it is trusted to do."""

import asyncio
import gc

import pytest
from simulation.loop import SimLoop


class Plain:
    """Time that jumps to whatever is due next."""

    def __init__(self):
        self.now = 100.0
        self.asked = []

    def awake(self):
        return self.now

    def advance(self, timeout):
        self.asked.append(timeout)
        assert timeout is not None, "nothing will ever happen"
        self.now += timeout

    async def connect(self, factory, host, ssl):
        return factory, host


@pytest.fixture
def outside():
    return Plain()


@pytest.fixture
def loop(outside):
    made = SimLoop(outside)
    yield made
    if not made.is_closed():
        made.close()


def test_selector_select_is_asked_once_a_turn_and_may_move_the_time(loop, outside):
    async def story():
        await asyncio.sleep(3600)
        return loop.time()

    assert loop.run_until_complete(story()) == pytest.approx(3700)
    assert sum(outside.asked) == pytest.approx(3600)


def test_ready_work_takes_no_time(loop, outside):
    async def story():
        for _ in range(50):
            await asyncio.sleep(0)

    loop.run_until_complete(story())
    assert outside.now == 100.0


def test_clock_resolution_lets_a_timer_ring_that_is_due_but_for_rounding(loop, outside):
    rung = []

    async def story():
        loop.call_at(loop.time() + 1e-10, rung.append, 1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    loop.run_until_complete(story())
    assert rung == [1]
    assert outside.now == 100.0


def test_process_events_is_given_what_select_returned(loop, monkeypatch):
    given = []
    monkeypatch.setattr(loop, "_process_events", given.append)
    loop.run_until_complete(asyncio.sleep(1))
    assert set(map(tuple, given)) == {()}


def test_write_to_self_is_all_that_waking_from_another_thread_needs(loop):
    async def story():
        loop.call_soon_threadsafe(done.set)
        await done.wait()

    done = asyncio.Event()
    loop.run_until_complete(story())


def test_a_connection_is_made_by_the_world(loop):
    made = loop.run_until_complete(loop.create_connection(list, "host", 443, ssl=object(), server_hostname="host"))
    assert made == (list, "host")


def test_no_thread_is_ever_started(loop):
    with pytest.raises(AssertionError, match="no threads"):
        loop.run_in_executor(None, print)


def test_a_system_exit_ends_the_loop_from_a_task_and_from_a_timer(loop):
    async def dies():
        raise SystemExit("task")

    async def story():
        task = asyncio.ensure_future(dies())
        await asyncio.sleep(10)
        await task

    with pytest.raises(SystemExit, match="task"):
        loop.run_until_complete(story())


def test_what_is_buried_complains_no_more(loop, recwarn):
    cleaned = []

    async def waits():
        try:
            await asyncio.sleep(1e9)
        finally:
            cleaned.append(1)

    async def story():
        tasks = [asyncio.ensure_future(waits()) for _ in range(3)]
        await asyncio.sleep(1)
        del tasks

    loop.run_until_complete(story())
    loop.bury()
    gc.collect()
    assert cleaned == [1, 1, 1]
    assert not loop.lost
    assert not recwarn.list
