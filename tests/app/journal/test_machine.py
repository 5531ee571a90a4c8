"""Which computer this is: told apart, never told."""

from pathlib import Path

import pytest

from app.journal import machine


def test_a_computer_is_known_by_a_name_nobody_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "machine-id"
    monkeypatch.setattr(machine, "MACHINE_ID", file)
    assert machine.machine_name() == "", "a system without a name"
    file.write_text("0123456789abcdef0123456789abcdef\n", "ascii")
    here = machine.machine_name()
    assert len(here) == machine.CHARACTERS
    assert here not in file.read_text("ascii")
    assert machine.machine_name() == here
    file.write_text("fedcba9876543210fedcba9876543210\n", "ascii")
    assert machine.machine_name() != here
    file.write_bytes(b"\xff\xfe\n")
    assert machine.machine_name() == ""
    file.write_text("\n", "ascii")
    assert machine.machine_name() == ""
