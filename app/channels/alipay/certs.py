"""Certificate mode: the serial numbers Alipay wants, and which of its certificates signed an answer.

A serial number is the MD5, in hex, of the issuer's name written from the most specific part to the country
(``CN=…,OU=…,O=…,C=CN``) followed by the decimal serial number; that of the roots joins with ``_`` those of the
RSA-signed certificates in the file (Alipay's SDKs, AntCertificationUtil; docs.open.alipay.com/291/106118).
"""

import contextlib
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import SignatureAlgorithmOID

_BLOCK: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
CHAIN_LIMIT: Final = 4  # leaf, one or two issuers, root; the real chain has three
_SIGNED_WITH_RSA: Final = frozenset({SignatureAlgorithmOID.RSA_WITH_SHA1, SignatureAlgorithmOID.RSA_WITH_SHA256})


def certificates(pem: str, what: str) -> list[x509.Certificate]:
    """The readable certificates of ``pem``: the root file also holds some of algorithms that are not ours.

    Raises ValueError naming ``what`` when none can be read.
    """
    found = []
    for block in _BLOCK.findall(pem):
        with contextlib.suppress(ValueError, UnsupportedAlgorithm):
            found.append(x509.load_pem_x509_certificate(block.encode()))
    if not found:
        raise ValueError(f"{what} cannot be read")
    return found


def serial(certificate: x509.Certificate) -> str:
    """``app_cert_sn`` / ``alipay_cert_sn`` of one certificate, 32 hex digits."""
    parts = [f"{a.rfc4514_attribute_name}={_text(a.value)}" for rdn in reversed(certificate.issuer.rdns) for a in rdn]
    named = ",".join(parts) + str(certificate.serial_number)
    return hashlib.md5(named.encode(), usedforsecurity=False).hexdigest()


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.hex()


def root_serial(roots: list[x509.Certificate]) -> str:
    """``alipay_root_cert_sn``: the file also holds certificates of other algorithms, which do not count."""
    return "_".join(serial(c) for c in roots if c.signature_algorithm_oid in _SIGNED_WITH_RSA)


def signers(given: list[x509.Certificate], roots: list[x509.Certificate]) -> Mapping[str, rsa.RSAPublicKey]:
    """Serial number -> key, for each certificate of ``given`` that leads to one of ``roots`` by signatures.

    The downloaded file holds the issuer's certificate too, which signs certificates and no answer. Raises ValueError
    when none is left. Dates are not judged here: TLS guards freshness, and an expired signing
    certificate is announced by the channel, which then names another one.
    """
    found = {}
    for certificate in given:
        key = _key(certificate)
        if isinstance(key, rsa.RSAPublicKey) and not _may_issue(certificate) and _leads_to(certificate, given, roots):
            found[serial(certificate)] = key
    if not found:
        raise ValueError("Alipay's certificate does not lead to Alipay's root certificate")
    return found


def _key(certificate: x509.Certificate) -> object:
    with contextlib.suppress(ValueError, UnsupportedAlgorithm):
        return certificate.public_key()
    return None


def _leads_to(leaf: x509.Certificate, given: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    at = leaf
    for _ in range(CHAIN_LIMIT):
        if any(at == root or _issued(at, root) for root in roots):
            return True
        above = next((c for c in given if c != at and _issued(at, c)), None)
        if above is None:
            return False
        at = above
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """True if ``issuer`` may issue certificates and signed this one."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return _may_issue(issuer)


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False
