"""What people need of the sealed keys. Derived from the journal's key, which only this folder's vault holds."""

import hmac
from dataclasses import dataclass, field
from typing import Final, Self

from app.staff.pins import fault_of

_PEPPER: Final = b"mashou staff pepper 1"
_ROSTER: Final = b"mashou staff roster 1"
_BADGE: Final = b"mashou staff badge 1"
_PRACTICE: Final = b"mashou staff practice 1\0"
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class StaffKeys:
    """32 bytes each; none is ever shown, logged or written."""

    pepper: bytes = field(repr=False)
    roster: bytes = field(repr=False)  # authenticates the file of people
    badge: bytes = field(repr=False)  # keys the hash of a badge
    practice: bytes = field(repr=False)  # makes the practice people's PINs

    @classmethod
    def of(cls, mac_key: bytes) -> Self:
        return cls(*(hmac.digest(mac_key, purpose, "sha256") for purpose in (_PEPPER, _ROSTER, _BADGE, _PRACTICE)))

    def practice_pin(self, number: str) -> str:
        """The PIN of a practice person: the same each time in this folder, another in the next, and not too easy."""
        turn = 0
        while True:
            said = hmac.digest(self.practice, _PRACTICE + f"{number} {turn}".encode(), "sha256")
            pin = f"{int.from_bytes(said[:8], 'big') % _MILLION:06d}"
            if not fault_of(pin, number):
                return pin
            turn += 1
