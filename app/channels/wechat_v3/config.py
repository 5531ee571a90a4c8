"""What a merchant's WeChat V3 room is opened with. What the documents leave in doubt is a setting, strict at first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.channels.api import Secret

PRODUCTION: Final = "https://api.mch.weixin.qq.com"  # wechat.md §2; there is no second send on a backup host (§7.10c)
NOTICE_WINDOW: Final = 300.0  # seconds; wechat.md §3.1: five minutes


@dataclass(frozen=True, slots=True)
class CertificateMode:
    """Platform certificates, fetched by the room itself.

    ``root_pem``: who must have issued them ("Tenpay.com Root CA"). The official SDKs check the list's encryption
    under the APIv3 key only; ``require_root`` False does as they do. ``known_pem``: certificates at hand already.
    """

    root_pem: str = field(default="", repr=False)
    require_root: bool = True
    known_pem: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PublicKeyMode:
    """WeChat Pay's public key and its ``PUB_KEY_ID_…``.

    ``older``: during a migration notifications are still signed with a platform certificate for some days.
    """

    key_id: str
    public_key_pem: str = field(repr=False)
    older: CertificateMode | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """Service-provider mode: whom we sell for. The room's own ``mchid`` and ``appid`` are then the provider's."""

    sub_mchid: str
    sub_appid: str = ""


def _no_anchor() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class WechatV3:
    """``base_url`` without a path. ``ca_pem`` (TLS) only for a simulator on this machine."""

    base_url: str
    mchid: str
    appid: str
    serial_no: str  # of the merchant's API certificate, hex
    private_key_pem: Secret = field(repr=False)  # apiclient_key.pem
    api_v3_key: Secret = field(repr=False)  # 32 ASCII characters
    trust: PublicKeyMode | CertificateMode
    partner: Partner | None = None
    ca_pem: str = field(default="", repr=False)
    anchor: Callable[[], str] = field(default=_no_anchor, repr=False)  # goes out as ``attach``, at most 128 characters
    # Refusals of a request that was understood are signed where they were seen in public (403 NOT_ENOUGH), but no
    # document promises it. True takes an unsigned 404 ORDER_NOT_EXIST for "no such order" on the word of TLS alone.
    unsigned_not_found: bool = False
    notice_window: float = NOTICE_WINDOW  # seconds a notification's timestamp may lie off channel time; 0: any
