"""How the command line ends (design §7 "Command line")."""

import time
from enum import IntEnum
from typing import Final, assert_never

from app import words
from app.core.refunds import RefundState
from app.core.sale import State
from app.till.api import SaleView

BANK_MS: Final = 600_000  # a refund that was taken longer ago than this goes on by itself, for days perhaps


class Exit(IntEnum):
    PAID = 0
    NOT_PAID = 1  # final, nothing kept
    PERSON = 2  # a supervisor is needed
    OPEN = 3  # interrupted; the next start goes on with it
    REFUSED = 64  # before anything was sent


class Refused(Exception):  # noqa: N818 - it names what happened; the family is of one
    """The command cannot be carried out, and nothing was sent: one sentence, exit 64."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def say(self, language: str) -> str:
        return words.tell(self.key, language, self.values)


def complaint(key: str, language: str, **values: str | int) -> str:
    """Headline and remedy of a ``scan.*`` key, as one line."""
    end = "。" if language == "zh" else ". "
    return end.join(words.say(f"{key}.{part}", language, **values) for part in ("head", "do"))


def settled(sale: SaleView) -> bool:
    """Final, in the hands of a person, or of a bank that takes its days: nothing to wait for at a terminal."""
    last = sale.refunds[-1] if sale.refunds else None
    with_bank = last is not None and last.state is RefundState.ACCEPTED and _now_ms() - last.began_ms > BANK_MS
    return with_bank or exit_of(sale) is not Exit.OPEN


def _now_ms() -> int:
    return int(time.time() * 1000)


def exit_of(sale: SaleView) -> Exit:
    match sale.state:
        case State.PAID | State.PARTLY_REFUNDED:
            return Exit.PAID
        case State.DECLINED | State.NOT_SENT | State.REVERSED | State.VOIDED | State.REFUNDED:
            return Exit.NOT_PAID
        case State.STUCK:
            return Exit.PERSON
        case State.VOIDING if sale.alarm:
            return Exit.PERSON
        case State.INTENT | State.PENDING | State.UNKNOWN | State.REVERSING | State.REFUNDING | State.VOIDING:
            return Exit.OPEN
        case never:
            assert_never(never)


_BADNESS: Final = (Exit.PAID, Exit.NOT_PAID, Exit.OPEN, Exit.PERSON)


def worst(exits: list[Exit]) -> Exit:
    """The end that most needs somebody; PAID where there is none."""
    return max(exits, key=_BADNESS.index, default=Exit.PAID)
