"""The keyring of a simulation: stub signatures in most seeds, real RSA in a share; TLS is part of the line."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import blake2b
from typing import Any
from unittest import mock

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels import stopwatch, tls
from app.channels.alipay import sign
from app.channels.alipay.config import Alipay, PublicKeyMode
from app.channels.wechat_v2 import room as wechat_room
from app.channels.wechat_v2.config import WechatV2
from app.secrets.values import Secret

APPID = "wx0123456789abcdef"
MCH_ID = "1600000001"
API_KEY = "0123456789abcdef0123456789abcdef"
APP_ID = "2021000000000001"
MAC_KEY = b"m" * 32
MARK_KEY = b"c" * 32
WECHAT_HOST = "api.mch.weixin.qq.com"


class StubKey:
    """Signs and verifies as an RSA key does, four hundred times as fast; nobody else can, which is all that counts."""

    def __init__(self, owner: str) -> None:
        self._secret = owner.encode()

    def sign(self, content: bytes, *_: object) -> bytes:
        return blake2b(content, key=self._secret, digest_size=64).digest()

    def verify(self, made: bytes, content: bytes, *_: object) -> None:
        if made != self.sign(content):
            raise InvalidSignature


@cache
def _real(owner: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


class Keys:
    """The RSA keys of both sides, by their owner: "app" is ours, "alipay" theirs."""

    def __init__(self, *, real: bool) -> None:
        self._real = real

    def private(self, owner: str) -> Any:
        return _real(owner) if self._real else StubKey(owner)

    def public(self, owner: str) -> Any:
        return _real(owner).public_key() if self._real else StubKey(owner)


class Identity(ssl.SSLContext):
    """What the till shows at the other end; ``certified`` with the merchant's certificate."""

    certified = False


def _show(context: Identity, *_: object) -> None:
    context.certified = True


class Nonces:
    """In place of ``secrets`` in the WeChat room, so that a run repeats to the byte."""

    def __init__(self) -> None:
        self._n = 0

    def token_hex(self, size: int) -> str:
        self._n += 1
        return f"{self._n:0{size * 2}x}"


CONFIGS = (
    WechatV2(
        base_url=f"https://{WECHAT_HOST}",
        appid=APPID,
        mch_id=MCH_ID,
        api_key=Secret(API_KEY),
        client_cert_pem="",
        client_key_pem=Secret(""),
    ),
    Alipay(
        gateway_url="https://openapi.alipay.com/gateway.do",
        app_id=APP_ID,
        app_private_key=Secret(""),
        trust=PublicKeyMode(""),
    ),
)


@contextlib.contextmanager
def in_place(keys: Keys, count: Callable[[], float]) -> Iterator[None]:
    """The shipping code meets these keys, this TLS and this clock instead of the machine's."""
    with contextlib.ExitStack() as undo:
        for where, name, new in (
            (sign, "private_key", lambda _: keys.private("app")),
            (sign, "public_key", lambda _: keys.public("alipay")),
            (tls, "trust", lambda *_: Identity(ssl.PROTOCOL_TLS_CLIENT)),
            (tls, "show_certificate", _show),
            (wechat_room, "secrets", Nonces()),
            (stopwatch, "_read", count),
        ):
            undo.enter_context(mock.patch.object(where, name, new))
        yield
