"""Reading beside the writer: ``mashou sales``, exports, verification."""

from pathlib import Path

from app.journal.books import Books
from app.journal.migrate import refuse_unfinished
from app.journal.store import in_our_words, open_for_reading


class Reader(Books):
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
