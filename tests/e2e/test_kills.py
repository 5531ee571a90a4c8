"""Samples of ``long kill9``: the real program killed at random instants, and what else befalls a till."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.stage import Simulator
from e2e.warm import Warm
from long import kill9
from long.kill9_deaths import sells
from long.kill9_mishaps import MISHAPS
from long.kill9_till import Killed

pytestmark = pytest.mark.timeout(600)

KILLS, LANES = 30, 3
SLOW = {"held up", "the clock jumps"}  # they wait; the long command has them


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    program = Warm(tmp_path_factory.mktemp("said"), window=True)
    yield program
    program.close()


@pytest.fixture
def till(tmp_path: Path, simulator: Simulator, program: Warm) -> Iterator[Killed]:
    till = Killed(tmp_path / "killed", simulator, program, random.Random(20261122), Counter())
    yield till
    till.close()


def test_killed_at_any_instant_the_books_agree_to_the_fen() -> None:
    tally = kill9.kill(KILLS, seed=20261122, procs=LANES, mishaps=False)
    assert tally.violations == []
    assert tally.counts["kills"] >= KILLS
    assert tally.counts["orders at the channel"] > 0


def test_a_process_killed_as_soon_as_it_has_a_number_is_dead(program: Warm) -> None:
    assert [program.start("--help").kill() for _ in range(20)] == [-signal.SIGKILL] * 20


@pytest.mark.parametrize("name", sorted(MISHAPS.keys() - SLOW))
def test_what_befalls_a_till_moves_no_fen(till: Killed, name: str) -> None:
    sells(till)
    till.settles()
    MISHAPS[name](till)
    assert till.violations == []


def test_a_promise_that_was_broken_is_found(till: Killed) -> None:
    code = till.code("wechat", "instant")
    assert till.run("sell", "12.50", "--code", "-", given=code + "\n")[0] == 0
    till.settles()
    assert till.violations == []
    (number,) = till.lines()
    till.paid.add("0" * 24)
    (till.folder / "note").write_text(code, "ascii")
    for path in till.folder.glob("journal.db*"):
        path.unlink()
    till.settles()
    broken = {(rule, what.partition(" ")[0]) for rule, what in till.violations}
    assert {("D1", number), ("D3", "0" * 24), ("I-55", "a")} <= broken
