"""A counter on virtual time, before a bank that keeps accounts, over a real journal that can be made to fail."""

import asyncio
import contextlib
from asyncio import base_events
from dataclasses import dataclass, field, replace

import pytest

from app.channels.api import Contact
from app.core import machine
from app.core.answers import (
    Evidence,
    Found,
    Pay,
    PayAnswer,
    QueryAnswer,
    RefundAnswer,
    Repaid,
    ReverseAnswer,
    Undone,
)
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.policy import patience_for
from app.core.reasons import Reason
from app.journal.errors import JournalBroken, JournalFull
from app.journal.writer import open_writer
from app.till.api import Desk
from app.till.clock import Clock
from app.till.counter import CashCounter
from app.till.engine import Engine
from app.till.entries import entry_of
from app.till.orders import Orders
from app.till.recover import resume_open

MORNING_MS = 1_795_310_000_000  # 2026-11-22 09:13:20 in Beijing
GOOD = Evidence(verified=True)
ANSWERS = PayAnswer | QueryAnswer | ReverseAnswer | RefundAnswer
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


@dataclass
class Account:
    """One order as the bank keeps it."""

    amount_fen: int
    state: str = "none"  # none, asking, paid, revoked, declined
    pays_at: float | None = None
    refunds: dict = field(default_factory=dict)  # refund number -> (fen, moved)

    @property
    def back_fen(self):
        return sum(fen for fen, moved in self.refunds.values() if moved)


