import base64
import json

import pytest

from app.channels.alipay import wire
from app.channels.alipay.wire import Forged, NotTheirsError, Signed, Unreadable, Unsigned, members, open_envelope
from app.channels.outcome import BODY_LIMIT

PAY = "alipay.trade.pay"
NAME = "alipay_trade_pay_response"


def opened(ali, body: str | bytes):
    return open_envelope(body if isinstance(body, bytes) else body.encode(), PAY, ali.key_for)


@pytest.mark.parametrize(
    "inner",
    [
        '{"code":"10000","msg":"Success"}',
        '{ "code" : "10000" ,\n"msg":"成功" }',
        '{"code":"10000","msg":"\\u6210\\u529f \\"sign\\":\\"x\\""}',
        '{"code":"10000","fund_bill_list":[{"amount":"0.01","deep":{"sign":"no"}}],"x":"},\\"sign\\":\\""}',
    ],
)
def test_the_object_is_read_from_the_very_bytes_that_were_verified(inner, ali):
    signature = ali.sign(inner.encode())
    assert opened(ali, f'{{"{NAME}":{inner},"sign":"{signature}"}}') == Signed(json.loads(inner))
    assert opened(ali, f'{{"sign":"{signature}","{NAME}":{inner}}}') == Signed(json.loads(inner))
    assert opened(ali, f' {{\n"{NAME}" : {inner} ,\t"sign" : "{signature}" }} ') == Signed(json.loads(inner))


def test_a_decoy_is_never_read(ali):
    good, evil = '{"code":"40004"}', '{"code":"10000"}'
    signature = ali.sign(good.encode())
    for body in (
        f'{{"{NAME}":{evil},"{NAME}":{good},"sign":"{signature}"}}',
        f'{{"{NAME}":{good},"{NAME}":{evil},"sign":"{signature}"}}',
        f'{{"{NAME}":{evil},"sign":"AAAA","sign":"{signature}"}}',
        f'{{"{NAME}":{good},"error_response":{evil},"sign":"{signature}"}}',
        f'{{"{NAME}":{good},"sign":"{signature}"}}{{"{NAME}":{evil}}}',
        f'{{"\\u0061{NAME[1:]}":{evil},"{NAME}":{good},"sign":"{signature}"}}',
        f'[{{"{NAME}":{good},"sign":"{signature}"}}]',
        f'{{"outer":{{"{NAME}":{good},"sign":"{signature}"}}}}',
    ):
        assert isinstance(opened(ali, body), Unreadable | Forged), body
    for body in (
        f'{{"{NAME}":{evil},"x":{{"{NAME}":{good}}},"sign":"{signature}"}}',
        f'{{"{NAME}":{evil},"sign":"{signature}"}}',
        f'{{"{NAME}":{{"a":{good}}},"sign":"{signature}"}}',
        f'{{"{NAME}": {good[:-1]} }},"sign":"{signature}"}}',
    ):
        assert opened(ali, body) == Forged(), body


def test_an_answer_to_another_call_is_none(ali):
    assert isinstance(open_envelope(ali.signed(code="10000"), "alipay.trade.query", ali.key_for), Unreadable)


def test_a_success_without_a_signature_is_forged_and_a_refusal_is_unsigned(ali):
    assert opened(ali, f'{{"{NAME}":{{"code":"10000"}}}}') == Forged()
    assert opened(ali, f'{{"{NAME}":{{"code":"10003"}}}}') == Forged()
    assert opened(ali, f'{{"{NAME}":{{"code":"40002"}}}}') == Unsigned({"code": "40002"})
    assert opened(ali, ali.unsigned(code="40002")) == Unsigned({"code": "40002"})


def test_a_signature_for_an_unknown_certificate_is_forged(ali):
    inner = '{"code":"10000"}'
    body = f'{{"{NAME}":{inner},"alipay_cert_sn":"{"0" * 32}","sign":"{ali.sign(inner.encode())}"}}'
    assert opened(ali, body) == Forged()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"null",
        b"{}x",
        b"{",
        b'{"a"',
        b'{"a":',
        b'{"a":1',
        b'{"a":1,}',
        b'{1:"a"}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":{"b":1,"\\u0062":2}}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":"成功"}'.encode("gbk"),
        '{"a":"x"}'.encode("utf-16"),
        b'{"a":"' + b"x" * BODY_LIMIT + b'"}',
        b'{"a":' + b"[" * 30_000,
        b'{"a":' + b'{"a":' * 12_000,
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"line\nbreak"}',
    ],
)
def test_anything_but_one_strict_object_is_refused(body):
    with pytest.raises(NotTheirsError) as caught:
        members(body)
    assert len(str(caught.value)) < 40


@pytest.mark.parametrize("inner", ["null", "[]", '"encrypted"', "true", "1"])
def test_an_inner_value_that_is_no_object_is_refused_even_if_signed(inner, ali):
    assert isinstance(opened(ali, ali.signed(inner=inner)), Unreadable)


@pytest.mark.parametrize("signature", ["1", "null", "[]", "true"])
def test_a_signature_that_is_no_text_is_refused(signature, ali):
    assert isinstance(opened(ali, f'{{"{NAME}":{{"code":"10000"}},"sign":{signature}}}'), Unreadable)


def test_a_request_puts_the_code_in_the_body_only(rsa_key):
    query, body = wire.request({"app_id": "1", "empty": ""}, {"auth_code": "286543210987654321"}, rsa_key)
    assert "286543210987654321" not in query
    assert b"286543210987654321" in body
    assert "empty" not in query
    assert "sign=" in query
    assert base64.b64encode(b"\xff") not in body
