"""The counterparties this program knows, one line each, and how the configured ones are opened.

Keys are loaded here, on the worker, after the window has painted. How a line is added: docs/adding-a-channel.md.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from app.channels.alipay import config as alipay
from app.channels.alipay.room import AlipayRoom
from app.channels.api import BadConfigError, CallLimits, ChannelClock, Counterparty, OnContact, Terminal
from app.channels.books import LearningRoom, NoticeRoom
from app.channels.unionpay.config import Unionpay
from app.channels.unionpay.room import UnionpayRoom
from app.channels.wechat_v2 import config as wechat_v2
from app.channels.wechat_v2.room import WechatRoom
from app.channels.wechat_v3 import config as wechat_v3
from app.channels.wechat_v3.room import WechatV3Room
from app.core.channel import Channel
from app.secrets import Secrets
from app.settings import Settings

Config = Any  # each room's own frozen value, paired with its room by the line it stands in


@dataclass(frozen=True, slots=True)
class Registration:
    """``config``: what a room is opened with. ``read``: that of a till's settings, None where it is not set up."""

    config: type
    room: Callable[[Config, Terminal, ChannelClock, CallLimits, OnContact], Counterparty]
    read: Callable[[Settings, Secrets], Config | None]


def _wechat_v2(settings: Settings, secrets: Secrets) -> wechat_v2.WechatV2 | None:
    held = settings.wechat
    if held is None or settings.wechat_v3 is not None:  # one API per merchant
        return None
    return wechat_v2.WechatV2(
        base_url=held.base_url,
        appid=held.appid,
        mch_id=held.mch_id,
        sub_mch_id=held.sub_mch_id,
        sub_appid=held.sub_appid,
        api_key=secrets["wechat.api_v2_key"],
        client_cert_pem=held.client_cert_pem,
        client_key_pem=secrets["wechat.client_key_pem"],
        sign_type=wechat_v2.SignType(held.sign_type),
        ca_pem=_authority(settings),
    )


def _wechat_v3(settings: Settings, secrets: Secrets) -> wechat_v3.WechatV3 | None:
    held = settings.wechat_v3
    if held is None:
        return None
    by_certificate = wechat_v3.CertificateMode(held.platform_root_pem, held.require_root)
    older = by_certificate if held.platform_root_pem else None  # while a merchant changes over, both kinds sign
    by_key = wechat_v3.PublicKeyMode(held.wechatpay_public_key_id, held.wechatpay_public_key_pem, older)
    return wechat_v3.WechatV3(
        base_url=held.base_url,
        mchid=held.mchid,
        appid=held.appid,
        serial_no=held.merchant_serial_no,
        private_key_pem=secrets["wechat_v3.merchant_private_key_pem"],
        api_v3_key=secrets["wechat_v3.api_v3_key"],
        trust=by_certificate if held.mode == "certificate" else by_key,
        partner=wechat_v3.Partner(held.sub_mchid, held.sub_appid) if held.sub_mchid else None,
        ca_pem=_authority(settings),
        unsigned_not_found=held.unsigned_not_found,
        notice_window=float(held.notice_window),
    )


def _alipay(settings: Settings, secrets: Secrets) -> alipay.Alipay | None:
    held = settings.alipay
    if held is None:
        return None
    by_certificate = alipay.CertificateMode(held.app_cert_pem, held.alipay_cert_pem, held.alipay_root_cert_pem)
    by_key = alipay.PublicKeyMode(held.alipay_public_key_pem)
    return alipay.Alipay(
        gateway_url=held.gateway_url,
        app_id=held.app_id,
        app_auth_token=held.app_auth_token,
        provider_id=held.sys_service_provider_id,
        bill_hosts=tuple(held.bill_hosts.split()),
        app_private_key=secrets["alipay.app_private_key_pem"],
        trust=by_certificate if held.mode == "certificate" else by_key,
        ca_pem=_authority(settings),
    )


def _unionpay(settings: Settings, secrets: Secrets) -> Unionpay | None:
    held = settings.unionpay
    if held is None:
        return None
    return Unionpay(
        back_url_base=held.back_url_base,
        file_url=held.file_url,
        mer_id=held.mer_id,
        term_id=held.term_id,
        term_info=held.term_info,
        risk_rate_info=held.risk_rate_info,
        sign_cert_pem=held.sign_cert_pem,
        sign_key_pem=secrets["unionpay.sign_key_pem"],
        root_cert_pem=held.root_cert_pem,
        middle_cert_pem=held.middle_cert_pem,
        test_environment=held.test_environment,
        back_url=held.back_url,
        channel_type=held.channel_type,
        query_biz_type=held.query_biz_type,
        refund_days=held.refund_days,
        bill_void_code=held.bill_void_code,
        ca_pem=_authority(settings),
    )


def _authority(settings: Settings) -> str:
    """An authority of one's own is believed for this computer only."""
    return settings.line.ca_pem if settings.only_loopback else ""


ROOMS: Final = (
    Registration(wechat_v2.WechatV2, WechatRoom, _wechat_v2),
    Registration(wechat_v3.WechatV3, WechatV3Room, _wechat_v3),
    Registration(alipay.Alipay, AlipayRoom, _alipay),
    Registration(Unionpay, UnionpayRoom, _unionpay),
)


def configured(settings: Settings, secrets: Secrets, rooms: Iterable[Registration] = ROOMS) -> Iterator[Config]:
    """What each channel that is set up is opened with. Raises KeyError for a secret that was never sealed."""
    for known in rooms:
        config = known.read(settings, secrets)
        if config is not None:
            yield config


def open_channel(
    config: Config,
    terminal: Terminal,
    clock: ChannelClock,
    limits: CallLimits,
    on_contact: OnContact,
    *,
    rooms: Iterable[Registration] = ROOMS,
) -> Counterparty:
    """One room. Nothing is sent yet. Raises BadConfigError with one sentence."""
    room = next(known.room for known in rooms if known.config is type(config))
    return room(config, terminal, clock, limits, on_contact)


def open_channels(
    configs: Iterable[Config],
    terminal: Terminal,
    clock: ChannelClock,
    limits: CallLimits,
    on_contact: OnContact,
    *,
    on_bad: Callable[[BadConfigError], None] | None = None,
    rooms: Iterable[Registration] = ROOMS,
) -> dict[Channel, Counterparty]:
    """All rooms that can be opened. One channel's bad key closes that channel only, where ``on_bad`` is told of it.

    Without ``on_bad`` the first BadConfigError is raised.
    """
    opened: dict[Channel, Counterparty] = {}
    for config in configs:
        try:
            room = open_channel(config, terminal, clock, limits, on_contact, rooms=rooms)
        except BadConfigError as bad:
            if on_bad is None:
                raise
            on_bad(bad)
        else:
            opened[room.channel] = room
    return opened


def learns(room: object) -> TypeGuard[LearningRoom]:
    """Whether ``room`` needs a call now and then to verify notifications."""
    return callable(getattr(room, "learn", None))


def takes_notices(room: object) -> TypeGuard[NoticeRoom]:
    """Whether ``room`` reads its channel's notifications."""
    return callable(getattr(room, "read_notice", None)) and callable(getattr(room, "notice_reply", None))
