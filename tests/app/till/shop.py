"""A counter on virtual time, before a bank that keeps accounts, over a real journal that can be made to fail."""

import asyncio
from asyncio import base_events
from dataclasses import replace

from app.core import machine
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.policy import patience_for
from app.journal.errors import JournalBroken, JournalFull
from app.journal.writer import open_writer
from app.till.api import Desk
from app.till.clock import Clock
from app.till.counter import CashCounter
from app.till.engine import Engine
from app.till.entries import entry_of
from app.till.orders import Orders
from app.till.recover import resume_open
from tests.app.till.bank import MORNING_MS, Bank

DESK = Desk("码收小店", "0007", "1001", training=True, language="zh", cap_fen=500_000)


class VirtualLoop(base_events.BaseEventLoop):
    """No sockets, no threads; time moves only when nothing is ready."""

    def __init__(self, begins_at):
        super().__init__()
        self._at = begins_at
        self._clock_resolution = 1e-9
        self._selector = self
        self.set_exception_handler(self._complain)

    @staticmethod
    def _complain(loop, context):
        if not isinstance(context.get("exception"), Crash):
            loop.default_exception_handler(context)

    def time(self):
        return self._at

    def select(self, timeout):
        assert timeout is not None, "nothing is scheduled any more: whoever waits will wait for ever"
        self._at += max(timeout, 0)
        return ()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


class Crash(KeyboardInterrupt):
    """The power goes. The loop lets only its kind through."""


class Shop:
    """Everything between the cashier's keys and the bank."""

    def __init__(self, folder):
        self.path = folder / "journal.db"
        self.loop = VirtualLoop(1000.0)
        self.log = []
        self.views = []
        self.fatal = []
        self.asleep = 0.0  # seconds that the loop's own clock did not count
        self.full = False
        self.broken = False
        self.crash_at = None  # ("before" | "after", n-th commit)
        self.commits = 0
        self.banks = {channel: Bank(channel, self) for channel in (Channel.WECHAT, Channel.ALIPAY)}
        self.open()

    def open(self):
        self.open_journal()
        self.serve()

    def open_journal(self):
        self.clock = Clock(
            lambda: self.loop.time() + self.asleep,
            lambda: MORNING_MS / 1000 + self.loop.time() + self.asleep,
            self.loop.time,
        )
        key = bytes(32)
        self.journal = open_writer(
            self.path,
            key,
            training=True,
            now_ms=self.clock.channel_ms(),
            entropy=lambda n: bytes(range(n)),
            ballast_bytes=0,
        )
        self.journal._db.execute("PRAGMA synchronous=OFF")  # power cuts on disk are the journal's tests, not these
        self._append = self.journal.append
        self.journal.append = self._commit
        self.orders = Orders(self.journal, self.clock, key, terminal="0007", operator="1001", training=True)

    def serve(self):
        self.engine = Engine(self.journal, self.banks, self.clock, on_fatal=self.fatal.append)
        self.counter = CashCounter(self.engine, self.orders, DESK)
        self.run(self._begin())

    async def _begin(self):
        self.counter.subscribe(self._seen)
        resume_open(self.engine)

    def _commit(self, *entries):
        kinds = [entry.kind for entry in entries]
        if self.broken:
            raise JournalBroken("the disk lies")
        if self.full:
            raise JournalFull("no room")
        self.commits += 1
        if self.crash_at == ("before", self.commits):
            raise Crash
        head = self._append(*entries)
        self.log.extend(("commit", kind) for kind in kinds)
        if self.crash_at == ("after", self.commits):
            raise Crash
        return head

    def _seen(self, view):
        self.views.append(view)
        self.log.append(("seen", view.phase.value))

    @property
    def view(self):
        return self.views[-1]

    def run(self, coro):
        return self.loop.run_until_complete(coro)

    def advance(self, seconds):
        self.run(asyncio.sleep(seconds))

    def do(self, fn, *args):
        """A command of the front end, on the loop; then its picture."""

        async def on_loop():
            fn(*args)

        self.run(on_loop())
        self.advance(0.02)

    def charge(self, fen, code):
        self.do(self.counter.enter_amount, fen)
        self.do(self.counter.scan, code, "serial")

    def settle(self, patience=900):
        self.run(asyncio.wait_for(self.engine.all_settled(), patience))
        self.advance(0.05)

    def sale(self):
        return self.view.sale

    def kill(self):
        """The process is gone; the file stays as it is."""
        for task in asyncio.all_tasks(self.loop):
            task._log_destroy_pending = False
        at = self.loop.time()
        self.loop.close()
        self.journal._db.close()
        self.journal._lock.release()
        self.crash_at = None
        self.loop = VirtualLoop(at + 7.0)
        asyncio.set_event_loop(None)

    def restart(self):
        self.kill()
        self.open()

    def open_with_second_attempt(self, first, code):
        """As if the till had charged the purchase of ``first`` again just before it lost its power."""
        self.open_journal()
        second = self.orders.order(Channel.ALIPAY, first.amount_fen, self.orders.mark(AuthCode(code)), first.purchase)
        begun = machine.begin(second, patience_for(Channel.ALIPAY), self.clock.now()).sale
        self.run(self.banks[Channel.ALIPAY].pay(second, AuthCode(code)))
        self.journal.append(entry_of(begun, second.began_ms))
        self.serve()

    def garble_newest_of(self, fen):
        """The newest entry of that sale is of a later version: this program cannot read it."""
        running = next(one for one in self.engine.running if one.sale.order.amount_fen == fen)
        entry = entry_of(running.durable, self.clock.channel_ms())
        self._append(replace(entry, body={**entry.body, "v": 99}))

    def close(self):
        async def down():
            await self.counter.aclose()
            await self.engine.aclose()

        self.run(down())
        self.journal.append = self._append
        self.journal.close()
        self.loop.close()
