"""WeChat V2's notifications: the public vector, and that a refund's, however it comes, is no payment."""

import base64
import hashlib
import itertools
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.books import NoNotice, NoticeKind
from app.channels.wechat_v2 import notices
from app.channels.wechat_v2.answers import Us
from app.channels.wechat_v2.config import SignType
from app.channels.wechat_v2.sign import Signer
from app.channels.wechat_v2.wire import parse

DATA = json.loads((Path(__file__).parent.parent / "vectors" / "wechat_v2_refund_notify.json").read_text("utf-8"))
(VECTOR,) = DATA["vectors"]
(SAMPLE,) = DATA["plaintext_samples"]


def sealed(plain: str, us: Us) -> str:
    """``req_info`` as WeChat makes it, beside the room's own code."""
    key = hashlib.md5(us.signer.api_key.encode()).hexdigest().encode()
    data = plain.encode()
    pad = 16 - len(data) % 16
    encryptor = Cipher(algorithms.AES256(key), modes.ECB()).encryptor()
    return base64.b64encode(encryptor.update(data + bytes([pad]) * pad) + encryptor.finalize()).decode()


@pytest.fixture(scope="module")
def refund(wechat):
    def body(plain: str = SAMPLE["xml"], req_info: str = "", **changes: str) -> bytes:
        fields = {
            "return_code": "SUCCESS",
            "appid": wechat.us.appid,
            "mch_id": wechat.us.mch_id,
            "nonce_str": "n",
            "req_info": req_info or sealed(plain, wechat.us),
            **changes,
        }
        return ("<xml>" + "".join(f"<{n}><![CDATA[{v}]]></{n}>" for n, v in fields.items()) + "</xml>").encode()

    return body


@pytest.fixture(scope="module")
def read(wechat):
    return lambda body: notices.read_notice(body, wechat.us)


@pytest.fixture(scope="module")
def payment(wechat):
    def body(**changes):
        fields = {**wechat.paid, "trade_type": "MICROPAY", "bank_type": "CFT", "is_subscribe": "N", **changes}
        return wechat.signed(**fields)

    return body


def test_the_public_vector_opens():
    key = VECTOR["aes_key_ascii_md5hex"].encode()
    plain = notices.decrypted(VECTOR["req_info_b64"], key)
    assert plain.decode() == VECTOR["plaintext_xml"]
    assert parse(plain, root="root")["refund_id"] == "50000404922017112502468056157"


def test_a_refund_is_told_and_never_called_verified(read, refund):
    notice = read(refund())
    assert notice.kind is NoticeKind.REFUND
    assert (notice.amount_fen, notice.refunded_fen) == (3960, 3960)
    assert (notice.out_trade_no, notice.out_refund_no) == ("71106718111915575302817", "131811191610442717309")
    assert notice.at_ms == 1_542_615_853_000  # 2018-11-19 16:24:13 at UTC+8
    assert not notice.evidence.verified


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ("<refund_fee><![CDATA[3960]]>", "<refund_fee><![CDATA[100]]>", NoticeKind.PARTIAL_REFUND),
        ("<refund_fee><![CDATA[3960]]>", "<refund_fee><![CDATA[3961]]>", NoticeKind.OTHER),
        ("<![CDATA[SUCCESS]]>", "<![CDATA[CHANGE]]>", NoticeKind.REFUND_FAILED),
        ("<![CDATA[SUCCESS]]>", "<![CDATA[REFUNDCLOSE]]>", NoticeKind.REFUND_FAILED),
        ("<![CDATA[SUCCESS]]>", "<![CDATA[NEW]]>", NoticeKind.OTHER),
    ],
)
def test_kinds_of_a_refund(was, now, kind, read, refund):
    assert was in SAMPLE["xml"]
    assert read(refund(SAMPLE["xml"].replace(was, now))).kind is kind


def test_a_payment_is_verified_by_its_signature(read, payment, wechat):
    notice = read(payment())
    assert (notice.kind, notice.amount_fen) == (NoticeKind.PAYMENT, 1250)
    assert notice.out_trade_no == wechat.order.out_trade_no
    assert notice.evidence.verified
    assert read(payment(result_code="FAIL", err_code="X")).kind is NoticeKind.OTHER
    assert isinstance(read(payment().replace(b"1250", b"1251")), NoNotice)


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_state": "REFUND"},
        {"trade_state": "REVOKED"},
        {"trade_state": "NOTPAY"},
        {"refund_id": "5"},
        {"out_refund_no": "7"},
        {"out_refund_no_0": "7"},
        {"refund_fee": "1"},
        {"recall": "N"},
        {"transaction_id": None},
        {"time_end": None},
        {"trade_type": None},
        {"fee_type": "HKD"},
        {"total_fee": "12.50"},
    ],
)
def test_an_answer_to_another_call_is_no_payment(changes, read, payment):
    assert read(payment(**changes)).kind is NoticeKind.OTHER


