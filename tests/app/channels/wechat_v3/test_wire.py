import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.outcome import BODY_LIMIT
from app.channels.wechat_v3 import wire
from app.channels.wechat_v3.wire import Forged, NotTheirsError, Proof, Signed, UnknownKey, Unreadable


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'{"amount":{"total":1,"total":1}}',
        b'{"a":[{"b":1,"b":2}]}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1}{"b":2}',
        b'{"a":1} trailing',
        b'{"a":1',
        b'{"a":01}',
        b"{'a':1}",
        b"[]",
        b"1",
        b'"text"',
        b"null",
        b"",
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        '{"a":"支付"}'.encode("gbk"),
        '{"a":1}'.encode("utf-16"),
        b"<html></html>",
        b'{"a":' + b"[" * 30_000,
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"a":"' + b"x" * BODY_LIMIT + b'"}',
    ],
    ids=lambda body: repr(body[:16]),
)
def test_what_is_not_one_plain_object_is_refused_even_when_signed(body, wechat):
    with pytest.raises(NotTheirsError) as caught:
        wire.parse(body)
    assert "支付" not in str(caught.value)
    assert isinstance(wire.open_envelope(wechat.reply(body), wechat.now_ms, wechat.key_for), Unreadable)


def test_another_charset_is_refused(wechat):
    for named in (
        "application/json; charset=gbk",
        'application/json;charset="GB18030"',
        "text/html; CHARSET = latin-1",
    ):
        said = wechat.reply(wechat.paid, content_type=named)
        assert isinstance(wire.open_envelope(said, wechat.now_ms, wechat.key_for), Unreadable)
    for named in ("application/json", "application/json; charset=UTF-8", ""):
        said = wechat.reply(wechat.paid, content_type=named)
        assert isinstance(wire.open_envelope(said, wechat.now_ms, wechat.key_for), Signed)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers() | st.none(), max_size=6))
def test_what_is_written_is_read_back(fields):
    utf8 = {n: v for n, v in fields.items() if wire_safe(n) and wire_safe(v)}
    assert wire.parse(wire.write(utf8)) == utf8


def wire_safe(value) -> bool:
    return not isinstance(value, str) or value.encode("utf-8", "ignore").decode() == value


@pytest.mark.parametrize(
    ("value", "fen"),
    [(1, 1), (1250, 1250), (0, None), (-1, None), (True, None), (1.0, None), ("1", None), (None, None), (10**10, None)],
)
def test_an_amount_is_a_whole_positive_number_of_fen(value, fen):
    assert wire.fen({"total": value}, "total") == fen


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-11-22T22:40:00+08:00", 1_795_358_400_000),
        ("2026-11-22T14:40:00Z", 1_795_358_400_000),
        ("2026-11-22T22:40:00.500+08:00", 1_795_358_400_500),
        ("2026-11-22T22:40:00", None),
        ("2026-11-22 22:40:00+08:00", None),
        ("2026-13-22T22:40:00+08:00", None),
        ("0001-01-01T00:00:00+08:00", None),
        ("", None),
    ],
)
def test_times_are_rfc3339_with_an_offset(text, ms):
    found = wire.moment_ms(text)
    assert found == ms or (ms is None and (found is None or found < 0))


def test_the_proof_of_a_body(wechat):
    def proof(body=b"{}", now=wechat.now_ms, skew=wire.SKEW_MS, **headers):
        made = {**wechat.headers(b"{}"), **{n.replace("_", "-"): v for n, v in headers.items()}}
        return wire.proof_of(made, body, now, wechat.key_for, skew)

    assert proof() is Proof.HOLDS
    assert proof(body=b"{ }") is Proof.BAD
    assert proof(wechatpay_signature="") is Proof.NONE
    assert proof(wechatpay_signature=wire.PROBE + "x", wechatpay_serial="") is Proof.PROBE
    assert proof(wechatpay_serial="5157F09EFDC096DE15EBE81A47057A7232F1B8E1") is Proof.UNKNOWN_KEY
    assert proof(wechatpay_serial="") is Proof.BAD
    assert proof(now=wechat.now_ms + 300_001) is Proof.STALE
    assert proof(now=wechat.now_ms + 300_001, skew=0) is Proof.HOLDS
    assert proof(wechatpay_timestamp="9" * 13) is Proof.BAD


def test_a_bad_signature_is_forged_whatever_the_status(wechat):
    for status in (200, 204, 404, 500):
        said = wechat.reply(wechat.paid, status, wechatpay_nonce="other")
        assert wire.open_envelope(said, wechat.now_ms, wechat.key_for) == Forged()
    strange = wechat.reply(wechat.paid, wechatpay_serial="ABCDEF0123")
    assert wire.open_envelope(strange, wechat.now_ms, wechat.key_for) == UnknownKey("ABCDEF0123")
