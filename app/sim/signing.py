"""The counterparties' own signing, written apart from the till's so that one mistake cannot hide in both.

Sources: wechat.md §2 (V2), alipay.md §1 (request and response signature).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

HMAC_SHA256 = "HMAC-SHA256"
MD5 = "MD5"
V2_SIGN_TYPES = frozenset({HMAC_SHA256, MD5})
_RSA: Mapping[str, type[SHA1 | SHA256]] = {"RSA2": SHA256, "RSA": SHA1}
RSA_SIGN_TYPES = frozenset(_RSA)


def joined(fields: Mapping[str, str], without: frozenset[str] = frozenset({"sign"})) -> str:
    """Non-empty fields in ASCII order as ``k=v&k=v``."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name not in without)


def v2_sign(fields: Mapping[str, str], key: str, sign_type: str) -> str:
    """WeChat V2: upper-case hex over the joined fields and the key."""
    text = f"{joined(fields)}&key={key}".encode()
    if sign_type == HMAC_SHA256:
        return hmac.digest(key.encode(), text, "sha256").hex().upper()
    return hashlib.md5(text).hexdigest().upper()


def v2_holds(fields: Mapping[str, str], key: str, sign_type: str) -> bool:
    return hmac.compare_digest(v2_sign(fields, key, sign_type).encode(), fields.get("sign", "").encode())


def _hash(sign_type: str) -> HashAlgorithm:
    return _RSA[sign_type]()


def rsa_sign(content: bytes, key: RSAPrivateKey, sign_type: str) -> str:
    """Base64 of the PKCS#1 v1.5 signature; ``sign_type`` RSA2 or RSA."""
    return base64.b64encode(key.sign(content, PKCS1v15(), _hash(sign_type))).decode("ascii")


def rsa_holds(content: bytes, sign: str, key: RSAPublicKey, sign_type: str) -> bool:
    try:
        key.verify(base64.b64decode(sign, validate=True), content, PKCS1v15(), _hash(sign_type))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