def test_any_order_and_any_repetition_say_the_same(read, payment, refund):
    bodies = [payment(), refund(), refund(SAMPLE["xml"].replace("SUCCESS", "CHANGE"))]
    alone = {body: read(body) for body in bodies}
    for order in itertools.product(bodies, repeat=3):
        assert [read(body) for body in order] == [alone[body] for body in order]


def test_for_another_merchant_it_is_nothing(read, refund, payment, wechat):
    assert isinstance(read(refund(mch_id="1")), NoNotice)
    assert isinstance(read(refund(sub_mch_id="1900000110")), NoNotice)
    assert isinstance(read(refund(appid="")), NoNotice)
    assert isinstance(read(payment(mch_id="1")), NoNotice)
    us = wechat.us
    shop = Us(us.appid, us.mch_id, us.signer, "1900000110")
    assert notices.read_notice(refund(sub_mch_id="1900000110"), shop).kind is NoticeKind.REFUND


def test_another_key_opens_nothing(refund, wechat):
    us = Us(wechat.us.appid, wechat.us.mch_id, Signer("x" * 32, SignType.HMAC_SHA256))
    assert isinstance(notices.read_notice(refund(), us), NoNotice)


@pytest.mark.parametrize(
    "req_info", ["?", "AAAA", base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes(15)).decode()]
)
def test_what_does_not_open_is_nothing(req_info, read, refund):
    assert isinstance(read(refund(req_info=req_info)), NoNotice)


def test_what_is_inside_must_be_a_refund(read, refund, wechat):
    for plain in (
        "<root></root>",
        "<xml><refund_fee>1</refund_fee></xml>",
        "",
        "<root><a/><a/></root>",
        '<!DOCTYPE r [<!ENTITY e "x">]><root>&e;</root>',
    ):
        assert isinstance(read(refund(req_info=sealed(plain, wechat.us))), NoNotice)


def test_a_field_hidden_inside_another_is_nothing(read, payment, wechat):
    """The same signed text, with ``total_fee`` swallowed by the field before it."""
    genuine = parse(payment(attach="x"))
    swallowed = dict(genuine)
    swallowed["time_end"] += f"&total_fee={swallowed.pop('total_fee')}"
    body = "<xml>" + "".join(f"<{n}><![CDATA[{v}]]></{n}>" for n, v in swallowed.items()) + "</xml>"
    assert wechat.us.signer.verify(swallowed)
    assert isinstance(read(body.encode()), NoNotice)


def test_the_answer_is_their_own_xml():
    assert notices.notice_reply(taken=True).body == (
        b"<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg></xml>"
    )
    assert b"FAIL" in notices.notice_reply(taken=False).body


@settings(max_examples=300, deadline=None, derandomize=True)
@given(at=st.integers(0, 5000), value=st.integers(0, 255), cut=st.booleans(), swap=st.integers(0, 60))
def test_a_mutated_notice_is_never_a_payment(at, value, cut, swap, *, read, refund, payment):
    for body in (refund(), payment()):
        place = at % len(body)
        changed = body[:place] if cut else body[:place] + bytes([value]) + body[place + 1 :]
        notice = read(changed)
        if not isinstance(notice, NoNotice) and notice.kind is NoticeKind.PAYMENT:
            assert parse(changed) == parse(body)
    sealed_bytes = base64.b64decode(parse(refund())["req_info"])
    blocks = [sealed_bytes[n : n + 16] for n in range(0, len(sealed_bytes), 16)]
    first, second = swap % len(blocks), at % len(blocks)
    blocks[first], blocks[second] = blocks[second], blocks[first]
    moved = read(refund(req_info=base64.b64encode(b"".join(blocks)).decode()))
    assert isinstance(moved, NoNotice) or (moved.kind is not NoticeKind.PAYMENT and not moved.evidence.verified)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_noise_is_nothing(read, body):
    assert isinstance(read(body), NoNotice)
