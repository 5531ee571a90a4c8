"""Climbing from the version a file has to the one this program knows; never down."""

from importlib import resources
from typing import Final

import apsw

from app.journal.errors import JournalForeign, JournalNewer
from app.journal.store import APPLICATION_ID

VERSION: Final = 2


def schema(version: int) -> str:
    """The SQL that leads from ``version - 1`` to ``version``."""
    return resources.files("app.journal").joinpath("schema", f"{version:04d}.sql").read_text("utf-8")


def version_of(db: apsw.Connection) -> int:
    """0 for a new file. Raises JournalNewer, naming both versions."""
    found = db.pragma("user_version")
    assert isinstance(found, int)
    if found > VERSION:
        raise JournalNewer(f"the journal has version {found}, this program knows versions up to {VERSION}")
    return found


def climb(db: apsw.Connection, found: int) -> None:
    """Apply each version above ``found``, inside the transaction of the caller."""
    for version in range(found + 1, VERSION + 1):
        db.execute(schema(version))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def is_altered(db: apsw.Connection) -> bool:
    """Whether the tables, indices and triggers are not exactly those of the version the file says it has."""
    made = apsw.Connection(":memory:")
    try:
        for version in range(1, version_of(db) + 1):
            made.execute(schema(version))
        return _objects(db) != _objects(made)
    finally:
        made.close()


def _objects(db: apsw.Connection) -> set[tuple[str, str, str, str | None]]:
    # SQLite's own (statistics, automatic indices) come and go.
    return set(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'"))


def refuse_unfinished(db: apsw.Connection) -> None:
    """Raise JournalForeign for a file that has no version: nobody has written a journal into it yet."""
    if version_of(db) == 0:
        raise JournalForeign("the file is empty: no journal was ever begun in it", key="journal.gone.say")
