"""The key to the interface: 256 random bits, shown once, kept as a hash."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final

BYTES: Final = 32
PREFIX: Final = "mashou_"  # so that a token found where it should not be is known for what it is
MOST: Final = 128  # characters of a token that are looked at


def fresh_token(entropy: Callable[[int], bytes]) -> str:
    return PREFIX + urlsafe_b64encode(entropy(BYTES)).decode().rstrip("=")


def hash_of(token: str) -> str:
    """SHA-256, hex. No salt and no slow hash: 256 random bits cannot be guessed from either."""
    return hashlib.sha256(token.encode()).hexdigest()


def opens(authorization: str, kept: str) -> bool:
    """Whether an ``Authorization`` header holds the token that ``kept`` is the hash of. Takes as long when it is wrong.

    Nothing opens where no token was made (``kept`` is empty).
    """
    scheme, _, token = authorization.partition(" ")
    good = hmac.compare_digest(hash_of(token[:MOST]), kept)
    return good and scheme.lower() == "bearer" and bool(kept)
