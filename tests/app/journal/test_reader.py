"""Reading beside the writer."""

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from app.journal.api import Entry
from app.journal.errors import JournalForeign, JournalMissing, JournalNewer
from app.journal.reader import open_reader
from app.journal.writer import Journal

from .conftest import DAY, NOW

Opener = Callable[..., Journal]
Maker = Callable[..., Entry]


def test_a_reader_sees_each_commit_and_hinders_none(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    reader = open_reader(path)
    for n in range(1, 30):
        head = journal.append(entry(n, is_open=n % 2 == 0, purchase="p"))
        assert reader.head() == head
    assert reader.epoch() == journal.epoch()
    assert reader.training()
    for ask in (
        lambda books: books.open_sales(),
        lambda books: books.sales_of(DAY, 5),
        lambda books: books.by_code_mark(f"{7:064x}", NOW),
        lambda books: books.purchase("p"),
        lambda books: books.totals(DAY),
        lambda books: books.story(f"7{3:023d}"),
        lambda books: list(books.lines()),
        lambda books: list(books.entries()),
    ):
        assert ask(reader) == ask(journal)
        assert ask(reader)
    reader.close()


def test_a_reader_works_while_a_long_read_is_under_way(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    journal.append(*(entry(n) for n in range(1, 50)))
    reader = open_reader(path)
    reading = reader.entries()
    next(reading)
    journal.append(entry(50))
    assert len(list(reading)) == 49, "one picture of the file from first to last"
    assert len(list(reader.entries())) == 51
    reader.close()


def test_a_reader_cannot_write(opened: Opener, path: Path, entry: Maker) -> None:
    opened().append(entry(1))
    reader = open_reader(path)
    for sql in ("DELETE FROM sale", "DROP TABLE sale", "PRAGMA user_version = 9"):
        with pytest.raises(apsw.ReadOnlyError):
            reader._db.execute(sql)
    reader.close()


def test_a_closed_journal_reads_without_a_writer(opened: Opener, path: Path, entry: Maker) -> None:
    journal = opened()
    journal.append(entry(1))
    journal.close()
    for _ in range(2):
        reader = open_reader(path)
        assert len(reader.open_sales()) == 1
        reader.close()
    opened().append(entry(2))


def test_files_a_reader_cannot_read(opened: Opener, path: Path) -> None:
    with pytest.raises(JournalMissing):
        open_reader(path)
    path.touch()
    with pytest.raises(JournalForeign):
        open_reader(path)
    path.unlink()
    opened().close()
    db = apsw.Connection(str(path))
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(JournalNewer, match="9"):
        open_reader(path)


def test_a_folder_with_a_difficult_name(opened: Opener, tmp_path: Path, entry: Maker) -> None:
    path = tmp_path / "账 本?mode=rwc#%41" / "journal.db"
    path.parent.mkdir()
    opened(path).append(entry(1))
    reader = open_reader(path)
    assert len(reader.open_sales()) == 1
    reader.close()
