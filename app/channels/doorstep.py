"""A small local door for notifications, meant to stand behind the shop's own relay. Nothing opens it by itself.

It listens on this computer only. A request is ``POST /<channel>`` with the channel's own headers and body; whether it
is the channel's is for the room to say, since anybody can knock. One request per connection, small, and soon over.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

import h11

from app.channels.books import NoticeReply
from app.loopback import Listener, next_event, whole_body

BODY_MOST: Final = 65_536  # bytes; the longest documented notification has some 3,000
REQUEST_SECONDS: Final = 10.0  # from the connection to the answer's last byte: a relay beside us takes moments
GUESTS_MOST: Final = 32  # connections at a time
_HEAD_MOST: Final = 16_384
_PLAIN: Final = "text/plain; charset=utf-8"

# (channel, headers in lower case, body) -> the answer; None where no such channel is set up.
Answer = Callable[[str, Mapping[str, str], bytes], NoticeReply | None]

_log: Final = logging.getLogger("mashou.notices")


class Doorstep:
    """Serves until ``aclose``. ``answer`` returns once the notification is durable; it may touch the disk."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._listener = Listener(self._attend, guests_most=GUESTS_MOST, head_most=_HEAD_MOST, log=_log)

    async def open(self, port: int) -> int:
        """Listen on ``port`` (0: any) of this computer; the port. Raises OSError."""
        return await self._listener.open(port)

    async def aclose(self) -> None:
        await self._listener.aclose()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(REQUEST_SECONDS):
            await self._serve(reader, writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_MOST)
        request = await next_event(connection, reader)
        if not isinstance(request, h11.Request):
            return
        reply = _refusal(request)
        if reply is None:
            body = await whole_body(connection, reader, BODY_MOST)
            if body is None:
                reply = NoticeReply(413, _PLAIN, b"")
            else:
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
                reply = self._answer(_path(request)[1:], headers, body) or NoticeReply(404, _PLAIN, b"")
        writer.write(_written(connection, reply))
        await writer.drain()


def _path(request: h11.Request) -> str:
    return request.target.decode("ascii", "replace").partition("?")[0]


def _refusal(request: h11.Request) -> NoticeReply | None:
    return None if request.method == b"POST" else NoticeReply(405, _PLAIN, b"")


def _written(connection: h11.Connection, reply: NoticeReply) -> bytes:
    headers = [("Connection", "close")]
    if reply.body:
        headers.append(("Content-Type", reply.content_type))
    if reply.status != 204:  # which has no body, and may not speak of one (RFC 9110 §8.6)
        headers.append(("Content-Length", str(len(reply.body))))
    parts = (
        connection.send(h11.Response(status_code=reply.status, headers=headers)),
        connection.send(h11.Data(data=reply.body)) if reply.body else b"",
        connection.send(h11.EndOfMessage()),
    )
    return b"".join(part for part in parts if part)
