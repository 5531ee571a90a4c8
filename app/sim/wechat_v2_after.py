"""WeChat Pay V2 after the sale: refund, refundquery, downloadbill (wechat.md §2.5-2.7)."""

import gzip
from collections.abc import Mapping, Sequence
from typing import Final

from app.core.channel import Channel
from app.sim.bank import Bank
from app.sim.bills import Readiness, lines, of_shop, readiness
from app.sim.book import Order, Refund, RefundState
from app.sim.exchange import OK, Reply
from app.sim.faults import Fired
from app.sim.refunds import Course, RefundRequest, Repays
from app.sim.rules import beijing, day_begins, day_ends
from app.sim.wechat_bill import KINDS, wechat_bill
from app.sim.wechat_form import refund_problem, to_xml

PAGE: Final = 10  # refunds per refundquery answer; the documents give no number
STATES: Final[Mapping[RefundState, str]] = {
    RefundState.PROCESSING: "PROCESSING",
    RefundState.SUCCESS: "SUCCESS",
    RefundState.ABNORMAL: "CHANGE",
    RefundState.CLOSED: "REFUNDCLOSE",
}
REFUSALS: Final[Mapping[Repays, tuple[str, str]]] = {
    Repays.DISCORDANT: ("REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致，请核实后再试"),
    Repays.WRONG_TOTAL: ("REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致，请核实后再试"),
    Repays.UNKNOWN_ORDER: ("ORDERNOTEXIST", "订单不存在"),
    Repays.NOT_PAID: ("INVALID_REQUEST", "订单未支付，不能退款"),
    Repays.REVERSED: ("INVALID_REQUEST", "订单已撤销，不能退款"),
    Repays.TOO_MUCH: ("INVALID_REQUEST", "累计退款金额大于支付金额"),
    Repays.TOO_OLD: ("TRADE_OVERDUE", "订单已经超过可退款的最大期限"),
    Repays.TOO_SOON: ("FREQUENCY_LIMITED", "同一订单两次退款需间隔1分钟以上"),
    Repays.TOO_MANY: ("INVALID_REQUEST", "部分退款次数已达50次"),
    Repays.SHOP_FUNDS: ("NOTENOUGH", "基本账户余额不足，请充值后重新发起"),
}
_NO_BILL: Final[Mapping[Readiness, str]] = {
    Readiness.NOT_YET: "NO Bill Exist",
    Readiness.CREATING: "Bill Creating",
    Readiness.READY: "NO Bill Exist",  # a day without trades
}


def course_of(fired: Fired) -> Course:
    """What the fault script makes of a refund."""
    ends = RefundState.SUCCESS
    if "refund-abnormal" in fired:
        ends = RefundState.ABNORMAL
    elif "refund-closed" in fired:
        ends = RefundState.CLOSED
    return Course(fired["takes"].seconds if "takes" in fired else None, ends)


def error(code: str, says: str) -> dict[str, str]:
    return {"result_code": "FAIL", "err_code": code, "err_code_des": says}


