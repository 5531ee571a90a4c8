"""Starts the journal again and again in processes of their own, each killed before its n-th step on the disk.

Reads ``n`` a line (0: let it through), answers the exit status a line. Not a test: run by ``test_upgrade``.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import apsw

from app.journal.api import Entry, SaleLine
from app.journal.writer import open_writer

SYSTEM = apsw.vfs_names()[0]


class Plug:
    """Ends the process, with nothing said to anyone, before step ``n``."""

    def __init__(self, n: int) -> None:
        self.left = n

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Disk(apsw.VFS):
    def __init__(self, plug: Plug) -> None:
        self.plug = plug
        super().__init__("plugged", base=SYSTEM, makedefault=True)

    def xOpen(self, name: object, flags: list[int]) -> "File":  # noqa: N802 - SQLite's name
        self.plug.tick()
        return File(self.plug, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802 - SQLite's name
        self.plug.tick()
        super().xDelete(name, sync)


class File(apsw.VFSFile):
    def __init__(self, plug: Plug, name: object, flags: list[int]) -> None:
        self.plug = plug
        super().__init__(SYSTEM, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self.plug.tick()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self.plug.tick()
        super().xSync(flags)

    def xLock(self, level: int) -> None:  # noqa: N802 - SQLite's name
        try:
            super().xLock(level)
        except apsw.IOError as error:  # a reader may not lock for writing as it closes; only through Python is it told
            raise apsw.BusyError from error

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        self.plug.tick()
        super().xTruncate(size)


def watched(plug: Plug, act: Callable[..., object]) -> Callable[..., object]:
    def before(*args: object, **named: object) -> object:
        plug.tick()
        return act(*args, **named)

    return before


def start(path: Path, kill_at: int) -> None:
    plug = Plug(kill_at)
    disk = Disk(plug)
    for name in ("link", "replace", "unlink", "fsync", "open"):
        setattr(os, name, watched(plug, getattr(os, name)))
    journal = open_writer(path, b"k" * 32, training=True, now_ms=1, entropy=os.urandom, ballast_bytes=0)
    assert len(journal.open_sales()) >= 3
    n = journal.next_number()
    line = SaleLine(f"7{n:023d}", n, f"p{n}", "wechat", 1, "INTENT", True, 0, "2026-11-22", n, "m")
    journal.append(Entry("sale.intent", n, {"n": n}, line))
    journal.close()
    disk.unregister()


def main(path: Path) -> None:
    for asked in sys.stdin:
        pid = os.fork()
        if pid == 0:
            start(path, int(asked))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        print(status, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
