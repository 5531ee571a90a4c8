"""AEAD_AES_256_GCM, as certificates and notifications come (``wechat.md`` §3.1, 3.3)."""

import base64
import binascii
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.channels.api import Secret

ALGORITHM: Final = "AEAD_AES_256_GCM"
KEY_LENGTH: Final = 32
NONCE_LENGTH: Final = 12
TAG_LENGTH: Final = 16


def cipher(api_v3_key: Secret) -> AESGCM:
    """Raises ValueError with a sentence when the key is not 32 ASCII characters."""
    key = api_v3_key.reveal()
    if len(key) != KEY_LENGTH or not key.isascii():
        raise ValueError("the APIv3 key must have 32 characters")
    return AESGCM(key.encode("ascii"))


def decrypt(key: AESGCM, nonce: str, associated_data: str, ciphertext: str) -> bytes | None:
    """The plain bytes; None for anything that was not encrypted under ``key`` with exactly these companions."""
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        iv = nonce.encode("ascii")
        if len(iv) != NONCE_LENGTH or len(sealed) < TAG_LENGTH:
            return None
        return key.decrypt(iv, sealed, associated_data.encode("utf-8"))
    except (binascii.Error, ValueError, InvalidTag):  # not base64, not ASCII, a lone surrogate; not ours
        return None
