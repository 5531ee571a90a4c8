"""Kills a frozen program at each step of its journal's migration, and starts it again: it always comes up, with all.

    python packaging/try_upgrade.py OLDER NEWER [--random N] [--every K]

OLDER and NEWER are the programs of packaging/older.sh and packaging/build.sh. The older one sells against the practice
service and is killed over an open sale; its folder is then copied for each trial. The newer one starts on the copy and
is ended by SIGKILL before its n-th system call that touches the journal's files (strace puts it there: the program is
exactly the one a shop gets), or, with --random, after a random time. Then must hold, whatever n was:

- the file under the journal's name is whole, of the old version or of the new one, and its chain verifies;
- while it is of the old version, the older program verifies it too;
- the newer program starts on it, and every sale stands as it did.

Prints JSON; exit 1 where anything does not hold.
"""

import argparse
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from smoke import Program, SmokeError

PACE: Final = 5
# What can change a file or a name; before each of these of a start, the process is killed once.
CALLS: Final = "openat,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,link,linkat,unlink,unlinkat"
FILES: Final = (
    "journal.db",
    "journal.db.next",
    "journal.db-wal",
    "journal.db-shm",
    "journal.db-journal",
    "journal.v1.bak",
)
NEXT_FILES: Final = ("journal.db.next-wal", "journal.db.next-shm", "journal.db.next-journal")
OPEN: Final = "the till is open"  # what the log says once the journal is open and proven
LIMIT: Final = 60.0


def journal_version(folder: Path) -> int:
    """SQLite's user_version: bytes 60 to 63 of the file (sqlite.org/fileformat.html)."""
    with (folder / "journal.db").open("rb") as file:
        return int.from_bytes(file.read(64)[60:64], "big")


def sold_by(older: Program, service: Path, folder: Path) -> list[dict[str, Any]]:
    """A folder as the older version left it, a sale open and its process killed; returns its sales."""
    till = ("--data", folder)

    def code(customer: str, channel: str = "alipay") -> str:
        return older.run("sim", "code", "--dir", service, "--channel", channel, "--customer", customer).strip()

    older.run("setup", "--client", service / "client.json", *till)
    for fen in range(1, 9):
        older.run("sell", f"{fen}.00", "--code", code("instant", "wechat"), *till)
    older.run("sell", "9.00", "--code", code("never"), *till, expect=1)
    with older.standing("sell", "46.00", "--code", code("never"), *till) as seller:
        wait_for(lambda: any(one["state"] == "PENDING" for one in sales(older, folder)))
        seller.send_signal(signal.SIGKILL)
    if journal_version(folder) != 1:
        raise SmokeError("the older program's journal is not of version 1")
    return sales(older, folder)


def wait_for(there: Any) -> None:
    until = time.monotonic() + LIMIT
    while not there():
        if time.monotonic() > until:
            raise SmokeError("waited in vain")
        time.sleep(0.05)  # noqa: TID251 - between two looks


def sales(program: Program, folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(program.run("sales", "--json", "--data", folder))
    return found


def traced(newer: Program, folder: Path, trace: Path, kill_at: int = 0) -> int:
    """Start it over ``folder`` until it is open, killed before its ``kill_at``-th call; returns how many it made."""
    paths = [word for name in (*FILES, *NEXT_FILES) for word in ("-P", str(folder / name))]
    inject = ["-e", f"inject={CALLS}:signal=SIGKILL:when={kill_at}"] if kill_at else []
    words = ["strace", "-f", "-q", "-o", str(trace), "-e", f"trace={CALLS}", *inject, *paths]
    start = Program([*words, *newer.words], newer.home)
    run_until_open(start, folder)
    if kill_at and "killed by SIGKILL" not in trace.read_text("utf-8", "replace"):
        raise SmokeError(f"the start was not killed before call {kill_at}")
    return sum(1 for line in trace.read_text("utf-8", "replace").splitlines() if re.match(r"\d+ +\w+\(", line))


def run_until_open(program: Program, folder: Path, seconds: float = LIMIT) -> bool:
    """Whether the till opened; it is ended either way."""
    for log in folder.glob("log/*"):
        log.unlink()
    with program.standing("resolve", "--data", folder) as process:
        until = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < until:
            if any(OPEN in log.read_text("utf-8") for log in folder.glob("log/*")):
                return True
            time.sleep(0.01)  # noqa: TID251 - between two looks
        process.kill()
    return False


def judged(older: Program, newer: Program, folder: Path, before: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """The version the killed start left, and what does not hold."""
    wrong = []
    left = journal_version(folder)
    try:
        if left == 1:
            older.run("journal", "verify", "--data", folder)
        newer.run("journal", "verify", "--data", folder)
        if not run_until_open(newer, folder):
            wrong.append("the newer program does not start")
        newer.run("journal", "verify", "--data", folder)
        after = {one["out_trade_no"]: one["amount_fen"] for one in sales(newer, folder)}
        if after != {one["out_trade_no"]: one["amount_fen"] for one in before}:
            wrong.append(f"other sales than before: {after}")
        if journal_version(folder) != 2:
            wrong.append("the journal did not come to version 2")
        if list(folder.glob("journal.db.next*")):
            wrong.append("a half-made copy was left")
    except (SmokeError, subprocess.TimeoutExpired) as error:
        wrong.append(str(error))
    return left, wrong


def trials(args: argparse.Namespace, home: Path) -> dict[str, Any]:
    older, newer = (Program([str(path.absolute())], home) for path in (args.older, args.newer))
    service, template = home / "sim", home / "template"
    with older.standing("sim", "--dir", service, "--pace", str(PACE)) as counterparties:
        assert counterparties.stdout is not None
        counterparties.stdout.readline()
        before = sold_by(older, service, template)
        counted = home / "counted"
        shutil.copytree(template, counted)
        calls = 0 if args.random else traced(newer, counted, home / "trace")
        kills = range(1, args.random + 1) if args.random else range(1, calls + 1, args.every)
        chance, left, bad = random.Random(1), Counter(), {}  # noqa: S311 - any times will do
        missed = 0
        for n in kills:
            folder = home / f"trial{n}"
            shutil.copytree(template, folder)
            if args.random:
                run_until_open(newer, folder, chance.uniform(0.15, 2.0))
            else:
                try:
                    traced(newer, folder, home / "trace", n)
                except SmokeError:  # strace counts each thread by itself: the last numbers are none's
                    missed += 1
            version, wrong = judged(older, newer, folder, before)
            left[f"version {version}"] += 1
            if wrong:
                bad[n] = wrong
            shutil.rmtree(folder)
        whole = home / "whole"
        shutil.copytree(template, whole)
        newer.run("resolve", "--data", whole, expect=1)  # the open sale: nothing kept
        states = Counter(one["state"] for one in sales(newer, whole))
    return {
        "ok": not bad,
        "sales": len(before),
        "open": sum(one["state"] == "PENDING" for one in before),
        "calls_of_a_start": calls,
        "kills": len(kills) - missed,
        "left_by_the_killed_start": dict(left),
        "did_not_hold": bad,
        "resolved_by_the_newer": dict(states),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("older", type=Path)
    parser.add_argument("newer", type=Path)
    parser.add_argument("--random", type=int, default=0, metavar="N", help="N kills at random times instead")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="only before each K-th call")
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="mashou-upgrade-"))
    try:
        report = trials(args, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(report, indent=1))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
