"""One business day of a till beside the bills of its channels: the right file for each, its neighbours, the result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.channels.books import BillRow
from app.core.channel import Channel
from app.journal.days import Days
from app.office.recon.bills import Bill, Room, WrongFile, open_bill
from app.office.recon.lines import Facing, log_fen
from app.office.recon.lost_days import days_waiting, is_lost, lost_epochs
from app.office.recon.match import Sources, reckon
from app.office.recon.no_bill import has_sold
from app.office.recon.signing import Resolution, SignedOff, resolutions, signed_off
from app.office.recon.source import booked_on, find_in
from app.office.recon.values import Booked, Difference, Kind, Reckoning, Stand
from app.office.recon.window import beside, window_of

Rates = Mapping[Channel, int]  # hundredths of a percent
KeptBill = Callable[[Channel, str], Path | None]


@dataclass(frozen=True, slots=True)
class OtherLog:
    """The day log of another till of the shop, its signature already checked."""

    terminals: frozenset[str]
    booked: Mapping[str, Booked]


@dataclass(frozen=True, slots=True)
class Shop:
    """Whose day it is. ``kept`` finds a bill that was imported earlier."""

    terminal: str
    training: bool
    rates: Rates = field(default_factory=dict)
    logs: Sequence[OtherLog] = ()
    kept: KeptBill = lambda _channel, _day: None


@dataclass(frozen=True, slots=True)
class ChannelDay:
    """A channel's day as it stands. ``bill`` None: the channel has none of that day, and says so."""

    reckoning: Reckoning
    bill: Bill | None
    resolved: Mapping[str, Resolution]
    signed: SignedOff | None

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """Lines that neither the bills nor a person have explained."""
        return tuple(line for line in self.reckoning.open_lines if line.key not in self.resolved)

    @property
    def is_level(self) -> bool:
        return not self.unexplained


@dataclass(frozen=True, slots=True)
class DayResult:
    """``lacking``: channels with sales or refunds that day, and no bill."""

    day: str
    channels: tuple[ChannelDay, ...]
    lacking: tuple[Channel, ...]
    lost: frozenset[str] = frozenset()  # order numbers of the bills that this till made and its journal lost

    @property
    def is_level(self) -> bool:
        return not self.lacking and all(one.is_level for one in self.channels)


def reconcile(
    days: Days,
    day: str,
    bills: Sequence[Bill],
    shop: Shop,
    *,
    rooms: Iterable[Room] = (),
    empty: Iterable[Channel] = (),
) -> DayResult:
    """Match ``day`` (YYYY-MM-DD) against ``bills``: of each channel one of that day, and its neighbours as proof.

    ``rooms`` open neighbours that were kept earlier; ``empty`` are channels that say they had no trades, which is
    believed where this till took no money by them either. Raises
    WrongFile, ``app.journal.errors``.
    """
    log, rooms = _log_of(days, day, shop), tuple(rooms)
    gap = {room.channel for room in rooms} if day in days_waiting(days) else set()  # what they sold is not in the log
    results, lacking = [], []
    for channel in Channel:
        own = _of_day([bill for bill in bills if bill.channel is channel], channel, day)
        booked = log.get(channel, [])
        if own is None and (channel not in empty or has_sold(channel, day, booked)):
            if channel in gap or any(log_fen(one, day) != (0, 0) for one in booked):
                lacking.append(channel)
            continue
        if own is not None:
            _must_be_ours(own, booked, shop)
        near = _Near(bills, channel, day, shop.kept, rooms)
        results.append(_channel_day(days, shop, booked, own, near))
    return DayResult(day, tuple(results), tuple(lacking), _lost(days, results, shop.terminal))


def _lost(days: Days, results: Iterable[ChannelDay], terminal: str) -> frozenset[str]:
    epochs = lost_epochs(days)
    lines = [line for one in results for line in one.reckoning.lines if line.kind is Kind.BILL_ONLY]
    return frozenset(line.out_trade_no for line in lines if is_lost(line.out_trade_no, terminal, epochs))


