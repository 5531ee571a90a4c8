"""What only the command line says."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # refused before anything was sent
    "cli.taken": (
        "收银窗口正在使用这个账本，没有执行；请先关掉它。",
        "The till's window is using this journal, nothing was done; close it first.",
    ),
    "cli.cap": ("金额超过 {amount}，确认要收请加 --yes。", "Above {amount}; add --yes to charge it."),
    "cli.literal": (
        "真实通道的付款码不写在命令里（会留在记录中），请用 --code - 从标准输入读。",
        "A real payment code is not written in a command (it would stay in the history); use --code -.",
    ),
    "cli.nocode": (
        "标准输入里没有付款码，没有收款；请再扫一次。",
        "There is no payment code on standard input, not charged; scan again.",
    ),
    "cli.noscanner": (
        "还没设置扫码枪；请用 --code - 或在设置里填 scanner.port。",
        "No scanner is set; use --code - or set scanner.port.",
    ),
    "cli.training.real": (
        "这里是真实商户的密钥，没有开始训练；请另用文件夹。",
        "Real merchant keys are here, training did not start; use another folder.",
    ),
    "cli.training.unset": (
        "这个文件夹还没有设置，没有开始训练；请去掉 --data，或先用模拟器的商户文件运行 mashou setup。",
        "This folder is not set up: leave out --data to train, or run mashou setup with a simulator's file first.",
    ),
    "cli.practice.only": ("--channel 和 --customer 只用于训练。", "--channel and --customer are for training only."),
    "cli.folder": (
        "用不了数据文件夹 {path}，没有执行；请检查路径和权限。",
        "The data folder {path} cannot be used, nothing was done; check path and permissions.",
    ),
    "cli.output": (
        "写不出结果：{why}。账本没有变；请检查磁盘后再运行。",
        "The output cannot be written: {why}. The journal is unchanged; check the disk, run it again.",
    ),
    "cli.nowindow": ("没有屏幕，开不了窗口；请用命令行。", "There is no screen for the window; use a command."),
    "cli.notbuilt": ("这个程序里没有 {name}。", "This program has no {name}."),
    "cli.refusal": ("{text}", "{text}"),
    "cli.nothing": ("没有收款，什么都没有发出。", "Not charged; nothing was sent."),
    "cli.bug": (
        "程序出错，已记入日志：{kind}。未了的单下次启动接着办；请用 mashou support 收集诊断包。",
        "A fault in the program was logged: {kind}. Open sales go on at the next start; run mashou support.",
    ),
    # the story
    "cli.begin": ("{amount}，请出示付款码。", "{amount}: ask for the payment code."),
    "cli.practice": ("训练：练习顾客出示了{channel}付款码。", "Training: a practice customer shows a {channel} code."),
    "cli.practice.types": ("训练：练习顾客输入密码。", "Training: the practice customer types the password."),
    "cli.order": ("{channel} {amount}，单号 {number}", "{channel} {amount}, order {number}"),
    "cli.leave": ("还有 {n} 秒 · 到时自动撤销", "{n} s left · then auto-revoke"),
    "cli.release": ("最多还需 {n} 秒", "at most {n} s more"),
    "cli.otheramount": ("别的金额", "another sum"),
    "cli.others": (
        "还有 {n} 笔未了结，系统在办；Ctrl-C 先退出，下次接着办。",
        "{n} still open, settling; Ctrl-C leaves them to the next start.",
    ),
    "cli.stopping": (
        "正在停收；再按一次 Ctrl-C 就先退出，下次接着办。",
        "Stopping; Ctrl-C once more leaves it to the next start.",
    ),
    "cli.open": ("还没有了结，下次启动接着办：{numbers}", "Still open, resumed at the next start: {numbers}"),
    "cli.resolve.none": ("没有未了结的单。", "Nothing is open."),
    "cli.resolve.begin": ("{n} 笔未了结，正在办。", "{n} open, settling."),
    # sales, journal, setup
    "cli.sales.none": ("没有单。", "No sales."),
    "cli.sales.day": ("日期写成 2026-11-22 这样。", "Write the day like 2026-11-22."),
    "cli.nokey": (
        "没有密钥，只核对了先后次序，没有核对封条。",
        "Without the key only the order was checked, not the seals.",
    ),
    "cli.verify.ok": (
        "校验通过：{n} 条，一条不少，没有改动。账本指纹 {hash}",
        "Verified: {n} {n:record|records}, complete, unaltered. Journal mark {hash}",
    ),
    "cli.verify.bad": ("校验不过：第 {n} 条。{says}", "Failed at record {n}. {says}"),
    "cli.verify.anchor": (
        "锚点要写成 序号:八位指纹，例如 1234:00838af8；这个不是：{text}",
        "Write an anchor as SEQ:DIGEST8, e.g. 1234:00838af8; this is none: {text}",
    ),
    "cli.verify.file": (
        "锚点文件打不开，没有核对：{path}。请检查路径。",
        "The file of anchors cannot be opened, nothing was checked: {path}. Check the path.",
    ),
    "cli.verify.badfile": ("校验不过。{says}", "Failed. {says}"),
    "cli.update.yes": (
        "没有未了结的单，收银程序没有开着，可以更新。",
        "Nothing is open and no till runs; it may be updated.",
    ),
    "cli.update.open": (
        "还有 {n} 笔未了结，现在不能更新。等它们了结，或先运行 mashou resolve。",
        "{n} {n:sale is|sales are} open, so not now. Let them end, or run mashou resolve first.",
    ),
    "cli.update.runs": ("收银程序开着，请先关掉它，再更新。", "The till is running; close it first, then update."),
    "cli.setup.done": ("已装好：{channels}。", "Set up: {channels}."),
    "cli.setup.same": ("密钥没有变化。", "The keys are unchanged."),
    "cli.setup.open": (
        "账本里还有 {n} 笔未了结，先运行 mashou resolve。",
        "{n} {n:sale is|sales are} open in the journal; run mashou resolve first.",
    ),
    "cli.setup.orphan": (
        "账本还在，封存的密钥不见了；请恢复 keys.sealed，或另用一个文件夹。",
        "The journal is here but its sealed keys are gone; restore keys.sealed or use another folder.",
    ),
    "cli.passphrase": ("口令：", "Passphrase: "),
}
