"""V3 requests: which call, signed by whom, what the fault script makes of the answer. No I/O."""

import random
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from app.sim.bank import Bank
from app.sim.exchange import NOT_FOUND, UNHEARD_OF, Heard, Reply, Request
from app.sim.faults import Call, Fired
from app.sim.links import Links
from app.sim.wechat_v3.after import DOWNLOAD, AfterSale
from app.sim.wechat_v3.provider import Provider, as_own, as_provided, provider_of
from app.sim.wechat_v3.sale import Answer, Sale, body_of, shop_of
from app.sim.wechat_v3.seal import MerchantV3, Seal, complaint, refusal, spoilt

PREFIX: Final = "/v3/"
_TRADES: Final = "/v3/pay/(?:partner/)?transactions"
_ROUTES: Final[tuple[tuple[str, re.Pattern[str], Call], ...]] = (
    ("POST", re.compile(rf"{_TRADES}/codepay"), Call.PAY),
    ("GET", re.compile(rf"{_TRADES}/out-trade-no/(?P<out_trade_no>[^/]+)"), Call.QUERY),
    ("GET", re.compile(rf"{_TRADES}/id/(?P<transaction_id>[^/]+)"), Call.QUERY),
    ("POST", re.compile(rf"{_TRADES}/out-trade-no/(?P<out_trade_no>[^/]+)/reverse"), Call.REVERSE),
    ("POST", re.compile(r"/v3/refund/domestic/refunds"), Call.REFUND),
    ("GET", re.compile(r"/v3/refund/domestic/refunds/(?P<out_refund_no>[^/]+)"), Call.REFUND_QUERY),
    ("GET", re.compile(r"/v3/bill/tradebill"), Call.BILL),
    ("GET", re.compile(re.escape(DOWNLOAD)), Call.DOWNLOAD),
    ("GET", re.compile(r"/v3/certificates"), Call.CERTIFICATES),
)
# Printed 403 answers of real calls carry a signature, printed 401 and 500 answers none; `no-signature` takes it away.
_UNSIGNED: Final = frozenset({200, 401, 500})
_SYSTEM_ERROR: Final = refusal(500, "SYSTEM_ERROR", "系统异常，请稍后重试")


