"""A charge as its caller sees it: the till's own state, and what that means for whoever holds the goods. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, assert_never

from app import words
from app.core.purchase import on_top
from app.core.sale import FINAL, Sale, State

WAITING: Final = "WAITING"  # on the stage, no code scanned yet
CLOSED: Final = "CLOSED"  # left the stage before any code was scanned: nothing was ever sent


class Verdict(StrEnum):
    """What the caller may rely on. Only OPEN still changes, and PAID into RETURNED when a supervisor gives it back."""

    OPEN = "open"
    PAID = "paid"  # durable in the journal (door D3)
    NOT_PAID = "not_paid"  # will not be collected under this request any more; what was taken is given back
    RETURNED = "returned"  # it was paid, and all of it was given back


@dataclass(frozen=True, slots=True)
class Charge:
    """``state`` is a ``State``, WAITING or CLOSED. ``sale`` is the attempt that speaks for the purchase."""

    request_id: str
    amount_fen: int
    note: str
    state: str
    verdict: Verdict
    attempts: int = 0
    sale: Sale | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing about it changes by itself any more."""
        return self.verdict is not Verdict.OPEN and (self.sale is None or self.sale.state in FINAL)

    @property
    def face(self) -> tuple[str, Verdict, int]:
        """What a caller waits to see change."""
        return self.state, self.verdict, self.attempts


def verdict_of(state: State, *, on_stage: bool) -> Verdict:
    """``on_stage``: the purchase stands on the till's stage, where another code may still be scanned for it."""
    match state:
        case State.PAID | State.VOIDING | State.PARTLY_REFUNDED:
            return Verdict.PAID
        case State.VOIDED | State.REFUNDED:
            return Verdict.RETURNED
        case State.INTENT | State.PENDING | State.UNKNOWN:
            return Verdict.OPEN
        case State.DECLINED | State.NOT_SENT | State.REVERSED | State.REVERSING | State.REFUNDING | State.STUCK:
            return Verdict.OPEN if on_stage else Verdict.NOT_PAID
        case never:
            assert_never(never)


def charge_of(
    request_id: str, amount_fen: int, note: str, attempts: Sequence[Sale], *, on_stage: bool, asking: bool
) -> Charge:
    """``asking``: the stage asks for a code of this purchase now."""
    sale = on_top(attempts)
    if sale is None:
        state, verdict = (WAITING, Verdict.OPEN) if on_stage else (CLOSED, Verdict.NOT_PAID)
        return Charge(request_id, amount_fen, note, state, verdict)
    state, verdict = sale.state.value, verdict_of(sale.state, on_stage=on_stage)
    if asking and verdict is Verdict.OPEN:
        state = WAITING  # another code is asked for; the attempt before it is over for the customer
    return Charge(request_id, amount_fen, note, state, verdict, len(attempts), sale)


def sentence_key(charge: Charge) -> str:
    """The words key of what a person at the POS reads."""
    retry = charge.verdict is Verdict.OPEN and charge.sale is not None and charge.state != WAITING
    if retry and charge.state in {"DECLINED", "NOT_SENT", "REVERSED", "REVERSING", "REFUNDING"}:
        return "pos.again"
    return f"pos.s.{charge.state.lower()}"


def plain(charge: Charge, *, training: bool) -> dict[str, Any]:
    """As JSON. Sums are fen; times are milliseconds since the epoch, channel time."""
    key, sale = sentence_key(charge), charge.sale
    told: dict[str, Any] = {
        "request_id": charge.request_id,
        "amount_fen": charge.amount_fen,
        "note": charge.note,
        "verdict": charge.verdict.value,
        "state": charge.state,
        "attempts": charge.attempts,
        "training": training,
        "say": {language: words.say(key, language) for language in words.LANGUAGES},
    }
    if sale is not None:
        told |= {
            "out_trade_no": sale.order.out_trade_no,
            "channel": sale.order.channel.value,
            "channel_no": sale.channel_no,
            "reason": sale.reason.value if sale.reason is not None else "",
            "refunded_fen": sale.refunded_fen,
            "ended_ms": sale.ended_ms,
        }
    return told
