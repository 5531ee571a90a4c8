"""How far the journal has come is sealed often enough, out of the way of sales, and never at their cost."""

import asyncio
import os
from types import SimpleNamespace

import pytest

from app.journal.api import Entry
from app.journal.outside import SEEN, Why, recalled
from app.journal.writer import open_writer
from app.secrets import Secrets, VaultError
from app.till.memory import RENEW, RENEW_BUSY, Memory

from .shop import VirtualLoop

NOW = 1_795_310_000_000
CLOCK = SimpleNamespace(channel_ms=lambda: NOW)


@pytest.fixture
def sealed():
    """What was sealed, one after the other; an empty list at first."""
    return []


@pytest.fixture
def secrets(sealed):
    return Secrets({}, simulator=True, keep=lambda held: sealed.append(recalled(held[SEEN])))


@pytest.fixture
def journal(tmp_path):
    made = open_writer(
        tmp_path / "journal.db", bytes(32), training=True, now_ms=NOW, entropy=os.urandom, ballast_bytes=0
    )
    yield made
    made.close()


def grow(journal):
    journal.append(Entry("app.note", NOW, {}))


def test_it_is_sealed_at_the_start_and_at_the_end_and_not_twice_for_nothing(journal, secrets, sealed):
    memory = Memory(journal, secrets, CLOCK, "here")
    assert memory.why is None
    assert [seen.seq for seen in sealed] == [1]
    memory.renew()
    assert len(sealed) == 1
    grow(journal)
    memory.close()
    assert [seen.seq for seen in sealed] == [1, 2]


def test_it_waits_for_a_quiet_minute_but_not_for_ever(journal, secrets, sealed):
    loop = VirtualLoop(0.0)
    busy = True

    async def day():
        nonlocal busy
        memory = Memory(journal, secrets, CLOCK, "here")
        memory.begin(lambda: busy)
        grow(journal)
        await asyncio.sleep(RENEW_BUSY - 1)
        assert len(sealed) == 1, "sales are open"
        await asyncio.sleep(2)
        assert len(sealed) == 2, "five minutes at most"
        busy = False
        grow(journal)
        await asyncio.sleep(RENEW + 1)
        assert [seen.seq for seen in sealed] == [1, 2, 3]
        memory.close()

    try:
        loop.run_until_complete(day())
    finally:
        loop.close()


def test_a_disk_that_takes_nothing_costs_no_sale(journal, expect_log):
    def full(_):
        raise VaultError("keys.disk.say", "no space left")

    expect_log("mashou.till", "could not be sealed")
    memory = Memory(journal, Secrets({}, simulator=True, keep=full), CLOCK, "here")
    grow(journal)
    memory.close()


def test_a_broken_journal_is_left_to_those_who_write_into_it(journal, secrets, sealed):
    memory = Memory(journal, secrets, CLOCK, "here")
    journal.close()
    memory.close()
    assert len(sealed) == 1


def test_another_computer_is_told_once(journal, secrets, sealed, expect_log):
    for _ in range(8):
        grow(journal)
    Memory(journal, secrets, CLOCK, "here").close()
    grow(journal)
    expect_log("mashou.till", "not the one known (copied)")
    moved = Memory(journal, secrets, CLOCK, "there")
    assert moved.why is Why.COPIED
    assert dict(moved.values) == {"n": "9", "epoch": f"{journal.epoch():04d}"}, "what was known, not what is there now"
    assert sealed[-1].machine == "there"
    assert Memory(journal, secrets, CLOCK, "there").why is None
