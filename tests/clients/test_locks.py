"""The clients' environments are locked: every file by its hash, from wherever the installer looks by itself."""

import re
from pathlib import Path

import pytest

LOCKS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_client_is_locked_by_hash_and_names_no_host(lock):
    text = re.sub(r"\s*\\\n\s*", " ", lock.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert "://" not in text
    for line in lines:
        assert re.fullmatch(r"[\w.\[\]-]+==[\w.]+( ; [^@]+?)?( --hash=sha256:[0-9a-f]{64})+", line), line[:80]
