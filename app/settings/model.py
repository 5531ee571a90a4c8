"""What can be set: each setting is declared once, with its default and its parser.

Its sentence stands in ``app.words`` under ``set.<section>.<name>``: what it is and what it may be. The same sentence is
the comment above the line in the file and the reason when the line is refused.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Final

from app.core.hotkeys import STANDARD, hot_key
from app.core.money import MAX_AMOUNT_FEN
from app.core.policy import CAP_FEN
from app.settings.accounts import Alipay, Unionpay, Wechat, WechatV3
from app.settings.declared import setting
from app.settings.parsers import (
    Parser,
    choice,
    loopback,
    pace,
    paper_mm,
    pem,
    text,
    url,
    url_or_none,
    whole,
    yes_no,
)
from app.settings.pos import Pos


def parser_of(section: type, name: str) -> Parser | None:
    """The parser of a setting, None where there is no such setting."""
    for one in fields(section):
        if one.name == name and "parser" in one.metadata:
            found: Parser = one.metadata["parser"]
            return found
    return None


@dataclass(frozen=True, slots=True)
class Shop:
    name: str = setting("", text(32))
    store_id: str = setting("", text(32, r"[0-9A-Za-z_-]*"))


@dataclass(frozen=True, slots=True)
class Till:
    terminal: str = setting("0001", text(4, r"[0-9]{4}"))
    operator: str = setting("1001", text(28, r"[^\x00-\x1f\x7f]+"))
    language: str = setting("zh", choice("zh", "en"))
    cap_fen: int = setting(CAP_FEN, whole(1, MAX_AMOUNT_FEN))


@dataclass(frozen=True, slots=True)
class Staff:
    idle_minutes: int = setting(3, whole(0, 240))
    badge_alone: bool = setting(default=False, parser=yes_no)


@dataclass(frozen=True, slots=True)
class Scanner:
    port: str = setting("", text(256))
    baud: int = setting(9600, whole(300, 4_000_000))
    known_as: str = setting("", text(200))
    port2: str = setting("", text(256))
    baud2: int = setting(9600, whole(300, 4_000_000))
    known_as2: str = setting("", text(200))
    wedge: bool = setting(default=True, parser=yes_no)


@dataclass(frozen=True, slots=True)
class Display:
    """What the customer sees: a second screen, a pole, both or neither."""

    screen: str = setting("auto", text(64))
    pole: str = setting("none", choice("none", "led8", "cd5220", "escpos"))
    pole_port: str = setting("", text(256))
    pole_baud: int = setting(2400, whole(300, 4_000_000))
    pole_known_as: str = setting("", text(200))
    pole_chinese: bool = setting(default=False, parser=yes_no)
    pole_lights: bool = setting(default=False, parser=yes_no)


@dataclass(frozen=True, slots=True)
class Voice:
    says: str = setting("results", choice("off", "results", "all"))
    how: str = setting("auto", choice("auto", "sounds"))
    volume: int = setting(80, whole(0, 100))


@dataclass(frozen=True, slots=True)
class Printer:
    """``connection`` says what ``address`` is: host:port, a serial port, a file, vendor:product, a system printer."""

    connection: str = setting("none", choice("none", "network", "serial", "file", "usb", "system"))
    address: str = setting("", text(256))
    baud: int = setting(9600, whole(300, 4_000_000))
    paper: int = setting(58, paper_mm)
    prints: str = setting("always", choice("always", "ask", "never"))
    asks: bool = setting(default=True, parser=yes_no)
    cut: bool = setting(default=True, parser=yes_no)
    drawer: bool = setting(default=False, parser=yes_no)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the shop itself says on its receipts."""

    address: str = setting("", text(64))
    text: str = setting("", text(64))


@dataclass(frozen=True, slots=True)
class Looks:
    """``scale`` in per cent of the system's own; it is taken at start."""

    theme: str = setting("system", choice("system", "light", "dark"))
    scale: str = setting("100", choice("100", "125", "150", "175", "200"))


@dataclass(frozen=True, slots=True)
class Keys:
    """Which key does what; the standard ones stand in the look's own table."""

    help: str = setting(STANDARD["help"], hot_key)
    stop: str = setting(STANDARD["stop"], hot_key)
    next: str = setting(STANDARD["next"], hot_key)
    office: str = setting(STANDARD["office"], hot_key)
    check: str = setting(STANDARD["check"], hot_key)
    reprint: str = setting(STANDARD["reprint"], hot_key)
    keep: str = setting(STANDARD["keep"], hot_key)
    give: str = setting(STANDARD["give"], hot_key)
    other: str = setting(STANDARD["other"], hot_key)
    language: str = setting(STANDARD["language"], hot_key)


@dataclass(frozen=True, slots=True)
class Line:
    ca_pem: str = setting("", pem)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. A channel that is None is not set up here; WeChat is set up once, by V2 or by V3."""

    simulator: bool = setting(default=False, parser=yes_no)
    pace: float = setting(1.0, pace)
    shop: Shop = field(default_factory=Shop)
    till: Till = field(default_factory=Till)
    staff: Staff = field(default_factory=Staff)
    scanner: Scanner = field(default_factory=Scanner)
    display: Display = field(default_factory=Display)
    voice: Voice = field(default_factory=Voice)
    printer: Printer = field(default_factory=Printer)
    receipt: Receipt = field(default_factory=Receipt)
    looks: Looks = field(default_factory=Looks)
    keys: Keys = field(default_factory=Keys)
    pos: Pos = field(default_factory=Pos)
    line: Line = field(default_factory=Line)
    wechat: Wechat | None = None
    wechat_v3: WechatV3 | None = None
    alipay: Alipay | None = None
    unionpay: Unionpay | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that something is sent to: whatever setting is read as a url."""
        held = [getattr(self, name) for name in SECTIONS]
        urls = [
            getattr(section, one.name)
            for section in held
            if section is not None
            for one in fields(section)
            if one.metadata.get("parser") in (url, url_or_none)
        ]
        return tuple(one for one in urls if one)

    @property
    def only_loopback(self) -> bool:
        """Nothing that is sent leaves this computer."""
        return all(loopback(one) for one in self.addresses)


SECTIONS: Final[dict[str, type]] = {
    "shop": Shop,
    "till": Till,
    "staff": Staff,
    "scanner": Scanner,
    "display": Display,
    "voice": Voice,
    "printer": Printer,
    "receipt": Receipt,
    "looks": Looks,
    "keys": Keys,
    "pos": Pos,
    "line": Line,
    "wechat": Wechat,
    "wechat_v3": WechatV3,
    "alipay": Alipay,
    "unionpay": Unionpay,
}
# who stands where, with what
OWN: Final = ("till", "scanner", "display", "voice", "printer", "receipt", "staff", "looks", "keys", "pos")
REQUIRED: Final = {
    "wechat": ("appid", "mch_id"),
    "wechat_v3": ("mchid", "appid", "merchant_serial_no"),
    "alipay": ("app_id",),
    "unionpay": ("mer_id", "sign_cert_pem", "root_cert_pem", "middle_cert_pem"),
}  # without these a channel's section is empty talk
# Which settings say whose money it is: while sales are open they do not change (see ``cli.setup``).
ACCOUNT: Final = {
    "wechat": ("mch_id", "appid"),
    "wechat_v3": ("mchid", "sub_mchid", "appid"),
    "alipay": ("app_id",),
    "unionpay": ("mer_id",),
}


def keep_place(before: Settings, taken: Settings) -> Settings:
    """A merchant's new facts at the same place: its own sections stay as they were."""
    return replace(taken, **{name: getattr(before, name) for name in OWN})
