import gzip
import hashlib

import pytest

from app.channels.books import BillError, BillFault
from app.channels.outcome import NoAnswer, Reply
from app.channels.wechat_v3 import bill

BASE = "https://api.mch.weixin.qq.com"
PLAIN = "\ufeff交易时间,公众账号ID\r\n`2026-11-21 05:01:46,`wx\r\n".encode() * 2_000
SHA1 = hashlib.sha1(PLAIN).hexdigest()
URL = f"{BASE}/v3/billdownload/file?token=3qqKHhrJo4nbfoefwB4SyoMa&tartype=gzip"
TICKET = {"hash_type": "SHA1", "hash_value": SHA1, "download_url": URL}


@pytest.fixture
def ticket(wechat):
    return lambda reply, base=BASE: bill.read_ticket(wechat.came(reply), base)


def test_a_ticket_names_the_file_and_its_hash(wechat, ticket):
    found = ticket(wechat.reply({**TICKET, "hash_value": SHA1.upper()}))
    assert found == bill.Ticket("/v3/billdownload/file?token=3qqKHhrJo4nbfoefwB4SyoMa&tartype=gzip", SHA1)
    local = ticket(wechat.reply({**TICKET, "download_url": "https://127.0.0.1:8443/f?t=1"}), "https://127.0.0.1:8443")
    assert local.target == "/f?t=1"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.mch.weixin.qq.com/f",
        "https://api.mch.weixin.qq.com.evil.example/f",
        "https://evil.example/f",
        "https://api.mch.weixin.qq.com:8443/f",
        "https://user@api.mch.weixin.qq.com/f",
        "https://api.mch.weixin.qq.com:99999/f",
        "https://api.mch.weixin.qq.com/f\r\nHost: evil",
        "https://api.mch.weixin.qq.com/f x",
        "https://api.mch.weixin.qq.com/文",
        "https://[api/f",
        "https://api.mch.weixin.qq.com/f#x",
        "/f",
        "",
    ],
)
def test_our_signature_goes_to_no_other_host(url, wechat, ticket):
    with pytest.raises(BillError, match="not on the channel's own host") as caught:
        ticket(wechat.reply({**TICKET, "download_url": url}))
    assert caught.value.fault is BillFault.NO_ANSWER


@pytest.mark.parametrize(
    "changes", [{"hash_type": "MD5"}, {"hash_value": "abc"}, {"hash_value": None}, {"hash_type": None}]
)
def test_a_bill_without_its_hash_is_not_fetched(changes, wechat, ticket):
    with pytest.raises(BillError, match="no SHA-1"):
        ticket(wechat.reply({**TICKET, **changes}))


@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (400, "NO_STATEMENT_EXIST", BillFault.NONE),
        (400, "STATEMENT_CREATING", BillFault.LATER),
        (429, "FREQUENCY_LIMITED", BillFault.LATER),
        (400, "INVALID_REQUEST", BillFault.WRONG_ASK),
        (403, "NO_AUTH", BillFault.WRONG_ASK),
        (401, "SIGN_ERROR", BillFault.KEYS),
        (500, "SYSTEM_ERROR", BillFault.NO_ANSWER),
        (404, "SOMETHING", BillFault.NO_ANSWER),
    ],
)
def test_why_there_is_no_bill(*, status, code, fault, wechat, ticket):
    for signed in (True, False):
        with pytest.raises(BillError) as caught:
            ticket(wechat.refused(status, code, "账单日期不对", signed=signed))
        assert caught.value.fault is fault
        assert caught.value.values == {"text": "账单日期不对"}


def test_a_forged_ticket_and_silence(wechat, ticket):
    for reply, fault in (
        (wechat.reply(TICKET, signed=False), BillFault.FORGED),
        (NoAnswer("TimeoutError", bytes_begun=False), BillFault.NO_ANSWER),
    ):
        with pytest.raises(BillError) as caught:
            ticket(reply)
        assert caught.value.fault is fault


@pytest.mark.parametrize("size", [1, 7, 4096, 10**9])
@pytest.mark.parametrize(
    ("raw", "suffix"),
    [
        (PLAIN, ".csv"),
        (gzip.compress(PLAIN), ".csv.gz"),
        (gzip.compress(PLAIN[:1000]) + gzip.compress(PLAIN[1000:]), ".csv.gz"),
    ],
    ids=["plain", "packed", "two members"],
)
def test_the_hash_is_of_the_file_before_compression_however_it_comes(raw, suffix, size):
    proof = bill.Fingerprint()
    assert all(proof.take(raw[n : n + size]) for n in range(0, len(raw), size))
    assert proof.prove(SHA1) == suffix


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (PLAIN[:-1], BillFault.FORGED),
        (b"", BillFault.FORGED),
        (b"\xef", BillFault.FORGED),
        (gzip.compress(PLAIN[:-1]), BillFault.FORGED),
        (gzip.compress(PLAIN)[:-1], BillFault.DAMAGED),
        (gzip.compress(PLAIN)[:40] + b"xxxx" + gzip.compress(PLAIN)[44:], BillFault.DAMAGED),
        (gzip.compress(PLAIN) + b"more", BillFault.DAMAGED),
    ],
)
def test_a_file_that_is_not_the_promised_one_is_refused(raw, fault):
    proof = bill.Fingerprint()
    proof.take(raw)
    with pytest.raises(BillError) as caught:
        proof.prove(SHA1)
    assert caught.value.fault is fault


def test_a_gzip_bomb_ends_early(monkeypatch):
    monkeypatch.setattr(bill, "PLAIN_MOST", 8 * 1024 * 1024)
    proof = bill.Fingerprint()
    assert not proof.take(gzip.compress(bytes(64 * 1024 * 1024)))
    with pytest.raises(BillError) as caught:
        bill.received(NoAnswer("its taker would have no more", bytes_begun=True), proof, bill.Ticket("/f", SHA1))
    assert caught.value.fault is BillFault.DAMAGED


def test_only_a_whole_file_with_status_200_is_a_bill():
    proof, ticket = bill.Fingerprint(), bill.Ticket("/f", SHA1)
    proof.take(PLAIN)
    assert bill.received(Reply(200, {}, b"", None), proof, ticket) == ".csv"
    for outcome in (Reply(400, {}, b"", None), NoAnswer("closed", bytes_begun=True)):
        with pytest.raises(BillError) as caught:
            bill.received(outcome, proof, ticket)
        assert caught.value.fault is BillFault.NO_ANSWER
