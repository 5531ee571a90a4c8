"""A journal that is not the one known outside its file is noticed, and no order number is ever used twice."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from app.journal.api import Entry
from app.journal.errors import BadEntry
from app.journal.files import companions
from app.journal.foreign import set_aside_foreign
from app.journal.outside import Gap, Seen, Why, doubt, epoch_entry, gaps, recalled, seen_now
from app.journal.reader import open_reader
from app.journal.store import open_for_reading
from app.journal.tail import EPOCH_BEGAN
from app.journal.verify import verify
from app.journal.writer import Journal, open_writer

from .conftest import DAY, KEY, NOW, make_entry

Opener = Callable[..., Journal]
HERE, THERE = "0123456789abcdef", "fedcba9876543210"


def sold(journal: Journal, *numbers: int) -> None:
    for n in numbers:
        journal.append(make_entry(n))


def test_a_journal_that_went_on_is_the_one_known(opened: Opener) -> None:
    journal = opened()
    assert doubt(journal, None, HERE) is None, "nothing is known of a first journal"
    seen = seen_now(journal, HERE, NOW)
    assert doubt(journal, seen, HERE) is None
    sold(journal, 1, 2)
    journal.close()
    again = opened()
    assert doubt(again, seen, HERE) is None
    assert doubt(again, seen, "") is None, "a system without a name is no other computer"


def remembered(opened: Opener) -> Seen:
    """A journal of five sales, closed; what was known of it at the end."""
    journal = opened()
    sold(journal, 1, 2, 3, 4, 5)
    seen = seen_now(journal, HERE, NOW + 7)
    journal.close()
    return seen


@pytest.mark.parametrize("emptied", [False, True])
def test_a_deleted_or_emptied_journal_is_lost_and_not_a_first_start(opened: Opener, path: Path, emptied: bool) -> None:
    seen = remembered(opened)
    path.unlink()
    if emptied:
        path.touch()
    journal = opened()
    assert doubt(journal, seen, HERE) is Why.LOST
    journal.begin_epoch(epoch_entry(journal, Why.LOST, seen, NOW, bytes))
    said = journal.newest_of(EPOCH_BEGAN)
    assert said is not None
    assert (said.body["before"], said.body["seq"], said.body["digest"]) == (seen.epoch, seen.seq, seen.digest)
    assert (said.body["numbers"], said.body["kept_ms"]) == ([1, 6], 0)
    assert list(gaps(journal)) == [Gap(Why.LOST, "", DAY, seen.epoch)]


def test_an_older_copy_put_back_is_noticed_and_goes_on_under_another_epoch(
    opened: Opener, path: Path, tmp_path: Path
) -> None:
    journal = opened()
    sold(journal, 1, 2)
    kept_ms = NOW + 2
    journal.close()
    shutil.copy(path, tmp_path / "backup")
    seen = remembered_after(opened, 3, 4, 5)
    shutil.copy(tmp_path / "backup", path)
    journal = opened()
    before = journal.epoch()
    assert doubt(journal, seen, HERE) is Why.BACK
    journal.begin_epoch(epoch_entry(journal, Why.BACK, seen, NOW + 99, lambda n: before.to_bytes(n, "big")))
    assert journal.epoch() == (before + 1) % 10_000, "chance that repeats the old epoch is helped on"
    said = journal.newest_of(EPOCH_BEGAN)
    assert said is not None
    assert (said.body["why"], said.body["kept_ms"], said.body["numbers"]) == ("back", kept_ms, [3, 6])
    assert list(gaps(journal)) == [Gap(Why.BACK, DAY, DAY, before)]
    assert len(journal.open_sales()) == 2, "what the old copy holds open is settled like all that is open"
    assert doubt(journal, seen, HERE) is None, "pulling the plug here begins no second epoch"
    assert doubt(journal, seen_now(journal, HERE, NOW), HERE) is None
    epoch = journal.epoch()
    journal.close()
    again = opened()
    assert again.epoch() == epoch
    reader = open_reader(path)
    assert reader.epoch() == epoch
    reader.close()
    assert verify(path, KEY).is_sound


def remembered_after(opened: Opener, *numbers: int) -> Seen:
    journal = opened()
    sold(journal, *numbers)
    seen = seen_now(journal, HERE, NOW)
    journal.close()
    return seen


def test_an_older_copy_that_was_sold_on_is_noticed_by_what_it_says(opened: Opener, path: Path, tmp_path: Path) -> None:
    opened().close()
    shutil.copy(path, tmp_path / "backup")
    seen = remembered_after(opened, 1)
    shutil.copy(tmp_path / "backup", path)
    journal = opened()
    sold(journal, 2, 3, 4, 5, 6)
    assert journal.head().seq > seen.seq
    assert doubt(journal, seen, HERE) is Why.BACK


def test_another_journal_of_the_same_till_and_another_computer(opened: Opener, path: Path) -> None:
    seen = remembered(opened)
    journal = opened()
    assert doubt(journal, seen, THERE) is Why.COPIED
    copied = epoch_entry(journal, Why.COPIED, seen, NOW, bytes)
    assert copied.body["numbers"] == []
    assert copied.body["epoch"] != journal.epoch()
    journal.begin_epoch(copied)
    assert list(gaps(journal)) == [], "a copied journal lacks nothing"
    other = opened(path.with_name("other.db"))
    sold(other, 1)
    assert doubt(other, seen, HERE) is Why.EXCHANGED


def test_nobody_else_begins_an_epoch(opened: Opener) -> None:
    with pytest.raises(BadEntry):
        opened().append(Entry(EPOCH_BEGAN, NOW, {"epoch": 1}))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"epoch": 1}', "null", '"x"', "7"])
def test_a_memory_this_program_cannot_read_is_none(text: str) -> None:
    assert recalled(text) is None


def test_the_memory_comes_back_as_it_was(opened: Opener) -> None:
    seen = seen_now(opened(), HERE, NOW)
    assert recalled(seen.text()) == seen
    assert recalled(seen.text().replace(f'"epoch": {seen.epoch}', '"epoch": true')) is None


def test_the_anchor_is_the_head(opened: Opener) -> None:
    journal = opened()
    sold(journal, 1)
    head = journal.head()
    assert journal.anchor() == f"{head.seq}-{head.digest[:8]}"
    journal.close()
    assert journal.anchor() == ""


def test_another_till_s_journal_is_kept_aside_with_its_wal_and_never_written_into(opened: Opener, path: Path) -> None:
    seen = remembered(opened)
    shutil.copy(path, path.with_name("ours"))
    path.unlink()
    theirs = open_writer(path, b"t" * 32, training=True, now_ms=NOW, entropy=os.urandom, ballast_bytes=0)
    theirs.append(make_entry(1))
    head = theirs.head()
    with open_for_reading(path):
        theirs.close()  # a reader beside keeps the WAL
    assert set_aside_foreign(path, KEY, None) is None
    aside = set_aside_foreign(path, KEY, seen)
    assert aside == path.with_name("journal.foreign-1.db")
    assert not path.exists()
    assert not any(each.exists() for each in companions(path))
    kept = verify(aside, b"t" * 32, anchors=[head])
    assert kept.is_sound
    journal = opened()
    assert doubt(journal, seen, HERE) is Why.LOST
    journal.close()
    shutil.copy(path.with_name("ours"), path)
    assert set_aside_foreign(path, KEY, seen) is None, "our own"
    edited = apsw.Connection(str(path))
    edited.execute("DROP TRIGGER entry_stays; UPDATE entry SET mac = zeroblob(32) WHERE seq = 1")
    edited.close()
    assert set_aside_foreign(path, KEY, seen) is None, "ours, and altered: that is for a person"
    path.write_bytes(b"x" * 5000)
    assert set_aside_foreign(path, KEY, seen) is None
