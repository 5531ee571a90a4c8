"""Samples in seconds become the figures a person reads."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """Of ``count`` samples; the unit is theirs."""

    count: int
    median: float
    p99: float  # nearest rank: with fewer than 100 samples it is the largest


def spread(samples: Sequence[float]) -> Spread:
    """Raises ValueError for no samples."""
    if not samples:
        raise ValueError("nothing was measured")
    ordered = sorted(samples)
    return Spread(len(ordered), median(ordered), ordered[math.ceil(0.99 * len(ordered)) - 1])
