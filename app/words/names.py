"""The short names people know things by: channels and the states of a sale, as a list or a story line shows them."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "name.wechat": ("微信", "WeChat"),
    "name.alipay": ("支付宝", "Alipay"),
    "name.unionpay": ("银联", "UnionPay"),
    "state.intent": ("收款中", "charging"),
    "state.pending": ("等顾客输密码", "awaiting password"),
    "state.unknown": ("待确认", "checking"),
    "state.paid": ("已收款", "paid"),
    "state.declined": ("未收款", "not paid"),
    "state.not_sent": ("没有发出", "not sent"),
    "state.reversing": ("撤销中", "revoking"),
    "state.refunding": ("改退款中", "refunding"),
    "state.reversed": ("已撤销", "revoked"),
    "state.stuck": ("请叫主管", "supervisor"),
    "state.voiding": ("作废中", "voiding"),
    "state.voided": ("已作废", "voided"),
    "state.refunded": ("已退款", "refunded"),
    "state.partly_refunded": ("已退一部分", "part refunded"),
}
