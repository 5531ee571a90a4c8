"""A simulator in a thread, on a clock the test holds, and a hand-written client that shares no code with it."""

import asyncio
import random
import shutil
import threading
import time
from pathlib import Path

import pytest

from app.core.channel import Channel
from app.sim import keys
from app.sim.book import parse_customer
from app.sim.server import CANNOT_SERVE, serving
from tests.app.sim.wire import Wire

PATIENCE_S = 20.0


class HeldClock:
    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


class Running:
    """One simulator served from a thread of its own."""

    def __init__(self, folder, pace=1.0, port=None):
        self.folder, self.clock = folder, HeldClock()
        self._pace, self._port = pace, port
        self._ready, self._loop, self._stop = threading.Event(), None, None
        self._error = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)
        if self._error:
            self._thread.join()
            raise self._error

    def _run(self):
        try:
            asyncio.run(self._serve())
        except CANNOT_SERVE as error:
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with serving(self.folder, self._port, self._pace, self.clock) as self.simulator:
            self._ready.set()
            await self._stop.wait()

    def call(self, function, *args):
        """Run ``function`` on the simulator's loop."""

        async def step():
            result = function(*args)
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(step(), self._loop).result(PATIENCE_S)

    def code(self, channel, customer="instant"):
        return self.call(self.simulator.issue, Channel(channel), parse_customer(customer))

    def fault(self, script):
        self.call(self.simulator.desk.set_faults, script)

    def ledger(self):
        self.call(self.simulator.desk.bank.settle, self.clock())
        orders = self.simulator.desk.bank.orders
        return {order.out_trade_no: (order.state.value, order.paid_fen, order.net_fen) for order in orders}

    def stop(self):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(PATIENCE_S)
            assert not self._thread.is_alive()


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sim-keys")
    keys.load_or_make(folder, time.time(), random.Random(7))
    return folder


@pytest.fixture
def folder(made_keys, tmp_path):
    """A simulator's folder with keys in it, so that a start is quick."""
    return Path(shutil.copytree(made_keys, tmp_path / "sim"))


@pytest.fixture
def run(folder):
    """Start simulators in ``folder``; all are stopped at the end."""
    started = []

    def start(where=folder, **options):
        started.append(Running(where, **options))
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def sim(run):
    return run()


@pytest.fixture
def wire_to():
    """Clients of a simulator; their connections are closed at the end."""
    made = []

    def make(running):
        made.append(Wire(running))
        return made[-1]

    yield make
    for wire in made:
        wire.close()


@pytest.fixture
def wire(sim, wire_to):
    return wire_to(sim)
