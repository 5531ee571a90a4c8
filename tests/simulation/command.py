"""``long years``: many seeds, one JSON report; exit code 1 on any violation."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from hashlib import blake2b
from typing import Any

from simulation import shrink
from simulation.story import SALES, Result, play

PROGRESS = 100  # seeds between two lines of progress


def main(arguments: list[str] | None = None) -> int:
    """``--seed S`` alone replays one seed with its timeline; with ``--seeds N`` it is the first of N."""
    parser = argparse.ArgumentParser(prog="long years", description=__doc__)
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--sales", type=int, default=SALES, help="customers in each seed")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no further seed after so long")
    parser.add_argument("--shrink", action="store_true", help="shrink the seeds that break a rule")
    asked = parser.parse_args(arguments)
    if asked.seed is not None and asked.seeds is None:
        return _one(asked.seed, asked.sales, shorten=asked.shrink)
    return _many(asked.seed or 0, asked.seeds or 300, asked.sales, asked.seconds, shorten=asked.shrink)


def _one(seed: int, sales: int, *, shorten: bool) -> int:
    result = play(seed, range(sales), keep_story=True)
    if shorten and result.violations:
        print(shrink.shortest(seed, range(sales)).tell())
    else:
        print("\n".join(result.story))
        print(json.dumps({"seed": seed, "violations": result.violations, "digest": result.digest}, ensure_ascii=False))
    return int(bool(result.violations))


def _many(first: int, seeds: int, sales: int, seconds: float, *, shorten: bool) -> int:
    began, report, bad = time.perf_counter(), Report(), []
    for seed in range(first, first + seeds):
        result = play(seed, range(sales))
        report.add(result)
        if result.violations:
            bad.append(seed)
            print(f"seed {seed}: {result.violations[0]}", file=sys.stderr)
        if report.counts["seeds"] % PROGRESS == 0:
            print(f"{report.counts['seeds']} seeds, {len(bad)} bad", file=sys.stderr)
        if time.perf_counter() - began > seconds:
            break
    print(json.dumps(report.told(time.perf_counter() - began), ensure_ascii=False, indent=1))
    if shorten and bad:
        print(shrink.shortest(bad[0], range(sales)).tell())
    return int(bool(bad))


class Report:
    """Sums over seeds."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.sometimes: Counter[str] = Counter()
        self.violations: list[dict[str, Any]] = []
        self.virtual_s = 0.0
        self._digest = blake2b(digest_size=16)

    def add(self, result: Result) -> None:
        self.counts.update(
            seeds=1, sales=result.sales, crashes=result.crashes, faulted_seeds=result.faulted, stuck=result.stuck
        )
        self.sometimes.update(result.sometimes)
        self.virtual_s += result.virtual_s
        self.violations += [{"seed": result.seed, "rule": rule, "what": what} for rule, what in result.violations]
        self._digest.update(result.digest.encode())

    def told(self, seconds: float) -> dict[str, Any]:
        return {
            **self.counts,
            "virtual_hours": round(self.virtual_s / 3600, 1),
            "seconds": round(seconds, 1),
            "sales_per_s": round(self.counts["sales"] / seconds, 1),
            "digest": self._digest.hexdigest(),
            "violations": self.violations,
            "situations": len(self.sometimes),
            "sometimes": dict(sorted(self.sometimes.items())),
        }
