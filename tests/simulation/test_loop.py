"""What asyncio's own tasks, timeouts and locks ask of a loop, asked of the simulated one."""

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


def test_time_moves_to_what_is_next_and_no_further(loop, outside):
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


def test_a_timer_rings_that_is_due_but_for_rounding(loop, outside):
    rung = []

    async def story():
        loop.call_at(loop.time() + 1e-12, rung.append, 1)
        await asyncio.sleep(1e-6)

    loop.run_until_complete(story())
    assert rung == [1]
    assert outside.now < 100.1


def test_a_wait_too_short_for_rounding_lets_time_pass_all_the_same(loop, outside):
    outside.now = 1e9

    async def story():
        due, rounds = outside.now + 3e-7, 0
        while outside.now < due:  # as a till whose clock runs a little slow waits for its own second
            await asyncio.sleep(1e-12)
            rounds += 1
            assert rounds < 10
        return outside.now

    assert loop.run_until_complete(story()) == pytest.approx(1e9, abs=1e-3)


def test_a_timer_that_was_cancelled_neither_rings_nor_holds_the_time(loop, outside):
    async def story():
        loop.call_later(5000, outside.asked.append, "rung").cancel()
        await asyncio.sleep(1)

    loop.run_until_complete(story())
    assert "rung" not in outside.asked
    assert outside.now == pytest.approx(101.0)


def test_timers_of_one_instant_ring_in_the_order_they_were_set(loop):
    rung = []

    async def story():
        for i in range(5):
            loop.call_at(200.0, rung.append, i)
        await asyncio.sleep(150)

    loop.run_until_complete(story())
    assert rung == [0, 1, 2, 3, 4]


def test_timeouts_cut_and_waiting_ends(loop):
    async def story():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await asyncio.sleep(10)
        tasks = [asyncio.ensure_future(asyncio.sleep(i)) for i in (1, 50)]
        done, left = await asyncio.wait(tasks, timeout=2)
        left.pop().cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.Lock():
            return len(done), loop.time()

    assert loop.run_until_complete(story()) == (1, pytest.approx(105.0))


def test_a_bug_in_a_callback_is_kept_and_the_loop_goes_on(loop):
    async def story():
        loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    loop.run_until_complete(story())
    assert "ZeroDivisionError" in loop.lost[0]


def test_what_another_thread_would_call_is_called(loop):
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
