"""Fewer customers, then fewer faults, as long as the same rule is still broken."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from simulation.story import Result, play

TRIES = 400


@dataclass(frozen=True)
class Shrunk:
    """What is left of a seed."""

    result: Result
    customers: tuple[int, ...]
    muted: frozenset[str]
    tries: int

    def as_test(self) -> str:
        """A pytest case that fails as long as the rule is broken."""
        first = self.result.violations[0]
        muted = "".join(f"    {deed!r},\n" for deed in sorted(self.muted))
        return (
            f'"""{first[0]}: {first[1]}"""\n\n'
            "from simulation.story import play\n\n"
            f"MUTED = (\n{muted})\n\n\n"
            f"def test_seed_{self.result.seed}():\n"
            f"    assert play({self.result.seed}, {self.customers}, MUTED).violations == []\n"
        )

    def tell(self) -> str:
        left = ", ".join(self.result.deeds)
        rules = "\n".join(f"{rule}: {what}" for rule, what in self.result.violations)
        head = f"seed {self.result.seed}, customers {self.customers}, after {self.tries} tries\nfaults left: {left}\n"
        return head + "\n".join(self.result.story) + "\n" + rules


class _Search:
    def __init__(self, seed: int, rule: str, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self.seed = seed
        self.rule = rule
        self.tries = 0

    def broken(self, customers: Collection[int], muted: Collection[str]) -> Result | None:
        """The run, where it breaks the rule."""
        if self.tries >= TRIES or time.monotonic() > self._until:
            return None
        self.tries += 1
        result = play(self.seed, customers, muted, keep_story=True)
        return result if any(rule == self.rule for rule, _ in result.violations) else None


def shortest(seed: int, customers: Iterable[int], *, seconds: float = 60.0) -> Shrunk:
    """The shortest story of ``seed`` that breaks the rule it broke first. Raises ValueError where it breaks none."""
    here = tuple(customers)
    result = play(seed, here, keep_story=True)
    if not result.violations:
        raise ValueError(f"seed {seed} breaks no rule")
    search = _Search(seed, result.violations[0][0], seconds)
    muted: frozenset[str] = frozenset()
    named = re.match(r"\d+", result.violations[0][1])  # the customer it happened to, alone
    alone = search.broken((int(named[0]),), muted) if named else None
    if alone is not None and named is not None:
        here, result = (int(named[0]),), alone
    for size in _sizes(len(here)):
        for part in _parts(here, size):
            fewer = tuple(k for k in here if k not in part)
            found = search.broken(fewer, muted) if fewer else None
            if found is not None:
                here, result = fewer, found
    settled = False
    while not settled:
        settled = True
        for size in _sizes(len(result.deeds)):
            for part in _parts(tuple(result.deeds), size):
                found = search.broken(here, muted | set(part))
                if found is not None:
                    muted, result, settled = muted | set(part), found, False
    return Shrunk(result, here, muted, search.tries)


def _sizes(count: int) -> list[int]:
    """A half, a quarter, ... one."""
    sizes = []
    while count > 1:
        count = (count + 1) // 2
        sizes.append(count)
    return sizes or [1]


def _parts(things: Sequence[object], size: int) -> list[tuple[object, ...]]:
    return [tuple(things[at : at + size]) for at in range(0, len(things), size)]
