"""ACP 5.1.0 messages and their signature (unionpay.md §2), written apart from the till's.

A request is a form; an answer is raw text, nothing in it encoded, with the signing certificate among the signed fields.
"""

import base64
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from app.sim import signing
from app.sim.exchange import OK, Reply

VERSION = "5.1.0"
BY_RSA = "01"


@dataclass(frozen=True, slots=True)
class MerchantUp:
    """Who we are to UnionPay, and both sides' keys. ``sign_pub_key_cert`` is UnionPay's own certificate, PEM."""

    mer_id: str
    cert_id: str  # the merchant certificate's serial number, decimal
    merchant_key: RSAPublicKey = field(repr=False)
    own_key: RSAPrivateKey = field(repr=False)
    sign_pub_key_cert: str = field(repr=False)


def parse(body: bytes) -> dict[str, str]:
    """The form's fields, trimmed; blank ones are as if not sent."""
    fields = parse_qsl(body.decode("ascii", "replace"), encoding="utf-8", errors="replace")
    return {name: value.strip() for name, value in fields if value.strip()}


def digest(fields: Mapping[str, str]) -> bytes:
    """What is signed: the hex SHA-256 of the joined fields, as 64 bytes."""
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "signature")
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest().encode("ascii")


def holds(fields: Mapping[str, str], merchant: MerchantUp) -> bool:
    """Whether the merchant signed this."""
    if fields.get("certId") != merchant.cert_id:
        return False
    return signing.rsa_holds(digest(fields), fields.get("signature", ""), merchant.merchant_key, "RSA2")


def signed(fields: Mapping[str, str], merchant: MerchantUp) -> dict[str, str]:
    """``fields`` with UnionPay's certificate and signature."""
    certificate = "\r\n".join(merchant.sign_pub_key_cert.split())
    certificate = certificate.replace("BEGIN\r\nCERT", "BEGIN CERT").replace("END\r\nCERT", "END CERT")
    full = {**{name: value for name, value in fields.items() if value}, "signPubKeyCert": certificate}
    return {**full, "signature": signing.rsa_sign(digest(full), merchant.own_key, "RSA2")}


def to_reply(fields: Mapping[str, str]) -> Reply:
    """An answer as it travels: k=v pairs, raw."""
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return Reply(OK, "text/html;charset=utf-8", text.encode())


def packed(data: bytes) -> str:
    """A file as fileContent: deflated, base64."""
    return base64.b64encode(zlib.compress(data)).decode("ascii")
