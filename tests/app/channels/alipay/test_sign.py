import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.channels.alipay import sign
from app.channels.alipay.wire import Signed, open_envelope

(VECTOR,) = json.loads((Path(__file__).parent.parent / "vectors" / "alipay_sign.json").read_text("utf-8"))["vectors"]
KEY = sign.public_key(VECTOR["alipay_public_key_b64_der"])


def test_a_real_answer_verifies_and_is_read():
    assert sign.verify(KEY, VECTOR["raw_content"].encode(), VECTOR["sign"])
    envelope = open_envelope(VECTOR["full_body_reconstruction"].encode(), "alipay.trade.pay", lambda _: KEY)
    assert isinstance(envelope, Signed)
    assert envelope.fields["trade_no"] == "2019082922001432790585537960"


def test_one_changed_byte_does_not_verify():
    raw = VECTOR["raw_content"].encode()
    assert not sign.verify(KEY, raw.replace(b'"0.01"', b'"0.02"', 1), VECTOR["sign"])


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: s[:-3] + "B==", lambda s: " " + s, lambda s: s[:0], lambda s: s + "ü"]
)
def test_a_signature_has_one_spelling(change):
    assert not sign.verify(KEY, VECTOR["raw_content"].encode(), change(VECTOR["sign"]))


def test_a_request_signs_its_sign_type_and_no_empty_value():
    assert sign.canonical({"b": "2", "sign_type": "RSA2", "a": "", "sign": "x"}) == "b=2&sign_type=RSA2"


def test_keys_are_read_in_every_form_the_key_tool_writes(world):
    pkcs8 = world.pem(world.rsa_key)
    pkcs1 = world.rsa_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()
    bare = ["".join(text.splitlines()[1:-1]) for text in (pkcs8, pkcs1)]
    for text in (pkcs8, pkcs1, *bare):
        assert sign.private_key(world.hidden(text)).private_numbers() == world.rsa_key.private_numbers()


def test_a_wrong_key_gets_a_sentence_without_the_key(world):
    other = world.pem(ec.generate_private_key(ec.SECP256R1()))
    for text, words in [("SECRETKEY", "cannot be read"), ("", "cannot be read"), (other, "not RSA")]:
        with pytest.raises(ValueError, match=words) as caught:
            sign.private_key(world.hidden(text))
        assert "SECRET" not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
    with pytest.raises(ValueError, match="cannot be read"):
        sign.public_key(base64.b64encode(b"junk").decode())
