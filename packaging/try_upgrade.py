"""Kills a frozen program at each step of its journal's migration, and starts it again: it always comes up, with all.

    python packaging/try_upgrade.py OLDER NEWER [--every K] [--jobs N]

OLDER and NEWER are the programs of packaging/older.sh and packaging/build.sh. The older one sells against the practice
service and is killed over an open sale; its folder is then copied for each trial. The newer one starts on the copy and
is ended by SIGKILL before its n-th system call that can change the journal's files or names (strace puts it there: the
program is exactly the one a shop gets), for every n from the first such call of a start to the sync of the first entry
that the newer program writes into the migrated journal. Then must hold, whatever n was:

- the file under the journal's name is of the old version or of the new one, and its chain verifies;
- while it is of the old version, the older program starts on it too;
- the newer program starts on it, brings it up to date, its chain verifies, and every sale stands as it did.

Prints JSON; exit 1 where anything does not hold.
"""

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from frozen import Program, TrialError

PACE: Final = 5
# What can change a file or a name; before each of these the process is killed once.
CALLS: Final = "openat,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,link,linkat,unlink,unlinkat"
COMPANIONS: Final = ("", "-wal", "-shm", "-journal")
FILES: Final = (*(f"journal.db{tail}" for tail in COMPANIONS), *(f"journal.db.next{tail}" for tail in COMPANIONS))
FOLDER_AND_OLD: Final = (".", "journal.v1.bak")  # the folder is synced around the change of names
CALL: Final = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\(")
SWAP: Final = re.compile(r'rename\w*\(.*journal\.db\.next".*journal\.db"')
OPEN: Final = "the till is open"  # what the log says once the journal is open and proven
LIMIT: Final = 60.0


@dataclass(slots=True)
class Found:
    """What the trials have found: how each killed start left the journal, and what does not hold, by call."""

    left: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    bad: dict[int, list[str]] = field(default_factory=dict)


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
        raise TrialError("the older program's journal is not of version 1")
    return sales(older, folder)


def wait_for(there: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT
    while not there():
        if time.monotonic() > until:
            raise TrialError("waited in vain")
        time.sleep(0.05)  # noqa: TID251 - between two looks


def sales(program: Program, folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(program.run("sales", "--json", "--data", folder))
    return found


def traced(newer: Program, folder: Path, inject: tuple[str, ...] = ()) -> list[re.Match[str]]:
    """Start it over ``folder`` until it is open, or killed by what is injected; the calls that strace wrote down."""
    trace = folder.with_name(folder.name + ".trace")
    paths = [word for name in (*FILES, *FOLDER_AND_OLD) for word in ("-P", str((folder / name).resolve()))]
    words = ["strace", "-f", "-q", "-o", str(trace), "-e", f"trace={CALLS}", *inject, *paths]
    run_until_open(Program([*words, *newer.words], newer.home), folder)
    return [call for line in trace.read_text("utf-8", "replace").splitlines() if (call := CALL.match(line))]


def calls_of_a_migration(newer: Program, folder: Path) -> list[str]:
    """The names of the calls from the start to the sync of the first entry after the swap.

    strace counts each name and each thread by itself. Where all are of one thread, a name and its number say which
    call is meant; where they are not, this raises.
    """
    calls = traced(newer, folder)
    swap = next(at for at, call in enumerate(calls) if SWAP.search(call.string))
    synced = [at for at, call in enumerate(calls) if at > swap and call["name"] == "fdatasync"]
    calls = calls[: synced[1] + 1]  # the first of them syncs the head of the new WAL
    if len({call["thread"] for call in calls}) != 1:
        raise TrialError("more than one thread touches the journal's files: a count of calls says nothing")
    return [call["name"] for call in calls]


def kill_before(newer: Program, folder: Path, calls: list[str], n: int) -> None:
    """Start it over ``folder`` and kill it when it is about to make ``calls[n]``; TrialError where that was not so."""
    number = calls[: n + 1].count(calls[n])
    made = [call["name"] for call in traced(newer, folder, ("-e", f"inject={calls[n]}:signal=SIGKILL:when={number}"))]
    if made not in (calls[:n], calls[: n + 1]):  # strace may yet write down the call that was not carried out
        raise TrialError(f"not killed before call {n}, {calls[n]} number {number}, but after {len(made)} calls")


def run_until_open(program: Program, folder: Path) -> bool:
    """Whether the till opened; it is ended either way."""
    for log in folder.glob("log/*"):
        log.unlink()
    with program.standing("resolve", "--data", folder) as process:
        until = time.monotonic() + LIMIT
        while process.poll() is None and time.monotonic() < until:
            if any(OPEN in log.read_text("utf-8") for log in folder.glob("log/*")):
                return True
            time.sleep(0.01)  # noqa: TID251 - between two looks
        process.kill()
    return False


def judged(older: Program, newer: Program, folder: Path, before: list[dict[str, Any]]) -> list[str]:
    """What does not hold of the folder that a killed start left."""
    wrong = []
    try:
        if journal_version(folder) == 1:
            back = folder.with_name(folder.name + ".back")
            shutil.copytree(folder, back)
            if not run_until_open(older, back):
                wrong.append("the older program does not start")
            older.run("journal", "verify", "--data", back)
            shutil.rmtree(back)
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
    except (TrialError, subprocess.TimeoutExpired) as error:
        wrong.append(str(error))
    return wrong


def trials(args: argparse.Namespace, home: Path) -> dict[str, Any]:
    older, newer = (Program([str(path.absolute())], home) for path in (args.older, args.newer))
    service, template, found = home / "sim", home / "template", Found()
    with older.standing("sim", "--dir", service, "--pace", str(PACE)) as counterparties:
        assert counterparties.stdout is not None
        counterparties.stdout.readline()
        before = sold_by(older, service, template)
        counted = home / "counted"
        shutil.copytree(template, counted)
        calls = calls_of_a_migration(newer, counted)

        def trial(n: int) -> None:
            folder = home / f"trial{n}"
            shutil.copytree(template, folder)
            try:
                kill_before(newer, folder, calls, n)
                found.killed += 1
                found.left[f"version {journal_version(folder)}"] += 1
                wrong = judged(older, newer, folder, before)
            except TrialError as error:
                wrong = [str(error)]
            if wrong:
                found.bad[n] = wrong
            shutil.rmtree(folder)

        with ThreadPoolExecutor(args.jobs) as pool:
            list(pool.map(trial, range(0, len(calls), args.every)))
        whole = home / "whole"
        shutil.copytree(template, whole)
        newer.run("resolve", "--data", whole, expect=1)  # the open sale: nothing kept
        states = Counter(one["state"] for one in sales(newer, whole))
    return {
        "ok": not found.bad,
        "older": older.run("--version").strip(),
        "newer": newer.run("--version").strip(),
        "sales": len(before),
        "open": sum(one["state"] == "PENDING" for one in before),
        "calls_of_the_migration": len(calls),
        "killed": found.killed,
        "left_by_the_killed_start": dict(found.left),
        "did_not_hold": found.bad,
        "resolved_by_the_newer": dict(states),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("older", type=Path)
    parser.add_argument("newer", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="K", help="only before each K-th call")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="trials at a time (2)")
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
