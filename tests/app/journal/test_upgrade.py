"""The first start of a newer program, cut off anywhere: one of the two versions always opens, and nothing is lost."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from app.journal import migrate
from app.journal.api import Head
from app.journal.errors import JournalBroken, JournalBusy, JournalCramped, JournalNewer
from app.journal.reader import open_reader
from app.journal.store import open_for_reading
from app.journal.upgrade import KEEP_OLD_MS, old_file
from app.journal.verify import verify
from app.journal.writer import Journal

from .conftest import KEY, NOW, make_entry
from .exhibits import put_up
from .test_museum import HEAD, journal_version

Opener = Callable[..., Journal]


def test_the_old_file_is_kept_and_the_old_program_still_opens_it(
    opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(path, 1)
    opened().close()
    kept = old_file(path, 1)
    assert kept.name == "journal.v1.bak"
    assert sorted(each.name for each in path.parent.iterdir()) == ["journal.db", "journal.db.lock", "journal.v1.bak"]
    assert verify(kept, KEY).head == Head(*HEAD)
    with monkeypatch.context() as old_program:
        old_program.setattr(migrate, "VERSION", 1)
        old_program.setattr("app.journal.writer.VERSION", 1)
        old_program.setattr("app.journal.opening.VERSION", 1)
        with pytest.raises(JournalNewer) as caught:
            opened()
        assert caught.value.key == "journal.newer.say"
        kept.replace(path)
        back = opened()
        assert [sale.seq for sale in back.open_sales()] == [7, 5, 10]
        back.append(make_entry(5))
        back.close()
        assert journal_version(path) == 1
    again = opened()
    assert [sale.seq for sale in again.open_sales()] == [7, 5, 10, 11], "what the old program sold meanwhile is there"


def test_what_lies_in_the_wal_is_carried_over(opened: Opener, path: Path) -> None:
    put_up(path, 1)
    with closing(open_for_reading(path)) as beside:  # keeps the WAL from being folded in at the writer's close
        beside.execute("SELECT count(*) FROM entry").fetchall()
        writer = apsw.Connection(str(path))
        writer.execute(
            "INSERT INTO entry SELECT 11, 5, 'x', NULL, NULL, NULL, '{}', digest, digest, mac FROM entry WHERE seq = 10"
        )
        writer.close()
        assert path.with_name("journal.db-wal").stat().st_size > 0
        with pytest.raises(JournalBusy):
            opened()
    with pytest.raises(JournalBroken) as caught:
        opened()
    assert caught.value.values == (("n", "11"),), "the entry of the WAL is copied, and no stranger's entry is believed"


def test_a_chain_that_does_not_hold_is_not_carried_over(opened: Opener, path: Path) -> None:
    put_up(path, 1)
    db = apsw.Connection(str(path))
    guard = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry_stays'").get
    db.execute("DROP TRIGGER entry_stays; UPDATE entry SET body = '{}' WHERE seq = 4; ")
    db.execute(guard)
    db.close()
    with pytest.raises(JournalBroken) as caught:
        opened()
    assert caught.value.key == "journal.damaged.say"
    assert caught.value.values == (("n", "4"),)
    assert journal_version(path) == 1
    assert not old_file(path, 1).exists()


def test_without_room_nothing_is_touched(opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_up(path, 1)
    before = path.read_bytes()
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr("app.journal.upgrade.shutil.disk_usage", lambda _: usage._replace(free=9 * 1024**2))
    with pytest.raises(JournalCramped) as caught:
        opened()
    assert caught.value.values == (("size", "9 MB"),)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["journal.db", "journal.db.lock"]


def test_a_reader_beside_makes_the_upgrade_wait(opened: Opener, path: Path) -> None:
    put_up(path, 1)
    reader = open_reader(path)
    reader.head()
    with pytest.raises(JournalBusy):
        opened()
    reader.close()
    opened()
    assert journal_version(path) == migrate.VERSION


def test_a_copy_that_is_not_whole_in_one_file_is_not_swapped_in(
    opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(path, 1)
    scanner: list[apsw.Connection] = []

    def looked_at(db: apsw.Connection, found: int) -> None:
        scanner.append(apsw.Connection(str(path.with_name("journal.db.next"))))
        scanner[0].execute("BEGIN; SELECT count(*) FROM entry").fetchall()
        migrate.climb(db, found)

    monkeypatch.setattr("app.journal.upgrade.climb", looked_at)
    with pytest.raises(JournalBusy):
        opened()
    scanner[0].close()
    assert journal_version(path) == 1
    assert verify(path, KEY).head == Head(*HEAD)


def test_a_disk_without_links_keeps_the_old_file_as_a_copy(
    opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr("app.journal.upgrade.os.link", no_links)
    put_up(path, 1)
    opened().close()
    assert verify(old_file(path, 1), KEY).head == Head(*HEAD)


def test_the_old_file_is_given_up_after_ninety_days(opened: Opener, path: Path) -> None:
    put_up(path, 1)
    opened().close()
    kept = old_file(path, 1)
    os.utime(kept, (NOW / 1000, NOW / 1000))
    opened(now_ms=NOW + KEEP_OLD_MS - 1000).close()
    assert kept.exists()
    opened(now_ms=NOW + KEEP_OLD_MS + 1000).close()
    assert not kept.exists()


CHILD = Path(__file__).with_name("upgrade_killed.py")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing there either, and syncs cost nothing."""
    where = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=where if where.is_dir() else tmp_path) as name:
        yield Path(name)


def test_killed_at_every_step_it_leaves_the_old_or_the_new_and_the_next_start_finishes(memory: Path) -> None:
    """The child is killed before its n-th write, sync, removal, link or rename, n = 1, 2, 3 … until it ends by itself.

    After each it is killed again in the next start, at another place; then a start is let through.
    """
    path = memory / "journal.db"
    put_up(path, 1)
    original = path.read_bytes()
    steps = 0
    old, new = 0, 0
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHILD.parents[3])},
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def start(kill_at: int) -> bool:
            """One start in a process of its own; whether it came through."""
            child.stdin.write(f"{kill_at}\n")
            child.stdin.flush()
            return child.stdout.readline().strip() == "0"

        for kill_at in range(1, 1000):
            for left in path.parent.iterdir():
                left.unlink()
            path.write_bytes(original)
            came_through = start(kill_at)
            version = journal_version(path)
            old, new = old + (version == 1), new + (version == migrate.VERSION)
            assert version in (1, migrate.VERSION)
            assert verify(path, KEY, anchors=[Head(*HEAD)]).is_sound
            if came_through:
                break
            steps += 1
            start(1 + kill_at * 7 % 60)
            assert verify(path, KEY, anchors=[Head(*HEAD)]).is_sound
            assert start(0)
            verdict = verify(path, KEY, anchors=[Head(*HEAD)])
            assert verdict.is_sound
            assert journal_version(path) == migrate.VERSION
            assert verify(old_file(path, 1), KEY).head == Head(*HEAD)
            assert not path.with_name("journal.db.next").exists()
        child.stdin.close()
    assert steps > 40, "the upgrade has many steps to be killed at"
    assert old > 20
    assert new > 1
