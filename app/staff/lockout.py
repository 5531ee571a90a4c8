"""How often a PIN may be tried. Pure: the moment comes in as an argument, what is decided goes out as values.

::

    5 wrong -> 1 min -> 5 wrong -> 5 min -> 5 wrong -> 15 min -> 5 wrong -> until a manager unlocks   (reliability §4.2)

A manager, whom nobody may be there to unlock, waits instead: 1, 4, 12, 24 hours. Beside it one bucket counts the
tries at everybody together: 20, and one more every three minutes.

A try is counted before the hash is looked at: ``begun`` gives the state to make durable first, ``right`` the one after
a right PIN. A process killed between the two has counted the try. Waiting is over when both clocks say so, the
monotonic and channel time; after a restart the monotonic one counts anew, so no clock that is set forward opens
anything, and one that is set back keeps nobody out for longer than that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

TRIES: Final = 5
WAITS_S: Final = (60, 300, 900)
MANAGER_WAITS_S: Final = (*WAITS_S, 3_600, 14_400, 43_200, 86_400)
ALL_TRIES: Final = 20
REFILL_S: Final = 180.0  # seconds in which the bucket of all tries takes one more


Kept = None | int | Sequence["Kept"] | Mapping[str, "Kept"]


@dataclass(frozen=True, slots=True)
class Moment:
    mono: float  # seconds of this process, counted on while the computer sleeps
    ms: int  # channel time


@dataclass(frozen=True, slots=True)
class Tries:
    """One person's wrong tries. ``strikes``: how often five of them came together."""

    wrong: int = 0
    strikes: int = 0
    locked_ms: int | None = None  # channel time of the last strike; None: no wait is running
    locked_mono: float = 0.0  # the same in this process; never kept

    @property
    def is_clean(self) -> bool:
        return self == Tries()


@dataclass(frozen=True, slots=True)
class Locked:
    """No try is taken. ``seconds`` 0: until a manager unlocks. ``everybody``: the bucket of all tries is full."""

    seconds: int
    everybody: bool = False

    @property
    def minutes(self) -> int:
        return -(-self.seconds // 60)


@dataclass(frozen=True, slots=True)
class Lockouts:
    """Everybody's tries, by staff number; ``level`` is how full the bucket of all is."""

    tries: dict[str, Tries] = field(default_factory=dict)
    level: float = 0.0
    level_mono: float = 0.0

    def of(self, number: str) -> Tries:
        return self.tries.get(number, Tries())


def left_of(tries: Tries) -> int:
    """Tries that are left before the next wait."""
    return TRIES - tries.wrong


def barred(state: Lockouts, number: str, now: Moment, *, manager: bool) -> Locked | None:
    """Why ``number`` may not try at ``now``; None: a try is open."""
    tries = state.of(number)
    if tries.locked_ms is not None:
        waits = MANAGER_WAITS_S if manager else WAITS_S
        if tries.strikes > len(waits) and not manager:
            return Locked(0)
        left = _wait_left(tries, waits[min(tries.strikes, len(waits)) - 1], now)
        if left > 0:
            return Locked(left)
    over = _level(state, now) - (ALL_TRIES - 1)
    return Locked(max(1, round(over * REFILL_S)), everybody=True) if over > 0 else None


def begun(state: Lockouts, number: str, now: Moment) -> Lockouts:
    """One more try of ``number`` is under way; it counts as wrong until ``right`` takes it back."""
    tries = state.of(number)
    wrong = tries.wrong + 1
    if wrong < TRIES:
        after = replace(tries, wrong=wrong, locked_ms=None, locked_mono=0.0)
    else:
        after = Tries(0, tries.strikes + 1, now.ms, now.mono)
    return Lockouts({**state.tries, number: after}, _level(state, now) + 1, now.mono)


def right(state: Lockouts, number: str, now: Moment) -> Lockouts:
    """The try that was begun last was right: nothing stands against ``number``, and it never went into the bucket."""
    return Lockouts(_without(state, number), max(0.0, _level(state, now) - 1), now.mono)


def unlocked(state: Lockouts, number: str) -> Lockouts:
    """A manager has unlocked ``number``."""
    return replace(state, tries=_without(state, number))


def kept(state: Lockouts, now: Moment) -> dict[str, Kept]:
    """The state as the journal keeps it: whole numbers and text."""
    tries: dict[str, Kept] = {
        n: [t.wrong, t.strikes, t.locked_ms] for n, t in sorted(state.tries.items()) if not t.is_clean
    }
    return {"tries": tries, "level_thousandths": round(_level(state, now) * 1000)}


def restored(body: object, now: Moment) -> Lockouts:
    """What ``kept`` kept, in a new process: every wait counts anew. Raises ValueError for what it did not write."""
    try:
        held: dict[str, list[int | None]] = body["tries"]  # type: ignore[index]  # anything else is caught below
        tries = {str(number): Tries(int(w), int(s), at, now.mono) for number, (w, s, at) in held.items()}  # type: ignore[arg-type]  # as above
        level = int(body["level_thousandths"]) / 1000  # type: ignore[index]  # as above
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError("no lockouts") from error
    return Lockouts(
        {n: t if t.locked_ms is not None else replace(t, locked_mono=0.0) for n, t in tries.items()}, level, now.mono
    )


def _wait_left(tries: Tries, wait_s: int, now: Moment) -> int:
    """Whole seconds, the longer of what the two clocks say."""
    assert tries.locked_ms is not None
    by_mono = tries.locked_mono + wait_s - now.mono
    went_back = now.ms < tries.locked_ms  # the clock was set: then it says nothing
    by_clock = 0.0 if went_back else tries.locked_ms / 1000 + wait_s - now.ms / 1000
    left = max(by_mono, by_clock)
    return 0 if left <= 0 else max(1, -(-int(left * 1000) // 1000))


def _level(state: Lockouts, now: Moment) -> float:
    passed = max(0.0, now.mono - state.level_mono)
    return max(0.0, state.level - passed / REFILL_S)


def _without(state: Lockouts, number: str) -> dict[str, Tries]:
    return {one: tries for one, tries in state.tries.items() if one != number}
