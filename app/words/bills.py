"""The channels' bills: fetching, importing, and files that are not what they should be."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "bill.get": ("正在取{channel} {date} 对账单。", "Fetching {channel}'s bill for {date}."),
    "bill.have": ("已取到：{n} 行，{amount}，原件已存。", "Got {n} {n:row|rows}, {amount}; original kept."),
    "bill.none": ("{channel}说 {date} 没有交易。", "{channel}: no trades on {date}."),
    "bill.later": ("还没出单；10:00 后每 30 分钟自动再取。", "Not out yet; retried each 30 min after 10:00."),
    "bill.today": ("今天的账单明天才有。", "Today's bill comes tomorrow."),
    "bill.old": ("超过 3 个月，{channel}不再提供。", "Over 3 months; no longer offered."),
    "bill.wrongask": ("取单请求被拒：{text}。请店长自检。", "Request refused: {text}. Run a self-test."),
    "bill.damaged": ("文件在路上损坏，已丢弃，自动重取。", "Damaged on the way; dropped, refetching."),
    "bill.hash": ("文件指纹不符，没有采用。", "Hash differs; not used."),
    "bill.imported": ("已导入：{channel} {date}，{n} 行。", "Imported: {channel} {date}, {n} {n:row|rows}."),
    "bill.again": ("这份已导入过，内容相同。", "Already imported, identical."),
    "bill.newer": ("和上次导入的不同，两份都留着，请选。", "Differs from the last one; both kept, choose."),
    "wf.notbill": ("这不是对账单：没有找到表头。", "Not a bill: no header found."),
    "wf.channel": ("这是{channel}的账单，不是{channel2}的。", "This is {channel}'s bill, not {channel2}'s."),
    "wf.merchant": ("商户号是 {mch}，不是本店。", "Merchant {mch} is not this shop."),
    "wf.date": ("文件是 {date} 的，要的是 {date2}。", "File is for {date}, wanted {date2}."),
    "wf.summary": ("这是汇总表，请导入业务明细。", "A summary; import the detail file."),
    "wf.fund": ("这是资金账单，请下载交易账单。", "A fund bill; get the trade bill."),
    "wf.refundonly": ("只有退款行；请下载「全部」账单。", "Refunds only; get the ALL bill."),
    "wf.excel": (
        "被表格软件存过，长单号已变样；请用原文件。",
        "Re-saved by a spreadsheet, numbers cut; use the original.",
    ),
    "wf.zip": ("压缩包打不开或有密码。", "Archive damaged or locked."),
    "wf.zme": ("这是差错文件（ZME），请选 ZM 明细。", "An error file (ZME); pick the ZM file."),
    "wf.cut": ("文件不完整：少了结尾合计。", "Incomplete: closing totals missing."),
    "wf.sum": ("明细合计 {amount}，文件写 {amount2}。", "Rows add to {amount}, file says {amount2}."),
    "wf.columns": ("缺少这些列：{cols}", "Columns missing: {cols}"),
    "wf.encoding": ("文字乱码，不是 {enc} 编码。", "Unreadable; not {enc}."),
    "wf.test": ("这是测试环境的账单，没有采用。", "A test bill; not used."),
    "wf.big": ("文件有 {size}，超过上限，没有打开。", "{size} is over the limit; not opened."),
    "wf.todo": ("请在商户平台重新下载，不要打开另存。", "Download again; don't open and re-save."),
}
