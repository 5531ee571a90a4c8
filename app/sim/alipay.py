"""Alipay's gateway from the counterparty's side: trade.pay, query, cancel (alipay.md §1-5, §10); the rest is AfterSale.

Parameters may come in the query, in the form body, or split between them. app_id is looked at before the signature;
refusals of the gateway itself are an unsigned ``error_response``. Every other answer is compact JSON signed over the
raw inner object, in certificate mode (the request carried ``app_cert_sn``) with ``alipay_cert_sn`` beside it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from app.core.channel import Channel
from app.sim import signing
from app.sim.alipay_after import DOWNLOAD, AfterSale, Answer
from app.sim.alipay_after import buyer as _buyer
from app.sim.alipay_after import error as _error
from app.sim.alipay_canned import canned_answer
from app.sim.alipay_form import (
    CHARSETS,
    TIMESTAMP,
    biz_content,
    charset_of,
    expiry_s,
    parse,
    pay_problem,
    to_fen,
    to_yuan,
)
from app.sim.bank import Bank
from app.sim.book import Order, OrderState
from app.sim.exchange import NOT_FOUND, OK, Heard, Reply, Request
from app.sim.faults import Call, Fired
from app.sim.links import Links
from app.sim.outcomes import PayRequest, Pays, Reverses
from app.sim.rules import beijing

CHANNEL: Final = Channel.ALIPAY
PATH: Final = "/gateway.do"
METHODS: Final[Mapping[str, Call]] = {
    "alipay.trade.pay": Call.PAY,
    "alipay.trade.query": Call.QUERY,
    "alipay.trade.cancel": Call.REVERSE,
    "alipay.trade.refund": Call.REFUND,
    "alipay.trade.fastpay.refund.query": Call.REFUND_QUERY,
    "alipay.trade.close": Call.CLOSE,
    "alipay.data.dataservice.bill.downloadurl.query": Call.BILL,
}

_STATES: Final[Mapping[OrderState, str]] = {
    OrderState.NOT_PAID: "WAIT_BUYER_PAY",
    OrderState.WAITING: "WAIT_BUYER_PAY",
    OrderState.FAILED: "TRADE_CLOSED",
    OrderState.PAID: "TRADE_SUCCESS",
    OrderState.REVERSED: "TRADE_CLOSED",
    OrderState.CLOSED: "TRADE_CLOSED",
}
_PAY_REFUSALS: Final[Mapping[Pays, tuple[str, str]]] = {
    Pays.NO_FUNDS: ("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
    Pays.BAD_CODE: (
        "ACQ.PAYMENT_AUTH_CODE_INVALID",
        "支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款，如再次收款失败，请联系管理员处理。[SOUNDWAVE_PARSER_FAIL]",
    ),
    Pays.NUMBER_PAID: ("ACQ.TRADE_HAS_SUCCESS", "交易已被支付"),
    Pays.NUMBER_REVERSED: ("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    Pays.NUMBER_CLOSED: ("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    Pays.NUMBER_USED: ("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"),
}
_CANCEL_REFUSALS: Final[Mapping[Reverses, tuple[str, str, str]]] = {
    Reverses.TOO_EARLY: ("ACQ.SYSTEM_ERROR", "系统错误", "Y"),
    Reverses.TYPING: ("ACQ.SYSTEM_ERROR", "系统错误", "Y"),
    Reverses.TOO_LATE: ("ACQ.TRADE_CANCEL_TIME_OUT", "超过撤销时间范围", "N"),
    Reverses.SHOP_FUNDS: ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "商户的支付宝账户中无足够的资金进行撤销", "N"),
    Reverses.REFUNDED: ("ACQ.REASON_TRADE_REFUND_FEE_ERR", "该交易已发生退款，不能撤销", "N"),
}


@dataclass(frozen=True, slots=True)
class Partner:
    """Who we are to Alipay; serial numbers as certificate mode sends them."""

    app_id: str
    app_key: RSAPublicKey = field(repr=False)
    alipay_key: RSAPrivateKey = field(repr=False)
    app_cert_sn: str
    alipay_cert_sn: str
    alipay_root_cert_sn: str


class Alipay:
    """Reads and answers gateway requests; the bank decides. No I/O."""

    def __init__(self, bank: Bank, partner: Partner, pace: float, links: Links) -> None:
        self._bank = bank
        self._after = AfterSale(bank, pid_of(partner.app_id), links)
        self._partner = partner
        self._pace = pace

    def read(self, request: Request) -> Heard:
        """Parse, and check app_id, method and signature in the gateway's order."""
        if request.path == DOWNLOAD:
            return Heard(Call.DOWNLOAD, request=request)
        if request.path != PATH:
            return Heard(None, refusal=NOT_FOUND)
        fields = parse(request)
        call = METHODS.get(fields.get("method", ""))
        return Heard(call, fields, self._door(fields, call), request)

    def _door(self, fields: Mapping[str, str], call: Call | None) -> Reply | None:
        complaint = next(self._complaints(fields, call), None)
        return _gateway_error(*complaint) if complaint is not None else None

    def _complaints(self, fields: Mapping[str, str], call: Call | None) -> Iterator[tuple[str, str]]:
        """What the gateway has against the request, in its order of checks; only the first is told."""
        if fields.get("app_id") != self._partner.app_id:
            yield "isv.invalid-app-id", "无效的AppID参数"
        if call is None:
            yield "isv.invalid-method", "不存在的方法名"
        sign_type = fields.get("sign_type", "")
        if sign_type not in signing.RSA_SIGN_TYPES:
            yield "isv.invalid-signature-type", "无效签名类型"
        if fields.get("charset", "utf-8").lower() not in CHARSETS:
            yield "isv.invalid-charset", "字符集错误"
        certified = self._partner.app_cert_sn, self._partner.alipay_root_cert_sn
        if "app_cert_sn" in fields and (fields["app_cert_sn"], fields.get("alipay_root_cert_sn")) != certified:
            yield "isv.app-cert-not-exist", "应用公钥证书序列号不匹配"
        content = signing.joined(fields).encode(charset_of(fields), "replace")
        if not signing.rsa_holds(content, fields.get("sign", ""), self._partner.app_key, sign_type):
            yield "isv.invalid-signature", "验签出错，请确认参数按charset编码且charset放在URL查询字符串中"
        if not TIMESTAMP.fullmatch(fields.get("timestamp", "")):
            yield "isv.invalid-timestamp", "非法的时间戳参数"

    def act(self, heard: Heard, fired: Fired, now: float) -> Reply:
        """Let the bank do it and say so, signed; faults of the counterparty's own making are told here."""
        if heard.refusal is not None or heard.call is None:
            return heard.refusal or NOT_FOUND
        if heard.call is Call.DOWNLOAD:
            return self._after.download(heard.request, now)
        biz = biz_content(heard.fields)
        if biz is None:
            return self._reply(heard.fields, _error("40004", "ACQ.INVALID_PARAMETER", "参数无效"), fired)
        canned = canned_answer(heard.call, fired, biz)
        if canned is not None and not canned[1]:
            return self._reply(heard.fields, canned[0], fired)
        answer = self._answer(heard, biz, fired, now)
        return self._reply(heard.fields, canned[0] if canned is not None else answer, fired)

    def _answer(self, heard: Heard, biz: Mapping[str, str], fired: Fired, now: float) -> Answer:
        who = shop_of(heard.fields)
        match heard.call:
            case Call.PAY:
                answer = self._pay(biz, who, now)
                if "rollback" in fired:
                    self._bank.roll_back(CHANNEL, biz.get("out_trade_no", ""), now)
            case Call.QUERY:
                answer = self._query(biz, who, fired, now)
            case Call.REVERSE:
                answer = self._cancel(biz, who, fired, now)
            case Call.REFUND:
                answer = self._after.refund(biz, who, fired, now)
            case Call.REFUND_QUERY:
                answer = self._after.refund_query(biz, who, fired, now)
            case Call.CLOSE:
                answer = self._after.close(biz, who, now)
            case _:
                answer = self._after.bill_link(biz, heard, who, fired, now)
        return answer

    def _pay(self, biz: Mapping[str, str], who: str, now: float) -> Answer:
        amount_fen, problem = to_fen(biz.get("total_amount", "")), pay_problem(biz)
        if problem or amount_fen is None:
            return _error("40004", "ACQ.INVALID_PARAMETER", f"参数无效：{problem or 'total_amount'}")
        code, expiry = biz["auth_code"], expiry_s(biz.get("timeout_express", ""))
        request = PayRequest(
            CHANNEL,
            biz["out_trade_no"],
            amount_fen,
            code,
            fingerprint=self._bank.vault.fingerprint(code, str(amount_fen), biz["subject"]),
            expires_at=None if expiry is None else now + expiry / self._pace,
            title=biz["subject"],
            terminal=biz.get("terminal_id", ""),
            store=biz.get("store_id", ""),
            on_behalf=who,
        )
        outcome, order = self._bank.pay(request, now)
        if outcome is Pays.PAID:
            return {"code": "10000", "msg": "Success", **_paid_fields(order)}
        if outcome is Pays.WAITING:
            waiting = {"code": "10003", "msg": " order success pay inprocess"}
            return {**waiting, **_buyer(order), "out_trade_no": order.out_trade_no, "trade_no": order.channel_no}
        return _error("40004", *_PAY_REFUSALS[outcome])

    def _query(self, biz: Mapping[str, str], who: str, fired: Fired, now: float) -> Answer:
        number, trade_no = biz.get("out_trade_no", ""), biz.get("trade_no", "")
        if not number and not trade_no:
            return _error("40004", "ACQ.INVALID_PARAMETER", "参数无效：out_trade_no和trade_no不能同时为空")
        order = self._bank.find(CHANNEL, number, trade_no, now, who)
        hidden = "invisible" in fired and order is not None and now - order.created_at < fired["invisible"].seconds
        if order is None or hidden:
            return _error("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
        answer = {"code": "10000", "msg": "Success", "trade_status": _state(order)}
        if order.paid_at is None:
            total = {"total_amount": to_yuan(order.amount_fen), "receipt_amount": "0.00", "buyer_pay_amount": "0.00"}
            total = total if order.amount_fen else {}  # of a number that was cancelled before it came, none is known
            return {
                **answer,
                **_buyer(order),
                **total,
                "out_trade_no": order.out_trade_no,
                "trade_no": order.channel_no,
            }
        paid = _paid_fields(order)
        paid_on = paid.pop("gmt_payment")
        return {**answer, **paid, "send_pay_date": paid_on}

    def _cancel(self, biz: Mapping[str, str], who: str, fired: Fired, now: float) -> Answer:
        number, trade_no = biz.get("out_trade_no", ""), biz.get("trade_no", "")
        if not number and not trade_no:
            return {**_error("40004", "ACQ.INVALID_PARAMETER", "参数无效"), "retry_flag": "N"}
        tombstone = "tombstone" in fired
        outcome, order = self._bank.reverse(CHANNEL, number, trade_no, now, tombstone=tombstone, on_behalf=who)
        if outcome in _CANCEL_REFUSALS:
            code, says, retry = _CANCEL_REFUSALS[outcome]
            return {**_error("40004", code, says), "retry_flag": retry}
        answer = {"code": "10000", "msg": "Success", "out_trade_no": number, "retry_flag": "N"}
        if order is None:
            return answer
        action = "refund" if outcome is Reverses.GAVE_BACK else "close"
        return {**answer, "out_trade_no": order.out_trade_no, "trade_no": order.channel_no, "action": action}

    def _reply(self, asked: Mapping[str, str], answer: Answer, fired: Fired) -> Reply:
        if "wrong-amount" in fired:
            sums = {"total_amount", "refund_fee", "refund_amount"} & set(answer)
            answer = answer | {name: to_yuan((to_fen(answer[name]) or 0) + 1) for name in sums}
        if "foreign-order" in fired:
            numbers = {name: answer[name] for name in ("out_trade_no", "out_request_no") if answer.get(name)}
            answer = answer | {name: text[:-1] + ("1" if text[-1] != "1" else "2") for name, text in numbers.items()}
        inner = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        charset = charset_of(asked)
        sign_type = asked["sign_type"]
        sign = signing.rsa_sign(inner.encode(charset, "replace"), self._partner.alipay_key, sign_type)
        if "bad-signature" in fired:
            sign = ("A" if sign[0] != "A" else "B") + sign[1:]
        certificate = f',"alipay_cert_sn":"{self._partner.alipay_cert_sn}"' if "app_cert_sn" in asked else ""
        node = asked["method"].replace(".", "_") + "_response"
        signed = "" if "no-signature" in fired else f',"sign":"{sign}"'
        text = f'{{"{node}":{inner}{certificate}{signed}}}'
        return Reply(OK, f"text/html;charset={charset}", text.encode(charset, "replace"))


def _gateway_error(sub_code: str, says: str) -> Reply:
    answer = {"error_response": {"code": "40002", "msg": "Invalid Arguments", "sub_code": sub_code, "sub_msg": says}}
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(OK, "text/html;charset=utf-8", body)


def shop_of(fields: Mapping[str, str]) -> str:
    """The shop a service provider acts for: a digest of its app_auth_token, which is kept nowhere; "" without one."""
    token = fields.get("app_auth_token", "")
    return hashlib.sha256(token.encode()).hexdigest()[:16] if token else ""


def pid_of(app_id: str) -> str:
    """The shop's account number, made from its app_id."""
    return f"2088{app_id[-12:]}"


def _state(order: Order) -> str:
    """A sale that was given back whole is closed, one given back in part is not."""
    return "TRADE_CLOSED" if order.paid_fen and not order.net_fen else _STATES[order.state]


def _paid_fields(order: Order) -> Answer:
    total = to_yuan(order.amount_fen)
    return {
        **_buyer(order),
        "buyer_pay_amount": total,
        "fund_bill_list": [{"amount": total, "fund_channel": "ALIPAYACCOUNT"}],
        "gmt_payment": beijing(order.paid_at or order.created_at).strftime("%Y-%m-%d %H:%M:%S"),
        "invoice_amount": total,
        "out_trade_no": order.out_trade_no,
        "point_amount": "0.00",
        "receipt_amount": total,
        "total_amount": total,
        "trade_no": order.channel_no,
    }
