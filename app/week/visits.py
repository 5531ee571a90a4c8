"""Who comes to the two tills in a week, with what, and how they behave. Pure: chance is an argument."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from app.core.channel import Channel
from app.sim.book import Customer, Kind

T = TypeVar("T")

CASHIERS: Final = ("1001", "1002", "1003")
DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0
OPENS_S, CLOSES_S = 8 * HOUR_S, 21.5 * HOUR_S  # of the Beijing day
LATE_DAYS: Final = (1, 3)  # the shop is open past midnight on these, counted from 0
LATE_VISITS: Final = 24  # on such a night, at both tills together
_CHANNELS: Final = {Channel.WECHAT: 46, Channel.ALIPAY: 36, Channel.UNIONPAY: 18}


class Way(StrEnum):
    """How a customer behaves."""

    PAYS = "pays"
    TYPES = "types"  # the password in good time
    TYPES_LATE = "types_late"  # as the till gives up
    NEVER = "never"
    POOR = "poor"
    STOPPED = "stopped"  # the cashier presses F2 while the customer types


_WAYS: Final = {Way.PAYS: 800, Way.TYPES: 90, Way.TYPES_LATE: 25, Way.NEVER: 20, Way.POOR: 40, Way.STOPPED: 25}


@dataclass(frozen=True, slots=True)
class Return:
    """Goods brought back ``after`` seconds; ``fen`` of the sale are given back."""

    after: float
    fen: int


@dataclass(frozen=True, slots=True)
class Visit:
    """``at``: seconds from 00:00 of the first day. ``stops``: seconds until F2, None where nobody presses it."""

    at: float
    till: int
    cashier: str
    channel: Channel
    amount_fen: int
    customer: Customer
    stops: float | None = None
    comes_again: bool = True  # with another code, where the first was not paid
    returns: tuple[Return, ...] = ()


def dice(seed: int) -> random.Random:
    """Chance that repeats."""
    return random.Random(seed)  # noqa: S311 - for a play, not for a secret


def visits(chance: random.Random, sales: int, days: int) -> list[Visit]:
    """At least ``sales`` of them over ``days`` days, in the order of their time."""
    late = [day for day in LATE_DAYS if day < days]
    by_day = -(-max(0, sales - LATE_VISITS * len(late)) // days)
    times = [day * DAY_S + chance.uniform(OPENS_S, CLOSES_S) for day in range(days) for _ in range(by_day)]
    found = [_visit(chance, at) for at in times]
    for day in late:
        found += _late_night(chance, (day + 1) * DAY_S)
    return sorted(found, key=lambda one: one.at)


def _late_night(chance: random.Random, midnight: float) -> list[Visit]:
    """Sales around 23:00 and 00:00: some are begun on one day and paid, or given back, on the next."""
    spread = [midnight - HOUR_S + chance.uniform(-600, 3_300) for _ in range(LATE_VISITS // 2)]
    close = [midnight + chance.uniform(-100, 240) for _ in range(LATE_VISITS - LATE_VISITS // 2 - 6)]
    found = [_visit(chance, at) for at in (*spread, *close)]
    # Payments that come as the till gives up: in on one day, out on the next.
    for channel in (Channel.WECHAT, Channel.ALIPAY):
        slow, quick = Customer(Kind.PASSWORD, seconds=44.0), Customer(Kind.PASSWORD, seconds=20.0)
        found.append(Visit(midnight - 44.6, 0, CASHIERS[0], channel, 4_400, slow, comes_again=False))
        found.append(Visit(midnight - 8.0, 1, CASHIERS[2], channel, 5_500, quick))
    # Two bought before 23:00 and midnight, and brought back after.
    for channel, at in ((Channel.UNIONPAY, midnight - HOUR_S - 200), (Channel.ALIPAY, midnight - 120)):
        back = (Return(400.0, 6_600),)
        found.append(Visit(at, 1, CASHIERS[2], channel, 6_600, Customer(Kind.INSTANT), returns=back))
    return found


def _visit(chance: random.Random, at: float) -> Visit:
    till = chance.randrange(2)
    way = _pick(chance, _WAYS)
    amount = chance.choice(
        (chance.randrange(200, 3_000), chance.randrange(1_000, 20_000), chance.randrange(5, 99) * 100)
    )
    evening = at % DAY_S >= 15 * HOUR_S
    return Visit(
        at=at,
        till=till,
        cashier=CASHIERS[2] if till else CASHIERS[evening],
        channel=_pick(chance, _CHANNELS),
        amount_fen=amount,
        customer=_customer(chance, way),
        stops=chance.uniform(3, 20) if way is Way.STOPPED else None,
        comes_again=chance.random() < 0.7,
        returns=_returns(chance, amount) if way in {Way.PAYS, Way.TYPES} else (),
    )


def _customer(chance: random.Random, way: Way) -> Customer:
    match way:
        case Way.PAYS:
            return Customer(Kind.INSTANT)
        case Way.TYPES:
            return Customer(Kind.PASSWORD, seconds=chance.uniform(3, 35))
        case Way.TYPES_LATE:
            return Customer(Kind.PASSWORD, seconds=chance.uniform(42, 62))
        case Way.NEVER:
            return Customer(Kind.NEVER)
        case Way.POOR:
            return Customer(Kind.POOR)
        case Way.STOPPED:
            return Customer(Kind.PASSWORD, seconds=chance.uniform(4, 40))


def _returns(chance: random.Random, amount: int) -> tuple[Return, ...]:
    """Few bring something back: all of it, a part, or two parts; minutes later or the next day."""
    dice = chance.random()
    if dice > 0.07:
        return ()
    after = chance.uniform(70, 3 * HOUR_S) if chance.random() < 0.7 else chance.uniform(14, 30) * HOUR_S
    if dice < 0.035:
        return (Return(after, amount),)
    part = chance.randrange(1, amount // 2 + 1)
    first = Return(after, part)
    return (first,) if dice < 0.055 else (first, Return(after + chance.uniform(70, 4_000), amount - part))


def _pick(chance: random.Random, weights: Mapping[T, int]) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]
