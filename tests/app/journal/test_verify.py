"""Every way to alter a journal behind its back is found and named."""

import os
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from app.journal.api import Entry, Fault, Head
from app.journal.chain import MAC_DOMAIN, entry_digest, entry_mac, short_anchor
from app.journal.errors import JournalMissing, JournalNewer
from app.journal.tail import ROWS
from app.journal.verify import verify
from app.journal.writer import Journal, open_writer

from .conftest import KEY, NOW

Opener = Callable[..., Journal]
Maker = Callable[..., Entry]
GUARDS = ("entry_stays", "entry_remains", "entry_follows", "meta_stays", "meta_remains")


def tamper(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Run SQL as someone would who owns the file, and put the guards back in place."""
    db = apsw.Connection(str(path))
    guards = [db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).get for name in GUARDS]
    for name in GUARDS:
        db.execute(f"DROP TRIGGER {name}")
    for sql in statements:
        db.execute(sql, values)
    for guard in guards:
        db.execute(guard)
    db.close()


@pytest.fixture
def sold(opened: Opener, path: Path, entry: Maker) -> Path:
    """Entry 1 made; 2..11 sales 1..10 begun; 12..21 each paid; 22 checkpoint."""
    journal = opened()
    for n in range(1, 11):
        journal.append(entry(n))
    for n in range(1, 11):
        journal.append(entry(n, "PAID", is_open=False))
    journal.close()
    return path


def test_a_sound_journal(sold: Path) -> None:
    seen: list[int] = []
    verdict = verify(sold, KEY, on_progress=seen.append)
    assert verdict.is_sound
    assert (verdict.entries, verdict.sales, verdict.macs_checked) == (22, 10, True)
    assert not verify(sold, None).macs_checked
    assert verify(sold, None).is_sound


def test_progress_is_told(sold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.journal.verify.PROGRESS_EVERY", 10)
    seen: list[int] = []
    verify(sold, KEY, on_progress=seen.append)
    assert seen == [10, 20]


@pytest.mark.parametrize(
    ("sql", "fault", "seq"),
    [
        ("UPDATE entry SET body = replace(body, 'INTENT', 'PAID') WHERE seq = 7", Fault.EDITED, 7),
        ("UPDATE entry SET at_ms = at_ms + 1 WHERE seq = 7", Fault.EDITED, 7),
        ("UPDATE entry SET kind = 'x' WHERE seq = 7", Fault.EDITED, 7),
        ("UPDATE entry SET out_trade_no = '9' WHERE seq = 7", Fault.EDITED, 7),
        ("UPDATE entry SET line = replace(line, '600', '60') WHERE seq = 7", Fault.EDITED, 7),
        ("UPDATE entry SET before = 4 WHERE seq = 13", Fault.EDITED, 13),
        ("UPDATE entry SET prev = zeroblob(32) WHERE seq = 7", Fault.EDITED, 7),
        ("UPDATE entry SET digest = zeroblob(32) WHERE seq = 7", Fault.EDITED, 7),
        ("UPDATE entry SET mac = zeroblob(32) WHERE seq = 7", Fault.MAC, 7),
        ("UPDATE entry SET mac = (SELECT mac FROM entry WHERE seq = 8) WHERE seq = 7", Fault.MAC, 7),
        ("DELETE FROM entry WHERE seq = 1", Fault.MISSING, 1),
        ("DELETE FROM entry WHERE seq = 7", Fault.MISSING, 7),
        ("DELETE FROM entry WHERE seq BETWEEN 5 AND 9", Fault.MISSING, 5),
        ("UPDATE meta SET epoch = (epoch + 1) % 10000", Fault.SPLICED, 1),
        ("UPDATE meta SET training = 0", Fault.SPLICED, 1),
        ("UPDATE meta SET made_ms = 5", Fault.SPLICED, 1),
        ("DELETE FROM meta", Fault.UNREADABLE, 0),
        ("UPDATE sale SET state = 'REVERSED' WHERE number = 4", Fault.INDEX, 15),
        ("UPDATE sale SET amount_fen = 1 WHERE number = 4", Fault.INDEX, 15),
        ("UPDATE sale SET is_open = 1 WHERE number = 4", Fault.INDEX, 15),
        ("UPDATE sale SET born = born + 1 WHERE number = 4", Fault.INDEX, 15),
        ("UPDATE sale SET seq = born, state = 'INTENT', is_open = 1 WHERE number = 4", Fault.INDEX, 15),
        ("UPDATE sale SET seq = 999 WHERE number = 4", Fault.INDEX, 999),
        ("DELETE FROM sale WHERE number = 4", Fault.INDEX, 15),
        ("DELETE FROM sale", Fault.INDEX, 12),
        ("UPDATE sale SET out_trade_no = '7x' WHERE number = 4", Fault.INDEX, 15),
        ("DROP INDEX sale_day", Fault.SCHEMA, 0),
        ("PRAGMA user_version = 1", Fault.SCHEMA, 0),
        ("CREATE TRIGGER mine AFTER INSERT ON sale BEGIN DELETE FROM sale; END", Fault.SCHEMA, 0),
        ("CREATE TABLE notes (t TEXT)", Fault.SCHEMA, 0),
    ],
)
def test_each_alteration_is_named(sold: Path, sql: str, fault: Fault, seq: int) -> None:
    tamper(sold, sql)
    verdict = verify(sold, KEY)
    assert (verdict.fault, verdict.seq) == (fault, seq), verdict
    assert verdict.says
    assert not verdict.is_sound


def test_entries_that_changed_places(sold: Path) -> None:
    tamper(
        sold,
        "UPDATE entry SET seq = -1, before = NULL WHERE seq = 7",
        "UPDATE entry SET seq = 7 WHERE seq = 8",
        "UPDATE entry SET seq = 8 WHERE seq = -1",
    )
    verdict = verify(sold, KEY)
    assert (verdict.fault, verdict.seq) == (Fault.REORDERED, 7)


def test_an_entry_taken_out_and_the_rest_moved_up(sold: Path) -> None:
    tamper(sold, "DELETE FROM entry WHERE seq = 7", "UPDATE entry SET before = NULL WHERE before > 0 AND 0")
    db = apsw.Connection(str(sold))
    db.close()
    tamper(sold, "UPDATE entry SET seq = seq - 1 WHERE seq = 8")
    verdict = verify(sold, KEY)
    assert (verdict.fault, verdict.seq) == (Fault.REORDERED, 7)


def rechain(path: Path, first: int, key: bytes | None) -> None:
    """Make hashes fit again from entry ``first`` on, sealing with ``key`` if there is one."""
    db = apsw.Connection(str(path))
    prev = db.execute("SELECT digest FROM entry WHERE seq = ?", (first - 1,)).get
    for row in db.execute(ROWS + "WHERE seq >= ? ORDER BY seq", (first,)).fetchall():
        digest = entry_digest(prev, row[:7])
        mac = row[9] if key is None else entry_mac(key, digest)
        db.execute("UPDATE entry SET prev = ?, digest = ?, mac = ? WHERE seq = ?", (prev, digest, mac, row[0]))
        prev = digest
    db.close()


def test_a_whole_new_chain_without_the_key_fails_its_seals(sold: Path) -> None:
    db = apsw.Connection(str(sold))
    guard = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry_stays'").get
    db.execute("DROP TRIGGER entry_stays")
    db.execute("UPDATE entry SET body = '{}' WHERE seq = 7")
    rechain(sold, 7, None)
    assert verify(sold, KEY).fault is Fault.SCHEMA
    db.execute(guard)
    db.close()
    verdict = verify(sold, KEY)
    assert (verdict.fault, verdict.seq) == (Fault.MAC, 7)
    assert verify(sold, None).is_sound, "without the key a forged chain cannot be told"


def test_a_holder_of_the_key_is_caught_by_an_anchor(sold: Path) -> None:
    before = verify(sold, KEY)
    anchored = [Head(row[0], row[8].hex()) for row in apsw.Connection(str(sold)).execute(ROWS + "WHERE seq = 9")]
    db = apsw.Connection(str(sold))
    guard = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry_stays'").get
    db.execute("DROP TRIGGER entry_stays")
    db.execute("UPDATE entry SET body = '{}' WHERE seq = 7")
    rechain(sold, 7, KEY)
    db.execute(guard)
    db.close()
    assert verify(sold, KEY).is_sound
    verdict = verify(sold, KEY, anchors=[Head(9, short_anchor(anchored[0]))])
    assert (verdict.fault, verdict.seq) == (Fault.ANCHOR, 9)
    assert verify(sold, KEY, anchors=[before.head]).fault is Fault.ANCHOR


def test_a_cut_off_end_is_found_by_an_anchor(opened: Opener, sold: Path, entry: Maker) -> None:
    whole = verify(sold, KEY).head
    tamper(sold, "DELETE FROM entry WHERE seq > 20", "DELETE FROM sale WHERE seq > 20")
    assert verify(sold, KEY, anchors=[whole]).fault is Fault.SHORT
    assert verify(sold, KEY).fault is Fault.INDEX, "the cut went through a sale"


def test_an_older_copy_is_sound_but_behind_its_anchor(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    journal.append(entry(1))
    journal.close()
    old = path.read_bytes()
    journal = opened()
    head = journal.append(entry(2))
    journal.close()
    path.write_bytes(old)
    assert verify(path, KEY).is_sound
    assert verify(path, KEY, anchors=[head]).fault is Fault.SHORT


def test_entries_of_another_till_do_not_fit_in(sold: Path, tmp_path: Path, entry: Maker) -> None:
    other = tmp_path / "other.db"
    with_same_key = open_writer(other, KEY, training=True, now_ms=NOW, entropy=os.urandom, ballast_bytes=0)
    for n in range(1, 11):
        with_same_key.append(entry(n))
    with_same_key.close()
    tamper(
        sold,
        f"ATTACH '{other}' AS other; DELETE FROM entry WHERE seq = 7; "
        "INSERT INTO entry SELECT * FROM other.entry WHERE seq = 7; DETACH other",
    )
    verdict = verify(sold, KEY)
    assert (verdict.fault, verdict.seq) == (Fault.SPLICED, 7)


def test_bytes_that_are_no_database_are_a_verdict(sold: Path) -> None:
    data = sold.read_bytes()
    sold.write_bytes(b"x" * 5000)
    assert verify(sold, KEY).fault is Fault.UNREADABLE
    sold.write_bytes(data[: len(data) // 2])
    assert verify(sold, KEY).fault is not None
    sold.write_bytes(b"")
    assert verify(sold, KEY).fault is Fault.UNREADABLE


def test_no_flipped_byte_of_an_entry_goes_unnoticed(sold: Path) -> None:
    """Below SQL: flip one byte in each place where an entry's text or hashes stand in the file."""
    data = sold.read_bytes()
    rows = apsw.Connection(str(sold)).execute(ROWS + "WHERE seq IN (2, 9, 22)").fetchall()
    for part in [part if isinstance(part, bytes) else part.encode() for row in rows for part in row[6:]]:
        assert part in data
        sold.write_bytes(data.replace(part, bytes([part[0] ^ 0x21]) + part[1:]))
        assert not verify(sold, KEY).is_sound


def test_a_journal_may_be_verified_while_it_is_written(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    for n in range(1, 30):
        head = journal.append(entry(n))
        verdict = verify(path, KEY)
        assert verdict.is_sound
        assert verdict.head == head


def test_what_is_no_verdict(path: Path, opened: Opener) -> None:
    with pytest.raises(JournalMissing):
        verify(path, KEY)
    opened().close()
    db = apsw.Connection(str(path))
    db.execute("PRAGMA user_version = 3")
    db.close()
    with pytest.raises(JournalNewer, match="3"):
        verify(path, KEY)


def test_seals_and_hashes_have_domains_of_their_own() -> None:
    assert entry_mac(KEY, b"d" * 32) != entry_mac(KEY, MAC_DOMAIN + b"d" * 32)
