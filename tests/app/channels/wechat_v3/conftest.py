"""Signed V3 answers, made beside the till's own code: the tests' writer shares nothing with the room."""

import base64
import json
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from app.channels.outcome import Reply
from app.channels.wechat_v3.answers import Came, Us
from app.core.channel import Channel
from app.core.refund_order import RefundOrder

NOW_MS = 1_795_358_400_000  # as the channels' conftest has it
KEY_ID = "PUB_KEY_ID_0116947288792026071402191500000000"


@dataclass
class WechatV3:
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

    def selling_for(self, partner) -> "WechatV3":
        """The same counterparty, to a service provider."""
        return replace(self, us=replace(self.us, partner=partner))


@pytest.fixture(scope="session")
def wechat(order_of, rsa_key) -> WechatV3:
    return WechatV3(order_of(Channel.WECHAT), rsa_key)
