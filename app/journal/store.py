"""Connections: how the file is opened, what is asserted of it, and how SQLite's errors are read.

SQLite at least 3.51.3 because 3.7.0 to 3.51.2 may corrupt a database when a WAL is reset (sqlite.org/wal.html, "the
WAL-reset bug"). WAL with ``synchronous=FULL`` because only that keeps every acknowledged commit (design §4).
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final

import apsw

from app.journal.errors import (
    BadEntry,
    JournalBroken,
    JournalBusy,
    JournalCramped,
    JournalError,
    JournalForeign,
    JournalFull,
    JournalMissing,
)

OLDEST_SQLITE: Final = (3, 51, 3)
OUT_OF_ORDER: Final = "out of order"  # what the trigger entry_follows says
APPLICATION_ID: Final = 0x4D534A31  # "MSJ1" in the file's header
# A backup or virus scanner lets go of the file within moments; longer than this and a person must be told.
BUSY_MS: Final = 500

INSERT_ENTRY: Final = (
    "INSERT INTO entry (seq, at_ms, kind, out_trade_no, before, line, body, prev, digest, mac) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

_FULL_SYNC: Final = 2


def refuse_old_sqlite(version: str) -> None:
    """Raise JournalBroken unless ``version`` is at least OLDEST_SQLITE."""
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST_SQLITE:
        raise JournalBroken(f"SQLite {version} may lose data; at least {'.'.join(map(str, OLDEST_SQLITE))} is needed")


def translated(error: apsw.Error) -> JournalError | BadEntry:  # noqa: PLR0911 - one return per kind of error
    """SQLite's result code in the journal's own words."""
    match error:
        case apsw.FullError():
            return JournalFull(f"no room for the journal: {error}")
        case apsw.BusyError() | apsw.LockedError():
            return JournalBusy(f"another program holds the journal: {error}")
        case apsw.ConstraintError() if OUT_OF_ORDER in str(error):
            return JournalBroken("somebody else wrote into the journal", key="journal.damaged.say")
        case apsw.ConstraintError():
            return BadEntry(f"the journal refuses this entry: {error}")
        case apsw.IOError() if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:
            return JournalCramped(f"no room beside the journal: {error}")
        case apsw.ReadOnlyError() if getattr(error, "extendedresult", 0) == apsw.SQLITE_READONLY_ROLLBACK:
            # Only a file that is not yet in WAL mode has a rollback journal: its maker was killed in its first instant.
            return JournalForeign("the making of the journal was cut off", key="journal.gone.say")
        case apsw.CorruptError() | apsw.NotADBError():
            return JournalBroken(f"the journal file is damaged: {error}", key="journal.damaged.say")
        case _:
            return JournalBroken(f"the journal cannot be read or written: {type(error).__name__}: {error}")


@contextmanager
def in_our_words() -> Generator[None]:
    try:
        yield
    except apsw.Error as error:
        raise translated(error) from error


def open_for_writing(path: Path, vfs: str | None) -> apsw.Connection:
    """A connection for the one writer, its settings read back and asserted (I-40)."""
    refuse_old_sqlite(apsw.sqlite_lib_version())
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    with in_our_words():
        db = apsw.Connection(str(path), flags=flags, vfs=vfs)
    try:
        with in_our_words():
            _harden(db)
            _refuse_strangers(db, path)
            _make_durable(db, path)
    except BaseException:
        db.close()
        raise
    return db


def open_for_copying(path: Path) -> apsw.Connection:
    """A connection that leaves the file's mode as it is: for a journal that is to be copied, and for the copy."""
    refuse_old_sqlite(apsw.sqlite_lib_version())
    with in_our_words():
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        with in_our_words():
            _harden(db)
            _refuse_strangers(db, path)
    except BaseException:
        db.close()
        raise
    return db


def open_for_reading(path: Path) -> apsw.Connection:
    """A read-only connection beside the writer, if there is one."""
    refuse_old_sqlite(apsw.sqlite_lib_version())
    if not path.is_file():
        raise JournalMissing(f"there is no journal {path}")
    with in_our_words():
        db = apsw.Connection(path.absolute().as_uri() + "?mode=ro", apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    try:
        with in_our_words():
            _harden(db)
            db.execute("PRAGMA query_only = ON")
            _refuse_strangers(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _harden(db: apsw.Connection) -> None:
    for option, value in (
        (apsw.SQLITE_DBCONFIG_DEFENSIVE, 1),
        (apsw.SQLITE_DBCONFIG_DQS_DML, 0),
        (apsw.SQLITE_DBCONFIG_DQS_DDL, 0),
        (apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1),
        (apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    ):
        if db.config(option, value) != value:
            raise JournalBroken("SQLite refuses a safety setting")
    db.set_busy_timeout(BUSY_MS)
    db.execute("PRAGMA cell_size_check = ON")


def _make_durable(db: apsw.Connection, path: Path) -> None:
    mode = _pragma(db, "journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    if mode != "wal" or _pragma(db, "synchronous") != _FULL_SYNC:
        raise JournalBroken(f"the disk under {path.name} offers no WAL", key="disk.place.say")


def _refuse_strangers(db: apsw.Connection, path: Path) -> None:
    found = _pragma(db, "application_id")
    if found != APPLICATION_ID and (found != 0 or _holds_tables(db)):
        raise JournalForeign(f"{path.name} is a database, but no journal of this program")


def _holds_tables(db: apsw.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is not None


def _pragma(db: apsw.Connection, text: str) -> int | str:
    value = db.execute(f"PRAGMA {text}").get
    assert isinstance(value, (int, str))
    return value


class Transaction:
    """The one way to write: everything inside is durable when it ends, or none of it ever was.

    A class and not a generator: it stands between a scan and its first byte.
    """

    __slots__ = ("_db",)

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                self._db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
        else:
            self._roll_back()

    def _roll_back(self) -> None:
        # After some errors SQLite has rolled back by itself; a second rollback would hide the first error.
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
