"""Who watches: what was committed, what was sent, what was shown, and which of it breaks a rule at once.

The rules are those of the reliability list (I-n) and the four doors (D1 to D3).
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable

from simulation.counterparty import Asked, Counterparty
from simulation.moneyback import MoneyBack
from simulation.world import World

from app.core.channel import Channel
from app.core.events import BillSeen
from app.core.sale import BEFORE_D2, FINAL, PAST_D2, State
from app.journal.api import Entry, SaleLine
from app.sim.faults import Call
from app.till.api import CounterView, Phase

CRASH = {True: 0.0013, False: 0.0005}  # at each point of a sale that goes wrong, in a middling seed: storm or not
CRASHES_MOST = 25
IN_RECOVERY = 2.0  # seconds after a start in which some seeds crash far more often
AT_ONCE = 10.0, 15  # seconds, requests about one sale in one life: the back-off's 1, 2 and 5 s make twelve, and a stop
A_WHILE = 60.0, 30  # 14 queries of Alipay's last 41 s, five rounds of giving back with 15, and a refund at their end
LET_GO = 75.0  # seconds after its pay request, UnionPay's 60 s included
IDLE = 150.0  # seconds: a query a minute, one that hangs included
CODE_KNOWN = 590.0  # seconds: the till's ten minutes (design §7.11), by a clock that may be some seconds wrong
COMMITTING = 1.0  # seconds that an answer may wait for the journal in
NOT_BEFORE = 15.0  # WeChat: no reverse earlier after the pay request
_NET_ZERO = frozenset({State.REVERSED, State.DECLINED, State.NOT_SENT})
_GIVEN_BACK = frozenset({State.PAID, State.VOIDING, State.VOIDED, State.REFUNDED, State.PARTLY_REFUNDED})
_BY_HAND = frozenset({State.PAID, State.PARTLY_REFUNDED})  # held by a person: what is left is the shop's
_SHOWS: dict[Phase, frozenset[State]] = {
    Phase.PAID: frozenset({State.PAID}),
    Phase.DECLINED: frozenset({State.DECLINED}),
    Phase.NOTSENT: frozenset({State.NOT_SENT}),
    Phase.REVERSED0: frozenset({State.REVERSED}),
    Phase.REVERSED1: frozenset({State.REVERSED}),
    Phase.REVERSEDQ: frozenset({State.REVERSED}),
    Phase.LATEBACK: frozenset({State.REVERSED}),
}


class Watch:
    """Everything here survives the program."""

    def __init__(self, world: World, other: Counterparty) -> None:
        self._world = world
        self._other = other
        self.at_counter = 0  # the customer who stands there
        self.life = 0
        self.running = False
        self.born = 0.0
        self.sends = 0
        self.commits = 0
        self.lines: dict[str, SaleLine] = {}
        self.alarms: dict[str, str] = {}
        self.accepted: set[str] = set()  # Alipay took the payment in: only its query decides, however long
        self.acknowledged = 0  # entries the journal has promised to keep
        self.numbers: dict[int, list[str]] = defaultdict(list)  # by customer
        self._entities: dict[str, str] = {}
        self._sent: dict[str, list[tuple[Call, float]]] = defaultdict(list)
        self.last: dict[str, Call] = {}
        self._charged: dict[str, tuple[str, float]] = {}  # the newest order of each code mark, and when it began
        self.acted: dict[str, float] = {}  # when the till last began to ask or reverse, heard or not
        self.misled: dict[str, float] = {}  # when an answer with another sum or number came in
        self.told: dict[str, float] = {}  # when any other did
        self.points = 0  # passed so far, of those at which the plug may be pulled
        self.planned: frozenset[int] = frozenset()  # pulled at these, whatever the dice say
        self._attempts: dict[str, list[str]] = defaultdict(list)  # by purchase
        self.money_back = MoneyBack(world, other)
        self._awaited: dict[str, asyncio.Future[None]] = {}

    # --- lives of the program

    def living(self) -> Callable[[], bool]:
        mine = self.life
        return lambda: self.running and self.life == mine

    def point(self, point: str, entity: str) -> None:
        """A place at which the plug may be pulled. Raises PowerCut where it is."""
        if not self.running:
            return
        self.points += 1
        if self.points in self.planned or (self._world.dice.troubles(entity) and self._life_ends(point, entity)):
            raise self._world.cut(f"{point} {entity}")

    def _life_ends(self, point: str, entity: str) -> bool:
        world = self._world
        if world.crashes >= CRASHES_MOST:
            return False
        young = world.now - self.born < IN_RECOVERY
        rate = CRASH[world.dice.storm] * (world.dice.multiple("crash.young") * 3 if young else 1.0)
        if not world.dice.strikes(f"crash.{point}", rate, entity):
            return False
        world.seen(f"crash.{point}")
        line = self._line_of(entity)
        if line is not None and State(line.state) in (State.VOIDING, State.REFUNDING):
            world.seen("crash in a refund")
        if young and self.life > 1:
            world.seen("crash.in recovery")
        return True

    def _line_of(self, entity: str) -> SaleLine | None:
        return next((self.lines[number] for number, known in self._entities.items() if known == entity), None)

    # --- the wire

    def entity(self, number: str) -> str:
        return self._entities.get(number, str(self.at_counter))

    def sent(self, asked: Asked) -> None:
        self.sends += 1
        number, world = asked.number, self._world
        if not number:
            return
        world.say("till", f"{asked.entity} sends {asked.call}")
        before = self._sent[number]
        before.append((asked.call, world.now))
        line = self.lines.get(number)
        if asked.call is Call.PAY:
            self._holds(line is not None, "D1", f"{asked.entity} was sent before it was durable")
            self._holds(len(before) == 1, "I-9", f"{asked.entity} sent a second pay request, or sent it late")
        if asked.call is Call.REVERSE:
            self._reverse(asked, line, before)
        if asked.call is Call.QUERY and line is not None:
            self._in_time(asked, line, before)
        if asked.call in (Call.REVERSE, Call.REFUND):
            self.money_back.sent(asked, self.acted.get(asked.number, 0.0))
        for span, most in (AT_ONCE, A_WHILE):  # counted anew, as the till does, from when the computer stood still
            if len(before) > most and before[-most - 1][1] > max(world.now - span, self.born, world.rests_since):
                self._world.accuse("storm", f"{asked.entity}: more than {most} requests in {span:.0f} s")

    def _in_time(self, asked: Asked, line: SaleLine, before: list[tuple[Call, float]]) -> None:
        """Nobody stands at the counter for more than a minute: then the sale is let go (design §7.4)."""
        sent_at = before[0][1]
        undisturbed = self.born < sent_at and self._world.rests_since < sent_at
        if State(line.state) in BEFORE_D2 and undisturbed and line.out_trade_no not in self.accepted:
            age = self._world.now - sent_at
            self._holds(age < LET_GO, "deadline", f"{asked.entity} is still undecided after {age:.0f} s")

    def life_is_over(self) -> None:
        """I-30: whatever was open in this life was acted on within a minute or two, unless the computer rested."""
        since = max(self.born, self._world.rests_since)
        for number, line in self.lines.items():
            waits = State(line.state) in BEFORE_D2 | {State.REVERSING, State.STUCK}
            if line.is_open and waits and not self.money_back.knows(number):
                idle = self._world.now - max(since, self.acted.get(number, since))
                self._holds(idle < IDLE, "I-30", f"{self.entity(number)}: nothing was done for {idle:.0f} s")

    def _reverse(self, asked: Asked, line: SaleLine | None, before: list[tuple[Call, float]]) -> None:
        past = line is not None and State(line.state) in PAST_D2
        self._holds(past, "D2", f"{asked.entity} was reversed while {line.state if line else 'unknown'}")
        paid_at = next((at for call, at in before if call is Call.PAY), None)
        if asked.channel is Channel.WECHAT and paid_at is not None:
            age = self._world.now - paid_at
            self._holds(age >= NOT_BEFORE - 0.3, "I-24", f"{asked.entity} was reversed {age:.1f} s after its pay")

    def heard(self, asked: Asked) -> None:
        self.money_back.heard(asked)
        line = self.lines.get(asked.number)
        if line is None:
            return
        if asked.call is Call.PAY and State(line.state) in PAST_D2:
            self._world.seen("the pay answer came after D2")
        if asked.call is Call.PAY and State(line.state) in FINAL:
            self._world.seen("the pay answer came after the end")

    def was_reversed(self, number: str) -> bool:
        return any(call is Call.REVERSE for call, _ in self._sent[number])

    def paid_on_the_wire(self, number: str) -> bool:
        return any(call is Call.PAY for call, _ in self._sent[number])

    def asked(self, call: Call, number: str) -> None:
        """The till begins a call. A reverse follows a query at once, and a query follows each reverse."""
        last, self.last[number] = self.last.get(number), call
        self.acted[number] = self._world.now
        if call is Call.REVERSE:
            self._holds(last is Call.QUERY, "I-21/25", f"{self.entity(number)}: a reverse after {last}, not a query")

    # --- the journal

    def begins(self, entry: Entry) -> str:
        """The entity an entry is about; a number seen for the first time is the customer's at the counter."""
        if entry.sale is None:
            return "-"
        known = self._entities.get(entry.sale.out_trade_no)
        return known or f"{self.at_counter}.{len(self.numbers[self.at_counter]) + 1}"

    def committed(self, entry: Entry) -> None:
        self.commits += 1
        line = entry.sale
        if line is None:
            return
        old, new = self.lines.get(line.out_trade_no), State(line.state)
        if old is None:
            self._entities[line.out_trade_no] = self.begins(entry)
            self.numbers[self.at_counter].append(line.out_trade_no)
            self._attempts[line.purchase].append(line.out_trade_no)
            self.acted[line.out_trade_no] = self._world.now
            self._new_code(line)
        entity = self._entities[line.out_trade_no]
        was = None if old is None else State(old.state)
        held = bool(entry.body.get("hand"))
        self._holds(_may_follow(was, new, held=held), "states", f"{entity} went from {was} to {new}")
        self.lines[line.out_trade_no] = line
        self.money_back.committed(entity, line, entry.body)
        if new not in BEFORE_D2:
            self._wake(line.out_trade_no)
        if entry.body.get("accepted"):
            self.accepted.add(line.out_trade_no)
        self.alarms[line.out_trade_no] = str(entry.body.get("alarm", ""))
        if was is not new:
            self._world.say("journal", f"{entity} {new}")
            self._situations(line, was, new)
        self._one_live_attempt(line)
        if new is State.NOT_SENT and was is not new:
            self._holds(not self.paid_on_the_wire(line.out_trade_no), "A7", f"{entity} was sent, not NOT_SENT")
        if new is State.PAID and was is not new:
            now, number = self._world.now, line.out_trade_no
            told = now - self.told.get(number, -math.inf) < COMMITTING  # by that one, then, which is written down now
            misled = was in BEFORE_D2 and self.misled.get(number) == now and not told
            self._holds(not misled, "I-15", f"{entity} is PAID by an answer about another sum or order")
            net = self._other.net_fen(line.out_trade_no)
            self._holds(net == line.amount_fen, "I-15", f"{entity} booked {line.amount_fen}, the channel has {net}")

    def _new_code(self, line: SaleLine) -> None:
        """I-10: while the till must know it, a code is charged once, unless it provably never left."""
        now, entity = self._world.now, self.entity(line.out_trade_no)
        earlier, at = self._charged.get(line.code_mark, ("", 0.0))
        again = earlier and now - at < CODE_KNOWN and State(self.lines[earlier].state) is not State.NOT_SENT
        self._holds(not again, "I-10", f"{entity}: a code was charged a second time")
        self._charged[line.code_mark] = line.out_trade_no, now

    def _one_live_attempt(self, line: SaleLine) -> None:
        attempts = self._attempts[line.purchase]
        if len(attempts) == 1:
            return
        states = [State(self.lines[number].state) for number in attempts]
        live = [state for state in states if state in BEFORE_D2 or state is State.PAID]
        entity = self._entities[line.out_trade_no]
        self._holds(len(live) <= 1, "I-3", f"{entity}: {len(live)} live attempts of one purchase")

    def _situations(self, line: SaleLine, was: State | None, new: State) -> None:
        seen = self._world.seen
        seen(f"state.{new}")
        if new in PAST_D2 and was in BEFORE_D2 and self._other.net_fen(line.out_trade_no):
            seen("let go although it was paid")
        if was in _NET_ZERO and new in PAST_D2:
            seen("reopened")
        if was is State.STUCK and new is State.REVERSED:
            seen("stuck, then settled")
        if new is State.PAID and was is State.UNKNOWN and self.life > 1:
            seen("paid, found unknown before")
        if new is State.REVERSED and not self._other.orders(line.out_trade_no):
            seen("ended unknown to the channel")

    def billed(self, number: str) -> BillSeen:
        """What the channel's bill will hold of an order."""
        paid = sum(order.paid_fen for order in self._other.orders(number))
        return BillSeen(paid, paid - self._other.net_fen(number))

    async def decided(self, number: str, seconds: float) -> bool:
        """Wait until a sale is past D2 or final, for ``seconds`` at most; False where it is not."""
        if State(self.lines[number].state) not in BEFORE_D2:
            return True
        loop = asyncio.get_running_loop()
        self._awaited[number] = future = loop.create_future()
        over = loop.call_later(seconds, self._wake, number)
        await future
        over.cancel()
        return State(self.lines[number].state) not in BEFORE_D2

    def _wake(self, number: str) -> None:
        future = self._awaited.pop(number, None)
        if future is not None and self.running and not future.done():
            future.set_result(None)

    # --- the screen

    def shown(self, picture: CounterView) -> None:
        for view in (*picture.open, *picture.done[:3], *((picture.sale,) if picture.sale else ())):
            fits = _SHOWS.get(view.phase)
            line = self.lines.get(view.out_trade_no)
            state = State(line.state) if line else None
            self._holds(fits is None or state in fits, "I-54", f"{view.phase} is shown of a sale that is {state}")

    def _holds(self, holds: bool, rule: str, what: str) -> None:
        if not holds:
            self._world.accuse(rule, what)


def _may_follow(was: State | None, new: State, *, held: bool) -> bool:
    if was is None:
        return new is State.INTENT
    if was in BEFORE_D2:
        return new in BEFORE_D2 | PAST_D2 | _NET_ZERO | {State.PAID}
    if was in PAST_D2:
        return new in PAST_D2 | {State.REVERSED} or (held and new in _BY_HAND)
    if was in _NET_ZERO:
        return new is was or new in PAST_D2
    return new in _GIVEN_BACK
