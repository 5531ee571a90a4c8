"""The room in certificate mode: the first list, a new certificate, a name nobody can explain."""

import asyncio
import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.channels.books import NoNotice, NoticeKind
from app.channels.wechat_v3 import certs
from app.channels.wechat_v3.config import CertificateMode, PublicKeyMode
from app.core.answers import Found, Pay
from app.core.reasons import Reason

API_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"


@pytest.fixture
def platform(platform_keys, world):
    """Two platform certificates as (list entry, (key, serial)), and the root that issued them."""

    def entry(key, number):
        certificate, _ = world.authority.issue(f"Tenpay.com sign {number}", key=key, days=(-300, 3000))
        nonce, text = "61f9c719728a", world.cert_pem(certificate).encode()
        sealed = AESGCM(API_KEY.encode()).encrypt(nonce.encode(), text, b"certificate")
        serial = certs.serial_of(certificate)
        inner = {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": "certificate",
            "ciphertext": base64.b64encode(sealed).decode(),
        }
        return {"serial_no": serial, "encrypt_certificate": inner}, (key, serial)

    return [entry(key, number) for number, key in enumerate(platform_keys)]


@pytest.fixture
def by_certificate(world):
    return {"trust": CertificateMode(world.authority.pem)}


@pytest.mark.asyncio
async def test_the_first_answer_brings_the_certificates_and_is_verified_as_it_was_kept(
    *, room, counterparty, platform, by_certificate, wechat, world
):
    (entry, signer), _ = platform
    counterparty.says = {("POST", "/v3/pay/transactions/codepay"): (200, wechat.paid)}
    counterparty.signer, counterparty.lists = signer, [([entry], signer)]
    async with room(**by_certificate) as (wechat_room, loopback):
        answer = await wechat_room.pay(wechat.order, world.wechat_code)
        again = await wechat_room.pay(wechat.order, world.wechat_code)
    assert answer.kind is again.kind is Pay.PAID
    paths = [a.target for a in loopback.asked]
    assert paths == ["/v3/pay/transactions/codepay", "/v3/certificates", "/v3/pay/transactions/codepay"]
    assert "wechatpay-serial" not in loopback.asked[0].headers


@pytest.mark.asyncio
async def test_a_payment_does_not_wait_for_housekeeping(room, counterparty, by_certificate, wechat, world):
    counterparty.says = {("POST", "/v3/pay/transactions/codepay"): (200, wechat.paid)}
    unsigned = world.http(b'{"code":"TRADE_ERROR","message":""}', "403 Forbidden")
    counterparty.written = lambda *_: unsigned
    async with room(**by_certificate) as (wechat_room, loopback):
        assert (await wechat_room.pay(wechat.order, world.wechat_code)).kind is Pay.UNSIGNED
        assert len(loopback.asked) == 1


@pytest.mark.asyncio
async def test_calls_at_one_time_fetch_the_certificates_once(
    *, room, counterparty, platform, by_certificate, wechat, world
):
    (entry, signer), _ = platform
    counterparty.says = {
        ("POST", "/v3/pay/transactions/codepay"): (200, wechat.paid),
        ("GET", f"/v3/pay/transactions/out-trade-no/{wechat.order.out_trade_no}"): (200, wechat.paid),
    }
    counterparty.signer, counterparty.lists = signer, [([entry], signer)]
    async with room(**by_certificate) as (wechat_room, loopback):
        paid, found = await asyncio.gather(
            wechat_room.pay(wechat.order, world.wechat_code), wechat_room.query(wechat.order)
        )
    assert (paid.kind, found.kind) == (Pay.PAID, Found.PAID)
    assert [a.target for a in loopback.asked].count("/v3/certificates") == 1


@pytest.mark.asyncio
async def test_a_new_certificate_is_learned_and_the_old_one_still_counts(
    *, room, counterparty, platform, by_certificate, wechat, world
):
    (old_entry, old), (new_entry, new) = platform
    query = ("GET", f"/v3/pay/transactions/out-trade-no/{wechat.order.out_trade_no}")
    counterparty.says = {query: (200, wechat.paid)}
    counterparty.signer = old
    counterparty.lists = [([old_entry], old), ([new_entry], old)]
    async with room(**by_certificate) as (wechat_room, loopback):
        assert (await wechat_room.query(wechat.order)).kind is Found.PAID
        later = wechat.now_ms + 61_000
        world.kit.clock.channel_ms = lambda: later
        counterparty.wechat = wechat = replace(wechat, now_ms=later)
        counterparty.signer = new
        assert (await wechat_room.query(wechat.order)).kind is Found.PAID
        counterparty.signer = old
        assert (await wechat_room.query(wechat.order)).kind is Found.PAID
    assert [a.target for a in loopback.asked].count("/v3/certificates") == 2


