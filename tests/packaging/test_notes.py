"""Release notes come from fragments, whole or not at all."""

import importlib.util
from pathlib import Path

import pytest

from app import VERSION

SCRIPT = Path(__file__).parents[2] / "packaging" / "notes.py"
spec = importlib.util.spec_from_file_location("mashou_notes", SCRIPT)
notes = importlib.util.module_from_spec(spec)
spec.loader.exec_module(notes)


def test_this_version_has_its_notes():
    told = notes.notes(VERSION)
    assert VERSION in told.splitlines()[0]
    assert "- " in told


def test_a_fragment_of_no_kind_stops_the_build(tmp_path):
    (tmp_path / "9").mkdir()
    (tmp_path / "9" / "new-a.md").write_text("a")
    (tmp_path / "9" / "misc-b.md").write_text("b")
    with pytest.raises(notes.StrayFragmentError, match="misc-b"):
        notes.notes("9", tmp_path)


def test_a_version_nobody_wrote_about_is_not_released(tmp_path):
    with pytest.raises(notes.StrayFragmentError, match="no fragment"):
        notes.notes("9", tmp_path)
