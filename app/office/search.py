"""Finding the sale a customer has come back about: by its number, its end, the channel's number, or sum and time."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from app.core.beijing import BEIJING, DAY_MS, business_day, ms_at
from app.core.numbers import parse_order_number
from app.core.sale import Sale
from app.core.told import Told, told
from app.journal.api import Kept
from app.journal.reader import Reader
from app.office.question import ByChannelNo, ByNumber, BySum, ByTail, Question
from app.till.entries import readable

ROWS: Final = 20  # more is no answer: one types more of what is known
SWEEP_SPAN: Final = 7  # days looked through at once for a channel's number
SWEEP_DAYS: Final = 400  # no channel refunds what is older than a year
SWEEP_SECONDS: Final = 3.0  # what ``going`` should grant; then the rest is left out, and said so
# 10 digits, the day, 10 digits (WeChat); the day first (Alipay, UnionPay).
_DAY_INSIDE: Final = (re.compile(r"\d{10}(20\d\d)(\d\d)(\d\d)\d{10}"), re.compile(r"(20\d\d)(\d\d)(\d\d)\d{13,}"))


@dataclass(frozen=True, slots=True)
class Findings:
    """``rows`` newest first. ``why`` says why there are none, or that there may be more."""

    rows: tuple[Sale, ...] = ()
    why: Told | None = None
    at_ms: int = 0  # channel time of the search


Going = Callable[[], bool]  # False: the time for a long look is up


def find(reader: Reader, question: Question, terminal: str, now_ms: int, going: Going) -> Findings:
    """The sales ``question`` asks for, as they are durable. ``terminal`` is this till's own."""
    match question:
        case Told():
            return Findings(why=question)
        case ByNumber(out_trade_no):
            return _by_number(reader, out_trade_no, terminal)
        case ByTail(digits):
            return _found(reader.by_tail(digits, ROWS + 1))
        case BySum(amount_fen, first_ms, last_ms):
            return _found(reader.by_sum(amount_fen, first_ms, last_ms, ROWS + 1))
        case ByChannelNo(channel_no):
            return _by_channel_no(reader, channel_no, now_ms, going)
        case _:
            assert_never(question)


def _by_number(reader: Reader, out_trade_no: str, terminal: str) -> Findings:
    kept = reader.sale(out_trade_no)
    if kept is not None:
        return _found((kept,))
    number = parse_order_number(out_trade_no)
    if number is not None and number.training and not reader.training():
        return Findings(why=told("adv.train"))
    if number is not None and number.terminal != terminal:
        return Findings(why=told("adv.othertill", till=number.terminal))
    return Findings(why=told("adv.notfound"))


def _by_channel_no(reader: Reader, channel_no: str, now_ms: int, going: Going) -> Findings:
    """Such a number holds the day it was made; where that leads nowhere, every day from the newest backwards."""
    written = (f'"channel_no":"{channel_no}"',)
    guess = _day_inside(channel_no, now_ms)
    if guess is not None:
        days = business_day(guess - DAY_MS), business_day(guess + DAY_MS)
        if found := reader.by_text(written, *days, ROWS):
            return _found(found)
    last = now_ms + DAY_MS
    while now_ms - last < SWEEP_DAYS * DAY_MS:
        if not going():
            return Findings(why=told("desk.find.far", date=business_day(last)))
        first = last - (SWEEP_SPAN - 1) * DAY_MS
        if found := reader.by_text(written, business_day(first), business_day(last), ROWS):
            return _found(found)
        last = first - DAY_MS
    return Findings(why=told("adv.notfound"))


def _day_inside(channel_no: str, now_ms: int) -> int | None:
    """The noon of the day written into a channel's number, ms; None where there is none, or it is to come."""
    for shape in _DAY_INSIDE:
        if found := shape.match(channel_no):
            try:
                noon = datetime(int(found[1]), int(found[2]), int(found[3]), 12, tzinfo=BEIJING)
            except ValueError:
                continue
            return ms_at(noon) if ms_at(noon) < now_ms + DAY_MS else None
    return None


def _found(kept: tuple[Kept, ...]) -> Findings:
    rows = tuple(readable(kept))
    if not rows:
        return Findings(why=told("adv.notfound"))
    return Findings(rows[:ROWS], told("desk.find.more", n=ROWS) if len(rows) > ROWS else None)
