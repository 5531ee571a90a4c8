"""A sentence before anybody has said it: its words key and what goes into it."""

from dataclasses import dataclass
from typing import Final

from app.core.beijing import at_beijing, business_day, clock_words
from app.core.money import show_yuan

YUAN: Final = "￥"  # U+FFE5 (words.md §1, rule 7)


@dataclass(frozen=True, slots=True)
class Told:
    """``values`` are finished strings, the same in both languages; a channel's is its name's key, ``wechat``."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


def told(key: str, **values: str | int) -> Told:
    return Told(key, tuple((name, str(value)) for name, value in values.items()))


def sum_words(fen: int) -> str:
    """``￥1,005.07``."""
    return YUAN + show_yuan(fen)


def day_words(ms: int) -> str:
    """``2027-11-22``: the Beijing day that holds ``ms``."""
    return business_day(ms)


def time_words(ms: int, now_ms: int) -> str:
    """``14:02`` of today, ``11-21 14:02`` of another day of this year, with the year where it is another."""
    there, here = at_beijing(ms), at_beijing(now_ms)
    if business_day(ms) == business_day(now_ms):
        return clock_words(ms)
    return f"{there:%m-%d %H:%M}" if there.year == here.year else f"{there:%Y-%m-%d %H:%M}"
