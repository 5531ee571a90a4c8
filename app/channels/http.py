"""The one place bytes leave for a channel and come back: one ``Line`` per address and TLS identity.

Nothing is retried, redirected, decompressed, remembered in cookies or read from the environment: a ``Line`` uses
httpx's bare transport, in which none of these exist. A connection is used again only if it was idle for less than
``idle`` seconds and nothing is readable on it; httpcore tests both when it hands a connection out
(``AsyncHTTP11Connection.has_expired``), and ``tests/app/channels/test_http.py`` holds it to that.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx

BODY_LIMIT: Final = 64 * 1024  # bytes; the longest documented answer is below 10 KiB (reliability.md I-22)
CONNECTIONS: Final = 32  # at once per line: far above the sales one counter can have open
CERT_NOT_YET_VALID: Final = 9  # X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL's x509_vfy.h
CERT_EXPIRED: Final = 10  # X509_V_ERR_CERT_HAS_EXPIRED
FIRST_BYTE: Final = "http11.send_request_headers.started"  # httpcore traces it before the first write


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer; ``headers`` in lower case, ``date_ms`` from ``Date`` in ms since the epoch."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    date_ms: int | None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven: no byte of the request was begun. ``tls_dates``: the certificate's dates do not fit our clock."""

    why: str
    tls_dates: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request was begun and no whole answer came. ``bytes_begun``: some bytes of an answer did."""

    why: str
    bytes_begun: bool
    tls_refused: bool = False  # the other side ended TLS with an alert, as for a missing client certificate


Outcome = Reply | NotSent | NoAnswer


@dataclass(frozen=True, slots=True)
class Post:
    """One POST. ``url`` may carry signed parameters, ``body`` a payment code: neither is ever shown."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str
    deadline: float  # seconds from the call to the last byte of the answer
    last_use: bool = False  # close the connection after the answer


@dataclass(slots=True)
class _Progress:
    """How far an exchange has come, as httpcore's trace tells it."""

    limit: asyncio.Timeout
    ends_at: float  # on the loop's clock
    sent: bool = False
    answered: bool = False

    async def trace(self, name: str, _info: Mapping[str, object]) -> None:
        """From the first byte on, the deadline is the whole exchange's and no longer the connection's."""
        if name == FIRST_BYTE:
            if self.limit.expired():  # too late to begin: raising here is before the first write
                raise TimeoutError
            self.sent = True
            self.limit.reschedule(self.ends_at)


class Line:
    """Connections to one address under one TLS identity. Belongs to the loop it is first used on."""

    def __init__(self, context: ssl.SSLContext, *, connect: float, idle: float) -> None:
        """``connect``: seconds for name, TCP and TLS together; ``idle``: seconds, see ``CallLimits.idle``."""
        self._context = context
        self._connect = connect
        self._idle = idle
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def post(self, post: Post) -> Outcome:
        """Send ``post`` once. Never raises for anything the line or the other side may do."""
        import httpx  # noqa: PLC0415 - 73 ms, and the window paints first

        transport = self._transport = self._transport or self._make()
        now = asyncio.get_running_loop().time()
        limit = asyncio.timeout_at(now + min(self._connect, post.deadline))
        progress = _Progress(limit, now + post.deadline)
        try:
            async with limit:
                return await _exchange(transport, post, progress)
        except (TimeoutError, OSError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return _failed(error, progress)

    def _make(self) -> "httpx.AsyncHTTPTransport":
        import httpx  # noqa: PLC0415 - as above

        limits = httpx.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=self._idle
        )
        return httpx.AsyncHTTPTransport(verify=self._context, trust_env=False, http2=False, retries=0, limits=limits)

    async def aclose(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None


async def _exchange(transport: "httpx.AsyncHTTPTransport", post: Post, progress: _Progress) -> Outcome:
    import httpx  # noqa: PLC0415 - as above

    headers = {"Content-Type": post.content_type, "Accept-Encoding": "identity", "User-Agent": "mashou"}
    if post.last_use:
        headers["Connection"] = "close"
    request = httpx.Request(
        "POST", post.url, headers=headers, content=post.body, extensions={"trace": progress.trace, "timeout": {}}
    )
    response = await transport.handle_async_request(request)
    progress.answered = True
    try:
        if response.headers.get("content-encoding", "identity") != "identity":
            return NoAnswer("compressed although identity was asked", bytes_begun=True)
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > BODY_LIMIT:
                return NoAnswer("longer than any answer of this channel", bytes_begun=True)
        return Reply(response.status_code, dict(response.headers), bytes(body), date_ms(response.headers.get("date")))
    finally:
        await response.aclose()


def _failed(error: Exception, progress: _Progress) -> NotSent | NoAnswer:
    """The one place an exception becomes a value. Only its type is told: a text may quote what was sent."""
    verification, alert = _tls(error)
    why = type(error).__name__ if verification is None else f"certificate: {verification.verify_message}"
    if progress.sent:
        return NoAnswer(why, progress.answered, tls_refused=alert)
    dates = verification is not None and verification.verify_code in {CERT_NOT_YET_VALID, CERT_EXPIRED}
    return NotSent(why, tls_dates=dates)


def _tls(error: BaseException | None) -> tuple[ssl.SSLCertVerificationError | None, bool]:
    """The refused certificate behind ``error``, if any, and whether TLS itself failed; httpx wraps both twice."""
    alert = False
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error, True
        alert = alert or isinstance(error, ssl.SSLError)
        error = error.__cause__ or error.__context__
    return None, alert


def date_ms(header: str | None) -> int | None:
    """An HTTP ``Date`` in ms since the epoch; None where there is none or it cannot be read."""
    try:
        moment = parsedate_to_datetime(header or "")
        return None if moment.tzinfo is None else int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def now_mono() -> float:
    """Monotonic seconds, as ``Contact.at_mono`` carries them."""
    return time.monotonic()
