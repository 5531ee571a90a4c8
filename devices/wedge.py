"""A keyboard-wedge scanner told from a human. Pure: key strokes with their times in, decisions out.

A wedge scanner *is* a keyboard; only its speed betrays it. Every stroke is held until the next one, or a pause, tells
whose it was: strokes closer than ``BURST_GAP_MS`` by **the events' own timestamps** form a run, and a run is one of

    typing          given back in order, to whatever has the focus         (``Typed``)
    a bar code      delivered as text, its keys never reach the window     (``Read``)
    hostile         control keys at scanner speed: swallowed whole         (``Swallowed``)

Arrival times would not do: when the window stalls, a human's strokes arrive all at once, while their timestamps stay
true (measured). They serve only where an event has no timestamp, and to say when to stop waiting.

A human's key that falls into a scan is told by how long it stays down: a scanner finishes one key before the next, so a
key that is down while another goes down *and up*, or is down for ``HUMAN_DWELL_MS``, was pressed by a finger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

BURST_GAP_MS: Final = 38
"""Scanners send keys 1–25 ms apart, slow ones 35; a fast hand on a number pad 60–80, never under 40 for long."""
HOLD_MS: Final = 40
"""How long a stroke may wait for its successor: the gap and 2 ms on the way; below what a person notices."""
STUTTER_MS: Final = 100
"""A scanner may stutter so long inside a code: torn in two, its halves could pass for typing. See ``_is_torn``."""
HUMAN_DWELL_MS: Final = 40
"""A finger keeps a key down 50–120 ms; a scanner's key is up again before its next one."""
MIN_SCAN: Final = 6
"""Characters at scanner speed that make a bar code without an end key. Rolling fingers manage three or four."""
MIN_ENDED_SCAN: Final = 3
"""The same with Enter or Tab at scanner speed behind it, which rolling fingers do not manage."""
WHOLE_CODE: Final = 16
"""No payment code is shorter (codes.md §1): up to here more is to come, from here on the next key may be a human's."""
MAX_SCAN: Final = 512
"""As ``devices.framing.MAX_LENGTH``: beyond, it is no code, and memory is bounded."""
REPEAT_DELAY_MS: Final = 150
"""Systems repeat a held key after 250 ms or more; a "repeat" sooner is a scanner's doubled digit, misread."""
CLOCK_BITS: Final = 32
"""X11 and Windows count milliseconds in 32 bits and wrap after 49.7 days."""


class Kind(StrEnum):
    TEXT = "text"  # one printable character, Shift or not
    END = "end"  # Enter or Tab, alone
    CONTROL = "control"  # what can do something: function and editing keys, any key with Ctrl, Alt or Win
    MODIFIER = "modifier"  # Shift, Ctrl, … by themselves; they keep a run together and decide nothing


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key going down or up. ``repr`` hides the character, which may belong to a payment code."""

    serial: int  # the caller's own number for the event
    key: int  # the physical key, the same for down and up
    kind: Kind
    press: bool
    at_ms: int  # the event's own timestamp, 32-bit milliseconds; 0 when it has none
    seen_ms: int  # when it arrived here, monotonic
    char: str = ""
    repeat: bool = False  # the system calls it an auto-repeat

    def __repr__(self) -> str:
        return f"Stroke({self.serial}, {self.kind}, {'down' if self.press else 'up'} at {self.at_ms})"


class Why(StrEnum):
    CONTROL_KEYS = "control keys at scanner speed"
    TOO_LONG = "more characters than any code has"
    AFTER_SCAN = "the rest of a scan"


@dataclass(frozen=True, slots=True)
class Typed:
    """A human's: hand ``strokes`` to the focus, in this order."""

    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A bar code. ``leaked`` of its first characters had been given away as typing: they waited too long."""

    text: str
    strokes: tuple[Stroke, ...]
    leaked: int = 0

    def __repr__(self) -> str:
        return f"Read({len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Swallowed:
    """Nobody's: forget ``strokes``."""

    why: Why
    strokes: tuple[Stroke, ...]


Decision = Typed | Read | Swallowed


class _Tail(Enum):
    """What is swallowed when it follows at scanner speed on a run already decided."""

    NONE = auto()
    ENDS = auto()  # behind a bar code: its further end keys (CR LF) and control keys
    ALL = auto()  # behind an over-long one: everything


