"""A few deaths of the real program; ``long kill9`` has a thousand."""

import pytest
from long.kill9 import play

pytestmark = pytest.mark.timeout(240)


def test_ten_kills_move_no_fen():
    tally = play(10, seed=3, stop_for=4.5)
    assert tally.wrong == []
    assert tally.counts["killed"] == 10
    assert tally.counts["sales"] > 0
