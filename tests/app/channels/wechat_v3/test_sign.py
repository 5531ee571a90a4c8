import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels.wechat_v3 import sign

VECTORS = {
    v["id"]: v
    for v in json.loads((Path(__file__).parent.parent / "vectors" / "wechat_v3_sign.json").read_text("utf-8"))[
        "vectors"
    ]
}


class Hidden:
    def __init__(self, text):
        self.text = text

    def reveal(self):
        return self.text


def test_the_documents_request_is_signed_byte_for_byte():
    vector = VECTORS["doc-request-sign-post"]
    key = sign.private_key(Hidden(vector["private_key_pem"]))
    signer = sign.Signer(vector["mchid"], vector["serial_no"], key)
    body = vector["body"].encode()
    made = signer.authorization(
        vector["method"], vector["url_path"], body, timestamp=int(vector["timestamp"]), nonce=vector["nonce_str"]
    )
    assert made == vector["authorization"]
    assert re.search(r'signature="([^"]*)"', made)[1] == vector["signature_b64"]
    assert "PRIVATE" not in repr(signer)


def test_a_get_signs_path_and_query_and_keeps_the_empty_bodys_line():
    vector = VECTORS["java-canonical-get-with-query"]
    target = "/" + vector["url"].split("/", 3)[3]
    made = sign.message("GET", target, b"", int(vector["timestamp"]), vector["nonce_str"])
    assert made.decode() == vector["expected"]


@pytest.fixture
def answer():
    vector = VECTORS["doc-response-verify"]
    return {
        "key": sign.public_key(vector["public_key_pem"]),
        "signature": vector["wechatpay_signature"],
        "timestamp": vector["wechatpay_timestamp"],
        "nonce": vector["wechatpay_nonce"],
        "body": vector["body"].encode(),
    }


def test_the_documents_answer_verifies(answer):
    assert sign.verify(**answer)


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "1722850422"},
        {"nonce": "d824f2e086d3c1df967785d13fcd22eF"},
        {"body": b'{"code_url":"weixin://wxpay/bizpayurl?pr=JyC91EIz2"}'},
        {"body": b'{"code_url": "weixin://wxpay/bizpayurl?pr=JyC91EIz1"}'},
        {"body": b""},
        {"signature": ""},
        {"signature": "ü"},
        {"signature": "AAAA"},
        {"nonce": "\u4e2d"},
    ],
)
def test_any_other_byte_does_not(change, answer):
    assert not sign.verify(**{**answer, **change})


def test_a_signature_has_one_spelling(answer):
    respelt = answer["signature"].replace("==", "=") + "\n"
    assert not sign.verify(**{**answer, "signature": respelt})
    spare = answer["signature"][:-3] + chr(ord(answer["signature"][-3]) + 1) + "=="
    assert not sign.verify(**{**answer, "signature": spare})


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_an_unreadable_key_gets_one_sentence(text):
    with pytest.raises(ValueError, match="private key cannot be read"):
        sign.private_key(Hidden(text))
    with pytest.raises(ValueError, match="public key cannot be read"):
        sign.public_key(text)


def test_a_short_public_key_is_no_key():
    key = rsa.generate_private_key(65537, 1024)
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="at least 2048"):
        sign.public_key(pem.decode())
