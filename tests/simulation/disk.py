"""The journal and the plug to pull around each commit: in lists, or the shipping one on SQLite in a file in memory."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apsw
from simulation.keys import MAC_KEY
from simulation.listed import ListJournal, Shelf
from simulation.watch import Watch
from simulation.world import World

from app.journal.api import Entry, Head
from app.journal.errors import JournalBroken, JournalBusy, JournalFull
from app.journal.verify import verify
from app.journal.writer import open_writer

FULL, BUSY, BROKEN = 0.006, 0.006, 0.0015  # per append, in a middling seed
MEMORY = Path("/dev/shm")


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder in memory where there is one."""
    where = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="mashou-sim-", dir=where) as name:
        yield Path(name)


class Disk:
    """One journal and everything that may happen to it. ``where`` None: in lists."""

    def __init__(self, world: World, watch: Watch, where: Path | None) -> None:
        self._world = world
        self.watch = watch
        self.path = None if where is None else where / "journal.db"
        self._shelf = Shelf(int(world.dice.u("epoch") * 10_000))
        self.full_until = 0.0

    def open(self) -> Plugged:
        real: Any = ListJournal(self._shelf) if self.path is None else self._open_real(self.path)
        kept = real.head().seq
        if kept < self.watch.acknowledged:
            self._world.accuse("I-32", f"{self.watch.acknowledged} entries were promised, {kept} are there")
        return Plugged(self._world, self, real)

    def _open_real(self, path: Path) -> Any:
        return open_writer(
            path,
            MAC_KEY,
            training=False,
            now_ms=int(self._world.wall() * 1000),
            entropy=lambda n: self._world.dice.seed.to_bytes(8, "big")[-1:] * n,
            ballast_bytes=0,
        )

    def verdict(self) -> str:
        """ "" where the whole chain is sound."""
        if self.path is None:
            return ""
        found = verify(self.path, MAC_KEY)
        return "" if found.is_sound else found.says

    def bytes(self) -> bytes:
        """Everything that lies on the disk."""
        if self.path is None:
            texts: set[str] = set()
            for kept in self._shelf.kept:
                _gather(kept.body.values(), texts)
            return "\n".join(texts).encode()
        return b"".join(path.read_bytes() for path in sorted(self.path.parent.iterdir()))


def _gather(values: Iterable[Any], texts: set[str]) -> None:
    """Every text among ``values``, whatever it lies in, into ``texts``."""
    for one in values:
        if isinstance(one, str):
            texts.add(one)
        elif isinstance(one, dict):
            _gather(one.values(), texts)
        elif isinstance(one, list):
            _gather(one, texts)


class Plugged:
    """A journal whose appends may fail, or be the last thing the program does. Everything else is the real one's."""

    def __init__(self, world: World, disk: Disk, real: Any) -> None:
        self._world = world
        self._disk = disk
        self._real = real
        self._broken = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        self.__dict__[name] = found  # the next time it is found at once
        return found

    @property
    def on_reserve(self) -> bool:
        return bool(self._real.on_reserve)

    def append(self, *entries: Entry) -> Head:
        world, watch = self._world, self._disk.watch
        entity = watch.begins(entries[0])
        if self._broken:
            world.accuse("I-39", f"{entity}: an append to a journal that broke; the process should have ended")
            raise JournalBroken("refused")
        watch.point("before-commit", entity)
        if world.now < self._disk.full_until and not world.dice.calm:
            raise JournalFull("no room")
        if world.dice.troubles(entity):
            self._strike(entity, entries)
        head = self._commit(entries)
        watch.point("after-commit", entity)
        return head

    def _strike(self, entity: str, entries: tuple[Entry, ...]) -> None:
        world, dice = self._world, self._world.dice
        if dice.strikes("disk.full", FULL, entity):
            self._disk.full_until = world.now + dice.draw(1, 90, "full", entity)
            world.rests_since = self._disk.full_until
            world.say("fault", "the disk is full")
            world.seen("disk.full")
            raise JournalFull("no room")
        if dice.strikes("disk.busy", BUSY, entity):
            world.rests_since = world.now + 5
            world.seen("disk.busy")
            raise JournalBusy("held")
        if dice.strikes("disk.broken", BROKEN, entity):
            self._breaks(entity, entries)

    def _commit(self, entries: tuple[Entry, ...]) -> Head:
        head: Head = self._real.append(*entries)
        self._disk.watch.acknowledged = head.seq
        for entry in entries:
            self._disk.watch.committed(entry)
        return head

    def _breaks(self, entity: str, entries: tuple[Entry, ...]) -> None:
        """The disk fails in the middle of a commit: it may have been kept all the same, and nobody knows."""
        self._broken = True
        kept = self._world.dice.draw(0, 1, "kept", entity) < 0.5
        self._world.say("fault", f"the disk fails; what was written is {'there' if kept else 'lost'}")
        self._world.seen("disk.broken, kept" if kept else "disk.broken, lost")
        if kept:
            self._commit(entries)
        raise JournalBroken("input/output error")

    def drop(self) -> None:
        """The process is gone: nothing is folded in, nothing said goodbye to."""
        if self._disk.path is None:
            return
        db = self._real._db
        with contextlib.suppress(apsw.Error):
            db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        db.close(True)
        self._real._lock.release()
