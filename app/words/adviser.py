"""The supervisor's adviser: which way of giving money back is open, and until when."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "adv.refund.until": ("可以退款，到 {date} 止。", "Refund open until {date}."),
    "adv.refund.left": ("已退 {amount}，还可退 {left}。", "{amount} refunded, {left} left."),
    "adv.refund.full": ("作废＝整单退款 {amount}，原路退回。", "Void = full refund of {amount} to the payer."),
    "adv.refund.none": ("已全部退完，没有可退的了。", "All refunded; nothing left."),
    "adv.refund.shut": ("退款期 {date} 已过，通道不再受理。", "Refund closed on {date}; the channel refuses."),
    "adv.refund.cash": (
        "如要线下退现，由店长另记「线下退」。",
        'Cash back is the manager\'s separate "offline" entry.',
    ),
    "adv.refund.contract": (
        "退款期限以收单合同为准，系统按 {n} 天算。",
        "Contract rules; this till assumes {n} {n:day|days}.",
    ),
    "adv.refund.wait": ("两次退款要隔 1 分钟，还有 {n} 秒。", "1 min between refunds: {n} s left."),
    "adv.refund.wait3": ("通道要求隔 {m} 秒再退，还有 {n} 秒。", "{m} s between refunds: {n} s left."),
    "adv.refund.count": ("已退 {n} 次，最多 50 次。", "{n} {n:refund|refunds} made, 50 at most."),
    "adv.refund.toomuch": ("最多还能退 {left}。", "At most {left} more."),
    "adv.refund.running": ("上一次退款 {amount} 还在办，办完再退。", "Refund of {amount} still running; wait for it."),
    "adv.refund.voucher": ("用了优惠，退回金额由通道按规则拆分。", "Offer used; the channel splits what goes back."),
    "adv.refund.fee": (
        "手续费是否退回，各通道说法不一，以账单为准。",
        "Fee back or not: see the bill; channels differ.",
    ),
    "adv.refund.days": (
        "到账时间由钱包或银行定；银联 1–10 个清算日。",
        "Wallet or bank decides; UnionPay 1–10 clearing days.",
    ),
    "adv.refund.bank": ("银行维护中，已受理，会自动续办。", "Bank maintenance; accepted, it resumes."),
    "adv.refund.external": (
        "商户平台上已退过 {amount}，已扣减可退额。",
        "{amount} was refunded on the channel's site; deducted.",
    ),
    "adv.refund.accepted": ("已受理，不等于到账；系统在查结果。", "Accepted, not yet there; checking."),
    "adv.refund.retry": (
        "没有回话；用同一退款号再问，不会退两次。",
        "No answer; asking with the same number, never twice.",
    ),
    "adv.refund.closed": ("退款被关闭，钱没有退，仍算已收款。", "Refund closed; no money moved, still paid."),
    "adv.refund.done": ("{amount} 已退到顾客账户，查实完成。", "{amount} reached the payer, confirmed."),
    "adv.reverse.paid": ("撤销不适用：这笔已收款，请用退款。", "No revoke: it is paid. Use refund."),
    "adv.reverse.auto": ("撤销由系统自动办，不用按。", "Revoking is automatic; nothing to press."),
    "adv.reverse.until": ("系统可撤销到 {time}，之后改退款。", "Revoke open until {time}, then refund."),
    "adv.reverse.shut": ("撤销期 {time} 已过，已改走退款。", "Revoke closed {time}; now refunding."),
    "adv.reverse.early": ("微信付款满 15 秒才能撤销，还有 {n} 秒。", "WeChat revoke opens in {n} s (15 s rule)."),
    "adv.reverse.edge": ("离撤销截止只剩 {n} 分钟，系统优先办。", "{n} min to the revoke deadline; done first."),
    "adv.up.day": ("银联撤销只在 23:00 前；现在改走退款。", "UnionPay revoke ends 23:00; refund instead."),
    "adv.doubt": ("这笔还待确认，不能退；等系统办完。", "Still in doubt, no refund; let the till finish."),
    "adv.notpaid": ("这笔没有收款，不用退。", "Never charged; nothing to refund."),
    "adv.gone": ("这笔已撤销，钱已退回，不用再退。", "Revoked and returned; nothing to refund."),
    "adv.notfound": ("本机没有这个单号，请核对小票和门店。", "Not on this till; check the slip and shop."),
    "adv.othertill": ("这笔是 {till} 号机收的，请到那台退。", "Sold on till {till}; refund it there."),
    "adv.oldcopy": ("这是重印小票，退款不看张数，只看单号。", "A reprint; the number decides, not the paper."),
    "adv.abnormal": (
        "退款到不了原账户，请店长去商户平台处理。",
        "Refund can't reach the payer; manager: channel site.",
    ),
    "adv.abnormal.how": (
        "别换退款号，别另付现；处理后系统自动查到。",
        "Same number, no cash; the till sees it when solved.",
    ),
    "adv.change": ("钱退回了商户账户，没到顾客手里。", "Money came back to us, not to the payer."),
    "adv.change.how": (
        "店长在商户平台转给顾客，凭证号记在这里。",
        "Manager pays from the channel site; note the voucher.",
    ),
    "adv.train": ("训练单，没有真钱可退。", "Training sale; no real money."),
}
