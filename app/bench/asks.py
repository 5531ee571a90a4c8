"""The till's own pay request, taken from the wire and made anew for another order: all but the signature is ready."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol
from urllib.parse import parse_qsl, quote_plus, urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.channels.alipay import sign as alipay_sign
from app.channels.wechat_v2 import sign as wechat_sign
from app.channels.wechat_v2 import wire

PAY: Final = "alipay.trade.pay"
QUERY: Final = "alipay.trade.query"


@dataclass(frozen=True, slots=True)
class Ask:
    """``text`` is what is signed; ``finish`` puts the signature in and gives (target, body)."""

    text: bytes = field(repr=False)
    content_type: str
    finish: Callable[[str], tuple[str, bytes]]
    proof: bytes  # stands in the answer when it was taken


class Dialect(Protocol):
    """One channel's requests as a bare script writes them."""

    mark: bytes  # stands in a pay request and in no other

    def learn(self, wire: bytes) -> None:
        """Take a pay request of the till as the pattern."""
        ...

    def sign(self, text: bytes) -> str: ...

    def asks(self, code: str) -> tuple[Ask, ...]:
        """All requests one sale takes, the pay request first, for an order number of its own."""
        ...


def _order_number() -> str:
    return f"4{secrets.randbelow(10**23):023d}"


def _taken_apart(request: bytes) -> tuple[str, str, bytes]:
    """(target, content type, body) of a whole request."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rest = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return first.split(" ")[1], headers["content-type"], body


class Wechat:
    """Micropay, HMAC-SHA256."""

    mark = b"/pay/micropay"

    def __init__(self, api_key: str) -> None:
        self._key = api_key.encode()
        self._target = self._type = ""
        self._fields: dict[str, str] = {}

    def learn(self, wire_bytes: bytes) -> None:
        self._target, self._type, body = _taken_apart(wire_bytes)
        self._fields = wire.parse(body)
        del self._fields["sign"]

    def sign(self, text: bytes) -> str:
        return hmac.new(self._key, text, hashlib.sha256).hexdigest().upper()

    def asks(self, code: str) -> tuple[Ask, ...]:
        own = {"out_trade_no": _order_number(), "auth_code": code, "nonce_str": secrets.token_hex(16)}
        fields = {**self._fields, **own}
        text = wechat_sign.canonical(fields).encode() + b"&key=" + self._key
        front = wire.write(fields).removesuffix(b"</xml>")

        def finish(signature: str) -> tuple[str, bytes]:
            return self._target, b"%b<sign>%b</sign></xml>" % (front, signature.encode())

        return (Ask(text, self._type, finish, b"transaction_id"),)


class Alipay:
    """trade.pay and the query that proves it (design §7.7), RSA2."""

    mark = b"method=alipay.trade.pay"

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        self._path = self._type = ""
        self._params: dict[str, str] = {}
        self._biz: dict[str, object] = {}

    def learn(self, wire_bytes: bytes) -> None:
        target, self._type, body = _taken_apart(wire_bytes)
        self._path, _, query = target.partition("?")
        self._params = dict(parse_qsl(query))
        del self._params["sign"]
        self._biz = json.loads(dict(parse_qsl(body.decode("ascii")))["biz_content"])

    def sign(self, text: bytes) -> str:
        return base64.b64encode(self._key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()

    def asks(self, code: str) -> tuple[Ask, ...]:
        own = {"out_trade_no": _order_number(), "auth_code": code}
        pay = self._ask(PAY, {**self._biz, **own})
        query = self._ask(QUERY, {"out_trade_no": own["out_trade_no"]})
        return pay, replace(query, proof=b"TRADE_SUCCESS")

    def _ask(self, method: str, biz: dict[str, object] | dict[str, str]) -> Ask:
        content = json.dumps(biz, ensure_ascii=False, separators=(",", ":"))
        params = {**self._params, "method": method}
        front = f"{self._path}?{urlencode(params)}&sign="
        body = urlencode({"biz_content": content}).encode()

        def finish(signature: str) -> tuple[str, bytes]:
            return front + quote_plus(signature), body

        text = alipay_sign.canonical({**params, "biz_content": content}).encode()
        return Ask(text, self._type, finish, b'"10000"')
