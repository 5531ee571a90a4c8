"""What sales mean for the books, and how they are summed. Pure.

A sale at one instant of its life is worth a handful of **postings**: its money taken, each part given back, or that it
was not paid. A **sheet** is the sum of postings in cells of (kind, channel, operator, hour), so that every cut of it
adds up to the same total. A sale that went on since an earlier sheet is posted as the difference of then and now:
the sheets of shifts that follow one another therefore add up to the whole journal, whatever happened between them.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from app.core.beijing import DAY_MS
from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.sale import FINAL, State

HOUR_MS: Final = 3_600_000
_OFFSET_MS: Final = 8 * HOUR_MS
TAKEN: Final = frozenset({State.PAID, State.VOIDING, State.VOIDED, State.REFUNDED, State.PARTLY_REFUNDED})

K = TypeVar("K", bound=Hashable)


class Kind(StrEnum):
    """Names are kept in the journal; they never change."""

    PAID = "paid"
    VOIDED = "voided"  # the whole sale given back at once
    REFUNDED = "refunded"  # a part of it
    DECLINED = "declined"  # the customer's payment was refused, or never sent
    CLEAN = "clean"  # revoked, nothing had been taken
    RETURNED = "returned"  # revoked, and what had been taken went back


@dataclass(frozen=True, slots=True)
class Sum:
    count: int = 0
    fen: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.count + other.count, self.fen + other.fen)

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum(self.count - other.count, self.fen - other.fen)


ZERO: Final = Sum()


@dataclass(frozen=True, slots=True)
class Given:
    """Money given back, done: a refund that the channel has confirmed."""

    out_refund_no: str  # "" where others gave it back, in the channel's back office
    fen: int
    at_ms: int  # channel time at which it was done; its day and shift are those of this instant
    operator: str  # who approved it


@dataclass(frozen=True, slots=True)
class Facts:
    """One sale at one instant, as far as the books care."""

    out_trade_no: str
    channel: Channel
    operator: str
    terminal: str
    day: str
    began_ms: int
    ended_ms: int | None
    amount_fen: int
    state: State
    reason: Reason | None
    channel_no: str
    took_money: bool | None
    recovered: bool  # found at a start, and nobody has acknowledged it
    refunds_running: int
    given: tuple[Given, ...] = ()
    by_hand: str = ""  # staff number of who had it settled by hand, once that is recorded (design §7.13)

    @property
    def is_open(self) -> bool:
        return self.state not in FINAL or self.refunds_running > 0


@dataclass(frozen=True, slots=True)
class Cell:
    kind: Kind
    channel: Channel
    operator: str
    hour: int  # of the Beijing day, 0 to 23


@dataclass(frozen=True, slots=True)
class Totals:
    """One line of a report, whatever it is a line of. Sums of money given back are positive here."""

    paid: Sum = ZERO
    voided: Sum = ZERO
    refunded: Sum = ZERO
    declined: Sum = ZERO
    clean: Sum = ZERO
    returned: Sum = ZERO

    @property
    def given_back(self) -> Sum:
        return self.voided + self.refunded

    @property
    def net_fen(self) -> int:
        return self.paid.fen - self.given_back.fen


def hour_of(at_ms: int) -> int:
    """The hour of the Beijing day, 0 to 23."""
    return (at_ms + _OFFSET_MS) % DAY_MS // HOUR_MS


def kind_of(state: State, took_money: bool | None) -> Kind | None:
    """How a sale itself counts; None while nobody knows yet."""
    if state in TAKEN:
        return Kind.PAID
    match state:
        case State.DECLINED | State.NOT_SENT:
            return Kind.DECLINED
        case State.REVERSED:
            return Kind.RETURNED if took_money else Kind.CLEAN
        case _:
            return None


def kind_given(facts: Facts, given: Given) -> Kind:
    return Kind.VOIDED if given.fen == facts.amount_fen else Kind.REFUNDED


def postings(facts: Facts | None) -> tuple[tuple[Cell, Sum], ...]:
    """What a sale is worth in the books; nothing for one that is not there."""
    if facts is None:
        return ()
    kind = kind_of(facts.state, facts.took_money)
    if kind is None:
        return ()
    found = [(Cell(kind, facts.channel, facts.operator, hour_of(facts.began_ms)), Sum(1, facts.amount_fen))]
    if kind is Kind.PAID:  # what a sale in doubt gave back was never counted as taken
        found += [
            (Cell(kind_given(facts, one), facts.channel, one.operator, hour_of(one.at_ms)), Sum(1, one.fen))
            for one in facts.given
        ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sums by cell; cells that came to nothing are left out, so equal sheets compare equal."""

    cells: Mapping[Cell, Sum] = field(default_factory=dict)

    def __add__(self, other: "Sheet") -> "Sheet":
        return Sheet(_summed([*self.cells.items(), *other.cells.items()]))

    @property
    def total(self) -> Totals:
        return _totals(self.cells.items())

    def cut(self, by: Callable[[Cell], K]) -> dict[K, Totals]:
        """One line for each value of ``by``, in the values' order."""
        lines: dict[K, list[tuple[Cell, Sum]]] = {}
        for cell, one in self.cells.items():
            lines.setdefault(by(cell), []).append((cell, one))
        return {key: _totals(lines[key]) for key in sorted(lines, key=str)}


def sheet_of(now: Iterable[Facts], before: Iterable[Facts] = ()) -> Sheet:
    """The sums of ``now`` less what was summed ``before``."""
    plus = [posting for facts in now for posting in postings(facts)]
    minus = [(cell, ZERO - one) for facts in before for cell, one in postings(facts)]
    return Sheet(_summed([*plus, *minus]))


def _summed(posted: Iterable[tuple[Cell, Sum]]) -> dict[Cell, Sum]:
    cells: dict[Cell, Sum] = {}
    for cell, one in posted:
        cells[cell] = cells.get(cell, ZERO) + one
    return {cell: one for cell, one in cells.items() if one != ZERO}


def _totals(posted: Iterable[tuple[Cell, Sum]]) -> Totals:
    sums = dict.fromkeys(Kind, ZERO)
    for cell, one in posted:
        sums[cell.kind] += one
    return Totals(**{kind.value: one for kind, one in sums.items()})
