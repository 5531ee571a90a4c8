"""One till under ``kill -9``: what is done to it, and what must be true of it after each death and once it is calm.

The simulator is a process of its own that nobody kills; it is the witness. What a till said before it died is a
promise: a sale it called paid is in its journal as paid, and the shop has the money.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
from e2e.stage import PACE, ROOT, ScannerPort, Simulator, use_scanner
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
GONE = 60.0  # seconds the other half of a killed pair may take to notice, there
PAID_AND_AFTER = frozenset({"PAID", "VOIDING", "VOIDED", "REFUNDED", "PARTLY_REFUNDED"})
KEPT = frozenset({"PAID", "PARTLY_REFUNDED"})  # the shop holds money of these
CHANNELS = ("wechat", "alipay", "unionpay")
CUSTOMERS = ("instant",) * 5 + ("password:6", "password:20", "password:60", "never", "poor")
FAULTS = (
    *("",) * 6,
    *("pay: lose-answer x1", "pay: lose-request x1", "pay: late-pay 20 x1", "pay: silence-after x1", "pay: delay 8 x1"),
    *("pay: system-error x1", "pay: system-error-after x1", "pay: bad-signature x1; {}.query: bad-signature x2"),
    *("pay: silence x1; {}.query: invisible 20 x3", "pay: http-502-after x1; {}.reverse: lie-ok x1"),
    *("pay: http-503 x1; {}.reverse: lie-fail x1", "pay: truncate x1; {}.reverse: recall x2", "query: silence x2"),
)
BACK_FAULTS = (
    *("",) * 3,
    *("refund: lose-answer x1", "refund: lose-request x1", "refund: silence-after x1", "refund: takes 30 x1"),
    *("refund: http-502-after x1", "refund: lie-fail x1", "refund: bad-signature x1", "refund-query: silence x1"),
)
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

    # -- the ways to die

    def die(self) -> None:
        """One act of a day at the till, cut off by ``kill -9``."""
        act = self.chance.choices(
            (self.sells, self.charges, self.opens, self.refunds, self.resolves, self.holds, self.shifts, self.climbs),
            (30, 25, 8, 17, 8, 3, 4, 5),
        )[0]
        act()
        self.proves()

    def sells(self) -> None:
        """``mashou sell``, from its first instruction to its end."""
        channel = self.chance.choice(CHANNELS)
        self.troubled(channel, FAULTS)
        code = self.code(channel, self.chance.choice(CUSTOMERS))
        fork = self.start("sell", self.yuan(), "--code", "-", given=code + "\n")
        if self.chance.random() < 0.75:
            fork.until("单号", START)
            self.cut(fork, "sell", 2.5)
        else:
            self.cut(fork, "sell start", 0.5)

    def charges(self) -> None:
        """The window, a hand on its keyboard, a scanner on its serial port."""
        channel = self.chance.choice(CHANNELS)
        self.troubled(channel, FAULTS)
        fork = self.window()
        if self.chance.random() < 0.25:
            self.cut(fork, "window start", 1.5)
            return
        if fork.until('"scanner": "ok"', START):
            fork.say(f"type {self.yuan()}\nkey Return\n")
        if fork.until('"phase": "ready"', START):
            self.scanner.scan(self.code(channel, self.chance.choice(CUSTOMERS)))
            fork.until('"out_trade_no"', START)
            if self.chance.random() < 0.2:
                fork.say("key F2\n")
        self.cut(fork, "window", 2.5)

    def opens(self) -> None:
        """The shipped window as a shop starts it, parent and child, over whatever is open; any of the two is hit."""
        process = shipped(self.folder)
        wait(process, self.chance.uniform(0.2, 4.0))
        victim = self.chance.choice(("both", "parent", "child"))
        child = children(process.pid)
        if process.poll() is None and (victim != "child" or child):
            self.tally["kills"] += 1
            self.tally[f"kills: the shipped window, {victim}"] += 1
        if victim == "child":
            for pid in child:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        elif victim == "parent":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        if not gone(process, GONE):
            self.accuse("process", f"{GONE:.0f} s after the {victim} was killed the other one still runs")
            os.killpg(process.pid, signal.SIGKILL)
            gone(process, GONE)

    def refunds(self) -> None:
        """``mashou refund`` of a sale that is paid, all of it or a part."""
        found = self.chosen(lambda line: line.state in KEPT)
        if found is None:
            self.sells()
            return
        self.troubled(found.channel, BACK_FAULTS)
        part: tuple[str, ...] = ()
        left = found.amount_fen - found.refunded_fen
        if left > 1 and self.chance.random() < 0.5:
            fen = self.chance.randrange(1, left)
            part = ("--amount", f"{fen // 100}.{fen % 100:02d}")
        fork = self.start("refund", found.out_trade_no, "--reason", "顾客退货", *part, given="")
        if self.chance.random() < 0.75:
            fork.until("退款已提交", START)
            self.cut(fork, "refund", 1.5)
        else:
            self.cut(fork, "refund start", 0.5)

    def holds(self) -> None:
        """``mashou hold``: cash beside the till."""
        found = self.chosen(lambda line: line.state == "PAID")
        if found is None:
            self.sells()
            return
        self.simulator.fault("")
        words = ("--reason", "通道不通", "--voucher", f"V{self.chance.randrange(1000)}")
        fork = self.start("hold", found.out_trade_no, *words, given="")
        self.cut(fork, "hold", 1.5)

    def resolves(self) -> None:
        """A recovery that is cut off."""
        self.cut(self.start("resolve", given=""), "resolve", 2.0)

    def shifts(self) -> None:
        """A shift that opens or closes."""
        self.cut(self.start("shift", self.chance.choice(("open", "z")), given=""), "shift", 0.6)

    def climbs(self) -> None:
        """The journal as version 1 left it, and a start that brings it up to date."""
        if not as_version_1(self.journal):
            self.resolves()
            return
        self.cut(self.start("resolve", given=""), "upgrade", 0.5)

    def chosen(self, fits: Callable[[SaleLine], bool]) -> SaleLine | None:
        fitting = sorted((line for line in self.lines().values() if fits(line)), key=lambda line: line.number)
        return self.chance.choice(fitting) if fitting else None

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

    # -- what must be true

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


def shipped(folder: Path) -> subprocess.Popen[bytes]:
    """``python -m app``, imported and all, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", "--data", str(folder)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        start_new_session=True,
    )


def children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []


def wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def gone(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the whole group has ended within so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        wait(process, 0.05)
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return True
    return False


def as_version_1(journal: Path) -> bool:
    """Nobody has it open: take from it what version 2 added. False where there is none."""
    if not journal.exists():
        return False
    db = apsw.Connection(str(journal))
    try:
        for index in ("entry_apart", "sale_refunded"):
            db.execute(f"DROP INDEX IF EXISTS {index}")
        db.execute("PRAGMA user_version = 1")
    finally:
        db.close()
    return True


assert PACE == 20, "the seconds of this file are at that pace"
