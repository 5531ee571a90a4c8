"""Two-way matching of one channel's day. Pure: logs and rows come in as streams, the answer is one ``Reckoning``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.channels.books import BillRow, RowKind
from app.core.channel import Channel
from app.office.recon.fees import FeeCheck
from app.office.recon.kept import kept
from app.office.recon.lines import Facing, Group, log_fen, of_row, of_sale, signed, total, with_sums
from app.office.recon.unkept import stranger, unkept
from app.office.recon.values import Booked, Care, Difference, Kind, Reckoning, Side, Stand, in_order

Find = Callable[[str], Booked | None]
Neighbour = Callable[[], Iterable[BillRow]]


def _nothing() -> Iterable[BillRow]:
    return ()


@dataclass(slots=True)
class Sources:
    """``booked``: every sale of the day and every one with a refund asked for on it; ``find`` looks up any other.

    A neighbour's rows are asked for once, and only where something of the day is not matched within it.
    """

    booked: Iterable[Booked]
    rows: Iterable[BillRow]
    find: Find = lambda _: None
    before: Neighbour = _nothing
    after: Neighbour = _nothing
    unread: int = 0  # rows of the file that could not be read
    fee_rate: int | None = None  # hundredths of a percent


@dataclass(slots=True)
class _Tally:
    log_count: int = 0
    log_fen: int = 0
    bill_count: int = 0
    bill_fen: int = 0
    matched: int = 0
    lines: list[Difference] = field(default_factory=list)


def reckon(facing: Facing, sources: Sources) -> Reckoning:
    """Match ``sources`` for the day of ``facing``. Raises what its iterators raise."""
    channel, tally = facing.window.channel, _Tally()
    log = {one.out_trade_no: one for one in sources.booked if one.channel is channel}
    twins = _Twins(log.values())
    fees = FeeCheck(channel, sources.fee_rate)
    groups = _grouped(sources.rows, fees)
    _name_the_nameless(groups, log)
    left: dict[str, Group] = {}
    for number, rows in groups.items():
        booked = log.pop(number, None) or (sources.find(number) if number else None)
        if booked is not None and booked.channel is not channel:
            booked = None
        if booked is None or not _is_plain(booked, rows, facing.day):
            left[number] = Group(booked, rows, has_kept_twin=twins.has(booked))
        else:
            _count(tally, booked, rows, facing.day)
            tally.matched += 1
    for number, booked in log.items():
        if log_fen(booked, facing.day) != (0, 0) or booked.by_hand:
            left[number] = Group(booked, [])
    _bring_neighbours(left, sources)
    others = _Others()
    for group in left.values():
        _solve(group, facing, tally, others)
    tally.lines += [*others.lines(), *twins.lines(), *fees.lines()]
    if sources.unread:
        tally.lines.append(Difference(Kind.UNREAD, channel, Care.ACT, 0, 0, count=sources.unread))
    return Reckoning(
        channel,
        facing.day,
        Side(tally.log_count, tally.log_fen),
        Side(tally.bill_count, tally.bill_fen),
        tally.matched,
        in_order(tally.lines),
        fees.fees(),
    )


def _grouped(rows: Iterable[BillRow], fees: FeeCheck) -> dict[str, list[BillRow]]:
    groups: dict[str, list[BillRow]] = {}
    for row in rows:
        fees.take(row)
        known = groups.get(row.out_trade_no)
        if known is None:
            groups[row.out_trade_no] = [row]
        else:
            known.append(row)
    return groups


def _name_the_nameless(groups: dict[str, list[BillRow]], log: Mapping[str, Booked]) -> None:
    """A row without our number belongs to the sale whose number at the channel it names (UnionPay's origQryId)."""
    nameless = groups.pop("", [])
    if not nameless:
        return
    numbers = {one.channel_no: number for number, one in log.items() if one.channel_no}
    numbers |= {rows[0].channel_no: number for number, rows in groups.items()}
    for row in nameless:
        number = numbers.get(row.channel_no, "")
        groups.setdefault(number, []).append(replace(row, out_trade_no=number))


def _is_plain(booked: Booked, rows: list[BillRow], day: str) -> bool:
    """One payment of that sum on that day, and nothing else: almost every sale of almost every day."""
    row = rows[0]
    return (
        len(rows) == 1
        and row.kind is RowKind.PAYMENT
        and row.amount_fen == booked.amount_fen
        and booked.stand is Stand.KEPT
        and booked.day == day
        and not booked.refunds
        and not booked.rebuilt
        and row.settled_fen in (None, row.amount_fen)
    )


def _count(tally: _Tally, booked: Booked | None, rows: list[BillRow], day: str) -> None:
    if booked is not None:
        count, fen = log_fen(booked, day)
        tally.log_count += count
        tally.log_fen += fen
    tally.bill_count += len(rows)
    tally.bill_fen += total(rows)


def _bring_neighbours(left: dict[str, Group], sources: Sources) -> None:
    if not left:
        return
    for row in sources.before():
        if (group := left.get(row.out_trade_no)) is not None:
            group.before.append(row)
    for row in sources.after():
        if (group := left.get(row.out_trade_no)) is not None:
            group.after.append(row)


def _solve(group: Group, facing: Facing, tally: _Tally, others: "_Others") -> None:
    group.rows = with_sums(group.rows, group.booked)
    _count(tally, group.booked, group.rows, facing.day)
    group.rows, doubled = _once(group.rows)
    tally.lines += doubled
    booked = group.booked
    if booked is None:
        _solve_strangers(group.rows, facing, tally, others)
        return
    tally.lines += [_coupon(booked, row) for row in group.rows if row.settled_fen not in (None, row.amount_fen)]
    if booked.stand is Stand.KEPT:
        lines, matched = kept(booked, group, facing)
        tally.lines += lines
        tally.matched += matched
    else:
        tally.lines += unkept(booked, group, facing)


def _solve_strangers(rows: list[BillRow], facing: Facing, tally: _Tally, others: "_Others") -> None:
    if not rows[0].out_trade_no:  # not ours, and not one order either
        tally.lines += [of_row(Kind.FOREIGN, row, Care.ACT, -signed(row)) for row in rows]
        return
    line = stranger(rows, facing)
    if line.kind is Kind.OTHER_TILL:
        others.take(line)
    else:
        tally.lines.append(line)


def _once(rows: list[BillRow]) -> tuple[list[BillRow], list[Difference]]:
    """Rows without those that stand there twice, and a line for each of the latter."""
    seen: dict[BillRow, None] = {}
    doubled = []
    for row in rows:
        if row in seen:
            doubled.append(of_row(Kind.DOUBLED, row, Care.ACT, -signed(row)))
        seen[row] = None
    return list(seen), doubled


def _coupon(booked: Booked, row: BillRow) -> Difference:
    assert row.settled_fen is not None
    return of_sale(Kind.COUPON, booked, Care.NOTHING, 0, row.amount_fen - row.settled_fen, row)


class _Others:
    """Another till may have taken thousands of sales: one line for each till."""

    def __init__(self) -> None:
        self._worth: dict[str, tuple[Channel, int, int]] = {}

    def take(self, line: Difference) -> None:
        _, worth, count = self._worth.get(line.note, (line.channel, 0, 0))
        self._worth[line.note] = (line.channel, worth + line.worth_fen, count + 1)

    def lines(self) -> list[Difference]:
        return [
            Difference(Kind.OTHER_TILL, channel, Care.ACT, worth, abs(worth), count=count, note=terminal)
            for terminal, (channel, worth, count) in self._worth.items()
        ]


class _Twins:
    """Attempts of one purchase that were kept; more than one is a customer charged twice (reliability I-45)."""

    def __init__(self, booked: Iterable[Booked]) -> None:
        self._kept: dict[str, str] = {}
        self._twice: list[Booked] = []
        for one in booked:
            if one.stand is Stand.KEPT and one.purchase and not one.refunds:
                if one.purchase in self._kept:
                    self._twice.append(one)
                self._kept.setdefault(one.purchase, one.out_trade_no)

    def has(self, booked: Booked | None) -> bool:
        """Whether another attempt than ``booked`` was kept."""
        return booked is not None and self._kept.get(booked.purchase, booked.out_trade_no) != booked.out_trade_no

    def lines(self) -> list[Difference]:
        return [of_sale(Kind.PAID_TWICE, one, Care.ACT, 0, one.amount_fen) for one in self._twice]
