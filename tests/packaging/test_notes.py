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


def test_the_debian_changelog_tells_the_same_in_its_own_form(tmp_path):
    (tmp_path / "9").mkdir()
    (tmp_path / "9" / "new-a.md").write_text("一句话。 A sentence that is long enough to be broken into two lines " * 2)
    lines = notes.debian("9", 0, tmp_path).splitlines()
    assert lines[0] == "mashou (9) stable; urgency=medium"
    assert lines[2].startswith("  * 一句话。")
    assert all(line.startswith("    ") for line in lines[3:-2])
    assert lines[-1] == " -- Mashou <mashou@mashou.invalid>  Thu, 01 Jan 1970 00:00:00 +0000"
