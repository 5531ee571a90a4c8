"""The one place bytes leave for a channel and come back: one ``Line`` per address and TLS identity.

asyncio's TLS transport carries the bytes and h11 reads them. No HTTP client library stands between, for two reasons
that were measured: httpx over httpcore hands a connection out again although an unasked second answer lies decrypted
in its buffers, so that one sale could be given another's answer; and it spends 0.43 ms between the call and the first
byte where this spends 0.07. What a client library would have to be forbidden (retries, redirects, cookies, proxies
from the environment, decompression) is simply not here.
"""

import asyncio
import selectors
import ssl
from typing import Final
from urllib.parse import urlsplit

import h11

from app.channels.outcome import BODY_LIMIT, NoAnswer, NotSent, Outcome, Post, Reply, date_ms

HEAD_LIMIT: Final = 16 * 1024  # bytes of status line and headers
SHUTDOWN: Final = 1.0  # seconds a polite TLS goodbye may take in the background
SECOND_ADDRESS: Final = 0.25  # seconds before the next address of a name is tried beside the first (RFC 8305)
CERT_DATES: Final = frozenset({9, 10})  # not yet valid, expired: X509_V_ERR_* of OpenSSL's x509_vfy.h


class _Connection(asyncio.Protocol):
    """One TLS connection with at most one exchange on it at a time."""

    def __init__(self) -> None:
        self.usable = False
        self.spent = False  # it has carried a post that is sent ``once``
        self.idle_since = 0.0
        self.answer_begun = False
        self.closed = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self._outcome: asyncio.Future[Outcome] | None = None
        self._head: h11.Response | None = None
        self._body = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.usable = True

    def send(self, post: Post, host: str) -> "asyncio.Future[Outcome]":
        """Write the whole request at once. Before this is called nothing was begun; after it, everything may be out."""
        assert self._transport is not None
        headers = [
            ("Host", host),
            ("Content-Type", post.content_type),
            ("Content-Length", str(len(post.body))),
            ("Accept-Encoding", "identity"),
            ("User-Agent", "mashou"),
        ]
        self.spent = self.spent or post.once
        request = h11.Request(method="POST", target=post.target, headers=headers)
        events = (request, h11.Data(data=post.body), h11.EndOfMessage())
        wire = b"".join(self._http.send(event) or b"" for event in events)
        self._head, self._body, self.answer_begun = None, bytearray(), False
        self._outcome = asyncio.get_running_loop().create_future()
        self._transport.write(wire)
        return self._outcome

    def data_received(self, data: bytes) -> None:
        if self._outcome is None or self._outcome.done():  # nobody asked: it must not become the next answer
            self.drop()
            return
        self.answer_begun = True
        self._read(data)

    def eof_received(self) -> None:
        self.usable = False
        if self._outcome is not None and not self._outcome.done():
            self._read(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        self._end(NoAnswer(_named(exc), self.answer_begun, _refused(exc)))
        self.closed.set()

    def _read(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            while self._outcome is not None and not self._outcome.done() and self._take(self._http.next_event()):
                pass
        except h11.RemoteProtocolError:  # its text may quote what was received, so it is told to nobody
            if data:
                self._end(NoAnswer("no HTTP", self.answer_begun))
            else:  # the end came too early; ``connection_lost`` knows why
                self.drop()

    def _take(self, event: object) -> bool:
        """One event of an answer; False when there is nothing more to take for now."""
        match event:
            case h11.Response():
                self._head = event
            case h11.Data():
                self._body += event.data
            case h11.EndOfMessage():
                self._finish()
            case h11.InformationalResponse():
                pass
            case h11.ConnectionClosed():
                self._end(NoAnswer("closed", self.answer_begun))
            case _:
                return False
        if len(self._body) > BODY_LIMIT:
            self._end(NoAnswer("longer than any answer of this channel", bytes_begun=True))
        return True

    def _finish(self) -> None:
        assert self._head is not None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._head.headers}
        if headers.get("content-encoding", "identity").lower() != "identity":
            self._end(NoAnswer("compressed although identity was asked", bytes_begun=True))
            return
        reply = Reply(self._head.status_code, headers, bytes(self._body), date_ms(headers.get("date")))
        over = self._http.their_state is not h11.DONE or self._http.our_state is not h11.DONE
        if over or self._http.trailing_data[0]:
            self._end(reply)
            return
        self._http.start_next_cycle()
        self._settle(reply)

    def _end(self, outcome: Outcome) -> None:
        """The exchange is over and so is the connection."""
        self._settle(outcome)
        self.drop()

    def _settle(self, outcome: Outcome) -> None:
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(outcome)

    @property
    def busy(self) -> bool:
        """True while a request has gone out and its exchange has not come to an end, a timeout included."""
        return self._http.our_state is not h11.IDLE

    def is_young(self, now: float, idle: float) -> bool:
        """True if it is open and was idle for less than ``idle`` seconds."""
        return self.usable and now - self.idle_since < idle

    def is_quiet(self) -> bool:
        """True if nothing is readable on its socket; asked last, since it costs a system call."""
        socket = self._transport.get_extra_info("socket") if self._transport is not None else None
        if socket is None or socket.fileno() < 0:  # lost, and the loop has not come round to tell us
            return False
        with selectors.DefaultSelector() as readable:
            readable.register(socket, selectors.EVENT_READ)
            return not readable.select(0)

    def drop(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()


class Line:
    """Connections to one address under one TLS identity. Belongs to the loop it is first used on."""

    def __init__(self, url: str, context: ssl.SSLContext, *, connect: float, idle: float) -> None:
        """``connect``: seconds for name, TCP and TLS together; ``idle``: seconds, see ``CallLimits.idle``.

        Raises ValueError with a sentence when no request could ever be written to ``url``.
        """
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname or "", parts.port or 443
            self._host_header = parts.netloc.rpartition("@")[2]
            h11.Request(method="POST", target=parts.path or "/", headers=[("Host", self._host_header)])
        except (ValueError, h11.LocalProtocolError):
            raise ValueError("the address cannot be used") from None
        self._context = context
        self._connect = connect
        self._idle = idle
        self._free: list[_Connection] = []
        self._all: set[_Connection] = set()

    async def post(self, post: Post) -> Outcome:
        """Send ``post`` once. Never raises for anything the line or the other side may do."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + post.deadline
        connection = self._reuse(loop.time(), post)
        if connection is None:
            opened = await self._open(min(self._connect, post.deadline))
            if isinstance(opened, NotSent):
                return opened
            connection = opened
        try:
            outcome = connection.send(post, self._host_header)
            async with asyncio.timeout_at(ends_at):
                return await outcome
        except TimeoutError:
            return NoAnswer("TimeoutError", connection.answer_begun)
        finally:
            self._put_back(connection, loop.time())

    def _reuse(self, now: float, post: Post) -> _Connection | None:
        """The newest free connection that is still good, spent ones first where they will do; bad ones are dropped."""
        for connection in self._free:
            if not connection.is_young(now, self._idle):
                connection.drop()
        self._free = [c for c in self._free if c.usable]
        spent, unspent = ([c for c in self._free if c.spent is kind] for kind in (True, False))
        suited = unspent if post.once or post.warms else unspent + spent
        for connection in reversed(suited):
            self._free.remove(connection)
            if connection.is_quiet():
                return connection
            connection.drop()
        return None

    async def _open(self, limit: float) -> _Connection | NotSent:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit):
                _, connection = await loop.create_connection(
                    _Connection,
                    self._host,
                    self._port,
                    ssl=self._context,
                    server_hostname=self._host,
                    ssl_shutdown_timeout=SHUTDOWN,
                    happy_eyeballs_delay=SECOND_ADDRESS,
                )
        except (TimeoutError, OSError, UnicodeError) as error:  # TLS and DNS errors are OSErrors, but for bad names
            return NotSent(_named(error), _dates(error), _refused(error))
        if not connection.usable:  # closed in the turn between
            return NotSent("closed")
        self._all = {c for c in self._all if not c.closed.is_set()} | {connection}
        return connection

    def _put_back(self, connection: _Connection, now: float) -> None:
        if connection.usable and not connection.busy:
            connection.idle_since = now
            self._free.append(connection)
        else:
            connection.drop()

    async def aclose(self) -> None:
        """Drop every connection, those with a call on them included."""
        for connection in self._all:
            connection.drop()
        await asyncio.gather(*(connection.closed.wait() for connection in self._all))
        self._all.clear()
        self._free.clear()


def _named(error: Exception | None) -> str:
    """An error in a few words of our own: its text might quote what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason}"
    return type(error).__name__ if error is not None else "closed"


def _dates(error: Exception) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in CERT_DATES


def _refused(error: Exception | None) -> bool:
    """True for the TLS alerts that speak of *our* certificate (RFC 8446 §6.2)."""
    reason = (error.reason or "") if isinstance(error, ssl.SSLError) else ""
    return "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason)
