"""Money going back, where the page of words has no sentence: why it cannot begin, and what keeps it from ending."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "back.held": ("已登记线下退 {amount}，系统不再退。", "Paid back by hand: {amount}; no refund."),
    "back.blocked": (
        "现在退不了：账本写不进或没有这个通道；请叫店长。",
        "Not now: journal full or channel shut; call the manager.",
    ),
    "back.funds.is": ("退款卡住：商户余额不足。", "Refund stuck: shop balance low."),
    "back.funds.do": ("店长给商户账户充值，系统自动续办。", "Manager tops up the account; it resumes."),
    "back.refund.is": ("退款 10 分钟还没有结果。", "A refund without result for 10 min."),
    "back.refund.do": (
        "系统用同一退款号继续；勿另退，可按 F5 再查。",
        "Same number goes on; no second refund. F5 checks.",
    ),
    "back.refused": ("退款没有受理，钱没有退：{why}", "Refund not taken, nothing moved: {why}"),
    "back.done": ("已退 {amount}，查实完成。", "{amount} returned, confirmed."),
    "back.handed": ("可以给现金 {amount}；已登记，系统不再退。", "Give {amount} in cash; noted, no refund follows."),
    "back.nocash": ("不要给现金：钱已退回，或系统在退。", "No cash: it went back, or the till returns it."),
    "back.looking": (
        "系统已停手，正在查钱是否已退；查完前别付现。",
        "The till stopped and asks if it went back; no cash yet.",
    ),
    "back.reason": ("请写原因，最多 80 字。", "A reason, 80 characters at most."),
}
