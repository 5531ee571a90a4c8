"""The three people of a practice folder, one for each role (design §7, Training)."""

from typing import Final

from app.core.staff import Person, Role
from app.staff.hashing import Cost, PinHasher
from app.staff.keys import StaffKeys
from app.staff.roster import CAP_FEN, Member

PRACTICE: Final = (
    Person("1001", "练习收银员", Role.CASHIER),
    Person("2001", "练习主管", Role.SUPERVISOR),
    Person("3001", "练习店长", Role.MANAGER),
)


def practice_people(keys: StaffKeys, cost: Cost | None) -> tuple[Member, ...]:
    """Their lines in the roster. Blocks for three hashes."""
    hasher = PinHasher(keys.pepper, cost)
    return tuple(
        Member(
            person,
            hasher.hash(person.number, keys.practice_pin(person.number)),
            cap_fen=CAP_FEN if person.role is Role.SUPERVISOR else None,
            practice=True,
        )
        for person in PRACTICE
    )
