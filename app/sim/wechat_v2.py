"""WeChat Pay V2 from the counterparty's side: micropay, orderquery, reverse (wechat.md §2); the rest is AfterSale.

Answers whose return_code is SUCCESS are signed with the request's own sign_type; refusals at the door
(return_code FAIL) carry no signature, as there. ``/secapi/*`` without our client certificate gets the web server's
400 page.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.core.channel import Channel
from app.sim import signing
from app.sim.bank import Bank
from app.sim.book import Order, OrderState
from app.sim.exchange import NOT_FOUND, Heard, Reply, Request
from app.sim.faults import Call, Fired
from app.sim.outcomes import PayRequest, Pays, Reverses
from app.sim.rules import beijing
from app.sim.wechat_form import openid, parse, pay_problem, to_time, to_xml
from app.sim.wechat_v2_after import AfterSale
from app.sim.wechat_v2_after import error as _error
from app.sim.wechat_v2_canned import canned_answer, other

CHANNEL: Final = Channel.WECHAT
PATHS: Final[Mapping[str, Call]] = {
    "/pay/micropay": Call.PAY,
    "/pay/orderquery": Call.QUERY,
    "/secapi/pay/reverse": Call.REVERSE,
    "/secapi/pay/refund": Call.REFUND,
    "/pay/refundquery": Call.REFUND_QUERY,
    "/pay/downloadbill": Call.BILL,
}
_PAST_S: Final = 5.0  # a time_expire this much in the past is a wrong parameter, not a rounded second
_NO_CERTIFICATE: Final = Reply(
    400,
    "text/html",
    b"<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n<body>\r\n"
    b"<center><h1>400 Bad Request</h1></center>\r\n<center>No required SSL certificate was sent</center>\r\n"
    b"</body>\r\n</html>\r\n",
)

_STATES: Final[Mapping[OrderState, tuple[str, str]]] = {
    OrderState.NOT_PAID: ("NOTPAY", "订单未支付"),
    OrderState.WAITING: ("USERPAYING", "需要用户输入支付密码"),
    OrderState.FAILED: ("PAYERROR", "支付失败，请撤销订单"),
    OrderState.PAID: ("SUCCESS", "支付成功"),
    OrderState.REVERSED: ("REVOKED", "订单已撤销"),
    OrderState.CLOSED: ("CLOSED", "订单已关闭"),
}
_PAY_REFUSALS: Final[Mapping[Pays, tuple[str, str]]] = {
    Pays.WAITING: ("USERPAYING", "需要用户输入支付密码"),
    Pays.NO_FUNDS: ("NOTENOUGH", "用户帐号余额不足，请用户充值或更换支付卡后再支付"),
    Pays.BAD_CODE: ("AUTH_CODE_INVALID", "101 付款码已过期，请用户在微信上刷新付款码后重试，每个二维码仅限使用一次"),
    Pays.NUMBER_PAID: ("ORDERPAID", "订单已支付"),
    Pays.NUMBER_REVERSED: ("ORDERREVERSED", "订单已撤销"),
    Pays.NUMBER_CLOSED: ("ORDERCLOSED", "订单已关闭"),
    Pays.NUMBER_USED: ("OUT_TRADE_NO_USED", "商户订单号重复"),
}
_REVERSE_REFUSALS: Final[Mapping[Reverses, tuple[str, str, str]]] = {
    Reverses.TOO_EARLY: ("INVALID_REQUEST", "支付请求15秒内不可撤销，请稍后再调用", "Y"),
    Reverses.TYPING: ("USERPAYING", "用户正在支付中，不能发起撤销", "Y"),
    Reverses.TOO_LATE: ("REVERSE_EXPIRE", "订单已超过可撤销期限，请使用退款", "N"),
    Reverses.SHOP_FUNDS: ("NOTENOUGH", "商户余额不足", "Y"),
    Reverses.REFUNDED: ("TRADE_ERROR", "订单已发生退款，不能撤销", "N"),
}


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who we are to WeChat, and the key both sides sign with."""

    appid: str
    mch_id: str
    api_v2_key: str = field(repr=False)


