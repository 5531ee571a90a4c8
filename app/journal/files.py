"""The journal's files as the operating system knows them: private, and durable by name."""

import os
from pathlib import Path

from app.journal.errors import JournalBroken


def touch_private(path: Path) -> None:
    """Make the file readable by its owner alone; SQLite gives its companions the same mode. Raises JournalBroken."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise JournalBroken(f"cannot make {path}: {error.strerror}") from error


def sync_file(path: Path) -> None:
    """Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def companions(path: Path) -> tuple[Path, ...]:
    """What SQLite may have beside the database ``path`` while it is open, or after a crash."""
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))
