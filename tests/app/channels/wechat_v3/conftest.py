"""Signed V3 answers, made beside the till's own code: the tests' writer shares nothing with the room."""

import base64
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.channels.outcome import Reply
from app.channels.wechat_v3.answers import Came, Us
from app.channels.wechat_v3.config import PublicKeyMode, WechatV3
from app.channels.wechat_v3.room import WechatV3Room
from app.channels.wechat_v3.wire import PROBE
from app.core.channel import Channel
from app.core.refund_order import RefundOrder

NOW_MS = 1_795_358_400_000  # as the channels' conftest has it
KEY_ID = "PUB_KEY_ID_0116947288792026071402191500000000"


@dataclass
class Wechat:
    """The counterparty, and us as it knows us."""

    order: object
    key: object
    us: Us = field(default_factory=lambda: Us("1900007291", "wxd678efh567hg6787"))
    now_ms: int = NOW_MS
    serial: str = KEY_ID

    def headers(
        self, body: bytes, *, age_s: int = 0, nonce: str = "c5ac7061fccab6bf3e254dcf98995b8c"
    ) -> dict[str, str]:
        timestamp = str(self.now_ms // 1000 - age_s)
        signed = b"\n".join([timestamp.encode(), nonce.encode(), body, b""])
        made = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return {
            "wechatpay-serial": self.serial,
            "wechatpay-timestamp": timestamp,
            "wechatpay-nonce": nonce,
            "wechatpay-signature": base64.b64encode(made).decode(),
            "content-type": "application/json; charset=utf-8",
        }

    @property
    def paid(self) -> dict[str, object]:
        """A paid order of ours."""
        return {
            "appid": self.us.appid,
            "mchid": self.us.mchid,
            "out_trade_no": self.order.out_trade_no,
            "transaction_id": "4200002026112200000000000001",
            "trade_type": "MICROPAY",
            "bank_type": "OTHERS",
            "success_time": "2026-11-22T22:40:01+08:00",
            "trade_state": "SUCCESS",
            "trade_state_desc": "支付成功",
            "payer": {"openid": "oUpF8uMEb4qRXf22hE3X68TekukE"},
            "amount": {"total": self.order.amount_fen, "payer_total": 1250, "currency": "CNY", "payer_currency": "CNY"},
        }

    def order_says(self, **changes: object) -> dict[str, object]:
        """The order's object with ``changes``; a field given as None is left out."""
        return {n: v for n, v in {**self.paid, **changes}.items() if v is not None}

    def body(self, fields: object) -> bytes:
        return json.dumps(fields, ensure_ascii=False).encode()

    def reply(self, fields: object, status: int = 200, *, signed: bool = True, age_s: int = 0, **headers: str) -> Reply:
        """``fields`` may be bytes, which go out as they are."""
        body = fields if isinstance(fields, bytes) else self.body(fields)
        made = self.headers(body, age_s=age_s) if signed else {"content-type": "application/json; charset=utf-8"}
        return Reply(status, {**made, **{n.replace("_", "-"): v for n, v in headers.items()}}, body, self.now_ms)

    def refused(self, status: int, code: str, message: str = "", *, signed: bool = True, number: str = "") -> Reply:
        extra = {"request_id": f"08F9B6FCB00610C10218ECEE97AE0520-{number}"} if number else {}
        return self.reply({"code": code, "message": message}, status, signed=signed, **extra)

    def key_for(self, serial: str):
        return self.key.public_key() if serial == self.serial else None

    def came(self, outcome) -> Came:
        return Came(outcome, self.now_ms, self.key_for)

    @property
    def refund(self) -> RefundOrder:
        return RefundOrder(
            "702611220001000100010018R1", self.order, "4200002026112200000000000001", 500, 1, "退货", NOW_MS
        )

    @property
    def refund_says(self) -> dict[str, object]:
        return {
            "refund_id": "50000000382019052709732678859",
            "out_refund_no": self.refund.out_refund_no,
            "transaction_id": "4200002026112200000000000001",
            "out_trade_no": self.order.out_trade_no,
            "channel": "ORIGINAL",
            "user_received_account": "招商银行信用卡0403",
            "create_time": "2026-11-22T22:40:01+08:00",
            "status": "SUCCESS",
            "amount": {"total": 1250, "refund": 500, "payer_total": 1250, "payer_refund": 500, "currency": "CNY"},
        }

    def selling_for(self, partner) -> "Wechat":
        """The same counterparty, to a service provider."""
        return replace(self, us=replace(self.us, partner=partner))


@pytest.fixture(scope="session")
def wechat(order_of, rsa_key) -> Wechat:
    return Wechat(order_of(Channel.WECHAT), rsa_key)


API_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"
SERIAL = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"
PARTS = re.compile(r'(\w+)="([^"]*)"')
REASONS = {200: "OK", 204: "No Content", 400: "Bad", 401: "Unauthorized", 403: "Forbidden", 404: "None", 500: "Error"}


@pytest.fixture(scope="module")
def merchant_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def platform_keys():
    return [rsa.generate_private_key(65537, 2048) for _ in range(2)]


class Counterparty:
    """WeChat as far as these tests need it: ``says`` maps (method, path) to (status, fields or bytes)."""

    def __init__(self, wechat, merchant_key, world):
        self.wechat = wechat
        self.merchant_key = merchant_key
        self.world = world
        self.says = {}
        self.signer = (wechat.key, wechat.serial)
        self.lists = []
        self.probe = False

    async def __call__(self, asked, _writer):
        self.check(asked)
        path = asked.target.partition("?")[0]
        if path == "/v3/certificates":
            entries, signer = self.lists.pop(0) if self.lists else ([], self.signer)
            return self.written(200, {"data": entries}, signer)
        status, said = self.says[asked.method, path]
        return self.written(status, said, self.signer)

    def check(self, asked):
        scheme, _, rest = asked.headers["authorization"].partition(" ")
        assert scheme == "WECHATPAY2-SHA256-RSA2048"
        parts = dict(PARTS.findall(rest))
        assert (parts["mchid"], parts["serial_no"]) == (self.wechat.us.mchid, SERIAL)
        assert parts["timestamp"] == str(self.wechat.now_ms // 1000)
        head = f"{asked.method}\n{asked.target}\n{parts['timestamp']}\n{parts['nonce_str']}\n".encode()
        signature = base64.b64decode(parts["signature"])
        public = self.merchant_key.public_key()
        public.verify(signature, head + asked.body + b"\n", padding.PKCS1v15(), hashes.SHA256())
        assert asked.headers["accept"] == "application/json"
        assert asked.headers["user-agent"]
        assert asked.headers.get("content-type") == ("application/json" if asked.body else None)

    def written(self, status, said, signer):
        body = said if isinstance(said, bytes) else self.wechat.body(said)
        key, serial = signer
        headers = replace(self.wechat, key=key, serial=serial).headers(body)
        if self.probe:
            headers["wechatpay-signature"] = PROBE + headers["wechatpay-signature"]
        made = {n.replace("-", "_"): v for n, v in headers.items()}
        return self.world.http(body, f"{status} {REASONS[status]}", **made)


@pytest.fixture
def counterparty(wechat, merchant_key, world):
    return Counterparty(wechat, merchant_key, world)


@pytest.fixture
def config(wechat, merchant_key, world):
    def make(url, **changes):
        public = wechat.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        values = {
            "base_url": url,
            "mchid": wechat.us.mchid,
            "appid": wechat.us.appid,
            "serial_no": SERIAL,
            "private_key_pem": world.hidden(world.pem(merchant_key)),
            "api_v3_key": world.hidden(API_KEY),
            "trust": PublicKeyMode(wechat.serial, public.decode()),
            "ca_pem": world.authority.pem,
        }
        return WechatV3(**{**values, **changes})

    return make


@pytest.fixture
def room(counterparty, config, world):
    """``async with room(**changes) as (room, loopback)``."""

    @asynccontextmanager
    async def opened(**changes):
        async with world.serve(counterparty) as loopback:
            opened = WechatV3Room(config(loopback.url, **changes), *world.kit.rest)
            yield opened, loopback
            await opened.aclose()

    return opened
