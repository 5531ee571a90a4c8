"""Rows of the bill about a sale whose money the log does not keep: reversed, refused or in doubt; or that it lacks."""

from typing import Final

from app.channels.books import BillRow
from app.core.numbers import parse_order_number
from app.office.recon.beside_cash import beside_cash
from app.office.recon.lines import Facing, Group, of_row, of_sale, payments, returns, total
from app.office.recon.values import Booked, Care, Difference, Kind, Stand
from app.office.recon.window import NEAR_MS

_STILL_PAID: Final = {
    Stand.BACK: Kind.REVERSED_PAID,
    Stand.NEVER: Kind.DECLINED_PAID,
    Stand.DOUBT: Kind.DOUBT_PAID,
}


def unkept(booked: Booked, group: Group, facing: Facing) -> list[Difference]:
    """What the day's rows say of it; their worth together is what the bill has and the log has not."""
    rows = group.rows
    net, paid = total(rows), sum(row.amount_fen for row in payments(rows))
    if booked.by_hand:
        return beside_cash(booked, group, facing)
    if not rows:
        return []
    if net == 0:
        return [_pair(booked, paid, rows[0])]
    if net < 0:
        return [_given_back(booked, group, facing, net, paid)]
    return [_still_paid(booked, group, facing, net)]


def _pair(booked: Booked, paid: int, row: BillRow) -> Difference:
    if booked.stand is Stand.DOUBT:
        return of_sale(Kind.STATUS, booked, Care.WAITS, 0, paid, row)
    return of_sale(Kind.REVERSED_PAIR, booked, Care.NOTHING, 0, paid, row)


def _given_back(booked: Booked, group: Group, facing: Facing, net: int, paid: int) -> Difference:
    """More went out than came in on this day."""
    row = returns(group.rows)[0]
    came_before = bool(payments(group.before)) or (
        not facing.before_known and booked.at_ms < facing.window.begin_ms + NEAR_MS
    )
    if not paid and came_before and booked.stand is not Stand.DOUBT:
        return of_sale(Kind.REVERSED_SPLIT, booked, Care.NOTHING, -net, -net, row)
    kind = Kind.REFUND_TWICE if paid else Kind.REFUND_BILL
    return of_sale(kind, booked, Care.ACT, -net, -net, row)


def _still_paid(booked: Booked, group: Group, facing: Facing, net: int) -> Difference:
    """More came in than went out on this day."""
    row = payments(group.rows)[0]
    if returns(group.after) and booked.stand is not Stand.DOUBT:
        return of_sale(Kind.REVERSED_SPLIT, booked, Care.NOTHING, -net, net, row)
    ended = booked.ended_ms if booked.stand is Stand.BACK else None
    if ended is not None and ended >= facing.window.end_ms - NEAR_MS and not facing.after_known:
        return of_sale(Kind.REVERSED_SPLIT, booked, Care.WAITS, -net, net, row)
    kind = Kind.PAID_TWICE if group.has_kept_twin else _STILL_PAID[booked.stand]
    return of_sale(kind, booked, Care.ACT, -net, net, row)


def stranger(rows: list[BillRow], facing: Facing) -> Difference:
    """An order number that no log here has: whose it is shows in the number itself (``app.core.numbers``)."""
    net, row = total(rows), rows[0]
    number = parse_order_number(row.out_trade_no)
    if number is None:
        return of_row(Kind.FOREIGN, row, Care.ACT, -net)
    if number.terminal not in facing.terminals:
        return of_row(Kind.OTHER_TILL, row, Care.ACT, -net, note=number.terminal)
    return of_row(Kind.BILL_ONLY, row, Care.ACT, -net)
