"""People over a ledger in memory and clocks that stand still; hashes as cheap as argon2 allows."""

from __future__ import annotations

import asyncio
import random

import pytest

from app.core.staff import Person, Role
from app.secrets import Secrets
from app.staff import Changes, Home, People, Proof
from app.staff.hashing import Cost

CHEAP = Cost(kib=8, rounds=1, lanes=1)
KEYS = {"journal.mac_key": "11" * 32, "journal.code_mark_key": "22" * 32}
PINS = {"10": "830274", "20": "619305", "30": "472916", "31": "905137"}
PEOPLE = (Person("10", "李", Role.CASHIER), Person("20", "王", Role.SUPERVISOR), Person("31", "赵", Role.MANAGER))


class Clock:
    def __init__(self) -> None:
        self.mono_now, self.ms = 1000.0, 1_763_800_000_000

    def mono(self) -> float:
        return self.mono_now

    def channel_ms(self) -> int:
        return self.ms

    def pass_(self, seconds: float) -> None:
        self.mono_now += seconds
        self.ms += round(seconds * 1000)


class Ledger:
    """What was written survives the process; ``full`` takes nothing."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, dict]] = []
        self.full = False

    def write(self, kind, body) -> bool:
        if not self.full:
            self.entries.append((kind, dict(body)))
        return not self.full

    def newest(self):
        return self.entries[-1][1] if self.entries else None

    def of(self, kind):
        return [body for one, body in self.entries if one == kind]


class Shop:
    """One data folder; ``start`` is a process that begins in it."""

    def __init__(self, folder, *, simulator=False, held=KEYS, **settings) -> None:
        self.folder, self.simulator, self.settings = folder, simulator, settings
        self.ledger, self.clock = Ledger(), Clock()
        self.sealed = dict(held)
        self.dice = random.Random(1)
        self.start()

    def start(self) -> None:
        """The process before is gone without a word."""
        self.clock.mono_now = 50.0  # another process, another beginning
        secrets = Secrets(self.sealed, simulator=self.simulator, keep=self._keep)
        home = Home(
            self.folder, secrets, self.ledger, self.clock, cost=CHEAP, entropy=self.dice.randbytes, **self.settings
        )
        self.people = People(home)
        self.changes = Changes(self.people)

    def _keep(self, held) -> None:
        self.sealed = dict(held)

    def run(self, coroutine):
        return asyncio.run(coroutine)

    def staffed(self):
        """A manager 30 and one more of each role."""
        assert self.run(self.changes.begin("30", "陈", PINS["30"])) == Person("30", "陈", Role.MANAGER)
        warrant = self.run(self.changes.admit(Proof("30", PINS["30"])))
        for person in PEOPLE:
            assert self.run(self.changes.add(warrant, person, PINS[person.number])) == person
        self.warrant = warrant
        return self

    def try_(self, number, pin):
        return self.run(self.people.sign_in(Proof(number, pin)))


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path).staffed()


@pytest.fixture
def empty(tmp_path):
    return Shop(tmp_path)
