"""``long mutants``: each sabotage on a temporary copy of the program, until the simulation breaks a rule over it.

A mutant that survives is a hole in the tester. The copy is all that is ever changed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from long.report import finish
from simulation.mutants import ALL, Mutant

ROOT = Path(__file__).parents[2]
MOST = 500  # seeds
SALES = 8  # customers of each
SECONDS = 400.0  # one mutant may take so long


def copy(where: Path) -> None:
    """What the simulation needs of the program."""
    for room in ("app", "devices"):
        shutil.copytree(ROOT / room, where / room, ignore=shutil.ignore_patterns("__pycache__"))


def is_current(mutant: Mutant) -> bool:
    """Whether the patch still fits the program."""
    try:
        mutant.on((ROOT / mutant.path).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def hunted(mutant: Mutant, where: Path, most: int) -> dict[str, Any]:
    """Which seed found ``mutant``, by which rule; "seeds" is None for a survivor."""
    path = where / mutant.path
    whole = path.read_text("utf-8")
    path.write_text(mutant.on(whole), "utf-8")
    began = time.monotonic()
    try:
        found = _played(where, most)
    finally:
        path.write_text(whole, "utf-8")
    return {"mutant": mutant.name, **found, "seconds": round(time.monotonic() - began, 1)}


def _played(where: Path, most: int) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": f"{where}:{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    asked = [sys.executable, "-m", "simulation", "until-broken", "--most", str(most), "--sales", str(SALES)]
    try:
        told = subprocess.run(
            asked, cwd=where, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"seeds": 0, "rule": "it never came to an end"}
    if told.returncode != 0:
        return {"seeds": 0, "rule": f"it does not run: {told.stderr[-200:]}"}
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def hunt(mutants: Collection[Mutant], procs: int, most: int = MOST) -> list[dict[str, Any]]:
    """All of ``mutants``, each in a copy of its own at a time."""
    with tempfile.TemporaryDirectory(prefix="mashou-mutants-") as folder, ThreadPoolExecutor(procs) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for i in range(procs):
            copy(Path(folder) / str(i))
            copies.put(Path(folder) / str(i))

        def one(mutant: Mutant) -> dict[str, Any]:
            where = copies.get()
            try:
                found = hunted(mutant, where, most)
            finally:
                copies.put(where)
            print(
                f"{'SURVIVED' if found['seeds'] is None else found['seeds']}: {mutant.name} ({found['rule']})",
                file=sys.stderr,
            )
            return found

        return list(pool.map(one, mutants))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="long mutants", description=__doc__)
    parser.add_argument("--procs", type=int, default=2)
    parser.add_argument("--most", type=int, default=MOST, help="seeds before a mutant counts as a survivor")
    parser.add_argument("--only", default="", help="those whose name holds one of these, between commas")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    chosen = [mutant for mutant in ALL if any(part in mutant.name for part in asked.only.split(","))]
    found = hunt([mutant for mutant in chosen if is_current(mutant)], asked.procs, asked.most)
    survivors = [one for one in found if one["seeds"] is None]
    stale = [mutant.name for mutant in chosen if not is_current(mutant)]
    seeds = sorted(one["seeds"] for one in found if one["seeds"] is not None)
    counts = {"mutants": len(chosen), "killed": len(seeds), "survivors": len(survivors), "found": found}
    rates = {
        "seconds": round(time.monotonic() - began, 1),
        "median_seeds": statistics.median(seeds) if seeds else 0,
        "worst_seeds": max(seeds, default=0),
    }
    violations = [*survivors, *({"mutant": name, "rule": "its line is no longer there"} for name in stale)]
    return finish("mutants", seed=0, counts=counts, violations=violations, rates=rates, out=asked.out)


def until_broken(arguments: list[str]) -> int:
    """Inside a copy: stories first, since they are few, then seeds, until a rule breaks; one JSON line."""
    from simulation.nth import told  # noqa: PLC0415 - the copy's own program is imported in the copy's process only
    from simulation.scripts import STORIES  # noqa: PLC0415 - as above
    from simulation.story import play  # noqa: PLC0415 - as above

    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--sales", type=int, default=SALES)
    asked = parser.parse_args(arguments)
    for seed in range(asked.most):
        violations = play(seed, range(asked.sales)).violations
        if seed < len(STORIES):
            violations += told(STORIES[seed])[0].violations
        if violations:
            print(json.dumps({"seeds": seed + 1, "rule": violations[0][0], "what": violations[0][1][:200]}))
            return 0
    print(json.dumps({"seeds": None, "rule": "", "what": "it survived"}))
    return 0
