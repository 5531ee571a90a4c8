"""What happens to a request on its way, and to its answer, whoever carries them.

A request reaches the counterparty after its travel, and whatever is on its way arrives although the program that sent
it has died. How an answer looks to the program is its carrier's business: ``wires`` hands it bytes through the
shipping client, ``short`` the finished reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from simulation.counterparty import Asked, Counterparty
from simulation.forger import forged
from simulation.rates import CONNECT, HELD, STALL, STALL_PAY, TWICE
from simulation.watch import Watch
from simulation.world import World

from app.core.channel import Channel
from app.core.sale import PAST_D2, State
from app.sim.desk import Answered
from app.sim.exchange import Reply, Request
from app.sim.faults import Call
from app.sim.http import Manner

# A sale's number as each channel's requests write it: WeChat in XML, JSON or its target, Alipay in a form of JSON
_NUMBER = {
    Channel.WECHAT: re.compile(rb"(?:<out_trade_no>|out_trade_no\":\"|/out-trade-no/)(\d{24})(?!\d)"),
    Channel.ALIPAY: re.compile(rb"out_trade_no%22%3A%22(\d{24})(?!\d)"),
    Channel.UNIONPAY: re.compile(rb"\borderId=(\d{24})(?!\d)"),
}
_REFUND = {  # the sale's number and two digits
    Channel.WECHAT: re.compile(rb"(?:<out_refund_no>|out_refund_no\":\"|/refunds/)((\d{24})\d\d)(?!\d)"),
    Channel.ALIPAY: re.compile(rb"out_request_no%22%3A%22((\d{24})\d\d)(?!\d)"),
    Channel.UNIONPAY: re.compile(rb"\borderId=((\d{24})\d\d)(?!\d)"),
}
UNAUTHORIZED = 401  # what WeChat says of our clock; it is believed for its TLS, which no stranger gets through
OTHER_CLOCK = 20_000.0  # seconds by which a stranger's Date is wrong
_TIME = re.compile(rb"(?:^|&)txnTime=(\d{14})")
_PATHS = {
    "/pay/micropay": Call.PAY,
    "/pay/orderquery": Call.QUERY,
    "/secapi/pay/reverse": Call.REVERSE,
    "/secapi/pay/refund": Call.REFUND,
    "/pay/refundquery": Call.REFUND_QUERY,
    "/gateway/api/queryTrans.do": Call.QUERY,
}
_METHODS = re.compile(r"method=alipay\.trade\.(pay|query|cancel|refund|fastpay\.refund\.query)&")
_ALIPAY = {"pay": Call.PAY, "query": Call.QUERY, "cancel": Call.REVERSE, "refund": Call.REFUND}
_UNIONPAY = {b"01": Call.PAY, b"99": Call.REVERSE, b"04": Call.REFUND, b"31": Call.REFUND}
_TXN = re.compile(rb"txnType=(\d\d)")
_REFUNDS = frozenset({Call.REFUND, Call.REFUND_QUERY})


def call_of(request: Request) -> Call:
    """Which call a request is, as an onlooker reads it off the wire."""
    known = _PATHS.get(request.path)
    if known is not None:
        return known
    if request.path == "/gateway.do":
        found = _METHODS.search(request.query)
        assert found is not None
        return _ALIPAY.get(found[1], Call.REFUND_QUERY)
    if request.path.startswith("/v3/"):
        if request.path.startswith("/v3/refund/"):
            return Call.REFUND if request.method == "POST" else Call.REFUND_QUERY
        if request.path.endswith("/codepay"):
            return Call.PAY
        return Call.REVERSE if request.path.endswith("/reverse") else Call.QUERY
    found = _TXN.search(request.body)
    assert found is not None
    return _UNIONPAY[found[1]]


class Carrier(Protocol):
    """One request under way, as its sender knows it. ``alive``: whether the program that sent it still runs."""

    alive: Callable[[], bool]

    def whole(self, reply: Reply, date: float) -> None: ...

    def again(self, reply: Reply, date: float) -> None: ...

    def lost(self, *, reset: bool) -> None: ...

    def torn(self, reply: Reply, date: float) -> None: ...

    def dripped(self, reply: Reply, date: float, pause: float) -> None: ...


class Road:
    """All that is on its way, both ways, in one story."""

    def __init__(self, world: World, other: Counterparty, watch: Watch) -> None:
        self.world = world
        self._other = other
        self.watch = watch
        self.down_until: dict[Channel, float] = {}

    def is_down(self, channel: Channel) -> bool:
        return self.world.now < self.down_until.get(channel, 0.0)

    def struck(self, channel: Channel) -> str | None:
        """What keeps a connection from being made."""
        entity = self.watch.at_counter
        if self.is_down(channel):
            return "hangs"
        if not self.world.dice.troubles(str(entity)):
            return None
        struck = self.world.dice.one_of(f"connect.{channel}", CONNECT, entity)
        if struck is not None:
            self.world.say("fault", f"connect to {channel}: {struck}")
            self.world.seen(f"connect.{struck}")
        return struck

    def read(self, channel: Channel, request: Request) -> Asked:
        call = call_of(request)
        target = request.path.encode()
        found = None
        if call in _REFUNDS or channel is Channel.UNIONPAY:
            found = _REFUND[channel].search(request.body) or _REFUND[channel].search(target)
        if found is not None:
            number, refund = found[2].decode(), found[1].decode()
            call = Call.REFUND if call is Call.REFUND else Call.REFUND_QUERY
        else:
            found = _NUMBER[channel].search(request.body) or _NUMBER[channel].search(target)
            number, refund = found[1].decode() if found else "", ""
        at = _TIME.search(request.body) if channel is Channel.UNIONPAY else None
        return Asked(channel, call, number, self.watch.entity(number), refund, at[1].decode() if at else "")

    def carry(self, carrier: Carrier, channel: Channel, request: Request) -> None:
        """A whole request leaves the program."""
        asked = self.read(channel, request)
        dice, world, watch = self.world.dice, self.world, self.watch
        watch.point("before-send", asked.entity)
        watch.sent(asked)
        troubled = asked.number and dice.troubles(asked.entity)
        travel, back = 0.05, 0.05
        if asked.number:
            travel, back = dice.there_and_back(0.02, 0.25, "travel", asked.entity, asked.call)
        if troubled and dice.strikes(
            f"stall.{asked.call}", STALL_PAY if asked.call is Call.PAY else STALL, asked.entity
        ):
            held = 1 + HELD * dice.draw(0, 1, "held", asked.entity, asked.call) ** 4
            world.say("fault", f"{asked.entity} {asked.call}: held back {held:.0f} s")
            world.seen(f"{asked.call}.stalled")
            travel += held
        if self.is_down(channel):
            world.seen("request into a dead line")
        else:
            world.at(travel, lambda: self._arrive(carrier, request, asked, back))
            if troubled and dice.strikes(f"twice.{asked.call}", TWICE, asked.entity):
                world.seen(f"{asked.call}.delivered twice")
                again = travel + dice.draw(0, 60, "again", asked.entity, asked.call)
                world.at(again, lambda: self._arrive_again(request, asked))
        watch.point("after-send", asked.entity)

    def _arrive_again(self, request: Request, asked: Asked) -> None:
        """The same bytes once more. A channel that has refused a refund keeps to that for a copy of the request."""
        if asked.call is not Call.REFUND or not self._other.was_shut(asked.number):
            self._arrive(None, request, asked)

    def _arrive(self, carrier: Carrier | None, request: Request, asked: Asked, back: float = 0.0) -> None:
        world, script = self.world, self._other.script
        script.about = asked if carrier is not None else None
        answered = self._other.answer(request, world.channel_s())
        misleads = script.other_sum
        if carrier is not None and script.forged and asked.number in self.watch.lines and asked.call not in _REFUNDS:
            paid, signs = (world.dice.draw(0, 1, how, asked.entity) < 0.5 for how in ("forged", "signs"))
            amount, v3 = self.watch.lines[asked.number].amount_fen, request.path.startswith("/v3/")
            answered = forged(answered, asked, amount, v3=v3, paid=paid, signs=signs)
            script.stranger = True
        said = answered.delivery.reply
        if script.stranger and not (said is not None and said.status == UNAUTHORIZED):
            answered = replace(answered, delivery=replace(answered.delivery, date=answered.delivery.date + OTHER_CLOCK))
        if answered.delivery.reply is not None and b"timestamp" in answered.delivery.reply.body[:200]:
            world.seen("the channel refused our time")
        if asked.number:
            world.say("channel", f"{asked.entity} {asked.call}: {answered.delivery.manner}")
        if answered.carry_out is not None and answered.late is not None:
            carry_out = answered.carry_out
            world.at(answered.late, lambda: self._late(carry_out, asked))
        if carrier is not None and carrier.alive():
            world.at(answered.delay + back, lambda: self._deliver(carrier, answered, asked, misleads=misleads))

    def _late(self, carry_out: Callable[[float], None], asked: Asked) -> None:
        carry_out(self.world.channel_s())
        line = self.watch.lines.get(asked.number)
        if line is not None and State(line.state) in PAST_D2 | {State.REVERSED}:
            self.world.seen("the late pay landed after D2")
            if self.watch.last.get(asked.number) is not None and self.watch.was_reversed(asked.number):
                self.world.seen("the late pay landed after a reverse")
        self.world.say("channel", f"{asked.entity} the late pay is carried out")

    def _deliver(self, carrier: Carrier, answered: Answered, asked: Asked, *, misleads: bool) -> None:
        delivery, reply = answered.delivery, answered.delivery.reply
        (self.watch.misled if misleads else self.watch.told)[asked.number] = self.world.now
        if self.is_down(asked.channel) or not carrier.alive():
            return
        match delivery.manner:
            case Manner.WHOLE:
                assert reply is not None
                self._whole(carrier, reply, delivery.date, asked)
            case Manner.CUT | Manner.RST:
                carrier.lost(reset=delivery.manner is Manner.RST)
            case Manner.SILENT:
                pass
            case Manner.TRUNCATED:
                assert reply is not None
                carrier.torn(reply, delivery.date)
            case Manner.DRIP:
                assert reply is not None
                carrier.dripped(reply, delivery.date, delivery.pause)

    def _whole(self, carrier: Carrier, reply: Reply, date: float, asked: Asked) -> None:
        self.watch.point("before-receive", asked.entity)
        self.watch.heard(asked)
        carrier.whole(reply, date)
        dice = self.world.dice
        if asked.number and dice.troubles(asked.entity) and dice.strikes("answer-twice", TWICE, asked.entity):
            self.world.seen("an answer came twice")
            later = dice.draw(0, 6, "answer again", asked.entity)
            self.world.at(later, lambda: carrier.again(reply, date))
