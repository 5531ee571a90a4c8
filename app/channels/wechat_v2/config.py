"""What a merchant's WeChat V2 room is opened with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.channels.api import Secret

PRODUCTION: Final = "https://api.mch.weixin.qq.com"  # wechat.md §2; there is no second send on a backup host (§7.10c)


class SignType(StrEnum):
    """MD5 only where the merchant is set so."""

    HMAC_SHA256 = "HMAC-SHA256"
    MD5 = "MD5"


def _no_anchor() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class WechatV2:
    """``base_url`` without a path. ``ca_pem`` only for a simulator on this machine.

    Where a service provider runs the shop, ``appid`` and ``mch_id`` are its own, ``sub_mch_id`` is the shop and
    ``sub_appid``, if there is one, the shop's; they then stand in every call.
    """

    base_url: str
    appid: str
    mch_id: str
    api_key: Secret = field(repr=False)
    client_cert_pem: str = field(repr=False)
    client_key_pem: Secret = field(repr=False)
    sign_type: SignType = SignType.HMAC_SHA256
    ca_pem: str = field(default="", repr=False)
    sub_mch_id: str = ""
    sub_appid: str = ""
    anchor: Callable[[], str] = field(default=_no_anchor, repr=False)  # goes out as ``attach``, at most 127 characters
