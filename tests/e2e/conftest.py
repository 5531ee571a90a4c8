"""Fixtures of the stories over the real program; the actors stand in ``stage``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.stage import Counter, ScannerPort, Simulator, mashou, use_scanner


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("sim"))
    yield simulator
    simulator.close()


@pytest.fixture
def counter(tmp_path: Path, simulator: Simulator) -> Iterator[Counter]:
    simulator.fault("")
    folder = tmp_path / "till"
    done = mashou("setup", "--data", str(folder), "--client", str(simulator.client))
    assert done.returncode == 0, done.stderr
    scanner = ScannerPort(tmp_path / "scanner")
    use_scanner(folder, tmp_path / "scanner")
    yield Counter(folder, simulator, scanner, others=frozenset(simulator.ledger()))
    scanner.close()
