"""What happens to the computer and the line by the clock: sleep, the plug, a program held up, a clock set wrong."""

from __future__ import annotations

from collections.abc import Collection

from simulation.road import Road
from simulation.watch import Watch
from simulation.world import DAY, World

from app.core.channel import Channel

HORIZON = 1_800.0  # seconds over which the plug, sleep and dead lines are spread


class Upsets:
    """Planned before the first customer; they strike while a program runs."""

    def __init__(self, world: World, watch: Watch, road: Road) -> None:
        self._world = world
        self._watch = watch
        self._road = road

    def plan(self, channels: Collection[Channel]) -> list[float]:
        """When the computer will stand still: until the last of these do short naps tell anything."""
        dice, world = self._world.dice, self._world
        still: list[float] = []
        for i in range(3):
            if dice.strikes("sleep", 0.05, i):
                still.append(dice.between(1, HORIZON / 3, "sleep at", i))
                world.at(still[-1], lambda i=i: self._sleep(i))
            if dice.strikes("block", 0.05, i):
                still.append(dice.between(1, HORIZON / 3, "block at", i))
                world.at(still[-1], lambda i=i: self._block(i))
            if dice.strikes("plug", 0.03, i):
                world.at(dice.between(1, HORIZON / 6, "plug at", i), self._pull)
            if dice.strikes("wall", 0.05, i):
                world.at(dice.between(1, HORIZON / 3, "wall at", i), lambda i=i: self._set_clock(i))
            for channel in channels:
                if dice.strikes("down", 0.07, channel, i):
                    world.at(
                        dice.between(1, HORIZON / 6, "down at", channel, i), lambda c=channel, i=i: self._down(c, i)
                    )
        return still

    def _sleep(self, i: int) -> None:
        if self._watch.running and not self._world.dice.calm:
            self._world.seen("the computer slept")
            long = self._world.dice.u("long sleep", i) < 0.1
            self._world.sleep(self._world.dice.between(6, 40_000 if long else 400, "sleeps", i))

    def _block(self, i: int) -> None:
        if self._watch.running and not self._world.dice.calm:
            self._world.seen("the program was held up")
            self._world.block(self._world.dice.between(0.5, 30, "blocks", i))

    def _pull(self) -> None:
        if self._watch.running and not self._world.dice.calm:
            raise self._world.cut("somewhere")

    def _set_clock(self, i: int) -> None:
        if not self._world.dice.calm:
            self._world.seen("the wall clock was set")
            far = 40 * DAY if self._world.dice.u("far", i) < 0.2 else DAY
            self._world.wall_error += self._world.dice.between(-far, far, "set to", i)
            self._world.say("computer", f"its clock is wrong by {self._world.wall_error:.0f} s")

    def _down(self, channel: Channel, i: int) -> None:
        if self._world.dice.calm:
            return
        seconds = self._world.dice.between(5, 300, "down for", channel, i)
        self._road.down_until[channel] = self._world.now + seconds
        self._world.say("fault", f"{channel} is down for {seconds:.0f} s")
        self._world.seen(f"{channel} was down")
