"""Which settings stand on which screen, and how each is entered. No widget."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import Final

from app.settings import Settings
from app.settings.client import SEALED
from app.settings.model import SECTIONS, parser_of
from app.settings.parsers import OneOf, pem
from app.words import LANGUAGES, has, say

_PAUSE: Final = re.compile(r"[，：。；]|[,.;:](?: |$)")
_UNIT: Final = re.compile(r"（| \(|，")
PASSWORD: Final = "password"  # of a key's file: used once, never kept


class Kind(Enum):
    TEXT = auto()
    MONEY = auto()  # fen, entered in yuan
    CHOICE = auto()
    TOGGLE = auto()
    FILE = auto()
    SECRET = auto()  # never shown; blank leaves it as it was sealed
    KEY = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    section: str
    name: str
    kind: Kind
    allowed: tuple[str, ...] = ()

    @property
    def full(self) -> str:
        return f"{self.section}.{self.name}"

    def label(self, language: str) -> str:
        """The short name; of a setting without one, its sentence up to the first pause."""
        key = "lb.password" if self.name == PASSWORD else f"lb.{self.full}"
        if has(key):
            return say(key, language)
        told = say(f"set.{self.full}", language)
        return (
            told.split("，")[0].split("：")[0].split("。")[0] if language == "zh" else told.split(",")[0].split(".")[0]
        )

    def hint(self, language: str) -> str:
        """What it is and what it may be."""
        return say(f"set.{self.full}", language) if has(f"set.{self.full}") else ""

    def words(self, language: str) -> tuple[str, ...]:
        """The choices as a person reads them."""
        if self.kind is Kind.TOGGLE:
            return (say("sp.yes", language), say("sp.no", language))
        keys = ((value, f"lb.{self.full}.{value}") for value in self.allowed)
        return tuple(say(key, language) if has(key) else value for value, key in keys)


SCREENS: Final = (
    *("shop", "till", "people", "channels", "scanner", "printer", "display", "voice", "looks", "keys", "pos", "about"),
)
STEPS: Final = ("start", "channels", "scanner", "paper", "comfort", "finish")  # of the first start
GROUPS: Final[dict[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "shop": (("shop", ("name", "store_id")), ("receipt", ("address", "text"))),
    "till": (
        ("till", ("terminal", "cap_fen")),
        ("staff", ("idle_minutes", "badge_alone")),
    ),
    "pos": (("pos", ("window", "interface", "port")),),
    "scanner": (("scanner", ("wedge", "port", "baud", "port2", "baud2")),),
    "printer": (("printer", ("connection", "address", "paper", "prints", "baud", "asks", "cut", "drawer")),),
    "display": (("display", ("screen", "pole", "pole_port", "pole_baud", "pole_chinese", "pole_lights")),),
    "voice": (("voice", ("says", "how", "volume")),),
    "looks": (("till", ("language",)), ("looks", ("theme", "scale"))),
    "start": (("till", ("language", "terminal")), ("shop", ("name", "store_id"))),
    "paper": (
        ("printer", ("connection", "address", "paper", "prints")),
        ("display", ("screen", "pole", "pole_port")),
    ),
    "comfort": (("voice", ("says", "volume")), ("looks", ("theme", "scale"))),
    "keys": (("keys", ("help", "stop", "next", "office", "check", "reprint", "keep", "give", "other", "language")),),
}
# Settings with no row, and why; every other one stands on a screen (a test holds them against the file's own list).
ROWLESS: Final = {
    "scanner.known_as": "written with the port, by what is plugged in there",
    "scanner.known_as2": "the same",
    "display.pole_known_as": "the same",
    "pos.token_hash": "made by the button for a new token",
    "till.operator": "the till's people stand in its place",
    "simulator": "a folder for training is made as one and stays one",
    "pace": "the simulator's alone",
    "line.ca_pem": "the authority of a simulator on this computer; no channel of a shop has one",
}
# The fields that a merchant's papers name, in the order of the papers; the others are behind "more".
MAIN: Final[dict[str, tuple[str, ...]]] = {
    "wechat": ("mch_id", "appid", "api_v2_key", "client_key_pem", PASSWORD, "client_cert_pem"),
    "wechat_v3": (
        *("mchid", "appid", "api_v3_key", "merchant_private_key_pem", PASSWORD, "merchant_serial_no"),
        *("mode", "wechatpay_public_key_id", "wechatpay_public_key_pem", "platform_root_pem"),
    ),
    "alipay": (
        *("app_id", "app_private_key_pem", "mode", "alipay_public_key_pem"),
        *("app_cert_pem", "alipay_cert_pem", "alipay_root_cert_pem"),
    ),
    "unionpay": ("mer_id", "sign_key_pem", PASSWORD, "sign_cert_pem", "root_cert_pem", "middle_cert_pem"),
}
_BY_MODE: Final = {
    "public_key": ("wechatpay_public_key_id", "wechatpay_public_key_pem", "alipay_public_key_pem"),
    "certificate": ("platform_root_pem", "app_cert_pem", "alipay_cert_pem", "alipay_root_cert_pem"),
}


def entries_of(screen: str) -> tuple[Entry, ...]:
    """The entries of a plain screen, of those settings that there are."""
    return tuple(
        _entry(section, name)
        for section, names in GROUPS.get(screen, ())
        if section in SECTIONS
        for name in names
        if parser_of(SECTIONS[section], name) is not None
    )


def channel_entries(section: str, *, more: bool) -> tuple[Entry, ...]:
    """A channel's own: those its papers name, with ``more`` the rest after them."""
    rest = tuple(one.name for one in fields(SECTIONS[section]) if one.name not in MAIN[section])
    return tuple(_entry(section, name) for name in (MAIN[section] + rest if more else MAIN[section]))


