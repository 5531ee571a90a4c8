"""V3 codepay, query and reverse over the bank (wechat.md §3.2). A dict is a signed success, a Reply a refusal.

The business errors of codepay are not documented beyond the common ones; 403 is used here for what the payer or the
code cannot do, 400 for what the request got wrong.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.core.channel import Channel
from app.sim.bank import Bank
from app.sim.book import Order, OrderState
from app.sim.exchange import Reply, Request
from app.sim.faults import Fired
from app.sim.outcomes import PayRequest, Pays, Reverses
from app.sim.rules import beijing
from app.sim.wechat_form import openid
from app.sim.wechat_v3.seal import MerchantV3, refusal

Answer = dict[str, Any]
_NUMBER_SIGNS: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-|*")
_STATES: Final[Mapping[OrderState, tuple[str, str]]] = {
    OrderState.NOT_PAID: ("NOTPAY", "订单未支付"),
    OrderState.WAITING: ("USERPAYING", "需要用户输入支付密码"),
    OrderState.FAILED: ("PAYERROR", "支付失败，请撤销订单"),
    OrderState.PAID: ("SUCCESS", "支付成功"),
    OrderState.REVERSED: ("REVOKED", "订单已撤销"),
    OrderState.CLOSED: ("CLOSED", "订单已关闭"),
}
_PAY_REFUSALS: Final[Mapping[Pays, tuple[int, str, str]]] = {
    Pays.NO_FUNDS: (403, "NOT_ENOUGH", "用户账户余额不足"),
    Pays.BAD_CODE: (403, "AUTH_CODE_INVALID", "付款码已过期，每个二维码仅限使用一次，请用户刷新后重试"),
    Pays.NUMBER_PAID: (400, "ORDER_PAID", "订单已支付"),
    Pays.NUMBER_REVERSED: (400, "ORDER_REVERSED", "订单已撤销"),
    Pays.NUMBER_CLOSED: (400, "ORDER_CLOSED", "订单已关闭"),
    Pays.NUMBER_USED: (400, "OUT_TRADE_NO_USED", "商户订单号重复"),
}
_REVERSE_REFUSALS: Final[Mapping[Reverses, tuple[int, str, str]]] = {
    Reverses.UNKNOWN_ORDER: (404, "ORDER_NOT_EXIST", "订单不存在"),
    Reverses.TOO_EARLY: (400, "INVALID_REQUEST", "支付请求15秒内不可撤销，请稍后再调用"),
    Reverses.TYPING: (403, "TRADE_ERROR", "用户正在支付中，不能发起撤销"),
    Reverses.TOO_LATE: (400, "INVALID_REQUEST", "订单已超过可撤销期限，请使用退款"),
    Reverses.SHOP_FUNDS: (403, "NOT_ENOUGH", "商户余额不足"),
    Reverses.REFUNDED: (403, "TRADE_ERROR", "订单已发生退款，不能撤销"),
}


def body_of(request: Request) -> Mapping[str, Any] | None:
    """The JSON object of a request; None for anything else, half a surrogate pair in it included."""
    try:
        value = json.loads(request.body)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def inner(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def is_fen(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**10


def is_number(value: object, longest: int) -> bool:
    """A merchant's number of at most ``longest`` of the signs it may hold."""
    return isinstance(value, str) and 0 < len(value) <= longest and set(value) <= _NUMBER_SIGNS


def shop_of(named: Mapping[str, Any]) -> str:
    """The shop a service provider acts for, "" for our own."""
    return str(named.get("sub_mchid") or "")


