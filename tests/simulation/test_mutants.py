"""The sabotages still fit the program, and some of them are hunted; ``long mutants`` hunts all."""

import pytest
from simulation.hunt import hunt, is_current, survived
from simulation.mutants import ALL, Mutant

QUICK = ("an accepted pay is paid", "open sales are forgotten at a start", "more than was paid is given back")


def test_every_sabotage_still_fits_its_file():
    assert [mutant.name for mutant in ALL if not is_current(mutant)] == []
    assert len(ALL) >= 60
    assert len({mutant.name for mutant in ALL}) == len(ALL)


def test_a_few_are_found():
    found = hunt([mutant for mutant in ALL if mutant.name in QUICK], procs=2, most=60)
    assert len(found) == len(QUICK)
    assert [one for one in found if survived(one)] == []
    assert all(one["seeds"] is not None for one in found)


def test_a_patch_that_fits_nowhere_is_told():
    with pytest.raises(ValueError, match="has changed"):
        Mutant("x", "x.py", "gone\n", "").on("something else\n")
