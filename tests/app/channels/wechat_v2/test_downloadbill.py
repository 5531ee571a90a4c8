import gzip

import pytest

from app.channels.books import BillError, BillFault
from app.channels.outcome import NoAnswer, NotSent, Reply
from app.channels.wechat_v2 import downloadbill


def said(text: str, code: str = "") -> bytes:
    fields = f"<return_msg>{text}</return_msg><error_code>{code}</error_code>"
    return f"<xml><return_code>FAIL</return_code>{fields}</xml>".encode()


def received(head: bytes, status: int = 200):
    return downloadbill.received(Reply(status, {}, b"", None), head)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("NO Bill Exist", BillFault.NONE),
        ("No Bill Exist", BillFault.NONE),
        ("Bill Creating", BillFault.LATER),
        ("SYSTEMERROR", BillFault.LATER),
        ("invalid bill_type", BillFault.WRONG_ASK),
        ("data format error", BillFault.WRONG_ASK),
        ("missing parameter", BillFault.WRONG_ASK),
        ("SIGN ERROR", BillFault.KEYS),
        ("签名错误", BillFault.KEYS),
        ("CompressGZip Error", BillFault.DAMAGED),
        ("UnCompressGZip Error", BillFault.DAMAGED),
        ("mch_id参数格式错误", BillFault.WRONG_ASK),
        ("something new", BillFault.NO_ANSWER),
    ],
)
def test_every_refusal_of_the_sheet(text, fault):
    refused = received(said(text))
    assert isinstance(refused, BillError)
    assert refused.fault is fault
    assert text in str(refused)


def test_the_error_code_counts_too():
    assert received(said("", "SYSTEMERROR")).fault is BillFault.LATER


def test_a_bill_is_told_from_a_refusal_by_how_it_begins():
    assert received(gzip.compress(b"x")) == ".csv.gz"
    assert received("\ufeff交易时间,".encode()) == ".csv"
    assert received(b"<html></html>").fault is BillFault.DAMAGED
    assert received(b"").fault is BillFault.DAMAGED


def test_silence():
    for outcome in (NotSent("no line"), NoAnswer("closed", bytes_begun=True), Reply(502, {}, b"", None)):
        assert downloadbill.received(outcome, b"").fault is BillFault.NO_ANSWER


def test_what_is_asked():
    assert downloadbill.bill_fields("2026-11-21") == {"bill_date": "20261121", "bill_type": "ALL", "tar_type": "GZIP"}
