"""The rules of money that goes back: D4, one number for one sum, one refund at a time, and nothing after HELD."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from simulation.counterparty import Asked, Counterparty
from simulation.world import World

from app.core.refunds import NOTHING_MOVED, RUNNING, HandState, RefundState
from app.journal.api import SaleLine
from app.sim.book import Order, OrderState
from app.sim.book import RefundState as Banked
from app.sim.faults import Call

SETTLED = 150.0  # seconds after which a reverse that was not answered can hardly land any more
ASKED_AGAIN = 330.0  # seconds, at most, from one question about a refund on its way to the next
_SETTLED = frozenset({HandState.GIVEN, HandState.MATCHED})


class MoneyBack:
    """What the journal has said of refunds so far, by sale."""

    def __init__(self, world: World, other: Counterparty) -> None:
        self._world = world
        self._other = other
        self._unheard: dict[str, list[float]] = {}  # when each reverse left that was never answered, by sale
        self._refunds: dict[str, list[Mapping[str, Any]]] = {}
        self._hands: dict[str, Mapping[str, Any]] = {}
        self._sums: dict[str, int] = {}  # by refund number
        self._held_since: dict[str, float] = {}
        self._refused: dict[str, float] = {}  # when the cash was refused, and the till went on by itself

    @property
    def count(self) -> int:
        return len(self._sums)

    def committed(self, entity: str, line: SaleLine, body: Mapping[str, Any]) -> None:
        refunds, hand = body.get("refunds"), body.get("hand")
        if hand:
            number, was = line.out_trade_no, self._hands.get(line.out_trade_no)
            if was is None or was["nonce"] != hand["nonce"]:
                self._held_since[number] = self._world.now
            if hand["state"] == HandState.REFUSED and (was is None or was["state"] != HandState.REFUSED):
                self._refused[number] = self._world.now
            self._hands[number] = hand
            self._world.seen(f"hand.{hand['state']}")
        if not refunds:
            return
        self._refunds[line.out_trade_no] = refunds
        running = sum(one["state"] in RUNNING for one in refunds)
        self._holds(running <= 1, "I-50", f"{entity}: {running} refunds of one sale at a time")
        for one in refunds:
            number, amount = one["out_refund_no"], one["amount_fen"]
            self._holds(self._sums.setdefault(number, amount) == amount, "I-12", f"{entity}: {number} changed its sum")
            self._world.seen(f"refund.{one['state']}")
        spoken = sum(one["amount_fen"] for one in refunds if one["state"] not in NOTHING_MOVED)
        self._holds(spoken <= line.amount_fen, "I-6", f"{entity}: {spoken} of {line.amount_fen} are given back")

    def sent(self, asked: Asked, began: float) -> None:
        """A reverse or a refund leaves the till. One that ``began`` before the hold is waited out (design §7.13)."""
        hand = self._hands.get(asked.number)
        held = hand is not None and hand["state"] != HandState.REFUSED
        if held and asked.call is Call.REVERSE and began < self._held_since[asked.number]:
            self._world.seen("held with a reverse on its way")
            held = False
        self._holds(not held, "HELD", f"{asked.entity}: a {asked.call} although a person gives it back by hand")
        if asked.call is Call.REVERSE:
            self._unheard.setdefault(asked.number, []).append(self._world.now)
        if asked.call is Call.REFUND:
            since = self._world.now - max(self._unheard.get(asked.number, [-SETTLED]))
            self._holds(
                since >= SETTLED, "I-6", f"{asked.entity}: a refund {since:.0f} s after a reverse that may land"
            )
            known = {one["out_refund_no"] for one in self._refunds.get(asked.number, ())}
            self._holds(asked.refund in known, "D4", f"{asked.entity} was refunded before that was durable")

    def heard(self, asked: Asked) -> None:
        if asked.call is Call.REVERSE and self._unheard.get(asked.number):
            del self._unheard[asked.number][0]
            if not self._unheard[asked.number]:
                del self._unheard[asked.number]

    def audit(self, entity: str, line: SaleLine, other: Counterparty) -> None:
        """After the calm: each refund the bank has is the journal's, by number, sum and end."""
        told = {one["out_refund_no"]: one for one in self._refunds.get(line.out_trade_no, ())}
        for order in other.orders(line.out_trade_no):
            for banked in other.bank.refunds.of(order):
                ours = told.get(banked.out_refund_no)
                if ours is None:
                    self._world.accuse("I-6", f"{entity}: the bank has a refund the journal does not know")
                    continue
                self._holds(ours["amount_fen"] == banked.amount_fen, "I-12", f"{entity}: another sum was given back")
                if banked.state is Banked.CLOSED:
                    self._holds(ours["state"] != RefundState.DONE, "I-51", f"{entity}: a closed refund is called done")
                elif ours["state"] in NOTHING_MOVED:
                    self._world.accuse("I-51", f"{entity}: {banked.amount_fen} went back, the journal says not")
            self._by_hand(entity, line, order.net_fen)
            self._given_up(entity, order, told, shut=other.was_shut(line.out_trade_no))

    def _given_up(self, entity: str, order: Order, told: Mapping[str, Any], *, shut: bool) -> None:
        """F7: nobody is told that a refund is refused which the channel would take."""
        for one in told.values():
            would = order.state is OrderState.PAID and order.net_fen >= one["amount_fen"] and not shut
            refused = one["state"] == RefundState.REFUSED and not self.is_held(order.out_trade_no)
            self._holds(
                not (refused and would), "F7", f"{entity}: {one['amount_fen']} could be given back, and was not"
            )

    def _by_hand(self, entity: str, line: SaleLine, net_fen: int) -> None:
        hand = self._hands.get(line.out_trade_no)
        if hand is not None and hand["state"] in _SETTLED:
            given = hand["amount_fen"]
            self._holds(net_fen >= given, "HELD", f"{entity}: {given} were given in cash, the channel holds {net_fen}")

    def is_held(self, number: str) -> bool:
        return self.given_fen(number) > 0

    def goes_on_since(self, number: str) -> float:
        """When a person was told that no cash may be given, and the till went on by itself."""
        return self._refused.get(number, -math.inf)

    def given_fen(self, number: str) -> int:
        """What a person gave back in cash."""
        hand = self._hands.get(number)
        return int(hand["amount_fen"]) if hand is not None and hand["state"] in _SETTLED else 0

    def knows(self, number: str) -> bool:
        """Whether money of this sale is given back by refund or by hand: asked about at longer pauses."""
        return number in self._refunds or number in self._hands

    def is_on_its_way(self, number: str) -> bool:
        """The channel has taken a refund in and takes its time, which may be days; or has ended it a moment ago."""
        self._other.bank.settle(self._world.channel_s())
        accepted = {
            one["out_refund_no"] for one in self._refunds.get(number, ()) if one["state"] == RefundState.ACCEPTED
        }
        since = self._world.channel_s() - ASKED_AGAIN
        return any(
            banked.out_refund_no in accepted and (banked.done_at is None or banked.done_at > since)
            for order in self._other.orders(number)
            for banked in self._other.bank.refunds.of(order)
        )

    def _holds(self, holds: bool, rule: str, what: str) -> None:
        if not holds:
            self._world.accuse(rule, what)