def with_words(days: Days, result: DayResult) -> DayResult:
    """``result`` with what people have added to it by now."""
    return replace(result, channels=tuple(_with_words(days, one) for one in result.channels))


def _with_words(days: Days, one: ChannelDay) -> ChannelDay:
    channel, day = one.reckoning.channel, one.reckoning.day
    return replace(one, resolved=resolutions(days, channel, day), signed=signed_off(days, channel, day))


def _log_of(days: Days, day: str, shop: Shop) -> dict[Channel, list[Booked]]:
    log: dict[Channel, list[Booked]] = {}
    for booked in booked_on(days, day):
        log.setdefault(booked.channel, []).append(booked)
    for other in shop.logs:
        for booked in other.booked.values():
            if booked.day == day or any(given.day == day for given in booked.refunds):
                log.setdefault(booked.channel, []).append(booked)
    return log


def _of_day(bills: Sequence[Bill], channel: Channel, day: str) -> Bill | None:
    """The bill of ``day`` among those of its channel. One file of another day is a mistake; of many days, none is."""
    own = {bill.sha256: bill for bill in bills if bill.day == day}
    if len(own) > 1:
        raise WrongFile("file.twice", channel=f"name.{channel}", date=day)
    if own:
        return next(iter(own.values()))
    other_days = {bill.day: bill for bill in bills if bill.rows}
    if len(other_days) == 1:
        raise WrongFile("wf.date", date=next(iter(other_days)), date2=day)
    return next((bill for bill in bills if not bill.rows), None)


def _must_be_ours(bill: Bill, booked: Sequence[Booked], shop: Shop) -> None:
    """What a file of another shop, of the test environment or of refunds alone gives away by its rows."""
    if not shop.training and bill.training * 2 > bill.rows:
        raise WrongFile("wf.test")
    window = window_of(bill.channel, bill.day) if bill.day else None
    sold = window is not None and any(one.stand is Stand.KEPT and window.holds(one.at_ms) for one in booked)
    if sold and bill.rows and not bill.ours:
        raise WrongFile("wf.merchant", mch="…")
    if sold and bill.rows and not bill.payments:
        raise WrongFile("wf.refundonly")


class _Near:
    """The bills of the day before and after: given, or kept from earlier."""

    def __init__(
        self, bills: Sequence[Bill], channel: Channel, day: str, kept: KeptBill, rooms: tuple[Room, ...]
    ) -> None:
        self.day = day
        self.channel = channel
        given = {bill.day: bill for bill in bills if bill.channel is channel}
        self.before, self.after = (
            given.get(beside(day, step)) or _reopened(kept(channel, beside(day, step)), channel, rooms)
            for step in (-1, 1)
        )


def _reopened(path: Path | None, channel: Channel, rooms: tuple[Room, ...]) -> Bill | None:
    if path is None:
        return None
    try:
        return open_bill(path, [room for room in rooms if room.channel is channel])
    except WrongFile:  # it was sound when it was put there; the day itself does without it
        return None


def _channel_day(days: Days, shop: Shop, booked: Sequence[Booked], own: Bill | None, near: _Near) -> ChannelDay:
    terminals = frozenset({shop.terminal}).union(*(log.terminals for log in shop.logs))
    facing = Facing(window_of(near.channel, near.day), terminals, near.before is not None, near.after is not None)

    def find(number: str) -> Booked | None:
        return find_in(days, number) or next((log.booked[number] for log in shop.logs if number in log.booked), None)

    sources = Sources(
        booked=booked,
        rows=own.read() if own is not None else (),
        find=find,
        before=lambda: _rows(near.before),
        after=lambda: _rows(near.after),
        fee_rate=shop.rates.get(near.channel),
    )
    reckoning = reckon(facing, sources)
    done = signed_off(days, near.channel, near.day)
    return ChannelDay(reckoning, own, resolutions(days, near.channel, near.day), done)


def _rows(bill: Bill | None) -> Iterable[BillRow]:
    return bill.read() if bill is not None else ()
