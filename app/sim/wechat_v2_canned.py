"""What the fault script puts in WeChat V2's mouth."""

from collections.abc import Mapping

from app.sim.exchange import UNHEARD_OF
from app.sim.faults import Call, Fired
from app.sim.wechat_v2_after import error


def canned_answer(call: Call, fired: Fired, asked: Mapping[str, str]) -> tuple[dict[str, str], bool] | None:
    """An answer that does not come from the bank, and whether the bank acts all the same."""
    again = {"recall": "Y"} if call is Call.REVERSE else {}
    system_error = {**error("SYSTEMERROR", "系统超时"), **again}
    unheard = {**error(UNHEARD_OF, "文档里没有的错误码"), **again}
    if call is Call.QUERY:
        number = asked.get("out_trade_no", "")
        unheard = {"result_code": "SUCCESS", "trade_state": UNHEARD_OF, "out_trade_no": number}
    answers = {
        "system-error": system_error,
        "bank-error": {**error("BANKERROR", "银行端超时"), **again},
        "unknown-code": unheard,
        "recall": system_error,
        "retry-flag": system_error,
        "lie-ok": _lie(call, asked),
        "lie-fail": system_error,
        "user-paying-on-reverse": {**error("USERPAYING", "用户正在支付中，不能发起撤销"), "recall": "Y"},
        "no-balance": {**error("NOTENOUGH", "商户余额不足"), **again},
    }
    for name, answer in answers.items():
        if name in fired:
            return answer, fired[name].after or name == "lie-fail"
    return None


def _lie(call: Call, asked: Mapping[str, str]) -> dict[str, str]:
    """A success about nothing that happened."""
    if call is Call.REVERSE:
        return {"result_code": "SUCCESS", "recall": "N"}
    told = ("out_trade_no", "transaction_id", "out_refund_no", "total_fee", "refund_fee")
    return {"result_code": "SUCCESS", "refund_id": f"50{'0' * 26}", **{name: asked.get(name, "") for name in told}}


def other(text: str) -> str:
    """The same length, not the same text."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")
