"""Keys and certificates in every form the channels hand them out."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from app.setup import keyfiles
from app.setup.taking import CannotSetUp

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = rsa.generate_private_key(65_537, 2048)
PKCS8 = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = KEY.public_key()


def certificate(name="1900000109", *, begins=-30, ends=300):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(PUBLIC)
        .serial_number(0xABCDEF0123456789)
        .not_valid_before(NOW + timedelta(days=begins))
        .not_valid_after(NOW + timedelta(days=ends))
        .sign(KEY, hashes.SHA256())
    )


def pem(one):
    return one.public_bytes(Encoding.PEM)


def refused(call, *given):
    with pytest.raises(CannotSetUp) as caught:
        call(*given)
    said = caught.value.fault
    assert "{" not in said.say("zh") + said.say("en")
    return said.key


def same_key(found):
    return load_pem_private_key(found.key_pem.encode(), None).private_numbers() == KEY.private_numbers()


@pytest.mark.parametrize(
    "data",
    [
        PKCS8,
        KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        base64.b64encode(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        base64.b64encode(KEY.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())),
    ],
    ids=["pkcs8", "pkcs1", "bare-pkcs8", "bare-pkcs1"],
)
def test_a_private_key_in_any_form(data):
    assert same_key(keyfiles.private_key(data, "", "k", "f"))


def test_a_pkcs12_file_brings_its_certificate_under_its_password():
    bundle = pkcs12.serialize_key_and_certificates(b"x", KEY, certificate(), None, BestAvailableEncryption(b"000000"))
    found = keyfiles.private_key(bundle, "000000", "k.pfx", "f")
    assert same_key(found)
    assert "BEGIN CERTIFICATE" in found.cert_pem
    assert refused(keyfiles.private_key, bundle, "", "k.pfx", "f") == "sp.file.password"
    assert refused(keyfiles.private_key, bundle, "111111", "k.pfx", "f") == "sp.file.nokey"
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00" * 999, b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_key_is_refused(data):
    assert refused(keyfiles.private_key, data, "", "k", "f").startswith("sp.file.")
    assert refused(keyfiles.certificates, data, "k", "f").startswith("sp.file.")
    assert refused(keyfiles.public_key, data, "k", "f").startswith("sp.file.")


def test_one_kind_in_the_place_of_another():
    assert refused(keyfiles.private_key, pem(certificate()), "", "k", "f") == "key.kind.say"
    assert refused(keyfiles.certificates, PKCS8, "k", "f") == "sp.file.private"
    assert refused(keyfiles.public_key, PKCS8, "k", "f") == "sp.file.private"


def test_certificates_in_pem_and_der_and_public_keys_bare():
    assert keyfiles.certificates(certificate().public_bytes(Encoding.DER), "k", "f").encode() == pem(certificate())
    windows = b"Bag Attributes\r\n" + pem(certificate()).replace(b"\n", b"\r\n")
    assert keyfiles.certificates(windows, "k", "f").encode() == pem(certificate())
    bare = base64.b64encode(PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    assert "BEGIN PUBLIC KEY" in keyfiles.public_key(bare, "k", "f")


def test_dates_are_judged_when_it_is_entered():
    over, early = pem(certificate(ends=-1)).decode(), pem(certificate(begins=1)).decode()
    assert refused(keyfiles.check_dates, over, "wechat", "f", NOW) == "cert.over.say"
    assert refused(keyfiles.check_dates, early, "wechat", "f", NOW) == "doc.cert.early"
    keyfiles.check_dates(pem(certificate()).decode(), "wechat", "f", NOW)


def test_environment_owner_and_serial_are_read():
    assert keyfiles.is_for_tests(pem(certificate("CFCA TEST CS CA")).decode())
    assert not keyfiles.is_for_tests(pem(certificate("CFCA CS CA")).decode())
    assert keyfiles.owner_number(pem(certificate()).decode()) == "1900000109"
    assert keyfiles.owner_number(pem(certificate("Some Shop")).decode()) == ""
    assert keyfiles.serial_number(pem(certificate()).decode()) == "ABCDEF0123456789"


def test_a_file_that_is_too_big_or_gone(tmp_path):
    big = tmp_path / "big.pem"
    big.write_bytes(bytes(keyfiles.FILE_MOST + 1))
    assert refused(keyfiles.read_whole, big, "f") == "sp.file.big"
    assert refused(keyfiles.read_whole, tmp_path / "none", "f") == "sp.file.unreadable"
