"""What lies between till and channels: requests travel, meet the simulator's desk, and its answers travel back.

The bytes are the till's own and the simulator's own; only TCP and TLS between them are left out.
"""

import asyncio
import os
import random
from collections.abc import Callable
from email.utils import formatdate
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from app.sim.desk import Answered, Desk
from app.sim.exchange import Request
from app.sim.http import Manner
from app.week.loop import WeekLoop

TRAVEL: Final = (0.02, 0.2)  # seconds each way
NO_LINE: Final = 0.004  # of all connections that are tried


@cache
def _silent_file() -> int:
    """A descriptor on which nothing is ever readable: what an idle socket looks like."""
    return os.pipe()[0]


class Wire(asyncio.Transport):
    """One connection of the till."""

    def __init__(self, street: "Street", protocol: Any) -> None:
        super().__init__()
        self._street = street
        self._protocol = protocol
        self.is_open = True

    def get_protocol(self) -> Any:
        return self._protocol

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self if name == "socket" else default

    def fileno(self) -> int:
        return _silent_file() if self.is_open else -1

    def is_closing(self) -> bool:
        return not self.is_open

    def write(self, data: bytes) -> None:  # type: ignore[override]  # the till's client writes bytes only
        self._street.carry(self, bytes(data))

    def abort(self) -> None:
        self.lose(None)

    close = abort

    def lose(self, error: Exception | None) -> None:
        if self.is_open:
            self.is_open = False
            self._street.loop.call_soon(self._protocol.connection_lost, error)

    def receive(self, data: bytes) -> None:
        if self.is_open:
            self._protocol.data_received(data)


class Street:
    """All of it. ``epoch``: seconds since 1970 at the loop's 0; ``certificate``: whom the till's line names."""

    def __init__(self, loop: WeekLoop, desk: Desk, chance: random.Random, *, epoch: float, certificate: str) -> None:
        self.loop = loop
        self._desk = desk
        self._chance = chance
        self._epoch = epoch
        self._certificate = certificate
        self.calls = 0
        loop.connect = self._connect

    def channel_s(self) -> float:
        """Seconds since 1970, as the channels say it."""
        return self._epoch + self.loop.now

    def _connect(self, factory: Callable[[], Any]) -> asyncio.Transport:
        if self._chance.random() < NO_LINE:
            raise ConnectionRefusedError
        protocol = factory()
        wire = Wire(self, protocol)
        protocol.connection_made(wire)
        return wire

    def carry(self, wire: Wire, data: bytes) -> None:
        """A whole request, as the till's client writes it in one piece."""
        self.calls += 1
        self.loop.call_later(self._chance.uniform(*TRAVEL), self._arrive, wire, self._read(data))

    def _read(self, data: bytes) -> Request:
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        parts = urlsplit(target)
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return Request(method, parts.path, parts.query, fields, body, self._certificate)

    def _arrive(self, wire: Wire, request: Request) -> None:
        answered = self._desk.answer(request, self.channel_s())
        carry_out = answered.carry_out
        if carry_out is not None and answered.late is not None:
            self.loop.call_later(answered.late, lambda: carry_out(self.channel_s()))
        self.loop.call_later(answered.delay + self._chance.uniform(*TRAVEL), _deliver, wire, answered)


def _deliver(wire: Wire, answered: Answered) -> None:
    match answered.delivery.manner:
        case Manner.WHOLE | Manner.DRIP:
            wire.receive(_bytes(answered))
        case Manner.CUT:
            wire.lose(None)
        case Manner.RST:
            wire.lose(ConnectionResetError())
        case Manner.SILENT:
            pass
        case Manner.TRUNCATED:
            data = _bytes(answered)
            wire.receive(data[: len(data) // 2])
            wire.lose(None)


def _bytes(answered: Answered) -> bytes:
    reply = answered.delivery.reply
    assert reply is not None
    headers = (
        ("Date", formatdate(answered.delivery.date, usegmt=True)),
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers,
    )
    head = f"HTTP/1.1 {reply.status} -\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return head.encode("latin-1") + reply.body
