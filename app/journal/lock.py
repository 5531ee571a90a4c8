"""One writer per journal: an operating-system lock on a file of its own.

Not on the database itself: POSIX drops SQLite's locks when any other descriptor of that file is closed
(sqlite.org/howtocorrupt.html §2.2). The system lets go when the process dies, however it dies.
"""

import os
import sys
from pathlib import Path

from app.journal.errors import JournalBroken, JournalTaken

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class WriterLock:
    """Held from construction to ``release``. Raises JournalTaken when another process has it."""

    def __init__(self, path: Path) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise JournalBroken(f"cannot open {path}: {error.strerror}") from error
        try:
            _lock(self._fd)
        except OSError as error:
            os.close(self._fd)
            raise JournalTaken(f"another process writes {path.stem}") from error

    def release(self) -> None:
        """May be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _lock(fd: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
