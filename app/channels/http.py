"""The client of every call to a channel: httpx, over a transport of ours, with nothing left to its defaults.

A request carries the five headers named here, those its post names and no others, and httpx adds, follows, keeps,
retries or unpacks nothing: no proxy or certificate from the environment, no redirect, cookie, time limit or decoding.
"""

import logging
import ssl
from typing import Final
from urllib.parse import urlsplit

import httpx

from app.channels.connection import check
from app.channels.outcome import NoAnswer, NotSent, Outcome, Post, Reply, date_ms
from app.channels.transport import NotBegun, Transport, Unanswered, extensions

HTTPS: Final = 443

# httpx logs a line of its own for each request; the room's line says more, and says it once.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Line:
    """One address under one TLS identity. Belongs to the loop it is first used on."""

    def __init__(self, url: str, context: ssl.SSLContext, *, connect: float, idle: float) -> None:
        """``connect``: seconds for name, TCP and TLS together; ``idle``: seconds, see ``CallLimits.idle``.

        Raises ValueError with a sentence when no request could ever be written to ``url``.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or HTTPS
            host_header = parts.netloc.rpartition("@")[2]
            check(parts.path or "/", host_header)
            self._url = httpx.URL(scheme="https", host=host, port=port, path="/")
        except (ValueError, httpx.InvalidURL):
            raise ValueError("the address cannot be used") from None
        self._headers = httpx.Headers({"Host": host_header, "Accept-Encoding": "identity", "User-Agent": "mashou"})
        self._kept = {"": self._headers}
        self._client = httpx.AsyncClient(
            transport=Transport(host, port, context, connect=connect, idle=idle),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None),  # a post's own deadline is the only one
        )

    async def post(self, post: Post) -> Outcome:
        """Send ``post`` once. Never raises for anything the line or the other side may do."""
        if self._client.is_closed:
            return NotSent("closed")
        try:
            response = await self._client.send(self._request(post), stream=True, auth=None)
            body = b"".join([part async for part in response.aiter_raw()])
        except httpx.HTTPError as error:
            return _outcome(error)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers.raw}
        return Reply(response.status_code, headers, body, date_ms(headers.get("date")))

    def _request(self, post: Post) -> httpx.Request:
        """Built here and not by the client, which would merge headers and cookies of its own into it.

        Headers are kept made, by content type: this stands between a scan and its first byte.
        """
        headers = self._kept.get(post.content_type)
        if headers is None:
            headers = self._kept[post.content_type] = self._headers.copy()
            headers["Content-Type"] = post.content_type
        if post.headers:
            headers = headers.copy()
            headers.update(post.headers)
        body = httpx.ByteStream(post.body)
        return httpx.Request(post.method, self._url, headers=headers, stream=body, extensions=extensions(post))

    async def aclose(self) -> None:
        """Drop every connection, those with a call on them included."""
        await self._client.aclose()


def _outcome(error: httpx.HTTPError) -> NotSent | NoAnswer:
    """What an error of httpx means. Only the transport can prove that nothing was sent; any other error proves none."""
    match error:
        case NotBegun(outcome=outcome) | Unanswered(outcome=outcome):
            return outcome
        case _:
            return NoAnswer(type(error).__name__, bytes_begun=False)
