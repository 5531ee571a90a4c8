"""Help beyond the page of keys: the tour, the log, the support bundle."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "hp.log": ("日志", "Log"),
    "hp.bundle": ("诊断包", "Support bundle"),
    "hp.tour": ("导览", "Tour"),
    "hp.level": ("显示", "Show"),
    "hp.level.all": ("全部", "All"),
    "hp.level.warning": ("警告以上", "Warnings up"),
    "hp.level.error": ("差错", "Errors"),
    "hp.again": ("再读一次", "Read again"),
    "hp.collect": ("收集", "Collect"),
    "hp.save": ("存成文件", "Save"),
    "hp.begin": ("开始导览", "Start the tour"),
    "hp.log.none": ("日志里没有这样的行。", "No such lines in the log."),
    "hp.log.note": (
        "日志里的付款码和密钥在写入时就已抹去。",
        "Payment codes and keys are struck out before a line is written.",
    ),
    "hp.bundle.note": (
        "先收集，逐个看过，再存成文件。里面没有密钥、PIN、付款码、付款人和账本内容，可以发给服务商。",
        "Collect, look at each file, save. No keys, PINs, payment codes, payers or journal entries; it may be sent.",
    ),
    "hp.tour.note": (
        "导览用几句话指出窗口的各部分；随时按 Esc 离开。",
        "A few sentences point at the parts of the window; Esc leaves at any time.",
    ),
    "hp.busy": ("正在收集，最多一分钟；收款照常。", "Collecting, a minute at most; selling goes on."),
    "hp.reading": ("正在读…", "Reading…"),
    "hp.written": ("诊断包已存好：{name}，{n} 字节。", "The support bundle is saved: {name}, {n} bytes."),
    "hp.exists": (
        "{name} 已经有了，没有改它；请换一个文件名。",
        "{name} exists and was left as it is; choose another name.",
    ),
    "hp.unwritten": (
        "{name} 没有写成，收款照常；请换一个位置再存。",
        "{name} was not written, selling goes on; save it elsewhere.",
    ),
    "hp.file": ("{name}（{n} 字节）", "{name} ({n} bytes)"),
    # the tour of the training window
    "tour.amount": ("金额在这里输，数字键或右边的键盘都行。", "Type the amount here, by keys or on the pad."),
    "tour.stage": (
        "这里一句说现在怎样，一句说要做什么；绿色才是收到了钱。",
        "One sentence on what is, one on what to do. Only green is money received.",
    ),
    "tour.phone": (
        "这是练习顾客的手机：点付款码就是扫码，不动真钱。",
        "The practice customer's phone: tap the code to scan it. No real money.",
    ),
    "tour.list": (
        "每一笔都在这里，未了结的排在最前，自己会办完。",
        "Every sale is here, open ones first; they settle by themselves.",
    ),
    "tour.buttons": (
        "按钮上写着对应的键。F1 列出所有的键，Ctrl M 换成小窗口。",
        "Each button shows its key. F1 lists all keys; Ctrl M is the mini window.",
    ),
    "tour.status": (
        "这里是扫码枪、通道和账本的灯；打勾是好的，F1 看解释。",
        "Lamps of scanner, channels and journal; a tick is well, F1 explains.",
    ),
    "tour.step": ("{n} / {m}", "{n} / {m}"),
    "tour.next": ("下一处", "Next"),
    "tour.end": ("开始练习", "Practise"),
    "tour.leave": ("离开", "Leave"),
}
