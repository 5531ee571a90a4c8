"""The keyring of a simulation: stub signatures in most seeds, real RSA in a share; TLS is part of the line.

Keys are values that the shipping code is handed where it reads a key; the code that builds what is signed, encodes the
signature and compares it runs as it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from functools import cache
from hashlib import blake2b
from typing import Any
from unittest import mock

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels import stopwatch, tls
from app.channels.alipay import room as alipay_room
from app.channels.alipay import sign as alipay_sign
from app.channels.alipay.config import Alipay
from app.channels.alipay.config import PublicKeyMode as AlipayKey
from app.channels.unionpay import room as unionpay_room
from app.channels.unionpay.config import Unionpay
from app.channels.unionpay.sign import Signer
from app.channels.wechat_v2 import room as wechat_room
from app.channels.wechat_v2.config import WechatV2
from app.channels.wechat_v3 import sign as v3_sign
from app.channels.wechat_v3 import speaker
from app.channels.wechat_v3.config import PublicKeyMode, WechatV3
from app.core.channel import Channel
from app.secrets.values import Secret
from app.till import engine
from app.till.clock import LONGEST_NAP

APPID = "wx0123456789abcdef"
MCH_ID = "1600000001"
API_KEY = "0123456789abcdef0123456789abcdef"
APP_ID = "2021000000000001"
MER_ID = "777290058110048"
CERT_ID = "1234567890"
MERCHANT_SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
KEY_ID = "PUB_KEY_ID_0116000000012026010100111111"
MAC_KEY = b"m" * 32
MARK_KEY = b"c" * 32
WECHAT_HOST = "api.mch.weixin.qq.com"
ALIPAY_HOST = "openapi.alipay.com"
UNIONPAY_HOST = "gateway.95516.com"
HOSTS = {WECHAT_HOST: Channel.WECHAT, ALIPAY_HOST: Channel.ALIPAY, UNIONPAY_HOST: Channel.UNIONPAY}
UP_CERT = "-----BEGIN CERTIFICATE-----\nQUJDRA==\n-----END CERTIFICATE-----\n"


class StubKey:
    """Signs and verifies as an RSA key does, four hundred times as fast; nobody else can, which is all that counts."""

    def __init__(self, owner: str) -> None:
        self._keyed = blake2b(key=owner.encode(), digest_size=64)

    def sign(self, content: bytes, *_: object) -> bytes:
        made = self._keyed.copy()
        made.update(content)
        return made.digest()

    def verify(self, made: bytes, content: bytes, *_: object) -> None:
        if made != self.sign(content):
            raise InvalidSignature


@cache
def _real(owner: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


class Keys:
    """The keys of both sides, by their owner: "app" is ours, "alipay", "wechat" and "unionpay" theirs."""

    def __init__(self, *, real: bool) -> None:
        self._real = real

    def private(self, owner: str) -> Any:
        return _real(owner) if self._real else StubKey(owner)

    def public(self, owner: str) -> Any:
        return _real(owner).public_key() if self._real else StubKey(owner)


class Chain:
    """In place of UnionPay's chain of certificates: one certificate is theirs, every other is a stranger's."""

    def __init__(self, key: Any) -> None:
        self._key = key
        self._pem = "".join(UP_CERT.split())

    def key_of(self, cert_pem: str, at_ms: int) -> Any:
        return self._key if "".join(cert_pem.split()) == self._pem else None


class Identity:
    """What the till shows at the other end, in place of TLS; ``certified`` with the merchant's certificate."""

    certified = False


def _show(context: Identity, *_: object) -> None:
    context.certified = True


class Nonces:
    """In place of ``secrets`` in the WeChat rooms, so that a run repeats to the byte."""

    def __init__(self) -> None:
        self._n = 0

    def token_hex(self, size: int) -> str:
        self._n += 1
        return f"{self._n:0{size * 2}x}"


_V2 = WechatV2(
    base_url=f"https://{WECHAT_HOST}",
    appid=APPID,
    mch_id=MCH_ID,
    api_key=Secret(API_KEY),
    client_cert_pem="",
    client_key_pem=Secret(""),
)
_V3 = WechatV3(
    base_url=f"https://{WECHAT_HOST}",
    mchid=MCH_ID,
    appid=APPID,
    serial_no=MERCHANT_SERIAL,
    private_key_pem=Secret(""),
    api_v3_key=Secret(API_KEY),
    trust=PublicKeyMode(KEY_ID, ""),
)
_ALIPAY = Alipay(
    gateway_url=f"https://{ALIPAY_HOST}/gateway.do",
    app_id=APP_ID,
    app_private_key=Secret(""),
    trust=AlipayKey(""),
)
_UNIONPAY = Unionpay(
    back_url_base=f"https://{UNIONPAY_HOST}",
    mer_id=MER_ID,
    sign_cert_pem="",
    sign_key_pem=Secret(""),
    root_cert_pem="",
    middle_cert_pem="",
)


def configs(channels: Collection[Channel], *, v3: bool) -> tuple[Any, ...]:
    """What the shop has set up, WeChat by one of its two protocols."""
    known = {Channel.WECHAT: _V3 if v3 else _V2, Channel.ALIPAY: _ALIPAY, Channel.UNIONPAY: _UNIONPAY}
    return tuple(known[channel] for channel in Channel if channel in channels)


ROOMS_WITH_LINES = (wechat_room, speaker, alipay_room, unionpay_room)


@contextlib.contextmanager
def in_place(
    keys: Keys, count: Callable[[], float], line: Any = None, longest_nap: float = LONGEST_NAP
) -> Iterator[None]:
    """The shipping code meets these keys, this TLS and this clock instead of the machine's.

    ``line``: what every room makes its connections with, in place of the shipping client; None leaves that in.
    ``longest_nap``: seconds; the till looks at the time so often lest the computer has slept.
    """
    app = keys.private("app")
    unionpay = keys.public("unionpay")
    with contextlib.ExitStack() as undo:
        for where, name, new in (
            (alipay_sign, "private_key", lambda _: app),
            (alipay_sign, "public_key", lambda _: keys.public("alipay")),
            (v3_sign, "private_key", lambda _: app),
            (v3_sign, "public_key", lambda _: keys.public("wechat")),
            (unionpay_room, "signer", lambda *_: Signer(app, CERT_ID)),
            (unionpay_room, "Trust", lambda *_, **__: Chain(unionpay)),
            (tls, "trust", lambda *_: Identity()),
            (tls, "show_certificate", _show),
            (wechat_room, "secrets", Nonces()),
            (speaker, "secrets", Nonces()),
            (stopwatch, "_read", count),
            (engine, "LONGEST_NAP", longest_nap),
            *((room, "Line", line) for room in ROOMS_WITH_LINES if line is not None),
        ):
            undo.enter_context(mock.patch.object(where, name, new))
        yield
