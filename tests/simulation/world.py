"""Everything outside the program: true time, what is on its way, the computer that sleeps or loses power."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, cast

from simulation.dice import Dice
from simulation.loop import SimLoop

DAY = 86_400.0
MIDNIGHT = 1_793_721_600.0  # 2026-11-04 00:00 at UTC+8
# Days after it on which a seed may begin: a plain one mostly; the last of a month, of a year, of February, a 29th
DAYS = (0,) * 8 + (26, 57, 481, 482)
HOUR = 3_600.0
DRIFT = 0.001  # of a computer's clock, at most: five times what a bad quartz does


class PowerCut(SystemExit):
    """The program ends here and now. A SystemExit, because asyncio lets only that one through at once."""


class Deadlock(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """Nothing is ready, nothing is timed and nothing is on its way."""


class World:
    """True time in seconds since this story began; ``epoch`` turns it into seconds since 1970."""

    def __init__(self, dice: Dice, *, keep_story: bool = False) -> None:
        self.dice = dice
        self.now = 0.0
        self.slept = 0.0
        self.rests_since = -1.0  # when the computer last slept, was held up, or its disk took nothing
        self.wall_error = self.dice.between(-30, 30, "wall") if self.dice.u("wall?") < 0.3 else 0.0
        self.drift = self.dice.between(-DRIFT, DRIFT, "drift") if self.dice.u("drift?") < 0.2 else 0.0
        self.epoch = MIDNIGHT + DAY * cast("int", dice.pick(DAYS, "day")) + self._hour_of_day()
        self.sometimes: Counter[str] = Counter()
        self.crashes = 0
        self.story: list[str] | None = [] if keep_story else None
        self.violations: list[tuple[str, str]] = []
        self.loop: SimLoop | None = None
        self.connector: Callable[..., Any] | None = None
        self._digest = blake2b(digest_size=16)
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0

    def _hour_of_day(self) -> float:
        """A share of the shops is open across midnight, where days and windows turn."""
        if self.dice.u("late shop") < 0.15:
            return DAY - self.dice.between(10, 900, "opens")
        return self.dice.between(8 * HOUR, 20 * HOUR, "opens")

    # --- time

    def awake(self) -> float:
        """What CLOCK_MONOTONIC says: it stands still while the computer sleeps."""
        return self.now - self.slept

    def counted(self) -> float:
        """What the till's counter of seconds says, which goes on in sleep, and a little too fast or too slow."""
        return self.now * (1 + self.drift)

    def channel_s(self) -> float:
        """Seconds since 1970, as the channels say it."""
        return self.epoch + self.now

    def wall(self) -> float:
        return self.epoch + self.counted() + self.wall_error

    def at(self, delay: float, act: Callable[[], None]) -> None:
        """``act`` happens in the world ``delay`` seconds from now, whether or not the program still runs."""
        self._serial += 1
        heapq.heappush(self._coming, (self.now + max(0.0, delay), self._serial, act))

    @property
    def is_quiet(self) -> bool:
        """Nothing is on its way any more."""
        return not self._coming

    def advance(self, timeout: float | None) -> None:
        """To the next thing that happens, at most ``timeout`` from now."""
        until = None if timeout is None else self.now + timeout
        if self._coming and (until is None or self._coming[0][0] <= until):
            self._next()
        elif until is None:
            raise Deadlock
        else:
            self.now = until if until > self.now else math.nextafter(self.now, math.inf)

    def pass_time(self, seconds: float) -> None:
        """The program is off, or asleep: the world goes on alone."""
        until = self.now + seconds
        while self._coming and self._coming[0][0] <= until:
            self._next()
        self.now = max(self.now, until)

    def sleep(self, seconds: float) -> None:
        """The computer is suspended: its monotonic clock stands still, and so does the program."""
        self.say("computer", f"sleeps {seconds:.0f} s")
        before, slept = self.now, self.slept
        try:
            self.pass_time(seconds)
        finally:  # the plug may be pulled meanwhile, or another sleep begin, which is part of this one
            self.slept = slept + self.now - before
            self.rests_since = self.now

    def block(self, seconds: float) -> None:
        """The program stands still, its clocks do not: a disk, a virus scanner, a machine that swaps."""
        self.say("computer", f"holds the program up for {seconds:.0f} s")
        try:
            self.pass_time(seconds)
        finally:
            self.rests_since = self.now

    def _next(self) -> None:
        at, _, act = heapq.heappop(self._coming)
        self.now = max(self.now, at)
        act()

    async def connect(self, factory: Callable[[], Any], host: str, ssl: Any) -> tuple[Any, Any]:
        assert self.connector is not None
        return await self.connector(factory, host, ssl)

    # --- what is noted

    def say(self, who: str, what: str) -> None:
        """One line of the timeline; all of them make the digest."""
        line = f"{self.now:10.3f}  {who:<9} {what}"
        self._digest.update(line.encode())
        if self.story is not None:
            self.story.append(line)

    def accuse(self, rule: str, what: str) -> None:
        """A rule was broken."""
        self.say("ORACLE", f"{rule}: {what}")
        self.violations.append((rule, what))

    def seen(self, situation: str) -> None:
        self.sometimes[situation] += 1

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def cut(self, where: str) -> PowerCut:
        self.crashes += 1
        self.say("plug", f"pulled: {where}")
        return PowerCut(where)
