"""What the program says of itself, frozen and from source."""

import json

import pytest

from app import VERSION, about


@pytest.fixture
def inside(monkeypatch, tmp_path):
    monkeypatch.setattr(about.resources, "files", lambda _name: tmp_path)
    return tmp_path


def test_a_source_tree_says_its_version_and_bundles_nothing(inside):
    assert str(about.build()) == f"mashou {VERSION}"
    assert about.licences() == ""


def test_a_frozen_program_says_commit_and_digest(inside):
    (inside / about.BUILT).write_text(json.dumps({"version": "1.2.3", "commit": "ab" * 20, "digest": "cd" * 32}))
    (inside / about.LICENCES).write_text("码收", encoding="utf-8")
    assert str(about.build()) == "mashou 1.2.3 (abababababab, cdcdcdcdcdcdcdcd)"
    assert about.licences() == "码收"


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '"x"', '{"version": 1}'])
def test_a_spoilt_record_is_no_build(inside, text):
    (inside / about.BUILT).write_text(text)
    assert str(about.build()) == f"mashou {VERSION}"
