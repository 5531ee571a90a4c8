"""Files that keys and certificates come in, as the channels hand them out, read into PEM. Nothing is written here.

Taken: PEM and DER certificates; private keys as PEM, as a PKCS#12 file (``.pfx``, ``.p12``) under its password, or as
the bare Base64 that Alipay's own key tool writes; public keys as PEM or bare Base64.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
    pkcs12,
)

from app.setup.taking import CannotSetUp

FILE_MOST: Final = 1_048_576  # bytes
_BAD: Final = (ValueError, TypeError, UnsupportedAlgorithm, binascii.Error, x509.InvalidVersion)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key, and the certificate that came with it, if any."""

    key_pem: str = field(repr=False)
    cert_pem: str = ""


def read_whole(path: Path, blame: str) -> bytes:
    """Raises CannotSetUp ``sp.file.*``."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_MOST + 1)
    except OSError:
        raise CannotSetUp("sp.file.unreadable", blame, name=path.name) from None
    if len(data) > FILE_MOST:
        raise CannotSetUp("sp.file.big", blame, name=path.name)
    return data


def certificates(data: bytes, name: str, blame: str) -> str:
    """One certificate or a bundle, as PEM. Raises CannotSetUp where there is none in ``data`` of file ``name``."""
    if b"PRIVATE KEY" in data:
        raise CannotSetUp("sp.file.private", blame, name=name)
    try:
        if b"-----BEGIN CERTIFICATE" in data:
            found = data.decode("ascii", "ignore").replace("\r\n", "\n")
            x509.load_pem_x509_certificate(data)
            return found[found.index("-----BEGIN CERTIFICATE") :]
        return x509.load_der_x509_certificate(data).public_bytes(Encoding.PEM).decode()
    except _BAD:
        raise CannotSetUp("sp.file.nocert", blame, name=name) from None


def public_key(data: bytes, name: str, blame: str) -> str:
    """A public key as PEM. Raises CannotSetUp."""
    try:
        if b"PRIVATE KEY" in data:
            raise CannotSetUp("sp.file.private", blame, name=name)
        key = load_pem_public_key(data) if b"-----BEGIN" in data else load_der_public_key(_bare(data))
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    except _BAD:
        raise CannotSetUp("sp.file.nopublic", blame, name=name) from None


def private_key(data: bytes, password: str, name: str, blame: str) -> KeyFile:
    """A private key as unencrypted PKCS#8 PEM. Raises CannotSetUp ``sp.file.*``, ``key.kind.say``."""
    if b"-----BEGIN PUBLIC KEY" in data or (b"-----BEGIN CERT" in data and b"PRIVATE KEY" not in data):
        raise CannotSetUp("key.kind.say", blame)
    secret = password.encode() or None
    if b"ENCRYPTED" in data and secret is None:
        raise CannotSetUp("sp.file.password", blame, name=name)
    try:
        if b"-----BEGIN" in data:
            protected = secret if b"ENCRYPTED" in data else None
            return KeyFile(_pem(load_pem_private_key(data, protected)))
        if _is_base64(data):
            return KeyFile(_pem(load_der_private_key(_bare(data), None)))
        key, certificate, _ = pkcs12.load_key_and_certificates(data, secret)
    except _BAD:
        raise CannotSetUp("sp.file.nokey" if password else "sp.file.password", blame, name=name) from None
    if key is None:
        raise CannotSetUp("sp.file.nokey", blame, name=name)
    return KeyFile(_pem(key), certificate.public_bytes(Encoding.PEM).decode() if certificate else "")


def check_dates(pem: str, channel: str, blame: str, now: datetime) -> None:
    """Raises CannotSetUp for a certificate that is over or has not begun. One nobody here can read is the room's."""
    try:
        first, *rest = x509.load_pem_x509_certificates(pem.encode())
    except _BAD:
        return
    ends = max(one.not_valid_after_utc for one in (first, *rest))
    if ends <= now:
        raise CannotSetUp("cert.over.say", blame, channel=channel, date=f"{ends:%Y-%m-%d}")
    if first.not_valid_before_utc > now:
        raise CannotSetUp("doc.cert.early", blame, channel=channel, date=f"{first.not_valid_before_utc:%Y-%m-%d}")


def is_for_tests(pem: str) -> bool:
    """Whether the certificate calls itself one of a test environment, as UnionPay's and CFCA's do by name."""
    try:
        first = x509.load_pem_x509_certificate(pem.encode())
    except _BAD:
        return False
    return "TEST" in f"{first.subject.rfc4514_string()} {first.issuer.rfc4514_string()}".upper()


def owner_number(pem: str) -> str:
    """The common name where it is a merchant number, as in WeChat's ``apiclient_cert``; else ""."""
    try:
        names = x509.load_pem_x509_certificate(pem.encode()).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    except _BAD:
        return ""
    name = str(names[0].value) if len(names) == 1 else ""
    return name if re.fullmatch(r"[0-9]{8,32}", name) else ""


def serial_number(pem: str) -> str:
    """In hexadecimal, as WeChat writes ``merchant_serial_no``; "" where it cannot be read."""
    try:
        return f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:X}"
    except _BAD:
        return ""


def _is_base64(data: bytes) -> bool:
    return re.fullmatch(rb"[A-Za-z0-9+/=\s]{64,}", data.removeprefix(b"\xef\xbb\xbf")) is not None


def _bare(data: bytes) -> bytes:
    return base64.b64decode(b"".join(data.removeprefix(b"\xef\xbb\xbf").split()), validate=True)


def _pem(key: object) -> str:
    """Raises TypeError for a kind of key that has no PKCS#8."""
    write = getattr(key, "private_bytes", None)
    if write is None:
        raise TypeError
    return str(write(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
