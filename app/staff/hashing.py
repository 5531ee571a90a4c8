"""PINs at rest: argon2id over the PIN and a pepper that is not in the file."""

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_DOMAIN: Final = b"mashou staff pin 1\0"


@dataclass(frozen=True, slots=True)
class Cost:
    """OWASP's password storage sheet asks for at least 19 MiB, 2 rounds, 1 lane (RFC 9106 for the rest).

    Ours: 64 MiB and 3 rounds take 214 ms on the machine this was measured on, one lane because a till has few.
    """

    kib: int = 65_536
    rounds: int = 3
    lanes: int = 1


class PinHasher:
    """Blocks for as long as ``Cost`` says: called in a thread, never on the loop."""

    def __init__(self, pepper: bytes, cost: Cost | None = None) -> None:
        self._cost = cost or Cost()
        self._pepper = pepper

    def hash(self, number: str, pin: str) -> str:
        """The PHC string of a person's PIN, with a fresh salt."""
        return self._argon().hash(self._peppered(number, pin))

    def matches(self, number: str, pin: str, kept: str) -> bool:
        """Whether ``pin`` is what ``kept`` was made of, compared in constant time by argon2 itself."""
        from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415 - late, see _argon

        try:
            return self._argon().verify(kept, self._peppered(number, pin))
        except (Argon2Error, InvalidHashError):
            return False

    def _argon(self) -> "PasswordHasher":
        from argon2 import PasswordHasher, Type  # noqa: PLC0415 - a till opens without it; the first PIN loads it

        cost = self._cost
        return PasswordHasher(cost.rounds, cost.kib, cost.lanes, hash_len=32, salt_len=16, type=Type.ID)

    def _peppered(self, number: str, pin: str) -> bytes:
        """Bound to the person: a hash moved to another one's line opens nothing."""
        return hmac.digest(self._pepper, _DOMAIN + number.encode() + b"\0" + pin.encode(), "sha256")
