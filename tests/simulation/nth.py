"""``long nth``: the plug is pulled at the n-th point of a story, for every n; over the core stories at every two.

A point is each place at which something becomes durable or goes over the line: before and after a commit, before and
after a send, before an answer comes in. What lies between two of them changes nothing that a restart could see.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
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
        story.world.dice.faultless = script.is_plain and not at
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


def after(script: Script, first: int, points: int) -> tuple[int, list[Crashed]]:
    """The plug at the point ``first``, and at each later one: in the recovery from the first crash, or after it."""
    wrong: list[Crashed] = []
    for second in range(first + 1, points + 1):
        wrong += _wrong(script, (first, second), told(script, (first, second))[0])
    return points - first, wrong


def _firsts() -> Iterator[tuple[Script, int, int]]:
    for script in CORE:
        _, points = told(script)
        for first in range(1, points):
            yield script, first, points


def _after(which: tuple[Script, int, int]) -> tuple[int, list[Crashed]]:
    return after(*which)


def _told(results: Iterable[tuple[int, list[Crashed]]]) -> tuple[int, list[Crashed]]:
    """The sums; what goes wrong is said at once."""
    runs, wrong = 0, []
    for some, found in results:
        runs += some
        wrong += found
        for crash in found:
            print(*crash, file=sys.stderr)
    return runs, wrong


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="long nth", description=__doc__)
    parser.add_argument("--procs", type=int, default=2)
    parser.add_argument("--no-pairs", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    with ProcessPoolExecutor(asked.procs) as pool:
        runs, wrong = _told(pool.map(every_point, STORIES))
        twice, both = _told(() if asked.no_pairs else pool.map(_after, tuple(_firsts()), chunksize=4))
    wrong = [crash._asdict() for crash in (*wrong, *both)]
    counts = {
        "stories": len(STORIES),
        "points": runs - len(STORIES),
        "core_stories": len(CORE),
        "pairs": twice,
        "wrong": len(wrong),
    }
    seconds = time.monotonic() - began
    rates = {"seconds": round(seconds, 1), "runs_per_second": round((runs + twice) / seconds, 1)}
    return finish("nth", seed=0, counts=counts, violations=wrong[:TOLD], rates=rates, out=asked.out)
