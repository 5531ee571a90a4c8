"""Seconds that count on while the computer sleeps.

A call that lay in a sleeping computer was long, however little of it the processor saw: its ``Date`` is as old as the
whole call, and must not teach the till the time (reliability I-27).
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Final

_COUNTS_ASLEEP: Final = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}  # elsewhere time.monotonic does


def _suspend_aware() -> Callable[[], float]:
    clock: int | None = getattr(time, _COUNTS_ASLEEP.get(sys.platform, ""), None)
    return time.monotonic if clock is None else partial(time.clock_gettime, clock)


_read = _suspend_aware()


def seconds() -> float:
    """A counter of seconds that does not stand still while the computer is suspended."""
    return _read()
