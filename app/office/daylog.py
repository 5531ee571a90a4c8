"""The day log: every sale of some business days and every sum given back on them, filtered, summed, in order of time.

A sale stands on its business day; money given back on the day it was done, whenever the sale was (a row of its own).
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from app.core.beijing import business_day, ms_at
from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.record import BadRecord
from app.core.sale import State
from app.core.shift_sums import Cell, Facts, Given, Kind, Sheet, Sum, hour_of, kind_given, kind_of
from app.journal.api import Head
from app.journal.days import Days, open_days
from app.office.facts import facts_of
from app.office.shift_report import from_kept
from app.office.shift_state import CLOSED

REFUND_REACH: Final = 400  # days back to which a sale may still be refunded: every channel's window is a year or less

_CHANNELS: Final = {channel.value: channel for channel in Channel}
_STATES: Final = {state.value: state for state in State}
_REASONS: Final[dict[str | None, Reason | None]] = {None: None, **{reason.value: reason for reason in Reason}}

_KINDS: Final = {(state, took): kind_of(state, took) for state in State for took in (True, False)}

Going = Callable[[], bool]  # False: whoever asked wants no more


class Stopped(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """Whoever asked wants no more."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are wanted; empty for all. Days are business days, both included."""

    first_day: str
    last_day: str
    shift: int = 0  # number of its Z report, or the coming one's
    terminal: str = ""
    operator: str = ""
    channel: Channel | None = None
    kinds: frozenset[Kind | None] = frozenset()  # None: not settled
    least_fen: int = 0
    most_fen: int = 0  # 0: no limit

    @property
    def is_all(self) -> bool:
        """Nothing is filtered out."""
        return self == Query(self.first_day, self.last_day)


class Row(NamedTuple):
    """One line. A tuple, for a million are made; ``fen`` is never negative: ``kind`` says which way it went."""

    at_ms: int  # the sale's beginning, or when the money was given back
    day: str
    kind: Kind | None  # None: not settled
    state: State
    channel: Channel
    fen: int
    reason: Reason | None
    out_trade_no: str
    channel_no: str
    out_refund_no: str  # "" on a sale's own row
    operator: str
    terminal: str
    shift: int

    @property
    def is_given_back(self) -> bool:
        return self.kind is Kind.VOIDED or self.kind is Kind.REFUNDED

    @property
    def net_fen(self) -> int:
        """What this row adds to the day's net."""
        return self.fen if self.kind is Kind.PAID else -self.fen if self.is_given_back else 0


@dataclass(frozen=True, slots=True)
class DayLog:
    """What the page and ``mashou daylog`` show. ``head`` is the journal's end at the same instant."""

    query: Query
    rows: tuple[Row, ...]
    sheet: Sheet
    unsettled: Sum
    head: Head
    sealed: int  # the last Z report's number whose head lies behind the last row, 0 for none
    operators: tuple[str, ...]  # of all rows of these days, filtered out or not
    terminals: tuple[str, ...]
    shifts: tuple[int, ...]


class Adding:
    """Sums rows as they go by; a cut of them is a cut of the sheet."""

    def __init__(self) -> None:
        self._sums: dict[tuple[Kind | None, Channel, str, int], list[int]] = {}
        self.count = 0

    def add(self, row: Row) -> None:
        self.count += 1
        sums = self._sums.setdefault((row.kind, row.channel, row.operator, hour_of(row.at_ms)), [0, 0])
        sums[0] += 1
        sums[1] += row.fen

    @property
    def sheet(self) -> Sheet:
        return Sheet({Cell(key[0], *key[1:]): Sum(*sums) for key, sums in self._sums.items() if key[0] is not None})

    @property
    def unsettled(self) -> Sum:
        open_ones = [sums for key, sums in self._sums.items() if key[0] is None]
        return Sum(sum(one[0] for one in open_ones), sum(one[1] for one in open_ones))


