"""Customers and the cashier: what they come for, how patient they are, and what they do wrong."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

from simulation.counterparty import Counterparty
from simulation.supervisor import Supervisor
from simulation.till import Till
from simulation.watch import Watch
from simulation.world import World

from app.core.channel import Channel
from app.core.sale import BEFORE_D2, State
from app.sim.book import Customer, Kind

LONGEST_AGE = 10.0  # seconds a code may have been shown for, to be surely good
GLANCE = 0.5  # seconds between two looks at the screen
LONGEST_LOOK = 30.0  # and after so long tries again where nothing could be sold
LONGEST_VISIT = 120.0  # then even a patient cashier turns to the next customer
QUICK = 0.95  # customers who have their phone out when they are asked
ODD = (Kind.INSTANT,) * 18 + (Kind.PASSWORD,) * 6 + (Kind.NEVER, Kind.POOR, Kind.POOR)
PLAIN = (Kind.INSTANT,) * 36 + (Kind.PASSWORD,) * 3 + (Kind.POOR,)
HABITS = ("waits",) * 5 + ("stops", "stops", "leaves", "checks", "tries another", "tries another", "scans twice")
PAUSES = (0.3,) * 4 + (0.5,) * 4 + (1.0,) * 4 + (2.0, 2.0, 6.0, 30.0)  # seconds between two customers, at most
STALE = {True: 0.02, False: 0.005}  # of the codes are a screenshot's, by whether anything is odd
MOSTLY_SOON = 8  # the power that puts nine of ten passwords into the first third of that
TYPING = {True: (2.0, 80.0), False: (2.0, 20.0)}  # seconds a password takes: at least and at most, where odd or not


@dataclass(frozen=True)
class Visit:
    """One customer. ``patience``: seconds after which the cashier does as ``habit`` says."""

    k: int
    amount_fen: int
    habit: str
    patience: float
    gap: float


class Counter:
    """The place where customers and cashier meet; it survives the program."""

    def __init__(
        self,
        world: World,
        other: Counterparty,
        watch: Watch,
        customers: tuple[int, ...],
        channels: tuple[Channel, ...],
    ) -> None:
        self._world = world
        self._other = other
        self._watch = watch
        self._channels = channels
        self._supervisor = Supervisor(world, watch)
        self.codes: list[str] = []
        self.amounts: dict[int, int] = {}
        self.odd: set[int] = set()  # customers who did not simply pay
        self.willing: dict[int, bool] = {}  # whether the last code of each is good and will pay
        self._pause = cast("float", world.dice.pick(PAUSES, "pauses"))
        self.left = [self._visit(k) for k in customers]
        self._refused = 0  # scans in a row that the till took nothing of
        self._begun = False  # the program died with the first of them at the counter

    def _visit(self, k: int) -> Visit:
        dice = self._world.dice
        size = dice.u("size", k)
        amount = 1 + int(dice.u("amount", k) * (700_000 if size < 0.05 else 20_000))
        habit = cast("str", dice.pick(HABITS, "habit", k)) if dice.troubles(str(k)) else "waits"
        patience = dice.between(0, 1, "patience", k) ** 2 * 50 + 0.2
        return Visit(k, amount, habit, patience, dice.between(0, self._pause, "gap", k))

    async def serve(self, till: Till) -> None:
        """One customer after the other, the one whom the last program forgot first."""
        while self.left:
            visit = self.left[0]
            self._watch.at_counter = visit.k
            self.amounts[visit.k] = visit.amount_fen
            await asyncio.sleep(visit.gap)
            again, self._begun = self._begun, True
            if not again or await self._takes_up(till, visit):
                await self._one(till, visit)
            await self._supervisor.looks_after(till, visit.k)
            self._begun = False
            self.left.pop(0)

    async def _takes_up(self, till: Till, visit: Visit) -> bool:
        """After a restart: look the sale up, and charge again what is not paid. False: nothing more to do."""
        numbers = self._watch.numbers[visit.k]
        if not numbers:
            return True
        if self._world.dice.u("goes away", visit.k) < 0.4:
            return False
        await asyncio.sleep(self._world.dice.between(0, 40, "looks", visit.k))
        till.counter.show(numbers[-1])
        till.counter.other_tender()
        if await self._asks(till):
            self._world.seen("charged again after a restart")
            await self._attempt(till, visit)
        return False

    async def _asks(self, till: Till) -> bool:
        await asyncio.sleep(GLANCE)
        return till.counter.board.front.stage.asking

    async def _one(self, till: Till, visit: Visit) -> None:
        counter, dice = till.counter, self._world.dice
        counter.next_customer()
        if dice.u("warm", visit.k) < 0.1:
            counter.warm()
        counter.enter_amount(visit.amount_fen)
        counter.confirm_amount()
        slow = dice.u("quick", visit.k) >= QUICK
        await asyncio.sleep(dice.between(0.2, 8 if slow else 1, "phone out", visit.k))
        if await self._attempt(till, visit) and visit.habit in ("stops", "tries another"):
            till.counter.other_tender()
            if await self._asks(till):
                self._world.seen("another attempt")
                await self._attempt(till, visit)

    async def _attempt(self, till: Till, visit: Visit) -> bool:
        """One code. True where its sale may be charged again."""
        before = len(self._watch.numbers[visit.k])
        same = before > 0 and self._world.dice.u("same code", visit.k, before) < 0.2
        code = self.codes[-1] if same else self._show_code(visit)
        till.counter.scan(code, "simulation")
        if visit.habit == "scans twice":
            self.odd.add(visit.k)
            await asyncio.sleep(self._world.dice.between(0, 3, "second scan", visit.k))
            till.counter.scan(code, "simulation")
            self._world.seen("scanned twice")
        numbers = self._watch.numbers[visit.k]
        if len(numbers) == before:
            self._world.seen("scan refused")
            await self._turns_away(till)
            return True
        self._refused = 0
        return await self._watches(till, visit, numbers[-1])

    async def _turns_away(self, till: Till) -> None:
        """Nothing can be sold: the cashier clears the counter and lets each next customer wait longer."""
        self._refused += 1
        if self._refused > 1:
            till.counter.next_customer()
        await asyncio.sleep(min(2.0 ** (self._refused - 1), LONGEST_LOOK))

    def _show_code(self, visit: Visit) -> str:
        dice, n = self._world.dice, len(self._watch.numbers[visit.k])
        channel = cast("Channel", dice.pick(self._channels, "channel", visit.k, n))
        odd = dice.troubles(str(visit.k))
        kind = cast("Kind", dice.pick(ODD if odd else PLAIN, "kind", visit.k, n))
        least, most = TYPING[odd]
        seconds = least + (most - least) * dice.u("types", visit.k, n) ** MOSTLY_SOON
        stale = 200.0 if dice.u("stale", visit.k, n) < STALE[odd] else dice.between(0, 3, "age", visit.k, n)
        code = self._other.issue(channel, Customer(kind, seconds), stale)
        if kind is Kind.NEVER and dice.u("closes it", visit.k, n) < 0.5:
            self._world.at(seconds, lambda: self._refuses(code))
        self.willing[visit.k] = kind in (Kind.INSTANT, Kind.PASSWORD) and stale < LONGEST_AGE
        if kind is not Kind.INSTANT:
            self.odd.add(visit.k)
        self.codes.append(code)
        return code

    def _refuses(self, code: str) -> None:
        """The customer closes the password dialogue."""
        if self._other.bank.refuse(code, self._world.channel_s()):
            self._world.seen("the customer refused")

    async def _watches(self, till: Till, visit: Visit, number: str) -> bool:
        """Until the sale is decided, or the cashier has had enough. True where it may be charged again."""
        if not await self._watch.decided(number, visit.patience):
            if visit.habit != "waits":
                self.odd.add(visit.k)
            if visit.habit in ("stops", "tries another"):
                self._world.say("cashier", f"{visit.k} stops")
                self._world.seen("stopped")
                till.counter.stop()
            if visit.habit == "checks":
                till.counter.check_now()
            if visit.habit != "leaves":
                await self._watch.decided(number, LONGEST_VISIT - visit.patience)
        state = State(self._watch.lines[number].state)
        if state in BEFORE_D2:
            till.counter.next_customer()
            return False
        return state is not State.PAID
