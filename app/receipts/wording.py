"""Sums, times and numbers as slips write them: ASCII minus, ￥ (U+FFE5), Beijing time. Pure."""

from collections.abc import Callable
from functools import partial

from app import words
from app.core.beijing import at_beijing
from app.core.money import show_yuan
from app.core.numbers import parse_order_number
from app.receipts.facts import Anchor, Heading
from app.receipts.layout import Sheet

Say = Callable[..., str]


def sayer(heading: Heading) -> Say:
    """``say(key, **values)`` in the slip's language."""
    return partial(_say, heading.language)


def money(fen: int) -> str:
    """``￥1,005.07``, ``-￥5.00``: the minus stands before the sign, and is one every printer has."""
    return f"-￥{show_yuan(-fen)}" if fen < 0 else f"￥{show_yuan(fen)}"


def moment(ms: int) -> str:
    return f"{at_beijing(ms):%Y-%m-%d %H:%M:%S}"


def short_moment(ms: int) -> str:
    return f"{at_beijing(ms):%m-%d %H:%M}"


def till(terminal: str) -> str:
    """``0003`` is ``03``: how people name a till."""
    return f"{int(terminal):02d}" if terminal.isascii() and terminal.isdigit() else terminal


def seal(digest: str) -> str:
    """Eight characters in two halves, ``7F3A-91C2``."""
    shown = digest[:8].upper()
    return f"{shown[:4]}-{shown[4:]}"


def tail(out_trade_no: str) -> str:
    """``...000417``: the end of the till's running number."""
    found = parse_order_number(out_trade_no)
    return f"...{found.running % 1_000_000:06d}" if found else out_trade_no


def open_sheet(heading: Heading) -> Sheet:
    sheet = Sheet(heading.columns)
    if heading.training:
        sheet.middle(words.say("slip.train", heading.language))
    return sheet


def close_sheet(sheet: Sheet, heading: Heading) -> None:
    if heading.training:
        sheet.middle(words.say("slip.train", heading.language))


def journal_line(sheet: Sheet, heading: Heading, anchor: Anchor) -> None:
    sheet.pair(words.say("slip.journal", heading.language, n=f"{anchor.seq:06d}"), seal(anchor.digest))


def _say(language: str, key: str, **values: str | int) -> str:
    return words.say(key, language, **values)
