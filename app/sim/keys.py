"""Keys, certificates and names of one simulator, made at its first start in DIR and kept there (files 0600).

The first start makes two RSA keys, which takes a second or so; later starts only read files.
"""

import hashlib
import ipaddress
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.sim.private_file import write_private
from app.sim.rules import beijing

LIFE: Final = timedelta(days=3_650)  # a practice folder outlives no till
_EARLIER: Final = timedelta(days=1)  # a client's clock may be behind
_NAMES_FILE: Final = "names.json"
_PRIVATE: Final = ("ca_key", "server_key", "wechat_client_key", "alipay_app_private_key", "alipay_private_key")
_PUBLIC: Final = (
    "ca",
    "server",
    "wechat_client",
    "alipay_app_public_key",
    "alipay_public_key",
    "alipay_app_cert",
    "alipay_cert",
    "alipay_root_cert",
)
_SignKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class KeysError(Exception):
    """The folder's keys cannot be read; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the counterparties call this shop, and the secrets that are no files of their own."""

    appid: str
    mch_id: str
    api_v2_key: str = field(repr=False)
    app_id: str
    code_key: str = field(repr=False)  # hex; marks payment codes in the ledger


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything kept; ``pem`` by file stem, ``<stem>.pem`` in ``folder``."""

    folder: Path
    names: Names
    pem: Mapping[str, str] = field(repr=False)

    def file(self, stem: str) -> Path:
        return self.folder / f"{stem}.pem"

    def rsa_key(self, stem: str) -> rsa.RSAPrivateKey:
        # our own file, checked when it was made: checking the primes again costs 40 ms of each start
        key = load_pem_private_key(self.pem[stem].encode(), None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def rsa_public_key(self, stem: str) -> rsa.RSAPublicKey:
        key = load_pem_public_key(self.pem[stem].encode())
        assert isinstance(key, rsa.RSAPublicKey)
        return key

    def cert_sn(self, stem: str) -> str:
        """The serial number certificate mode sends: md5 of issuer and serial (alipay.md §1)."""
        cert = x509.load_pem_x509_certificate(self.pem[stem].encode())
        return hashlib.md5(f"{cert.issuer.rfc4514_string()}{cert.serial_number}".encode()).hexdigest()


def load_or_make(folder: Path, now: float, chance: random.Random) -> Keys:
    """The folder's keys, made where there are none. KeysError where they are damaged, OSError from the disk.

    ``chance`` makes the V2 key: a SystemRandom, except in tests.
    """
    names_file = folder / _NAMES_FILE
    if not names_file.exists():
        _make(folder, now, chance)
    try:
        names = Names(**json.loads(names_file.read_text(encoding="utf-8")))
        pem = {stem: (folder / f"{stem}.pem").read_text(encoding="utf-8") for stem in _PRIVATE + _PUBLIC}
        keys = Keys(folder, names, pem)
        bytes.fromhex(names.code_key)
        ends = x509.load_pem_x509_certificate(pem["server"].encode()).not_valid_after_utc
    except (ValueError, TypeError, FileNotFoundError) as error:
        raise KeysError(
            f"the simulator's keys in {folder} are damaged ({type(error).__name__}); use a new folder"
        ) from None
    if ends.timestamp() < now:
        raise KeysError(f"the simulator's certificates in {folder} have expired; use a new folder")
    return keys


def _make(folder: Path, now: float, chance: random.Random) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = Names(
        appid=f"wx{chance.getrandbits(64):016x}",
        mch_id=f"16{chance.randrange(10**8):08d}",
        api_v2_key=f"{chance.getrandbits(128):032x}",
        app_id=f"2021{chance.randrange(10**12):012d}",
        code_key=f"{chance.getrandbits(256):064x}",
    )
    for stem, text in (_make_tls(names, now) | _make_alipay(names, now)).items():
        write_private(folder / f"{stem}.pem", text)
    # last: where this file stands, the others are whole
    write_private(folder / _NAMES_FILE, json.dumps(_as_dict(names), indent=1) + "\n")


def _as_dict(names: Names) -> dict[str, Any]:
    return {name: getattr(names, name) for name in Names.__slots__}


def _make_tls(names: Names, now: float) -> dict[str, str]:
    ca_key, server_key, client_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    issuer = _name("Mashou practice CA")
    ca = _certificate(issuer, issuer, ca_key, ca_key, now=now)
    server = _certificate(
        _name("localhost"), issuer, server_key, ca_key, now=now, purpose=ExtendedKeyUsageOID.SERVER_AUTH
    )
    client = _certificate(
        _name(names.mch_id), issuer, client_key, ca_key, now=now, purpose=ExtendedKeyUsageOID.CLIENT_AUTH
    )
    return {
        "ca_key": _private(ca_key),
        "server_key": _private(server_key),
        "wechat_client_key": _private(client_key),
        "ca": _pem(ca),
        "server": _pem(server),
        "wechat_client": _pem(client),
    }


def _make_alipay(names: Names, now: float) -> dict[str, str]:
    app_key, alipay_key = (rsa.generate_private_key(public_exponent=65_537, key_size=2_048) for _ in range(2))
    issuer = _name("Mashou practice Alipay root")
    root = _certificate(issuer, issuer, alipay_key, alipay_key, now=now)
    app = _certificate(
        _name(names.app_id), issuer, app_key, alipay_key, now=now, purpose=ExtendedKeyUsageOID.CLIENT_AUTH
    )
    own = _certificate(
        _name("Practice Alipay"), issuer, alipay_key, alipay_key, now=now, purpose=ExtendedKeyUsageOID.SERVER_AUTH
    )
    return {
        "alipay_app_private_key": _private(app_key),
        "alipay_private_key": _private(alipay_key),
        "alipay_app_public_key": _public(app_key),
        "alipay_public_key": _public(alipay_key),
        "alipay_app_cert": _pem(app),
        "alipay_cert": _pem(own),
        "alipay_root_cert": _pem(root),
    }


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: _SignKey,
    issuer_key: _SignKey,
    *,
    now: float,
    purpose: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    """A certificate authority where ``purpose`` is None, else an end certificate for that purpose."""
    begin: datetime = beijing(now) - _EARLIER
    is_ca = purpose is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + LIFE)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True)
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


def _name(common: str) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, "Mashou practice"),
        (NameOID.COMMON_NAME, common),
    )
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _private(key: _SignKey) -> str:
    """PKCS#1 for RSA: Alipay's own Python SDK reads nothing else, every other client reads it too."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def _public(key: _SignKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
