"""How many hostile answers a room is shown: a sample in the test command, a million by ``test.sh long hostile``."""

from __future__ import annotations

import os
from typing import Final

ROUNDS: Final = "MASHOU_HOSTILE"  # rounds per room of a long run; every round mutates each of the room's signed answers
SAMPLED: Final = ROUNDS not in os.environ  # the sample is the same each time, a long run is not


def rounds(sample: int) -> int:
    return int(os.environ.get(ROUNDS, sample))
