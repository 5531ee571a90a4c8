"""Bills as they came: kept once, under their hash, and never without end."""

import os

import pytest

from app.core.channel import Channel
from app.office.recon import shelf as shelves
from app.office.recon.bills import Bill, digest
from app.office.recon.shelf import Shelf

DAY = "2026-11-03"


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "bills")


def bill(tmp_path, name="wechat.csv", text="a", day=DAY):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return Bill(Channel.WECHAT, day, path, digest(path), 1, 0, 1, 0, 1, None)


def test_a_bill_is_kept_once_and_another_of_the_day_beside_it(shelf, tmp_path):
    first = shelf.put(bill(tmp_path))
    assert (first.again, first.newer) == (False, False)
    assert first.path.read_text(encoding="utf-8") == "a"
    assert shelf.put(bill(tmp_path, "copy.csv")).again
    other = shelf.put(bill(tmp_path, text="b"))
    assert (other.again, other.newer) == (False, True)
    assert set(shelf.of(Channel.WECHAT, DAY)) == {first.path, other.path}
    assert shelf.of(Channel.ALIPAY, DAY) == ()
    assert shelf.of(Channel.WECHAT, "") == ()


def test_the_newest_stands_first(shelf, tmp_path):
    old, new = shelf.put(bill(tmp_path)).path, shelf.put(bill(tmp_path, text="b")).path
    os.utime(old, ns=(10**18, 10**18))
    assert shelf.of(Channel.WECHAT, DAY) == (new, old)


def test_what_a_bank_calls_its_file_leads_nowhere_else(shelf, tmp_path):
    path = shelf.put(bill(tmp_path, "..evil.csv.sh")).path
    assert path.parent == tmp_path / "bills"
    assert path.suffix == ""


def test_the_oldest_go_beyond_the_limit(shelf, tmp_path, monkeypatch):
    monkeypatch.setattr(shelves, "FILES_MOST", 3)
    paths = []
    for n in range(5):
        paths.append(shelf.put(bill(tmp_path, text=str(n), day=f"2026-11-0{n + 1}")).path)
        os.utime(paths[-1], ns=(10**18 + n, 10**18 + n))
    assert [path.exists() for path in paths] == [False, False, True, True, True]


def test_a_copy_that_fails_leaves_nothing(shelf, tmp_path):
    gone = bill(tmp_path)
    gone.path.unlink()
    with pytest.raises(FileNotFoundError):
        shelf.put(gone)
    assert list((tmp_path / "bills").iterdir()) == []