class AfterSale:
    """Fields in, fields out; the dialect signs. ``bill`` answers for itself, unsigned, as there."""

    def __init__(self, bank: Bank, appid: str, mch_id: str) -> None:
        self._bank = bank
        self._appid = appid
        self._mch_id = mch_id

    def refund(self, fields: Mapping[str, str], fired: Fired, now: float) -> dict[str, str]:
        wrong = refund_problem(fields)
        if wrong is not None:
            return error(*wrong)
        request = RefundRequest(
            Channel.WECHAT,
            fields.get("out_trade_no", ""),
            fields.get("transaction_id", ""),
            fields["out_refund_no"],
            int(fields["refund_fee"]),
            int(fields["total_fee"]),
            fields.get("refund_desc", ""),
            on_behalf=fields.get("sub_mch_id", ""),
        )
        outcome, refund = self._bank.refund(request, now, course_of(fired))
        if outcome in REFUSALS or refund is None:
            return error(*REFUSALS[outcome])
        order = self._bank.known(Channel.WECHAT, refund.out_trade_no)
        back = str(refund.amount_fen)
        return {
            "result_code": "SUCCESS",
            **_order_fields(order),
            "out_refund_no": refund.out_refund_no,
            "refund_id": refund.refund_no,
            "refund_channel": "ORIGINAL",
            "refund_fee": back,
            "coupon_refund_fee": "0",
            "cash_refund_fee": back,
            "coupon_refund_count": "0",
        }

    def refund_query(self, fields: Mapping[str, str], fired: Fired, now: float) -> dict[str, str]:
        offset = fields.get("offset") or "0"
        if not (offset.isascii() and offset.isdigit() and len(offset) <= 4):
            return error("PARAM_ERROR", "offset格式错误")
        order, refunds = self._asked_for(fields, now)
        if "invisible" in fired:
            refunds = [one for one in refunds if now - one.asked_at >= fired["invisible"].seconds]
        if order is None or not refunds:
            return error("REFUNDNOTEXIST", "退款订单查询失败")
        page = refunds[int(offset) : int(offset) + PAGE]
        shown = {name: value for n, one in enumerate(page) for name, value in _refund_fields(one, n).items()}
        counts = {"total_refund_count": str(len(refunds)), "refund_count": str(len(page))}
        cumulative = str(sum(one.amount_fen for one in refunds))
        return {"result_code": "SUCCESS", **_order_fields(order), **counts, "refund_fee": cumulative, **shown}

    def bill(self, fields: Mapping[str, str], fired: Fired, now: float) -> Reply:
        day, kind = fields.get("bill_date", ""), fields.get("bill_type") or "ALL"
        begin = day_begins(f"{day[:4]}-{day[4:6]}-{day[6:]}") if len(day) == 8 else None
        if begin is None:
            return _no_bill("data format error" if day else "missing parameter", "20001")
        if kind not in KINDS:
            return _no_bill("invalid bill_type", "20001")
        end = day_ends(begin)
        ready = readiness(end, now, at_once="today" in fired)
        found = lines(self._bank, Channel.WECHAT, begin, end, now) if ready is Readiness.READY else ()
        found = of_shop(found, fields.get("sub_mch_id", ""))
        if not any(map(KINDS[kind], found)):
            return _no_bill(_NO_BILL[ready], "20002")
        data = wechat_bill(found, self._appid, self._mch_id, kind)
        if fields.get("tar_type") == "GZIP":
            return Reply(OK, "application/x-gzip", gzip.compress(data, mtime=0))
        return Reply(OK, "text/plain; charset=utf-8", data)

    def _asked_for(self, fields: Mapping[str, str], now: float) -> tuple[Order | None, Sequence[Refund]]:
        """By refund_id, out_refund_no, transaction_id, out_trade_no, the first that is given."""
        who = fields.get("sub_mch_id", "")
        refund_no, out_refund_no = fields.get("refund_id", ""), fields.get("out_refund_no", "")
        if refund_no or out_refund_no:
            self._bank.settle(now)
            refund = self._bank.refunds.find(Channel.WECHAT, out_refund_no, refund_no=refund_no)
            if refund is None:
                return None, ()
            order = self._bank.find(Channel.WECHAT, refund.out_trade_no, "", now, who)
            return order, [refund]
        number, channel_no = fields.get("out_trade_no", ""), fields.get("transaction_id", "")
        order = self._bank.find(Channel.WECHAT, number, channel_no, now, who)
        return order, self._bank.refunds.of(order) if order is not None else ()


def _no_bill(says: str, code: str) -> Reply:
    return to_xml({"return_code": "FAIL", "return_msg": says, "error_code": code})


def _order_fields(order: Order) -> dict[str, str]:
    fee = str(order.amount_fen)
    return {
        "transaction_id": order.channel_no,
        "out_trade_no": order.out_trade_no,
        "total_fee": fee,
        "fee_type": "CNY",
        "cash_fee": fee,
    }


def _refund_fields(refund: Refund, n: int) -> dict[str, str]:
    is_done = refund.state is RefundState.SUCCESS and refund.done_at is not None
    fields = {
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_no,
        "refund_channel": "ORIGINAL",
        "refund_fee": str(refund.amount_fen),
        "refund_status": STATES[refund.state],
        "refund_account": "REFUND_SOURCE_UNSETTLED_FUNDS",
        "refund_recv_accout": "支付用户零钱",
        "refund_success_time": beijing(refund.done_at or 0.0).strftime("%Y-%m-%d %H:%M:%S") if is_done else "",
    }
    return {f"{name}_{n}": value for name, value in fields.items()}
