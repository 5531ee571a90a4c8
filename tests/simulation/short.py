"""The short way: in place of ``app.channels.http.Line``, without TCP, TLS, httpx and h11.

What a room builds goes out as it is, and what the channel said comes back as the shipping client would have read it:
the wire code of the rooms runs, the client under it does not. Most seeds go this way; the others go by ``wires``.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from simulation import keys
from simulation.road import Road

from app.channels.outcome import BODY_LIMIT, NoAnswer, NotSent, Outcome, Post
from app.channels.outcome import Reply as Answer
from app.sim.exchange import Reply, Request

_REFUSALS = {
    "refused": NotSent("ConnectionRefusedError"),
    "no-name": NotSent("gaierror"),
    "no-route": NotSent("OSError"),
    "bad-certificate": NotSent("certificate: self-signed certificate"),
}
_HANGS = NotSent("TimeoutError")
_OVERTIME = NoAnswer("TimeoutError", bytes_begun=False)
PIECES = 8


class Letter:
    """One request of the short way."""

    __slots__ = ("alive", "ending", "loop", "world")

    def __init__(self, road: Road, loop: Any) -> None:
        self.alive = road.watch.living()
        self.world = road.world
        self.loop = loop
        self.ending: asyncio.Future[Outcome] = loop.create_future()

    def end(self, outcome: Outcome) -> None:
        """The first that comes is the end of it; the program hears of it in its next turn."""
        if self.alive() and not self.ending.done():
            self.ending.set_result(outcome)

    def whole(self, reply: Reply, date: float) -> None:
        self.end(read(reply, date))

    def again(self, reply: Reply, date: float) -> None:
        pass  # the connection is spoilt, and it is not used again

    def lost(self, *, reset: bool) -> None:
        self.end(NoAnswer("ConnectionResetError" if reset else "closed", bytes_begun=False))

    def torn(self, reply: Reply, date: float) -> None:
        self.end(NoAnswer("closed", bytes_begun=True))

    def dripped(self, reply: Reply, date: float, pause: float) -> None:
        self.world.at(pause * (len(reply.body) + 200), lambda: self.whole(reply, date))


def read(reply: Reply, date: float) -> Outcome:
    """As the shipping client reads it (``app.channels.connection``)."""
    headers = {name.lower(): value for name, value in reply.headers if name.lower() != "location"}
    if "content-encoding" in headers:
        return NoAnswer("compressed although identity was asked", bytes_begun=True)
    if len(reply.body) > BODY_LIMIT:
        return NoAnswer("longer than any answer of this channel", bytes_begun=True)
    headers["content-type"] = reply.content_type
    return Answer(reply.status, headers, reply.body, int(date) * 1000)


class ShortLine:
    """One address under one identity, as ``app.channels.http.Line``."""

    def __init__(self, road: Road, url: str, context: Any, *, connect: float, idle: float) -> None:
        parts = urlsplit(url)
        self._host = parts.netloc
        self._road = road
        self._channel = keys.HOSTS.get(parts.hostname or "", None)
        self._connect = connect
        self._idle = idle
        self._certificate = keys.MCH_ID if context.certified else None
        self._free: list[tuple[float, bool]] = []  # when each idle connection was last used, and whether it is spent
        self._closed = False

    async def post(self, post: Post) -> Outcome:
        if self._closed:
            return NotSent("closed")
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + post.deadline
        if not self._has_one(loop.time(), unspent=post.once or post.warms):
            refusal = await self._open(min(self._connect, post.deadline))
            if refusal is not None:
                return refusal
        letter = Letter(self._road, loop)
        self._road.carry(letter, self._channel, self._request(post))
        cut = loop.call_at(ends_at, letter.end, _OVERTIME)
        try:
            outcome = await letter.ending
        finally:
            cut.cancel()
        if isinstance(outcome, Answer):
            self._free.append((loop.time(), post.once))
        return outcome

    def _has_one(self, now: float, *, unspent: bool) -> bool:
        self._free = [one for one in self._free if now - one[0] < self._idle]
        for i in reversed(range(len(self._free))):
            if not (unspent and self._free[i][1]):
                del self._free[i]
                return True
        return False

    async def _open(self, limit: float) -> NotSent | None:
        struck = self._road.struck(self._channel)
        if struck == "hangs":
            await asyncio.sleep(limit)
            return _HANGS
        if struck is not None or self._road.world.dice.troubles(str(self._road.watch.at_counter)):
            await asyncio.sleep(self._road.world.dice.draw(0.01, 0.08, "handshake", self._channel))
        return _REFUSALS[struck] if struck is not None else None

    def _request(self, post: Post) -> Request:
        path, _, query = post.target.partition("?")
        fields = {"host": self._host, "accept-encoding": "identity", "user-agent": "mashou"}
        if post.content_type:
            fields["content-type"] = post.content_type
        for name, value in post.headers:
            fields[name.lower()] = value
        return Request(post.method, path, query, fields, post.body, self._certificate)

    async def aclose(self) -> None:
        self._closed = True
