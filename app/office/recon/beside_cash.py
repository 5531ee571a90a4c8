"""Rows of the bill about a sale past D2 whose payer was settled by hand: the cash, and what became of the rest.

What a person handed over explains as much of the payment as stays with the channel. The rest is explained by refunds of
ours, or by one made on the channel's own page; what nothing explains is still with us and owed.
"""

from collections.abc import Iterator

from app.channels.books import BillRow
from app.office.recon.kept import FAILED
from app.office.recon.lines import Facing, Group, of_refund, of_sale, payments, returns, total, turn_of_day
from app.office.recon.values import Booked, Care, Difference, Kind


def beside_cash(booked: Booked, group: Group, facing: Facing) -> list[Difference]:
    """The lines of one day; their worth together is what the bill has and the log has not."""
    if not group.rows:
        return [_unpaid(booked, group, facing)] if booked.day == facing.day else []
    if not payments(group.rows):
        return list(_later(booked, group))
    lines = [*_same_day(booked, group), *_rest(booked, group)]
    return [_cash(booked, group, -total(group.rows) - sum(line.worth_fen for line in lines)), *lines]


def _unpaid(booked: Booked, group: Group, facing: Facing) -> Difference:
    """The day of the log has no row of it: another day's bill may have its payment."""
    if payments(group.before) or payments(group.after):
        turn = turn_of_day(booked.channel, booked.at_ms, facing.window)
        return of_sale(turn, booked, Care.NOTHING, 0, booked.amount_fen)
    care = Care.WAITS if facing.may_be_beside(booked.at_ms) else Care.ACT
    return of_sale(Kind.OFFLINE, booked, care, 0, booked.hand_fen)


def _cash(booked: Booked, group: Group, worth: int) -> Difference:
    """What the day keeps beyond the other lines; explained where the cash is just that.

    A refund that did not reach its payer counts in the bill's sum; the payer has the cash for it.
    """
    failed = sum(row.amount_fen for row in returns(group.rows) if row.status in FAILED)
    care = Care.NOTHING if worth == failed - booked.hand_fen else Care.ACT
    return of_sale(Kind.OFFLINE, booked, care, worth, booked.hand_fen, payments(group.rows)[0])


def _same_day(booked: Booked, group: Group) -> Iterator[Difference]:
    """What went back on the day of the payment: with it, it is worth nothing but for what is too much."""
    for row, over in _judged(booked, group):
        if over is None:
            yield of_refund(Kind.REVERSED_PAIR, booked, Care.NOTHING, 0, row.amount_fen, given=None, row=row)
        else:
            kind, amount = (Kind.REFUND_TWICE, over) if over else (Kind.REFUND_BILL, row.amount_fen)
            yield of_refund(kind, booked, Care.ACT, over, amount, given=None, row=row)


def _later(booked: Booked, group: Group) -> Iterator[Difference]:
    """The rows of a day that does not have the payment."""
    for row in returns(group.rows):
        if row.status in FAILED:
            yield of_refund(Kind.OFFLINE, booked, Care.NOTHING, row.amount_fen, row.amount_fen, given=None, row=row)
    for row, over in _judged(booked, group):
        kind = Kind.REVERSED_SPLIT if over is None else Kind.REFUND_TWICE if over else Kind.REFUND_BILL
        care = Care.NOTHING if over is None else Care.ACT
        yield of_refund(kind, booked, care, row.amount_fen, over or row.amount_fen, given=None, row=row)


def _rest(booked: Booked, group: Group) -> Iterator[Difference]:
    """What of the payment is not the cash: given back on other days, or owed."""
    ours = _ours_fen(booked)
    ours_later = ours - sum(row.amount_fen for row in _went_back(group.rows) if _is_ours(booked, row))
    if ours_later > 0:
        yield of_sale(Kind.REVERSED_SPLIT, booked, Care.NOTHING, -ours_later, ours_later)
    left = max(0, booked.amount_fen - booked.hand_fen - ours)
    there_later = min(left, _elsewhere_fen(booked, [*group.before, *group.after]))
    if there_later > 0:
        yield of_sale(Kind.REVERSED_SPLIT, booked, Care.NOTHING, -there_later, there_later)
    owed = left - there_later - _elsewhere_fen(booked, group.rows)
    if owed > 0:
        yield of_sale(Kind.REST, booked, Care.ACT, -owed, owed)


def _judged(booked: Booked, group: Group) -> Iterator[tuple[BillRow, int | None]]:
    """Each row of the day that gave something back: None where it is ours, else how much of it is too much."""
    room = booked.amount_fen - booked.hand_fen - _ours_fen(booked) - _elsewhere_fen(booked, group.before)
    for row in _went_back(group.rows):
        if _is_ours(booked, row):
            yield row, None
        else:
            yield row, max(0, row.amount_fen - max(0, room))
            room -= row.amount_fen


def _went_back(rows: list[BillRow]) -> list[BillRow]:
    return [row for row in returns(rows) if row.status not in FAILED]


def _is_ours(booked: Booked, row: BillRow) -> bool:
    return any(given.counts and given.out_refund_no == row.out_refund_no for given in booked.refunds)


def _ours_fen(booked: Booked) -> int:
    return sum(given.amount_fen for given in booked.refunds if given.counts)


def _elsewhere_fen(booked: Booked, rows: list[BillRow]) -> int:
    """Given back at the channel by nobody of ours."""
    return sum(row.amount_fen for row in _went_back(rows) if not _is_ours(booked, row))
