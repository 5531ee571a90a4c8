"""RSA2: SHA256withRSA, PKCS#1 v1.5, base64 (``alipay.md`` §1, source SDK)."""

import base64
import binascii
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.channels.api import Secret


def private_key(secret: Secret) -> rsa.RSAPrivateKey:
    """Load the merchant's key once (39 ms). Raises ValueError with a sentence; the key is in no message."""
    text = secret.reveal().strip()
    try:
        if text.startswith("-----"):
            key = serialization.load_pem_private_key(text.encode(), password=None)
        else:
            key = serialization.load_der_private_key(_der(text), password=None)
    except (ValueError, TypeError):
        raise ValueError("the application's private key cannot be read") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the application's private key is not RSA")  # noqa: TRY004 - wrong input, not a wrong type
    return key


def public_key(text: str) -> rsa.RSAPublicKey:
    """Alipay's public key. Raises ValueError with a sentence."""
    text = text.strip()
    try:
        if text.startswith("-----"):
            key = serialization.load_pem_public_key(text.encode())
        else:
            key = serialization.load_der_public_key(_der(text))
    except ValueError:
        raise ValueError("Alipay's public key cannot be read") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("Alipay's public key is not RSA")  # noqa: TRY004 - wrong input, not a wrong type
    return key


def _der(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None


def canonical(params: Mapping[str, str]) -> str:
    """Every non-empty parameter except ``sign`` (``sign_type`` included), in order, raw values, ``k=v&k=v``."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if params[name] and name != "sign")


def sign(key: rsa.RSAPrivateKey, params: Mapping[str, str]) -> str:
    """The request's ``sign``, base64."""
    made = key.sign(canonical(params).encode(), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(made).decode()


def verify(key: rsa.RSAPublicKey, content: bytes, signature: str) -> bool:
    """True if ``signature``, in the one base64 form it has, is ``key``'s over exactly these bytes."""
    try:
        made = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if base64.b64encode(made).decode() != signature:  # spare bits would give one signature many spellings
        return False
    try:
        key.verify(made, content, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
