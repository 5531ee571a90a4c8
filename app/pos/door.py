"""The door of the interface: HTTP/1.1 on this computer's loopback, one small request per connection, soon over.

What is read is bounded in bytes and in seconds before anybody's word is looked at; only the wait for a change, which a
caller asks for, may last, and it ends when the caller goes.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable
from typing import Any, Final

import h11

from app import words
from app.loopback import READ, Listener, next_event, whole_body
from app.pos.charge import plain
from app.pos.charges import Busy, Charges
from app.pos.gate import Route, known, route, stranger
from app.pos.pace import Pace
from app.pos.wishes import BODY_MOST, Turned

ARRIVE_SECONDS: Final = 5.0  # a request from beside us takes moments
LEAVE_SECONDS: Final = 5.0  # for a caller that does not read its answer
GUESTS_MOST: Final = 16  # connections at a time
WAITERS_MOST: Final = 4  # of them, those that wait for a change; more are answered at once
RATE: Final = (20.0, 40.0)  # requests a second with the token, and at once
STRANGERS: Final = (1.0, 10.0)  # without it: apart, so that they cost the shop's own program nothing
_HEAD_MOST: Final = 16_384  # bytes

_log: Final = logging.getLogger("mashou.pos")
Reply = tuple[int, dict[str, Any]]


class Door:
    """Serves ``charges`` to whoever has the token, until ``aclose``."""

    def __init__(
        self, charges: Charges, token_hash: str, *, training: bool, mono: Callable[[], float] = time.monotonic
    ) -> None:
        self._charges, self._token_hash, self._training, self._mono = charges, token_hash, training, mono
        self._listener = Listener(self._serve, guests_most=GUESTS_MOST, head_most=_HEAD_MOST, log=_log)
        self._rate, self._strangers = Pace(*RATE), Pace(*STRANGERS)
        self._waiting = self.port = 0

    async def open(self, port: int) -> int:
        """Listen on ``port`` (0: any) of this computer; the port. Raises OSError."""
        self.port = await self._listener.open(port)
        return self.port

    async def aclose(self) -> None:
        await self._listener.aclose()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_MOST)
        try:
            async with asyncio.timeout(ARRIVE_SECONDS):
                asked = await self._read(connection, reader)
        except h11.RemoteProtocolError:
            asked = Turned(400, "pos.http")
        if asked is None:
            return
        reply = _turned(asked) if isinstance(asked, Turned) else await self._answer(*asked, reader)
        if reply is not None:
            async with asyncio.timeout(LEAVE_SECONDS):
                writer.write(_written(connection, reply))
                writer.write_eof()
                await _gone(reader)  # closing over unread bytes would tear the answer off on its way

    async def _read(
        self, connection: h11.Connection, reader: asyncio.StreamReader
    ) -> tuple[Route, bytes] | Turned | None:
        """The request, or why it is turned away; None where nothing came. The head is judged before a body is read."""
        request = await next_event(connection, reader)
        if not isinstance(request, h11.Request):
            return None
        no = stranger(request, self.port)
        if no is not None or not known(request, self._token_hash):
            if not self._strangers.takes(self._mono()):
                return None
            _log.info("turned away: %s", no.key if no is not None else "pos.token")
            return no or Turned(401, "pos.token")
        if not self._rate.takes(self._mono()):
            return Turned(429, "pos.often")
        where = route(request)
        if isinstance(where, Turned):
            return where
        body = await whole_body(connection, reader, BODY_MOST)
        return Turned(413, "pos.big") if body is None else (where, body)

    async def _answer(self, where: Route, body: bytes, reader: asyncio.StreamReader) -> Reply | None:
        """None where the caller has gone meanwhile."""
        match where.act:
            case "status":
                return 200, {"ready": self._charges.is_ready, "training": self._training}
            case "ask":
                return self._ask(body)
            case "stop":
                charge = self._charges.stop(where.request_id)
            case _:
                gone, charge = await self._look(where, reader)
                if gone:
                    return None
        return _turned(Turned(404, "pos.unknown")) if charge is None else (200, plain(charge, training=self._training))

    def _ask(self, body: bytes) -> Reply:
        try:
            asked = self._charges.ask(body)
        except Busy as busy:
            status, told = _turned(Turned(409, "pos.busy"))
            charge = busy.charge
            return status, told | {"charge": None if charge is None else plain(charge, training=self._training)}
        if isinstance(asked, Turned):
            return _turned(asked)
        charge, new = asked
        return 201 if new else 200, plain(charge, training=self._training)

    async def _look(self, where: Route, reader: asyncio.StreamReader) -> tuple[bool, Any]:
        if where.wait == 0 or self._waiting >= WAITERS_MOST:
            return False, self._charges.look(where.request_id)
        self._waiting += 1
        change = asyncio.ensure_future(self._charges.changed(where.request_id, where.seen, where.wait))
        leaving = asyncio.ensure_future(_gone(reader))
        try:
            await asyncio.wait({change, leaving}, return_when=asyncio.FIRST_COMPLETED)
            return (False, change.result()) if change.done() else (True, None)
        finally:
            self._waiting -= 1
            for task in (change, leaving):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, OSError):
                    await task


async def _gone(reader: asyncio.StreamReader) -> None:
    """Return when the caller closes; what it sends after its request is thrown away, a second request included."""
    while await reader.read(READ):
        pass


def _turned(no: Turned) -> Reply:
    return no.status, {"error": no.key, "say": {language: words.say(no.key, language) for language in words.LANGUAGES}}


def _written(connection: h11.Connection, reply: Reply) -> bytes:
    status, told = reply
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = [
        ("Connection", "close"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    if status == 429:
        headers.append(("Retry-After", "1"))
    parts = (
        connection.send(h11.Response(status_code=status, headers=headers)),
        connection.send(h11.Data(data=body)),
        connection.send(h11.EndOfMessage()),
    )
    return b"".join(part for part in parts if part)
