"""What an X or Z report says: a frozen value, and the body of the journal entry that seals it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from app.core.channel import Channel
from app.core.record import BadRecord
from app.core.sale import State
from app.core.shift_sums import Cell, Facts, Kind, Sheet, Sum
from app.core.staff import Approval
from app.journal.api import Head, Json, Kept

VERSION: Final = 1
_WRONG: Final = (KeyError, TypeError, AttributeError, ValueError)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who did something, as the journal keeps it."""

    number: str
    name: str


NOBODY: Final = Staff("", "")


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A sale that is not settled, by name: ``refunds`` of it are still running where the sale itself is."""

    out_trade_no: str
    channel: Channel
    amount_fen: int
    state: State
    began_ms: int
    refunds: int = 0
    by_hand: str = ""  # who took it over: the staff number of who approved the cash


@dataclass(frozen=True, slots=True)
class Forced:
    """A manager took over what was open (design §7.16)."""

    by: Staff
    reason: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Report:
    """``z`` is 0 for an X report. ``head`` is the last entry that is in the sums; a Z's own entry follows it."""

    shift: int
    z: int
    terminal: str
    opened_ms: int  # 0: nobody opened it
    opened_by: Staff
    at_ms: int
    by: Staff  # who is on duty, or closed it
    first_seq: int
    head: Head
    sheet: Sheet
    unsettled: tuple[Unsettled, ...] = ()
    first_order: str = ""
    last_order: str = ""
    previous_z: tuple[int, str] | None = None  # number and head
    forced: Forced | None = None


def unsettled_of(facts: Facts) -> Unsettled:
    return Unsettled(
        facts.out_trade_no,
        facts.channel,
        facts.amount_fen,
        facts.state,
        facts.began_ms,
        facts.refunds_running,
        facts.by_hand,
    )


def forced_by(approval: Approval) -> Forced:
    return Forced(Staff(approval.by.number, approval.by.name), approval.reason, approval.nonce)


def to_body(report: Report) -> dict[str, Json]:
    """The entry ``shift.closed``. Sums are kept by cell, so that any cut can be made of them later."""
    forced = report.forced
    return {
        "v": VERSION,
        "shift": report.shift,
        "z": report.z,
        "terminal": report.terminal,
        "opened_ms": report.opened_ms,
        "opened_by": _who(report.opened_by),
        "at_ms": report.at_ms,
        "by": _who(report.by),
        "first_seq": report.first_seq,
        "head": [report.head.seq, report.head.digest],
        "sums": [
            [cell.kind.value, cell.channel.value, cell.operator, cell.hour, one.count, one.fen]
            for cell, one in report.sheet.cells.items()
        ],
        "net_fen": report.sheet.total.net_fen,
        "unsettled": [
            [
                one.out_trade_no,
                one.channel.value,
                one.amount_fen,
                one.state.value,
                one.began_ms,
                one.refunds,
                one.by_hand,
            ]
            for one in report.unsettled
        ],
        "first_order": report.first_order,
        "last_order": report.last_order,
        "previous_z": None if report.previous_z is None else list(report.previous_z),
        "forced": None if forced is None else {**_who(forced.by), "reason": forced.reason, "nonce": forced.nonce},
    }


def from_kept(kept: Kept) -> Report:
    """The report of an entry ``shift.closed``. Raises ``BadRecord``."""
    body = cast("Mapping[str, Any]", kept.body)
    try:
        if body["v"] != VERSION:
            raise BadRecord("v is not of this version")
        previous, forced = body["previous_z"], body["forced"]
        return Report(
            shift=body["shift"],
            z=body["z"],
            terminal=body["terminal"],
            opened_ms=body["opened_ms"],
            opened_by=_staff(body["opened_by"]),
            at_ms=body["at_ms"],
            by=_staff(body["by"]),
            first_seq=body["first_seq"],
            head=Head(*body["head"]),
            sheet=_sheet(body["sums"]),
            unsettled=tuple(_unsettled(one) for one in body["unsettled"]),
            first_order=body["first_order"],
            last_order=body["last_order"],
            previous_z=None if previous is None else (previous[0], previous[1]),
            forced=None if forced is None else Forced(_staff(forced), forced["reason"], forced["nonce"]),
        )
    except _WRONG as error:
        raise BadRecord(f"entry {kept.seq} is no shift this program can read") from error


def _sheet(sums: Sequence[Any]) -> Sheet:
    return Sheet(
        {
            Cell(Kind(kind), Channel(channel), operator, hour): Sum(count, fen)
            for kind, channel, operator, hour, count, fen in sums
        }
    )


def _unsettled(one: Sequence[Any]) -> Unsettled:
    return Unsettled(one[0], Channel(one[1]), one[2], State(one[3]), *one[4:7])


def _who(staff: Staff) -> dict[str, Json]:
    return {"staff": staff.number, "name": staff.name}


def _staff(body: Mapping[str, Any]) -> Staff:
    return Staff(body["staff"], body["name"])
