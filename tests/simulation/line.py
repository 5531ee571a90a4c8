"""The line: what ``loop.create_connection`` gives the shipping transport in place of TCP and TLS.

Bytes go in and out as they would; the request reaches the counterparty after its travel, and whatever is on its way
arrives although the program that sent it has died.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from collections.abc import Callable
from email.utils import formatdate
from functools import cache
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from simulation import keys
from simulation.counterparty import Asked, Counterparty
from simulation.forger import forged
from simulation.watch import Watch
from simulation.world import World

from app.core.channel import Channel
from app.sim.desk import Answered
from app.sim.exchange import Request
from app.sim.faults import Call
from app.sim.http import Manner

_NUMBER = re.compile(r'<out_trade_no>(?:<!\[CDATA\[)?(\d{24})\b|"out_trade_no":"(\d{24})"')
_CALLS = (
    ("/pay/micropay", Call.PAY), ("/pay/orderquery", Call.QUERY), ("/secapi/pay/reverse", Call.REVERSE),
    ("alipay.trade.pay", Call.PAY), ("alipay.trade.query", Call.QUERY), ("alipay.trade.cancel", Call.REVERSE),
)  # fmt: skip
CONNECT = {"refused": 0.01, "no-name": 0.003, "no-route": 0.005, "bad-certificate": 0.003, "hangs": 0.008}
STALL = 0.02  # requests that something on the way holds back
TWICE = 0.01  # requests, or answers, that arrive twice
PIECES = 8  # a dripping answer comes in so many pieces


@cache
def _silent_file() -> int:
    """A descriptor on which nothing is ever readable: what an idle socket looks like."""
    return os.pipe()[0]


class Connection(asyncio.Transport):
    """One TLS connection, as the program sees it. ``alive``: whether the program that opened it still runs."""

    def __init__(self, line: Line, channel: Channel, protocol: Any, *, certified: bool) -> None:
        super().__init__()
        self._line = line
        self.channel = channel
        self.protocol = protocol
        self.certified = certified
        self.loop = asyncio.get_running_loop()
        self.alive: Callable[[], bool] = line.watch.living()
        self.open = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self if name == "socket" else default

    def fileno(self) -> int:
        return _silent_file() if self.open else -1

    def is_closing(self) -> bool:
        return not self.open

    def write(self, data: bytes) -> None:  # type: ignore[override]  # our client writes bytes only
        if self.alive():
            self._line.carry(self, data)

    def abort(self) -> None:
        self.lose(None)

    close = abort

    def lose(self, error: Exception | None) -> None:
        """The connection is gone; the program hears of it in its next turn."""
        if self.open:
            self.open = False
            if self.alive():
                self.loop.call_soon(self.protocol.connection_lost, error)

    def receive(self, data: bytes) -> None:
        if self.open and self.alive():
            self.loop.call_soon(self.protocol.data_received, data)


class Line:
    """All connections, and what happens to what they carry."""

    def __init__(self, world: World, other: Counterparty, watch: Watch) -> None:
        self._world = world
        self._other = other
        self.watch = watch
        self.down_until: dict[Channel, float] = {}

    async def connect(self, factory: Callable[[], Any], host: str, context: Any) -> tuple[Any, Any]:
        channel = Channel.WECHAT if host == keys.WECHAT_HOST else Channel.ALIPAY
        dice = self._world.dice
        await asyncio.sleep(dice.between(0.01, 0.08, "handshake", channel, dice._next("handshake", (channel,))))
        struck = dice.one_of(f"connect.{channel}", CONNECT, self.watch.at_counter)
        if self._is_down(channel):
            struck = "hangs"
        if struck is not None:
            self._world.say("fault", f"connect to {channel}: {struck}")
            self._world.seen(f"connect.{struck}")
            await self._fail(struck)
        protocol = factory()
        connection = Connection(self, channel, protocol, certified=context.certified)
        protocol.connection_made(connection)
        return connection, protocol

    def _is_down(self, channel: Channel) -> bool:
        return self._world.now < self.down_until.get(channel, 0.0)

    async def _fail(self, how: str) -> None:
        match how:
            case "refused":
                raise ConnectionRefusedError
            case "no-name":
                raise socket.gaierror
            case "no-route":
                raise OSError
            case "bad-certificate":
                error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")
                error.verify_code, error.verify_message = 18, "self-signed certificate"
                error.library, error.reason = "SSL", "CERTIFICATE_VERIFY_FAILED"
                raise error
            case _:
                await asyncio.sleep(3600)

    # --- requests

    def carry(self, connection: Connection, data: bytes) -> None:
        """A whole request, as the shipping connection writes it in one piece."""
        request, asked = self._read(connection, data)
        dice, world = self._world.dice, self._world
        if self.watch.life_ends("before-send", asked.entity):
            raise world.cut(f"before the {asked.call} of {asked.entity} left")
        self.watch.sent(asked)
        travel = dice.between(0.02, 0.25, "travel", asked.entity, asked.call, self.watch.sends)
        if asked.number and dice.strikes(f"stall.{asked.call}", STALL, asked.entity):
            held = dice.between(1, 120, "held", asked.entity, asked.call, len(dice.deeds))
            world.say("fault", f"{asked.entity} {asked.call}: held back {held:.0f} s")
            world.seen(f"{asked.call}.stalled")
            travel += held
        if self._is_down(connection.channel):
            world.seen("request into a dead line")
        else:
            world.at(travel, lambda: self._arrive(connection, request, asked))
            if asked.number and dice.strikes(f"twice.{asked.call}", TWICE, asked.entity):
                world.seen(f"{asked.call}.delivered twice")
                world.at(
                    travel + dice.between(0, 60, "again", len(dice.deeds)), lambda: self._arrive(None, request, asked)
                )
        if self.watch.life_ends("after-send", asked.entity):
            raise world.cut(f"after the {asked.call} of {asked.entity} left")

    def _read(self, connection: Connection, data: bytes) -> tuple[Request, Asked]:
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        parts = urlsplit(target)
        fields = dict(line.lower().split(": ", 1) for line in lines[1:])
        certificate = keys.MCH_ID if connection.certified else None
        request = Request(method, parts.path, parts.query, fields, body, certificate)
        text = body.decode() if connection.channel is Channel.WECHAT else unquote_plus(body.decode())
        where = f"{parts.path} {parts.query} "
        call = next(call for mark, call in _CALLS if f"{mark} " in where or f"{mark}&" in where)
        found = _NUMBER.search(text)
        number = (found[1] or found[2]) if found else ""
        return request, Asked(connection.channel, call, number, self.watch.entity(number))

    def _arrive(self, connection: Connection | None, request: Request, asked: Asked) -> None:
        world = self._world
        self._other.script.about = asked if connection is not None else None
        answered = self._other.answer(request, world.channel_s())
        misleads = self._other.script.other_sum
        if connection is not None and self._other.script.forged and asked.number in self.watch.lines:
            paid = world.dice.u("forged", asked.entity, len(world.dice.deeds)) < 0.5
            answered = forged(answered, asked, self.watch.lines[asked.number].amount_fen, paid=paid)
        world.say("channel", f"{asked.entity} {asked.call}: {answered.delivery.manner}")
        if answered.carry_out is not None and answered.late is not None:
            carry_out = answered.carry_out
            world.at(answered.late, lambda: self._late(carry_out, asked))
        if connection is not None:
            back = world.dice.between(0.02, 0.25, "back", asked.entity, asked.call, self.watch.sends)
            world.at(answered.delay + back, lambda: self._deliver(connection, answered, asked, misleads=misleads))

    def _late(self, carry_out: Callable[[float], None], asked: Asked) -> None:
        carry_out(self._world.channel_s())
        self._world.say("channel", f"{asked.entity} the late pay is carried out")

    # --- answers

    def _deliver(self, connection: Connection, answered: Answered, asked: Asked, *, misleads: bool) -> None:
        delivery = answered.delivery
        if misleads:
            self.watch.misled[asked.number] = self._world.now
        if self._is_down(connection.channel) or not connection.alive():
            return
        match delivery.manner:
            case Manner.WHOLE:
                self._whole(connection, _bytes(answered), asked)
            case Manner.CUT:
                connection.lose(None)
            case Manner.RST:
                connection.lose(ConnectionResetError())
            case Manner.SILENT:
                pass
            case Manner.TRUNCATED:
                data = _bytes(answered)
                connection.receive(data[: len(data) - max(1, len(data) // 3)])
                connection.lose(None)
            case Manner.DRIP:
                self._drip(connection, _bytes(answered), delivery.pause)

    def _whole(self, connection: Connection, data: bytes, asked: Asked) -> None:
        if self.watch.life_ends("before-receive", asked.entity):
            raise self._world.cut(f"before the answer to the {asked.call} of {asked.entity} came in")
        self.watch.heard(asked)
        connection.receive(data)
        if asked.number and self._world.dice.strikes("answer-twice", TWICE, asked.entity):
            self._world.seen("an answer came twice")
            later = self._world.dice.between(0, 6, "answer again", len(self._world.dice.deeds))
            self._world.at(later, lambda: connection.receive(data))

    def _drip(self, connection: Connection, data: bytes, pause: float) -> None:
        size = len(data) // PIECES + 1
        for i in range(PIECES):
            piece = data[i * size : (i + 1) * size]
            if piece:
                self._world.at(pause * size * i, lambda piece=piece: connection.receive(piece))


def _bytes(answered: Answered) -> bytes:
    reply = answered.delivery.reply
    assert reply is not None
    headers = [
        ("Date", formatdate(answered.delivery.date, usegmt=True)),
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers,
    ]
    head = f"HTTP/1.1 {reply.status} -\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return head.encode("latin-1") + reply.body
