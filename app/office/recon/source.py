"""The log's side of a day, read out of this till's journal in memory that does not grow with the entries."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

from app.core.beijing import business_day
from app.core.billed import FLAWED
from app.core.channel import Channel
from app.core.refunds import NOTHING_MOVED, HandState, RefundState
from app.core.sale import State
from app.journal.api import Kept
from app.journal.days import Days
from app.office.recon.values import Booked, Course, Given, Stand
from app.office.recon.window import beside

REFUND_DAYS: Final = 400  # a refund's sale is no older: the longest window is twelve months (alipay.md §6)
_STAND: Final = {
    State.PAID: Stand.KEPT,
    State.VOIDING: Stand.KEPT,
    State.VOIDED: Stand.KEPT,
    State.REFUNDED: Stand.KEPT,
    State.PARTLY_REFUNDED: Stand.KEPT,
    State.REVERSED: Stand.BACK,
    State.DECLINED: Stand.NEVER,
    State.NOT_SENT: Stand.NEVER,
}
_BY_HAND: Final = frozenset({HandState.GIVEN.value, HandState.MATCHED.value})
_STANDS: Final = {state.value: _STAND.get(state, Stand.DOUBT) for state in State}
_CHANNELS: Final = {channel.value: channel for channel in Channel}
REBUILT: Final = "sale.rebuilt"  # the kind of a sale entered again from a bill, until something happens to it
_NOT_OURS: Final = (KeyError, TypeError, AttributeError, ValueError)

_log: Final = logging.getLogger("mashou.office")


def booked_on(days: Days, day: str) -> Iterator[Booked]:
    """Every sale of ``day``, and every earlier one of which money was given back on it."""
    for kept in days.newest_on(day):
        yield from _readable(kept)
    seen: set[str] = set()
    for _, kept in days.refunded_before(beside(day, -REFUND_DAYS), day):
        for booked in _readable(kept):
            if any(given.day == day for given in booked.refunds):
                seen.add(booked.out_trade_no)
                yield booked
    for kept in days.open_sales():  # a refund under way is in no index
        for booked in _readable(kept):
            refunded = any(given.day == day for given in booked.refunds)
            if refunded and booked.day != day and booked.out_trade_no not in seen:
                yield booked


def find_in(days: Days, out_trade_no: str) -> Booked | None:
    """One sale by its number, of any day."""
    story = days.story(out_trade_no)
    return next(_readable(story[-1]), None) if story else None


def _readable(kept: Kept) -> Iterator[Booked]:
    try:
        booked = booked_of(kept.body)
        yield replace(booked, rebuilt=True) if kept.kind == REBUILT else booked
    except _NOT_OURS:
        _log.error("entry %d of the journal holds no sale this program can read", kept.seq)


def booked_of(body: Mapping[str, object]) -> Booked:
    """The sale of a journal entry. Reads what it needs and no more: a hundred thousand of them in seconds."""
    order = cast("Mapping[str, object]", body["order"])
    paid_ms, began_ms = cast("int | None", body["paid_ms"]), cast("int", order["began_ms"])
    hand = cast("Mapping[str, object] | None", body.get("hand"))
    refunds = cast("list[Mapping[str, object]]", body.get("refunds") or [])
    stand = _STANDS[cast("str", body["state"])]
    return Booked(
        channel=_CHANNELS[cast("str", order["channel"])],
        out_trade_no=cast("str", order["out_trade_no"]),
        amount_fen=cast("int", order["amount_fen"]),
        stand=stand,
        day=cast("str", order["day"]),
        at_ms=began_ms if paid_ms is None else paid_ms,
        ended_ms=cast("int | None", body["ended_ms"]),
        channel_no=cast("str", body["channel_no"]),
        purchase=cast("str", order["purchase"]),
        refunds=tuple(_given(refund) for refund in refunds),
        flawed=stand is Stand.KEPT and cast("str", body["code"]).rpartition("/")[2] == FLAWED,
        hand_fen=cast("int", hand["amount_fen"]) if hand is not None and hand["state"] in _BY_HAND else 0,
    )


def _given(refund: Mapping[str, object]) -> Given:
    state, began_ms = RefundState(cast("str", refund["state"])), cast("int", refund["began_ms"])
    course = Course.DONE if state is RefundState.DONE else Course.RUNNING
    return Given(
        out_refund_no=cast("str", refund["out_refund_no"]),
        amount_fen=cast("int", refund["amount_fen"]),
        day=business_day(began_ms),
        at_ms=began_ms,
        course=Course.FAILED if state in NOTHING_MOVED else course,
    )
