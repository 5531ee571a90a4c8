"""What the one writer keeps and gives back."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from app.journal import migrate, store
from app.journal.api import Entry, Head
from app.journal.errors import (
    BadEntry,
    JournalBroken,
    JournalForeign,
    JournalMissing,
    JournalNewer,
    JournalTaken,
)
from app.journal.tail import CHECKPOINT
from app.journal.verify import verify
from app.journal.writer import CHECKPOINT_EVERY, Journal, open_writer

from .conftest import DAY, KEY, NOW

Opener = Callable[..., Journal]
Maker = Callable[..., Entry]


def test_a_new_journal_knows_itself(opened: Opener) -> None:
    journal = opened(entropy=lambda n: b"\x01" * n)
    assert journal.epoch() == int.from_bytes(b"\x01" * 8, "big") % 10_000
    assert journal.training()
    assert journal.next_number() == 1
    assert journal.head().seq == 1
    assert [kept.kind for kept in journal.entries()] == ["journal.made"]


def test_what_was_appended_is_there_after_a_crash(opened: Opener, path: Path, entry: Maker) -> None:
    head = opened().append(entry(1), entry(2))
    again = store.open_for_reading(path)  # the writer above was never closed
    assert again.execute("SELECT max(seq) FROM entry").get == head.seq == 3
    again.close()


def test_settings_that_durability_stands_on_are_in_force(opened: Opener) -> None:
    journal = opened()
    read = {
        name: journal._db.pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    }
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    assert journal._db.pragma("cell_size_check") == 1
    assert journal._db.pragma("application_id") == store.APPLICATION_ID
    with pytest.raises(apsw.SQLError):
        journal._db.execute('SELECT "no such column"')


@pytest.mark.parametrize(("version", "good"), [("3.40.1", False), ("3.51.2", False), ("3.51.3", True), ("4.0.0", True)])
def test_an_sqlite_that_may_lose_a_wal_is_refused(version: str, good: bool) -> None:
    if good:
        store.refuse_old_sqlite(version)
    else:
        with pytest.raises(JournalBroken, match=version):
            store.refuse_old_sqlite(version)


def test_the_newest_entry_stands_for_its_sale(opened: Opener, entry: Maker) -> None:
    journal = opened()
    journal.append(entry(1))
    journal.append(entry(2, amount_fen=500))
    journal.append(entry(1, "PENDING"), entry(3, purchase="p1"))
    assert [k.body["state"] for k in journal.open_sales()] == ["PENDING", "INTENT", "INTENT"]
    journal.append(entry(2, "PAID", is_open=False, amount_fen=500), entry(1, "REVERSED", is_open=False))
    assert [k.body["no"] for k in journal.open_sales()] == [f"7{3:023d}"]
    assert [k.body["state"] for k in journal.story(f"7{1:023d}")] == ["INTENT", "PENDING", "REVERSED"]
    assert [k.body["no"][-1] for k in journal.sales_of(DAY, 10)] == ["3", "2", "1"]
    assert [k.body["no"][-1] for k in journal.sales_of(DAY, 2)] == ["3", "2"]
    assert journal.sales_of("2025-11-21", 10) == ()
    assert [k.body["no"][-1] for k in journal.purchase("p1")] == ["1", "3"]
    assert journal.purchase("none") == journal.story("none") == ()
    assert journal.totals(DAY) == (1, 500)
    assert journal.totals("1999-01-01") == (0, 0)
    assert [line.state for line in journal.lines()] == ["REVERSED", "PAID", "INTENT"]
    assert len(list(journal.lines(DAY))) == 3
    assert not list(journal.lines("1999-01-01"))
    assert [k.seq for k in journal.entries(2, 4)] == [2, 3, 4]


def test_totals_count_money_that_is_with_the_shop(opened: Opener, entry: Maker) -> None:
    journal = opened()
    for n, state in enumerate(["PAID", "VOIDING", "PARTLY_REFUNDED", "REFUNDED", "VOIDED", "STUCK", "UNKNOWN"], 1):
        journal.append(entry(n, state, amount_fen=1000, refunded_fen=300 if state == "PARTLY_REFUNDED" else 0))
    assert journal.totals(DAY) == (3, 2700)


def test_a_code_is_remembered_by_its_mark(opened: Opener, entry: Maker) -> None:
    journal = opened()
    journal.append(entry(1, code_mark="aa"), entry(2, code_mark="bb"), entry(3, code_mark="aa"))
    found = journal.by_code_mark("aa", NOW)
    assert found is not None
    assert found.body["no"] == f"7{3:023d}"
    assert journal.by_code_mark("aa", NOW + 4) is None
    assert journal.by_code_mark("cc", 0) is None
    assert journal.by_code_mark("bb", 0) is not None
    month = 30 * 86_400_000
    journal.append(entry(9, code_mark="dd", day="2025-12-22", began_ms=NOW + month))
    assert journal.by_code_mark("dd", NOW) is not None
    plan = journal._db.execute(
        "EXPLAIN QUERY PLAN SELECT 1 FROM sale WHERE day IN ('a','b') AND began_ms >= 5 AND code_mark = 'x'"
    ).fetchall()
    assert "day=? AND began_ms>?" in str(plan)


def test_entries_without_a_sale_are_found_by_kind_at_once(opened: Opener, entry: Maker) -> None:
    journal = opened()
    assert journal.newest_of("shift.opened") is None
    assert list(journal.entries_of(["shift.opened"])) == []
    for n in range(1, 6):
        journal.append(Entry("shift.opened", NOW, {"n": n}), entry(n), Entry("staff.came", NOW, {"n": n}))
    journal.append(Entry("sale.intent", NOW, {"n": 0}))
    newest = journal.newest_of("shift.opened")
    assert newest is not None
    assert newest.body == {"n": 5}
    mixed = journal.entries_of(["staff.came", "shift.opened", "staff.came", "none"], since_seq=newest.seq - 3)
    assert [(kept.seq - newest.seq, kept.kind) for kept in mixed] == [
        (-1, "staff.came"),
        (0, "shift.opened"),
        (2, "staff.came"),
    ]
    assert [kept.body for kept in journal.entries_of(["sale.intent"])] == [{"n": 0}], "entries of sales stay apart"
    for order in ("DESC LIMIT 1", "ASC"):
        plan = journal._db.execute(
            "EXPLAIN QUERY PLAN SELECT seq, kind, at_ms, body FROM entry WHERE kind = ? AND out_trade_no IS NULL "
            f"AND seq > ? ORDER BY seq {order}",
            ("x", 0),
        ).fetchall()
        assert "entry_apart (kind=? AND seq>?)" in str(plan)
        assert "TEMP B-TREE" not in str(plan)


def test_the_next_number_is_used_up_by_an_append(opened: Opener, entry: Maker) -> None:
    journal = opened()
    assert journal.next_number() == journal.next_number() == 1
    journal.append(entry(1))
    assert journal.next_number() == 2
    journal.append(entry(1, "PAID", is_open=False))
    assert journal.next_number() == 2
    journal.close()
    assert opened().next_number() == 2


def test_nothing_is_half_written(opened: Opener, entry: Maker) -> None:
    journal = opened()
    before = journal.head()
    with pytest.raises(BadEntry):
        journal.append(entry(1), Entry("x", NOW, {"a": 0.5}))
    with pytest.raises(BadEntry):
        journal.append(entry(1), Entry("", NOW, {}))
    assert journal.head() == before
    assert journal.open_sales() == ()
    assert journal.append(entry(1)).seq == before.seq + 1
    assert journal.append().seq == before.seq + 1


def test_the_fixed_facts_of_a_sale_cannot_change(opened: Opener, entry: Maker) -> None:
    journal = opened()
    journal.append(entry(1))
    for changed in ({"amount_fen": 1}, {"purchase": "q"}, {"day": "2025-11-23"}, {"code_mark": "f"}, {"number": 8}):
        with pytest.raises(BadEntry):
            journal.append(entry(1, "PAID", is_open=False, **changed))
    assert [k.body["state"] for k in journal.open_sales()] == ["INTENT"]


def test_the_journal_s_own_kinds_cannot_be_forged(opened: Opener) -> None:
    journal = opened()
    for kind in ("journal.checkpoint", "journal.made"):
        with pytest.raises(BadEntry):
            journal.append(Entry(kind, NOW, {"next_number": 1, "open": {}}))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET body = '{}' WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 2",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 2",
        (
            "INSERT INTO entry SELECT seq + 5, at_ms, kind, out_trade_no, before, line, body, prev, digest, mac "
            "FROM entry WHERE seq = 2"
        ),
        "UPDATE meta SET training = 0",
        "DELETE FROM meta",
    ],
)
def test_the_file_itself_refuses_to_forget(opened: Opener, entry: Maker, sql: str) -> None:
    journal = opened()
    journal.append(entry(1))
    with pytest.raises(apsw.ConstraintError):
        journal._db.execute(sql)


def test_a_checkpoint_ends_a_session_and_comes_now_and_then(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    for first in range(1, 2 * CHECKPOINT_EVERY, 100):
        journal.append(*(entry(n, is_open=n == 7) for n in range(first, first + 100)))
    marks = [kept for kept in journal.entries() if kept.kind == CHECKPOINT]
    assert len(marks) == 1
    assert marks[0].body["open"] == {f"7{7:023d}": 8}
    journal.close()
    journal = opened()
    assert [k.kind for k in journal.entries(journal.head().seq)] == [CHECKPOINT]
    length = journal.head().seq
    journal.close()
    journal = opened()
    assert journal.head().seq == length, "nothing happened, nothing is written"
    assert [k.body["no"] for k in journal.open_sales()] == [f"7{7:023d}"]
    assert verify(path, KEY).is_sound


def test_a_second_writer_is_refused_and_the_first_goes_on(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    with pytest.raises(JournalTaken) as caught:
        opened()
    assert caught.value.key == "app.two.say"
    journal.append(entry(1))
    journal.close()
    opened().append(entry(2))


def test_a_failed_open_lets_go_of_the_lock(opened: Opener, path: Path) -> None:
    with pytest.raises(JournalMissing):
        opened(create=False)
    assert not path.exists()
    opened()


def test_training_and_real_journals_are_not_taken_for_each_other(opened: Opener) -> None:
    opened().close()
    with pytest.raises(JournalForeign):
        opened(training=False)


def test_a_newer_file_is_refused_naming_both_versions(opened: Opener, path: Path) -> None:
    opened().close()
    db = apsw.Connection(str(path))
    db.execute("PRAGMA user_version = 7")
    db.close()
    before = path.read_bytes()
    with pytest.raises(JournalNewer, match=f"7.*{migrate.VERSION}"):
        opened()
    assert path.read_bytes() == before


def test_every_version_has_its_file() -> None:
    names = sorted(p.name for p in Path(migrate.__file__).parent.joinpath("schema").iterdir())
    assert names == [f"{n:04d}.sql" for n in range(1, migrate.VERSION + 1)]


def test_files_that_are_no_journal_are_left_alone(opened: Opener, path: Path) -> None:
    path.write_bytes(b"dear diary " * 200)
    with pytest.raises(JournalBroken):
        opened()
    assert path.read_bytes() == b"dear diary " * 200
    other = path.with_name("other.db")
    db = apsw.Connection(str(other))
    db.execute("CREATE TABLE guests (name TEXT)")
    db.close()
    with pytest.raises(JournalForeign):
        opened(other)


def test_an_empty_file_is_a_beginning_only_where_one_may_begin(opened: Opener, path: Path) -> None:
    path.touch()
    with pytest.raises(JournalMissing):
        opened(create=False)
    assert opened().head().seq == 1


def test_a_folder_that_is_not_there_is_a_sentence(opened: Opener, path: Path) -> None:
    with pytest.raises(JournalBroken, match="no"):
        opened(path / "deeper" / "journal.db")


@pytest.mark.parametrize("sql", ["UPDATE sale SET is_open = 0, seq = 1", "DELETE FROM sale"])
def test_an_open_sale_that_vanished_from_the_list_stops_the_start(
    opened: Opener, path: Path, entry: Maker, sql: str
) -> None:
    journal = opened()
    journal.append(entry(1))
    journal.close()
    db = apsw.Connection(str(path))
    db.execute(sql)
    db.close()
    with pytest.raises(JournalBroken, match="entry 2"):
        opened()


def test_a_broken_tail_stops_the_start_and_names_the_entry(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    for n in range(1, 6):
        journal.append(entry(n))
    edited = apsw.Connection(str(path))
    guard = edited.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry_stays'").get
    edited.execute("DROP TRIGGER entry_stays; UPDATE entry SET body = replace(body, 'INTENT', 'PAID') WHERE seq = 4")
    edited.execute(guard)
    edited.close()
    with pytest.raises(BadEntry):
        journal.append(Entry("", NOW, {}))  # the running writer still refuses what it must
    journal._lock.release()
    with pytest.raises(JournalBroken) as caught:
        opened()
    assert caught.value.values == (("n", "4"),)
    assert caught.value.key == "journal.damaged.say"


def edited_below(path: Path, sql: str) -> None:
    """Change what the triggers guard, as a failing disk would: they stand again afterwards."""
    db = apsw.Connection(str(path))
    guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA ignore_check_constraints = ON")
    db.execute(sql)
    for _, guard in guards:
        db.execute(guard)
    db.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET body = substr(body, 1, 20) WHERE out_trade_no IS NOT NULL",
        "UPDATE entry SET body = CAST(x'ff' AS TEXT) WHERE out_trade_no IS NOT NULL",
    ],
)
def test_an_old_entry_that_cannot_be_read_is_a_damaged_journal(
    opened: Opener, path: Path, entry: Maker, sql: str
) -> None:
    journal = opened()
    journal.append(entry(1, "PAID", is_open=False))
    journal.close()  # a checkpoint: the next start does not prove what lies before it
    edited_below(path, sql)
    journal = opened()
    with pytest.raises(JournalBroken) as caught:
        journal.sales_of(DAY, 10)
    assert caught.value.key == "journal.damaged.say"
    with pytest.raises(JournalBroken):
        journal.append(entry(2))


def test_a_missing_guard_stops_the_start(opened: Opener, path: Path) -> None:
    opened().close()
    db = apsw.Connection(str(path))
    db.execute("DROP TRIGGER entry_remains")
    db.close()
    with pytest.raises(JournalBroken, match="trigger"):
        opened()


def test_a_journal_sealed_with_another_key_is_refused(opened: Opener, path: Path) -> None:
    opened().close()
    with pytest.raises(JournalBroken, match="mac"):
        open_writer(path, b"z" * 32, training=True, now_ms=NOW, entropy=os.urandom, ballast_bytes=0)
    with pytest.raises(ValueError, match="32"):
        open_writer(path, b"z", training=True, now_ms=NOW, entropy=os.urandom)


def test_a_closed_journal_refuses_everything(opened: Opener, entry: Maker) -> None:
    journal = opened()
    journal.close()
    journal.close()
    for act in (lambda: journal.append(entry(1)), journal.head, journal.open_sales, lambda: list(journal.lines())):
        with pytest.raises(JournalBroken, match="closed"):
            act()


def test_the_head_is_the_chain_s_end(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    head = journal.append(entry(1))
    assert isinstance(head, Head)
    assert journal.head() == head
    assert verify(path, KEY).head == head


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", ".lock", ".ballast"])
def test_only_the_owner_may_read_the_files(opened: Opener, path: Path, entry: Maker, suffix: str) -> None:
    if sys.platform == "win32":
        return  # there the profile folder's access list does it
    opened(ballast_bytes=4096).append(entry(1))
    assert stat.S_IMODE(path.with_name(path.name + suffix).stat().st_mode) == 0o600
