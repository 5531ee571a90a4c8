"""Beijing time: the channels' calendar, whatever the computer's time zone says. UTC+8 all year since 1992."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8), "UTC+8")
MS: Final = 1000  # milliseconds in a second
DAY_MS: Final = 86_400_000
_OFFSET_MS: Final = 8 * 3_600_000
_LAST_HOUR_MS: Final = 3_600_000  # UnionPay's day runs 23:00 to 23:00


def at_beijing(ms: int) -> datetime:
    """The Beijing date and time of ``ms`` (ms since the epoch), exact to the millisecond."""
    seconds, rest = divmod(ms, MS)
    return datetime.fromtimestamp(seconds, BEIJING).replace(microsecond=rest * MS)


def ms_at(moment: datetime) -> int:
    """Milliseconds since the epoch of ``moment``; one without a time zone is read as Beijing time."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=BEIJING)
    return (aware - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def business_day(ms: int) -> str:
    """``YYYY-MM-DD`` of the Beijing day that holds ``ms``; the day changes at 00:00 at UTC+8."""
    return _day((ms + _OFFSET_MS) // DAY_MS)


@lru_cache(maxsize=8)
def _day(days: int) -> str:
    """The date so many days after 1970-01-01; asked for each picture of the till, and new once a day."""
    return f"{datetime.fromtimestamp(0, UTC) + timedelta(days=days):%Y-%m-%d}"


def next_midnight_ms(ms: int) -> int:
    """The first millisecond of the Beijing day after the one that holds ``ms``."""
    return ((ms + _OFFSET_MS) // DAY_MS + 1) * DAY_MS - _OFFSET_MS


def settlement_end_ms(ms: int) -> int:
    """The first millisecond after UnionPay's settlement day that holds ``ms``: the next 23:00 (unionpay.md §3)."""
    return next_midnight_ms(ms + _LAST_HOUR_MS) - _LAST_HOUR_MS


def clock_words(ms: int) -> str:
    """``14:02``, Beijing time (``words.md`` §1.8)."""
    return f"{at_beijing(ms):%H:%M}"


def stamp(ms: int) -> str:
    """``20261122140205``, the form of WeChat's ``time_start`` and ``time_end`` (wechat.md §2)."""
    return f"{at_beijing(ms):%Y%m%d%H%M%S}"
