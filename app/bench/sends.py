"""Stamps the moment a request's bytes are handed to the socket, for every TLS connection of a loop alike.

``write`` on asyncio's TLS transport encrypts and calls ``send`` on the socket before it returns, as long as the socket
takes it; the stamp is taken on its return. So till and bare script are measured at the same point, from outside.
"""

import asyncio
import time
from typing import Any


class Sends:
    """``at``: ``time.perf_counter`` of the first write since ``expect`` that holds the mark; ``wire``: its bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.at: float | None = None
        self.wire = b""
        self._mark = b""
        self._create = loop.create_connection
        loop.create_connection = self._connected  # type: ignore[method-assign,assignment]  # the loop's one public way to a socket

    def expect(self, mark: bytes) -> None:
        self._mark, self.at = mark, None

    async def _connected(self, *arguments: Any, **named: Any) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        transport, protocol = await self._create(*arguments, **named)
        if named.get("ssl"):
            self._listen(transport)
        return transport, protocol

    def _listen(self, transport: asyncio.Transport) -> None:
        plain = transport.write

        def write(data: bytes) -> None:
            plain(data)
            at = time.perf_counter()
            if self.at is None and self._mark in data:
                self.at, self.wire = at, data

        transport.write = write  # type: ignore[method-assign,assignment]  # this one object, so that its owner's writes are seen
