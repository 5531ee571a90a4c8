import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.books import NoNotice, Notice, NoticeKind
from app.channels.wechat_v3 import notices, wire
from app.channels.wechat_v3.config import Partner

API_KEY = b"a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"


@pytest.fixture(scope="session")
def notify(wechat):
    """``notify(event, original, fields, ...)``: what our reading of such a notification is."""

    def make(event, original, fields, *, key=API_KEY, counterparty=wechat, headers=None, skew=300_000, **outer):
        nonce = "fdasflkja484"
        sealed = AESGCM(key).encrypt(nonce.encode(), json.dumps(fields).encode(), original.encode())
        resource = {
            "original_type": original,
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(sealed).decode(),
            "associated_data": original,
            "nonce": nonce,
        }
        whole = {
            "id": "EV-2018022511223320873",
            "create_time": "2026-11-22T22:40:02+08:00",
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功",
            "resource": resource,
            **outer,
        }
        body = json.dumps(whole).encode()
        desk = notices.Desk(counterparty.us, AESGCM(API_KEY), counterparty.key_for, counterparty.now_ms, skew)
        return notices.read_notice(counterparty.headers(body) if headers is None else headers(body), body, desk), body

    return make


@pytest.fixture
def refunded(wechat):
    return {
        "mchid": wechat.us.mchid,
        "out_trade_no": wechat.order.out_trade_no,
        "transaction_id": "4200002026112200000000000001",
        "out_refund_no": "702611220001000100010018R1",
        "refund_id": "50200207182018070300011301001",
        "refund_status": "SUCCESS",
        "success_time": "2026-11-22T22:40:02+08:00",
        "user_received_account": "招商银行信用卡0403",
        "amount": {"total": 1250, "refund": 500, "payer_total": 1250, "payer_refund": 500},
    }


def test_a_payment(wechat, notify):
    notice, body = notify("TRANSACTION.SUCCESS", "transaction", wechat.paid)
    assert (notice.kind, notice.out_trade_no, notice.amount_fen) == (
        NoticeKind.PAYMENT,
        wechat.order.out_trade_no,
        1250,
    )
    assert (notice.refunded_fen, notice.out_refund_no) == (None, "")
    assert notice.at_ms == 1_795_358_401_000
    assert notice.evidence.verified
    assert notice.digest == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("event", "status", "refund", "kind"),
    [
        ("REFUND.SUCCESS", "SUCCESS", 500, NoticeKind.PARTIAL_REFUND),
        ("REFUND.SUCCESS", "SUCCESS", 1250, NoticeKind.REFUND),
        ("REFUND.ABNORMAL", "ABNORMAL", 500, NoticeKind.REFUND_FAILED),
        ("REFUND.CLOSED", "CLOSED", 1250, NoticeKind.REFUND_FAILED),
    ],
)
def test_a_refund(*, event, status, refund, kind, notify, refunded):
    fields = {**refunded, "refund_status": status, "amount": {"total": 1250, "refund": refund}}
    notice, _ = notify(event, "refund", fields)
    assert (notice.kind, notice.amount_fen, notice.refunded_fen) == (kind, 1250, refund)
    assert notice.out_refund_no == "702611220001000100010018R1"
    assert notice.evidence.paid_fen is None


def test_a_refunds_event_can_never_pass_for_a_payment(wechat, notify, refunded):
    for event, original, fields in [
        ("TRANSACTION.SUCCESS", "refund", refunded),
        ("TRANSACTION.SUCCESS", "transaction", refunded),
        ("TRANSACTION.SUCCESS", "transaction", {**wechat.paid, **refunded}),
        ("TRANSACTION.SUCCESS", "transaction", {**wechat.paid, "trade_state": "REFUND"}),
        ("TRANSACTION.SUCCESS", "refund", wechat.paid),
        ("REFUND.SUCCESS", "transaction", wechat.paid),
        ("REFUND.SUCCESS", "refund", wechat.paid),
        ("REFUND.SUCCESS", "refund", {**refunded, "refund_status": "CLOSED"}),
        ("REFUND.SUCCESS", "refund", {**refunded, "amount": {"total": 1250, "refund": 1251}}),
        ("REFUND.SUCCESS", "refund", {**refunded, "amount": {"total": 1250, "refund": 500.0}}),
        ("TRANSACTION.SUCCESS", "transaction", wechat.order_says(amount=None)),
        ("TRANSACTION.SUCCESS", "transaction", wechat.order_says(amount={"total": 1250, "currency": "HKD"})),
    ]:
        assert isinstance(notify(event, original, fields)[0], NoNotice), (event, original)


