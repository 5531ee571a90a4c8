"""``mashou may-update``: an installer's question, answered beside a till that runs."""

import pytest

from app.cli import main as cli
from app.journal.api import Entry, SaleLine
from app.journal.writer import open_writer
from app.settings import DataFolder

NOW = 1_795_000_000_000


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path)


@pytest.fixture
def asked(folder, capsys):
    def ask(*words):
        code = cli.run(["may-update", "--data", str(folder.path), *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ask


def written(folder, *open_states):
    journal = open_writer(folder.journal, b"k" * 32, training=True, now_ms=NOW, entropy=bytes, ballast_bytes=0)
    for n, is_open in enumerate(open_states, 1):
        line = SaleLine(f"7{n:023d}", n, f"p{n}", "wechat", 100, "X", is_open, 0, "2026-11-22", NOW + n, "m")
        journal.append(Entry("sale.x", NOW + n, {"no": n}, line))
    return journal


def test_a_folder_nobody_sold_in_may_be_updated(asked):
    assert asked()[0] == 0


def test_all_settled_and_closed_may_be_updated(asked, folder):
    written(folder, False, False).close()
    assert asked() == (0, "没有未了结的单，收银程序没有开着，可以更新。\n")


def test_open_sales_are_counted_whether_a_till_runs_or_not(asked, folder):
    journal = written(folder, True, False, True)
    assert asked() == (3, "还有 2 笔未了结，现在不能更新。等它们了结，或先运行 mashou resolve。\n")
    journal.close()
    assert asked("--language", "en")[0] == 3


def test_a_till_that_stands_idle_is_to_be_closed_first(asked, folder):
    journal = written(folder, False)
    assert asked() == (2, "收银程序开着，请先关掉它，再更新。\n")
    journal.close()
    assert asked()[0] == 0


def test_a_journal_that_cannot_be_read_is_no_yes(asked, folder):
    folder.journal.write_bytes(b"no journal at all" * 100)
    code, said = asked()
    assert code == 64
    assert said
