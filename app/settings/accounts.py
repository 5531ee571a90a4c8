"""A merchant's accounts with the channels: a section each, the facts that are no secret. Declared as in ``model``."""

from dataclasses import dataclass

from app.settings.declared import setting
from app.settings.parsers import RATE, choice, pem, text, url, url_or_none, whole, yes_no


@dataclass(frozen=True, slots=True)
class Wechat:
    """Public facts of a WeChat Pay V2 merchant; the API key and the client key are sealed."""

    base_url: str = setting("https://api.mch.weixin.qq.com", url)
    appid: str = setting("", text(32, r"[0-9A-Za-z]{1,32}"))
    mch_id: str = setting("", text(32, r"[0-9]{1,32}"))
    sign_type: str = setting("HMAC-SHA256", choice("HMAC-SHA256", "MD5"))
    client_cert_pem: str = setting("", pem)
    sub_mch_id: str = setting("", text(32, r"[0-9]{0,32}"))
    sub_appid: str = setting("", text(32, r"[0-9A-Za-z]{0,32}"))
    fee_rate: str = setting("", text(6, RATE))


@dataclass(frozen=True, slots=True)
class WechatV3:
    """Public facts of a WeChat Pay V3 merchant, in place of ``Wechat``; its private key and APIv3 key are sealed.

    Where a service provider runs the shop, ``mchid`` and ``appid`` are its own and ``sub_mchid`` is the shop. What the
    documents leave in doubt is strict here; each doubt stands in ``channels.wechat_v3.config``.
    """

    base_url: str = setting("https://api.mch.weixin.qq.com", url)
    mchid: str = setting("", text(32, r"[0-9]{1,32}"))
    appid: str = setting("", text(32, r"[0-9A-Za-z]{1,32}"))
    merchant_serial_no: str = setting("", text(40, r"[0-9A-Fa-f]{8,40}"))
    mode: str = setting("public_key", choice("public_key", "certificate"))
    wechatpay_public_key_id: str = setting("", text(80, r"(?:PUB_KEY_ID_[0-9A-Za-z]{1,64})?"))
    wechatpay_public_key_pem: str = setting("", pem)
    platform_root_pem: str = setting("", pem)
    require_root: bool = setting(default=True, parser=yes_no)
    unsigned_not_found: bool = setting(default=False, parser=yes_no)
    notice_window: int = setting(300, whole(0, 604_800))
    sub_mchid: str = setting("", text(32, r"[0-9]{0,32}"))
    sub_appid: str = setting("", text(32, r"[0-9A-Za-z]{0,32}"))
    fee_rate: str = setting("", text(6, RATE))


@dataclass(frozen=True, slots=True)
class Alipay:
    """Public facts of an Alipay application; its private key is sealed."""

    gateway_url: str = setting("https://openapi.alipay.com/gateway.do", url)
    app_id: str = setting("", text(32, r"[0-9]{1,32}"))
    mode: str = setting("public_key", choice("public_key", "certificate"))
    alipay_public_key_pem: str = setting("", pem)
    app_cert_pem: str = setting("", pem)
    alipay_cert_pem: str = setting("", pem)
    alipay_root_cert_pem: str = setting("", pem)
    app_auth_token: str = setting("", text(64, r"[0-9A-Za-z]{0,64}"))
    sys_service_provider_id: str = setting("", text(32, r"[0-9]{0,32}"))
    bill_hosts: str = setting("dwbillcenter.alipay.com", text(256, r"[0-9a-z.-]*( [0-9a-z.-]+)*"))
    fee_rate: str = setting("", text(6, RATE))


@dataclass(frozen=True, slots=True)
class Unionpay:
    """Public facts of a UnionPay merchant; its signing key is sealed.

    Where public sources disagree the default is the strict reading; each doubt stands in ``channels.unionpay.config``.
    """

    back_url_base: str = setting("https://gateway.95516.com", url)
    file_url: str = setting("", url_or_none)
    mer_id: str = setting("", text(15, r"[0-9A-Za-z]{15}"))
    term_id: str = setting("", text(8, r"(?:[0-9A-Za-z]{8})?"))
    term_info: str = setting("", text(512, r"[ -~]*"))
    risk_rate_info: str = setting("", text(512, r"[ -~]*"))
    sign_cert_pem: str = setting("", pem)
    root_cert_pem: str = setting("", pem)
    middle_cert_pem: str = setting("", pem)
    test_environment: bool = setting(default=False, parser=yes_no)
    back_url: str = setting("http://www.specialUrl.com", text(256, r"https?://[!-~]+"))
    channel_type: str = setting("08", choice("08", "07"))
    query_biz_type: str = setting("000000", choice("000000", "000201"))
    refund_days: int = setting(30, whole(1, 366))
    bill_void_code: str = setting("", text(3, r"(?:[0-9A-Z]{3})?"))
    fee_rate: str = setting("", text(6, RATE))
