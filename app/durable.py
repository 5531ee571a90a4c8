"""Names made durable: a file's bytes are synced by whoever writes them, its name in the folder by this."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable. Windows has no such call and needs none. Raises OSError."""
    if os.name == "posix":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
