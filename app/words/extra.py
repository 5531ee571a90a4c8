"""What the page of words leaves out and the rooms turned out to need; the same rules of tone and length hold."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # an alarm of the machine: Alipay said 10000, no query has confirmed it (design §7.7)
    "st.accepted.head": ("支付宝已受理，待确认", "Alipay took it, checking"),
    "st.accepted.is": ("支付宝已受理，正在确认。", "Alipay accepted it; checking."),
    "st.accepted.do": ("请看顾客手机账单；系统一直在查。", "See the bill on their phone; checks go on."),
    "st.accepted.keys": ("F5 再查一次  F2 停收", "F5 Check now  F2 Stop"),
    "app.restarted.say": ("账本出错，已重新启动，正在核对。", "Journal error: restarted, checking."),
    "app.broken.head": ("账本反复出错，已停机", "Journal fails, stopped"),
    "app.broken.is": ("重启三次仍不好；账本里的都在。", "Three restarts failed; the journal is kept."),
    "app.broken.do": ("请叫店长；不要删文件，换一台机器收款。", "Call the manager; use another till."),
    "app.practice.say": (
        "训练模拟器没有启动；请关掉再打开，不行看 sim.log。",
        "The practice service did not start; reopen, else see sim.log.",
    ),
    "scan.cap.head": ("先核对金额，再扫码", "Check the amount first"),
    "scan.cap.do": ("这个码没收。没错按 F7，再请顾客刷新后扫。", "Not taken. Amount right: F7, then a fresh code."),
    "scan.answered.head": ("已回复收银软件：未收", "Told: not paid"),
    "scan.answered.do": ("这笔不能再收。请从收银软件重新发起。", "Not taken. Start it anew from the POS."),
    "scan.amount.head": ("这不是金额", "Not an amount"),
    "scan.amount.do": ("请写成 12.50 这样。", "Write it like 12.50."),
    # the sealed keys of a data folder
    "keys.where.keyring": ("密钥已封存，钥匙在系统钥匙串里。", "Sealed; the key to it is in the keyring."),
    "keys.where.file": (
        "密钥已封存，钥匙在 wrapping.key 文件里，只限模拟器。",
        "Sealed; the key to it is in wrapping.key (simulator only).",
    ),
    "keys.where.passphrase": ("密钥用口令封着，每次启动要输。", "Sealed by a passphrase, asked for at each start."),
    "keys.missing.say": ("这里没有封存的密钥，请先运行 mashou setup。", "No sealed keys here; run mashou setup first."),
    "keys.gone.say": ("解封的钥匙不见了，请店长重装密钥。", "The key to the sealed keys is gone; manager reloads."),
    "keys.wrong.say": ("口令或钥匙不对，密钥没打开；请核对再开。", "Wrong passphrase or key, still sealed; check it."),
    "keys.damaged.say": ("封存的密钥损坏或被改过，请店长重装。", "Sealed keys damaged or altered; manager reloads."),
    "keys.newer.say": ("密钥由更新的版本封存，请升级程序再开。", "Keys sealed by a newer version; update first."),
    "keys.mixed.say": (
        "真实密钥和训练密钥不能同放；请另用文件夹。",
        "Real and training keys need separate folders.",
    ),
    "keys.disk.say": ("密钥文件读写出错，请检查磁盘。", "Can't read or write the key file; see the disk."),
    "passphrase.file.say": (
        "读不了口令文件，还没开；请核对 MASHOU_PASSPHRASE_FILE。",
        "MASHOU_PASSPHRASE_FILE can't be read, not open; check it.",
    ),
    "passphrase.ask": ("请输入口令", "Passphrase"),
    "passphrase.ask.do": (
        "密钥用它封着；输对了才能开始收款。",
        "It opens this till's keys; selling begins after that.",
    ),
    "passphrase.choose": ("设一个口令", "New passphrase"),
    "passphrase.choose.do": (
        "这台电脑没有钥匙串，密钥用口令封存，每次打开都要输。忘了没人能找回，请记好。",
        "No keyring here: a passphrase seals the keys, asked at each start. Nobody can recover it.",
    ),
    "passphrase.again": ("再输一次口令", "Type it once more"),
    "passphrase.again.do": ("两次要一样，免得手滑把密钥锁死。", "Both must be the same, lest a slip locks the keys."),
    "passphrase.away": ("先不输", "Not now"),
    "passphrase.none.say": ("需要口令，但没有人可问；可用口令文件。", "A passphrase is needed; use a passphrase file."),
    "passphrase.differ.say": ("两次输入的口令不一样，请再装一次。", "The two passphrases differ; set up again."),
    "passphrase.empty.say": ("口令是空的，请再输一次。", "Empty passphrase; type it again."),
}
