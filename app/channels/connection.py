"""One TLS connection to a channel: asyncio's transport carries the bytes, h11 reads them, one exchange at a time.

Data that nobody asked for, on an idle connection or after the end of an answer, spoils the connection: it must never
become the next sale's answer.
"""

import asyncio
import selectors
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import h11

from app.channels.outcome import BODY_LIMIT, NoAnswer

# One system call and no limit on file numbers where there is poll(2); Windows has select alone. epoll would cost four.
_Watch: Final[type[selectors.BaseSelector]] = getattr(selectors, "PollSelector", selectors.SelectSelector)
HEAD_LIMIT: Final = 16 * 1024  # bytes of status line and headers
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer as it came; header names in lower case."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """What is written, and who takes the answer's body (see ``Post``)."""

    method: bytes
    target: bytes = field(repr=False)
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    into: Callable[[bytes], bool] | None = None


Ending = Answer | NoAnswer


class Connection(asyncio.Protocol):
    """``usable``: it may carry a request. ``spent``: it has carried one that is sent ``once``."""

    def __init__(self) -> None:
        self.usable = False
        self.spent = False
        self.idle_since = 0.0
        self.answer_begun = False
        self.closed = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self._ending: asyncio.Future[Ending] | None = None
        self._head: h11.Response | None = None
        self._body = bytearray()
        self._into: Callable[[bytes], bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.usable = True

    def send(self, request: Request) -> "asyncio.Future[Ending]":
        """Write the whole request at once. Before this is called nothing was begun; after it, everything may be out."""
        assert self._transport is not None
        head = h11.Request(method=request.method, target=request.target, headers=request.headers)
        events = (head, h11.Data(data=request.body), h11.EndOfMessage())
        wire = b"".join(self._http.send(event) or b"" for event in events)
        self._into = request.into
        self._head, self._body, self.answer_begun = None, bytearray(), False
        self._ending = asyncio.get_running_loop().create_future()
        self._transport.write(wire)
        return self._ending

    def data_received(self, data: bytes) -> None:
        if self._ending is None or self._ending.done():  # nobody asked: it must not become the next answer
            self.drop()
            return
        self.answer_begun = True
        self._read(data)

    def eof_received(self) -> None:
        self.usable = False
        if self._ending is not None and not self._ending.done():
            self._read(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        self._end(NoAnswer(named(exc), self.answer_begun, refused(exc)))
        self.closed.set()

    def _read(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            while self._ending is not None and not self._ending.done() and self._take(self._http.next_event()):
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
                self._keep(bytes(event.data))
            case h11.EndOfMessage():
                self._finish()
            case h11.InformationalResponse():
                pass
            case h11.ConnectionClosed():
                self._end(NoAnswer("closed", self.answer_begun))
            case _:
                return False
        return True

    def _keep(self, data: bytes) -> None:
        if self._into is not None:
            if not self._into(data):
                self._end(NoAnswer("its taker would have no more", bytes_begun=True))
            return
        self._body += data
        if len(self._body) > BODY_LIMIT:
            self._end(NoAnswer("longer than any answer of this channel", bytes_begun=True))

    def _finish(self) -> None:
        assert self._head is not None
        headers = list(self._head.headers)
        compressed = any(name == b"content-encoding" and value.lower() != b"identity" for name, value in headers)
        if compressed and self._into is None:  # a taker keeps what came, as it came
            self._end(NoAnswer("compressed although identity was asked", bytes_begun=True))
            return
        answer = Answer(self._head.status_code, headers, bytes(self._body))
        over = self._http.their_state is not h11.DONE or self._http.our_state is not h11.DONE
        if over or self._http.trailing_data[0]:
            self._end(answer)
            return
        self._http.start_next_cycle()
        self._settle(answer)

    def _end(self, ending: Ending) -> None:
        """The exchange is over and so is the connection."""
        self._settle(ending)
        self.drop()

    def _settle(self, ending: Ending) -> None:
        if self._ending is not None and not self._ending.done():
            self._ending.set_result(ending)

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
        with _Watch() as readable:
            readable.register(socket, selectors.EVENT_READ)
            return not readable.select(0)

    def drop(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()


def check(target: str, host: str) -> None:
    """Raises ValueError when no request to ``target`` at ``host`` (as in the Host header) could ever be written."""
    try:
        h11.Request(method="POST", target=target, headers=[("Host", host)])
    except h11.LocalProtocolError:
        raise ValueError("no request can be written to this address") from None


def named(error: Exception | None) -> str:
    """An error in a few words of our own: its text might quote what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason}"
    return type(error).__name__ if error is not None else "closed"


def refused(error: Exception | None) -> bool:
    """True for the TLS alerts that speak of *our* certificate (RFC 8446 §6.2)."""
    reason = (error.reason or "") if isinstance(error, ssl.SSLError) else ""
    return "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason)
