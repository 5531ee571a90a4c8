"""``long soak``, ``long replay`` and ``long shrink``: many seeds and one JSON report, or one seed and its timeline."""

from __future__ import annotations

import argparse
import gc
import json
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from threading import Event
from typing import Any

from long.report import finish
from simulation import shrink
from simulation.situations import RARE, missing
from simulation.story import Result, Way, play

TILL_YEAR = 73_000  # sales: 200 a day
SALES = 40  # customers of one seed
CHUNK = 5  # seeds a process takes at a time
SEED_MOST = 60.0  # seconds of processor time: a seed that takes longer never ends
PROGRESS = 60.0  # seconds between two lines of progress
LOOKS = 1.0  # seconds between two looks at whether the run is to stop
TOLD = 100  # violations in a report at most
SITUATIONS_FROM = 3_000  # seeds: a shorter run says what it missed, and is not wrong for it


class Report:
    """Sums over seeds."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.sometimes: Counter[str] = Counter()
        self.violations: list[dict[str, Any]] = []
        self.virtual_s = 0.0
        self.cpu_s = 0.0
        self.digest = ""

    def add(self, result: Result) -> None:
        self.counts.update(
            seeds=1,
            sales=result.sales,
            sabotaged_sales=result.sabotaged,
            faults=len(result.deeds),
            crashes=result.crashes,
            refunds=result.refunds,
            requests=result.requests,
            commits=result.commits,
            stuck=result.stuck,
        )
        self.sometimes.update(result.sometimes)
        self.virtual_s += result.virtual_s
        self.violations += [{"seed": result.seed, "rule": rule, "what": what} for rule, what in result.violations]
        self._goes_on(result.digest)

    def fails(self, what: str, seed: int | None = None) -> None:
        """No broken rule of the till: ``seed`` could not be played to its end, or the run itself could not."""
        self.violations.append({"seed": seed, "rule": "run", "what": what})

    def take(self, other: Report) -> None:
        """The sums of seeds that come after these."""
        self.counts.update(other.counts)
        self.sometimes.update(other.sometimes)
        self.violations += other.violations
        self.virtual_s += other.virtual_s
        self.cpu_s += other.cpu_s
        self._goes_on(other.digest)

    def _goes_on(self, digest: str) -> None:
        self.digest = blake2b((self.digest + digest).encode(), digest_size=16).hexdigest()

    @property
    def bad_seeds(self) -> list[int]:
        return sorted({violation["seed"] for violation in self.violations if violation["seed"] is not None})

    def told(self) -> dict[str, Any]:
        return {
            **self.counts,
            "till_years": round(self.counts["sales"] / TILL_YEAR, 3),
            "virtual_years": round(self.virtual_s / 31_557_600, 3),
            "bad_seeds": len(self.bad_seeds),
            "digest": self.digest,
            "situations_reached": len(RARE) - len(missing(self.sometimes)),
            "situations_missed": missing(self.sometimes),
            "sometimes": dict(sorted(self.sometimes.items())),
        }

    def rates(self, seconds: float) -> dict[str, float]:
        sales = self.counts["sales"]
        return {
            "seconds": round(seconds, 1),
            "cpu_seconds": round(self.cpu_s, 1),
            "sales_per_second": round(sales / seconds, 1),
            "sales_per_cpu_second": round(sales / max(self.cpu_s, 0.001), 1),
            "requests_per_sale": round(self.counts["requests"] / max(sales, 1), 2),
            "sales_per_crash": round(sales / max(self.counts["crashes"], 1), 1),
        }


def _chunk(seeds: range, sales: int, way: Way) -> Report:
    report, began = Report(), time.process_time()
    for seed in seeds:
        signal.setitimer(signal.ITIMER_PROF, SEED_MOST)
        try:
            report.add(play(seed, range(sales), way=way))
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the outermost loop: the other seeds go on
            report.fails("".join(traceback.format_exception(error)[-3:]), seed)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
    report.cpu_s = time.process_time() - began
    return report


def _chunks(asked: argparse.Namespace) -> Iterator[range]:
    first, began = asked.seed, time.monotonic()
    last = first + asked.seeds if asked.seeds else sys.maxsize
    while first < last and time.monotonic() - began < asked.seconds:
        yield range(first, min(first + CHUNK, last))
        first += CHUNK


def _worker_begins() -> None:
    """Whoever runs the soak is told to stop, not its workers; what is loaded by now is never looked at for garbage."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, _never_ends)
    gc.freeze()


def _never_ends(*_: object) -> None:
    raise KeyboardInterrupt(f"not over after {SEED_MOST:.0f} s of processor time")  # which no loop takes for a fault


