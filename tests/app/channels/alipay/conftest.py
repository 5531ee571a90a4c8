"""Signed Alipay answers, made beside the till's own code: the tests' writer shares nothing with the room."""

import base64
import json
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from app.channels.alipay import answers
from app.channels.outcome import Reply
from app.core.channel import Channel


@dataclass
class Ali:
    """The gateway."""

    order: object
    key: object

    def key_for(self, serial):
        return self.key.public_key() if serial is None else None

    def sign(self, raw: bytes) -> str:
        return base64.b64encode(self.key.sign(raw, padding.PKCS1v15(), hashes.SHA256())).decode()

    def signed(self, method="alipay.trade.pay", inner: str | None = None, **fields) -> bytes:
        """A verified answer to ``method``; ``inner`` is the object as text."""
        inner = inner or json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        name = method.replace(".", "_") + "_response"
        return f'{{"{name}":{inner},"sign":"{self.sign(inner.encode())}"}}'.encode()

    def unsigned(self, **fields) -> bytes:
        return json.dumps({"error_response": fields}, ensure_ascii=False).encode()

    def pay(self, body: bytes | None = None, status=200, **fields):
        body = self.signed(**fields) if body is None else body
        return answers.pay_answer(Reply(status, {}, body, None), self.key_for, self.order)

    def query(self, body: bytes | None = None, status=200, **fields):
        body = self.signed("alipay.trade.query", **fields) if body is None else body
        return answers.query_answer(Reply(status, {}, body, None), self.key_for, self.order)

    def cancel(self, body: bytes | None = None, status=200, **fields):
        body = self.signed("alipay.trade.cancel", **fields) if body is None else body
        return answers.cancel_answer(Reply(status, {}, body, None), self.key_for, self.order)

    @property
    def ours(self) -> dict[str, str]:
        """What an answer about our order brings along."""
        return {
            "code": "10000",
            "msg": "Success",
            "out_trade_no": self.order.out_trade_no,
            "total_amount": "12.50",
            "trade_no": "2026112222001432790585537960",
            "buyer_logon_id": "854***@qq.com",
        }


@pytest.fixture(scope="session")
def ali(order_of, rsa_key) -> Ali:
    return Ali(order_of(Channel.ALIPAY), rsa_key)
