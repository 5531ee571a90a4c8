"""V3 refund, refund query, trade bill and certificates (wechat.md §3, §4)."""

import gzip
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from cryptography import x509

from app.core.channel import Channel
from app.sim.bank import Bank
from app.sim.bills import Line, Readiness, lines, of_shop, readiness
from app.sim.book import Refund, RefundState
from app.sim.exchange import NOT_FOUND, OK, Reply, Request
from app.sim.faults import Fired
from app.sim.links import Links
from app.sim.refunds import RefundRequest, Repays
from app.sim.rules import day_begins, day_ends
from app.sim.wechat_bill import KINDS, wechat_bill
from app.sim.wechat_v2_after import course_of
from app.sim.wechat_v3.sale import Answer, inner, is_fen, is_number, rfc3339, shop_of
from app.sim.wechat_v3.seal import MerchantV3, Seal, refusal

DOWNLOAD: Final = "/v3/billdownload/file"
LINK_S: Final = 300.0  # wechat.md §4: five minutes; not divided by pace
_REFUSALS: Final[Mapping[Repays, tuple[int, str, str]]] = {
    Repays.DISCORDANT: (400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试"),
    Repays.WRONG_TOTAL: (400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试"),
    Repays.UNKNOWN_ORDER: (404, "RESOURCE_NOT_EXISTS", "订单不存在"),
    Repays.NOT_PAID: (400, "INVALID_REQUEST", "订单未支付"),
    Repays.REVERSED: (400, "INVALID_REQUEST", "订单已撤销"),
    Repays.TOO_MUCH: (400, "INVALID_REQUEST", "累计退款金额大于支付金额"),
    Repays.TOO_OLD: (400, "INVALID_REQUEST", "订单已经超过可退款的最大期限"),
    Repays.TOO_SOON: (429, "FREQUENCY_LIMITED", "同一订单两次退款需间隔1分钟以上"),
    Repays.TOO_MANY: (400, "INVALID_REQUEST", "部分退款次数已达50次"),
    Repays.SHOP_FUNDS: (403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"),
}
_NO_BILL: Final[Mapping[Readiness, tuple[int, str, str]]] = {
    Readiness.NOT_YET: (400, "NO_STATEMENT_EXIST", "账单文件不存在"),
    Readiness.CREATING: (400, "STATEMENT_CREATING", "账单生成中"),
    Readiness.READY: (400, "NO_STATEMENT_EXIST", "账单文件不存在"),
}


class AfterSale:
    """The bank decides; this only speaks."""

    def __init__(self, bank: Bank, merchant: MerchantV3, seal: Seal, links: Links) -> None:
        self._bank = bank
        self._merchant = merchant
        self._seal = seal
        self._links = links

    def refund(self, body: Mapping[str, Any], fired: Fired, now: float) -> Answer | Reply:
        amount = inner(body, "amount")
        number, channel_no = str(body.get("out_trade_no", "")), str(body.get("transaction_id", ""))
        sums_fit = is_fen(amount.get("refund")) and is_fen(amount.get("total")) and amount.get("currency") == "CNY"
        if not sums_fit or not is_number(body.get("out_refund_no"), 64) or not (number or channel_no):
            return refusal(400, "PARAM_ERROR", "参数错误")
        request = RefundRequest(
            Channel.WECHAT,
            number,
            channel_no,
            body["out_refund_no"],
            amount["refund"],
            amount["total"],
            str(body.get("reason", "")),
            on_behalf=shop_of(body),
        )
        outcome, refund = self._bank.refund(request, now, course_of(fired))
        if outcome in _REFUSALS or refund is None:
            return refusal(*_REFUSALS[outcome])
        return self.refund_fields(refund)

    def refund_query(self, out_refund_no: str, who: str, fired: Fired, now: float) -> Answer | Reply:
        self._bank.settle(now)
        refund = self._bank.refunds.find(Channel.WECHAT, out_refund_no)
        hidden = "invisible" in fired and refund is not None and now - refund.asked_at < fired["invisible"].seconds
        if refund is None or hidden or self._bank.known(Channel.WECHAT, refund.out_trade_no).on_behalf != who:
            return refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return self.refund_fields(refund)

    def refund_fields(self, refund: Refund) -> Answer:
        order = self._bank.known(Channel.WECHAT, refund.out_trade_no)
        back, total = refund.amount_fen, order.amount_fen
        answer: Answer = {
            "refund_id": refund.refund_no,
            "out_refund_no": refund.out_refund_no,
            "transaction_id": order.channel_no,
            "out_trade_no": order.out_trade_no,
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": rfc3339(refund.asked_at),
            "status": refund.state.value,
            "funds_account": "UNSETTLED",
            "amount": {
                "total": total,
                "refund": back,
                "payer_total": total,
                "payer_refund": back,
                "settlement_refund": back,
                "settlement_total": total,
                "discount_refund": 0,
                "currency": "CNY",
            },
        }
        if refund.state is RefundState.SUCCESS and refund.done_at is not None:
            answer["success_time"] = rfc3339(refund.done_at)
        return answer

    def bill(self, request: Request, fired: Fired, now: float) -> Answer | Reply:
        asked = {name: values[0] for name, values in parse_qs(request.query).items()}
        day, kind = asked.get("bill_date", ""), asked.get("bill_type", "ALL")
        begin = day_begins(day)
        if begin is None or kind not in KINDS or asked.get("tar_type", "GZIP") != "GZIP":
            return refusal(400, "PARAM_ERROR", "参数错误")
        ready = readiness(day_ends(begin), now, at_once="today" in fired)
        who = shop_of(asked)
        found = of_shop(self._lines(begin, now), who) if ready is Readiness.READY else ()
        if not any(map(KINDS[kind], found)):
            return refusal(*_NO_BILL[ready])
        plain = wechat_bill(found, self._merchant.appid, self._merchant.mchid, kind)
        packed = {"tar_type": "GZIP"} if "tar_type" in asked else {}
        link = self._links.make(f"{request.base}{DOWNLOAD}", now + LINK_S, day=day, kind=kind, shop=who, **packed)
        digest = hashlib.sha1(plain).hexdigest()
        return {"hash_type": "SHA1", "hash_value": digest, "download_url": link}

    def download(self, request: Request, now: float) -> Reply:
        """The file behind a link; unsigned, as there."""
        what = self._links.open(request.query, now)
        begin = day_begins(what["day"]) if what is not None else None
        if what is None or begin is None:
            return NOT_FOUND
        found = of_shop(self._lines(begin, now), what.get("shop", ""))
        plain = wechat_bill(found, self._merchant.appid, self._merchant.mchid, what["kind"])
        if "tar_type" in what:
            return Reply(OK, "application/gzip", gzip.compress(plain, mtime=0))
        return Reply(OK, "text/plain; charset=utf-8", plain)

    def certificates(self) -> Answer:
        merchant = self._merchant
        pem = merchant.platform_cert_pem.encode()
        certificate = x509.load_pem_x509_certificate(pem)
        return {
            "data": [
                {
                    "serial_no": merchant.platform_serial,
                    "effective_time": rfc3339(certificate.not_valid_before_utc.timestamp()),
                    "expire_time": rfc3339(certificate.not_valid_after_utc.timestamp()),
                    "encrypt_certificate": self._seal.sealed(pem, "certificate"),
                }
            ]
        }

    def _lines(self, begin: float, now: float) -> tuple[Line, ...]:
        return lines(self._bank, Channel.WECHAT, begin, day_ends(begin), now)
