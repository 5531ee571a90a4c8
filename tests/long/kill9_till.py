"""One till under ``kill -9``: what is done to it, and what must be true of it after each death and once it is calm.

The simulator is a process of its own that nobody kills; it is the witness. What a till said before it died is a
promise: a sale it called paid is in its journal as paid, and the shop has the money.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from e2e.stage import PACE, ScannerPort, Simulator, use_scanner
from e2e.warm import Fork, Warm

from app.core.sale import FINAL
from app.journal.api import SaleLine
from app.journal.errors import JournalError, JournalForeign, JournalMissing
from app.journal.reader import open_reader
from app.journal.verify import verify
from app.secrets import Vault
from app.settings import DataFolder

CALM = 240.0  # seconds until what is open must have ended; the longest honest way is a quarantine and some reverses
START = 120.0  # seconds a window may take to open on a machine that has other work
PAID_AND_AFTER = frozenset({"PAID", "VOIDING", "VOIDED", "REFUNDED", "PARTLY_REFUNDED"})
KEPT = frozenset({"PAID", "PARTLY_REFUNDED"})  # the shop holds money of these
_ORDER = re.compile(r"(\d{24})\s*$", re.MULTILINE)
_PAID = re.compile(r"^(\d{4})  已收款", re.MULTILINE)


class Killed:
    """A till's folder at a simulator, and all that its processes said."""

    def __init__(self, place: Path, simulator: Simulator, program: Warm, chance: random.Random, tally: Counter[str]):
        place.mkdir(parents=True)
        self.folder = place / "till"
        self.simulator, self.program, self.chance, self.tally = simulator, program, chance, tally
        self.others = frozenset(simulator.ledger())
        self.codes: list[str] = []
        self.said: list[Path] = []
        self.paid: set[str] = set()  # what a process called paid while it lived
        self.lost: set[str] = set()  # numbers of a stretch of the journal that was taken away
        self.violations: list[tuple[str, str]] = []
        self.scanner = ScannerPort(place / "scanner")
        client = json.loads(simulator.client.read_text("utf-8"))
        client["wechat"]["api"] = chance.choice(["v2", "v3"])
        (place / "client.json").write_text(json.dumps(client), "utf-8")
        code, told = self.run("setup", "--client", str(place / "client.json"))
        if code != 0:
            raise RuntimeError(told)
        use_scanner(self.folder, place / "scanner")
        self.key = Vault.unlock(self.folder).mac_key
        self.journal = DataFolder(self.folder).journal

    def close(self) -> None:
        self.scanner.close()

    def accuse(self, rule: str, what: str) -> None:
        self.violations.append((rule, what))

    def start(self, *words: str, given: str | None = None) -> Fork:
        fork = self.program.start(*words, "--data", str(self.folder), given=given)
        self.said.append(fork.out)
        return fork

    def run(self, *words: str, given: str = "") -> tuple[int, str]:
        fork = self.start(*words, given=given)
        return fork.wait(), fork.said()

    def window(self) -> Fork:
        fork = self.program.start(str(self.folder), drive=True)
        self.said.append(fork.out)
        return fork

    def lines(self) -> dict[str, SaleLine]:
        """The journal's sales, read beside whatever runs."""
        try:
            reader = open_reader(self.journal)
        except (JournalMissing, JournalForeign):  # killed while it was made, or before
            return {}
        try:
            return {line.out_trade_no: line for line in reader.lines(None)}
        finally:
            reader.close()

    def ledger(self) -> dict[str, dict[str, Any]]:
        return {number: order for number, order in self.simulator.ledger().items() if number not in self.others}

    def code(self, channel: str, customer: str) -> str:
        self.codes.append(self.simulator.code(channel, customer))
        return self.codes[-1]

    def troubled(self, channel: str, faults: tuple[str, ...]) -> None:
        rule = self.chance.choice(faults)
        self.simulator.fault(f"{channel}.{rule.format(channel)}" if rule else "")

    def yuan(self) -> str:
        fen = self.chance.randrange(1, 90_000)
        return f"{fen // 100}.{fen % 100:02d}"

    def cut(self, fork: Fork, what: str, most: float) -> None:
        """Kill it at a random instant of the next ``most`` seconds, sooner rather than later."""
        with contextlib.suppress(TimeoutError):
            fork.wait(most * self.chance.random() ** 2)
        if fork.status is None and fork.kill() == -signal.SIGKILL:
            self.tally["kills"] += 1
            self.tally[f"kills: {what}"] += 1
        else:
            self.tally["ended before the kill"] += 1
        self.hears(fork.said())

    def hears(self, said: str) -> None:
        """Remember what was called paid: a picture of the window names the sale, a terminal its last four digits."""
        for text in said.splitlines():
            if text.startswith("{"):
                with contextlib.suppress(json.JSONDecodeError):
                    self.paid |= set(_shown_paid(json.loads(text)))
        short = set(_PAID.findall(said))
        self.paid |= {number for number in _ORDER.findall(said) if self.last_four(number) in short}
        for bad in ("Traceback", "程序出错"):
            if bad in said:
                self.accuse("bug", said[said.index(bad) :][:600])

    def last_four(self, number: str) -> str:
        line = self.lines().get(number)
        return "" if line is None else f"{line.number % 10_000:04d}"

    def proves(self) -> None:
        """At once after a death: the chain holds, no order but the journal's own, no promise is broken (D1, D3)."""
        try:
            lines = self.lines()
        except JournalError as error:
            self.accuse("journal", str(error))
            return
        verdict = verify(self.journal, self.key) if self.journal.exists() else None
        if verdict is not None and not verdict.is_sound and (verdict.entries or lines):
            self.accuse("I-34", verdict.says)
        for number in set(self.ledger()) - set(lines) - self.lost:
            self.accuse("D1", f"{number} is at the channel and not in the journal")
        for number in self.paid - self.lost:
            state = lines[number].state if number in lines else "nowhere"
            if state not in PAID_AND_AFTER:
                self.accuse("D3", f"{number} was called paid and is {state}")

    def settles(self) -> None:
        """The channel is well again: whatever is open comes to its end, and the two books agree to the fen."""
        self.simulator.fault("")
        end = time.monotonic() + CALM
        while not self.violations and self.waiting():
            if time.monotonic() > end:
                self.accuse("I-31", f"still open: {[(n, str(x.state)) for n, x in self.waiting().items()]}")
                return
            self.hears(self.run("resolve")[1])
        self.proves()
        self.agrees()
        code, said = self.run("journal", "verify")
        if code != 0 and not self.lost:
            self.accuse("I-34", said)
        for what in self.canary():
            self.accuse("I-55", what)

    def waiting(self) -> dict[str, SaleLine]:
        return {number: line for number, line in self.lines().items() if line.is_open or line.state not in _SETTLED}

    def agrees(self) -> None:
        """Journal = ledger (I-1, I-2, I-6)."""
        ledger = self.ledger()
        for number, line in self.lines().items():
            ours = line.amount_fen - line.refunded_fen if line.state in KEPT else 0
            theirs = ledger[number]["net_fen"] if number in ledger else 0
            if ours != theirs:
                self.accuse("I-1", f"{number} is {line.state} with {ours} fen here, {theirs} fen there")

    def canary(self) -> Iterator[str]:
        """No payment code in any file of the till, nor in what its processes said."""
        needles = [shape for code in self.codes for shape in (code.encode(), code.encode("utf-16-le"))]
        for path in (*self.folder.rglob("*"), *self.said):
            if path.is_file():
                data = path.read_bytes()
                yield from (f"a payment code in {path.name}" for needle in needles if needle in data)


_SETTLED = frozenset(state.value for state in FINAL)


def _shown_paid(picture: dict[str, Any]) -> Iterator[str]:
    for sale in (picture.get("sale"), *picture.get("open", ()), *picture.get("done", ())):
        if sale and sale["state"] == "PAID":
            yield sale["out_trade_no"]


assert PACE == 20, "the seconds of this file are at that pace"
