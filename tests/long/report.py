"""What every long command prints: one JSON object, and the exit code that goes with it."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app import VERSION

ROOT = Path(__file__).parents[2]


def commit() -> str:
    """The commit of the tree, "+" behind it where the tree differs; "" outside git."""
    try:
        asked = ["git", "describe", "--always", "--dirty=+", "--abbrev=12"]
        told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return told.stdout.strip()


COMMIT = commit()  # as the run began: others may go on with the tree meanwhile


def finish(
    part: str,
    *,
    seed: int,
    counts: Mapping[str, object],
    violations: Sequence[object],
    rates: Mapping[str, object],
    out: Path | None = None,
) -> int:
    """Print the report, keep it in ``out`` as well, and return the exit code: 1 on any violation."""
    report = {
        "part": part,
        "version": VERSION,
        "commit": COMMIT,
        "python": sys.version.split()[0],
        "seed": seed,
        "counts": dict(counts),
        "violations": list(violations),
        "rates": dict(rates),
    }
    text = json.dumps(report, ensure_ascii=False, indent=1)
    print(text)
    if out is not None:
        out.write_text(text + "\n", "utf-8")
    return 1 if violations else 0
