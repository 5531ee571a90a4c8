"""Everybody who works at the till, as values, and as the bytes of the file they are kept in. Pure.

``staff.json`` is one JSON object: ``format``, ``revision`` (grows by one with each change), ``people``, ``mac`` (over
all the rest, by a key of the vault). It holds no PIN and no badge, only what proves one.
"""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from app.core.staff import Person, Role

FORMAT: Final = 1
LARGEST_FILE: Final = 256 * 1024
MOST_PEOPLE: Final = 200
LONGEST_NAME: Final = 16
CAP_FEN: Final = 50_000  # what a supervisor may give back at once unless the manager says otherwise
_NUMBER: Final = re.compile(r"[0-9]{2,8}", re.ASCII)
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class BadRosterError(Exception):
    """The file is not one that the holder of this vault's key wrote; ``key`` is the words key of the sentence."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the roster. Someone who has left stays, retired: a staff number is never given twice."""

    person: Person
    pin: str  # argon2id, PHC string
    badge: str = ""  # keyed hash, hex; empty: none was given
    cap_fen: int | None = None  # most that one approval may give back; None: no limit
    retired: bool = False
    practice: bool = False  # the PIN is the practice one, which the training screen shows


@dataclass(frozen=True, slots=True)
class Roster:
    members: tuple[Member, ...] = ()
    revision: int = 0

    @property
    def is_empty(self) -> bool:
        """Nobody who could add anybody: a new folder, or one that its owner has begun anew."""
        return self.managers() == 0

    def of(self, number: str) -> Member | None:
        return next((one for one in self.members if one.person.number == number), None)

    def find(self, who: str) -> Member | None:
        """Somebody working here, by staff number, or by a name that only one of them has."""
        named = [one for one in self.members if not one.retired and who in (one.person.number, one.person.name)]
        exact = [one for one in named if one.person.number == who]
        return (exact or named)[0] if len(exact or named) == 1 else None

    def by_badge(self, mark: str) -> Member | None:
        return next(
            (one for one in self.members if not one.retired and one.badge and hmac.compare_digest(one.badge, mark)),
            None,
        )

    def managers(self) -> int:
        return sum(1 for one in self.members if one.person.role is Role.MANAGER and not one.retired)

    def with_member(self, member: Member) -> "Roster":
        """``member`` in the place of the one with its number, else at the end; the next revision."""
        number = member.person.number
        if self.of(number) is None:
            return Roster((*self.members, member), self.revision + 1)
        return Roster(tuple(member if m.person.number == number else m for m in self.members), self.revision + 1)


def fault_of_person(roster: Roster, number: str, name: str) -> str:
    """The words key of why nobody new can be called so; empty: they can."""
    if not _NUMBER.fullmatch(number):
        return "staff.number.say"
    if roster.of(number) is not None:
        return "staff.taken.say"
    if not name.strip() or len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or name.strip().isdigit():
        return "staff.name.say"
    if any(one.person.name == name.strip() and not one.retired for one in roster.members):
        return "staff.samename.say"
    return "staff.many.say" if len(roster.members) >= MOST_PEOPLE else ""


def retired(member: Member) -> Member:
    """``member`` without anything that could still prove them."""
    return replace(member, retired=True, badge="", pin="")


def written(roster: Roster, key: bytes) -> str:
    """The text of the file."""
    said = {"format": FORMAT, "revision": roster.revision, "people": [asdict(one) for one in roster.members]}
    return json.dumps({**said, "mac": _mac(said, key)}, ensure_ascii=False, indent=1) + "\n"


def read(data: bytes, key: bytes) -> Roster:
    """Raises BadRosterError: ``staff.newer.say``, ``staff.altered.say``."""
    try:
        said: dict[str, Any] = json.loads(data) if len(data) <= LARGEST_FILE else {}
        mac = said.pop("mac")
        if not hmac.compare_digest(str(mac).encode(errors="replace"), _mac(said, key).encode()):
            raise BadRosterError("staff.altered.say")
        if said["format"] > FORMAT:
            raise BadRosterError("staff.newer.say")
        return Roster(tuple(_member(one) for one in said["people"]), said["revision"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadRosterError("staff.altered.say") from error


def digest_of(roster: Roster) -> str:
    """What the journal keeps of a roster: says which it was, and nothing that is in it."""
    said = json.dumps([asdict(one) for one in roster.members], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _member(one: dict[str, Any]) -> Member:
    person = Person(one["person"]["number"], one["person"]["name"], Role(one["person"]["role"]))
    return Member(person, one["pin"], one["badge"], one["cap_fen"], one["retired"], one["practice"])


def _mac(said: dict[str, Any], key: bytes) -> str:
    return hmac.digest(key, json.dumps(said, sort_keys=True).encode(), "sha256").hex()