def _parts(asked: argparse.Namespace, stop: Event) -> Iterator[Report]:
    """In the order of seeds, so that the digest is of them alone."""
    rest = False if asked.lists else None
    way = Way(asked.sqlite or rest, asked.wires or rest, rest)
    waiting: list[Future[Report]] = []
    coming = _chunks(asked)
    with ProcessPoolExecutor(asked.procs, initializer=_worker_begins) as pool:
        try:
            while not stop.is_set():
                while len(waiting) < 2 * asked.procs and (seeds := next(coming, None)) is not None:
                    waiting.append(pool.submit(_chunk, seeds, asked.sales, way))
                if not waiting:
                    return
                if wait(waiting[:1], LOOKS).done:
                    yield waiting.pop(0).result()
        except BrokenProcessPool as error:
            dead = Report()
            dead.fails(f"a worker died: {error}")
            yield dead
        finally:
            for late in waiting:
                late.cancel()


def soak(asked: argparse.Namespace) -> int:
    """Until so many years are lived through, so many seeds played, or so many seconds gone: whichever comes first.

    A signal to end (Ctrl+C, SIGTERM) ends it with a report of what has been played.
    """
    wanted = int(asked.till_years * TILL_YEAR) if asked.till_years else sys.maxsize
    report, began, spoke = Report(), time.monotonic(), time.monotonic()
    stop = Event()
    before = {which: signal.signal(which, lambda *_: stop.set()) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        with closing(_parts(asked, stop)) as parts:
            for part in parts:
                report.take(part)
                for bad in part.violations:
                    print(f"seed {bad['seed']}: {bad['rule']}: {bad['what']}", file=sys.stderr, flush=True)
                if time.monotonic() - spoke > PROGRESS:
                    spoke = time.monotonic()
                    told = f"{report.counts['sales']} sales in {spoke - began:.0f} s, {len(report.bad_seeds)} bad seeds"
                    print(told, file=sys.stderr, flush=True)
                if report.counts["sales"] >= wanted:
                    break
    finally:
        for which, how in before.items():
            signal.signal(which, how)
    return _told(asked, report, time.monotonic() - began, stopped=stop.is_set())


def _told(asked: argparse.Namespace, report: Report, seconds: float, *, stopped: bool) -> int:
    violations: list[object] = list(report.violations[:TOLD])
    if report.counts["seeds"] >= SITUATIONS_FROM and missing(report.sometimes):
        violations.append({"rule": "sometimes", "what": f"never reached: {missing(report.sometimes)}"})
    return finish(
        "soak",
        seed=asked.seed,
        counts=report.told() | {"stopped_early": stopped},
        violations=violations,
        rates=report.rates(seconds),
        out=asked.out,
    )


def replay(asked: argparse.Namespace) -> int:
    result = play(asked.seed, range(asked.sales), keep_story=True)
    print("\n".join(result.story))
    told = {"seed": asked.seed, "violations": result.violations, "digest": result.digest}
    print(json.dumps(told, ensure_ascii=False))
    return int(bool(result.violations))


def shorten(asked: argparse.Namespace) -> int:
    """The shortest story, and a test that tells it; exit code 2 where the seed breaks no rule."""
    try:
        short = shrink.shortest(asked.seed, range(asked.sales), seconds=asked.seconds)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(short.tell())
    if asked.out is not None:
        asked.out.write_text(short.as_test(), "utf-8")
    else:
        print(short.as_test())
    return 1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="long", description=__doc__)
    parts = parser.add_subparsers(required=True)
    for part, run in ((soak, soak), (replay, replay), (shorten, shorten)):
        name = "shrink" if part is shorten else part.__name__
        sub = parts.add_parser(name, description=part.__doc__)
        sub.set_defaults(run=run)
        sub.add_argument("--sales", type=int, default=SALES, help="customers in each seed")
        sub.add_argument("--out", type=Path)
        if part is soak:
            sub.add_argument("--till-years", type=float, default=0.0)
            sub.add_argument("--seeds", type=int, default=0)
            sub.add_argument("--seed", type=int, default=0, help="the first")
            sub.add_argument("--seconds", type=float, default=float("inf"), help="begin nothing more after so long")
            sub.add_argument("--procs", type=int, default=2)
            sub.add_argument("--lists", action="store_true", help="every seed on the list journal, with stub keys")
            sub.add_argument("--sqlite", action="store_true", help="every seed on the shipping journal")
            sub.add_argument("--wires", action="store_true", help="every seed through the shipping client")
        else:
            sub.add_argument("seed", type=int)
            sub.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args(arguments)
    return int(asked.run(asked))
