"""Alipay after the sale: refund, fastpay.refund.query, close, the bill's link and the bill (alipay.md §6, §9)."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.channel import Channel
from app.sim.alipay_bill import alipay_bill
from app.sim.alipay_form import NUMBER, to_fen, to_yuan
from app.sim.bank import Bank
from app.sim.bills import Line, Readiness, lines, readiness
from app.sim.book import Order, OrderState, Refund, RefundState
from app.sim.exchange import NOT_FOUND, OK, Heard, Reply, Request
from app.sim.faults import Fired
from app.sim.links import Links
from app.sim.refunds import RefundRequest, Repays
from app.sim.rules import beijing, day_begins, day_ends
from app.sim.wechat_v2_after import course_of

DOWNLOAD: Final = "/alipay/bill/download"
LINK_S: Final = 30.0  # often quoted, nowhere documented; not divided by pace, a link is followed at once
_AT: Final = "%Y-%m-%d %H:%M:%S"
_REFUSALS: Final[Mapping[Repays, tuple[str, str]]] = {
    Repays.DISCORDANT: ("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致"),
    Repays.WRONG_TOTAL: ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额不符"),
    Repays.UNKNOWN_ORDER: ("ACQ.TRADE_NOT_EXIST", "交易不存在"),
    Repays.NOT_PAID: ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    Repays.REVERSED: ("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    Repays.TOO_MUCH: ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"),
    Repays.TOO_OLD: ("ACQ.TRADE_HAS_FINISHED", "交易已完结"),
    Repays.TOO_SOON: ("ACQ.REFUND_CHARGE_ERROR", "同一笔交易退款过于频繁，请稍后再试"),
    Repays.TOO_MANY: ("ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款"),
    Repays.SHOP_FUNDS: ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
}
_NO_BILL: Final[Mapping[Readiness, tuple[str, str]]] = {
    Readiness.NOT_YET: ("BILL_NOT_EXIST", "账单不存在"),
    Readiness.CREATING: ("BILL_NOT_EXIST", "账单不存在，请稍后再试"),
    Readiness.READY: ("NO_BILL_DATA", "当日无交易"),
}
_INVALID: Final = "ACQ.INVALID_PARAMETER"
Answer = dict[str, Any]


def error(code: str, sub_code: str, says: str) -> Answer:
    msg = {"40004": "Business Failed", "20000": "Service Currently Unavailable"}[code]
    return {"code": code, "msg": msg, "sub_code": sub_code, "sub_msg": says}


def buyer(order: Order) -> Answer:
    return {
        "buyer_logon_id": "138****5620",
        "buyer_user_id": f"2088{int(order.code_mark[:10] or '0', 16) % 10**12:012d}",
    }


class AfterSale:
    """biz_content in, the inner object out; the dialect signs."""

    def __init__(self, bank: Bank, pid: str, links: Links) -> None:
        self._bank = bank
        self._pid = pid
        self._links = links

    def refund(self, biz: Mapping[str, str], who: str, fired: Fired, now: float) -> Answer:
        """``who``: the shop behind a service provider, "" for our own."""
        number, trade_no = biz.get("out_trade_no", ""), biz.get("trade_no", "")
        amount_fen = to_fen(biz.get("refund_amount", ""))
        request_no = biz.get("out_request_no", "")
        if (not number and not trade_no) or amount_fen is None or (request_no and not NUMBER.fullmatch(request_no)):
            return error("40004", _INVALID, "参数无效")
        order = self._bank.find(Channel.ALIPAY, number, trade_no, now, who)
        if order is not None and not request_no and amount_fen != order.amount_fen:
            return error("40004", *_REFUSALS[Repays.WRONG_TOTAL])
        request = RefundRequest(
            Channel.ALIPAY,
            order.out_trade_no if order is not None else number,
            trade_no,
            request_no or (order.out_trade_no if order is not None else number),
            amount_fen,
            reason=biz.get("refund_reason", ""),
            on_behalf=who,
        )
        outcome, refund = self._bank.refund(request, now, course_of(fired))
        if outcome in _REFUSALS or refund is None:
            return error("40004", *_REFUSALS[outcome])
        moved = outcome is Repays.TAKEN and refund.state is RefundState.SUCCESS
        return self._refunded(refund, moved=moved)

    def _refunded(self, refund: Refund, *, moved: bool) -> Answer:
        order = self._bank.known(Channel.ALIPAY, refund.out_trade_no)
        landed = [one.amount_fen for one in self._bank.refunds.of(order) if one.state is RefundState.SUCCESS]
        return {
            "code": "10000",
            "msg": "Success",
            **buyer(order),
            "fund_change": "Y" if moved else "N",
            "gmt_refund_pay": beijing(refund.done_at or refund.asked_at).strftime(_AT),
            "out_trade_no": order.out_trade_no,
            "refund_fee": to_yuan(sum(landed)),
            "send_back_fee": to_yuan(refund.amount_fen if moved else 0),
            "trade_no": order.channel_no,
        }

    def refund_query(self, biz: Mapping[str, str], who: str, fired: Fired, now: float) -> Answer:
        number, trade_no = biz.get("out_trade_no", ""), biz.get("trade_no", "")
        request_no = biz.get("out_request_no", "")
        if (not number and not trade_no) or not request_no:
            return error("40004", _INVALID, "参数无效")
        order = self._bank.find(Channel.ALIPAY, number, trade_no, now, who)
        if order is None:
            return error("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
        refund = self._bank.refunds.find(Channel.ALIPAY, request_no, out_trade_no=order.out_trade_no)
        hidden = "invisible" in fired and refund is not None and now - refund.asked_at < fired["invisible"].seconds
        if refund is None or refund.state is not RefundState.SUCCESS or hidden:
            return {"code": "10000", "msg": "Success"}  # no refund_status: not received, not done or failed
        answer = {
            "code": "10000",
            "msg": "Success",
            "out_request_no": refund.out_refund_no,
            "out_trade_no": order.out_trade_no,
            "refund_amount": to_yuan(refund.amount_fen),
            "refund_reason": refund.reason,
            "refund_status": "REFUND_SUCCESS",
            "total_amount": to_yuan(order.amount_fen),
            "trade_no": order.channel_no,
        }
        if "gmt_refund_pay" in biz.get("query_options", ""):
            answer["gmt_refund_pay"] = beijing(refund.done_at or now).strftime(_AT)
        return answer

    def close(self, biz: Mapping[str, str], who: str, now: float) -> Answer:
        order = self._bank.close(Channel.ALIPAY, biz.get("out_trade_no", ""), biz.get("trade_no", ""), now, who)
        if order is None:
            return error("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
        if order.state is not OrderState.CLOSED:
            return error("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        numbers = {"out_trade_no": order.out_trade_no, "trade_no": order.channel_no}
        return {"code": "10000", "msg": "Success", **numbers}

    def bill_link(self, biz: Mapping[str, str], heard: Heard, who: str, fired: Fired, now: float) -> Answer:
        date = biz.get("bill_date", "")
        period = _period(date)
        if biz.get("bill_type") != "trade" or period is None:
            return error("40004", "INVAILID_ARGUMENTS", "入参不合法")
        ready = readiness(period[1], now, at_once="today" in fired)
        if ready is not Readiness.READY or not self._lines(period, who, now):
            return error("40004", *_NO_BILL[ready])
        address = f"{heard.request.base}{DOWNLOAD}"
        link = self._links.make(address, now + LINK_S, bill_date=date, shop=who)
        return {"code": "10000", "msg": "Success", "bill_download_url": link}

    def download(self, request: Request, now: float) -> Reply:
        """The zip behind a link of ours; a stranger's or an old one leads to nothing."""
        what = self._links.open(request.query, now)
        period = _period(what["bill_date"]) if what is not None else None
        if what is None or period is None:
            return NOT_FOUND
        found = self._lines(period, what.get("shop", ""), now)
        name = (("Content-Disposition", "attachment; filename=bill.csv.zip"),)
        return Reply(OK, "application/octet-stream", alipay_bill(found, self._pid, *period, now), name)

    def _lines(self, period: tuple[float, float], who: str, now: float) -> tuple[Line, ...]:
        """Alipay bills each shop by itself, its own one too."""
        return tuple(line for line in lines(self._bank, Channel.ALIPAY, *period, now) if line.order.on_behalf == who)


def _period(date: str) -> tuple[float, float] | None:
    """A day ``yyyy-MM-dd`` or a month ``yyyy-MM``, from and to; None for anything else."""
    begin = day_begins(date if len(date) == 10 else f"{date}-01")
    if begin is None or len(date) not in (7, 10):
        return None
    if len(date) == 10:
        return begin, day_ends(begin)
    first = beijing(begin)
    month_after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return begin, month_after.timestamp()
