"""WeChat's trade bill (wechat.md §4): UTF-8 with BOM, CRLF, a backtick before every value, two summary lines.

The columns of a REVOKED row are documented nowhere. Here it is written like a refund's, without refund numbers (0).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.core.channel import Channel
from app.sim.bills import Line, LineKind, yuan
from app.sim.book import RefundState
from app.sim.rules import beijing, fee_rate
from app.sim.wechat_form import openid

_COLUMNS: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_HEADER: Final = tuple(_COLUMNS.split(","))
_REFUND_ONLY: Final = frozenset(
    ("微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额")
)
_TIMES: Final = ("退款申请时间", "退款成功时间")
_SUMMARY: Final = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_STATES: Final[Mapping[RefundState, str]] = {
    RefundState.PROCESSING: "PROCESSING",
    RefundState.SUCCESS: "SUCCESS",
    RefundState.ABNORMAL: "CHANGE",
    RefundState.CLOSED: "FAIL",
}
_AT: Final = "%Y-%m-%d %H:%M:%S"
_BACK: Final = frozenset({LineKind.REFUND, LineKind.REVOKED})
KINDS: Final[Mapping[str, Callable[[Line], bool]]] = {
    "ALL": lambda _: True,
    "SUCCESS": lambda line: line.kind is LineKind.PAID,
    "REFUND": lambda line: line.kind in _BACK,
}


def wechat_bill(found: Sequence[Line], appid: str, mch_id: str, kind: str = "ALL") -> bytes:
    """The file for ``kind``, one of ``KINDS``; a day without rows is no bill, so there is at least one."""
    rows = [_row(line, appid, mch_id) for line in found if KINDS[kind](line)]
    columns = _columns(kind)
    text = [",".join(columns)]
    text += [",".join(f"`{row[name]}" for name in columns) for row in rows]
    back = sum(line.amount_fen for line in found if line.kind in _BACK and KINDS[kind](line))
    paid = sum(line.amount_fen for line in found if line.kind is LineKind.PAID and KINDS[kind](line))
    fee = sum(line.fee_fen for line in found if KINDS[kind](line))
    sums = (f"{len(rows)}.0", *map(_short, (paid, back, 0, fee, paid, back)))
    text += [_SUMMARY, ",".join(f"`{value}" for value in sums)]
    return "\ufeff".encode() + "".join(f"{line}\r\n" for line in text).encode()


def _columns(kind: str) -> list[str]:
    if kind == "SUCCESS":
        return [name for name in _HEADER if name not in _REFUND_ONLY]
    if kind == "REFUND":
        at = _HEADER.index("微信退款单号")
        return [*_HEADER[:at], *_TIMES, *_HEADER[at:]]
    return list(_HEADER)


def _row(line: Line, appid: str, mch_id: str) -> dict[str, str]:
    order, refund, is_back = line.order, line.refund, line.kind in _BACK
    paid, back = (0, line.amount_fen) if is_back else (line.amount_fen, 0)
    at = beijing(line.at).strftime(_AT)
    done = refund.done_at if refund is not None else line.at
    return dict.fromkeys(_HEADER, "") | {
        "交易时间": at,
        "公众账号ID": appid,
        "商户号": mch_id,
        "特约商户号": order.on_behalf or "0",
        "设备号": _escaped(order.terminal),
        "微信订单号": order.channel_no,
        "商户订单号": order.out_trade_no,
        "用户标识": openid(order),
        "交易类型": "MICROPAY",
        "交易状态": {LineKind.PAID: "SUCCESS", LineKind.REFUND: "REFUND", LineKind.REVOKED: "REVOKED"}[line.kind],
        "付款银行": "OTHERS",
        "货币种类": "CNY",
        "应结订单金额": yuan(paid),
        "代金券金额": "0.00",
        "退款申请时间": at if is_back else "",
        "退款成功时间": beijing(done).strftime(_AT) if is_back and done and line.state is RefundState.SUCCESS else "",
        "微信退款单号": refund.refund_no if refund is not None else "0",
        "商户退款单号": refund.out_refund_no if refund is not None else "0",
        "退款金额": yuan(back),
        "充值券退款金额": "0.00",
        "退款类型": "ORIGINAL" if is_back else "",
        "退款状态": _STATES[line.state] if is_back else "",
        "商品名称": _escaped(order.title),
        "商户数据包": _escaped(order.attach),
        "手续费": f"{yuan(line.fee_fen)}000",
        "费率": fee_rate(Channel.WECHAT),
        "订单金额": yuan(paid),
        "申请退款金额": yuan(back),
    }


def _escaped(text: str) -> str:
    return text.replace(",", "\\ ").replace("\r", "").replace("\n", "\\n")


def _short(fen: int) -> str:
    """As the summary prints it: 0.0, 12.5, 0.47."""
    return yuan(fen).removesuffix("0")
