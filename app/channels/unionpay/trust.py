"""Whose signature is UnionPay's: the certificate inside a message counts only under its chain, dates and name.

The chain is root, middle, leaf; the leaf's common name holds its owner between the second and third ``@``
(``unionpay.md`` §2). The test environment's chain is signed with SHA-1, which is taken there and nowhere else.
"""

import re
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

OWNER: Final = "中国银联股份有限公司"
TEST_OWNER: Final = "00040000:SIGN"
REMEMBERED: Final = 4  # certificates kept read; UnionPay signs with one at a time
_BLOCK: Final = re.compile(r"-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----\s*")
_BAD: Final = (  # what the library raises for certificates that are none of ours
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
    UserWarning,  # a serial number below zero and the like, where warnings are errors
)


@dataclass(frozen=True, slots=True)
class _Known:
    key: rsa.RSAPublicKey
    from_ms: int
    until_ms: int


class Trust:
    """Raises ValueError with a sentence when the given chain does not hold together."""

    def __init__(self, root_pem: str, middle_pem: str, *, test: bool) -> None:
        roots = _read_all(root_pem, "UnionPay's root certificate")
        middles = _read_all(middle_pem, "UnionPay's middle certificate")
        self._test = test
        self._middles = [middle for middle in middles if any(self._issued(middle, root) for root in roots)]
        if not self._middles:
            raise ValueError("UnionPay's middle certificate does not lead to its root certificate")
        self._owners = frozenset({OWNER, TEST_OWNER} if test else {OWNER})
        self._known: dict[str, _Known] = {}

    def key_of(self, cert_pem: str, at_ms: int) -> rsa.RSAPublicKey | None:
        """The key of a message's ``signPubKeyCert``, None where it is not UnionPay's or not valid at ``at_ms``.

        Never raises for anything in ``cert_pem``.
        """
        known = self._known.get(cert_pem)
        if known is None:
            known = self._judge(cert_pem)
            if known is None:
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[cert_pem] = known
        return known.key if known.from_ms <= at_ms <= known.until_ms else None

    def _judge(self, cert_pem: str) -> _Known | None:
        """Signatures first: what nobody vouches for is not looked into further."""
        if not _BLOCK.fullmatch(cert_pem):
            return None
        try:
            leaf = x509.load_pem_x509_certificate(cert_pem.encode())
            above = next((middle for middle in self._middles if self._issued(leaf, middle)), None)
            key = leaf.public_key()
            if above is None or not isinstance(key, rsa.RSAPublicKey) or _owner(leaf) not in self._owners:
                return None
            begins = max(leaf.not_valid_before_utc, above.not_valid_before_utc)
            ends = min(leaf.not_valid_after_utc, above.not_valid_after_utc)
        except _BAD:
            return None
        return _Known(key, int(begins.timestamp() * 1000), int(ends.timestamp() * 1000))

    def _issued(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """True if ``issuer`` may issue certificates and signed this one.

        Done by hand, since ``verify_directly_issued_by`` refuses every SHA-1 chain.
        """
        try:
            algorithm = certificate.signature_hash_algorithm
            allowed = isinstance(algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512)
            allowed = allowed or (self._test and isinstance(algorithm, hashes.SHA1))
            key = issuer.public_key()
            if algorithm is None or not allowed or not isinstance(key, rsa.RSAPublicKey):
                return False
            if certificate.issuer != issuer.subject:
                return False
            if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                return False
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), algorithm)
        except _BAD:
            return False
        return True


def _owner(certificate: x509.Certificate) -> str:
    """The third part of the only common name, ``041@8310000000083040@OWNER@00016493``."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    parts = str(names[0].value).split("@") if len(names) == 1 else []
    return parts[2] if len(parts) > 2 else ""


def _read_all(pem: str, what: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except _BAD:
        raise ValueError(f"{what} cannot be read") from None
