import base64
import hashlib
import zlib

import pytest

from app.channels.books import BillError, BillFault
from app.channels.outcome import NoAnswer, NotSent, Reply
from app.channels.unionpay import files

NOW_MS = 1_795_358_400_000  # 2026-11-22 22:40:00 in Beijing
DAY = "2026-11-21"
OK = Reply(200, {}, b"", None)
MER_ID = "777290058110048"


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def content(union, body=None, *, outcome=OK, day=DAY, now=NOW_MS, **fields):
    given = {"txnType": "76", "txnSubType": "01", "settleDate": "1121", "fileContent": packed(b"PK"), **fields}
    body = union.body(**given) if body is None else body
    return files.content(outcome, body, union.us.key_of, files.Wanted(MER_ID, day, now))


def fault(union, *args, **how):
    with pytest.raises(BillError) as caught:
        content(union, *args, **how)
    return caught.value.fault


def test_a_verified_answer_holds_the_file(union):
    assert content(union) == packed(b"PK")
    assert content(union, settleDate=None) == packed(b"PK")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("98", BillFault.NONE),
        ("14", BillFault.WRONG_ASK),
        ("41", BillFault.WRONG_ASK),
        ("11", BillFault.KEYS),
        ("06", BillFault.LATER),
        ("99", BillFault.NO_ANSWER),
        ("77", BillFault.NO_ANSWER),
    ],
)
def test_a_refusal_says_what_to_do(union, code, expected):
    assert fault(union, respCode=code, fileContent=None) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (1_795_312_799_999, BillFault.LATER),  # 09:59 of the day after
        (1_795_312_800_000, BillFault.NONE),
    ],
)
def test_no_such_file_says_nothing_until_ten_oclock(union, now, expected):
    assert fault(union, respCode="98", fileContent=None, now=now) is expected


def test_what_is_no_file_of_ours(union):
    assert fault(union, merId="777290058110049") is BillFault.WRONG_ASK
    assert fault(union, settleDate="1120") is BillFault.WRONG_ASK
    assert fault(union, fileContent=None) is BillFault.DAMAGED
    assert fault(union, union.body(fileContent="x").replace(b"fileContent=x", b"fileContent=y")) is BillFault.FORGED
    assert fault(union, b"<html>") is BillFault.DAMAGED
    assert fault(union, b"respCode=98") is BillFault.NO_ANSWER
    for outcome in (NotSent("x"), NoAnswer("x", True), Reply(502, {}, b"", None)):
        assert fault(union, outcome=outcome) is BillFault.NO_ANSWER


@pytest.mark.parametrize("day", ["", "1121", "2026-11-31", "2026-1-1", "20261121", "2026-11-21 ", "٢٠٢٦-١١-٢١"])
def test_a_day_that_is_none(day):
    with pytest.raises(BillError) as caught:
        files.settle_date(day)
    assert caught.value.fault is BillFault.WRONG_ASK


def test_the_file_is_kept_as_it_came_with_its_hash(tmp_path):
    data = bytes(range(256)) * 20_000
    kept = files.store(packed(data), DAY, tmp_path)
    assert kept.path.read_bytes() == data
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert kept.day == DAY
    assert [one.name for one in tmp_path.iterdir()] == [kept.path.name]


@pytest.mark.parametrize("text", ["", "%", packed(b"x" * 9000)[:-8], base64.b64encode(b"no zlib").decode(), "é"])
def test_a_content_that_cannot_be_unpacked_leaves_nothing_behind(tmp_path, text):
    with pytest.raises(BillError) as caught:
        files.store(text, DAY, tmp_path)
    assert caught.value.fault is BillFault.DAMAGED
    assert not list(tmp_path.iterdir())


def test_a_content_that_would_fill_the_disk_is_refused(tmp_path, monkeypatch):
    pieces = []
    take = files.IncomingBill.take
    monkeypatch.setattr(files, "ZIP_MOST", 3_000_000)
    monkeypatch.setattr(files.IncomingBill, "take", lambda self, data: pieces.append(len(data)) or take(self, data))
    with pytest.raises(BillError, match="too long"):
        files.store(packed(b"\0" * 50_000_000), DAY, tmp_path)
    assert sum(pieces) < 5_000_000
    assert not list(tmp_path.iterdir())


def test_an_endless_answer_is_ended(monkeypatch):
    monkeypatch.setattr(files, "ANSWER_MOST", 100)
    collected = files.Collected()
    assert collected(b"x" * 100)
    assert not collected(b"x")