class WechatV3:
    """Reads and answers V3 requests; the bank decides."""

    def __init__(self, bank: Bank, merchant: MerchantV3, chance: random.Random, links: Links) -> None:
        self._merchant = merchant
        self.seal = Seal(merchant, chance)
        self.sale = Sale(bank, merchant)
        self.after = AfterSale(bank, merchant, self.seal, links)

    @property
    def public_key_id(self) -> str:
        return self._merchant.public_key_id

    def read(self, request: Request) -> Heard:
        """Which call it is. The signature is checked in ``act``, which knows the time."""
        for method, path, call in _ROUTES:
            match = path.fullmatch(request.path)
            if match is not None and method == request.method:
                return Heard(call, match.groupdict(), request=request)
        return Heard(None, refusal=NOT_FOUND)

    def act(self, heard: Heard, fired: Fired, now: float) -> Reply:
        """Check the door, let the bank do it and say so. What happens behind the door is signed, refusals included."""
        request = heard.request
        refused = complaint(request, self._merchant, now)
        if refused is not None or heard.call is None:
            return refused or NOT_FOUND
        if heard.call is Call.DOWNLOAD:
            return self.after.download(request, now)
        body = body_of(request) if request.method == "POST" else {}
        if body is None:
            return refusal(400, "PARAM_ERROR", "请求体不是JSON对象")
        provider = provider_of(request, body)
        wrong = self._wrong(heard, provider)
        if wrong:
            return refusal(400, "PARAM_ERROR", wrong)
        if provider is not None:
            body = as_own(body, provider)
        canned = _canned(heard, body, fired)
        if canned is not None and not canned[1]:
            return self._signed(canned[0], heard, fired, now)
        answer = self._answer(heard, body, fired, now)
        return self._signed(canned[0] if canned is not None else answer, heard, fired, now)

    def _wrong(self, heard: Heard, provider: Provider | None) -> str:
        """The parameter that names the wrong merchant, "" for none; a body's own are looked at with the rest of it."""
        if provider is not None and not (provider.sub_mchid.isascii() and provider.sub_mchid.isdigit()):
            return "sub_mchid"
        name = "mchid" if provider is None else "sp_mchid"
        asked = heard.request.query.split("&")
        return name if heard.call is Call.QUERY and f"{name}={self._merchant.mchid}" not in asked else ""

    def _answer(self, heard: Heard, body: Mapping[str, Any], fired: Fired, now: float) -> Answer | Reply:
        number, who = heard.fields.get("out_trade_no") or "", shop_of(dict(parse_qsl(heard.request.query)))
        match heard.call:
            case Call.PAY:
                return self.sale.pay(body, now)
            case Call.QUERY:
                return self.sale.query(heard.fields, who, fired, now)
            case Call.REVERSE:
                return self.sale.reverse(number, body, fired, now)
            case Call.REFUND:
                return self.after.refund(body, fired, now)
            case Call.REFUND_QUERY:
                return self.after.refund_query(heard.fields["out_refund_no"], who, fired, now)
            case _:
                is_bill = heard.call is Call.BILL
                return self.after.bill(heard.request, fired, now) if is_bill else self.after.certificates()

    def _signed(self, answer: Answer | Reply, heard: Heard, fired: Fired, now: float) -> Reply:
        skew = fired["clock-skew"].seconds if "clock-skew" in fired else 0.0
        asked = heard.request.headers.get("wechatpay-serial", "")
        if isinstance(answer, Reply):
            return answer if answer.status in _UNSIGNED else spoilt(self.seal.signed(answer, asked, now + skew), fired)
        if "wrong-amount" in fired and "amount" in answer:
            sums = {name: value + 1 if isinstance(value, int) else value for name, value in answer["amount"].items()}
            answer = {**answer, "amount": sums}
        if "foreign-order" in fired:
            numbers = {name: answer[name] for name in ("out_trade_no", "out_refund_no") if name in answer}
            answer |= {name: text[:-1] + ("1" if text[-1] != "1" else "2") for name, text in numbers.items()}
        provider = provider_of(heard.request, body_of(heard.request) or {})
        if provider is not None:
            answer = as_provided(answer, provider)
        return spoilt(self.seal.answer(answer, asked, now + skew), fired)


def _canned(heard: Heard, body: Mapping[str, Any], fired: Fired) -> tuple[Answer | Reply, bool] | None:
    """An answer that does not come from the bank, and whether the bank acts all the same."""
    answers: dict[str, Answer | Reply] = {
        "system-error": _SYSTEM_ERROR,
        "bank-error": refusal(500, "BANK_ERROR", "银行系统异常"),
        "unknown-code": _unheard(heard),
        "recall": _SYSTEM_ERROR,
        "retry-flag": _SYSTEM_ERROR,
        "lie-ok": _lie(heard, body),
        "lie-fail": _SYSTEM_ERROR,
        "user-paying-on-reverse": refusal(403, "TRADE_ERROR", "用户正在支付中，不能发起撤销"),
        "no-balance": refusal(403, "NOT_ENOUGH", "商户余额不足"),
    }
    for name, answer in answers.items():
        if name in fired:
            return answer, fired[name].after or name == "lie-fail"
    return None


def _unheard(heard: Heard) -> Answer | Reply:
    if heard.call is Call.QUERY:
        return {"out_trade_no": heard.fields.get("out_trade_no") or "", "trade_state": UNHEARD_OF}
    return refusal(400, UNHEARD_OF, "文档里没有的错误码")


def _lie(heard: Heard, body: Mapping[str, Any]) -> Answer:
    """A success about nothing that happened."""
    told = {name: body[name] for name in ("appid", "mchid", "out_trade_no", "out_refund_no", "amount") if name in body}
    if heard.call is Call.REVERSE:
        return {**told, "out_trade_no": heard.fields.get("out_trade_no") or ""}
    return {**told, "refund_id": f"50{'0' * 26}", "status": "SUCCESS"}
