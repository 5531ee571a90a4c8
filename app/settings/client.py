"""The file a merchant's keys arrive in: ``client.json``, written by the simulator and, for a real shop, by its manager.

Fields as the simulator writes them; unknown ones are left alone, so that a newer file serves an older till.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from app import words
from app.settings.accounts import Alipay, Unionpay, Wechat, WechatV3
from app.settings.model import REQUIRED, SECTIONS, Line, Settings, Shop, parser_of

SIZE_MOST: Final = 1_048_576  # bytes
FORMAT: Final = 1
KEY_LENGTHS: Final = {"api_v2_key": "client.v2key", "api_v3_key": "client.v3key"}
KEY_LENGTH: Final = 32  # wechat.md §1, §3: both API keys of WeChat have 32 characters
SEALED: Final[dict[str, tuple[str, ...]]] = {
    "wechat": ("api_v2_key", "client_key_pem"),
    "wechat_v3": ("api_v3_key", "merchant_private_key_pem"),
    "alipay": ("app_private_key_pem",),
    "unionpay": ("sign_key_pem",),
}


class ClientError(Exception):
    """The file cannot be taken in; ``key`` is a words key, ``name`` the field to blame. Never holds a secret."""

    def __init__(self, key: str, name: str = "") -> None:
        super().__init__(key, name)
        self.key = key
        self.name = name

    def say(self, language: str = "zh") -> str:
        return words.say(self.key, language, name=self.name)

    def __str__(self) -> str:
        return self.say()


@dataclass(frozen=True, slots=True)
class Client:
    """Public facts as settings, secrets by ``channel.field`` for the sealed file."""

    settings: Settings
    secrets: Mapping[str, str] = field(repr=False)


def take_client(path: Path) -> Client:
    """Read and check a client file; pairs of keys are tried against each other. Raises ClientError."""
    return read_client(_document(path))


def read_client(raw: Mapping[str, Any]) -> Client:
    """As ``take_client``, from the file's fields."""
    if raw.get("format") != FORMAT:
        raise ClientError("client.format", "format")
    simulator = _take(raw, Settings, "simulator", default=False)
    pace = _take(raw, Settings, "pace", default=1)
    secrets: dict[str, str] = {}
    channels: dict[str, Any] = {}
    not_chosen = _wechat_not_chosen(raw)
    for channel, sealed in SEALED.items():
        held = raw.get(channel)
        if held is None or channel == not_chosen:
            continue
        if not isinstance(held, dict):
            raise ClientError("client.field", channel)
        channels[channel] = _section(channel, held)
        secrets |= {f"{channel}.{name}": _secret(channel, held, name) for name in sealed}
    if not channels:
        raise ClientError("client.nochannel")
    settings = Settings(simulator=simulator, pace=pace, shop=_shop(raw.get("shop", {})), **channels)
    if settings.only_loopback:
        settings = replace(settings, line=Line(ca_pem=_take(raw, Line, "ca_pem", default="")))
    _check_addresses(settings)
    _check_keys(settings, secrets)
    return Client(settings, secrets)


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_MOST + 1)
    except FileNotFoundError:
        raise ClientError("client.missing", path.name) from None
    except OSError:
        raise ClientError("client.unreadable", path.name) from None
    if len(data) > SIZE_MOST:
        raise ClientError("client.big", path.name)
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ClientError("client.notjson", path.name) from None
    if not isinstance(raw, dict):
        raise ClientError("client.notjson", path.name)
    return raw


def _wechat_not_chosen(raw: Mapping[str, Any]) -> str:
    """WeChat has one API per merchant. Where the file holds both, ``wechat.api`` says "v2" (as without it) or "v3"."""
    if "wechat" not in raw:
        return ""
    held = raw["wechat"]
    api = held.get("api", "v2") if isinstance(held, dict) else "v2"
    if api not in ("v2", "v3"):
        raise ClientError("client.field", "wechat.api")
    if api == "v2":
        return "wechat_v3"
    if "wechat_v3" not in raw:
        raise ClientError("client.field", "wechat_v3")
    return "wechat"


