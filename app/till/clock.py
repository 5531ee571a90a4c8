"""Channel time and the till's durations. Durations survive a suspended computer; windows are judged by channel time."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from statistics import median_low
from typing import Final

from app.channels import stopwatch
from app.channels.api import Contact
from app.core.events import Now

SAMPLES: Final = 5  # answers kept for the offset: one liar among five does not move their median
SLOWEST_SAMPLE: Final = 5.0  # seconds; a slower answer says less about the time than it costs in doubt
DATE_STEP_MS: Final = 1000  # the Date header is cut to whole seconds (RFC 9110 §5.6.7)
LONGEST_NAP: Final = 1.0  # seconds; the loop's own timers stand still while the computer sleeps, so naps are short

Seconds = Callable[[], float]


class Clock:
    """Durations in ``mono`` seconds, channel time in ``ms`` since the epoch.

    Channel time is this computer's wall clock until a verified answer carries a date; from then on it is the median of
    the last answers' dates, carried on by ``mono``: a wall clock set wrong, or set again, no longer matters.
    """

    def __init__(
        self, mono: Seconds | None = None, wall: Seconds = time.time, monotonic: Seconds = time.monotonic
    ) -> None:
        self._mono = mono or stopwatch.seconds
        self._wall = wall
        self._monotonic = monotonic
        self._samples: deque[int] = deque(maxlen=SAMPLES)
        self._base_ms: int | None = None  # channel time at mono 0
        self._told_ms = 0  # the last channel time given out

    def mono(self) -> float:
        """Seconds for durations, counted on while the computer sleeps."""
        return self._mono()

    def channel_ms(self) -> int:
        """Milliseconds since the epoch, as the channels would say it.

        It stands rather than go back by less than a ``Date`` can tell: a sale's end must not seem older than its cause.
        """
        ms = int(self._wall() * 1000) if self._base_ms is None else self._base_ms + int(self._mono() * 1000)
        if not 0 <= self._told_ms - ms <= DATE_STEP_MS:
            self._told_ms = ms
        return self._told_ms

    def now(self) -> Now:
        return Now(mono=self._mono(), ms=self.channel_ms())

    def heard(self, contact: Contact) -> None:
        """Learn from the ``Date`` of an answer that came ``contact.since`` seconds ago. Only verified ones teach.

        One exception: a channel that refuses our time will sign nothing until we have it right, and TLS vouches for
        whose ``Date`` that is. It serves until a verified answer comes.
        """
        believed = contact.verified or (contact.tls_dates and not self.measured)
        if contact.date_ms is None or not believed or not 0 <= contact.seconds <= SLOWEST_SAMPLE:
            return
        if not contact.verified:
            self._base_ms = self._heard_ms(contact)
            return
        self._samples.append(self._heard_ms(contact))
        self._base_ms = median_low(self._samples)

    def _heard_ms(self, contact: Contact) -> int:
        """Channel time at mono 0, as this answer has it."""
        assert contact.date_ms is not None
        said = contact.date_ms + DATE_STEP_MS // 2
        return said - int((self._mono() - contact.since - contact.seconds / 2) * 1000)

    @property
    def measured(self) -> bool:
        """Whether a channel has told the time since the start."""
        return self._base_ms is not None

    def skew(self) -> float:
        """Seconds by which this computer's wall clock is ahead of channel time; 0 where nothing was measured."""
        return self._wall() - self.channel_ms() / 1000 if self.measured else 0.0

    def for_window(self, mono: float) -> float:
        """``mono`` on the scale of ``time.monotonic()``, which is what a window counts down with."""
        return mono - self._mono() + self._monotonic()

    async def sleep_until(self, mono: float) -> None:
        """Return at ``mono`` or soon after, also when the computer slept in between."""
        while (left := mono - self._mono()) > 0:  # noqa: ASYNC110 - no event tells that time has passed
            await asyncio.sleep(min(left, LONGEST_NAP))
