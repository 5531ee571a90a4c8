"""``long kill9``: the real program against the HTTPS simulator in another process, killed at random instants.

``mashou sell`` opens the whole house (keys, journal, channels, recovery) and is killed with SIGKILL somewhere between
its first import and its last word; the next customer's start recovers. Some lives are stopped for a while, run beside
a second instance, or may write no more than so many bytes. At the end everything is settled and the books compared.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from long.report import finish

from app.sim.client_file import read_control
from app.sim.remote import ask

ROOT = Path(__file__).parents[2]
PACE = 20
SETTLED = frozenset({"PAID", "DECLINED", "REVERSED", "NOT_SENT", "STUCK"})
CUSTOMERS = ("instant",) * 6 + ("password:8", "password:30", "never", "poor")
FAULTS = ("*.pay: lose-answer x1", "*.pay: lose-request x1", "*.pay: late-pay 30 x1", "*.query: http-503 x2",
          "*.reverse: lie-ok x1", "*.*: delay 4 x2", "*.query: invisible 60 x3", "*.pay: rst-after x1")  # fmt: skip
STOPPED = 90.0  # seconds a life may be stopped for, in the long command
LIFE = (0.3, 2.5)  # seconds from the start of a program to its death
RESOLVING = 400.0  # seconds everything may take to end: ten minutes and the quarantine, at this pace, and to spare
TOLD = 50


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_start: float = 0.0


class Shop:
    """One till's folder, one simulator, and the hand that pulls the plug."""

    def __init__(self, folder: Path, seed: int, tally: Tally, stop_for: float) -> None:
        self._chance = random.Random(seed)
        self._tally = tally
        self._stop_for = stop_for
        self.sim, self.till = folder / "sim", folder / "till"
        self.codes: list[str] = []
        self._environment = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}

    # --- what there is to run

    def _program(self, *arguments: str, **how: Any) -> subprocess.Popen[str]:
        asked = [sys.executable, "-m", "app", *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(asked, cwd=ROOT, text=True, env=self._environment, **(pipes | how))

    def run(self, *arguments: str, seconds: float = 120.0) -> tuple[int, str, str]:
        program = self._program(*arguments)
        try:
            out, said = program.communicate("", timeout=seconds)
        except subprocess.TimeoutExpired:
            program.kill()
            program.communicate()
            self._tally.wrong.append(f"{arguments[0]} did not end within {seconds:.0f} s")
            return -1, "", ""
        return program.returncode, out, said

    @contextmanager
    def open(self) -> Iterator[None]:
        """The simulator runs and the till is set up."""
        arguments = ("sim", "--dir", str(self.sim), "--pace", str(PACE), "--with-parent")
        simulator = self._program(*arguments, stderr=subprocess.DEVNULL)
        assert simulator.stdout is not None
        simulator.stdout.readline()
        client = str(self.sim / "client.json")
        code, _, said = self.run("setup", "--data", str(self.till), "--client", client)
        assert code == 0, said
        try:
            yield
        finally:
            simulator.communicate()

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        method = "GET" if path == "/ledger" else "POST"
        return asyncio.run(ask(read_control(self.sim), method, path, body))

    def code(self) -> str:
        channel = self._chance.choice(("wechat", "alipay", "unionpay"))
        kind, _, seconds = self._chance.choice(CUSTOMERS).partition(":")
        customer = kind + (f":{seconds}" if seconds else "")
        made = str(self.control("/code", channel=channel, customer=customer)["code"])
        self.codes.append(made)
        return made

    # --- one life

    def life(self) -> None:
        """A customer comes, and the program dies."""
        chance, counts = self._chance, self._tally.counts
        self.control("/fault", script=chance.choice(FAULTS) if chance.random() < 0.3 else "")
        peril = chance.random()
        how: dict[str, Any] = {}
        if peril < 0.04:
            room = (self.till / "journal.db").stat().st_size + chance.randrange(200_000) if self._has_journal() else 0
            how["preexec_fn"] = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            counts["disk ends at a size"] += room > 0
            how = how if room else {}
        amount = f"{chance.randrange(1, 50_000) / 100:.2f}"
        program = self._program("sell", amount, "--code", "-", "--data", str(self.till), **how)
        assert program.stdin is not None
        with suppress(BrokenPipeError):
            program.stdin.write(self.code() + "\n")
            program.stdin.flush()
        time.sleep(chance.uniform(*LIFE))  # noqa: TID251 - real seconds of a real process are the point
        if 0.04 <= peril < 0.08:
            self._second(amount)
        if 0.08 <= peril < 0.10 and program.poll() is None:
            self._stopped(program)
        died = program.poll() is None
        counts["killed" if died else "ended by itself"] += 1
        program.send_signal(signal.SIGKILL)
        _, said = program.communicate()
        if "Traceback" in said:
            self._tally.wrong.append(f"a traceback: {said[-300:]}")

    def _has_journal(self) -> bool:
        return (self.till / "journal.db").exists()

    def _second(self, amount: str) -> None:
        """Another instance on the same folder says so, and touches nothing."""
        code, _, said = self.run("sell", amount, "--code", self.code(), "--data", str(self.till))
        self._tally.counts["second instance"] += 1
        if "Traceback" in said:
            self._tally.wrong.append(f"the second instance: exit {code}, {said[-300:]}")

    def _stopped(self, program: subprocess.Popen[str]) -> None:
        program.send_signal(signal.SIGSTOP)
        time.sleep(self._stop_for)  # noqa: TID251 - as above
        program.send_signal(signal.SIGCONT)
        self._tally.counts["stopped and woken"] += 1
        time.sleep(self._chance.uniform(0, 1))  # noqa: TID251 - as above

    # --- the end

    def settle(self) -> None:
        """Everything ends; journal and ledger say the same; no code is on the disk."""
        self.control("/fault", script="")
        began = time.monotonic()
        code, _, said = self.run("resolve", "--data", str(self.till), seconds=RESOLVING)
        self._tally.counts["seconds to settle"] += int(time.monotonic() - began)
        if code not in (0, 1, 2):
            self._tally.wrong.append(f"resolve: exit {code}, {said[-300:]}")
        _, out, said = self.run("sales", "--json", "--data", str(self.till))
        sales = {sale["out_trade_no"]: sale for sale in json.loads(out or "[]")}
        ledger = {order["out_trade_no"]: order for order in self.control("/ledger")["orders"]}
        self._tally.counts.update(sales=len(sales), orders=len(ledger))
        self._tally.wrong += list(_differences(sales, ledger))
        code, _, said = self.run("journal", "verify", "--data", str(self.till))
        if code != 0:
            self._tally.wrong.append(f"verify: exit {code}, {said[-200:]}")
        self._tally.wrong += list(self._leaks())

    def _leaks(self) -> Iterator[str]:
        for path in self.till.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                yield from (f"a payment code in {path.name}" for code in self.codes if code.encode() in data)


def _differences(sales: dict[str, Any], ledger: dict[str, Any]) -> Iterator[str]:
    for number, sale in sales.items():
        ours = sale["amount_fen"] - sale["refunded_fen"] if sale["state"] == "PAID" else 0
        theirs = ledger[number]["net_fen"] if number in ledger else 0
        if sale["state"] not in SETTLED:
            yield f"{number} is still {sale['state']}"
        elif ours != theirs and sale["state"] != "STUCK":
            yield f"{number} is {sale['state']} with {ours}, the channel has {theirs}"
    for number in set(ledger) - set(sales):
        yield f"the channel knows {number}, the journal does not"


def play(kills: int, seed: int, stop_for: float = STOPPED) -> Tally:
    """``kills`` deaths of one till, then the books."""
    tally = Tally()
    folder = Path(tempfile.mkdtemp(prefix="mashou-kill9-"))
    try:
        shop = Shop(folder, seed, tally, stop_for)
        with shop.open():
            while tally.counts["killed"] < kills:
                shop.life()
            shop.settle()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return tally


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="long kill9", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--procs", type=int, default=4, help="tills at a time; they mostly wait")
    parser.add_argument("--stop-for", type=float, default=STOPPED, help="seconds a life is stopped for")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    share = -(-asked.kills // asked.procs)
    with ThreadPoolExecutor(asked.procs) as pool:
        seeds = range(asked.seed, asked.seed + asked.procs)
        tallies = list(pool.map(lambda seed: play(share, seed, asked.stop_for), seeds))
    counts: Counter[str] = sum((tally.counts for tally in tallies), Counter())
    wrong = [what for tally in tallies for what in tally.wrong]
    seconds = time.monotonic() - began
    rates = {"seconds": round(seconds, 1), "kills_per_minute": round(60 * counts["killed"] / seconds, 1)}
    counts["wrong"] = len(wrong)
    return finish("kill9", seed=asked.seed, counts=counts, violations=wrong[:TOLD], rates=rates, out=asked.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
