"""Power cuts under the shipping journal: no entry that was acknowledged is ever lost, and the chain holds after each.

    sh packaging/test.sh long powercut [--cuts N] [--seed S] [--procs N] [--out FILE]

``open_writer``, ``append`` and ``close`` on real SQLite over a disk that keeps only what was synced (``torn_disk``).
The power goes at any write, sync, truncation or removal, also while a journal is being made, opened after the last cut,
folded in or closed. One cut in fifty is tried with ``synchronous=NORMAL`` in the journal's place: that run must lose
commits, or this disk is too kind to prove anything.
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import apsw
from long.report import finish
from long.torn_disk import TornDisk

from app.journal import store
from app.journal.api import Entry, SaleLine
from app.journal.errors import JournalError
from app.journal.verify import verify
from app.journal.writer import Journal, open_writer

KEY = b"p" * 32
NOW_MS = 1_795_358_400_000
LIVES = 5  # cuts in the life of one file
MOST_STEPS = 160  # disk operations until a cut: some twenty appends, or a start and a close
CARELESS_SHARE = 50


@dataclass
class Tally:
    cuts: int = 0
    files: int = 0
    commits: int = 0
    cut_at_start: int = 0  # while the journal was made or opened
    cut_at_close: int = 0
    checkpoints: int = 0
    lost: int = 0
    violations: list[str] = field(default_factory=list)


class Life:
    """One file from its making through ``LIVES`` power cuts."""

    def __init__(self, disk: TornDisk, seed: int, tally: Tally) -> None:
        self.rng = random.Random(seed)
        self.disk = disk
        self.seed = seed
        self.tally = tally
        self.path = disk.folder / "journal.db"
        self.told: tuple[int, str] = (0, "")  # the last head anyone was told
        disk.begin(self.rng)
        tally.files += 1

    def run(self) -> None:
        for _ in range(LIVES):
            self.disk.budget = self.rng.randrange(MOST_STEPS)
            self._until_the_cut()
            self.tally.cuts += 1
            self.disk.restore()
            if not self._holds():
                return

    def _until_the_cut(self) -> None:
        journal = None
        try:
            journal = self._open()
            self._note(journal)
            while True:
                self._work(journal)
                if self.rng.random() < 0.03:
                    journal.close()
                    if self.disk.dead:
                        self.tally.cut_at_close += 1
                        return
                    journal = self._open()
        except (JournalError, apsw.Error):
            if journal is None:
                self.tally.cut_at_start += 1
            if not self.disk.dead:
                raise
        finally:
            _drop(journal)

    def _open(self) -> Journal:
        entropy = self.rng.randbytes
        return open_writer(
            self.path, KEY, training=True, now_ms=NOW_MS, entropy=entropy, ballast_bytes=0, vfs=self.disk.name
        )

    def _note(self, journal: Journal) -> None:
        head = journal.head()
        self.told = (head.seq, head.digest)

    def _work(self, journal: Journal) -> None:
        n = journal.next_number()
        pad = "x" * self.rng.randrange(900)
        line = SaleLine(f"7{n:023d}", n, f"p{n}", "wechat", n, "INTENT", n % 7 == 0, 0, "2026-11-22", n, "m")
        entries = [Entry("sale.intent", n, {"n": n, "pad": pad}, line), Entry("app.note", n, {"pad": pad})]
        journal.append(*entries[: self.rng.randrange(1, 3)])
        self.tally.commits += 1
        self._note(journal)
        if self.rng.random() < 0.04:
            journal._db.execute(f"PRAGMA wal_checkpoint({self.rng.choice(('PASSIVE', 'TRUNCATE'))})").fetchall()
            self.tally.checkpoints += 1

    def _holds(self) -> bool:
        """After the power came back: the till starts, the chain is sound, and what was told is there."""
        seq, digest = self.told
        try:
            journal = self._open()
        except (JournalError, apsw.Error) as error:
            return self._accuse(f"does not open: {error}")
        try:
            verdict = verify(self.path, KEY)
            if not verdict.is_sound:
                return self._accuse(verdict.says)
            if journal.head().seq < seq:
                self.tally.lost += seq - journal.head().seq
                return self._accuse(f"{seq} entries were told, {journal.head().seq} are there")
            if seq and journal.digest_of(seq) != digest:
                return self._accuse(f"entry {seq} is another")
        finally:
            _drop(journal)
            self.disk.restore()
        return True

    def _accuse(self, what: str) -> bool:
        self.tally.violations.append(f"seed {self.seed}, cut {self.tally.cuts}: {what}")
        return False


def _drop(journal: Journal | None) -> None:
    """The process is gone: nothing is folded in."""
    if journal is None:
        return
    with contextlib.suppress(apsw.Error):
        journal._db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    with contextlib.suppress(apsw.Error):
        journal._db.close(True)
    journal._lock.release()


@contextlib.contextmanager
def careless() -> Iterator[None]:
    """A journal that does not wait for its disk."""
    durable = store._make_durable

    def hasty(db: apsw.Connection, path: Path) -> None:
        durable(db, path)
        db.execute("PRAGMA synchronous = NORMAL")

    store._make_durable = hasty
    try:
        yield
    finally:
        store._make_durable = durable


def cut(cuts: int, seed: int) -> Tally:
    """At least ``cuts`` power cuts; the files are replayed by their seeds."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="mashou-cut-", dir=where) as name:
        disk = TornDisk(f"torn{seed}", Path(name))
        tally = Tally()
        try:
            while tally.cuts < cuts:
                Life(disk, seed + tally.files, tally).run()
        finally:
            disk.unregister()
    return tally


def _one_process(asked: tuple[int, int]) -> Tally:
    return cut(*asked)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--procs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(argv)
    began = time.perf_counter()
    share = -(-args.cuts // args.procs)
    with multiprocessing.get_context("spawn").Pool(args.procs) as pool:
        parts = pool.map(_one_process, [(share, args.seed + n * 10_000_000) for n in range(args.procs)])
    seconds = time.perf_counter() - began
    with careless():
        hasty = cut(max(100, args.cuts // CARELESS_SHARE), args.seed)
    counts = {name: sum(getattr(part, name) for part in parts) for name in asdict(parts[0]) if name != "violations"}
    violations = [what for part in parts for what in part.violations]
    if hasty.lost == 0:
        violations.append("synchronous=NORMAL lost nothing: this disk proves nothing")
    counts["normal"] = {"cuts": hasty.cuts, "lost": hasty.lost, "failing": len(hasty.violations)}
    counts["sqlite"] = apsw.sqlite_lib_version()
    rates = {"seconds": round(seconds, 1), "cuts_per_second": round(counts["cuts"] / seconds, 1)}
    return finish("powercut", seed=args.seed, counts=counts, violations=violations, rates=rates, out=args.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