class Bank:
    """Both channels. What a code is worth stands in its last two digits; ``next`` scripts single answers instead."""

    def __init__(self, channel, shop):
        self.channel = channel
        self.shop = shop
        self.accounts = {}
        self.next = {"pay": [], "query": [], "reverse": [], "refund": [], "refund_query": []}
        self.delay = {"pay": 0.2, "query": 0.1, "reverse": 0.1, "refund": 0.2, "refund_query": 0.1}
        self.asked = []  # every refund call as it came
        self.calls = []
        self.warmed = 0
        self.line = True

    async def pay(self, order, code):
        return await self._answer("pay", order, lambda account: self._pay(account, code))

    async def query(self, order):
        return await self._answer("query", order, self._query)

    async def reverse(self, order):
        return await self._answer("reverse", order, self._reverse)

    async def refund(self, refund):
        self.asked.append(refund)
        return await self._answer("refund", refund.order, lambda account: self._refund(account, refund))

    async def refund_query(self, refund):
        return await self._answer("refund_query", refund.order, lambda account: self._refunded(account, refund))

    async def warm(self):
        self.warmed += 1
        return Contact(self.channel, True, True, False, 0.05, None, self.shop.loop.time())

    async def aclose(self):
        pass

    @property
    def held_fen(self):
        return sum(a.amount_fen - a.back_fen for a in self.accounts.values() if a.state == "paid")

    async def _answer(self, call, order, act):
        no = order.out_trade_no
        self.shop.log.append((call, no[-5:-2]))
        self.calls.append((call, no))
        scripted = self.next[call].pop(0) if self.next[call] else None
        if not self.line:
            await asyncio.sleep(self.delay[call])
            return self._silence(call)
        answer = scripted if isinstance(scripted, ANSWERS) else None
        if scripted != "lost-request":
            account = self.accounts.setdefault(no, Account(order.amount_fen))
            self._settle(account)
            answer = answer or act(account)
        if scripted == "bug":
            raise ZeroDivisionError
        if scripted == "hang":
            await asyncio.sleep(3600)
        await asyncio.sleep(self.delay[call])
        return self._silence(call) if scripted in ("lost-request", "lost-answer") else answer

    def _silence(self, call):
        return {
            "pay": PayAnswer(Pay.UNKNOWN),
            "query": QueryAnswer(Found.UNKNOWN),
            "reverse": ReverseAnswer(Undone.UNKNOWN),
            "refund": RefundAnswer(Repaid.UNKNOWN),
            "refund_query": RefundAnswer(Repaid.UNKNOWN),
        }[call]

    def _settle(self, account):
        if account.state == "asking" and account.pays_at is not None and account.pays_at <= self.shop.loop.time():
            account.state = "paid"

    def _pay(self, account, code):
        worth = code.reveal()[-2:]
        if worth == "01":
            account.state = "declined"
            return PayAnswer(Pay.DECLINED, replace(GOOD, reason=Reason.BALANCE, code="NOTENOUGH"))
        if worth == "02":
            account.state = "asking"
            return PayAnswer(Pay.PENDING, GOOD)
        if worth[0] == "1":
            account.state, account.pays_at = "asking", self.shop.loop.time() + 10 * int(worth[1])
            return PayAnswer(Pay.PENDING, GOOD)
        account.state = "paid"
        return PayAnswer(Pay.PAID, replace(GOOD, channel_no="T1", paid_ms=MORNING_MS))

    def _query(self, account):
        match account.state:
            case "paid" if account.back_fen == account.amount_fen:
                return QueryAnswer(Found.RETURNED, GOOD)
            case "paid" if account.back_fen:
                return QueryAnswer(Found.PARTLY_REFUNDED, GOOD, account.back_fen)
            case "paid":
                return QueryAnswer(Found.PAID, replace(GOOD, paid_ms=MORNING_MS))
            case "asking":
                return QueryAnswer(Found.PENDING, GOOD)
            case "revoked" | "declined":
                return QueryAnswer(Found.RETURNED, GOOD)
        return QueryAnswer(Found.NO_SUCH_ORDER, replace(GOOD, code="ORDERNOTEXIST"))

    def _refund(self, account, refund):
        """As the channels do: the same number is the same refund. WeChat takes it, Alipay has done it."""
        known = account.refunds.get(refund.out_refund_no)
        if known is None and (account.state != "paid" or account.back_fen + refund.amount_fen > account.amount_fen):
            return RefundAnswer(Repaid.REFUSED, replace(GOOD, reason=Reason.NOREFUND, code="NO"))
        account.refunds[refund.out_refund_no] = (refund.amount_fen, True)
        done = self.channel is Channel.ALIPAY and known is None
        return RefundAnswer(Repaid.DONE if done else Repaid.ACCEPTED, GOOD, "R" + refund.out_refund_no[-2:])

    def _refunded(self, account, refund):
        known = account.refunds.get(refund.out_refund_no)
        return RefundAnswer(Repaid.NO_SUCH_REFUND if known is None else Repaid.DONE, GOOD)

    def _reverse(self, account):
        account.state = "revoked" if account.state != "none" else "none"
        return ReverseAnswer(Undone.DONE, GOOD)


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


@pytest.fixture
def open_shop(tmp_path):
    """``open_shop()`` gives a shop of its own folder; all are closed at the end."""
    shops = []

    def make():
        folder = tmp_path / str(len(shops))
        folder.mkdir()
        shops.append(Shop(folder))
        return shops[-1]

    yield make
    for shop in shops:
        if not shop.loop.is_closed():
            with contextlib.suppress(JournalBroken):
                shop.close()


@pytest.fixture
def shop(open_shop):
    return open_shop()


WECHAT = "13" + "0" * 14  # + two digits that say how the customer behaves
ALIPAY = "28" + "0" * 14


@pytest.fixture
def codes():
    """``codes(channel, behaviour, n)``: the n-th payment code of a customer who behaves so."""
    ends = {"instant": "00", "poor": "01", "never": "02", "after10": "11", "after30": "13", "after60": "16"}

    def code(channel="wechat", behaviour="instant", n=1):
        head = "13" if channel == "wechat" else "28"
        return f"{head}{n:014d}{ends[behaviour]}"

    return code


@pytest.fixture
def auth_code():
    return AuthCode
