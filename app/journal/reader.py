"""Reading beside the writer: ``mashou sales``, exports, verification, the self-test."""

from pathlib import Path

from app.journal.api import Head
from app.journal.books import Books
from app.journal.errors import JournalBroken
from app.journal.finding import Finding
from app.journal.migrate import is_altered, refuse_unfinished
from app.journal.store import in_our_words, open_for_reading
from app.journal.tail import prove_tail


class Reader(Finding):
    """An open journal that cannot be written through; see ``api.JournalReader``."""

    def close(self) -> None:
        self._db.close()


def open_reader(path: Path) -> Reader:
    """Open ``path`` read-only. Raises JournalMissing, JournalNewer, JournalForeign, JournalBroken.

    Belongs to the thread that opened it. Nothing is verified here: that is ``verify.verify``.
    """
    db = open_for_reading(path)
    try:
        with in_our_words():
            refuse_unfinished(db)
            return Reader(db)
    except BaseException:
        db.close()
        raise


def prove(path: Path, mac_key: bytes) -> Head:
    """Check what a start would check, everything since the last checkpoint, and return the head; writes nothing.

    Raises JournalMissing, JournalNewer, JournalForeign, JournalBroken naming the first entry that fails.
    """
    db = open_for_reading(path)
    try:
        with in_our_words():
            refuse_unfinished(db)
            db.execute("BEGIN")  # one picture of the file, whatever the writer does meanwhile
            if is_altered(db):
                raise JournalBroken("the journal's tables or triggers were altered", key="journal.damaged.say")
            tail = prove_tail(db, Books(db).genesis, mac_key)
            return Head(tail.seq, tail.digest.hex())
    except UnicodeDecodeError as error:
        raise JournalBroken("the journal holds bytes that are no text", key="journal.damaged.say") from error
    finally:
        db.close()
