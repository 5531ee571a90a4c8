"""``kill -9`` of the real program against the simulator in another process, at random instants, again and again.

    sh packaging/test.sh long kill9 [--kills N] [--seed S] [--procs N] [--out FILE]

Tills live in lanes beside each other. In the life of each some twenty-five processes are killed: the command line, the
window with a hand on its keyboard, the shipped window with its parent; while they start, sell, wait for a password,
give money back, recover, close a shift or bring the journal up to date. After each death and once the till is calm the
journal is compared with the simulator's ledger (``kill9_till``). Each life ends with a mishap (``kill9_mishaps``).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from traceback import format_exception

from e2e.stage import Simulator
from e2e.warm import Warm
from long.kill9_deaths import die
from long.kill9_mishaps import MISHAPS
from long.kill9_till import Killed
from long.report import finish

LIFE = 25  # deaths
TOLD = 50  # violations in a report at most
PROGRESS = 60.0  # seconds between two lines


@dataclass
class Tally:
    """What the lanes share."""

    wanted: int
    counts: Counter[str] = field(default_factory=Counter)
    violations: list[dict[str, object]] = field(default_factory=list)
    lives: int = 0
    promised: int = 0  # deaths of the lives that have begun
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next_life(self, most: int) -> tuple[int, int] | None:
        """Its number, and how often it shall die; None where enough have."""
        with self._lock:
            deaths = min(most, self.wanted - self.promised)
            if deaths <= 0:
                return None
            self.promised += deaths
            self.lives += 1
            return self.lives - 1, deaths

    def take(self, counts: Counter[str], violations: list[dict[str, object]]) -> None:
        with self._lock:
            self.counts += counts
            self.violations += violations
        for one in violations:
            print(f"violation: {one}", file=sys.stderr)


class Lane:
    """Lives one after the other, at a simulator of their own."""

    def __init__(self, tally: Tally, seed: int, place: Path, *, mishaps: bool) -> None:
        self.tally, self.seed, self.place, self.mishaps = tally, seed, place, mishaps

    def run(self, deaths: int) -> None:
        self.place.mkdir()
        simulator, program = Simulator(self.place / "sim"), Warm(self.place, window=True)
        try:
            while (asked := self.tally.next_life(deaths)) is not None:
                life, times = asked
                counts, chance = Counter[str](), random.Random(f"{self.seed}/{life}")
                till = Killed(self.place / f"life-{life}", simulator, program, chance, counts)
                try:
                    live(till, times)
                    if self.mishaps and not till.violations:
                        name, mishap = list(MISHAPS.items())[life % len(MISHAPS)]
                        counts[f"mishap: {name}: {mishap(till)}"] += 1
                    count(till)
                finally:
                    till.close()
                wrong = [{"life": life, "rule": rule, "what": what} for rule, what in till.violations]
                self.tally.take(counts, wrong)
        finally:
            program.close()
            simulator.close()


def live(till: Killed, times: int) -> None:
    """One till from its set-up through its deaths until it is calm."""
    while till.tally["kills"] < times and not till.violations:
        die(till)
    till.settles()


def count(till: Killed) -> None:
    lines = till.lines().values()
    till.tally["tills"] += 1
    till.tally["sales"] += len(lines)
    till.tally.update(f"ended {line.state}" for line in lines)
    till.tally["orders at the channel"] += len(till.ledger())
    till.tally["called paid before the kill"] += len(till.paid)


def kill(kills: int, seed: int, procs: int, *, mishaps: bool = True, seconds: float = float("inf")) -> Tally:
    """At least ``kills`` deaths; no life begins after ``seconds``."""
    tally, began = Tally(kills), time.monotonic()
    deaths = min(LIFE, -(-kills // procs))
    with tempfile.TemporaryDirectory(prefix="mashou-kill9-") as name, ThreadPoolExecutor(procs) as pool:
        lanes = [pool.submit(Lane(tally, seed, Path(name) / f"{n}", mishaps=mishaps).run, deaths) for n in range(procs)]
        while (still := futures.wait(lanes, PROGRESS, futures.FIRST_EXCEPTION)).not_done:
            print(f"{tally.counts['kills']} kills, {len(tally.violations)} violations", file=sys.stderr)
            if time.monotonic() - began > seconds or any(one.exception() for one in still.done):
                tally.wanted = 0
                break
        stumbled = [error for one in lanes if (error := one.exception()) is not None]
    tally.violations += [{"rule": "lane", "what": "".join(format_exception(error))[-1500:]} for error in stumbled]
    return tally


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--procs", type=int, default=2, help="tills at a time")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no other life after so long")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(argv)
    began = time.monotonic()
    tally = kill(asked.kills, asked.seed, asked.procs, seconds=asked.seconds)
    seconds = time.monotonic() - began
    rates = {"seconds": round(seconds, 1), "kills_per_minute": round(60 * tally.counts["kills"] / seconds, 1)}
    return finish(
        "kill9",
        seed=asked.seed,
        counts=dict(sorted(tally.counts.items())),
        violations=tally.violations[:TOLD],
        rates=rates,
        out=asked.out,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
