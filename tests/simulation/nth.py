"""``long nth``: the plug is pulled at the n-th point of a story, for every n; over the core stories at every two.

A point is each place at which something becomes durable or goes over the line: before and after a commit, before and
after a send, before an answer comes in. What lies between two of them changes nothing that a restart could see.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from long.report import finish
from simulation.scripts import CORE, STORIES, Script, Told
from simulation.story import Result, Story, Way, uncollected

PLAIN = Way(sqlite=False, wires=False, real_keys=False)
TOLD = 50  # violations in a report at most


class Crashed(NamedTuple):
    story: str
    at: tuple[int, ...]
    rule: str
    what: str


def told(script: Script, at: Sequence[int] = (), *, keep_story: bool = False) -> tuple[Result, int]:
    """The story with the plug pulled at the points ``at``; what came of it, and how many points it passed."""
    with uncollected():
        story = Story(Told(script), range(1), PLAIN, keep_story=keep_story)
        story.watch.planned = frozenset(at)
        return story.run(), story.watch.points


def _wrong(script: Script, at: Sequence[int], result: Result) -> Iterator[Crashed]:
    for rule, what in result.violations:
        yield Crashed(script.name, tuple(at), rule, what)


def every_point(script: Script) -> tuple[int, list[Crashed]]:
    """How many runs there were, and what went wrong in them."""
    result, points = told(script)
    wrong = list(_wrong(script, (), result))
    for n in range(1, points + 1):
        wrong += _wrong(script, (n,), told(script, (n,))[0])
    return points + 1, wrong


def every_two(script: Script) -> tuple[int, list[Crashed]]:
    """The second crash falls into the recovery from the first, or after it."""
    _, points = told(script)
    pairs = list(combinations(range(1, points + 1), 2))
    wrong: list[Crashed] = []
    for pair in pairs:
        wrong += _wrong(script, pair, told(script, pair)[0])
    return len(pairs), wrong


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="long nth", description=__doc__)
    parser.add_argument("--procs", type=int, default=2)
    parser.add_argument("--no-pairs", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    with ProcessPoolExecutor(asked.procs) as pool:
        once = list(pool.map(every_point, STORIES))
        twice = [] if asked.no_pairs else list(pool.map(every_two, CORE))
    wrong = [crash._asdict() for _, found in (*once, *twice) for crash in found]
    counts = {
        "stories": len(STORIES),
        "points": sum(runs for runs, _ in once) - len(STORIES),
        "core_stories": len(CORE),
        "pairs": sum(runs for runs, _ in twice),
        "wrong": len(wrong),
    }
    seconds = time.monotonic() - began
    rates = {"seconds": round(seconds, 1), "runs_per_second": round(sum(r for r, _ in (*once, *twice)) / seconds, 1)}
    return finish("nth", seed=0, counts=counts, violations=wrong[:TOLD], rates=rates, out=asked.out)
