"""A bill on its way to the disk: whole under its own name, or not there at all."""

import errno
import hashlib

import pytest

from app.channels import bill_file
from app.channels.bill_file import IncomingBill
from app.channels.books import BillError
from app.core.channel import Channel


def incoming(folder) -> IncomingBill:
    return IncomingBill(Channel.WECHAT, "2026-11-21", folder)


def test_a_whole_file_is_kept_as_it_came_with_its_hash(tmp_path):
    folder = tmp_path / "bills" / "raw"
    with incoming(folder) as bill:
        assert bill.take(b"\xef\xbb\xbfone")
        assert bill.take(b"two")
        kept = bill.keep(".csv")
    assert kept.path.read_bytes() == b"\xef\xbb\xbfonetwo"
    assert kept.sha256 == hashlib.sha256(b"\xef\xbb\xbfonetwo").hexdigest()
    assert (kept.channel, kept.day) == (Channel.WECHAT, "2026-11-21")
    assert kept.path.name == f"wechat-2026-11-21-{kept.sha256[:12]}.csv"
    assert list(folder.iterdir()) == [kept.path]
    assert kept.path.stat().st_mode & 0o077 == 0


def test_two_different_files_of_a_day_are_both_kept(tmp_path):
    for data in (b"one", b"two", b"one"):
        with incoming(tmp_path) as bill:
            bill.take(data)
            bill.keep(".csv")
    assert len(list(tmp_path.iterdir())) == 2


def test_what_is_not_kept_leaves_nothing(tmp_path):
    with incoming(tmp_path) as bill:
        bill.take(b"<xml>")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", ["", "20261121", "2026-11-31", "../../etc/x"])
def test_a_day_that_is_none(day, tmp_path):
    with pytest.raises(BillError):
        IncomingBill(Channel.WECHAT, day, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_longer_than_any_bill_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(bill_file, "BILL_MOST", 10)
    with incoming(tmp_path) as bill:
        assert bill.take(b"x" * 10)
        assert not bill.take(b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    class Full:
        def __init__(self, file):
            self.close = file.close

        def write(self, _data):
            raise OSError(errno.ENOSPC, "no space")

    with incoming(tmp_path) as bill:
        monkeypatch.setattr(bill, "_file", Full(bill._file))
        assert not bill.take(b"x")
        assert not bill.take(b"y")
        with pytest.raises(OSError, match="no space"):
            bill.check()
        with pytest.raises(OSError, match="no space"):
            bill.keep(".csv")
    assert list(tmp_path.iterdir()) == []


def test_only_the_beginning_is_held_in_memory(tmp_path):
    with incoming(tmp_path) as bill:
        for _ in range(10):
            bill.take(b"x" * bill_file.HEAD)
        assert (len(bill.head), bill.size) == (bill_file.HEAD, 10 * bill_file.HEAD)
