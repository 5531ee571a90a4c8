"""Opening, counting and closing a shift."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "sh.open": ("开班：{staff}，{time}", "Shift opened: {staff}, {time}"),
    "sh.x": ("班中小结（X），不清零", "X report, nothing reset"),
    "sh.z": ("交班结账（Z），封存本班", "Z report, shift sealed"),
    "sh.ready": ("可以交班：{n} 笔，净收 {amount}。", "Ready to close: {n} {n:sale|sales}, net {amount}."),
    "sh.done": ("已交班，第 {n} 号 Z 单已封存。", "Closed; Z no. {n} is sealed."),
    "sh.block.head": ("还不能交班，差 {n} 件", "Can't close yet: {n} left"),
    "sh.block.doubt": ("{n} 笔待确认，系统在办，约 {m} 分钟。", "{n} in doubt, about {m} min to go."),
    "sh.block.reversing": ("{n} 笔撤销中，等通道确认。", "{n} revoking, awaiting the channel."),
    "sh.block.watch": ("{n} 笔已停收，还要守 {m} 秒。", "{n} let go, watched {m} s more."),
    "sh.block.stuck": ("{n} 笔要主管办，见待办。", "{n} {n:needs|need} a supervisor: worklist."),
    "sh.block.refund": ("{n} 笔退款还没到结果。", "{n} {n:refund|refunds} without result."),
    "sh.block.ack": ("{n} 笔重启后已付，没人认领。", "{n} paid after restart, unclaimed."),
    "sh.block.held": ("{n} 笔款已到，还没入账。", "{n} paid but not booked."),
    "sh.block.bill": ("{date} 还没对账。", "{date} is not reconciled."),
    "sh.block.diff": ("{date} 有 {n} 条差异没处理。", "{n} {n:difference|differences} open for {date}."),
    "sh.block.clock": ("时钟差 {n} 秒，先校时。", "Clock off {n} s; set it first."),
    "sh.block.journal": ("账本没通过校验，先叫店长。", "Journal check failed; manager first."),
    "sh.handover": ("可交给下一班：{n} 笔在途 {amount}，双方确认。", "Hand over {n} open, {amount}; both confirm."),
    "sh.forced": ("店长带 {n} 笔未了结交班，原因已记。", "Closed by manager with {n} open; reason kept."),
    "sh.exit": ("还在班上，先交班再退出？", "Shift is open. Close it first?"),
}
