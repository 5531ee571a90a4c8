"""Amounts, times and names as people read them (words.md §1, rules 7 and 8). Pure; Beijing time throughout."""

from typing import Final

from app.core.beijing import at_beijing, business_day
from app.core.channel import Channel
from app.core.money import show_yuan
from app.words import has, say

YUAN: Final = "￥"  # U+FFE5, full width
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def money(fen: int) -> str:
    """``￥1,005.07``; a minus stands before the sign."""
    shown = show_yuan(abs(fen))
    return f"−{YUAN}{shown}" if fen < 0 else YUAN + shown


def clock(at_ms: int) -> str:
    """``14:02:31`` in Beijing."""
    return f"{at_beijing(at_ms):%H:%M:%S}"


def day_clock(at_ms: int, now_ms: int, language: str) -> str:
    """``14:02:31`` of today, ``11月21日 14:02`` or ``21 Nov 14:02`` of another day."""
    if business_day(at_ms) == business_day(now_ms):
        return clock(at_ms)
    there = at_beijing(at_ms)
    if language == "zh":
        return f"{there.month}月{there.day}日 {there:%H:%M}"
    return f"{there.day} {_MONTHS[there.month - 1]} {there:%H:%M}"


def short_number(number: int) -> str:
    """The last four digits of the running number, as the row and the receipt call the sale."""
    return f"{number % 10_000:04d}"


def in_fours(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def channel_name(channel: Channel, language: str) -> str:
    return say(f"name.{channel}", language)


def worded(key: str, language: str, values: tuple[tuple[str, str], ...]) -> str:
    """The sentence of ``key``; values that name channels are said by their names, a ``line`` as its place."""
    named = {name: _named(value, language) for name, value in values}
    if named.get("line", "0") != "0":
        named["place"] = say("set.place", language, line=named["line"])
    if key == "set.bad":
        named["want"] = say(f"set.{named['name']}", language)
    return say(key, language, **named)


def _named(value: str, language: str) -> str:
    parts = value.split(",")
    if not all(has(f"name.{part}") for part in parts):
        return value
    return ("、" if language == "zh" else ", ").join(say(f"name.{part}", language) for part in parts)