class Wedge:
    """Feed it every key event in order; call ``expire`` when ``due_ms`` has passed and no event is waiting."""

    def __init__(self) -> None:
        self._run: list[Stroke] = []
        self._last: Stroke | None = None  # the last press, whatever became of it
        self._repeating = False
        self._tail = _Tail.NONE
        self._sees_releases = False
        self._leaked = ""
        self._swallowed_down: set[int] = set()  # keys whose press was swallowed; so must be their repeats and release

    @property
    def due_ms(self) -> int | None:
        """When (on the clock of ``seen_ms``) the held strokes must be decided; None while nothing is held."""
        if not self._run or self._last is None:
            return None
        return self._last.seen_ms + (STUTTER_MS if _is_torn(self._run) else HOLD_MS)

    def feed(self, stroke: Stroke) -> list[Decision]:
        """What ``stroke`` decides: about those held before it, about itself, or nothing yet."""
        return self._press(stroke) if stroke.press else self._release(stroke)

    def expire(self) -> list[Decision]:
        """Nothing more came in time: what is held is complete."""
        held = self._run
        done = self._close()
        if done and all(isinstance(decision, Typed) for decision in done):
            self._leaked += "".join(_text(held))
        return done

    def _press(self, stroke: Stroke) -> list[Decision]:
        before, self._last = self._last, stroke
        gap = None if before is None else gap_ms(before, stroke)
        if self._is_auto_repeat(stroke, before, gap):
            return [*self._close(), self._repeat(stroke)]
        self._repeating = False
        self._swallowed_down.discard(stroke.key)
        done: list[Decision] = []
        if gap is None or gap > (STUTTER_MS if _is_torn(self._run) else BURST_GAP_MS):
            done = self._close()
            self._tail, self._leaked = _Tail.NONE, ""
        elif self._tail is _Tail.ALL:
            return [self._swallow(Why.AFTER_SCAN, [stroke])]
        elif self._tail is _Tail.ENDS and stroke.kind is Kind.TEXT and not _text(self._run):
            done = self._close()
        self._run.append(stroke)
        if len(self._run) > 2 * MAX_SCAN:  # down and up
            held, self._run, self._tail = self._run, [], _Tail.ALL
            return [*done, self._swallow(Why.TOO_LONG, held)]
        return done

    def _release(self, stroke: Stroke) -> list[Decision]:
        self._sees_releases = True
        if stroke.key in self._swallowed_down:
            self._swallowed_down.discard(stroke.key)
            return [Swallowed(Why.AFTER_SCAN, (stroke,))]
        if not self._run:
            return [Typed((stroke,))]
        self._run.append(stroke)
        return self._close() if self._is_ended() else []

    def _is_auto_repeat(self, stroke: Stroke, before: Stroke | None, gap: int | None) -> bool:
        if not stroke.repeat or before is None or gap is None or before.key != stroke.key:
            return False
        return self._repeating or gap >= REPEAT_DELAY_MS

    def _repeat(self, stroke: Stroke) -> Decision:
        self._repeating = True
        return Swallowed(Why.AFTER_SCAN, (stroke,)) if stroke.key in self._swallowed_down else Typed((stroke,))

    def _is_ended(self) -> bool:
        """An end key completes a bar code once it is up again: down, it might still prove to be a finger's."""
        if not any(stroke.press and stroke.kind is Kind.END for stroke in self._run):
            return False
        by_hand = _by_hand(self._run)
        presses = _presses(stroke for stroke in self._run if stroke.serial not in by_hand)
        if not presses or presses[-1].kind is not Kind.END or presses[-1].serial not in _releases(self._run):
            return False
        return _is_scan(presses, self._leaked)

    def _close(self) -> list[Decision]:
        """The held run is complete: nothing followed it at scanner speed, so a key still down is a finger's."""
        held, self._run = self._run, []
        if not held:
            return []
        by_hand = _by_hand(held, still_down_is_hand=self._sees_releases)
        rest = [stroke for stroke in held if stroke.serial not in by_hand]
        presses = _presses(rest)
        if presses and self._tail is _Tail.ENDS and not _text(rest):
            taken: Decision = self._swallow(Why.AFTER_SCAN, rest)
        elif _is_scan(presses, self._leaked):
            text = self._leaked + "".join(_text(rest))
            taken = Read(text, self._swallow(Why.AFTER_SCAN, rest).strokes, len(self._leaked))
            self._leaked = ""
        elif _is_hostile(presses):
            taken = self._swallow(Why.CONTROL_KEYS, rest)
        else:
            self._tail = _Tail.NONE
            return [Typed(tuple(held))]
        self._tail = _Tail.ENDS
        fingers = tuple(stroke for stroke in held if stroke.serial in by_hand)
        return [taken, Typed(fingers)] if fingers else [taken]

    def _swallow(self, why: Why, strokes: list[Stroke]) -> Swallowed:
        ups = _releases(strokes)
        self._swallowed_down |= {stroke.key for stroke in strokes if stroke.press and stroke.serial not in ups}
        return Swallowed(why, tuple(strokes))


