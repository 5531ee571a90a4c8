"""V3's signatures and its sealed resources (wechat.md §3.1), written apart from the till's."""

import base64
import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.sim import signing
from app.sim.exchange import OK, Reply, Request

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
PROBE: Final = "WECHATPAY/SIGNTEST/"
SKEW_S: Final = 300.0  # a request further from channel time is refused
JSON: Final = "application/json; charset=utf-8"
_PART: Final = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class MerchantV3:
    """Who we are to WeChat, and the keys of both sides."""

    appid: str
    mchid: str
    api_v3_key: str = field(repr=False)
    merchant_key: RSAPublicKey = field(repr=False)
    merchant_serial: str
    public_key_id: str
    wechat_key: RSAPrivateKey = field(repr=False)
    platform_key: RSAPrivateKey = field(repr=False)
    platform_serial: str
    platform_cert_pem: str = field(repr=False)


def complaint(request: Request, merchant: MerchantV3, now: float) -> Reply | None:
    """What the door has against a request: 400, 401 or 403, unsigned; None where it is signed as it should be."""
    first = next(_complaints(request, merchant, now), None)
    return refusal(*first) if first is not None else None


def _complaints(request: Request, merchant: MerchantV3, now: float) -> Iterator[tuple[int, str, str]]:
    """In the order of the checks; only the first is told, the later ones rely on it."""
    accepts = request.headers.get("accept", "")
    if not request.path.startswith("/v3/billdownload/") and "application/json" not in accepts and "*/*" not in accepts:
        yield 400, "PARAM_ERROR", "Http头Accept缺少application/json"
    if not request.headers.get("user-agent"):
        yield 400, "PARAM_ERROR", "Http头缺少User-Agent"
    if request.method == "POST" and "application/json" not in request.headers.get("content-type", ""):
        yield 400, "PARAM_ERROR", "Http头Content-Type缺少application/json"
    wanted = request.headers.get("wechatpay-serial", "")
    if wanted.startswith("PUB_KEY_ID_") and wanted != merchant.public_key_id:
        yield 400, "PARAM_ERROR", "Wechatpay-Serial与商户的微信支付公钥ID不一致"
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    parts = dict(_PART.findall(rest))
    if scheme != SCHEME or not {"mchid", "nonce_str", "signature", "timestamp", "serial_no"} <= set(parts):
        yield 401, "SIGN_ERROR", "Http头Authorization格式错误"
    if parts["mchid"] != merchant.mchid:
        yield 403, "NO_AUTH", "商户号不存在"
    stamp = parts["timestamp"]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12) or abs(now - int(stamp)) > SKEW_S:
        yield 401, "SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"
    # clients that read it out of the certificate write either case, some without the zeros before it: all are served
    named = parts["serial_no"].upper().zfill(len(merchant.merchant_serial))
    if named != merchant.merchant_serial or not _holds(request, parts, merchant.merchant_key):
        yield 401, "SIGN_ERROR", "错误的签名，验签失败"


def _holds(request: Request, parts: Mapping[str, str], key: RSAPublicKey) -> bool:
    target = f"{request.path}?{request.query}" if request.query else request.path
    head = f"{request.method}\n{target}\n{parts['timestamp']}\n{parts['nonce_str']}\n"
    return signing.rsa_holds(head.encode() + request.body + b"\n", parts["signature"], key, "RSA2")


def refusal(status: int, code: str, says: str) -> Reply:
    """An answer that is no success; it carries no signature."""
    return Reply(status, JSON, _compact({"code": code, "message": says}))


def _compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Seal:
    """Signs as the platform does, with the key the client asked for."""

    def __init__(self, merchant: MerchantV3, chance: random.Random) -> None:
        self._merchant = merchant
        self._chance = chance

    def answer(self, value: Mapping[str, Any], asked: str, now: float) -> Reply:
        """200 with ``value``; ``asked`` is the request's Wechatpay-Serial, "" for the platform certificate's key."""
        body = _compact(value)
        return Reply(OK, JSON, body, self.headers(body, asked, now))

    def signed(self, refusal: Reply, asked: str, now: float) -> Reply:
        """A refusal made behind the door."""
        return replace(refusal, headers=self.headers(refusal.body, asked, now))

    def headers(self, body: bytes, asked: str, now: float) -> tuple[tuple[str, str], ...]:
        """The signature of ``body``, an answer's or a notification's."""
        merchant = self._merchant
        by_public_key = asked == merchant.public_key_id
        key = merchant.wechat_key if by_public_key else merchant.platform_key
        stamp, nonce = f"{now:.0f}", self._token(32)
        sign = signing.rsa_sign(f"{stamp}\n{nonce}\n".encode() + body + b"\n", key, "RSA2")
        return (
            ("Request-ID", f"08{self._token(24).upper()}-0"),
            ("Wechatpay-Timestamp", stamp),
            ("Wechatpay-Nonce", nonce),
            ("Wechatpay-Serial", merchant.public_key_id if by_public_key else merchant.platform_serial),
            ("Wechatpay-Signature", sign),
            ("Wechatpay-Signature-Type", SCHEME),
        )

    def sealed(self, plain: bytes, what: str) -> dict[str, str]:
        """``plain`` under the APIv3 key; ``what`` is the associated data."""
        nonce = self._token(12)
        cipher = AESGCM(self._merchant.api_v3_key.encode())
        text = cipher.encrypt(nonce.encode(), plain, what.encode())
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": what,
            "ciphertext": base64.b64encode(text).decode("ascii"),
        }

    def _token(self, length: int) -> str:
        return f"{self._chance.getrandbits(4 * length):0{length}x}"


def spoilt(reply: Reply, fired: Mapping[str, object]) -> Reply:
    """The signature as the fault script wants it."""
    if "no-signature" in fired:
        kept = tuple(pair for pair in reply.headers if not pair[0].startswith("Wechatpay-"))
        return Reply(reply.status, reply.content_type, reply.body, kept)
    headers = []
    for name, value in reply.headers:
        sign = name == "Wechatpay-Signature"
        if sign and "signtest" in fired:
            headers.append((name, PROBE + value[len(PROBE) :]))
        elif sign and "bad-signature" in fired:
            headers.append((name, ("A" if value[0] != "A" else "B") + value[1:]))
        else:
            headers.append((name, value))
    return Reply(reply.status, reply.content_type, reply.body, tuple(headers))
