"""Exporting the day log, and verifying the journal."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "ex.pick": ("选日期和保存位置", "Pick a date and place"),
    "ex.run": ("正在导出 {n}/{m} 笔，可以继续收款。", "Exporting {n}/{m}; you may sell on."),
    "ex.done": ("已导出 {n} 笔，合计 {amount}。", "Exported {n} {n:sale|sales}, {amount}."),
    "ex.where": ("存到：{path}", "Saved to: {path}"),
    "ex.open": ("{n} 笔未了结，导出件里已标明。", "{n} still open, marked in the file."),
    "ex.stop": ("已停止导出，没有留下半个文件。", "Stopped; no half file left."),
    "ex.nospace": ("目标盘空间不够，要 {size}；请换一个盘。", "Not enough room; {size} needed. Pick another drive."),
    "ex.nowrite": ("这个位置写不进去，请换一个。", "Can't write there; pick another."),
    "ex.exists": ("已有同名文件；另存为 {name}。", "Name taken; saved as {name}."),
    "ex.clean": ("导出件不含付款码、密钥、密码。", "No codes, keys or PINs inside."),
    "ex.gone": ("U 盘拔掉了，请插回重新导出。", "Drive removed; insert and export again."),
    "vf.run": ("正在校验 {n} 条记录。", "Verifying {n} {n:record|records}."),
    "vf.ok": ("校验通过：{n} 条，一条不少，没有改动。", "Verified: {n} {n:record|records}, complete, unaltered."),
    "vf.mark": ("账本指纹 {hash}，与 Z 单第 {n} 号一致。", "Journal mark {hash} matches Z no. {n}."),
    "vf.changed": ("校验不过：第 {n} 条被改过。", "Failed: record {n} was altered."),
    "vf.missing": ("校验不过：第 {n}–{m} 条不见了。", "Failed: records {n}–{m} missing."),
    "vf.cut": ("校验不过：末尾少 {n} 条。", "Failed: {n} {n:record|records} cut at the end."),
    "vf.order": ("校验不过：第 {n} 条前后颠倒。", "Failed: record {n} out of order."),
    "vf.seal": ("校验不过：第 {n} 条的封条日期不对。", "Failed: record {n} has a wrong-day seal."),
    "vf.other": ("校验不过：这份文件不是本机的账本。", "Failed: not this till's journal."),
    "vf.todo": ("请保留原文件，联系负责人，不要修改。", "Keep the file as is; tell the person in charge."),
}
