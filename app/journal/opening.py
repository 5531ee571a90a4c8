"""The writer's connection to a file that may be of an earlier version, on a disk that may be full."""

from pathlib import Path

import apsw

from app.journal.errors import JournalCramped, JournalError
from app.journal.migrate import VERSION, version_of
from app.journal.store import in_our_words, open_for_writing
from app.journal.upgrade import upgrade


def open_current(path: Path, vfs: str | None, ballast: Path, mac_key: bytes, now_ms: int) -> apsw.Connection:
    """Open ``path`` for writing, brought to this program's version where it has an earlier one."""
    db = _open(path, vfs, ballast)
    if _is_older(db):
        upgrade(path, mac_key, now_ms)
        db = _open(path, vfs, ballast)
    return db


def _open(path: Path, vfs: str | None, ballast: Path) -> apsw.Connection:
    """A disk that filled up while the till was closed must not keep it from finishing what is open (I-42)."""
    try:
        return open_for_writing(path, vfs)
    except JournalCramped:
        if not ballast.exists():
            raise
        ballast.unlink()
        return open_for_writing(path, vfs)


def _is_older(db: apsw.Connection) -> bool:
    """Whether an upgrade is due; the connection is then closed, as it is when this raises."""
    try:
        with in_our_words():
            is_older = 0 < version_of(db) < VERSION
    except JournalError:
        db.close()
        raise
    if is_older:
        db.close()
    return is_older
