"""A sale whose money the log keeps, beside its rows of the bill: payment, refunds, and which day has each."""

from datetime import date
from typing import Final

from app.channels.books import BillRow, RowKind
from app.office.recon.lines import Facing, Group, of_refund, of_sale, payments, returns, turn_of_day
from app.office.recon.values import Booked, Care, Course, Difference, Given, Kind

FAILED: Final = frozenset({"FAIL", "CHANGE", "ABNORMAL", "CLOSED"})  # 退款状态 of WeChat's bill (wechat.md §4)
_RUNNING: Final = "PROCESSING"


def kept(booked: Booked, group: Group, facing: Facing) -> tuple[list[Difference], int]:
    """The lines, and how many movements both sides have alike."""
    lines, matched = _payment(booked, group, facing)
    more, also = _refunds(booked, group, facing)
    return lines + more, matched + also


def _payment(booked: Booked, group: Group, facing: Facing) -> tuple[list[Difference], int]:
    rows = payments(group.rows)
    here = booked.day == facing.day
    if not rows:
        return ([_missing_payment(booked, group, facing)], 0) if here else ([], 0)
    row = next((one for one in rows if one.channel_no == booked.channel_no), rows[0])
    lines = [
        of_sale(Kind.PAID_TWICE, booked, Care.ACT, -extra.amount_fen, extra.amount_fen, extra)
        for extra in rows
        if extra is not row
    ]
    if not here:
        care = Care.NOTHING if _days_apart(booked.day, facing.day) <= 1 else Care.ACT
        kind = turn_of_day(booked.channel, row.at_ms, facing.window)
        lines.append(of_sale(kind, booked, care, -booked.amount_fen, booked.amount_fen, row))
    off = booked.amount_fen - row.amount_fen
    if off:
        lines.append(of_sale(Kind.AMOUNT, booked, Care.ACT, off, off, row))
    if booked.rebuilt:
        lines.append(of_sale(Kind.REBUILT, booked, Care.ACT, 0, booked.amount_fen, row))
    return lines, int(here and not off)


def _missing_payment(booked: Booked, group: Group, facing: Facing) -> Difference:
    amount, at_ms = booked.amount_fen, booked.at_ms
    turn = turn_of_day(booked.channel, at_ms, facing.window)
    if payments(group.before) or payments(group.after):
        return of_sale(turn, booked, Care.NOTHING, amount, amount)
    if facing.may_be_beside(at_ms):
        return of_sale(turn, booked, Care.WAITS, amount, amount)
    if booked.flawed:  # the next day's file may have it yet
        return of_sale(Kind.FLAWED, booked, Care.ACT if facing.after_known else Care.WAITS, amount, amount)
    return of_sale(Kind.TILL_ONLY, booked, Care.ACT, amount, amount)


def _refunds(booked: Booked, group: Group, facing: Facing) -> tuple[list[Difference], int]:
    known = {given.out_refund_no: given for given in booked.refunds}
    seen: set[str] = set()
    lines: list[Difference] = []
    matched, back = 0, sum(given.amount_fen for given in booked.refunds if given.counts)
    for row in returns(group.rows):
        given = known.get(row.out_refund_no) if row.kind is RowKind.REFUND else None
        if given is None or given.out_refund_no in seen:
            back += row.amount_fen
            twice = given is not None or back + booked.hand_fen > booked.amount_fen
            kind = Kind.REFUND_TWICE if twice else Kind.REFUND_BILL
            lines.append(of_refund(kind, booked, Care.ACT, row.amount_fen, row.amount_fen, given=None, row=row))
            continue
        seen.add(given.out_refund_no)
        more, same = _met(booked, given, row, facing)
        lines, matched = lines + more, matched + same
    for given in booked.refunds:
        if given.counts and given.day == facing.day and given.out_refund_no not in seen:
            lines.append(_missing_refund(booked, given, group, facing))
    return lines, matched


def _met(booked: Booked, given: Given, row: BillRow, facing: Facing) -> tuple[list[Difference], int]:
    """A refund that both sides know by its number."""

    def line(kind: Kind, care: Care, worth: int, amount: int) -> Difference:
        return of_refund(kind, booked, care, worth, amount, given=given, row=row)

    billed = row.amount_fen
    here = given.counts and given.day == facing.day
    if row.status in FAILED:
        return [line(Kind.REFUND_FAILED, Care.ACT, billed - given.amount_fen if here else billed, billed)], 0
    if not given.counts:
        return [line(Kind.REFUND_TWICE if booked.by_hand else Kind.REFUND_BILL, Care.ACT, billed, billed)], 0
    lines = []
    if not here:
        turn = turn_of_day(booked.channel, row.at_ms, facing.window)
        care = Care.NOTHING if _days_apart(given.day, facing.day) <= 1 else Care.ACT
        lines.append(line(turn, care, given.amount_fen, given.amount_fen))
    off = billed - given.amount_fen
    if off:
        lines.append(line(Kind.REFUND_AMOUNT, Care.ACT, off, off))
    if row.status == _RUNNING:
        care = Care.NOTHING if given.course is Course.DONE else Care.WAITS
        lines.append(line(Kind.REFUND_RUNNING, care, 0, given.amount_fen))
    return lines, int(here and not off)


def _missing_refund(booked: Booked, given: Given, group: Group, facing: Facing) -> Difference:
    def line(kind: Kind, care: Care) -> Difference:
        return of_refund(kind, booked, care, -given.amount_fen, given.amount_fen, given=given, row=None)

    turn = turn_of_day(booked.channel, given.at_ms, facing.window)
    if any(row.out_refund_no == given.out_refund_no for row in (*group.before, *group.after)):
        return line(turn, Care.NOTHING)
    if facing.may_be_beside(given.at_ms):
        return line(turn, Care.WAITS)
    running = given.course is Course.RUNNING and not facing.after_known
    return line(Kind.REFUND_TILL, Care.WAITS if running else Care.ACT)


def _days_apart(one: str, other: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
