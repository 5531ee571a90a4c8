"""The audit after the calm: the channel's ledger against the journal, and what must never be on the disk."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from simulation.counterparty import Counterparty
from simulation.disk import Disk
from simulation.watch import Watch
from simulation.world import World

from app.core.channel import Channel
from app.core.sale import FINAL, State
from app.journal.api import SaleLine
from app.sim.book import OrderState
from app.sim.faults import Call

if TYPE_CHECKING:
    from simulation.people import Counter

UNSETTLED = 600.0  # seconds until a person is called (reliability I-31), counted anew where one was told: no cash
FAR = 30 * 86_400.0  # every password window and every expiry is over by then
_MAY_WAIT = frozenset({State.STUCK, State.VOIDING})
_NET = frozenset({State.PAID, State.PARTLY_REFUNDED, State.REFUNDED, State.VOIDED})  # the net is what is not given back
BUGS = ("a bug in", "ERROR", "CRITICAL")
EXPECTED = ("the journal takes nothing for now", "the journal is broken")


class Listener(logging.Handler):
    """What the till writes into its log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = record.exc_info and logging.Formatter().formatException(record.exc_info)
        self.lines.append(f"{record.levelname} {record.getMessage()} {trace or ''}")


def is_open(line: SaleLine) -> bool:
    """Whether the till itself still owes this sale something: also a query of what is over."""
    return line.is_open


def liveness(world: World, watch: Watch) -> None:
    """Ten minutes after the last fault: only what waits for a person, and says so, may be open."""
    for number, line in watch.lines.items():
        back = watch.money_back
        called = watch.alarms[number] or back.is_on_its_way(number) or back.is_held(number)
        waits = (State(line.state) in _MAY_WAIT and called) or world.now - back.goes_on_since(number) < UNSETTLED
        if is_open(line) and not waits:
            world.accuse("I-31", f"{watch.entity(number)} is still {line.state} after ten calm minutes")


def audit(world: World, watch: Watch, other: Counterparty, disk: Disk, people: Counter, *, log: list[str]) -> None:
    other.bank.settle(world.channel_s() + FAR)
    _books(world, watch, other)
    _purchases(world, watch, other, people)
    vault = other.bank.vault
    if vault.held_fen != vault.minted_fen:
        world.accuse("I-5", f"{vault.minted_fen} were minted, {vault.held_fen} are held")
    says = disk.verdict()
    if says:
        world.accuse("I-34", says)
    _secrets(world, disk, people, log)
    for line in log:
        if line.startswith(BUGS[1:]) and not any(known in line for known in EXPECTED):
            world.accuse("bug", line)
    if world.dice.faultless:
        _nothing_went_wrong(world, watch, people)


def _books(world: World, watch: Watch, other: Counterparty) -> None:
    known = set(watch.lines)
    for order in other.bank.orders:
        if order.out_trade_no not in known:
            world.accuse("I-7", f"order {order.out_trade_no} is not in the journal")
    for number, line in watch.lines.items():
        orders = other.orders(number)
        net = sum(order.net_fen for order in orders)
        entity, state = watch.entity(number), State(line.state)
        if state in FINAL and any(
            order.state is OrderState.FAILED for order in orders if order.channel is Channel.WECHAT
        ):
            world.accuse("7.8", f"{entity} ended as {state}, and WeChat's failed order was never revoked")
        if any(order.channel.value != line.channel for order in orders):
            world.accuse("I-1", f"{entity} stands at another channel")
        watch.money_back.audit(entity, line, other)
        booked = line.amount_fen - line.refunded_fen
        if state in _NET and net != booked and not is_open(line):
            world.accuse("I-1", f"{entity} is {state}, booked with {booked}, the channel has {net}")
        if state in FINAL and state not in _NET and net and not watch.money_back.is_held(number):
            world.accuse("I-2", f"{entity} is {state}, and {net} of the customer's money is held")
        if state is State.STUCK:
            world.seen("stuck at the end")
            if number in other.script.stubborn and net and not watch.money_back.knows(number):
                world.accuse("B19", f"{entity}: a reverse that never works, and no refund was tried")
            if not watch.alarms[number] and not watch.money_back.is_held(number):
                world.accuse("I-31", f"{entity} is stuck and calls nobody")
        if state in FINAL and watch.last.get(number) is Call.REVERSE:
            world.accuse("I-21", f"{entity} ended on a reverse, without a query after it")


def _purchases(world: World, watch: Watch, other: Counterparty, people: Counter) -> None:
    nets: dict[str, int] = defaultdict(int)
    owed: dict[str, int] = {}
    for number, line in watch.lines.items():
        if not is_open(line):
            net = sum(order.net_fen for order in other.orders(number))
            nets[line.purchase] += net - watch.money_back.given_fen(number)
        owed[line.purchase] = line.amount_fen
    for purchase, net in nets.items():
        if net > owed[purchase]:
            world.accuse("I-4", f"{watch.entity(purchase)}: {owed[purchase]} was owed, {net} was taken")


def _secrets(world: World, disk: Disk, people: Counter, log: list[str]) -> None:
    kept = disk.bytes() + "\n".join(log).encode() + "\n".join(world.story or ()).encode()
    for code in people.codes:
        if code.encode() in kept:
            world.accuse("I-55", "a payment code is in the journal or the log")


def _nothing_went_wrong(world: World, watch: Watch, people: Counter) -> None:
    """Without faults nothing is doubted or called a person for, and who wants to pay has paid."""
    world.seen("faultless seed")
    for number, line in watch.lines.items():
        if watch.alarms[number] or is_open(line):
            world.accuse("progress", f"{watch.entity(number)} needs a person though nothing went wrong")
    for k, willing in people.willing.items():
        if willing and not any(State(watch.lines[number].state) in _NET for number in watch.numbers[k]):
            world.accuse("progress", f"customer {k} wanted to pay, nothing went wrong, and nothing was paid")
