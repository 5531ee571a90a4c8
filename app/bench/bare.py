"""The bare script: one durable commit, one signature with a kept key, one send on a kept TLS connection. No till.

Two ways to send: a raw write on asyncio's TLS transport, and the till's own httpx client and transport.
"""

import asyncio
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

import apsw

from app.bench.asks import Ask, Dialect
from app.bench.sends import Sends
from app.channels.http import Line
from app.channels.outcome import Post, Reply

DEADLINE: Final = 10.0  # seconds for one request to the practice service on this machine


class WentWrongError(Exception):
    """The practice service did not take a request: nothing was measured."""


class Commits:
    """A file beside the till's journal: SQLite through APSW, WAL, synchronous=FULL, ``size`` bytes a commit."""

    def __init__(self, path: Path, size: int) -> None:
        self._db = apsw.Connection(str(path))
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
        self._body = bytes(size)

    def commit(self) -> None:
        self._db.execute("INSERT INTO entry (body) VALUES (?)", (self._body,))

    def close(self) -> None:
        self._db.close()


class Way(Protocol):
    """How a bare request goes out; ``send`` returns the answer's body."""

    async def send(self, target: str, content_type: str, body: bytes) -> bytes: ...

    async def aclose(self) -> None: ...


class ThroughHttpx:
    """The till's client and transport, on a connection kept by them."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        self._line = Line(url, context, connect=DEADLINE, idle=DEADLINE)

    async def send(self, target: str, content_type: str, body: bytes) -> bytes:
        outcome = await self._line.post(Post(target, body, content_type, DEADLINE))
        if not isinstance(outcome, Reply):
            raise WentWrongError(outcome.why)
        return outcome.body

    async def aclose(self) -> None:
        await self._line.aclose()


class _Collector(asyncio.Protocol):
    """Gathers one answer after another; each must name its Content-Length."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] | None = None
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, found, body = self._data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if found and self.answer is not None and len(body) >= int(length):
            self.answer.set_result(body)
            self._data = b""

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(exc or WentWrongError("the connection was closed"))


class RawWrite:
    """One connection, one write, no client."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._context = parts.hostname or "", parts.port or 443, context
        self._netloc = parts.netloc
        self._open: tuple[asyncio.Transport, _Collector] | None = None

    async def send(self, target: str, content_type: str, body: bytes) -> bytes:
        if self._open is None:
            loop = asyncio.get_running_loop()
            self._open = await loop.create_connection(
                _Collector, self._host, self._port, ssl=self._context, server_hostname=self._host
            )
        transport, collector = self._open
        head = f"POST {target} HTTP/1.1\r\nHost: {self._netloc}\r\nContent-Type: {content_type}\r\n"
        collector.answer = asyncio.get_running_loop().create_future()
        transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        async with asyncio.timeout(DEADLINE):
            return await collector.answer

    async def aclose(self) -> None:
        if self._open is not None:
            self._open[0].abort()
            await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds from the beginning of one sale."""

    first_byte: float  # until the pay request's bytes were handed to the socket
    durable: float  # until the answer was read and committed


async def sell(commits: Commits, dialect: Dialect, way: Way, sends: Sends, asks: tuple[Ask, ...]) -> Taken:
    """One sale without a till: commit, sign, send; the answers; commit. Raises WentWrongError."""
    sends.expect(dialect.mark)
    began = time.perf_counter()
    commits.commit()
    for ask in asks:
        target, body = ask.finish(dialect.sign(ask.text))
        answer = await way.send(target, ask.content_type, body)
        if ask.proof not in answer:
            raise WentWrongError("the practice service refused a bare request")
    commits.commit()
    ended = time.perf_counter()
    assert sends.at is not None, "no pay request was seen on the wire"
    return Taken(sends.at - began, ended - began)
