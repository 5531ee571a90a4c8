"""WeChat V2 signatures, both ways (``wechat.md`` §2 Signature, source SG)."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.channels.wechat_v2.config import SignType


def canonical(fields: Mapping[str, str]) -> str:
    """Every non-empty field except ``sign``, in ASCII order, as ``k=v&k=v``; fields we do not know count too."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "sign")


@dataclass(frozen=True, slots=True)
class Signer:
    """The merchant's API key and the one method used both for requests and for verifying answers."""

    api_key: str = field(repr=False)
    sign_type: SignType

    def sign(self, fields: Mapping[str, str]) -> str:
        """Upper-case hex: 64 characters with HMAC-SHA256, 32 with MD5."""
        text = f"{canonical(fields)}&key={self.api_key}".encode()
        match self.sign_type:
            case SignType.HMAC_SHA256:
                return hmac.digest(self.api_key.encode(), text, "sha256").hex().upper()
            case SignType.MD5:
                return hashlib.md5(text, usedforsecurity=False).hexdigest().upper()

    def verify(self, fields: Mapping[str, str]) -> bool:
        """True if ``sign`` is exactly ours; compared in constant time."""
        return hmac.compare_digest(self.sign(fields).encode(), fields.get("sign", "").encode())