def load(path: Path, query: Query, going: Going = lambda: True) -> DayLog:
    """Read the day log; blocks, so call it aside. Raises ``Stopped``, ``BadRecord``, ``app.journal.errors``."""
    days = open_days(path)
    try:
        shifts = Shifted(days)
        adding, rows, everything = Adding(), [], query.is_all
        operators, terminals, numbers = set(), set(), set()
        for row in all_rows(days, query.first_day, query.last_day, shifts, going):
            operators.add(row.operator)
            terminals.add(row.terminal)
            numbers.add(row.shift)
            if everything or wanted(row, query):
                adding.add(row)
                rows.append(row)
        last = max(numbers, default=0)
        return DayLog(
            query=query,
            rows=tuple(rows),
            sheet=adding.sheet,
            unsettled=adding.unsettled,
            head=days.head(),
            sealed=last if last <= shifts.sealed else 0,
            operators=tuple(sorted(operators)),
            terminals=tuple(sorted(terminals)),
            shifts=tuple(sorted(numbers)),
        )
    finally:
        days.close()


def wanted(row: Row, query: Query) -> bool:
    """Whether ``row`` passes the filters (the days aside)."""
    return (
        (not query.shift or row.shift == query.shift)
        and (not query.terminal or row.terminal == query.terminal)
        and (not query.operator or row.operator == query.operator)
        and (query.channel is None or row.channel is query.channel)
        and (not query.kinds or row.kind in query.kinds)
        and row.fen >= query.least_fen
        and (not query.most_fen or row.fen <= query.most_fen)
    )


class Shifted:
    """Which shift an entry, or an instant, belongs to: the coming Z's where none has sealed it."""

    def __init__(self, days: Days) -> None:
        closed = [(kept.seq, from_kept(kept)) for kept in days.entries_of((CLOSED,))]
        self._seqs = [seq for seq, _ in closed]
        self._times = [report.at_ms for _, report in closed]
        self._numbers = [report.z for _, report in closed]
        self.sealed = self._numbers[-1] if closed else 0

    def of_entry(self, seq: int) -> int:
        return self._at(bisect_left(self._seqs, seq))

    def of_instant(self, at_ms: int) -> int:
        return self._at(bisect_left(self._times, at_ms))

    def _at(self, place: int) -> int:
        return self._numbers[place] if place < len(self._numbers) else self.sealed + 1


def all_rows(days: Days, first_day: str, last_day: str, shifts: Shifted, going: Going) -> Iterator[Row]:
    """Every row of these days, oldest first; memory for the sums given back alone."""
    back = deque(_given_back(days, first_day, last_day, shifts))
    for row in _sales(days, first_day, last_day, shifts, going):
        while back and back[0].at_ms < row.at_ms:
            yield back.popleft()
        yield row
    yield from back


def _sales(days: Days, first_day: str, last_day: str, shifts: Shifted, going: Going) -> Iterator[Row]:
    for line in days.sales_between(first_day, last_day):
        if not going():
            raise Stopped
        born, day, began_ms, out_trade_no, channel, fen, state, operator, terminal, channel_no, reason, took = line
        try:
            is_state = _STATES[state]
            yield Row(
                began_ms,
                day,
                _KINDS[is_state, took == 1],
                is_state,
                _CHANNELS[channel],
                fen,
                _REASONS[reason],
                out_trade_no,
                channel_no,
                "",
                operator,
                terminal,
                shifts.of_entry(born),
            )
        except KeyError as error:
            raise BadRecord(f"sale {out_trade_no} is none this program can read") from error


def _given_back(days: Days, first_day: str, last_day: str, shifts: Shifted) -> list[Row]:
    found = []
    reach = (date.fromisoformat(first_day) - timedelta(days=REFUND_REACH)).isoformat()
    after = (date.fromisoformat(last_day) + timedelta(days=1)).isoformat()
    begins, ends = (ms_at(datetime.fromisoformat(day)) for day in (first_day, after))
    for _, kept in days.given_back(reach, after, begins, ends - 1):
        facts = facts_of(kept)
        if kind_of(facts.state, facts.took_money) is Kind.PAID:
            done = [one for one in facts.given if first_day <= business_day(one.at_ms) <= last_day]
            found += [_back_row(facts, one, shifts) for one in done]
    return sorted(found, key=lambda row: (row.day, row.at_ms))


def _back_row(facts: Facts, given: Given, shifts: Shifted) -> Row:
    return Row(
        at_ms=given.at_ms,
        day=business_day(given.at_ms),
        kind=kind_given(facts, given),
        state=facts.state,
        channel=facts.channel,
        fen=given.fen,
        reason=None,
        out_trade_no=facts.out_trade_no,
        channel_no=facts.channel_no,
        out_refund_no=given.out_refund_no,
        operator=given.operator,
        terminal=facts.terminal,
        shift=shifts.of_instant(given.at_ms),
    )
