"""Pay, reverse, void, refund and query over the bank (unionpay.md §3): respCode and what goes with it.

The first answer to a payment only accepts it; the outcome is told by the query. Where the documents name no code the
one whose text fits is used: an unknown code 88, a used or old one 86, a void after 23:00 39, a reversed sale 46.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from app.core.channel import Channel
from app.sim.bank import Bank
from app.sim.book import Order, OrderState, Refund, RefundState
from app.sim.faults import Fired
from app.sim.outcomes import PayRequest, Pays, Reverses
from app.sim.refunds import RefundRequest, Repays
from app.sim.rules import beijing, settlement_ends
from app.sim.unionpay.files import masked, settlement_day
from app.sim.wechat_form import to_time
from app.sim.wechat_v2_after import course_of

Fields = Mapping[str, str]
UP: Final = Channel.UNIONPAY
CURRENT_S: Final = 900.0  # txnTime must be current: within minutes (unionpay.md §7)
_NUMBER: Final = re.compile(r"[0-9A-Za-z]{8,40}", re.ASCII)
_CODE: Final = re.compile(r"\d{1,20}", re.ASCII)
_SUM: Final = re.compile(r"[1-9]\d{0,11}", re.ASCII)
SAYS: Final[Mapping[str, str]] = {
    "00": "成功[0000000]",
    "01": "交易失败，详情请咨询95516[7000001]",
    "03": "交易通讯超时，请发起查询交易[7000003]",
    "04": "交易状态未明，请查询对账结果[7000004]",
    "05": "交易已受理，请稍后查询交易结果[7000005]",
    "10": "报文格式错误[6100030]",
    "11": "验证签名失败[6100011]",
    "12": "重复交易[7000012]",
    "13": "报文交易要素缺失[6100013]",
    "31": "商户状态不正确[7000031]",
    "34": "查无此交易[2600000]",
    "35": "原交易不存在或状态不正确[7000035]",
    "36": "与原交易信息不符[7000036]",
    "38": "风险受限[7000038]",
    "39": "交易不在受理时间范围内[7000039]",
    "45": "原交易已被成功退货或已被成功撤销[7000045]",
    "46": "交易已被冲正[7000046]",
    "64": "卡上的余额不足[7000064]",
    "69": "交易超时[7000069]",
    "86": "二维码状态错误[7000086]",
    "88": "无此二维码[7000088]",
    "98": "文件不存在[7000098]",
}
_FAILED: Final[Mapping[str, str]] = {"funds": "64", "refused": "01", "expired": "69"}
_REVERSES: Final[Mapping[Reverses, str]] = {
    Reverses.UNKNOWN_ORDER: "35",
    Reverses.TOO_LATE: "39",
    Reverses.SHOP_FUNDS: "01",
    Reverses.REFUNDED: "45",
}
_REPAYS: Final[Mapping[Repays, str]] = {
    Repays.TAKEN: "00",
    Repays.REPEATED: "12",
    Repays.DISCORDANT: "12",
    Repays.UNKNOWN_ORDER: "35",
    Repays.NOT_PAID: "35",
    Repays.REVERSED: "46",
    Repays.TOO_MUCH: "36",
    Repays.TOO_OLD: "39",
    Repays.SHOP_FUNDS: "01",
}


class Trades:
    """Each method gives respCode and further fields of the answer."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def pay(self, asked: Fields, now: float) -> tuple[str, dict[str, str]]:
        wrong = next(self._problems(asked, ("txnAmt", "currencyCode", "qrNo", "backUrl"), now), None)
        if wrong is not None:
            return wrong, {}
        code = self._bank.vault.code(asked["qrNo"])
        request = PayRequest(
            UP,
            asked["orderId"],
            int(asked["txnAmt"]),
            asked["qrNo"],
            fingerprint=self._bank.vault.fingerprint(asked["qrNo"], asked["txnAmt"], asked["txnTime"]),
            title=asked.get("orderDesc", ""),
            attach=asked.get("reqReserved", ""),
            terminal=asked.get("termId", ""),
            txn_time=asked["txnTime"],
        )
        outcome, order = self._bank.pay(request, now)
        if outcome is Pays.BAD_CODE:
            return ("86" if code is not None and code.channel is UP else "88"), {}
        if outcome is not Pays.WAITING:
            return "12", {}
        return "00", {"queryId": order.channel_no}

    def reverse(self, asked: Fields, fired: Fired, now: float) -> tuple[str, dict[str, str]]:
        order = self._order(asked.get("orderId", ""), asked.get("txnTime", ""), now)
        if order is None and "tombstone" not in fired:
            return "35", {}
        if order is not None and order.state is OrderState.REVERSED:
            return "46", {}
        tombstone = "tombstone" in fired
        outcome, _ = self._bank.reverse(UP, asked.get("orderId", ""), "", now, tombstone=tombstone)
        return _REVERSES.get(outcome, "00"), {}

    def give_back(self, asked: Fields, fired: Fired, now: float, *, void: bool) -> tuple[str, dict[str, str]]:
        wrong = next(self._problems(asked, ("txnAmt", "backUrl"), now), None)
        if wrong is not None:
            return wrong, {}
        order = self._original(asked, now)
        if order is not None and void and order.state is OrderState.PAID:
            against = {
                "45": order.refunded_fen > 0,
                "36": int(asked["txnAmt"]) != order.amount_fen,
                "39": now >= settlement_ends(order.created_at),
            }
            refused = next((code for code, holds in against.items() if holds), None)
            if refused is not None:
                return refused, {}
        if order is not None and order.state is OrderState.PAID and not order.net_fen:
            return "45", {}
        request = RefundRequest(
            UP,
            order.out_trade_no if order is not None else "",
            "",
            asked["orderId"],
            int(asked["txnAmt"]),
            reason=asked.get("reqReserved", ""),
            txn_time=asked["txnTime"],
            void=void,
        )
        outcome, refund = self._bank.refund(request, now, course_of(fired))
        code = _REPAYS[outcome]
        return code, {"queryId": refund.refund_no} if refund is not None and code == "00" else {}

    def query(self, asked: Fields, fired: Fired, now: float) -> tuple[str, dict[str, str]]:
        number, txn_time = asked.get("orderId", ""), asked.get("txnTime", "")
        order, refund = self._order(number, txn_time, now), self._refund(number, txn_time)
        made_at = order.created_at if order is not None else refund.asked_at if refund is not None else now
        if "invisible" in fired and now - made_at < fired["invisible"].seconds:
            return "34", {}
        if order is not None:
            return "00", self.order_fields(order)
        if refund is not None:
            return "00", self.refund_fields(refund, now)
        return "34", {}

    def order_fields(self, order: Order) -> dict[str, str]:
        """What a query (with orig... fields) and a notification tell of a payment."""
        match order.state:
            case OrderState.PAID:
                code = "00"
            case OrderState.WAITING:
                code = "05"
            case OrderState.REVERSED:
                code = "46"
            case _:
                code = _FAILED.get(order.why, "01")
        fields = {"origRespCode": code, "origRespMsg": SAYS[code], "queryId": order.channel_no}
        fields |= {"txnAmt": str(order.amount_fen), "currencyCode": "156", "reqReserved": order.attach}
        if order.state is OrderState.PAID:
            fields |= _settled(order.channel_no, order.paid_at or order.created_at, order.amount_fen)
            fields |= {"accNo": masked(order.code_mark), "payType": "0001", "payCardType": "01"}
        return fields

    def refund_fields(self, refund: Refund, now: float) -> dict[str, str]:
        """What a query and a notification tell of a refund or void."""
        code = {RefundState.SUCCESS: "00", RefundState.PROCESSING: "05"}.get(refund.state, "01")
        order = self._bank.known(UP, refund.out_trade_no)
        fields = {"origRespCode": code, "origRespMsg": SAYS[code], "queryId": refund.refund_no}
        fields |= {"txnAmt": str(refund.amount_fen), "currencyCode": "156"}
        fields |= {"origQryId": order.channel_no, "origOrderId": order.out_trade_no, "origTxnTime": order.txn_time}
        if code == "00":
            fields |= _settled(refund.refund_no, refund.done_at or now, refund.amount_fen)
        return fields

    def knows_refund(self, asked: Fields) -> bool:
        return self._refund(asked.get("orderId", ""), asked.get("txnTime", "")) is not None

    def _problems(self, asked: Fields, needed: tuple[str, ...], now: float) -> Iterator[str]:
        if not {"orderId", "txnTime", *needed} <= set(asked):
            yield "13"
        at = to_time(asked["txnTime"])
        shapes = {
            "orderId": _NUMBER.fullmatch(asked["orderId"]),
            "txnTime": at is not None and abs(now - at) <= CURRENT_S,
            "txnAmt": _SUM.fullmatch(asked["txnAmt"]),
            "qrNo": _CODE.fullmatch(asked.get("qrNo", "0")),
            "currencyCode": asked.get("currencyCode", "156") == "156",
        }
        if not all(shapes.values()):
            yield "10"
        number = asked["orderId"]
        if self._bank.find(UP, number, "", now) is not None or self._bank.refunds.find(UP, number) is not None:
            yield "12"

    def _order(self, number: str, txn_time: str, now: float) -> Order | None:
        order = self._bank.find(UP, number, "", now)
        return order if order is not None and order.txn_time == txn_time else None

    def _refund(self, number: str, txn_time: str) -> Refund | None:
        refund = self._bank.refunds.find(UP, number)
        return refund if refund is not None and refund.txn_time == txn_time else None

    def _original(self, asked: Fields, now: float) -> Order | None:
        if asked.get("origQryId"):
            return self._bank.find(UP, "", asked["origQryId"], now)
        return self._order(asked.get("origOrderId", ""), asked.get("origTxnTime", ""), now)


def _settled(query_id: str, at: float, fen: int) -> dict[str, str]:
    return {
        "traceNo": query_id[-6:],
        "traceTime": beijing(at).strftime("%m%d%H%M%S"),
        "settleAmt": str(fen),
        "settleCurrencyCode": "156",
        "settleDate": settlement_day(at),
    }
