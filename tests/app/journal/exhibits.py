"""Journals as earlier versions left them: the frozen schema, and the recorded rows of ``museum/``."""

from pathlib import Path

import apsw

from app.journal.migrate import schema
from app.journal.store import APPLICATION_ID

MUSEUM = Path(__file__).parent / "museum"


def put_up(path: Path, version: int) -> None:
    """Make at ``path`` the journal that a program of ``version`` left, closed and folded in."""
    db = apsw.Connection(str(path))
    db.execute("PRAGMA journal_mode = WAL")
    for each in range(1, version + 1):
        db.execute(schema(each))
    db.execute((MUSEUM / f"{version:04d}.sql").read_text("utf-8"))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
