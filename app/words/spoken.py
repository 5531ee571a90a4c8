"""Amounts as a loudspeaker reads them (words.md §8): every figure in words, so that no engine has to guess. Pure."""

from typing import Final

from app.core.money import FEN_PER_YUAN

_FIGURES: Final = "零一二三四五六七八九"
_PLACES: Final = ("", "十", "百", "千")
_MYRIADS: Final = ("", "万", "亿", "万亿")
_MYRIAD: Final = 10_000
_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_THOUSANDS: Final = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))


def spoken(fen: int, language: str) -> str:
    """``1250`` is 十二元五角, or twelve yuan fifty. Raises ValueError below one fen: nothing is said of such a sum."""
    if fen <= 0:
        raise ValueError("a sum that is read out is at least one fen")
    return _chinese(fen) if language == "zh" else _english(fen)


def _chinese(fen: int) -> str:
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    jiao, one = divmod(rest, 10)
    text = f"{_counted(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_FIGURES[jiao]}角"
    elif one and yuan:
        text += "零"
    return text + (f"{_FIGURES[one]}分" if one else "")


def _counted(number: int) -> str:
    """A count before 元: two by itself is 两."""
    if number == 2:
        return "两"
    sections: list[int] = []
    while number:
        number, section = divmod(number, _MYRIAD)
        sections.append(section)
    text = ""
    for place in range(len(sections) - 1, -1, -1):
        section = sections[place]
        if not section:
            continue
        if text and (section < 1000 or not sections[place + 1]):
            text += "零"
        alone = section == 2 and place > 0
        text += ("两" if alone else _section(section, first=not text)) + _MYRIADS[place]
    return text


def _section(section: int, *, first: bool) -> str:
    """1 to 9,999. ``first``: nothing stands before it, so that ten is 十 and not 一十."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        figure = section // 10**place % 10
        if not figure:
            gap = bool(text)
            continue
        if gap:
            text += "零"
            gap = False
        if place == 1 and figure == 1 and first and not text:
            text += "十"
        else:
            text += ("两" if place == 3 and figure == 2 else _FIGURES[figure]) + _PLACES[place]
    return text


def _english(fen: int) -> str:
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    if not yuan:
        return f"{_below_hundred(rest)} fen"
    text = f"{_whole(yuan)} yuan"
    if not rest:
        return text
    return f"{text} oh {_ONES[rest]}" if rest < 10 else f"{text} {_below_hundred(rest)}"


def _whole(number: int) -> str:
    parts: list[str] = []
    for size, name in _THOUSANDS:
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_below_thousand(count)} {name}")
    if number >= 100 or (number and not parts):
        parts.append(_below_thousand(number))
    elif number:
        parts.append(f"and {_below_hundred(number)}")
    return " ".join(parts)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    text = f"{_ONES[hundreds]} hundred"
    return f"{text} and {_below_hundred(rest)}" if rest else text


def _below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, rest = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[rest]}" if rest else "")