def _take(raw: Mapping[str, Any], kind: type, name: str, *, default: object, full: str = "") -> Any:
    parser = parser_of(kind, name)
    assert parser is not None
    try:
        return parser(raw.get(name, default))
    except ValueError:
        raise ClientError("client.field", full or name) from None


def _shop(raw: object) -> Shop:
    if not isinstance(raw, dict):
        raise ClientError("client.field", "shop")
    return Shop(**{f.name: _take(raw, Shop, f.name, default="", full=f"shop.{f.name}") for f in fields(Shop)})


def _section(channel: str, raw: Mapping[str, Any]) -> object:
    kind = SECTIONS[channel]
    return kind(
        **{f.name: _take(raw, kind, f.name, default=f.default, full=f"{channel}.{f.name}") for f in fields(kind)}
    )


def _secret(channel: str, raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str) or not value.strip():
        raise ClientError("client.field", f"{channel}.{name}")
    if name.endswith("_pem") and "PRIVATE KEY" not in value:
        raise ClientError("key.kind.say", f"{channel}.{name}")
    if name in KEY_LENGTHS and len(value) != KEY_LENGTH:
        raise ClientError(KEY_LENGTHS[name], f"{channel}.{name}")
    return value


def _check_addresses(settings: Settings) -> None:
    if settings.simulator and not settings.only_loopback:
        raise ClientError("set.simulator.away", "simulator")
    if settings.pace != 1 and not settings.simulator:
        raise ClientError("set.pace.real", "pace")


def _check_keys(settings: Settings, secrets: Mapping[str, str]) -> None:
    if isinstance(settings.wechat, Wechat):
        _must_pair("wechat.client_key_pem", secrets["wechat.client_key_pem"], settings.wechat.client_cert_pem)
    if isinstance(settings.wechat_v3, WechatV3):
        _check_v3(settings.wechat_v3)
        _must_pair("wechat_v3.merchant_private_key_pem", secrets["wechat_v3.merchant_private_key_pem"], "")
    if isinstance(settings.alipay, Alipay):
        certificate = settings.alipay.mode == "certificate"
        needed = (
            ("app_cert_pem", "alipay_cert_pem", "alipay_root_cert_pem") if certificate else ("alipay_public_key_pem",)
        )
        for name in needed:
            if not getattr(settings.alipay, name):
                raise ClientError("client.field", f"alipay.{name}")
        _must_pair("alipay.app_private_key_pem", secrets["alipay.app_private_key_pem"], settings.alipay.app_cert_pem)
    if isinstance(settings.unionpay, Unionpay):
        for name in REQUIRED["unionpay"]:
            if not getattr(settings.unionpay, name):
                raise ClientError("client.field", f"unionpay.{name}")
        _must_pair("unionpay.sign_key_pem", secrets["unionpay.sign_key_pem"], settings.unionpay.sign_cert_pem)


def _check_v3(held: WechatV3) -> None:
    by_root = ("platform_root_pem",) if held.require_root else ()
    by_key = ("wechatpay_public_key_id", "wechatpay_public_key_pem")
    for name in REQUIRED["wechat_v3"] + (by_root if held.mode == "certificate" else by_key):
        if not getattr(held, name):
            raise ClientError("client.field", f"wechat_v3.{name}")


def _must_pair(name: str, private_pem: str, certificate_pem: str) -> None:
    """The private key can be read and, where there is a certificate, belongs to it."""
    from cryptography import x509  # noqa: PLC0415 - heavy, and needed at set-up only
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - the same

    try:
        private = load_pem_private_key(private_pem.encode(), password=None)
    except (ValueError, TypeError):
        raise ClientError("client.field", name) from None
    if not certificate_pem:
        return
    try:
        public = x509.load_pem_x509_certificate(certificate_pem.encode()).public_key()
    except ValueError:
        raise ClientError("client.field", name.replace("key_pem", "cert_pem")) from None
    if public != private.public_key():
        raise ClientError("key.mismatch.say", name)
