"""A little room kept back, so that open sales can be finished on a full disk (I-42)."""

import os
import shutil
from pathlib import Path
from typing import Final

# One append costs some 30 KB of WAL and checkpoints reuse it; this finishes a hundred open sales.
BALLAST_BYTES: Final = 4 * 1024 * 1024
# Below this much free room nothing is set aside: taking the last of the disk would itself be the harm.
LEAVE_FREE_BYTES: Final = 64 * 1024 * 1024
_CHUNK: Final = bytes(64 * 1024)


class Ballast:
    """``size`` bytes of disk, given back by ``release``. A disk that has no room for it is no error.

    Where less than ``size`` is left and none of it is held, an earlier run gave it back: what is left is the reserve.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._is_held = size > 0 and self._take(size)
        self.is_spent = not self._is_held and _free(path) < size

    def release(self) -> bool:
        """Whether there was room to give back."""
        if not self._is_held:
            return False
        self._is_held, self.is_spent = False, True
        self._path.unlink(missing_ok=True)
        return True

    def _take(self, size: int) -> bool:
        try:
            if self._path.is_file() and self._path.stat().st_size == size:
                return True
            if _free(self._path) < size + LEAVE_FREE_BYTES:
                return False
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(fd, "wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, size)
                else:
                    for _ in range(size // len(_CHUNK)):
                        file.write(_CHUNK)
        except OSError:
            self._path.unlink(missing_ok=True)
            return False
        return True


def _free(path: Path) -> int:
    """Bytes of room where ``path`` lies. Raises OSError."""
    return shutil.disk_usage(path.parent).free