class Sale:
    """The bank decides; this only speaks."""

    def __init__(self, bank: Bank, merchant: MerchantV3) -> None:
        self._bank = bank
        self._merchant = merchant

    def pay(self, body: Mapping[str, Any], now: float) -> Answer | Reply:
        wrong = next(self._pay_problems(body), None)
        if wrong is not None:
            return refusal(400, "PARAM_ERROR", wrong)
        code, total = str(inner(body, "payer")["auth_code"]), inner(body, "amount")["total"]
        scene = inner(body, "scene_info")
        request = PayRequest(
            Channel.WECHAT,
            body["out_trade_no"],
            total,
            code,
            fingerprint=self._bank.vault.fingerprint(code, str(total), body["description"]),
            title=body["description"],
            attach=str(body.get("attach", "")),
            terminal=str(scene.get("device_id", "")),
            store=str(inner(scene, "store_info").get("id", "")),
            on_behalf=shop_of(body),
        )
        outcome, order = self._bank.pay(request, now)
        if outcome in _PAY_REFUSALS:
            return refusal(*_PAY_REFUSALS[outcome])
        return self.trade(order)

    def _pay_problems(self, body: Mapping[str, Any]) -> Iterator[str]:
        if not self.is_ours(body):
            yield "appid和mch_id不匹配"
        description, amount = body.get("description"), inner(body, "amount")
        if not isinstance(description, str) or not 0 < len(description.encode()) <= 127:
            yield "description"
        if not is_number(body.get("out_trade_no"), 32):
            yield "out_trade_no"
        if not is_fen(amount.get("total")) or amount.get("currency", "CNY") != "CNY":
            yield "amount"
        code = inner(body, "payer").get("auth_code")
        if not isinstance(code, str) or not (code.isascii() and code.isdigit() and len(code) == 18):
            yield "payer.auth_code"
        if not isinstance(body.get("scene_info"), dict):
            yield "scene_info"

    def is_ours(self, body: Mapping[str, Any]) -> bool:
        return (body.get("appid"), body.get("mchid")) == (self._merchant.appid, self._merchant.mchid)

    def query(self, asked: Mapping[str, str], who: str, fired: Fired, now: float) -> Answer | Reply:
        """By ``transaction_id`` or ``out_trade_no`` of ``asked``."""
        numbers = asked.get("out_trade_no") or "", asked.get("transaction_id") or ""
        order = self._bank.find(Channel.WECHAT, *numbers, now, who)
        hidden = "invisible" in fired and order is not None and now - order.created_at < fired["invisible"].seconds
        if order is None or hidden:
            return refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return self.trade(order)

    def reverse(self, out_trade_no: str, body: Mapping[str, Any], fired: Fired, now: float) -> Answer | Reply:
        if not self.is_ours(body):
            return refusal(400, "PARAM_ERROR", "appid和mch_id不匹配")
        who, tombstone = shop_of(body), "tombstone" in fired
        outcome, _ = self._bank.reverse(Channel.WECHAT, out_trade_no, "", now, tombstone=tombstone, on_behalf=who)
        if outcome in _REVERSE_REFUSALS:
            return refusal(*_REVERSE_REFUSALS[outcome])
        return {"appid": self._merchant.appid, "mchid": self._merchant.mchid, "out_trade_no": out_trade_no}

    def trade(self, order: Order) -> Answer:
        """The object that pay, query and notification share."""
        state, says = _STATES[order.state]
        if order.state is OrderState.PAID and order.refunded_fen:
            state, says = "REFUND", "转入退款"
        answer: Answer = {
            "appid": self._merchant.appid,
            "mchid": self._merchant.mchid,
            "out_trade_no": order.out_trade_no,
            "trade_type": "MICROPAY",
            "trade_state": state,
            "trade_state_desc": says,
            "attach": order.attach,
        }
        if order.state is not OrderState.PAID or order.paid_at is None:
            return answer
        fee = order.amount_fen
        return {
            **answer,
            "transaction_id": order.channel_no,
            "bank_type": "OTHERS",
            "success_time": rfc3339(order.paid_at),
            "payer": {"openid": openid(order)},
            "amount": {"total": fee, "payer_total": fee, "currency": "CNY", "payer_currency": "CNY"},
        }


def rfc3339(at: float) -> str:
    return beijing(at).isoformat(timespec="seconds")