@pytest.mark.asyncio
async def test_a_name_nobody_can_explain_is_asked_for_once_and_stays_forged(
    *, room, counterparty, platform, by_certificate, wechat, world, expect_log
):
    expect_log("mashou.channels.wechat", "FORGED")
    (entry, signer), (_, stranger) = platform
    query = ("GET", f"/v3/pay/transactions/out-trade-no/{wechat.order.out_trade_no}")
    counterparty.says = {query: (200, wechat.paid)}
    counterparty.signer, counterparty.lists = stranger, [([entry], signer)]
    async with room(**by_certificate) as (wechat_room, loopback):
        found = [await wechat_room.query(wechat.order) for _ in range(3)]
    assert [f.kind for f in found] == [Found.UNKNOWN] * 3
    assert all(f.evidence.forged for f in found)
    assert [a.target for a in loopback.asked].count("/v3/certificates") == 1


@pytest.mark.asyncio
async def test_a_list_our_apiv3_key_does_not_open_tells_of_the_key(
    *, room, counterparty, platform, by_certificate, world, expect_log
):
    expect_log("mashou.channels.wechat", "FORGED")  # without certificates nothing can be proven
    (entry, signer), _ = platform
    counterparty.says = {("GET", f"/v3/pay/transactions/out-trade-no/{'0' * 32}"): (500, b"busy")}
    counterparty.lists = [([entry], signer)]
    async with room(**by_certificate, api_v3_key=world.hidden("b" * 32)) as (wechat_room, _):
        await wechat_room.warm()
    listed = world.kit.contacts[0]
    assert (listed.misconfigured, listed.reason) == (True, Reason.KEYS)


@pytest.mark.asyncio
async def test_certificates_that_may_not_be_fetched_stop_no_sale_where_the_public_key_verifies(
    *, room, counterparty, wechat, world
):
    public = wechat.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    counterparty.says = {("GET", f"/v3/pay/transactions/out-trade-no/{'0' * 32}"): (404, {"code": "ORDER_NOT_EXIST"})}
    counterparty.lists = [([], counterparty.signer)]
    trust = PublicKeyMode(wechat.serial, public.decode(), CertificateMode(world.authority.pem))
    async with room(trust=trust) as (wechat_room, loopback):
        contact = await wechat_room.warm()
    assert [a.target.partition("?")[0].rpartition("/")[2] for a in loopback.asked] == ["certificates", "0" * 32]
    assert (contact.verified, world.kit.contacts) == (True, [contact])


@pytest.fixture
def notice(wechat):
    """A payment's notification."""
    nonce = "fdasflkja484"
    sealed = AESGCM(API_KEY.encode()).encrypt(nonce.encode(), wechat.body(wechat.paid), b"transaction")
    resource = {
        "original_type": "transaction",
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "associated_data": "transaction",
        "nonce": nonce,
    }
    return wechat.body({"event_type": "TRANSACTION.SUCCESS", "resource": resource})


@pytest.mark.asyncio
async def test_a_process_that_only_listens_learns_what_notices_are_verified_with(
    *, room, counterparty, platform, by_certificate, notice, wechat
):
    (entry, signer), _ = platform
    counterparty.says = {("GET", f"/v3/pay/transactions/out-trade-no/{'0' * 32}"): (404, {"code": "ORDER_NOT_EXIST"})}
    counterparty.signer, counterparty.lists = signer, [([entry], signer)]
    headers = replace(wechat, key=signer[0], serial=signer[1]).headers(notice)
    async with room(**by_certificate) as (wechat_room, loopback):
        assert wechat_room.read_notice(headers, notice) == NoNotice("signed by a key nobody knows yet")
        await wechat_room.learn()
        assert wechat_room.read_notice(headers, notice).kind is NoticeKind.PAYMENT
        asked = len(loopback.asked)
        await wechat_room.learn()
        assert len(loopback.asked) == asked, "nothing is due"


@pytest.mark.asyncio
async def test_a_notice_by_a_new_certificate_is_refused_until_the_next_call_has_learned_it(
    *, room, counterparty, platform, by_certificate, notice, wechat, world
):
    (old_entry, old), (new_entry, new) = platform
    query = ("GET", f"/v3/pay/transactions/out-trade-no/{wechat.order.out_trade_no}")
    counterparty.says, counterparty.signer = {query: (200, wechat.paid)}, old
    counterparty.lists = [([old_entry], old), ([old_entry, new_entry], old)]
    async with room(**by_certificate) as (wechat_room, _):
        await wechat_room.query(wechat.order)
        later = wechat.now_ms + 61_000
        world.kit.clock.channel_ms = lambda: later
        counterparty.wechat = now = replace(wechat, now_ms=later)
        headers = replace(now, key=new[0], serial=new[1]).headers(notice)
        assert wechat_room.read_notice(headers, notice) == NoNotice("signed by a key nobody knows yet")
        await wechat_room.query(wechat.order)
        assert wechat_room.read_notice(headers, notice).kind is NoticeKind.PAYMENT
        assert wechat_room.notice_reply(taken=True).status == 204
