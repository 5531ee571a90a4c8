"""A listener on this computer's loopback: one small HTTP/1.1 request per connection, read within bounds.

Who may ask and what is answered is for those who serve. Here stand the socket, how many may be there at once, and that
nobody is left behind when it closes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import h11

HOST: Final = "127.0.0.1"
READ: Final = 4_096  # bytes at a time

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Listener:
    """Hands each connection to ``serve`` until ``aclose``. Beyond ``guests_most`` at a time it hangs up at once.

    ``serve`` may raise OSError, TimeoutError or h11.ProtocolError: the caller went, or spoke no HTTP.
    """

    def __init__(self, serve: Serve, *, guests_most: int, head_most: int, log: logging.Logger) -> None:
        self._serve, self._guests_most, self._head_most, self._log = serve, guests_most, head_most, log
        self._server: asyncio.Server | None = None
        self._guests: set[asyncio.Task[None]] = set()

    async def open(self, port: int) -> int:
        """Listen on ``port`` (0: any) of this computer; the port. Raises OSError."""
        self._server = await asyncio.start_server(self._arrived, HOST, port, limit=self._head_most)
        return int(self._server.sockets[0].getsockname()[1])

    async def aclose(self) -> None:
        if self._server is not None:
            self._server.close()
        guests = tuple(self._guests)
        for guest in guests:
            guest.cancel()
        await asyncio.gather(*guests, return_exceptions=True)

    def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A plain callback: a guest counts, and can be sent away, from the moment of its arrival."""
        if len(self._guests) >= self._guests_most:
            writer.close()
            return
        guest = asyncio.get_running_loop().create_task(self._attend(reader, writer))
        self._guests.add(guest)
        guest.add_done_callback(self._guests.discard)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (OSError, TimeoutError, h11.ProtocolError) as error:
            self._log.debug("a caller went away: %s", type(error).__name__)
        finally:
            writer.close()


async def next_event(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    """h11's next event of what arrives. Raises h11.RemoteProtocolError."""
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(READ))
    return event


async def whole_body(connection: h11.Connection, reader: asyncio.StreamReader, most: int) -> bytes | None:
    """The body of the request whose head was read; None where it is longer than ``most`` bytes."""
    body = bytearray()
    while isinstance(event := await next_event(connection, reader), h11.Data):
        body += event.data
        if len(body) > most:
            return None
    return bytes(body)
