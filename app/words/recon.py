"""Reconciliation beyond the page of words: more faults of a file, and what the command and the page say."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "bill.forged": ("对账单的签名或指纹不对，没有采用。", "Signature or hash does not hold; not used."),
    "bill.keys": ("取单密钥不对，请店长自检。", "Keys refused; the manager runs a self-test."),
    "bill.noanswer": ("{channel}没有给账单，稍后再取。", "{channel} gave no bill; ask later."),
    "bill.lacking": ("还缺{channel} {date} 的账单。", "{channel}'s bill for {date} is missing."),
    "bill.full": ("账单存不下：{why}", "The bill cannot be kept: {why}"),
    "file.damaged": ("文件里有读不懂的行，没有采用。", "Some rows cannot be read; not used."),
    "file.forged": ("文件的签名或指纹不对，没有采用。", "Signature or hash does not hold; not used."),
    "file.rows": ("明细有 {n} 行，文件写 {m} 行。", "{n} rows found, the file says {m}."),
    "file.unreadable": ("文件打不开：{path}（{why}）", "Cannot open {path} ({why})."),
    "file.twice": ("{channel} {date} 给了两份不同的账单。", "Two different bills of {channel} for {date}."),
    "file.log": ("{path} 不是可信的流水日志：{why}", "{path} is no trusted day log: {why}"),
    "file.refused": ("没有采用 {path}：{why}", "{path} was not used: {why}"),
    "rc.day": ("这不是日期：{text}", "This is no day: {text}"),
    "rc.future": ("{date} 还没过完，账单明天才有。", "{date} is not over; its bill comes tomorrow."),
    "rc.line": ("{is} {worth} {do}", "{is} {worth} {do}"),
    "rc.waits": ("差 {amount}，等次日账单对上：{n} 条。", "Off by {amount}, {n} items wait for the next day's bill."),
    "rc.timing": (
        "日志和账单差 {amount}，都已有据，不用处理：{n} 条。",
        "Log and bill are {amount} apart, all of it accounted for: {n} items.",
    ),
    "rc.resolved": ("{staff} 已说明：{reason}", "Explained by {staff}: {reason}"),
    "rc.fees": ("手续费 {amount}，按费率 {amount2}", "Fees {amount}, by the rate {amount2}"),
    "rc.feesonly": ("手续费 {amount}", "Fees {amount}"),
    "rc.none": ("没有要对的：这一天没有交易，也没有账单。", "Nothing to match: no sales and no bill that day."),
    "rc.count": ("{n} 笔", "{n} sales"),
    "rc.nokey": ("没有这一条：{line}", "No such line: {line}"),
    "rc.open": ("还有没说明的条目，不能确认。", "Items are unexplained; the day cannot be confirmed."),
    "rc.reason": ("请写明原因。", "Write down the reason."),
}