def test_an_event_we_do_not_keep_is_taken_and_is_nothing(notify, refunded):
    notice, _ = notify("PAYSCORE.USER_PAID", "payscore", refunded)
    assert (notice.kind, notice.out_trade_no, notice.amount_fen) == (NoticeKind.OTHER, "", None)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"wechatpay-signature": ""}, "not signed"),
        ({"wechatpay-signature": "AAAA"}, "the signature does not hold"),
        ({"wechatpay-signature": wire.PROBE + "AAAA"}, "a signature probe"),
        ({"wechatpay-serial": "PUB_KEY_ID_2"}, "signed by a key nobody knows yet"),
        ({"wechatpay-timestamp": "1795350000"}, "the signature does not hold"),
    ],
)
def test_what_does_not_verify_is_no_notice(change, why, wechat, notify):
    found, _ = notify(
        "TRANSACTION.SUCCESS", "transaction", wechat.paid, headers=lambda body: {**wechat.headers(body), **change}
    )
    assert found == NoNotice(why)


def test_an_old_notice_counts_only_where_the_window_is_open(wechat, notify):
    def old(body):
        return wechat.headers(body, age_s=90_000)

    args = ("TRANSACTION.SUCCESS", "transaction", wechat.paid)
    assert notify(*args, headers=old)[0] == NoNotice("signed too far from now")
    assert notify(*args, headers=old, skew=0)[0].kind is NoticeKind.PAYMENT


def test_another_key_merchant_or_shape_is_no_notice(wechat, notify):
    args = ("TRANSACTION.SUCCESS", "transaction")
    assert notify(*args, wechat.paid, key=b"b" * 32)[0] == NoNotice("not encrypted for us")
    assert notify(*args, wechat.order_says(mchid="1900007292"))[0] == NoNotice("for another merchant")
    assert notify(*args, wechat.order_says(mchid=None))[0] == NoNotice("for another merchant")
    for resource in ({}, "text", {"algorithm": "AEAD_AES_256_GCM"}, None):
        assert notify(*args, wechat.paid, resource=resource)[0] == NoNotice("not encrypted for us")
    assert isinstance(notify(*args, ["a list"])[0], NoNotice)


def test_a_service_providers_notices(wechat, notify, refunded):
    shop = wechat.selling_for(Partner("1900000109"))
    ids = {"sp_mchid": wechat.us.mchid, "sub_mchid": "1900000109"}
    paid = {**wechat.order_says(appid=None, mchid=None), **ids}
    back = {n: v for n, v in {**refunded, **ids}.items() if n != "mchid"}
    assert notify("TRANSACTION.SUCCESS", "transaction", paid, counterparty=shop)[0].kind is NoticeKind.PAYMENT
    assert notify("REFUND.SUCCESS", "refund", back, counterparty=shop)[0].kind is NoticeKind.PARTIAL_REFUND
    other = {**paid, "sub_mchid": "1900000110"}
    assert notify("TRANSACTION.SUCCESS", "transaction", other, counterparty=shop)[0] == NoNotice("for another merchant")
    direct = notify("TRANSACTION.SUCCESS", "transaction", wechat.paid, counterparty=shop)[0]
    assert direct == NoNotice("for another merchant")


def test_the_channels_own_words_in_answer():
    taken, again = notices.notice_reply(taken=True), notices.notice_reply(taken=False)
    assert (taken.status, taken.body) == (204, b"")
    assert again.status == 500
    assert json.loads(again.body)["code"] == "FAIL"


@settings(max_examples=150, deadline=None, derandomize=True)
@given(place=st.integers(0, 5_000), bit=st.integers(0, 7), again=st.booleans())
def test_a_flipped_bit_is_no_notice(*, place, bit, again, wechat, notify):
    """Flipped under the signature, and with a signature made anew over the damaged body: the seal inside holds too."""
    _, body = notify("TRANSACTION.SUCCESS", "transaction", wechat.paid)
    at = place % len(body)
    changed = body[:at] + bytes([body[at] ^ (1 << bit)]) + body[at + 1 :]
    headers = wechat.headers(changed if again else body)
    desk = notices.Desk(wechat.us, AESGCM(API_KEY), wechat.key_for, wechat.now_ms, 300_000)
    found = notices.read_notice(headers, changed, desk)
    if again:
        kinds = {NoticeKind.PAYMENT, NoticeKind.OTHER}
        assert isinstance(found, NoNotice) or (found.kind in kinds and found.amount_fen in {1250, None})
    else:
        assert not isinstance(found, Notice)
