"""One word for one thing: the terms every other sentence is built from. Exempt from the length rule."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "term.code": ("付款码", "payment code"),
    "term.revoke": ("撤销", "revoke"),
    "term.refund": ("退款", "refund"),
    "term.void": ("作废（整单退款）", "void (full refund)"),
    "term.reconcile": ("对账", "reconcile"),
    "term.bill": ("对账单", "channel bill"),
    "term.shift": ("班次", "shift"),
    "term.daylog": ("流水日志", "day log"),
    "term.journal": ("账本", "journal"),
    "term.channel": ("通道", "channel"),
    "term.stop": ("停收", "stop"),
    "term.doubt": ("待确认", "checking"),
    "term.settled": ("了结", "settled"),
    "term.order": ("单号", "order no."),
    "term.back": ("原路退回", "back to the payer"),
}
