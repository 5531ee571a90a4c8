"""A sample of ``long powercut``: the shipping journal keeps what it told, a hasty one does not."""

from long import powercut

CUTS = 300


def test_no_acknowledged_entry_is_lost_to_a_power_cut():
    tally = powercut.cut(CUTS, seed=20261122)
    assert tally.violations == []
    assert tally.cuts >= CUTS
    assert tally.commits > CUTS
    assert tally.cut_at_start > 0
    assert tally.cut_at_close > 0


def test_the_same_disk_catches_a_journal_that_does_not_wait_for_it():
    with powercut.careless():
        tally = powercut.cut(CUTS // 5, seed=20261122)
    assert tally.lost > 0
    assert any("entries were told" in what for what in tally.violations)


def test_a_seed_replays_bit_for_bit():
    assert powercut.cut(25, seed=7) == powercut.cut(25, seed=7)
