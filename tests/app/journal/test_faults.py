"""Disks that fail on purpose: whatever was acknowledged is there, whatever was refused is not, nobody is misled."""

from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from app.journal.api import Entry
from app.journal.ballast import BALLAST_BYTES
from app.journal.errors import JournalBroken, JournalBusy, JournalFull
from app.journal.store import open_for_writing, translated
from app.journal.verify import verify
from app.journal.writer import Journal

from .conftest import KEY

Opener = Callable[..., Journal]
Maker = Callable[..., Entry]


class FaultyDisk(apsw.VFS):
    """The system's files, except that writing call number ``fails_at`` meets ``error``, once or for good."""

    def __init__(self, name: str) -> None:
        super().__init__(name, base="")
        self.calls = 0
        self.fails_at = -1
        self.for_good = False
        self.error: type[apsw.Error] = apsw.IOError

    def xOpen(self, name: object, flags: list[int]) -> "FaultyFile":  # noqa: N802 - SQLite's name
        return FaultyFile(self, name, flags)

    def tick(self) -> None:
        self.calls += 1
        if self.calls == self.fails_at or (self.for_good and 0 <= self.fails_at < self.calls):
            raise self.error("planted")


class FaultyFile(apsw.VFSFile):
    def __init__(self, disk: FaultyDisk, name: object, flags: list[int]) -> None:
        self.disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self.disk.tick()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self.disk.tick()
        super().xSync(flags)


@pytest.fixture
def disk() -> Iterator[FaultyDisk]:
    faulty = FaultyDisk("faulty")
    yield faulty
    faulty.unregister()