def gap_ms(before: Stroke, after: Stroke) -> int:
    """Milliseconds between two strokes by their own clock, across its wrap.

    By arrival where one of them has no time, or time ran backwards.
    """
    if before.at_ms and after.at_ms:
        gap = (after.at_ms - before.at_ms) % (1 << CLOCK_BITS)
        if gap < 1 << (CLOCK_BITS - 1):
            return gap
    return max(0, after.seen_ms - before.seen_ms)


def _presses(strokes: Iterable[Stroke]) -> list[Stroke]:
    return [stroke for stroke in strokes if stroke.press and stroke.kind is not Kind.MODIFIER]


def _text(strokes: Sequence[Stroke]) -> list[str]:
    return [stroke.char for stroke in strokes if stroke.press and stroke.kind is Kind.TEXT]


def _is_scan(presses: list[Stroke], leaked: str) -> bool:
    kinds = {stroke.kind for stroke in presses}
    characters = len(leaked) + len(_text(presses))
    return Kind.CONTROL not in kinds and characters >= (MIN_ENDED_SCAN if Kind.END in kinds else MIN_SCAN)


def _is_torn(run: Sequence[Stroke]) -> bool:
    """Surely the beginning of a code and not all of it: plain keys too close for one hand, each up again too soon."""
    presses = _presses(run)
    if not 2 <= len(presses) < WHOLE_CODE or any(press.kind is not Kind.TEXT for press in presses):
        return False
    ups = _releases(run)
    return all(p.serial in ups and gap_ms(p, ups[p.serial][1]) < HUMAN_DWELL_MS for p in presses[:-1])


def _is_hostile(presses: list[Stroke]) -> bool:
    """Control keys in company, or end keys only (BadBarcode, PacSec 2015): no hand is that fast, so none is wronged."""
    if len(presses) < 2:
        return False
    kinds = {stroke.kind for stroke in presses}
    return Kind.CONTROL in kinds or kinds == {Kind.END}


def _releases(run: Sequence[Stroke]) -> dict[int, tuple[int, Stroke]]:
    """Serial of each press that ends in ``run`` → place and stroke of its release; of two, the later ends first."""
    down: dict[int, list[int]] = {}
    ups: dict[int, tuple[int, Stroke]] = {}
    for place, stroke in enumerate(run):
        if stroke.press:
            down.setdefault(stroke.key, []).append(stroke.serial)
        elif down.get(stroke.key):
            ups[down[stroke.key].pop()] = (place, stroke)
    return ups


def _by_hand(run: Sequence[Stroke], *, still_down_is_hand: bool = False) -> set[int]:
    """Serials of the strokes (down and up) that a finger must have made, by how long the key stayed down."""
    ups = _releases(run)
    released_here = {stroke.serial for _, stroke in ups.values()}
    by_hand = {stroke.serial for stroke in run if not stroke.press and stroke.serial not in released_here}
    earliest_whole = len(run)  # place of the first release among the presses after the one looked at
    for place in range(len(run) - 1, -1, -1):
        press = run[place]
        if not press.press or press.kind is Kind.MODIFIER:
            continue
        up_place, up = ups.get(press.serial, (len(run), None))
        long = gap_ms(press, up) >= HUMAN_DWELL_MS if up else still_down_is_hand
        if long or earliest_whole < up_place:
            by_hand |= {press.serial} | ({up.serial} if up else set())
        earliest_whole = min(earliest_whole, up_place)
    return by_hand
