"""WECHATPAY2-SHA256-RSA2048: what we sign, and what WeChat signed (``wechat.md`` §3.1, source S3)."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.channels.api import Secret

SCHEMA: Final = "WECHATPAY2-SHA256-RSA2048"
LEAST_BITS: Final = 2048


def private_key(secret: Secret) -> rsa.RSAPrivateKey:
    """Load apiclient_key.pem once (39 ms). Raises ValueError with a sentence; the key is in no message."""
    try:
        key = serialization.load_pem_private_key(secret.reveal().strip().encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError("the merchant's private key cannot be read") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the merchant's private key is not RSA")  # noqa: TRY004 - wrong input, not a wrong type
    return key


def public_key(pem: str) -> rsa.RSAPublicKey:
    """WeChat Pay's public key (pub_key.pem). Raises ValueError with a sentence."""
    try:
        key = serialization.load_pem_public_key(pem.strip().encode())
    except ValueError:
        raise ValueError("WeChat Pay's public key cannot be read") from None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_BITS:
        raise ValueError("WeChat Pay's public key is not RSA of at least 2048 bits")
    return key


@dataclass(frozen=True, slots=True)
class Signer:
    """The merchant as requests name it."""

    mchid: str
    serial_no: str
    key: rsa.RSAPrivateKey = field(repr=False)

    def authorization(self, method: str, target: str, body: bytes, *, timestamp: int, nonce: str) -> str:
        """The ``Authorization`` header. ``target``: path and query as sent; ``timestamp``: seconds of channel time."""
        made = self.key.sign(message(method, target, body, timestamp, nonce), padding.PKCS1v15(), hashes.SHA256())
        parts = {
            "mchid": self.mchid,
            "nonce_str": nonce,
            "signature": base64.b64encode(made).decode(),
            "timestamp": str(timestamp),
            "serial_no": self.serial_no,
        }
        return f"{SCHEMA} " + ",".join(f'{name}="{value}"' for name, value in parts.items())


def message(method: str, target: str, body: bytes, timestamp: int, nonce: str) -> bytes:
    """The bytes a request's signature covers; a GET has an empty body and keeps its line."""
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def verify(key: rsa.RSAPublicKey, signature: str, *, timestamp: str, nonce: str, body: bytes) -> bool:
    """True if ``signature``, in the one base64 form it has, is ``key``'s over exactly these header values and bytes."""
    try:
        made = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if base64.b64encode(made).decode() != signature:  # spare bits would give one signature many spellings
        return False
    signed = f"{timestamp}\n{nonce}\n".encode("latin-1", "replace") + body + b"\n"
    try:
        key.verify(made, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