class WechatV2:
    """Reads and answers V2 requests; the bank decides. No I/O."""

    def __init__(self, bank: Bank, merchant: Merchant, chance: random.Random, code_life: float) -> None:
        self._bank = bank
        self._merchant = merchant
        self._chance = chance
        self._code_life = code_life
        self._after = AfterSale(bank, merchant.appid, merchant.mch_id)

    def read(self, request: Request) -> Heard:
        """Parse, and check merchant, certificate, nonce and signature as the door does."""
        call = PATHS.get(request.path)
        if call is None:
            return Heard(None, refusal=NOT_FOUND)
        if request.path.startswith("/secapi/") and request.certificate != self._merchant.mch_id:
            return Heard(call, refusal=_NO_CERTIFICATE)
        if request.method != "POST":
            return Heard(call, refusal=_fail("请使用post方法"))
        fields = parse(request.body)
        if fields is None:
            return Heard(call, refusal=_fail("XML格式错误"))
        return Heard(call, fields, self._door(fields))

    def _door(self, fields: Mapping[str, str]) -> Reply | None:
        complaint = next(self._complaints(fields), None)
        if complaint is not None:
            return _fail(complaint)
        if fields["appid"] != self._merchant.appid:
            return self._reply(fields, _error("APPID_NOT_EXIST", "APPID不存在"), {})
        if len(fields["nonce_str"]) > 32:
            return self._reply(fields, _error("PARAM_ERROR", "nonce_str长度不能超过32"), {})
        return None

    def _complaints(self, fields: Mapping[str, str]) -> Iterator[str]:
        """What is answered return_code FAIL, unsigned; only the first is told."""
        for name in ("appid", "mch_id", "nonce_str", "sign"):
            if not fields.get(name):
                yield f"缺少参数 {name}"
        if fields["mch_id"] != self._merchant.mch_id:
            yield "商户号mch_id或sub_mch_id不存在"
        sign_type = fields.get("sign_type", signing.MD5)
        if sign_type not in signing.V2_SIGN_TYPES:
            yield "sign_type参数错误"
        if not signing.v2_holds(fields, self._merchant.api_v2_key, sign_type):
            yield "签名错误"

    def act(self, heard: Heard, fired: Fired, now: float) -> Reply:
        """Let the bank do it and say so, signed; faults of the counterparty's own making are told here."""
        if heard.refusal is not None or heard.call is None:
            return heard.refusal or NOT_FOUND
        canned = canned_answer(heard.call, fired, heard.fields)
        if canned is not None and not canned[1]:
            return self._reply(heard.fields, canned[0], fired)
        if heard.call is Call.BILL:
            return self._after.bill(heard.fields, fired, now)
        answer = self._answer(heard.call, heard.fields, fired, now)
        return self._reply(heard.fields, canned[0] if canned is not None else answer, fired)

    def _answer(self, call: Call, fields: Mapping[str, str], fired: Fired, now: float) -> dict[str, str]:
        match call:
            case Call.PAY:
                answer = self._pay(fields, now)
                if "rollback" in fired:
                    self._bank.roll_back(CHANNEL, fields.get("out_trade_no", ""), now)
                return answer
            case Call.QUERY:
                return self._query(fields, fired, now)
            case Call.REVERSE:
                return self._reverse(fields, fired, now)
            case Call.REFUND:
                return self._after.refund(fields, fired, now)
            case _:
                return self._after.refund_query(fields, fired, now)

    def _pay(self, fields: Mapping[str, str], now: float) -> dict[str, str]:
        wrong = pay_problem(fields)
        if wrong:
            return _error(*wrong)
        expires_at = to_time(fields["time_expire"]) if fields.get("time_expire") else None
        if expires_at is not None:
            if expires_at < now - _PAST_S:
                return _error("PARAM_ERROR", "time_expire时间过短")
            expires_at = max(expires_at, now + self._code_life)
        code = fields["auth_code"]
        request = PayRequest(
            CHANNEL,
            fields["out_trade_no"],
            int(fields["total_fee"]),
            code,
            fingerprint=self._bank.vault.fingerprint(code, fields["total_fee"], fields["body"]),
            expires_at=expires_at,
            title=fields["body"],
            attach=fields.get("attach", ""),
            terminal=fields.get("device_info", ""),
            on_behalf=fields.get("sub_mch_id", ""),
        )
        outcome, order = self._bank.pay(request, now)
        if outcome is Pays.PAID:
            return {"result_code": "SUCCESS", **paid_fields(order)}
        return _error(*_PAY_REFUSALS[outcome])

    def _query(self, fields: Mapping[str, str], fired: Fired, now: float) -> dict[str, str]:
        if not _names_order(fields):
            return _error("LACK_PARAMS", "缺少参数")
        number, channel_no = fields.get("out_trade_no", ""), fields.get("transaction_id", "")
        order = self._bank.find(CHANNEL, number, channel_no, now, fields.get("sub_mch_id", ""))
        hidden = "invisible" in fired and order is not None and now - order.created_at < fired["invisible"].seconds
        if order is None or hidden:
            return _error("ORDERNOTEXIST", "此交易订单号不存在")
        state, says = _STATES[order.state]
        answer = {"result_code": "SUCCESS", "trade_state": state, "trade_state_desc": says}
        if order.state is OrderState.PAID:
            if order.refunded_fen:
                answer |= {"trade_state": "REFUND", "trade_state_desc": "转入退款"}
            return {**answer, **paid_fields(order)}
        return {**answer, "out_trade_no": order.out_trade_no, "attach": order.attach}

    def _reverse(self, fields: Mapping[str, str], fired: Fired, now: float) -> dict[str, str]:
        if not _names_order(fields):
            return _error("LACK_PARAMS", "缺少参数")
        number, channel_no = fields.get("out_trade_no", ""), fields.get("transaction_id", "")
        who, tombstone = fields.get("sub_mch_id", ""), "tombstone" in fired
        outcome, _ = self._bank.reverse(CHANNEL, number, channel_no, now, tombstone=tombstone, on_behalf=who)
        if outcome in _REVERSE_REFUSALS:
            code, says, recall = _REVERSE_REFUSALS[outcome]
            return {**_error(code, says), "recall": recall}
        return {"result_code": "SUCCESS", "recall": "N"}

    def _reply(self, asked: Mapping[str, str], answer: Mapping[str, str], fired: Fired) -> Reply:
        fields = {
            "return_code": "SUCCESS",
            "return_msg": "OK",
            "appid": self._merchant.appid,
            "mch_id": self._merchant.mch_id,
            **{name: asked[name] for name in ("sub_appid", "sub_mch_id") if asked.get(name)},  # a provider's shop
            "nonce_str": f"{self._chance.getrandbits(64):016x}",
            **{name: value for name, value in answer.items() if value},
        }
        if "wrong-amount" in fired:
            sums = [name for name in fields if name.startswith(("total_fee", "refund_fee"))]
            fields |= {name: str(int(fields[name]) + 1) for name in sums}
        if "foreign-order" in fired:
            numbers = [name for name in fields if name.startswith(("out_trade_no", "out_refund_no"))]
            fields |= {name: other(fields[name]) for name in numbers}
        fields["sign"] = signing.v2_sign(fields, self._merchant.api_v2_key, asked.get("sign_type", signing.MD5))
        if "bad-signature" in fired:
            fields["sign"] = other(fields["sign"])
        if "no-signature" in fired:
            del fields["sign"]
        return to_xml(fields)


def _fail(says: str) -> Reply:
    return to_xml({"return_code": "FAIL", "return_msg": says})


def _names_order(fields: Mapping[str, str]) -> bool:
    return bool(fields.get("out_trade_no") or fields.get("transaction_id"))


def paid_fields(order: Order) -> dict[str, str]:
    """What is told of a paid order."""
    fee = str(order.amount_fen)
    return {
        "openid": openid(order),
        "is_subscribe": "N",
        "trade_type": "MICROPAY",
        "bank_type": "OTHERS",
        "fee_type": "CNY",
        "total_fee": fee,
        "cash_fee_type": "CNY",
        "cash_fee": fee,
        "transaction_id": order.channel_no,
        "out_trade_no": order.out_trade_no,
        "attach": order.attach,
        "time_end": beijing(order.paid_at or order.created_at).strftime("%Y%m%d%H%M%S"),
    }
