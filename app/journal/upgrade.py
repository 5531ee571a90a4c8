"""The first start of a newer program: a copy of the journal climbs, is verified whole, and takes the name.

::

    journal.db ── folded into one file ──> journal.db.next (copy) ── climbs ── whole chain verified ── synced
        └── second name: journal.v1.bak                                             └── takes the name journal.db

``journal.db`` is at every instant a whole journal, of the old version or of the new one, so a power cut or ``kill -9``
anywhere costs nothing but the work: the next start, of either program, finds one of the two. Open sales do not stand
in the way. They are entries like all others, and the engine takes them up after this as after any start.
"""

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Final

from app.durable import sync_folder
from app.journal.api import Entry, Head
from app.journal.books import Books
from app.journal.chain import sealed
from app.journal.errors import JournalBroken, JournalBusy, JournalCramped
from app.journal.files import companions, sync_file, touch_private
from app.journal.migrate import VERSION, climb, version_of
from app.journal.store import INSERT_ENTRY, Transaction, in_our_words, open_for_copying
from app.journal.tail import UPGRADED
from app.journal.verify import verify

# What an index and the climb's own rollback journal may take beyond the copy itself.
SPARE_BYTES: Final = 16 * 1024 * 1024
# The old file is given up at the first start so long after it was last written to.
KEEP_OLD_MS: Final = 90 * 86_400_000


def upgrade(path: Path, mac_key: bytes, now_ms: int) -> None:
    """Bring the journal at ``path`` to this program's version; its next entry says that this was done.

    The caller holds the writer's lock and has no connection open. Raises JournalCramped (too little room; nothing was
    touched), JournalBusy (another program has the file open), JournalBroken (a chain that does not hold is not carried
    over; the old file stays as it was for the program that wrote it).
    """
    fresh = path.with_name(path.name + ".next")
    try:
        _discard(fresh)
        _refuse_without_room(path)
        found, head = _copy(path, fresh)
        _climb(fresh, found, head, mac_key, now_ms)
        _refuse_unsound(fresh, mac_key, head)
        for left in companions(fresh):  # empty since the climb; whoever only reads cannot remove them
            left.unlink(missing_ok=True)
        sync_file(fresh)
        _swap(path, fresh, found)
    except OSError as error:
        raise JournalBroken(f"cannot bring {path.name} up to date: {error}") from error


def old_file(path: Path, version: int) -> Path:
    """Where the journal is kept as ``version`` left it. The old program opens it once it is named ``path`` again."""
    return path.with_name(f"{path.stem}.v{version}.bak")


def give_up_old(path: Path, now_ms: int) -> None:
    """Remove what upgrades have kept for longer than ``KEEP_OLD_MS``. A file that cannot be removed stays."""
    for version in range(1, VERSION):
        kept = old_file(path, version)
        try:
            if kept.stat().st_mtime * 1000 + KEEP_OLD_MS < now_ms:
                kept.unlink()
        except OSError:
            continue


def _discard(fresh: Path) -> None:
    """A copy that an earlier try did not finish."""
    for left in (fresh, *companions(fresh)):
        left.unlink(missing_ok=True)


def _refuse_without_room(path: Path) -> None:
    # The WAL counts twice: it is folded into the old file before that is copied.
    sizes = [each.stat().st_size for each in (path, *companions(path)) if each.exists()]
    free = shutil.disk_usage(path.parent).free
    if free < sizes[0] + 2 * sum(sizes[1:]) + SPARE_BYTES:
        raise JournalCramped(f"no room to bring {path.name} up to date", free // 1024**2)


def _copy(path: Path, fresh: Path) -> tuple[int, Head]:
    """Copy the old file, whoever wrote it last having left a WAL or not; returns its version and head.

    Closing folds the WAL in, so that one name is then all of the old file.
    """
    with closing(open_for_copying(path)) as old, in_our_words():
        # Whoever reads beside keeps a WAL alive that would be taken for the new file's own.
        old.execute("PRAGMA locking_mode = EXCLUSIVE")
        old.execute("BEGIN EXCLUSIVE; COMMIT")
        found, head = version_of(old), Books(old).head()
        touch_private(fresh)
        with closing(open_for_copying(fresh)) as new:
            new.execute("PRAGMA synchronous = FULL")
            with new.backup("main", old, "main") as backup:
                backup.step()
    return found, head


def _climb(fresh: Path, found: int, head: Head, mac_key: bytes, now_ms: int) -> None:
    said = Entry(UPGRADED, now_ms, {"from": found, "to": VERSION})
    with closing(open_for_copying(fresh)) as db, in_our_words():
        db.execute("PRAGMA synchronous = FULL")
        with Transaction(db):
            climb(db, found)
            db.execute(INSERT_ENTRY, sealed(mac_key, bytes.fromhex(head.digest), head.seq + 1, said))
        # One file is swapped in, so all must be in it; a close that could not fold the WAL in would say nothing.
        folded = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if folded is None or folded[0] != 0:
            raise JournalBusy(f"another program has {fresh.name} open")


def _refuse_unsound(fresh: Path, mac_key: bytes, head: Head) -> None:
    verdict = verify(fresh, mac_key, anchors=[head])
    if not verdict.is_sound:
        raise JournalBroken(verdict.says, key="journal.damaged.say", values=(("n", str(verdict.seq)),))


def _swap(path: Path, fresh: Path, found: int) -> None:
    """Give the old file its second name first, so that ``path`` never names nothing."""
    if any(each.exists() for each in companions(path)):
        raise JournalBusy(f"another program has {path.name} open")
    kept = old_file(path, found)
    if not (kept.exists() and kept.samefile(path)):
        kept.unlink(missing_ok=True)
        _second_name(path, kept)
    sync_folder(path.parent)
    fresh.replace(path)
    sync_folder(path.parent)


def _second_name(path: Path, kept: Path) -> None:
    try:
        os.link(path, kept)
    except OSError:  # a file system without links, such as exFAT
        shutil.copy2(path, kept)
        sync_file(kept)