@pytest.mark.parametrize("for_good", [False, True])
def test_an_io_error_at_any_write_latches_and_loses_nothing_acknowledged(
    opened: Opener, path: Path, entry: Maker, disk: FaultyDisk, for_good: bool
) -> None:
    """Fail the n-th write or sync, n = 1, 2, 3 … until the run completes."""
    base = opened()
    base.append(entry(1))
    base.close()
    original = path.read_bytes()
    disk.for_good = for_good
    for fails_at in range(1, 400):
        for suffix in ("-wal", "-shm", ".lock"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.write_bytes(original)
        disk.calls, disk.fails_at = 0, -1
        journal = opened(vfs="faulty")
        disk.calls, disk.fails_at = 0, fails_at
        acknowledged = journal.head().seq
        failed = False
        for n in range(2, 5):
            try:
                acknowledged = journal.append(entry(n)).seq
            except JournalBroken:
                failed = True
                break
        if failed:
            disk.fails_at = -1
            for act in (journal.append, journal.head, journal.open_sales, journal.next_number):
                with pytest.raises(JournalBroken):
                    act()
        journal.close()
        disk.fails_at = -1
        verdict = verify(path, KEY)
        assert verdict.is_sound
        assert verdict.entries >= acknowledged
        again = opened()
        assert again.head().seq >= acknowledged
        again.close()
        if not failed:
            break
    assert fails_at > 15, "the run must have met many faults before it completed"


def test_a_full_disk_refuses_and_the_same_append_works_once_there_is_room(
    opened: Opener, path: Path, entry: Maker, disk: FaultyDisk
) -> None:
    journal = opened(vfs="faulty")
    journal.append(entry(1))
    before = journal.head()
    disk.error, disk.for_good, disk.calls, disk.fails_at = apsw.FullError, True, 0, 0
    for _ in range(3):
        with pytest.raises(JournalFull) as caught:
            journal.append(entry(1, "PAID", is_open=False))
        assert caught.value.key == "disk.full.say"
    assert journal.head() == before
    assert len(journal.open_sales()) == 1, "reading works on a full disk"
    disk.fails_at = -1
    journal.append(entry(1, "PAID", is_open=False))
    assert journal.open_sales() == ()
    journal.close()
    assert verify(path, KEY).is_sound


def test_the_ballast_is_given_back_for_what_is_open(opened: Opener, path: Path, entry: Maker, disk: FaultyDisk) -> None:
    journal = opened(vfs="faulty", ballast_bytes=BALLAST_BYTES)
    ballast = path.with_name(path.name + ".ballast")
    assert ballast.stat().st_size == BALLAST_BYTES
    journal.append(entry(1))
    assert not journal.on_reserve
    disk.error, disk.calls, disk.fails_at = apsw.FullError, 0, 1
    journal.append(entry(1, "PAID", is_open=False))
    assert journal.on_reserve
    assert not ballast.exists()
    disk.calls = 0
    with pytest.raises(JournalFull):
        journal.append(entry(2))
    journal.close()
    again = opened(ballast_bytes=BALLAST_BYTES)
    assert not again.on_reserve
    assert ballast.exists()


def test_a_reserve_that_an_earlier_run_gave_back_is_kept_for_what_is_open(
    opened: Opener, path: Path, entry: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.ballast._free", lambda _: BALLAST_BYTES - 1)
    journal = opened(ballast_bytes=BALLAST_BYTES)
    assert journal.on_reserve
    journal.append(entry(1))


def test_a_disk_that_filled_up_overnight_is_opened_on_the_reserve(
    opened: Opener, path: Path, entry: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(ballast_bytes=BALLAST_BYTES)
    journal.append(entry(1))
    journal.close()
    ballast = path.with_name(path.name + ".ballast")

    def cramped(where: Path, vfs: str | None) -> apsw.Connection:
        if ballast.exists():
            raise translated(apsw.exception_for(apsw.SQLITE_IOERR_SHMSIZE))
        return open_for_writing(where, vfs)

    monkeypatch.setattr("app.journal.opening.open_for_writing", cramped)
    monkeypatch.setattr("app.journal.ballast._free", lambda _: BALLAST_BYTES - 1)
    journal = opened(ballast_bytes=BALLAST_BYTES)
    assert journal.on_reserve
    journal.append(entry(1, "PAID", is_open=False))


def test_no_room_at_all_is_told_as_that_and_never_as_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cramped(*_: object) -> apsw.Connection:
        raise translated(apsw.exception_for(apsw.SQLITE_IOERR_SHMSIZE))

    monkeypatch.setattr("app.journal.verify.open_for_reading", cramped)
    with pytest.raises(JournalBroken) as caught:
        verify(path, KEY)
    assert caught.value.key == "disk.low.say"


def test_sqlite_s_own_full_is_met_the_same_way(opened: Opener, entry: Maker) -> None:
    journal = opened()
    pages = journal._db.pragma("page_count")
    journal._db.pragma("max_page_count", pages + 1)
    with pytest.raises(JournalFull):
        journal.append(*(entry(n, channel="c" * 500) for n in range(1, 200)))
    journal._db.pragma("max_page_count", 100_000)
    journal.append(entry(201))


def test_a_disk_without_room_for_ballast_still_sells(
    opened: Opener, path: Path, entry: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.ballast.LEAVE_FREE_BYTES", 10**18)
    journal = opened(ballast_bytes=BALLAST_BYTES)
    assert not path.with_name(path.name + ".ballast").exists()
    assert not journal.on_reserve
    journal.append(entry(1))


def test_another_program_on_the_file_is_waited_out_and_nothing_is_lost(
    opened: Opener, path: Path, entry: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.store.BUSY_MS", 1)
    journal = opened()
    stranger = apsw.Connection(str(path))
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalBusy) as caught:
        journal.append(entry(1))
    assert caught.value.key == "journal.locked.say"
    stranger.execute("ROLLBACK")
    stranger.close()
    assert journal.append(entry(1)).seq == 2


def test_an_interrupted_append_leaves_nothing_and_is_not_guessed_about(
    opened: Opener, entry: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.journal.writer._bindings", interrupted)
        with pytest.raises(KeyboardInterrupt):
            journal.append(entry(1))
    with pytest.raises(JournalBroken, match="interrupted"):
        journal.append(entry(1))
    journal.close()
    assert opened().append(entry(1)).seq == 2


def test_a_stranger_s_entry_stops_the_writer(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    journal.append(entry(1))
    stranger = apsw.Connection(str(path))
    stranger.execute(
        "INSERT INTO entry SELECT seq + 1, at_ms, kind, out_trade_no, seq, line, body, prev, digest, mac FROM entry "
        "WHERE seq = 2"
    )
    stranger.close()
    for _ in range(2):
        with pytest.raises(JournalBroken, match="somebody else"):
            journal.append(entry(2))
