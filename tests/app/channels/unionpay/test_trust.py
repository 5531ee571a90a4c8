import base64
import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

NOW_MS = 1_795_358_400_000
YEAR_MS = 366 * 86_400_000


def text_of(certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode().strip().replace("\n", "\r\n")


def by_sha1(certificate, key):
    """The same certificate signed with SHA-1, as the test environment's are; the library makes none."""
    sha256, sha1 = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", "05"))
    der = certificate.public_bytes(serialization.Encoding.DER).replace(sha256, sha1)
    signed = certificate.tbs_certificate_bytes.replace(sha256, sha1)
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())
    return x509.load_der_x509_certificate(der[: -len(signature)] + signature)


def day(year):
    return dt.datetime(year, 1, 1, tzinfo=dt.UTC)


def test_unionpays_own_certificate_is_taken_within_its_dates(chain):
    trust = chain.trust()
    pem = text_of(chain.leaf)
    for _ in range(2):  # the second time it is remembered
        assert trust.key_of(pem, NOW_MS) == chain.leaf_key.public_key()
        assert trust.key_of(pem, NOW_MS + YEAR_MS) is None
        assert trust.key_of(pem, NOW_MS - YEAR_MS) is None


def test_a_leaf_counts_only_while_its_issuer_does(chain):
    brief = chain.middle_by(days=(day(2025), day(2026)))
    trust = chain.trust(middle=brief)
    leaf = text_of(chain.leaf_by(days=(day(2025), day(2027))))
    assert trust.key_of(leaf, NOW_MS) is None
    assert trust.key_of(leaf, NOW_MS - YEAR_MS) is not None
    late = chain.trust(middle=chain.middle_by(days=(day(2026), day(2027))))
    assert late.key_of(leaf, NOW_MS - YEAR_MS) is None
    assert late.key_of(leaf, NOW_MS) is not None


@pytest.mark.parametrize(
    ("name", "test", "taken"),
    [
        ("041@8310000000083040@中国银联股份有限公司@00016495", False, True),
        ("041@8310000000083040@中国银联股份有限公司@00016495", True, True),
        ("041@Z12@00040000:SIGN@00000062", False, False),
        ("041@Z12@00040000:SIGN@00000062", True, True),
        ("041@Z12@another shop@00000062", True, False),
        ("中国银联股份有限公司", True, False),
        ("041@中国银联股份有限公司@x@1", False, False),
        ("041@x@中国银联股份有限公司 @1", False, False),
    ],
)
def test_whose_certificate_it_is_stands_between_the_second_and_third_at(chain, name, test, taken):
    key = chain.trust(test=test).key_of(text_of(chain.leaf_by(name)), NOW_MS)
    assert (key is not None) is taken


@pytest.mark.parametrize("where", ["leaf", "middle"])
def test_sha1_is_for_the_test_environment_only(chain, where):
    leaf = by_sha1(chain.leaf, chain.middle_key) if where == "leaf" else chain.leaf
    middle = by_sha1(chain.middle, chain.root_key) if where == "middle" else chain.middle
    assert chain.trust(middle=middle, test=True).key_of(text_of(leaf), NOW_MS) is not None
    if where == "leaf":
        assert chain.trust(middle=middle).key_of(text_of(leaf), NOW_MS) is None
    else:
        with pytest.raises(ValueError, match="does not lead"):
            chain.trust(middle=middle)


def test_only_this_chain_leads_anywhere(chain):
    trust = chain.trust()
    strangers = [
        chain.leaf_by(issuer="Middle", key=chain.root_key),  # named rightly, signed by another
        chain.leaf_by(issuer="Root", key=chain.root_key),  # the root signs no messages' certificates
        chain.leaf_by(issuer="Middle", key=chain.leaf_key),  # its own issuer
        chain.leaf_by(issuer="Another", key=chain.middle_key),
    ]
    for stranger in strangers:
        assert trust.key_of(text_of(stranger), NOW_MS) is None
    no_authority = chain.middle_by(ca=False)
    assert chain.trust(middle=no_authority).key_of(text_of(chain.leaf), NOW_MS) is None


@pytest.mark.parametrize(
    "pem",
    ["", "x", "-----BEGIN CERTIFICATE-----\r\n-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\r\nAAAA"],
)
def test_what_is_no_certificate_is_nobodys(chain, pem):
    assert chain.trust().key_of(pem, NOW_MS) is None


def test_two_certificates_in_one_field_are_nobodys(chain):
    both = text_of(chain.leaf) + "\r\n" + text_of(chain.leaf)
    assert chain.trust().key_of(both, NOW_MS) is None


def test_a_chain_that_cannot_be_read_gets_a_sentence(chain):
    for root, middle, sentence in (("x", text_of(chain.middle), "root"), (text_of(chain.root), "x", "middle")):
        with pytest.raises(ValueError, match=f"{sentence} certificate cannot be read"):
            type(chain.trust())(root, middle, test=False)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(harm=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=3))
def test_a_harmed_certificate_is_nobodys_elses(chain, harm):
    der = bytearray(chain.leaf.public_bytes(serialization.Encoding.DER))
    for place, byte in harm:
        der[place % len(der)] = byte
    taken = chain.trust().key_of(armoured(bytes(der)), NOW_MS)
    assert taken is None or taken == chain.leaf_key.public_key()  # the envelope around what is signed has some slack


def test_a_certificate_of_no_known_version_is_nobodys(chain):
    der = chain.leaf.public_bytes(serialization.Encoding.DER)
    version = bytes.fromhex("a003020102")
    assert version in der
    assert chain.trust().key_of(armoured(der.replace(version, version[:-1] + b"\x22", 1)), NOW_MS) is None


def armoured(der: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\r\n{base64.b64encode(der).decode()}\r\n-----END CERTIFICATE-----"


def test_only_a_few_certificates_are_remembered(chain):
    trust = chain.trust()
    for number in range(6):
        leaf = text_of(chain.leaf_by(f"041@{number}@中国银联股份有限公司@1"))
        assert trust.key_of(leaf, NOW_MS) is not None
    assert len(trust._known) <= 4
