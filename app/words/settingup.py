"""The settings' pages and the first start: their headings, their buttons, and what is wrong with what was entered."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "sp.title": ("码收 首次设置", "Mashou: first set-up"),
    "sp.step": ("第 {n} 步，共 {m} 步", "Step {n} of {m}"),
    # sections
    "sp.shop": ("门店", "Shop"),
    "sp.till": ("本机", "This till"),
    "sp.people": ("人员", "Staff"),
    "sp.channels": ("支付通道", "Channels"),
    "sp.scanner": ("扫码枪", "Scanner"),
    "sp.printer": ("小票打印机", "Printer"),
    "sp.display": ("客显", "Customer display"),
    "sp.voice": ("语音", "Voice"),
    "sp.looks": ("外观与语言", "Looks, language"),
    "sp.keys": ("热键", "Hot keys"),
    "sp.about": ("关于", "About"),
    "sp.finish": ("自检与开张", "Check and open"),
    "sp.channels.title": ("支付通道的密钥", "Keys of the channels"),
    "sp.api.v2": ("微信 V2", "WeChat V2"),
    "sp.api.v3": ("微信 V3", "WeChat V3"),
    # buttons
    "sp.save": ("保存", "Save"),
    "sp.seal": ("封存密钥", "Seal"),
    "sp.test": ("自检", "Check"),
    "sp.again": ("再测一次", "Check again"),
    "sp.back": ("上一步", "Back"),
    "sp.next": ("下一步", "Next"),
    "sp.skip": ("先不用{name}", "Without {name}"),
    "sp.drop": ("停用{name}", "Drop {name}"),
    "sp.drop.sure": ("再按一次停用", "Press again"),
    "sp.open": ("开始收款", "Open the till"),
    "sp.choose": ("选文件", "Choose file"),
    "sp.other": ("换文件", "Other file"),
    "sp.people.go": ("去人员页", "Staff page"),
    "sp.scanner.find": ("找扫码枪", "Find it"),
    "sp.scanner.test": ("试扫码枪", "Try it"),
    "sp.printer.test": ("打测试条", "Print test"),
    "sp.display.test": ("试客显", "Try it"),
    "sp.voice.test": ("试听", "Listen"),
    "sp.licences": ("许可证", "Licences"),
    "sp.standard": ("标准键", "Standard"),
    "sp.more": ("更多设置", "More"),
    "sp.less": ("收起", "Fewer"),
    "sp.yes": ("是", "Yes"),
    "sp.no": ("否", "No"),
    # what stands on the side
    "sp.checks": ("自检", "Checks"),
    "sp.checks.ok": ("自检：都通过", "Checks: all passed"),
    "sp.checks.not": ("自检：{n} 项没过", "Checks: {n} not passed"),
    "sp.checks.none": ("还没有自检。自检不会收钱。", "Not checked yet. A check charges nothing."),
    "sp.checks.busy": ("正在自检，最多一分钟。", "Checking, a minute at most."),
    "sp.checks.note": (
        "自检不会收钱。诊断包不含密钥，可以发给服务商。",
        "Checks charge nothing. A support bundle holds no keys.",
    ),
    "sp.saved": ("已保存。", "Saved."),
    "sp.saved.later": ("已保存，下次打开码收时生效。", "Saved; it counts from the next start."),
    "sp.sealed": ("已封存，不再显示", "Sealed, never shown"),
    "sp.later": (
        "保存后，下次打开码收时生效；收款照常。",
        "What is saved counts from the next start; selling goes on.",
    ),
    "sp.start": ("门店与机号", "Shop and till"),
    "sp.paper": ("小票与客显", "Paper, display"),
    "sp.comfort": ("语音与外观", "Voice, looks"),
    "sp.start.note": (
        "先定语言、店名和机号；都可以以后在设置里改。",
        "Language, shop and number first; all can be changed in the settings later.",
    ),
    "sp.finish.note": (
        "开张后先给店长设工号和 PIN，再试收一笔。",
        "Next the manager gets a number and a PIN; then try a sale.",
    ),
    "sp.unsaved": ("有改动还没保存。", "Changes are not saved yet."),
    "sp.busy": ("正在保存…", "Saving…"),
    "sp.open.say": (
        "还有 {n} 笔未了结，账号和密钥没有改；这些单照常在办，等它们了结后再改。",
        "{n} {n:sale is|sales are} open, so account and keys stay; change them after that.",
    ),
    "sp.practice": (
        "这里是训练，通道的密钥由模拟器发，没有改；真实密钥请装到真实的文件夹。",
        "This is training: the simulator gives the keys, nothing changed; real keys need a folder of their own.",
    ),
    "sp.disk": (
        "设置没有存进去，收款照旧用原来的设置；请检查磁盘和权限后再保存。",
        "Not saved; selling goes on with the settings as before. Check the disk, then save again.",
    ),
    "sp.worker": (
        "后台没有回话，这一步没有做；请关掉窗口再打开。",
        "The worker does not answer and nothing was done; close and reopen the window.",
    ),
    "sp.none.channel": (
        "还没有支付通道，能开机但不能收码；以后在设置里装。",
        "No channel yet: it opens but cannot take codes; add one in the settings.",
    ),
    "sp.keys.hint": (
        "点一个键，再按新键；Esc 不改。扫码枪会发的键不能用。",
        "Choose one, then press its new key; Esc keeps it. Keys that scanners send are refused.",
    ),
    "sp.keys.press": ("请按新键…", "Press the new key…"),
    "sp.about.source": ("源码运行，没有打包记录", "Run from source, not built"),
    "sp.about.version": ("版本", "Version"),
    "sp.about.commit": ("提交", "Commit"),
    "sp.about.digest": ("源码指纹", "Source digest"),
    "sp.about.folder": ("数据文件夹", "Data folder"),
    "sp.about.nolicences": ("源码运行，许可证见各软件包。", "Run from source; each package has its licence."),
    "sp.printed": (
        "测试条已交给打印机；没有出来就看状态栏的打印机。",
        "The test slip is with the printer; if none comes, see its lamp below.",
    ),
    "sp.none.here": ("这台机器上还没有这一项。", "Not on this computer yet."),
    # files and keys
    "sp.file.unreadable": (
        "读不了 {name}，什么都没改；请另选文件。",
        "{name} cannot be read, nothing changed; choose another.",
    ),
    "sp.file.big": ("{name} 太大，不是密钥或证书；请另选文件。", "{name} is too big for a key; choose another file."),
    "sp.file.private": (
        "{name} 里是私钥，这里要证书或公钥；没有读进去，请另选文件。",
        "{name} holds a private key; a certificate or public key belongs here. Not taken; choose another.",
    ),
    "sp.file.nocert": (
        "{name} 不是证书，没有读进去；请另选文件。",
        "{name} is no certificate, not taken; choose another.",
    ),
    "sp.file.nopublic": (
        "{name} 不是公钥，没有读进去；请另选文件。",
        "{name} is no public key, not taken; choose another.",
    ),
    "sp.file.nokey": (
        "{name} 打不开：密码不对，或不是私钥；没有封存，请核对后再选。",
        "{name} does not open: wrong password, or no private key. Not sealed; check and choose again.",
    ),
    "sp.file.password": (
        "{name} 打不开，可能要密码；没有封存，请填证书密码后再封存。",
        "{name} does not open, perhaps for want of its password. Not sealed; type it and seal again.",
    ),
    "sp.secret.missing": (
        "这个密钥还没有给，没有封存；请填好再封存。",
        "This key is missing, nothing sealed; give it, then seal.",
    ),
    "sp.cert.test": (
        "这张证书是测试环境的，没有封存；请换成生产环境的证书。",
        "This certificate is the test environment's, nothing sealed; take the production one.",
    ),
}
