"""Writes what ``mashou --version`` tells of a frozen program: version, commit and the digest of what was frozen.

    python packaging/stamp.py FILE

The digest is over the program's own sources and the lock, by path and content, so that two builders who freeze the same
sources get the same sixteen characters, whatever their git says.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FROZEN: Final = ("app", "ui", "devices")
SINGLE: Final = ("pyproject.toml", "uv.lock", "packaging/mashou.spec")


def digest(root: Path = ROOT) -> str:
    """SHA-256, hex, over every source file's path and content, in the order of their paths."""
    files = [root / name for name in SINGLE]
    for house in FROZEN:
        files += [path for path in (root / house).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    total = hashlib.sha256()
    for path in sorted(files, key=lambda one: one.relative_to(root).as_posix()):
        total.update(f"{path.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def commit(root: Path = ROOT) -> str:
    """Of the tree that is frozen, with ``+`` where files differ from it; "unknown" outside a repository."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    told = subprocess.run(
        [git, "-C", str(root), "describe", "--always", "--abbrev=40", "--dirty=+"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from app import VERSION

    record = {"version": VERSION, "commit": commit(), "digest": digest()}
    Path(sys.argv[1]).write_text(json.dumps(record) + "\n", encoding="utf-8")
