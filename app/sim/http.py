"""HTTP/1.1 over asyncio streams and h11: requests in, answers out, and every way the line can spoil one."""

import asyncio
import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from enum import StrEnum
from typing import Final, assert_never
from urllib.parse import urlsplit

import h11

from app.sim.exchange import Reply, Request

_log = logging.getLogger(__name__)

MAX_BODY: Final = 1_048_576  # bytes; a payment request has a few hundred
IDLE_S: Final = 75.0  # a kept connection nobody uses; unscaled, a client's pool decides for itself
REQUEST_S: Final = 30.0  # from the first byte of a request to its last
DRAIN_S: Final = 10.0  # a client that does not read
SILENCE_S: Final = 120.0  # longer than any client's patience, so that the client ends it
_READ: Final = 65_536
_METHODS: Final = frozenset({b"GET", b"POST"})
_NO_METHOD: Final = Reply(405, "text/plain; charset=utf-8", b"")
_TOO_LARGE: Final = Reply(413, "text/plain; charset=utf-8", b"request too large\n")


class Manner(StrEnum):
    """How an answer travels."""

    WHOLE = "whole"
    CUT = "cut"  # not at all: the connection is closed
    RST = "rst"  # not at all: the connection is reset
    SILENT = "silent"  # not at all: the connection stays open
    TRUNCATED = "truncated"  # half of it, then cut
    DRIP = "drip"  # byte by byte


@dataclass(frozen=True, slots=True)
class Delivery:
    reply: Reply | None
    date: float  # the Date header, seconds since the epoch
    manner: Manner = Manner.WHOLE
    pause: float = 0.0  # DRIP: seconds between bytes


Handler = Callable[[Request], Awaitable[Delivery]]


class Doorman:
    """Serves every connection of one listening socket. ``clock``: seconds since the epoch, for the Date header."""

    def __init__(self, handler: Handler, clock: Callable[[], float]) -> None:
        self._handler = handler
        self._clock = clock
        self._guests: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it. Errors of the line end it quietly."""
        task = asyncio.current_task()
        assert task is not None
        self._guests[task] = writer
        try:
            await _converse(reader, writer, self._handler, self._clock)
        except (OSError, TimeoutError, h11.RemoteProtocolError, asyncio.CancelledError) as error:
            _log.debug("a connection ended: %s", type(error).__name__)
        finally:
            writer.transport.abort()
            del self._guests[task]

    def cut(self) -> None:
        """Cut every connection there is."""
        for writer in self._guests.values():
            writer.transport.abort()

    async def close(self) -> None:
        """Cut every connection and wait until all are served no more."""
        tasks = tuple(self._guests)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler, clock: Callable[[], float]
) -> None:
    certificate = _common_name(writer)
    connection = h11.Connection(h11.SERVER)
    while True:
        async with asyncio.timeout(IDLE_S):
            event = await _next(connection, reader, writer)
        if not isinstance(event, h11.Request):
            return
        if event.method not in _METHODS:
            await _send(connection, writer, Delivery(_NO_METHOD, clock()), close=True)
            return
        async with asyncio.timeout(REQUEST_S):
            body = await _body(connection, reader, writer)
        if body is None:
            await _send(connection, writer, Delivery(_TOO_LARGE, clock()), close=True)
            return
        delivery = await handler(_request(event, body, certificate))
        if not await _deliver(connection, writer, delivery) or connection.our_state is not h11.DONE:
            return
        if connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _next(connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> object:
    while True:
        event = connection.next_event()
        if event is not h11.NEED_DATA:
            return event
        if connection.they_are_waiting_for_100_continue:
            writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        connection.receive_data(await reader.read(_READ))


async def _body(connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
    """The whole body; None where it is larger than any request of ours."""
    body = bytearray()
    while True:
        event = await _next(connection, reader, writer)
        if not isinstance(event, h11.Data):
            return bytes(body)
        body += event.data
        if len(body) > MAX_BODY:
            return None


def _request(event: h11.Request, body: bytes, certificate: str | None) -> Request:
    target = urlsplit(event.target.decode("ascii", "replace"))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
    return Request(event.method.decode("ascii"), target.path, target.query, headers, body, certificate)


def _common_name(writer: asyncio.StreamWriter) -> str | None:
    """The common name of the client certificate our CA signed, None for none."""
    peer = writer.get_extra_info("peercert")
    for part in (peer or {}).get("subject", ()):
        for name, value in part:
            if name == "commonName":
                return str(value)
    return None


async def _deliver(connection: h11.Connection, writer: asyncio.StreamWriter, delivery: Delivery) -> bool:
    """False where the connection is over."""
    match delivery.manner:
        case Manner.WHOLE:
            await _send(connection, writer, delivery)
            return True
        case Manner.CUT:
            return False
        case Manner.RST:
            _reset(writer)
            return False
        case Manner.SILENT:
            await asyncio.sleep(SILENCE_S)
            return False
        case Manner.TRUNCATED:
            data = _bytes(connection, delivery)
            writer.write(data[: len(data) - max(1, len(delivery.reply.body if delivery.reply else b"") // 2)])
            await _drain(writer)
            return False
        case Manner.DRIP:
            for byte in _bytes(connection, delivery):
                writer.write(bytes((byte,)))
                await _drain(writer)
                await asyncio.sleep(delivery.pause)
            return True
        case _:
            assert_never(delivery.manner)


async def _send(
    connection: h11.Connection, writer: asyncio.StreamWriter, delivery: Delivery, close: bool = False
) -> None:
    writer.write(_bytes(connection, delivery, close=close))
    await _drain(writer)


async def _drain(writer: asyncio.StreamWriter) -> None:
    async with asyncio.timeout(DRAIN_S):
        await writer.drain()


def _bytes(connection: h11.Connection, delivery: Delivery, *, close: bool = False) -> bytes:
    reply = delivery.reply
    assert reply is not None
    headers = [
        ("Server", "nginx"),
        ("Date", formatdate(delivery.date, usegmt=True)),
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers,
    ]
    if close:
        headers.append(("Connection", "close"))
    head = connection.send(h11.Response(status_code=reply.status, headers=headers))
    body = connection.send(h11.Data(data=reply.body))
    end = connection.send(h11.EndOfMessage())
    return b"".join(part for part in (head, body, end) if part)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side gets a TCP reset."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
