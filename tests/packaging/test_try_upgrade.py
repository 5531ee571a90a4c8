"""The trial of a killed migration kills before the call it means, or says that it did not."""

import importlib.util
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "packaging"
SWAP = 'rename("/t/journal.db.next", "/t/journal.db") = 0'
STARTED = ["openat(3)", "pwrite64(3)", "fsync(3)", SWAP, "openat(4)", "fdatasync(4)", "pwrite64(4)", "fdatasync(4)"]
CALLS = ["openat", "pwrite64", "fsync", "rename", "openat", "fdatasync", "pwrite64", "fdatasync"]


@pytest.fixture
def trial(monkeypatch):
    """The script, over a start of which strace wrote down what ``trial.trace`` says."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    spec = importlib.util.spec_from_file_location("mashou_try_upgrade", SCRIPTS / "try_upgrade.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    made.trace, made.injected = [f"7 {line}" for line in STARTED], []

    def traced(_newer, _folder, inject=()):
        made.injected.append(inject)
        return [made.CALL.match(line) for line in made.trace]

    monkeypatch.setattr(made, "traced", traced)
    return made


def test_a_migration_ends_with_the_first_entry_behind_the_swap(trial):
    trial.trace += ["7 pwrite64(4)", "7 fdatasync(4)", "8 openat(5)"]
    assert trial.calls_of_a_migration(None, None) == CALLS


def test_calls_of_two_threads_cannot_be_counted(trial):
    trial.trace[1] = "8 pwrite64(3)"
    with pytest.raises(trial.TrialError, match="more than one thread"):
        trial.calls_of_a_migration(None, None)


def test_each_call_is_meant_by_its_name_and_number(trial):
    for n in range(len(CALLS)):
        trial.trace = [f"7 {line}" for line in STARTED[:n]]
        trial.kill_before(None, None, CALLS, n)
    told = [inject[1].removeprefix("inject=").split(":")[::2] for inject in trial.injected]
    assert told[0] == ["openat", "when=1"]
    assert told[4] == ["openat", "when=2"]
    assert told[7] == ["fdatasync", "when=2"]


def test_a_start_that_was_killed_elsewhere_or_not_at_all_is_no_trial(trial):
    for made in (STARTED, STARTED[:2]):
        trial.trace = [f"7 {line}" for line in made]
        with pytest.raises(trial.TrialError, match="not killed before call 5, fdatasync number 1"):
            trial.kill_before(None, None, CALLS, 5)
