"""Order numbers: 24 digits that fit every channel, print as Code 128-C, and can never be taken for a payment code.

::

    4 261122 0007 4821 0000123 59
    |   |     |    |      |     +-- check digits: the whole number is 1 modulo 97 (as in ISO 7064 MOD 97-10)
    |   |     |    |      +-- running number of the journal
    |   |     |    +-- epoch: four random digits of the journal file, so that two copies never make the same number
    |   |     +-- terminal
    |   +-- yymmdd at UTC+8
    +-- 4 a real sale, 7 training; no payment code begins with either (``codes.md`` §1)
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.core.beijing import business_day

LENGTH: Final = 24
REAL: Final = "4"
TRAINING: Final = "7"
TERMINAL_DIGITS: Final = 4
MAX_EPOCH: Final = 9_999
MAX_RUNNING: Final = 9_999_999
_MODULUS: Final = 97
_SHORT: Final = 10_000


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """An order number taken apart."""

    training: bool
    day: str  # YYYY-MM-DD at UTC+8
    terminal: str
    epoch: int
    running: int

    @property
    def short(self) -> str:
        """The last four digits of the running number: how people name a sale."""
        return short_name(self.running)


def short_name(running: int) -> str:
    return f"{running % _SHORT:04d}"


def order_number(*, training: bool, at_ms: int, terminal: str, epoch: int, running: int) -> str:
    """The number of the sale begun at ``at_ms`` (channel time). Raises ValueError for a part that does not fit."""
    if len(terminal) != TERMINAL_DIGITS or not _digits(terminal):
        raise ValueError("a terminal is four digits")
    if not 0 <= epoch <= MAX_EPOCH:
        raise ValueError("an epoch is 0..9999")
    if not 0 <= running <= MAX_RUNNING:
        raise ValueError("the running number is used up")
    kind = TRAINING if training else REAL
    yymmdd = business_day(at_ms)[2:].replace("-", "")
    body = f"{kind}{yymmdd}{terminal}{epoch:04d}{running:07d}"
    return body + f"{_MODULUS + 1 - int(body) * 100 % _MODULUS:02d}"


def is_order_number(text: str) -> bool:
    """Whether ``text`` has the length, the first digit and the check digits of one of ours; nearly free."""
    return len(text) == LENGTH and text[0] in (REAL, TRAINING) and _digits(text) and int(text) % _MODULUS == 1


def parse_order_number(text: str) -> OrderNumber | None:
    """The parts of one of our own numbers, or None for anything else."""
    if len(text) != LENGTH or not _digits(text) or text[0] not in (REAL, TRAINING):
        return None
    if int(text) % _MODULUS != 1 or text[22:] < "02":
        return None
    try:
        day = datetime.strptime("20" + text[1:7], "%Y%m%d").date()  # noqa: DTZ007 - a date alone has no time zone
    except ValueError:
        return None
    return OrderNumber(text[0] == TRAINING, day.isoformat(), text[7:11], int(text[11:15]), int(text[15:22]))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
