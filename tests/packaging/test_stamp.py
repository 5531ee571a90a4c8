"""Two builders of the same sources get the same digest, and any changed byte another."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "stamp.py"
spec = importlib.util.spec_from_file_location("mashou_stamp", SCRIPT)
stamp = importlib.util.module_from_spec(spec)
spec.loader.exec_module(stamp)


@pytest.fixture
def tree(tmp_path):
    for name in (*stamp.SINGLE, "app/a.py", "ui/b.py", "devices/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_what_is_not_frozen_does_not_count(tree):
    before = stamp.digest(tree)
    for name in ("README.md", "tests/t.py", "app/__pycache__/a.pyc"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("x")
    assert stamp.digest(tree) == before


@pytest.mark.parametrize("name", ["app/a.py", "ui/b.py", "devices/c.py", "uv.lock", "packaging/mashou.spec"])
def test_a_changed_byte_is_another_program(tree, name):
    before = stamp.digest(tree)
    (tree / name).write_text(name + " ")
    assert stamp.digest(tree) != before


def test_a_file_that_moves_is_another_program(tree):
    before = stamp.digest(tree)
    (tree / "app/a.py").rename(tree / "app/z.py")
    assert stamp.digest(tree) != before


def test_outside_a_repository_the_commit_is_unknown(tree):
    assert stamp.commit(tree) == "unknown"
