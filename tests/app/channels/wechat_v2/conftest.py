"""Signed V2 answers, made beside the till's own code: the tests' writer shares nothing with the room."""

import hashlib
import hmac
from dataclasses import dataclass, field

import pytest

from app.channels.outcome import Reply
from app.channels.wechat_v2.answers import Us
from app.channels.wechat_v2.config import SignType
from app.channels.wechat_v2.sign import Signer
from app.core.channel import Channel

KEY = "192006250b4c09247ec02edce69f6a2d"


@dataclass
class Wechat:
    """The counterparty, and us as it knows us."""

    order: object
    us: Us = field(default_factory=lambda: Us("wx2421b1c4370ec43b", "10000100", Signer(KEY, SignType.HMAC_SHA256)))

    def signed(self, **changes: str | None) -> bytes:
        """A verified answer; a field given as None is left out."""
        fields = {
            "return_code": "SUCCESS",
            "appid": self.us.appid,
            "mch_id": self.us.mch_id,
            "nonce_str": "o5bAKF3o2ypC8hwa",
            "result_code": "SUCCESS",
            **changes,
        }
        fields = {name: value for name, value in fields.items() if value is not None}
        text = "&".join(f"{n}={fields[n]}" for n in sorted(fields) if fields[n]) + f"&key={KEY}"
        sign = hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
        cells = "".join(f"<{n}><![CDATA[{v}]]></{n}>" for n, v in {**fields, "sign": sign}.items())
        return f"<xml>{cells}</xml>".encode()

    def said(self, body: bytes | None = None, status: int = 200, **fields: str | None) -> Reply:
        """An HTTP answer with ``body``, or with the verified ``fields``."""
        return Reply(status, {}, self.signed(**fields) if body is None else body, None)

    @property
    def paid(self) -> dict[str, str]:
        """What a paid order of ours brings along."""
        return {
            "out_trade_no": self.order.out_trade_no,
            "total_fee": str(self.order.amount_fen),
            "fee_type": "CNY",
            "transaction_id": "4200002026112200000000000001",
            "openid": "oUpF8uMEb4qRXf22hE3X68TekukE",
            "time_end": "20261122224001",
        }


@pytest.fixture(scope="session")
def wechat(order_of) -> Wechat:
    return Wechat(order_of(Channel.WECHAT))
