"""What httpx sends through: our own connections to one address under one TLS identity.

httpx's own transport hands a connection out again although an unasked second answer lies decrypted in its buffers, so
that one sale could be given another's answer. This one owns the connections instead: a request leaves in one write on a
connection that is proven quiet, and what was not sent is told apart from what was not answered
(docs/httpx-with-our-own-transport.md).
"""

import asyncio
import ipaddress
import ssl
from typing import Any, Final

import httpx

from app.channels.connection import Answer, Connection, Headers, Request, named, refused
from app.channels.outcome import NoAnswer, NotSent, Post

SHUTDOWN: Final = 1.0  # seconds a polite TLS goodbye may take in the background
SECOND_ADDRESS: Final = 0.25  # seconds before the next address of a name is tried beside the first (RFC 8305)
SPENT_AT_MOST: Final = 2  # idle connections kept for queries alone; in a rush each payment leaves one behind
CERT_DATES: Final = frozenset({9, 10})  # not yet valid, expired: X509_V_ERR_* of OpenSSL's x509_vfy.h
# Headers that a client acts upon by itself. No channel has a use for them, so httpx never gets to see them.
WITHHELD: Final = frozenset({b"location", b"set-cookie", b"set-cookie2"})


class NotBegun(httpx.ConnectError):
    """Proven: no byte of the request was begun."""

    def __init__(self, outcome: NotSent) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome


class Unanswered(httpx.ReadError):
    """The request was begun and no whole answer came."""

    def __init__(self, outcome: NoAnswer) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome


def extensions(post: Post) -> dict[str, Any]:
    """What this transport is told beside URL, headers and body, by httpx's own way for such things.

    ``target`` is httpx's name for the exact bytes of the request line: the signed query is never parsed or quoted
    again, and stands in no URL that could be shown. ``timeout`` is its name too, and empty: the deadline is a total.
    """
    target = post.target.encode("ascii")
    terms = {"deadline": post.deadline, "once": post.once, "warms": post.warms, "into": post.into}
    return {"target": target, "timeout": {}, **terms}


class Transport(httpx.AsyncBaseTransport):
    """Connections to one address. Belongs to the loop it is first used on."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext, *, connect: float, idle: float) -> None:
        """``connect``: seconds for name, TCP and TLS together; ``idle``: seconds, see ``CallLimits.idle``."""
        self._host, self._port = host, port
        # One address has nothing to race with; and a race of Python 3.11 that is called off forgets its open socket.
        self._second_address = None if _is_address(host) else SECOND_ADDRESS
        self._context = context
        self._connect = connect
        self._idle = idle
        self._free: list[Connection] = []
        self._all: set[Connection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` once. Whatever the line may do, it raises ``NotBegun`` or ``Unanswered``.

        The length is written here, where the bytes are counted that go out.
        """
        assert isinstance(request.stream, httpx.AsyncByteStream)
        body = b"".join([part async for part in request.stream])
        terms = request.extensions
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + terms["deadline"]
        connection = self._reuse(loop.time(), unspent=terms["once"] or terms["warms"])
        if connection is None:
            connection = await self._open(min(self._connect, terms["deadline"]))
        connection.spent = connection.spent or terms["once"]
        headers = request.headers.raw
        if body or request.method != "GET":
            headers.append((b"Content-Length", b"%d" % len(body)))
        written = Request(request.method.encode(), terms["target"], headers, body, terms["into"])
        try:
            async with asyncio.timeout_at(ends_at):
                ending = await connection.send(written)
        except TimeoutError:
            raise Unanswered(NoAnswer("TimeoutError", connection.answer_begun)) from None
        finally:
            self._put_back(connection, loop.time())
        if isinstance(ending, NoAnswer):
            raise Unanswered(ending)
        return _response(ending)

    def _reuse(self, now: float, *, unspent: bool) -> Connection | None:
        """The newest free connection that is still good, spent ones first where they will do; bad ones are dropped."""
        for connection in self._free:
            if not connection.is_young(now, self._idle):
                connection.drop()
        self._free = [c for c in self._free if c.usable]
        fresh = [c for c in self._free if not c.spent]
        suited = fresh if unspent else fresh + [c for c in self._free if c.spent]
        for connection in reversed(suited):
            self._free.remove(connection)
            if connection.is_quiet():
                return connection
            connection.drop()
        return None

    async def _open(self, limit: float) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit):
                _, connection = await loop.create_connection(
                    Connection,
                    self._host,
                    self._port,
                    ssl=self._context,
                    server_hostname=self._host,
                    ssl_shutdown_timeout=SHUTDOWN,
                    happy_eyeballs_delay=self._second_address,
                )
        except (TimeoutError, OSError, UnicodeError) as error:  # TLS and DNS errors are OSErrors, but for bad names
            raise NotBegun(NotSent(named(error), _dates(error), refused(error))) from None
        if not connection.usable:  # closed in the turn between
            raise NotBegun(NotSent("closed"))
        self._all = {c for c in self._all if not c.closed.is_set()} | {connection}
        return connection

    def _put_back(self, connection: Connection, now: float) -> None:
        if connection.usable and not connection.busy:
            connection.idle_since = now
            self._free.append(connection)
            for surplus in [c for c in self._free if c.spent][:-SPENT_AT_MOST]:
                self._free.remove(surplus)
                surplus.drop()
        else:
            connection.drop()

    async def aclose(self) -> None:
        """Drop every connection, those with a call on them included."""
        for connection in self._all:
            connection.drop()
        await asyncio.gather(*(connection.closed.wait() for connection in self._all))
        self._all.clear()
        self._free.clear()


def _response(answer: Answer) -> httpx.Response:
    headers: Headers = [(name, value) for name, value in answer.headers if name not in WITHHELD]
    return httpx.Response(answer.status, headers=headers, stream=httpx.ByteStream(answer.body))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _dates(error: Exception) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in CERT_DATES
