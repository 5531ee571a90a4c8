"""A few deaths of the real program; ``long kill9`` has a thousand."""

import pytest
from long.kill9 import kill

pytestmark = pytest.mark.timeout(240)


def test_ten_kills_move_no_fen():
    tally = kill(10, seed=3, procs=2, deaths=5)
    assert tally.violations == []
    assert tally.counts["kills"] >= 10
    assert tally.counts["sales"] > 0
