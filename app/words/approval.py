"""PINs, and the approval of one act."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "pin.ask": ("主管请输入密码", "Supervisor PIN"),
    "pin.what": ("授权：退款 {amount}，单号尾 {tail}", "Approve: refund {amount}, order …{tail}"),
    "pin.once": ("只管这一笔，{n} 秒内有效。", "For this one act, valid {n} s."),
    "pin.hand": ("密码只能手输，扫码枪不算。", "Type it by hand; scans don't count."),
    "pin.wrong": ("密码不对，还可试 {n} 次。", "PIN not right; {n} {n:try|tries} left."),
    "pin.locked": ("试了 5 次，{n} 分钟后再输。", "5 tries; again in {n} min."),
    "pin.lockedhard": ("已锁定，请店长解锁。", "Locked; the manager unlocks."),
    "pin.norole": ("这个工号没有退款权限。", "This staff no. can't refund."),
    "pin.cap": ("超过授权额 {amount}，请店长授权。", "Above your {amount} limit; manager needed."),
    "pin.self": ("收银员不能给自己授权，请另一位主管。", "Not for your own sale; another supervisor."),
    "pin.expired": ("授权过时了，请重新输入。", "Approval lapsed; enter again."),
    "pin.changed": ("金额改过，需重新授权。", "Amount changed; approve again."),
    "pin.short": ("至少 6 位。", "6 digits or more."),
    "pin.easy": ("太好猜，请换一个（别用生日、连号）。", "Too easy; no birthdays or runs."),
    "pin.same": ("和旧密码一样，请换一个。", "Same as the old one; choose another."),
    "pin.saved": ("新密码已生效。", "New PIN is active."),
    "idle.lock": ("已锁屏，收款在后台继续。", "Locked; payments go on behind."),
    "ap.reason": ("请选原因", "Pick reason"),
    "ap.reason.return": ("顾客退货", "Goods back"),
    "ap.reason.amount": ("金额收错", "Wrong amount"),
    "ap.reason.twice": ("顾客付了两次", "Paid twice"),
    "ap.reason.stock": ("没货或未交货", "Not delivered"),
    "ap.reason.other": ("其他（请写明）", "Other (write it)"),
    "ap.confirm": ("F8 退 {amount} 给付款人；Esc 不退", "F8 Refund {amount}; Esc Don't"),
    "ap.done": ("已授权，正在退款。", "Approved; refunding."),
    "ap.cancelled": ("没有退款，什么都没变。", "Not refunded; nothing changed."),
    "ap.other": ("另一处正在退这笔，请看结果。", "Being refunded elsewhere; see the result."),
    "ap.logged": ("谁、何时、为何都记入账本。", "Who, when and why are journaled."),
}
