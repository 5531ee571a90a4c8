import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from app.channels.unionpay import sign, wire

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/unionpay_sign.json").read_text("utf-8"))["vectors"]


def key_in(fields):
    """The key of the message itself; whose it is stands in ``trust``."""
    return x509.load_pem_x509_certificate(fields["signPubKeyCert"].encode()).public_key()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["id"])
def test_real_messages_verify_with_their_crlf_and_not_without(vector):
    fields = {**vector["params_without_signature"], "signature": vector["signature"]}
    assert sign.digest(fields).decode() == vector["sha256_hex"]
    assert sign.verify(key_in(fields), fields)
    bare = {**fields, "signPubKeyCert": fields["signPubKeyCert"].replace("\r\n", "\n")}
    assert not sign.verify(key_in(bare), bare)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["id"])
def test_a_real_message_is_read_from_its_raw_bytes(vector):
    fields = {**vector["params_without_signature"], "signature": vector["signature"]}
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    assert wire.open_envelope(body, lambda _pem: key_in(fields)) == wire.Signed(fields)
    bare = body.replace(b"\r\n", b"\n")
    assert wire.open_envelope(bare, lambda _pem: key_in(fields)) == wire.Forged()


def test_a_signature_has_one_spelling_only():
    fields = {**VECTORS[0]["params_without_signature"], "signature": VECTORS[0]["signature"]}
    assert fields["signature"].endswith("vg==")
    for other in ("vh==", "vg=", "vg", "vg==\n", "vg== ", "vg==="):
        assert not sign.verify(key_in(fields), {**fields, "signature": fields["signature"][:-4] + other})
    assert not sign.verify(key_in(fields), {**fields, "signature": ""})


def test_a_request_is_trimmed_loses_its_blanks_and_names_its_certificate(world, chain):
    cert = world.cert_pem(chain.leaf)
    signer = sign.signer(cert, world.hidden(world.pem(chain.leaf_key)))
    fields = signer.signed({"orderId": " 12345678 ", "blank": "", "blanks": "  ", "txnAmt": "1"})
    assert fields["certId"] == str(chain.leaf.serial_number)
    assert set(fields) == {"orderId", "txnAmt", "version", "encoding", "signMethod", "certId", "signature"}
    assert fields["orderId"] == "12345678"
    assert sign.verify(chain.leaf_key.public_key(), fields)
    assert "PRIVATE" not in repr(signer)


def test_a_key_that_cannot_sign_gets_a_sentence(world, chain):
    cert, key = world.cert_pem(chain.leaf), world.pem(chain.leaf_key)
    for bad_cert, bad_key, sentence in (
        ("", key, "cannot be read"),
        (cert, "nonsense", "cannot be read"),
        (cert, world.pem(ec.generate_private_key(ec.SECP256R1())), "not RSA"),
        (cert, world.pem(chain.middle_key), "does not belong"),
    ):
        with pytest.raises(ValueError, match=sentence) as caught:
            sign.signer(bad_cert, world.hidden(bad_key))
        assert "BEGIN" not in str(caught.value)


def test_the_file_unionpay_hands_out_gives_certificate_and_key(world, chain):
    sealed = serialization.BestAvailableEncryption(b"000000")
    data = pkcs12.serialize_key_and_certificates(b"merchant", chain.leaf_key, chain.leaf, None, sealed)
    cert, key = sign.pair_from_pfx(data, "000000")
    assert sign.signer(cert, world.hidden(key)).cert_id == str(chain.leaf.serial_number)
    for bad, password in ((data, "111111"), (b"no pfx", "000000"), (data[:-20], "000000")):
        with pytest.raises(ValueError, match="wrong"):
            sign.pair_from_pfx(bad, password)
