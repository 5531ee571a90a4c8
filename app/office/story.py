"""A sale as a timeline: what each entry of the journal added to the one before. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.refunds import Hand, HandState, Refund, RefundState
from app.core.sale import Sale, State
from app.core.told import Told, sum_words, told
from app.journal.api import Kept
from app.till.entries import SEEN, readable

NOTED: Final = "work.note"  # somebody took a task of the worklist, or said what was done
# Entries that belong to no sale and speak of one.
APART: Final = ("notice", "receipt.printed", "receipt.reprinted", NOTED)
_OF_KIND: Final = {
    "notice": "desk.step.notice",
    "receipt.printed": "desk.step.printed",
    "receipt.reprinted": "desk.step.reprinted",
    NOTED: "desk.step.noted",
}
# A refund tells these in its own words.
_TOLD_BY_REFUNDS: Final = frozenset({State.VOIDING, State.VOIDED, State.REFUNDED, State.PARTLY_REFUNDED})
_REFUND: Final = {
    RefundState.ACCEPTED: "desk.step.accepted",
    RefundState.DONE: "desk.step.done",
    RefundState.REFUSED: "desk.step.refused",
    RefundState.CLOSED: "desk.step.closed",
    RefundState.ABNORMAL: "desk.step.abnormal",
}
_HAND: Final = {
    HandState.CHECKING: "desk.step.hand",
    HandState.GIVEN: "desk.step.given",
    HandState.MATCHED: "desk.step.matched",
    HandState.REFUSED: "desk.step.nocash",
}


class Tone(StrEnum):
    PLAIN = "plain"
    PAID = "paid"  # the money is ours, durable
    RUNNING = "running"  # it goes on by itself
    PERSON = "person"  # somebody was called


@dataclass(frozen=True, slots=True)
class Step:
    at_ms: int
    what: Told
    under: Told | None = None
    tone: Tone = Tone.PLAIN


def story_of(kept: Iterable[Kept]) -> tuple[Step, ...]:
    """The steps that the entries of one sale tell, oldest first."""
    steps: list[Step] = []
    before: Sale | None = None
    for entry in kept:
        if entry.kind in _OF_KIND:
            steps.append(_apart(entry))
            continue
        for sale in readable([entry]):
            if entry.kind == SEEN:
                steps.append(Step(entry.at_ms, told("desk.step.seen")))
            else:
                _add(steps, _between(before, sale, entry.at_ms))
            before = sale
    return tuple(steps)


def _apart(entry: Kept) -> Step:
    by, text = (entry.body.get(name) for name in ("by", "text"))
    under = told("desk.under.text", text=text) if isinstance(text, str) and text else None
    return Step(entry.at_ms, told(_OF_KIND[entry.kind], by=by if isinstance(by, str) else "—"), under)


def speaks_of(entry: Kept, out_trade_no: str) -> bool:
    """Whether an entry of ``APART`` is about that sale; a refund slip's number begins with its order number."""
    number = entry.body.get("out_trade_no") or entry.body.get("number")
    return isinstance(number, str) and number.startswith(out_trade_no)


def _add(steps: list[Step], more: Iterable[Step]) -> None:
    """Reverses one after the other are one step, with the newest's number and time."""
    for step in more:
        again = step.what.key == "desk.step.reversed" and bool(steps) and steps[-1].what.key == step.what.key
        steps[-1:] = [step] if again else [*steps[-1:], step]


def _between(before: Sale | None, sale: Sale, at_ms: int) -> Iterator[Step]:
    if sale.recovered and before is not None and not before.recovered:
        yield Step(at_ms, told("desk.step.recovered"))
    if (before is None or before.state is not sale.state) and sale.state not in _TOLD_BY_REFUNDS:
        yield _state(sale, at_ms)
    if before is not None and sale.reverses > before.reverses:
        yield Step(at_ms, told("desk.step.reversed", n=sale.reverses))
    yield from _refunds(before.refunds if before is not None else (), sale.refunds, at_ms)
    elsewhere_fen = sale.elsewhere_fen - (before.elsewhere_fen if before is not None else 0)
    if elsewhere_fen > 0:
        yield Step(at_ms, told("desk.step.elsewhere", amount=sum_words(elsewhere_fen)))
    if sale.hand is not None and (before is None or before.hand != sale.hand):
        yield _by_hand(sale.hand, at_ms)
    if sale.alarm and (before is None or before.alarm != sale.alarm):
        yield Step(at_ms, told("desk.step.alarm"), told(f"{sale.alarm}.head") if _has_head(sale) else None, Tone.PERSON)


def _has_head(sale: Sale) -> bool:
    return sale.alarm.startswith("st.")


def _state(sale: Sale, at_ms: int) -> Step:
    what = told(f"step.{sale.state.value.lower()}", channel=sale.order.channel)
    match sale.state:
        case State.PAID:
            under = told("desk.under.payer", payer=sale.payer) if sale.payer else None
            return Step(at_ms, what, under, Tone.PAID)
        case State.REVERSING | State.REFUNDING | State.PENDING | State.UNKNOWN:
            return Step(at_ms, what, None, Tone.RUNNING)
        case State.STUCK:
            return Step(at_ms, what, None, Tone.PERSON)
        case State.DECLINED:
            return Step(at_ms, what, told(f"r.{sale.reason}.head") if sale.reason else None)
        case _:
            return Step(at_ms, what)


def _refunds(before: tuple[Refund, ...], now: tuple[Refund, ...], at_ms: int) -> Iterator[Step]:
    known = {refund.out_refund_no: refund for refund in before}
    for refund in now:
        was = known.get(refund.out_refund_no)
        amount = sum_words(refund.amount_fen)
        if was is None:
            yield Step(at_ms, told("desk.step.asked", amount=amount), _by_whom(refund), Tone.RUNNING)
        if refund.state is not RefundState.ASKED and (was is None or was.state is not refund.state):
            under = told("st.line.says", text=refund.says) if refund.says and not refund.is_running else None
            yield Step(at_ms, told(_REFUND[refund.state], amount=amount), under, _tone(refund))
        if refund.confirmed and was is not None and was.state is RefundState.DONE and not was.confirmed:
            yield Step(at_ms, told("desk.step.confirmed", amount=amount))


def _tone(refund: Refund) -> Tone:
    match refund.state:
        case RefundState.ABNORMAL:
            return Tone.PERSON
        case RefundState.ASKED | RefundState.ACCEPTED:
            return Tone.RUNNING
        case _:
            return Tone.PLAIN


def _by_whom(refund: Refund) -> Told:
    if not refund.by:
        return told("desk.under.till")
    return told("desk.under.approved", by=refund.by, reason=refund.reason)


def _by_hand(hand: Hand, at_ms: int) -> Step:
    under = told("desk.under.voucher", text=hand.voucher, by=hand.by)
    running = Tone.RUNNING if hand.state is HandState.CHECKING else Tone.PLAIN
    return Step(at_ms, told(_HAND[hand.state], amount=sum_words(hand.amount_fen)), under, running)
