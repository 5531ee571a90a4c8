"""The long way: what ``loop.create_connection`` gives the shipping transport in place of TCP and TLS.

Bytes go in and out as they would, through httpx, h11 and the connections of ``app.channels``.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from email.utils import formatdate
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from simulation import keys
from simulation.road import Road

from app.core.channel import Channel
from app.sim.exchange import Reply, Request

PIECES = 8  # a dripping answer comes in so many pieces


@cache
def _silent_file() -> int:
    """A descriptor on which nothing is ever readable: what an idle socket looks like."""
    return os.pipe()[0]


class Connection(asyncio.Transport):
    """One TLS connection, as the program sees it; it carries one request after the other."""

    def __init__(self, road: Road, channel: Channel, protocol: Any, *, certified: bool) -> None:
        super().__init__()
        self._road = road
        self.channel = channel
        self.protocol = protocol
        self.certified = certified
        self.loop = asyncio.get_running_loop()
        self.alive: Callable[[], bool] = road.watch.living()
        self.open = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self if name == "socket" else default

    def fileno(self) -> int:
        return _silent_file() if self.open else -1

    def is_closing(self) -> bool:
        return not self.open

    def write(self, data: bytes) -> None:  # type: ignore[override]  # our client writes bytes only
        if self.alive():
            self._road.carry(self, self.channel, _request(data, certified=self.certified))

    def abort(self) -> None:
        self._close(None)

    close = abort

    def _close(self, error: Exception | None) -> None:
        """The connection is gone; the program hears of it in its next turn."""
        if self.open:
            self.open = False
            if self.alive():
                self.loop.call_soon(self.protocol.connection_lost, error)

    def _receive(self, data: bytes) -> None:
        if self.open and self.alive():
            self.loop.call_soon(self.protocol.data_received, data)

    # --- as a carrier

    def whole(self, reply: Reply, date: float) -> None:
        self._receive(_bytes(reply, date))

    again = whole

    def lost(self, *, reset: bool) -> None:
        self._close(ConnectionResetError() if reset else None)

    def torn(self, reply: Reply, date: float) -> None:
        data = _bytes(reply, date)
        self._receive(data[: len(data) - max(1, len(data) // 3)])
        self._close(None)

    def dripped(self, reply: Reply, date: float, pause: float) -> None:
        data = _bytes(reply, date)
        size = len(data) // PIECES + 1
        for i in range(PIECES):
            piece = data[i * size : (i + 1) * size]
            if piece:
                self._road.world.at(pause * size * i, lambda piece=piece: self._receive(piece))


class Wires:
    """Makes connections; ``World.connector`` of the long way."""

    def __init__(self, road: Road) -> None:
        self._road = road

    async def connect(self, factory: Callable[[], Any], host: str, context: Any) -> tuple[Any, Any]:
        channel = keys.HOSTS[host]
        struck = self._road.struck(channel)
        await asyncio.sleep(self._road.world.dice.draw(0.01, 0.08, "handshake", channel))
        if struck is not None:
            await _fail(struck)
        protocol = factory()
        connection = Connection(self._road, channel, protocol, certified=context.certified)
        protocol.connection_made(connection)
        return connection, protocol


async def _fail(how: str) -> None:
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


def _request(data: bytes, *, certified: bool) -> Request:
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    parts = urlsplit(target)
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        fields[name.lower()] = value
    return Request(method, parts.path, parts.query, fields, body, keys.MCH_ID if certified else None)


def _bytes(reply: Reply, date: float) -> bytes:
    headers = [
        ("Date", formatdate(date, usegmt=True)),
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers,
    ]
    head = f"HTTP/1.1 {reply.status} -\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return head.encode("latin-1") + reply.body
