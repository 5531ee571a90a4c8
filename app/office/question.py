"""What somebody looking for a sale typed or scanned. Pure; decided by shape alone, like ``app.core.codes``."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.core.beijing import BEIJING, DAY_MS, at_beijing, ms_at
from app.core.codes import PaymentCode, read_scan
from app.core.money import BadAmount, parse_yuan
from app.core.numbers import LENGTH, parse_order_number
from app.core.told import Told, told

TAIL: Final = 4
REFUND_MORE: Final = 8  # digits that a refund's number may add to its order number
# The shortest is UnionPay's queryId, 21 digits. What has no digit at all may be a badge, and is looked for nowhere.
CHANNEL_NO: Final = re.compile(r"(?=[A-Za-z]*[0-9])[0-9A-Za-z]{20,64}", re.ASCII)
NEAR: Final = timedelta(minutes=30)  # "at 14:02" is a customer's memory
LATELY: Final = 31  # days that a sum alone is looked for
TEXT_MOST: Final = 200
_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_APART: Final = re.compile(r"[\s\-–—·.]+")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?:\s*[-–—~到]\s*(\d{1,2}):(\d{2}))?", re.ASCII)
_DAY: Final = re.compile(r"(?:(\d{4})[-/年])?(\d{1,2})[-/月](\d{1,2})日?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ByNumber:
    out_trade_no: str


@dataclass(frozen=True, slots=True)
class ByTail:
    digits: str  # four


@dataclass(frozen=True, slots=True)
class ByChannelNo:
    channel_no: str


@dataclass(frozen=True, slots=True)
class BySum:
    amount_fen: int
    first_ms: int
    last_ms: int


Question = ByNumber | ByTail | ByChannelNo | BySum | Told


def read_question(text: str, now_ms: int) -> Question:
    """What ``text`` asks for; a ``Told`` says why nothing can be looked for. Never raises, never repeats the text."""
    plain = unicodedata.normalize("NFKC", text[:TEXT_MOST]).strip()
    aim = _AIM.match(plain)
    plain = plain[aim.end() :].strip() if aim else plain
    joined = _APART.sub("", plain)
    if isinstance(read_scan(joined, at_beijing(now_ms).date()), PaymentCode):
        return told("desk.find.paycode")
    if joined.isascii() and joined.isdigit() and "." not in plain:
        return _digits(joined, now_ms)
    if CHANNEL_NO.fullmatch(joined):
        return ByChannelNo(joined)
    return _sum(plain, now_ms)


def _digits(digits: str, now_ms: int) -> Question:
    if len(digits) == TAIL:
        return ByTail(digits)
    if LENGTH <= len(digits) <= LENGTH + REFUND_MORE and parse_order_number(digits[:LENGTH]):
        return ByNumber(digits[:LENGTH])
    if len(digits) == LENGTH:
        return told("desk.find.digit")
    return ByChannelNo(digits) if CHANNEL_NO.fullmatch(digits) else _sum(digits, now_ms)


def _sum(plain: str, now_ms: int) -> Question:
    """``128.50``, ``128.50 14:05``, ``128.50 11-21``, ``128.50 11-21 14:00-15:00``; the sum stands first."""
    if not plain:
        return told("desk.find.hint")
    amount, _, when = plain.partition(" ")
    try:
        amount_fen = parse_yuan(amount)
        first, last = _span(when.strip(), at_beijing(now_ms))
    except (BadAmount, ValueError):
        return told("desk.find.what")
    return BySum(amount_fen, ms_at(first), min(ms_at(last), now_ms))


def _span(when: str, now: datetime) -> tuple[datetime, datetime]:
    """The instants that ``when`` speaks of. Raises ValueError for what is no time."""
    clock = _CLOCK.search(when)
    rest = _CLOCK.sub("", when, count=1).strip()
    day = _day(rest, now) if rest else None
    if clock is None:
        if day is None:
            return now - timedelta(days=LATELY), now
        return day, day + timedelta(milliseconds=DAY_MS - 1)
    whole = day or _midnight(now)
    first = whole.replace(hour=int(clock[1]), minute=int(clock[2]))
    last = first if clock[3] is None else whole.replace(hour=int(clock[3]), minute=int(clock[4]))
    first, last = (first - NEAR, first + NEAR) if clock[3] is None else (first, last)
    if day is None and first > now:
        first, last = first - timedelta(days=1), last - timedelta(days=1)
    if last < first:
        raise ValueError
    return first, last


def _day(text: str, now: datetime) -> datetime:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError
    year = int(found[1]) if found[1] else now.year
    day = datetime(year, int(found[2]), int(found[3]), tzinfo=BEIJING)
    return day.replace(year=year - 1) if not found[1] and day > now else day


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
