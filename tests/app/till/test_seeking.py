"""Lost order numbers are asked about, newest first, and what a channel holds for them is written down."""

import asyncio
import contextlib
import os
from types import SimpleNamespace

import pytest

from app.core.answers import Evidence, Found, QueryAnswer
from app.core.beijing import DAY_MS
from app.core.channel import Channel
from app.core.numbers import order_number, parse_order_number
from app.journal.outside import Why, epoch_entry, seen_now
from app.journal.writer import open_writer
from app.till.seeking import ASKED, BEYOND, FOUND, LATE_MS, REACH, SOUGHT, Seeker, lost_numbers

NOW = 1_795_310_000_000  # 2026-11-22 09:13:20 in Beijing
GOOD = Evidence(verified=True)


class Room:
    """Knows some orders; the others it denies, and it may be silent for a while."""

    def __init__(self):
        self.known = {}
        self.asked = []
        self.silent = 0
        self.thrice = asyncio.Event()

    async def query(self, order):
        self.asked.append(order.out_trade_no)
        if len(self.asked) > 2:
            self.thrice.set()
        if self.silent:
            self.silent -= 1
            return QueryAnswer(Found.UNKNOWN)
        return self.known.get(order.out_trade_no, QueryAnswer(Found.NO_SUCH_ORDER, GOOD))


class Till:
    def __init__(self, folder, numbers):
        self.journal = open_writer(
            folder / "journal.db", bytes(32), training=True, now_ms=NOW, entropy=os.urandom, ballast_bytes=0
        )
        self.rooms = {channel: Room() for channel in Channel}
        seen = seen_now(self.journal, "", NOW)
        self.epoch = seen.epoch
        said = epoch_entry(self.journal, Why.BACK, seen, NOW, os.urandom)
        self.journal.begin_epoch(SimpleNamespace(**{**plain(said), "body": {**said.body, "numbers": numbers}}))
        self.engine = SimpleNamespace(
            channels=self.rooms,
            clock=SimpleNamespace(channel_ms=lambda: NOW),
            keeper=SimpleNamespace(journal=self.journal, reading=contextlib.nullcontext, keep=self.journal.append),
        )

    def number(self, running, days_ago=0):
        at_ms = NOW - days_ago * DAY_MS
        return order_number(training=True, at_ms=at_ms, terminal="0007", epoch=self.epoch, running=running)

    def seeker(self):
        return Seeker(self.engine, "0007", training=True, pace=10_000)

    async def seek(self):
        seeker = self.seeker()
        async with seeker:
            if seeker._task is not None:
                await seeker._task

    def found(self):
        return [kept.body for kept in self.journal.entries_of([FOUND])]


def plain(entry):
    return {"kind": entry.kind, "at_ms": entry.at_ms, "body": entry.body, "sale": entry.sale}


@pytest.fixture
def till(tmp_path):
    made = Till(tmp_path, [3, 9])
    yield made
    made.journal.close()


@pytest.mark.asyncio
async def test_what_the_channels_hold_for_lost_numbers_is_written_down(till):
    wechat, alipay = till.rooms[Channel.WECHAT], till.rooms[Channel.ALIPAY]
    wechat.known[till.number(8)] = QueryAnswer(
        Found.MISMATCH, Evidence(verified=True, odd=True, paid_fen=12850, channel_no="42", paid_ms=NOW - 5)
    )
    alipay.known[till.number(6)] = QueryAnswer(Found.PENDING, GOOD)
    wechat.known[till.number(5, days_ago=1)] = QueryAnswer(Found.RETURNED, GOOD)
    wechat.known[till.number(4, days_ago=1)] = QueryAnswer(Found.MISMATCH, Evidence(verified=True, odd=True))
    alipay.known[till.number(3, days_ago=1)] = QueryAnswer(Found.PAID, Evidence(paid_fen=1))  # nobody signed it
    await till.seek()
    assert [(body["out_trade_no"], body["channel"], body["found"], body["fen"]) for body in till.found()] == [
        (till.number(8), "wechat", "paid", 12850),
        (till.number(6), "alipay", "pending", None),
        (till.number(5, days_ago=1), "wechat", "returned", None),
    ]
    assert till.found()[0]["channel_no"] == "42"
    running = [parse_order_number(number).running for number in wechat.asked]
    assert running == sorted(running, reverse=True), "newest first: they may be in doubt"
    assert running[0] == 8 + BEYOND, "and some that nobody knew of yet"
    after = wechat.asked[wechat.asked.index(till.number(5, days_ago=1)) + 1 :]
    assert after[0] == till.number(4, days_ago=1), "an earlier number is of no later day"
    assert till.rooms[Channel.UNIONPAY].asked == []
    assert Channel.UNIONPAY not in ASKED


@pytest.mark.asyncio
async def test_it_is_done_once_and_goes_on_where_it_was_stopped(till):
    wechat = till.rooms[Channel.WECHAT]
    wechat.silent = 10**9
    async with till.seeker(), asyncio.timeout(60):
        await wechat.thrice.wait()
    assert set(wechat.asked) == {till.number(8 + BEYOND)}, "a silence is no answer: the same number again"
    wechat.silent = 1
    await till.seek()
    assert till.journal.newest_of(SOUGHT).body == {"epoch": till.epoch, "number": 3, "at_ms": NOW + LATE_MS}
    assert lost_numbers(till.journal) is None
    asked = len(wechat.asked)
    await till.seek()
    assert len(wechat.asked) == asked


@pytest.mark.asyncio
async def test_long_lost_numbers_are_left_to_the_bills(tmp_path):
    till = Till(tmp_path, [1, 70_000])
    assert lost_numbers(till.journal).low == 70_000 - REACH
    till.journal.close()


def test_a_journal_that_lost_nothing_asks_nothing(tmp_path):
    till = Till(tmp_path, [])
    assert lost_numbers(till.journal) is None
    till.journal.close()
    (tmp_path / "journal.db").unlink()
    fresh = open_writer(
        tmp_path / "journal.db", bytes(32), training=True, now_ms=NOW, entropy=os.urandom, ballast_bytes=0
    )
    assert lost_numbers(fresh) is None
    fresh.close()
