"""What ``mashou doctor`` says: what is wrong, and who mends it."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "doc.all.ok": ("自检都通过。", "All checks passed."),
    "doc.all.not": ("自检有 {n} 项要处理。", "{n} {n:check needs|checks need} somebody."),
    "doc.who.manager": ("店长", "manager"),
    "doc.who.acquirer": ("收单机构", "acquirer"),
    "doc.who.network": ("网络", "network"),
    "doc.name.settings": ("设置", "Settings"),
    "doc.name.vault": ("密钥", "Keys"),
    "doc.name.journal": ("账本", "Journal"),
    "doc.name.disk": ("磁盘", "Disk"),
    "doc.name.scanner": ("扫码枪", "Scanner"),
    "doc.name.cert": ("证书", "Certificates"),
    "doc.name.clock": ("时钟", "Clock"),
    "doc.settings.ok": ("读得通。", "They can be read."),
    "doc.settings.last": ("{why}暂用上次的好设置。", "{why} The last good settings stand in."),
    "doc.vault.ok": ("打得开。", "They open."),
    "doc.vault.lacks": (
        "有通道的密钥没有封存，这个通道收不了款；请在设置的「支付通道」里重装。",
        "A channel's keys are not sealed, so it cannot sell; load them anew under Channels in the settings.",
    ),
    "doc.journal.ok": ("末尾核对通过，共 {n} 条，可写。", "The tail holds, {n} {n:record|records}, writable."),
    "doc.journal.beside": (
        "末尾核对通过，共 {n} 条；收银窗口正在写。",
        "The tail holds, {n} {n:record|records}; the till's window is writing it.",
    ),
    "doc.journal.unlocked": (
        "密钥没打开，只看了账本能不能读，共 {n} 条。",
        "Without the keys only readability was checked, {n} {n:record|records}.",
    ),
    "doc.journal.none": ("还没有账本，第一次收款时建立。", "None yet; the first start makes it."),
    "doc.journal.readonly": ("数据文件夹写不进去：{path}", "The data folder cannot be written: {path}"),
    "doc.disk.ok": ("还有 {size}。", "{size} free."),
    "doc.scanner.ok": ("{port} 在，读得了。", "{port} is there and can be read."),
    "doc.scanner.gone": (
        "找不到 {port}；请插好，或改设置里的 scanner.port。",
        "No {port}; plug it in, or set scanner.port.",
    ),
    "doc.scanner.wedge": (
        "没有设串口；当键盘用的扫码枪不用设。",
        "No port set; one that types like a keyboard needs none.",
    ),
    "doc.cert.ok": ("都在有效期，最早 {date} 到期。", "All valid; the first ends {date}."),
    "doc.cert.early": (
        "{channel}证书 {date} 才生效，请核对电脑日期。",
        "{channel} certificate starts {date}; check the date.",
    ),
    "doc.cert.unreadable": (
        "{channel}证书 {name} 读不出来，请重新下载。",
        "{channel} certificate {name} is unreadable.",
    ),
    "doc.clock.ok": ("与通道相差 {n} 秒。", "{n} s from the channels."),
    "doc.clock.fast": ("本机比通道快 {n} 秒，请打开自动校时。", "{n} s ahead of the channels; turn on automatic time."),
    "doc.clock.slow": ("本机比通道慢 {n} 秒，请打开自动校时。", "{n} s behind the channels; turn on automatic time."),
    "doc.channel.ok": ("签名、验签和查询都正常，{ms} 毫秒。", "Signing, verifying and a query work, {ms} ms."),
    "doc.channel.none": (
        "还没开通任何通道；请在窗口的设置里填，或运行 mashou setup。",
        "No channel is set up; fill one in under Settings, or run mashou setup.",
    ),
    "doc.channel.shut": (
        "打不开：{why}。请重装密钥和证书。",
        "It cannot be opened: {why}. Load keys and certificates anew.",
    ),
    "doc.channel.dates": (
        "电脑的日期时间不对，证书或签名的时间对不上，请校时。",
        "This computer's clock is wrong: certificate or signature are out of their time. Set it.",
    ),
    "doc.channel.silent": (
        "连不上，{n} 秒没有回话；请查网线、路由器、防火墙。",
        "No answer in {n} s; check cable, router and firewall.",
    ),
    "doc.channel.nosim": (
        "模拟器没有回话；请先运行 mashou sim。",
        "The simulator does not answer; run mashou sim first.",
    ),
    "doc.channel.tls": ("对方不认商户证书，请重新下载安装。", "The merchant certificate is not taken; get it again."),
    "doc.channel.keys": (
        "对方不认签名（{code}）：密钥不对，请在商户平台核对后重装。",
        "Our signature is not taken ({code}): compare the key at the merchant's site and load it anew.",
    ),
    "doc.channel.config": (
        "商户号、应用号或参数不对（{code}），请核对设置。",
        "Merchant, application or a parameter is wrong ({code}); check the settings.",
    ),
    "doc.channel.right": (
        "这个商户没有这项权限（{code}）：商户号要是没填错，就请收单机构开通。",
        "This merchant lacks the permission ({code}); if the number is right, ask for it.",
    ),
    "doc.channel.platform": (
        "微信的平台证书用不了：APIv3 密钥或根证书不对，请核对后重装。",
        "WeChat's platform certificates cannot be used: compare APIv3 key and root certificate.",
    ),
    "doc.channel.frozen": ("商户或产品被停用（{code}）。", "The merchant or product is suspended ({code})."),
    "doc.channel.forged": (
        "回话的签名对不上：装的通道公钥或证书不对，或线路被改动。",
        "The answer's signature fails: a wrong channel key or certificate, or the line was tampered with.",
    ),
    "doc.channel.stranger": (
        "有回话，但不是通道的：网络可能要登录，或有代理挡着。",
        "Something answered, not the channel: a web login or a proxy stands between.",
    ),
    "doc.channel.unsigned": (
        "签名和查询正常，{ms} 毫秒；这种回话没有签名，验签等第一笔收款。",
        "Signing and a query work, {ms} ms; this answer is unsigned, verifying shows with the first sale.",
    ),
    "doc.channel.unwell": (
        "通道没说结果（{code}），稍后再自检。",
        "The channel gave no result ({code}); test later.",
    ),
    # Why a channel cannot be opened: the English is the room's own sentence, by which the other is found.
    "doc.shut.https": ("地址要以 https:// 开头", "the address must begin with https://"),
    "doc.shut.address": ("地址不能用", "the address cannot be used"),
    "doc.shut.own_ca": (
        "自备的根证书只能给本机的模拟器用",
        "an own certificate authority is allowed for a simulator on this machine only",
    ),
    "doc.shut.ca": ("根证书读不出来", "the certificate authority's certificate cannot be read"),
    "doc.shut.pair": ("商户证书或它的密钥读不出来", "the merchant certificate or its key cannot be read"),
    "doc.shut.pair_odd": ("商户证书和密钥不配套", "the merchant certificate does not belong to its key"),
    "doc.shut.v2": ("缺 appid、商户号或 API 密钥", "appid, mch_id or the API key is missing"),
    "doc.shut.v3_key": ("商户私钥读不出来", "the merchant's private key cannot be read"),
    "doc.shut.v3_rsa": ("商户私钥不是 RSA", "the merchant's private key is not RSA"),
    "doc.shut.v3_public": ("微信支付公钥读不出来", "WeChat Pay's public key cannot be read"),
    "doc.shut.v3_bits": (
        "微信支付公钥不是 2048 位以上的 RSA",
        "WeChat Pay's public key is not RSA of at least 2048 bits",
    ),
    "doc.shut.v3_api": ("APIv3 密钥要有 32 个字符", "the APIv3 key must have 32 characters"),
    "doc.shut.v3_ids": ("缺商户号或 appid，或写法不对", "mchid or appid is missing or not one"),
    "doc.shut.v3_serial": (
        "缺商户证书的序列号，或写法不对",
        "the serial number of the merchant's certificate is missing or not one",
    ),
    "doc.shut.v3_sub": ("缺子商户号，或写法不对", "sub_mchid is missing or not one"),
    "doc.shut.v3_sub_app": ("子商户的 appid 写法不对", "sub_appid is not one"),
    "doc.shut.v3_key_id": ("缺微信支付公钥 ID，或写法不对", "the id of WeChat Pay's public key is missing or not one"),
    "doc.shut.v3_no_root": (
        "缺微信支付平台证书的根证书",
        "the root certificate of WeChat Pay's platform certificates is missing",
    ),
    "doc.shut.v3_root": ("根证书读不出来", "the root certificate cannot be read"),
    "doc.shut.ali_id": ("缺应用号 app_id", "app_id is missing"),
    "doc.shut.ali_key": ("应用私钥读不出来", "the application's private key cannot be read"),
    "doc.shut.ali_rsa": ("应用私钥不是 RSA", "the application's private key is not RSA"),
    "doc.shut.ali_public": ("支付宝公钥读不出来", "Alipay's public key cannot be read"),
    "doc.shut.ali_public_rsa": ("支付宝公钥不是 RSA", "Alipay's public key is not RSA"),
    "doc.shut.ali_app_cert": ("应用公钥证书读不出来", "the application's certificate cannot be read"),
    "doc.shut.ali_cert": ("支付宝公钥证书读不出来", "Alipay's certificate cannot be read"),
    "doc.shut.ali_root": ("支付宝根证书读不出来", "Alipay's root certificate cannot be read"),
    "doc.shut.ali_chain": (
        "支付宝公钥证书不是支付宝根证书签发的",
        "Alipay's certificate does not lead to Alipay's root certificate",
    ),
    "doc.shut.up_pair": ("签名证书或它的密钥读不出来", "the signing certificate or its key cannot be read"),
    "doc.shut.up_rsa": ("签名密钥不是 RSA", "the signing key is not RSA"),
    "doc.shut.up_odd": ("签名证书和密钥不配套", "the signing certificate does not belong to its key"),
    "doc.shut.up_root": ("银联根证书读不出来", "UnionPay's root certificate cannot be read"),
    "doc.shut.up_middle": ("银联中级证书读不出来", "UnionPay's middle certificate cannot be read"),
    "doc.shut.up_chain": (
        "银联中级证书不是银联根证书签发的",
        "UnionPay's middle certificate does not lead to its root certificate",
    ),
    "doc.shut.up_mer": ("商户号要有 15 位", "the merchant number has 15 characters"),
    "doc.shut.up_test": (
        "测试环境的签名证书不能用在生产网关",
        "the test environment's signer is not believed at the production gateway",
    ),
}
