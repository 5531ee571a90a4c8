"""Chance that can be taken back one throw at a time: each decision hangs on its own name, never on the one before it.

A fault that strikes is a *deed*, named ``kind/entity/n``. A run with some deeds muted decides everything else alike,
which is what shrinking needs.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from itertools import accumulate

SWARM = (0, 0, 1, 1, 3, 8)  # how much of a kind of fault one seed has: some have none of it, some little else
CALM_SHARE = 0.05  # seeds without any fault: everything must simply work in these
HALF = 2.0**28  # of the bits of a throw
MOST = 0.6  # no single kind strikes more often
STORMS = 0.1  # seeds in which faults are heaped on one sale and the plug is pulled again and again
TROUBLE = (0.4, 0.5, 0.5, 0.75)  # how many of a seed's sales anything at all goes wrong with
BUDGETS = (1, 1, 1, 1, 2, 2, 3, 4)  # and how many times with one of them, at most
STORM_BUDGETS = (1, 2, 2, 3, 4, 6, 12, 40)


class Dice:
    """The chance of one seed. ``muted``: deeds that do not happen in this run."""

    def __init__(self, seed: int, muted: Collection[str] = ()) -> None:
        self.seed = seed
        self.muted = frozenset(muted)
        self.deeds: list[str] = []
        self.calm = False  # no fault strikes any more
        self._counts: dict[tuple[object, ...], int] = {}
        self._keyed = blake2b(digest_size=7, key=seed.to_bytes(16, "big"))
        self._swarm: dict[str, float] = {}
        self._tables: dict[str, tuple[list[str], list[float]]] = {}
        self._budget: dict[str, int] = {}
        self.faultless = self.u("faultless") < CALM_SHARE
        self.storm = self.u("storm") < STORMS
        self._budgets = STORM_BUDGETS if self.storm else BUDGETS
        self._trouble = self.pick(TROUBLE, "trouble")

    def u(self, *name: object) -> float:
        """0 <= u < 1, the same for the same name in every run of this seed."""
        made = self._keyed.copy()
        made.update("/".join(map(str, name)).encode())
        return int.from_bytes(made.digest(), "big") / 2.0**56

    def between(self, low: float, high: float, *name: object) -> float:
        return low + (high - low) * self.u(*name)

    def draw(self, low: float, high: float, *name: object) -> float:
        """As ``between``, another one each time the same name is asked."""
        return self.between(low, high, *name, self._next("draw", name))

    def there_and_back(self, low: float, high: float, *name: object) -> tuple[float, float]:
        """Two as ``draw`` gives them, by one throw; another two each time the same name is asked."""
        here = self.u(*name, self._next("draw", name)) * HALF
        return low + (high - low) * (int(here) / HALF), low + (high - low) * (here % 1.0)

    def pick(self, choices: Sequence[object], *name: object) -> object:
        return choices[int(self.u(*name) * len(choices))] if len(choices) > 1 else choices[0]

    def multiple(self, kind: str) -> float:
        """How much of ``kind`` this seed has."""
        if kind not in self._swarm:
            self._swarm[kind] = 0.0 if self.faultless else float(SWARM[int(self.u("swarm", kind) * len(SWARM))])
        return self._swarm[kind]

    def troubles(self, entity: str) -> bool:
        """Whether anything may go wrong with this sale; all its attempts share one fate."""
        if self.calm or self.faultless:
            return False
        who = entity.partition(".")[0]
        left = self._budget.get(who)
        return (self._budget_of(who) if left is None else left) > 0

    def _budget_of(self, who: str) -> int:
        troubled = not who.isdigit() or self.u("troubled", who) < self._trouble
        most = self._budgets[int(self.u("budget", who) * len(self._budgets))] if troubled else 0
        self._budget[who] = most
        return most

    def strikes(self, kind: str, rate: float, *entity: object) -> bool:
        """Whether ``kind`` strikes ``entity`` this time; ``rate`` is that of a middling seed."""
        if self.calm or self.multiple(kind) == 0.0:
            return False
        n = self._next(kind, entity)
        if self.u(kind, *entity, n) >= min(MOST, rate * self.multiple(kind)):
            return False
        return self.happens(kind, *entity, n)

    def one_of(self, place: str, rates: Mapping[str, float], *entity: object) -> str | None:
        """At most one of several kinds, by one throw. A place has one table of rates."""
        if self.calm or self.faultless:
            return None
        n = self._next(place, entity)
        if place not in self._tables:
            self._tables[place] = self._table(place, rates)
        names, sums = self._tables[place]
        at = bisect(sums, self.u(place, *entity, n))
        if at >= len(names) or not self.happens(f"{place}.{names[at]}", *entity, n):
            return None
        return names[at]

    def _table(self, place: str, rates: Mapping[str, float]) -> tuple[list[str], list[float]]:
        made = self._keyed.copy()
        made.update(place.encode())
        own = blake2b(made.digest(), digest_size=64).digest()  # a byte for each name of the table
        multiples = {name: SWARM[byte % len(SWARM)] for name, byte in zip(rates, own, strict=False)}
        names = [name for name in rates if multiples[name]]
        sums = list(accumulate(rates[name] * multiples[name] for name in names))
        scale = max(1.0, sums[-1] / MOST) if sums else 1.0
        return names, [one / scale for one in sums]

    def happens(self, *name: object) -> bool:
        """Note a deed; False where it is muted."""
        deed = "/".join(map(str, name))
        who = str(name[1]).partition(".")[0] if len(name) > 1 else ""
        if who in self._budget:
            self._budget[who] -= 1  # a muted deed spends it too: the others stay as they were
        if deed in self.muted:
            return False
        self.deeds.append(deed)
        return True

    def _next(self, kind: str, entity: tuple[object, ...]) -> int:
        key = (kind, *entity)
        n = self._counts[key] = self._counts.get(key, 0) + 1
        return n