def named(full: str, language: str) -> str:
    """What a setting or a key is called, without its unit or limits; its own name where it has no other."""
    section, _, name = full.partition(".")
    if not (has(f"lb.{full}") or has(f"set.{full}")):
        return full
    return _UNIT.split(Entry(section, name, Kind.TEXT).label(language))[0]


def whole_name(full: str, language: str) -> str:
    """As ``named``; of a channel's own with the channel before it."""
    section = full.partition(".")[0]
    name = named(full, language)
    if section not in SEALED:
        return name
    channel = say(f"name.{section.partition('_')[0]}", language)
    return f"{channel} {name}"


def entry_of(full: str) -> Entry | None:
    """How a setting is entered; None of one that this program does not know (any more)."""
    section, _, name = full.partition(".")
    known = section in SECTIONS and any(one.name == name for one in fields(SECTIONS[section]))
    return _entry(section, name) if known else None


def approved(subject: str, language: str) -> str:
    """The settings and channels of an approval (``app.setup.diary.subject``), as people call them."""
    parts = [
        say(f"name.{one.partition('_')[0]}", language) if one in SEALED else named(one, language)
        for one in subject.split(",")
    ]
    return ("、" if language == "zh" else ", ").join(parts)


def is_wanted(entry: Entry, values: Mapping[str, object]) -> bool:
    """Whether an entry has a use beside the others' ``values`` (by full name): keys by the way of verifying."""
    mode = values.get(f"{entry.section}.mode")
    return all(entry.name not in names or mode == way for way, names in _BY_MODE.items()) if mode else True


def value_of(entry: Entry, settings: Settings) -> object:
    """What is set now; a channel that is not set up has its defaults."""
    held = getattr(settings, entry.section, None) or SECTIONS[entry.section]()
    return getattr(held, entry.name, "")


def _entry(section: str, name: str) -> Entry:
    sealed = SEALED.get(section, ())
    if name in sealed or name == PASSWORD:
        return Entry(section, name, Kind.FILE if name.endswith("_pem") else Kind.SECRET)
    default = next(one.default for one in fields(SECTIONS[section]) if one.name == name)
    parser = parser_of(SECTIONS[section], name)
    allowed = ("58", "80") if name == "paper" else parser.allowed if isinstance(parser, OneOf) else ()
    kind = Kind.CHOICE if allowed else Kind.TOGGLE if isinstance(default, bool) else Kind.TEXT
    if parser is pem:
        kind = Kind.FILE
    elif section == "keys":
        kind = Kind.KEY
    elif name == "cap_fen":
        kind = Kind.MONEY
    return Entry(section, name, kind, allowed)


def missing_words() -> list[str]:
    """Entries without a label or a sentence of their own; none, or a screen would show a key."""
    every = [entry for screen in GROUPS for entry in entries_of(screen)]
    every += [entry for section in MAIN for entry in channel_entries(section, more=True)]
    return [entry.full for entry in every for language in LANGUAGES if not entry.label(language)]
