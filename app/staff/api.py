"""What the people's room takes and gives back: proofs, refusals, pictures. Frozen values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.core.staff import Person
from app.staff.lockout import Moment

KINDS: Final = tuple(
    f"staff.{name}"
    for name in (
        *("practice", "begun", "added", "changed", "pin", "badge", "unlocked", "retired", "anew"),
        *("tried", "signed_in", "signed_out", "admitted", "approved", "refused"),
    )
)  # every entry about people; each carries the roster's revision and the lockouts as they stand after it

Fact = None | bool | int | str | Sequence["Fact"] | Mapping[str, "Fact"]


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody says they are and how they prove it. Shows neither PIN nor badge.

    ``who`` is a staff number, or a name only one person has; a badge says it too.
    """

    who: str = ""
    pin: str = field(default="", repr=False)
    badge: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class No:
    """Not done. ``key`` is the words key of the sentence, ``values`` fill it."""

    key: str
    values: tuple[tuple[str, str], ...] = ()
    wait_s: int = 0  # seconds until a try is taken again; 0: none is waited for


@dataclass(frozen=True, slots=True)
class Warrant:
    """A manager has proved who they are and may change the roster, until it is given back or five minutes are idle."""

    by: Person
    nonce: str


@dataclass(frozen=True, slots=True)
class MemberView:
    """One line of the people's page."""

    person: Person
    has_badge: bool
    cap_fen: int | None
    retired: bool
    wait_s: int  # until a try is taken again
    locked: bool  # until a manager unlocks


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Who there is and who stands at the till."""

    signed_in: Person | None
    locked: bool  # the session; payments go on
    is_empty: bool  # nobody was ever added: the first start asks for the manager
    trouble: str  # words key of why the roster cannot be used; "" where it can
    members: tuple[MemberView, ...]


class Clock(Protocol):
    def mono(self) -> float: ...

    def channel_ms(self) -> int: ...


class Ledger(Protocol):
    """The journal, as far as people need it. Belongs to the loop."""

    def write(self, kind: str, body: Mapping[str, Fact]) -> bool:
        """Durable when it returns True; False: nothing was written."""
        ...

    def newest(self) -> Mapping[str, Fact] | None:
        """The body of the newest entry about people, whichever kind it is."""
        ...


OnPeople = Callable[[PeopleView], None]


def moment(clock: Clock) -> Moment:
    return Moment(clock.mono(), clock.channel_ms())
