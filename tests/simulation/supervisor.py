"""Supervisors: refunds whole and in part, cash by hand, and what people do wrong with both."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from simulation.world import World

from app.core.sale import State
from app.core.staff import Act, Approval, Person, Role

if TYPE_CHECKING:
    from simulation.till import Till
    from simulation.watch import Watch

SHARE = {True: 0.2, False: 0.03}  # of the sales that are given back, by whether anything goes wrong with them
WAYS = ("whole",) * 4 + ("part", "part", "parts", "double click", "two supervisors", "too much", "by hand", "by hand")
WAYS += ("one approval",)
PEOPLE = (Person("88", "张", Role.SUPERVISOR), Person("89", "王", Role.MANAGER))
GIVEN_BACK = frozenset({State.PAID, State.PARTLY_REFUNDED})
BETWEEN = 61.0  # seconds: WeChat's pause between two refunds of one sale
REASON = "退货"
BILLED = 0.3  # of what is settled by hand: the bill comes while the shop is still open


class Supervisor:
    """Comes to the counter, does one thing, and does not wait for its end; survives the program as people do."""

    def __init__(self, world: World, watch: Watch) -> None:
        self._world = world
        self._watch = watch
        self._nonces = 0
        self._done: set[str] = set()

    async def looks_after(self, till: Till, k: int) -> None:
        """What customer ``k`` brings back; a program that died in the middle of it is asked once more."""
        dice = self._world.dice
        numbers = self._watch.numbers[k]
        if not numbers or dice.u("refund", k) >= SHARE[dice.troubles(str(k))]:
            return
        await asyncio.sleep(dice.between(0, 30, "comes back", k))
        number = numbers[-1]
        line = self._watch.lines[number]
        way = cast("str", dice.pick(WAYS, "way back", k))
        past_d2 = State(line.state) is State.STUCK or State(line.state) is State.REVERSING
        if State(line.state) not in GIVEN_BACK and not (past_d2 and way == "by hand"):
            return
        self._world.say("supervisor", f"{k}: {way}")
        await self._act(till, k, number, way, line.amount_fen - line.refunded_fen)

    async def _act(self, till: Till, k: int, number: str, way: str, left: int) -> None:
        dice = self._world.dice
        part = max(1, int(left * dice.between(0.1, 0.9, "part", k)))
        match way:
            case "whole" | "part":
                self._refund(till, number, left if way == "whole" else part)
            case "parts":
                self._refund(till, number, part)
                await asyncio.sleep(BETWEEN + dice.between(0, 30, "next part", k))
                if State(self._watch.lines[number].state) in GIVEN_BACK and part < left:
                    self._refund(till, number, left - part)
            case "double click":
                yes = self._approval(till, number, left)
                first = till.back.refund(number, left, REASON, yes)
                again = till.back.refund(number, left, REASON, yes)
                self._holds(first is not None or again is not None, "I-49", f"{number}: one approval, two refunds")
            case "one approval":
                half = max(1, left // 2)
                yes = self._approval(till, number, half)
                if till.back.refund(number, half, REASON, yes) is None:
                    await asyncio.sleep(dice.between(5, 55, "again", k))
                    again = till.back.refund(number, half, REASON, yes)
                    self._holds(again is not None, "I-49", f"{number}: one approval, two refunds")
            case "two supervisors":
                yeses = [self._approval(till, number, left) for _ in range(2)]
                told = [till.back.refund(number, left, REASON, yes) for yes in yeses]
                self._holds(any(no is not None for no in told), "I-50", f"{number}: both supervisors gave it back")
            case "too much":
                self._holds(
                    self._refund(till, number, left + 1) is not None, "I-6", f"{number}: more than was left was taken"
                )
            case "by hand":
                yes = self._approval(till, number, left, Act.HOLD)
                if till.back.hold(number, left, REASON, "A-17", yes) is None:
                    self._world.seen("held")
                if dice.u("billed", k) < BILLED:
                    await asyncio.sleep(dice.between(200, 500, "bill", k))
                    till.back.billed(number, self._watch.billed(number))
        self._world.seen(f"supervisor: {way}")

    def _refund(self, till: Till, number: str, amount_fen: int) -> object:
        return till.back.refund(number, amount_fen, REASON, self._approval(till, number, amount_fen))

    def _approval(self, till: Till, number: str, amount_fen: int, act: Act = Act.REFUND) -> Approval:
        self._nonces += 1
        by = PEOPLE[self._nonces % 2]
        clock = till.clock
        return Approval(act, number, amount_fen, REASON, by, f"{self._nonces:032x}", clock.mono(), clock.channel_ms())

    def _holds(self, holds: bool, rule: str, what: str) -> None:
        if not holds:
            self._world.accuse(rule, what)
