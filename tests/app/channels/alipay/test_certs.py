import hashlib

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from app.channels.alipay import certs


def test_a_serial_is_the_md5_of_the_reversed_issuer_and_the_decimal_number(world):
    leaf, _ = world.authority.issue("Alipay")
    expected = hashlib.md5(f"CN=Loopback CA,C=CN{leaf.serial_number}".encode(), usedforsecurity=False).hexdigest()
    assert certs.serial(leaf) == expected


def test_only_rsa_signed_roots_count(world):
    rsa_root = type(world.authority)(None, key=world.rsa_key, name="RSA root")
    ec_root = world.authority
    both = certs.certificates(rsa_root.pem + ec_root.pem + rsa_root.pem, "roots")
    assert certs.root_serial(both) == "_".join([certs.serial(rsa_root.certificate)] * 2)


def test_a_chain_through_an_issuer_leads_to_the_root(world):
    middle, middle_key = world.authority.issue("middle", ca=True)
    issuer = type(world.authority)(None, key=middle_key)
    issuer.subject = middle.subject
    leaf, _ = issuer.issue("Alipay", key=world.rsa_key)
    roots = [world.authority.certificate]
    assert set(certs.signers([leaf, middle], roots)) == {certs.serial(leaf)}
    with pytest.raises(ValueError, match="does not lead to"):
        certs.signers([leaf], roots)


def test_the_issuer_beside_it_signs_no_answer(world):
    """As downloaded: the file holds both, so who signed an answer that names nobody is still clear."""
    middle, middle_key = world.authority.issue("middle", ca=True, key=world.rsa_key)
    issuer = type(world.authority)(None, key=middle_key)
    issuer.subject = middle.subject
    leaf, _ = issuer.issue("Alipay", key=world.rsa_key)
    assert set(certs.signers([leaf, middle], [world.authority.certificate])) == {certs.serial(leaf)}
    with pytest.raises(ValueError, match="does not lead to"):
        certs.signers([middle], [world.authority.certificate])


def test_an_issuer_that_may_not_issue_is_no_link(world):
    end, end_key = world.authority.issue("no CA")
    issuer = type(world.authority)(None, key=end_key)
    issuer.subject = end.subject
    leaf, _ = issuer.issue("Alipay", key=world.rsa_key)
    with pytest.raises(ValueError, match="does not lead to"):
        certs.signers([leaf, end], [world.authority.certificate])


def test_a_name_that_only_looks_like_the_root_is_no_root(world):
    impostor = type(world.authority)(None)
    impostor.subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, "Loopback CA")]
    )
    leaf, _ = impostor.issue("Alipay", key=world.rsa_key)
    with pytest.raises(ValueError, match="does not lead to"):
        certs.signers([leaf], [world.authority.certificate])


def test_no_certificate_gets_a_sentence():
    with pytest.raises(ValueError, match="Alipay's certificate cannot be read"):
        certs.certificates("", "Alipay's certificate")
