"""Version 5.1.0, signMethod 01: SHA-256 in hex, then SHA256withRSA over those 64 characters (``unionpay.md`` §2)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from app.channels.api import Secret

VERSION: Final = "5.1.0"
METHOD: Final = "01"


@dataclass(frozen=True, slots=True)
class Signer:
    """The merchant's key, and the decimal serial number of its certificate as ``certId`` wants it."""

    key: rsa.RSAPrivateKey = field(repr=False)
    cert_id: str

    def signed(self, fields: Mapping[str, str]) -> dict[str, str]:
        """``fields`` trimmed, blank ones left out, with version, method, certId and signature."""
        trimmed = {name: value.strip() for name, value in fields.items()}
        given = {name: value for name, value in trimmed.items() if value}
        given |= {"version": VERSION, "encoding": "UTF-8", "signMethod": METHOD, "certId": self.cert_id}
        made = self.key.sign(digest(given), padding.PKCS1v15(), hashes.SHA256())
        return {**given, "signature": base64.b64encode(made).decode()}


def signer(cert_pem: str, key_pem: Secret) -> Signer:
    """Load certificate and key once. Raises ValueError with a sentence; the key is in no message."""
    try:
        certificate = x509.load_pem_x509_certificate(cert_pem.encode())
        key = serialization.load_pem_private_key(key_pem.reveal().encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError("the signing certificate or its key cannot be read") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the signing key is not RSA")  # noqa: TRY004 - wrong input, not a wrong type
    if certificate.public_key() != key.public_key():
        raise ValueError("the signing certificate does not belong to its key")
    return Signer(key, str(certificate.serial_number))


def pair_from_pfx(data: bytes, password: str) -> tuple[str, str]:
    """(certificate, key) as PEM from the .pfx file UnionPay hands out. Raises ValueError with a sentence."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, password.encode())
    except (ValueError, TypeError):
        raise ValueError("the .pfx file or its password is wrong") from None
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the .pfx file holds no RSA key with its certificate")
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), plain.decode()


def canonical(fields: Mapping[str, str]) -> str:
    """Every field except ``signature``, in order of names, raw values, ``k=v&k=v``."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "signature")


def digest(fields: Mapping[str, str]) -> bytes:
    """The 64 ASCII characters that are signed."""
    return hashlib.sha256(canonical(fields).encode()).hexdigest().encode()


def verify(key: rsa.RSAPublicKey, fields: Mapping[str, str]) -> bool:
    """True if ``signature``, in the one base64 form it has, is ``key``'s over all the other fields as they came."""
    signature = fields.get("signature", "")
    try:
        made = base64.b64decode(signature, validate=True)
        if base64.b64encode(made).decode() != signature:  # spare bits would give one signature many spellings
            return False
        key.verify(made, digest(fields), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
