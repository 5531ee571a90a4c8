"""Certificates and keys as PEM text, for the simulator's own little authorities."""

import ipaddress
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.sim.rules import beijing

LIFE: Final = timedelta(days=3_650)  # a practice folder outlives no till
_EARLIER: Final = timedelta(days=1)  # a client's clock may be behind
_FULL_LENGTH: Final = 1 << 158  # 40 hex digits, whether or not a client pads them
SignKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def new_rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: SignKey,
    issuer_key: SignKey,
    *,
    now: float,
    purpose: x509.ObjectIdentifier | None = None,
    path_length: int = 0,
) -> x509.Certificate:
    """A certificate authority where ``purpose`` is None, else an end certificate for that purpose."""
    begin: datetime = beijing(now) - _EARLIER
    is_ca = purpose is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number() | _FULL_LENGTH)
        .not_valid_before(begin)
        .not_valid_after(begin + LIFE)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=path_length if is_ca else None), critical=True)
        .add_extension(_usage(is_ca=is_ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if purpose == ExtendedKeyUsageOID.SERVER_AUTH:
        hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def name(common: str) -> x509.Name:
    """With a unit, as every real one has it: clients put it into Alipay's serial numbers unasked."""
    parts = (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, "Mashou practice"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Certification Authority"),
        (NameOID.COMMON_NAME, common),
    )
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def private(key: SignKey) -> str:
    """PKCS#1 for RSA: Alipay's own Python SDK reads nothing else, every other client reads it too."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def public(key: SignKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pkcs8(key: SignKey) -> str:
    """As WeChat's and UnionPay's merchant tools write it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
