"""A file in the journal's place that another key sealed from its first entry on: kept aside, never written into."""

from contextlib import closing
from pathlib import Path

from app.durable import sync_folder
from app.journal.api import Fault
from app.journal.books import Books
from app.journal.chain import judge
from app.journal.errors import JournalError
from app.journal.files import companions
from app.journal.lock import WriterLock
from app.journal.outside import Seen
from app.journal.store import in_our_words, open_for_reading
from app.journal.tail import ROWS


def set_aside_foreign(path: Path, mac_key: bytes, seen: Seen | None) -> Path | None:
    """Give a foreign journal another name, so that a new one begins at ``path``; returns that name.

    None where there is nothing to set aside: no file, our own journal, one altered after its first entry, or no
    memory of ever having had one (then whoever put it there is told by ``open_writer``). Raises JournalTaken.
    """
    if seen is None or not path.is_file():
        return None
    lock = WriterLock(path.with_name(path.name + ".lock"))
    try:
        return _renamed(path) if _is_foreign(path, mac_key, seen.journal_id) else None
    except OSError:
        return None  # it stays, and cannot be opened as ours
    finally:
        lock.release()


def _is_foreign(path: Path, mac_key: bytes, journal_id: str) -> bool:
    try:
        with closing(open_for_reading(path)) as db, in_our_words():
            books = Books(db)
            first = db.execute(ROWS + "WHERE seq = 1").fetchone()
            sealed = first is not None and judge(first, 1, books.genesis, mac_key) is not Fault.MAC
            return books.journal_id != journal_id and first is not None and not sealed
    except (JournalError, UnicodeDecodeError):
        return False


def _renamed(path: Path) -> Path:
    """Its WAL goes with it, and first: left behind, it would be taken for the new file's own."""
    n = 1
    while (aside := path.with_name(f"{path.stem}.foreign-{n}.db")).exists():
        n += 1
    for one, other in zip(companions(path), companions(aside), strict=True):
        if one.exists():
            one.replace(other)
    path.replace(aside)
    sync_folder(path.parent)
    return aside
