"""What a scanned text is, and where it leads (``codes.md``)."""

from typing import Final

MASK: Final = "•"


class AuthCode:
    """A payment code: a bearer credential for about a minute. It shows itself only to ``reveal``."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def reveal(self) -> str:
        """The digits, for the one request that carries them."""
        return self._digits

    @property
    def masked(self) -> str:
        """First and last two digits, the rest hidden; the only form that may be shown or logged."""
        return self._digits[:2] + MASK * (len(self._digits) - 4) + self._digits[-2:]

    def __repr__(self) -> str:
        return f"AuthCode({self.masked})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AuthCode) and other._digits == self._digits

    def __hash__(self) -> int:
        return hash(self._digits)
