"""Setting up: what each setting is and may be (also the comments of the file), and what is wrong with a file."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "set.header": (
        "码收的设置。写错的一行会被指出，并暂用上次的好设置。",
        "Settings of the till. A wrong line is named, and the last good settings stand in.",
    ),
    "set.place": ("第 {line} 行：", "Line {line}: "),
    "set.missing": (
        "{path} 还没有设置，不能开机；请打开收银窗口设置，或运行 mashou setup。",
        "{path} is not set up, so it cannot open; set it up in the window, or run mashou setup.",
    ),
    "set.unreadable": (
        "读不了设置文件 {path}；请检查权限和磁盘。",
        "The settings file {path} cannot be read; check its permissions and the disk.",
    ),
    "set.big": (
        "设置文件 {path} 太大，没有读；请恢复备份。",
        "The settings file {path} is too big and was not read; restore a copy.",
    ),
    "set.encoding": (
        "{place}设置文件 {path} 不是 UTF-8 文字；请存成 UTF-8。",
        "{place}the settings file {path} is not UTF-8 text; save it as UTF-8.",
    ),
    "set.syntax": (
        "{place}设置文件写法不对；请改正这一行。",
        "{place}the settings file is not valid TOML; mend this line.",
    ),
    "set.unknown": (
        "{place}没有「{name}」这一项设置；请改正名字或删掉这一行。",
        "{place}there is no setting {name}; mend its name or delete the line.",
    ),
    "set.bad": ("{place}{name} 的值不能用。{want}", "{place}the value of {name} cannot be used. {want}"),
    "set.used_last": ("{why}正用上次的好设置。", "{why} The last good settings are in use."),
    "set.simulator.away": (
        "模拟器只能在本机上；请改正 simulator 或通道的地址。",
        "A simulator is on this computer only; mend simulator or the addresses.",
    ),
    "set.pace.real": ("只有模拟器可以改快慢；请把 pace 改成 1。", "Only a simulator changes the pace; set pace to 1."),
    "set.ca.real": (
        "自带的根证书只用于本机地址；请删掉 ca_pem。",
        "An authority of one's own serves this computer only; delete ca_pem.",
    ),
    "set.keys.twice": (
        "{place}{name}：这个键已有别的用处，请换一个键。",
        "{place}{name}: this key already does something else; choose another.",
    ),
    "set.keys.shape": (
        "热键是 F1 到 F12，或 Ctrl、Alt 加一个字母，例如 Ctrl+K。",
        "A hot key is F1 to F12, or Ctrl or Alt with a letter, such as Ctrl+K.",
    ),
    "set.keys.scanner": (
        "扫码枪会发出这个键，扫码时会误触；请换一个键。",
        "Scanners send this key while they read; choose another.",
    ),
    "set.keys.reserved": (
        "这个键在每一页都有固定的用处；请换一个键。",
        "This key has its fixed use on every page; choose another.",
    ),
    # one sentence per setting
    "set.simulator": (
        "连的是本机模拟器（true），还是真实通道（false）。",
        "A simulator on this computer, or real channels.",
    ),
    "set.pace": ("比真实时间快几倍，真实通道是 1。", "How many times faster than life; 1 for real channels."),
    "set.shop.name": ("店名，最多 32 字。", "The shop's name, at most 32 characters."),
    "set.shop.store_id": ("门店编号，最多 32 个字母或数字。", "Store number, at most 32 letters or digits."),
    "set.till.terminal": ("本机编号，四位数字。", "This till's number, four digits."),
    "set.till.operator": ("当班收银员的工号。", "Staff number of the cashier."),
    "set.till.language": ("界面语言：zh 或 en。", "Language: zh or en."),
    "set.till.cap_fen": (
        "超过这个数要多按一次键；设置文件里以分为单位，窗口里以元为单位。",
        "Above this one more key is asked: fen in this file, yuan in the window.",
    ),
    "set.staff.idle_minutes": (
        "没人动几分钟后锁屏，0 到 240；0 不锁。收款在后台继续。",
        "Minutes without a touch before it locks, 0 to 240; 0: never. Payments go on.",
    ),
    "set.staff.badge_alone": (
        "主管、店长只刷工牌、不输密码也算数：true；还要密码：false。",
        "A supervisor's badge counts without a PIN: true; PIN too: false.",
    ),
    "set.looks.theme": (
        "明暗：system 跟系统，light 亮，dark 暗。",
        "Brightness: system as the system has it, light, dark.",
    ),
    "set.looks.scale": (
        "放大百分之几：100、125、150、175、200；下次打开时生效。",
        "Scale in per cent: 100, 125, 150, 175, 200; from the next start.",
    ),
    "set.keys.help": (
        "帮助的键，F1 到 F12，或 Ctrl、Alt 加字母。",
        "Key for help: F1 to F12, Ctrl or Alt and a letter.",
    ),
    "set.keys.stop": ("停收的键，写法同上。", "Key to stop a sale, written likewise."),
    "set.keys.next": ("下一位顾客的键，写法同上。", "Key for the next customer, written likewise."),
    "set.keys.office": ("主管、店长的页的键，写法同上。", "Key for the office, written likewise."),
    "set.keys.check": ("再查一次的键，写法同上。", "Key to check again, written likewise."),
    "set.keys.reprint": ("重印的键，写法同上。", "Key to print again, written likewise."),
    "set.keys.keep": ("确认大额、收下的键，写法同上。", "Key for a large sum being right, and noted, likewise."),
    "set.keys.give": ("确认退款的键，写法同上。", "Key that confirms a refund, written likewise."),
    "set.keys.other": ("换方式收的键，写法同上。", "Key for another tender, written likewise."),
    "set.keys.language": ("切换中文、英文的键，写法同上。", "Key for 中文 or English, written likewise."),
    "set.line.ca_pem": ("模拟器的根证书（PEM）。", "The simulator's authority (PEM)."),
    "set.wechat.base_url": ("微信支付的 https 地址。", "WeChat Pay's https address."),
    "set.wechat.appid": ("微信的 appid。", "WeChat appid."),
    "set.wechat.mch_id": ("微信商户号，只有数字。", "WeChat merchant number, digits only."),
    "set.wechat.sub_mch_id": (
        "特约商户号，只有数字；不经服务商就留空。",
        "The shop's number under a service provider, digits only; empty without one.",
    ),
    "set.wechat.sub_appid": (
        "特约商户的 appid；没有就留空。",
        "The shop's own appid under a service provider; empty if none.",
    ),
    "set.wechat.fee_rate": (
        "合同里的手续费率，如 0.60%；留空就不核对手续费。",
        "The contract's fee, such as 0.60%; empty: fees are not compared.",
    ),
    "set.wechat.sign_type": ("签名方式：HMAC-SHA256 或 MD5。", "Signature: HMAC-SHA256 or MD5."),
    "set.wechat.client_cert_pem": (
        "微信商户证书（PEM），撤销要用。",
        "WeChat merchant certificate (PEM), for revoking.",
    ),
    "set.wechat_v3.base_url": ("微信支付的 https 地址。", "WeChat Pay's https address."),
    "set.wechat_v3.mchid": (
        "微信商户号，只有数字；经服务商的填服务商的。",
        "Merchant number, or the provider's, digits only.",
    ),
    "set.wechat_v3.appid": ("微信的 appid；经服务商的填服务商的。", "WeChat appid, or the provider's."),
    "set.wechat_v3.merchant_serial_no": ("商户 API 证书的序列号。", "Serial number of the API certificate."),
    "set.wechat_v3.mode": ("验签方式：public_key 或 certificate。", "Verification: public_key or certificate."),
    "set.wechat_v3.wechatpay_public_key_id": (
        "微信支付公钥的编号，以 PUB_KEY_ID_ 开头。",
        "Id of WeChat Pay's public key, PUB_KEY_ID_...",
    ),
    "set.wechat_v3.wechatpay_public_key_pem": ("微信支付公钥（PEM）。", "WeChat Pay's public key (PEM)."),
    "set.wechat_v3.platform_root_pem": (
        "签发平台证书的根证书（PEM），certificate 方式要用。",
        "Root of the platform certificates (PEM), for certificate.",
    ),
    "set.wechat_v3.require_root": (
        "平台证书必须由这张根证书签发：true；只凭 APIv3 密钥：false。",
        "Platform certificates must lead to that root: true; the APIv3 key will do: false.",
    ),
    "set.wechat_v3.unsigned_not_found": (
        "没有签名的「查无此单」也算数：true；不算：false。",
        'An unsigned "no such order" counts: true; does not: false.',
    ),
    "set.wechat_v3.notice_window": (
        "通知的签名时间最多差几秒；0 表示不查。",
        "Seconds a notice's signature may be off; 0: not checked.",
    ),
    "set.wechat_v3.sub_mchid": (
        "特约商户号，只有数字；不经服务商就留空。",
        "The shop's number under a service provider, digits only; empty without one.",
    ),
    "set.wechat_v3.sub_appid": (
        "特约商户的 appid；没有就留空。",
        "The shop's own appid under a service provider; empty if none.",
    ),
    "set.wechat_v3.fee_rate": (
        "合同里的手续费率，如 0.60%；留空就不核对手续费。",
        "The contract's fee, such as 0.60%; empty: fees are not compared.",
    ),
    "set.alipay.gateway_url": ("支付宝网关的 https 地址。", "Alipay's https gateway."),
    "set.alipay.app_id": ("支付宝应用号，只有数字。", "Alipay app_id, digits only."),
    "set.alipay.app_auth_token": (
        "商家给服务商的授权令牌；不经服务商就留空。",
        "The shop's authorisation token for a service provider; empty without one.",
    ),
    "set.alipay.sys_service_provider_id": (
        "服务商编号（PID）；没有就留空。",
        "The service provider's number (PID); empty if none.",
    ),
    "set.alipay.bill_hosts": (
        "可以从哪些主机下载对账单，用空格隔开。",
        "Hosts a bill may be fetched from, separated by spaces.",
    ),
    "set.alipay.fee_rate": (
        "合同里的手续费率，如 0.60%；留空就不核对手续费。",
        "The contract's fee, such as 0.60%; empty: fees are not compared.",
    ),
    "set.alipay.mode": ("验签方式：public_key 或 certificate。", "Verification: public_key or certificate."),
    "set.alipay.alipay_public_key_pem": ("支付宝公钥（PEM）。", "Alipay's public key (PEM)."),
    "set.alipay.app_cert_pem": ("应用公钥证书（PEM）。", "The application's certificate (PEM)."),
    "set.alipay.alipay_cert_pem": ("支付宝公钥证书（PEM）。", "Alipay's certificate (PEM)."),
    "set.alipay.alipay_root_cert_pem": ("支付宝根证书（PEM）。", "Alipay's root certificates (PEM)."),
    "set.unionpay.back_url_base": ("银联网关的 https 地址，不带路径。", "UnionPay's https gateway, without a path."),
    "set.unionpay.file_url": (
        "银联对账文件的 https 地址；留空则随网关。",
        "https address of UnionPay's files; empty: as the gateway's.",
    ),
    "set.unionpay.mer_id": ("银联商户代码，15 位。", "UnionPay merchant number, 15 characters."),
    "set.unionpay.term_id": (
        "收单机构分配的终端号，8 位；留空则用收银台号补零。",
        "Terminal number of the acquirer, 8 characters; empty: the till's, with zeros.",
    ),
    "set.unionpay.term_info": (
        "收单机构给的终端信息（termInfo），其中的收银台号、门店号、地址用 terminal、store、ip 加花括号代替；留空不送。",
        "The acquirer's termInfo; terminal, store and ip in braces are filled in; empty: not sent.",
    ),
    "set.unionpay.risk_rate_info": (
        "收单机构给的风险信息（riskRateInfo），写法同上；留空不送。",
        "The acquirer's riskRateInfo, written likewise; empty: not sent.",
    ),
    "set.unionpay.sign_cert_pem": ("银联商户签名证书（PEM）。", "The merchant's signing certificate (PEM)."),
    "set.unionpay.root_cert_pem": ("银联根证书（PEM）。", "UnionPay's root certificate (PEM)."),
    "set.unionpay.middle_cert_pem": ("银联中级证书（PEM）。", "UnionPay's middle certificate (PEM)."),
    "set.unionpay.test_environment": (
        "银联测试环境或模拟器：true；真实收款：false。",
        "UnionPay's test environment or a simulator: true; real money: false.",
    ),
    "set.unionpay.back_url": (
        "后台通知地址，必须有；不收通知就留银联的占位地址。",
        "Where notifications go; the placeholder for none.",
    ),
    "set.unionpay.channel_type": (
        "渠道类型：08 或 07，各家资料不一，以收单机构为准。",
        "channelType: 08 or 07; sources differ, ask the acquirer.",
    ),
    "set.unionpay.query_biz_type": (
        "查询的产品类型：000000 或 000201，各家资料不一。",
        "bizType of a query: 000000 or 000201; sources differ.",
    ),
    "set.unionpay.refund_days": (
        "退货期限（天），只用来提醒：规范 30 天，示例 11 个月，以合同为准。",
        "Days a refund is open, a warning only: 30 by the rule, 11 months by the demo; see the contract.",
    ),
    "set.unionpay.bill_void_code": (
        "对账文件里撤销的交易代码；不知道就留空。",
        "Trade code of a void in the file; empty if not known.",
    ),
    "set.unionpay.fee_rate": (
        "合同里的手续费率，如 0.60%；留空就不核对手续费。",
        "The contract's fee, such as 0.60%; empty: fees are not compared.",
    ),
    # the file the keys arrive in
    "client.missing": (
        "找不到商户文件 {name}，什么都没装；请核对路径。",
        "There is no client file {name}, nothing was taken; check the path.",
    ),
    "client.unreadable": (
        "读不了商户文件 {name}，什么都没装；请检查权限。",
        "The client file {name} cannot be read, nothing was taken; check its permissions.",
    ),
    "client.big": (
        "商户文件 {name} 太大，没有读；请核对是不是选错了。",
        "The client file {name} is too big and was not read; is it the right one?",
    ),
    "client.notjson": (
        "{name} 不是商户文件（不是 JSON），什么都没装；请另选文件。",
        "{name} is not a client file (not JSON), nothing was taken; choose another.",
    ),
    "client.format": (
        "商户文件的格式号不是 1，什么都没装；请用这个版本的文件。",
        "The client file's format is not 1, nothing was taken; use one for this version.",
    ),
    "client.field": (
        "商户文件里 {name} 缺少或不能用，什么都没装；请改正后再装。",
        "In the client file {name} is missing or cannot be used, nothing was taken; mend it.",
    ),
    "client.nochannel": (
        "商户文件里没有任何通道，什么都没装；请另选文件。",
        "The client file holds no channel, nothing was taken; choose another.",
    ),
    "client.v3key": (
        "微信 APIv3 密钥是 32 个字符，{name} 不是，没有装；请核对。",
        "An APIv3 key has 32 characters, {name} has not, nothing was taken; compare it.",
    ),
    "client.v2key": (
        "微信 V2 密钥是 32 个字符，{name} 不是，没有装；请核对。",
        "A WeChat V2 key has 32 characters, {name} has not, nothing was taken; compare it.",
    ),
}
