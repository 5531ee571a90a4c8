"""A sample of ``long tamper``: every way to alter a journal is found, and the first bad entry named."""

from long import tamper

from app.journal.verify import verify

ROUNDS = 1500


def test_every_alteration_is_found_and_the_innocent_is_not_accused():
    tally = tamper.alter(ROUNDS, seed=20261122)
    assert tally.violations == []
    assert set(tally.found) == {attack.__name__ for attack in (*tamper.ATTACKS, tamper.nothing)}
    assert min(tally.found.values()) > ROUNDS // 40


def test_a_verifier_that_looks_at_no_seals_and_no_marks_is_caught(monkeypatch):
    monkeypatch.setattr(tamper, "verify", lambda path, *_, **__: verify(path, None))
    tally = tamper.alter(200, seed=1)
    missed = {what.split()[2] for what in tally.violations}
    assert {"truncate", "replace", "roll_back"} <= missed
    assert any("(rehashed): not found" in what for what in tally.violations)
