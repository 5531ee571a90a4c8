"""Journals of every earlier version still open, hold what they held, and go on."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.journal import migrate
from app.journal.api import Entry, Head
from app.journal.reader import open_reader, prove
from app.journal.verify import verify
from app.journal.writer import Journal

from .conftest import KEY, make_entry
from .exhibits import MUSEUM, put_up

FROZEN = {1: "28c74aa2db792ba1b9299920a52145fcc56cea60228dba149927b69ea0a70038"}
HEAD = (10, "00838af87115e1fb16c6d6f5eb4968180c9ebb51122dfeeee2f760234908929a")


@pytest.mark.parametrize("version", sorted(FROZEN))
def test_a_released_schema_is_never_edited(version: int) -> None:
    assert hashlib.sha256(migrate.schema(version).encode()).hexdigest() == FROZEN[version]


def test_every_version_but_the_newest_has_an_exhibit() -> None:
    assert sorted(path.name for path in MUSEUM.iterdir()) == [f"{n:04d}.sql" for n in range(1, migrate.VERSION)]


@pytest.mark.parametrize("version", sorted(FROZEN))
def test_an_old_journal_is_read_where_it_lies(path: Path, version: int) -> None:
    put_up(path, version)
    before = path.read_bytes()
    verdict = verify(path, KEY)
    assert verdict.is_sound
    assert verdict.head is not None
    assert (verdict.head.seq, verdict.head.digest) == HEAD
    assert prove(path, KEY) == verdict.head
    reader = open_reader(path)
    newest = reader.newest_of("app.start")
    assert newest is not None
    assert newest.body == {"version": "0.1.0"}
    reader.close()
    assert path.read_bytes() == before, "only the writer brings a journal up to date"


@pytest.mark.parametrize("version", sorted(FROZEN))
def test_an_old_journal_opens_and_goes_on(opened: Callable[..., Journal], path: Path, version: int) -> None:
    put_up(path, version)
    journal = opened()
    said = list(journal.entries(HEAD[0] + 1))
    assert [(kept.kind, kept.body) for kept in said] == [("journal.upgraded", {"from": version, "to": migrate.VERSION})]
    assert journal.epoch() == 6183
    assert [kept.seq for kept in journal.open_sales()] == [7, 5, 10]
    assert journal.next_number() == 5
    journal.append(make_entry(2, "REVERSED", is_open=False), Entry("app.start", 0, {"version": "9"}))
    journal.close()
    verdict = verify(path, KEY, anchors=[Head(*HEAD)])
    assert verdict.is_sound
    assert verdict.entries == 14
    assert journal_version(path) == migrate.VERSION


def journal_version(path: Path) -> int:
    """As the file's header says it (sqlite.org/fileformat2.html, offset 60)."""
    return int.from_bytes(path.read_bytes()[60:64], "big")
