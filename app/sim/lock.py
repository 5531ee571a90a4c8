"""One simulator per folder, by an operating-system lock that dies with its holder."""

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FolderBusyError(Exception):
    """Another simulator serves this folder."""


def hold(path: Path) -> IO[bytes]:
    """Lock ``path``; the lock lasts until the returned file is closed. FolderBusyError at once where it is taken."""
    path.touch(mode=0o600)
    file = path.open("ab")
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise FolderBusyError(f"another simulator is serving {path.parent}") from None
    return file
