"""``long mutants``: each sabotage on a temporary copy of the program, until the simulation breaks a rule over it.

Two are asked: the told stories, all of them, and seeds, until one breaks; a sabotage in the room of one channel meets
shops that have this channel only. A mutant that neither finds is a hole in the tester. The copy is all that is changed.
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
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from long.report import finish
from simulation.mutants import ALL, Mutant

from app.core.channel import Channel

ROOT = Path(__file__).parents[2]
MOST = 120  # seeds
SALES = 8  # customers of each
SECONDS = 300.0  # one mutant may take so long
ROOMS = {
    "wechat_v2": (Channel.WECHAT, False),
    "wechat_v3": (Channel.WECHAT, True),
    "alipay": (Channel.ALIPAY, False),
    "unionpay": (Channel.UNIONPAY, False),
}


def copy(where: Path) -> None:
    """The program, and the simulation as it stands now."""
    for room in ("app", "devices", "tests/simulation", "tests/long"):
        shutil.copytree(ROOT / room, where / room, ignore=shutil.ignore_patterns("__pycache__"))


def is_current(mutant: Mutant) -> bool:
    """Whether the patch still fits the program."""
    try:
        mutant.on((ROOT / mutant.path).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def hunted(mutant: Mutant, where: Path, most: int) -> dict[str, Any]:
    """Which story found ``mutant`` ("" for none), how many seeds it took (None for too many), and the rule it broke."""
    path = where / mutant.path
    whole = path.read_text("utf-8")
    path.write_text(mutant.on(whole), "utf-8")
    began = time.monotonic()
    try:
        found = _played(where, mutant.path.split("/")[2], most)
    finally:
        path.write_text(whole, "utf-8")
    return {"mutant": mutant.name, **found, "seconds": round(time.monotonic() - began, 1)}


def _played(where: Path, room: str, most: int) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": f"{where}:{where / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    asked = [sys.executable, "-m", "simulation", "until-broken", "--most", str(most), "--room", room]
    try:
        told = subprocess.run(
            asked, cwd=where, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"story": "", "seeds": None, "rule": "it never came to an end"}
    if told.returncode != 0:
        return {"story": "", "seeds": None, "rule": f"it does not run: {told.stderr[-200:]}"}
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def survived(found: dict[str, Any]) -> bool:
    return found["seeds"] is None and not found["story"]


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
            by = "SURVIVED" if survived(found) else f"{found['seeds'] or '-'} seeds, {found['story'] or 'no story'}"
            print(f"{mutant.name}: {by} ({found['rule']})", file=sys.stderr)
            return found

        return list(pool.map(one, mutants))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="long mutants", description=__doc__)
    parser.add_argument("--procs", type=int, default=2)
    parser.add_argument("--most", type=int, default=MOST, help="seeds of one mutant")
    parser.add_argument("--only", default="", help="those whose name holds one of these, between commas")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    chosen = [mutant for mutant in ALL if any(part in mutant.name for part in asked.only.split(","))]
    found = hunt([mutant for mutant in chosen if is_current(mutant)], asked.procs, asked.most)
    survivors = [one for one in found if survived(one)]
    stale = [mutant.name for mutant in chosen if not is_current(mutant)]
    seeds = sorted(one["seeds"] for one in found if one["seeds"] is not None)
    counts = {
        "mutants": len(chosen),
        "killed": len(found) - len(survivors),
        "by_seeds": len(seeds),
        "by_stories": sum(bool(one["story"]) for one in found),
        "survivors": len(survivors),
        "found": found,
    }
    rates = {
        "seconds": round(time.monotonic() - began, 1),
        "median_seeds": statistics.median(seeds) if seeds else 0,
        "worst_seeds": max(seeds, default=0),
    }
    violations = [*survivors, *({"mutant": name, "rule": "its line is no longer there"} for name in stale)]
    return finish("mutants", seed=0, counts=counts, violations=violations, rates=rates, out=asked.out)


def until_broken(arguments: list[str]) -> int:
    """Inside a copy: every story, and seeds until a rule breaks; one JSON line."""
    from simulation.nth import told  # noqa: PLC0415 - the copy's own program is imported in the copy's process only
    from simulation.scripts import STORIES  # noqa: PLC0415 - as above
    from simulation.story import play  # noqa: PLC0415 - as above

    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--room", default="")
    asked = parser.parse_args(arguments)
    room = ROOMS.get(asked.room)
    story, seeds, broken = "", None, ("", "it survived")
    for script in STORIES:
        if room in (None, (script.channel, script.v3)) and (wrong := _wrong(lambda s=script: told(s)[0])):
            story, broken = script.name, wrong[0]
            break
    for n, seed in enumerate(_seeds(room, asked.most), 1):
        if wrong := _wrong(lambda s=seed: play(s, range(SALES))):
            seeds, broken = n, wrong[0]
            break
    print(json.dumps({"story": story, "seeds": seeds, "rule": broken[0], "what": broken[1][:200]}))
    return 0


def _seeds(room: tuple[Channel, bool] | None, most: int) -> Iterator[int]:
    """The first ``most`` seeds whose shop has this room."""
    from simulation.dice import Dice  # noqa: PLC0415 - as above
    from simulation.story import SHOPS, V3  # noqa: PLC0415 - as above

    def has_it(seed: int) -> bool:
        dice = Dice(seed)
        shop: Any = dice.pick(SHOPS, "shop")
        speaks_v3 = room is not None and room[0] is Channel.WECHAT and dice.u("v3") < V3
        return room is None or (room[0] in shop and speaks_v3 == room[1])

    return islice(filter(has_it, count()), most)


def _wrong(play: Callable[[], Any]) -> list[tuple[str, str]]:
    """The rules that were broken. What a sabotaged program throws into the world's face breaks one too."""
    try:
        violations: list[tuple[str, str]] = play().violations
    except Exception as error:  # noqa: BLE001 - the outermost loop of a hunt: whatever a sabotage throws
        return [("bug", repr(error))]
    return violations
