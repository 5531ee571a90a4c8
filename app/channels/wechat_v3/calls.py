"""Where each call goes and what it carries, for a merchant and for a service provider's (``wechat.md`` §3.2).

Provider paths and fields: pay.weixin.qq.com/docs/partner/apis/partner-code-payment-v3/partner (partner-code-pay,
partner-reverse) and pay.weixin.qq.com/doc/v3/partner (4012709253 refund; query, bill by name).
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from app.channels import wording
from app.channels.api import Terminal
from app.channels.wechat_v3 import wire
from app.channels.wechat_v3.answers import Us
from app.core.codes import AuthCode
from app.core.refund_order import RefundOrder
from app.core.sale import Order

DESCRIPTION_CHARS: Final = 40  # String(127) in bytes for some sizes of text: 40 Chinese characters always fit
ATTACH_CHARS: Final = 128
REASON_BYTES: Final = 80
NO_SUCH_NUMBER: Final = "0" * 32  # longer than any order number of ours: the warm-up's question
NO_STORE: Final = "0001"  # a store is required, by its number here (out_id) or at WeChat (id)
CERTIFICATES: Final = "/v3/certificates"


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it is signed; ``target`` is path and query."""

    method: str
    target: str
    body: bytes = field(default=b"", repr=False)


def pay(us: Us, order: Order, code: AuthCode, terminal: Terminal, attach: str) -> Call:
    """codepay; V3 has no field for an expiry, so the channel's own holds."""
    store = wording.ascii_word(terminal.store_id, 32) or NO_STORE
    scene: dict[str, Any] = {
        "device_id": wording.ascii_word(order.terminal or terminal.terminal, 32),
        "device_ip": terminal.device_ip,
        "store_info": {"out_id": store},
    }
    fields: dict[str, Any] = {
        **us.names,
        "description": wording.clean(terminal.shop_name)[:DESCRIPTION_CHARS] or "收款",
        "out_trade_no": order.out_trade_no,
        "attach": attach[:ATTACH_CHARS],
        "payer": {"auth_code": code.reveal()},
        "amount": {"total": order.amount_fen, "currency": "CNY"},
        "scene_info": {name: value for name, value in scene.items() if value},
    }
    body = wire.write({name: value for name, value in fields.items() if value})
    return Call("POST", f"{_transactions(us)}/codepay", body)


def query(us: Us, out_trade_no: str) -> Call:
    return Call("GET", f"{_order(us, out_trade_no)}?{urlencode(us.merchants)}")


def reverse(us: Us, order: Order) -> Call:
    """All ids go along: without sp_appid a provider's reverse is answered SYSTEM_ERROR, whatever the page says."""
    return Call("POST", f"{_order(us, order.out_trade_no)}/reverse", wire.write(us.names))


def refund(us: Us, refund: RefundOrder) -> Call:
    fields: dict[str, Any] = {
        **_sub_merchant(us),
        "transaction_id": refund.channel_no,
        "out_trade_no": "" if refund.channel_no else refund.order.out_trade_no,  # one of the two
        "out_refund_no": refund.out_refund_no,
        "reason": wording.clean(refund.reason).encode()[:REASON_BYTES].decode(errors="ignore"),
        "amount": {"refund": refund.amount_fen, "total": refund.order.amount_fen, "currency": "CNY"},
    }
    return Call("POST", "/v3/refund/domestic/refunds", wire.write({n: value for n, value in fields.items() if value}))


def refund_query(us: Us, refund: RefundOrder) -> Call:
    number = quote(refund.out_refund_no, safe="")
    return Call("GET", f"/v3/refund/domestic/refunds/{number}{_query(_sub_merchant(us))}")


def trade_bill(us: Us, day: str) -> Call:
    """``day``: YYYY-MM-DD."""
    asked = {"bill_date": day, **_sub_merchant(us), "bill_type": "ALL", "tar_type": "GZIP"}
    return Call("GET", f"/v3/bill/tradebill{_query(asked)}")


def certificates() -> Call:
    return Call("GET", CERTIFICATES)


def _transactions(us: Us) -> str:
    return "/v3/pay/partner/transactions" if us.partner else "/v3/pay/transactions"


def _order(us: Us, out_trade_no: str) -> str:
    return f"{_transactions(us)}/out-trade-no/{quote(out_trade_no, safe='')}"


def _sub_merchant(us: Us) -> dict[str, str]:
    return {"sub_mchid": us.partner.sub_mchid} if us.partner else {}


def _query(fields: dict[str, str]) -> str:
    return f"?{urlencode(fields)}" if fields else ""
