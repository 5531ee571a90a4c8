"""Who may do what. People and their acts as values; who somebody is, is proven in ``app.staff``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Each may do what the one before may."""

    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"


class Act(StrEnum):
    """What a fresh authentication is asked for (design §1, §7.13, §7.16)."""

    REFUND = "refund"  # give back part or all of a sale; all of it is a void
    HOLD = "hold"  # record that a person has settled a sale by hand
    TAKE_OVER = "take_over"  # close a shift over open sales, by name
    RESOLVE = "resolve"  # explain a difference of a reconciliation by hand
    SETTINGS = "settings"  # change whose money it is, or who may ask for it


@dataclass(frozen=True, slots=True)
class Person:
    number: str  # staff number, 2 to 8 digits, never reused
    name: str
    role: Role


APPROVAL_LIFE: Final = 60.0  # seconds an approval is good for (reliability §4.2)
NEEDED: Final = {
    Act.REFUND: Role.SUPERVISOR,
    Act.HOLD: Role.SUPERVISOR,
    Act.TAKE_OVER: Role.MANAGER,
    Act.RESOLVE: Role.MANAGER,
    Act.SETTINGS: Role.MANAGER,
}
_RANK: Final = {Role.CASHIER: 0, Role.SUPERVISOR: 1, Role.MANAGER: 2}


def may(role: Role, act: Act) -> bool:
    return _RANK[role] >= _RANK[NEEDED[act]]


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes to one act: bound to its subject, sum and reason, good once and for ``APPROVAL_LIFE``."""

    act: Act
    subject: str  # the order number; for a shift its number; for a difference its key; of settings their names
    amount_fen: int  # 0 where no money moves
    reason: str
    by: Person
    nonce: str  # 32 hex digits; the journal keeps it in the entry that spends it
    given_at: float  # monotonic seconds
    given_ms: int  # channel time

    def covers(self, act: Act, subject: str, amount_fen: int, reason: str, mono: float) -> bool:
        """Whether this yes is to exactly this act, and still fresh. Being unspent is the till's to know."""
        same = (self.act, self.subject, self.amount_fen, self.reason) == (act, subject, amount_fen, reason)
        return same and may(self.by.role, act) and 0 <= mono - self.given_at <= APPROVAL_LIFE
