"""What a scanned text is, and where it leads (``codes.md``).

The decision is by shape alone. Two shapes cannot be told apart and are decided here: 19 digits beginning with 62 are
taken as a UnionPay payment code although a card number may look the same (rule 6; one genuine code in ten even passes
the card's Luhn check), and 18 digits that are also an ID-card number are held back once (rule 4, design §7.12).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NoReturn

from app.core.channel import Channel
from app.core.numbers import parse_order_number

MASK: Final = "•"
_BLANKS: Final = " \t\r\n"
_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # symbology identifier some scanners send first, e.g. "]C0"
_WECHAT: Final = re.compile(r"1[0-5][0-9]{16}", re.ASCII)
_ALIPAY: Final = re.compile(r"(?:2[5-9]|30)[0-9]{14,22}", re.ASCII)
_UNIONPAY: Final = re.compile(r"62[0-9]{17}", re.ASCII)
_ECNY: Final = re.compile(r"01[0-9]{17}", re.ASCII)
_FACE: Final = re.compile(r"fp[0-9A-Za-z]{33}", re.ASCII | re.IGNORECASE)
_ID_CARD: Final = re.compile(r"[1-9][0-9]{16}[0-9Xx]", re.ASCII)
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:/|www\.", re.ASCII | re.IGNORECASE)
_COLLECT: Final = (  # codes a merchant shows and a customer scans: the wrong direction (rule 8)
    "https://qr.alipay.com/",
    "http://qr.alipay.com/",
    "weixin://wxpay/",
    "wxp://",
    "https://qr.95516.com/",
    "http://qr.95516.com/",
    "https://wx.tenpay.com/",
    "alipays://",
)
_EMV_MERCHANT: Final = "000201"  # payload format indicator of an EMVCo merchant-presented code
_EMV_CONSUMER: Final = "hQVDUFYwM"  # base64 of tag 85 "CPV0." (codes.md §4)
_EAN_LENGTHS: Final = frozenset({8, 12, 13, 14})
_SHORTEST_CODE: Final = 16  # below it no channel takes a code (rule 7)
_LONGEST_CODE: Final = 24
_WECHAT_LENGTH: Final = 18
_UNIONPAY_LENGTH: Final = 19
_CARD_LENGTHS: Final = range(16, 20)
_READ_AT_MOST: Final = 4096  # more characters than any bar code or QR code of ours holds
_ID_AREA: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")  # GB/T 2260; not Alipay's 25 .. 30
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_ID_CHECKS: Final = "10X98765432"
_OLDEST_BIRTH: Final = date(1900, 1, 1)


class AuthCode:
    """A payment code: a bearer credential for about a minute. It shows itself only to ``reveal``."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def reveal(self) -> str:
        """The digits, for the one request that carries them."""
        return self._digits

    @property
    def masked(self) -> str:
        """First and last two digits, the rest hidden; the only form that may be shown or logged."""
        return self._digits[:2] + MASK * (len(self._digits) - 4) + self._digits[-2:]

    def __repr__(self) -> str:
        return f"AuthCode({self.masked})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AuthCode) and other._digits == self._digits

    def __hash__(self) -> int:
        return hash(self._digits)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a payment code is never written down")


@dataclass(frozen=True, slots=True)
class PaymentCode:
    channel: Channel
    code: AuthCode


@dataclass(frozen=True, slots=True)
class OwnReceipt:
    out_trade_no: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing may be sent. ``key`` is a words key without ``scan.``; ``values`` fill its braces.

    ``payment`` is set only for "idcard" where the digits have the shape of a payment code too: the counter takes it
    when the customer's refreshed code is scanned next (design §7.12).
    """

    key: str
    values: tuple[tuple[str, str], ...] = ()
    payment: PaymentCode | None = None


ScanRead = PaymentCode | OwnReceipt | NotTaken


def read_scan(text: str, today: date) -> ScanRead:
    """What ``text`` is. Never raises and never repeats the text. ``today`` is the Beijing date, for birth dates."""
    if len(text) > _READ_AT_MOST:
        return NotTaken("long")
    plain = text.strip(_BLANKS)
    aim = _AIM.match(plain)
    if aim is not None:
        plain = plain[aim.end() :].strip(_BLANKS)
    if not plain:
        return _short(plain)
    if plain.isascii() and plain.isdigit():
        return _read_digits(plain, today)
    return _read_text(plain, today)


def _read_digits(digits: str, today: date) -> ScanRead:
    channel = _channel_of(digits)
    payment = None if channel is None else PaymentCode(channel, AuthCode(digits))
    if looks_like_id_card(digits, today):
        return NotTaken("idcard", payment=payment)
    if payment is not None:
        return payment
    if parse_order_number(digits) is not None:
        return OwnReceipt(digits)
    return _refused_digits(digits)


def _refused_digits(digits: str) -> NotTaken:
    if len(digits) < _SHORTEST_CODE:
        return NotTaken("product") if _is_product(digits) else _short(digits)
    if _ECNY.fullmatch(digits):
        return NotTaken("ecny")
    if len(digits) in _CARD_LENGTHS and digits[0] in "3456" and _luhn(digits):
        return NotTaken("card")
    return _off_length(digits)


def _channel_of(digits: str) -> Channel | None:
    if _WECHAT.fullmatch(digits):
        return Channel.WECHAT
    if _ALIPAY.fullmatch(digits):
        return Channel.ALIPAY
    if _UNIONPAY.fullmatch(digits):
        return Channel.UNIONPAY
    return None


def _off_length(digits: str) -> NotTaken:
    """Sixteen digits or more that are no code of ours: cut off, run together, or another wallet's."""
    usual = 0
    if "10" <= digits[:2] <= "15":
        usual = _WECHAT_LENGTH
    elif digits[:2] in ("62", "01"):
        usual = _UNIONPAY_LENGTH
    if len(digits) > (usual or _LONGEST_CODE):
        return NotTaken("long")
    return _short(digits) if usual else NotTaken("wallet")


def _read_text(plain: str, today: date) -> NotTaken:
    lower = plain.lower()
    parts = plain.split()
    if plain.startswith(_EMV_CONSUMER):
        key = "cpm"
    elif lower.startswith(_COLLECT) or plain.startswith(_EMV_MERCHANT):
        key = "collect"
    elif _URL.match(plain):
        key = "weburl"
    elif _FACE.fullmatch(plain):
        key = "face"
    elif looks_like_id_card(plain, today):
        key = "idcard"
    elif len(parts) > 1 and all(part.isascii() and part.isdigit() for part in parts):
        key = "long"
    else:
        key = "garbled"
    return NotTaken(key)


def _short(digits: str) -> NotTaken:
    return NotTaken("short", (("n", str(len(digits))),))


def looks_like_id_card(text: str, today: date) -> bool:
    """Whether ``text`` is an ID-card number: a province, a birth date up to ``today``, a good checksum (GB 11643)."""
    if not _ID_CARD.fullmatch(text) or not _ID_AREA.match(text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    if _ID_CHECKS[total % 11] != text[17].upper():
        return False
    try:
        birth = datetime.strptime(text[6:14], "%Y%m%d").date()  # noqa: DTZ007 - a birth date has no time zone
    except ValueError:
        return False
    return _OLDEST_BIRTH <= birth <= today


def _is_product(digits: str) -> bool:
    """EAN-8, UPC-A, EAN-13 or ITF-14 with a good GS1 check digit."""
    if len(digits) not in _EAN_LENGTHS:
        return False
    weighed = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(weighed) % 10 == 0


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
