"""What the fault script puts in Alipay's mouth."""

from collections.abc import Mapping
from typing import Final

from app.sim.alipay_after import Answer, error
from app.sim.exchange import UNHEARD_OF
from app.sim.faults import Call, Fired

_SHOP_FUNDS: Final = ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "商户的支付宝账户中无足够的资金进行撤销")


def canned_answer(call: Call, fired: Fired, biz: Mapping[str, str]) -> tuple[Answer, bool] | None:
    """An answer that does not come from the bank, and whether the bank acts all the same."""
    again = {"retry_flag": "Y"} if call is Call.REVERSE else {}
    system_error = {**error("40004", "ACQ.SYSTEM_ERROR", "系统错误"), **again}
    number = biz.get("out_trade_no", "")
    unheard: Answer = {**error("40004", f"ACQ.{UNHEARD_OF}", "文档里没有的错误码"), **again}
    if call is Call.QUERY:
        unheard = {"code": "10000", "msg": "Success", "trade_status": UNHEARD_OF, "out_trade_no": number}
    answers: dict[str, Answer] = {
        "system-error": {**error("20000", "aop.ACQ.SYSTEM_ERROR", "系统繁忙"), **again},
        "bank-error": system_error,
        "unknown-code": unheard,
        "recall": system_error,
        "retry-flag": system_error,
        "lie-ok": _lie(call, biz),
        "lie-fail": system_error,
        "user-paying-on-reverse": system_error,
        "no-balance": {
            **error("40004", *_SHOP_FUNDS),
            **({"retry_flag": "N"} if again else {}),
        },
    }
    for name, answer in answers.items():
        if name in fired:
            return answer, fired[name].after or name == "lie-fail"
    return None


def _lie(call: Call, biz: Mapping[str, str]) -> Answer:
    """A success about nothing that happened."""
    answer = {"code": "10000", "msg": "Success", "out_trade_no": biz.get("out_trade_no", "")}
    if call is Call.REVERSE:
        return {**answer, "retry_flag": "N", "action": "close"}
    return {**answer, "fund_change": "Y", "refund_fee": biz.get("refund_amount", "")}
