"""The running simulator: one HTTPS door for the channels, one control door, on 127.0.0.1 only."""

import asyncio
import os
import random
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from app.core.channel import Channel
from app.sim import client_file, keys, lock
from app.sim.book import Customer
from app.sim.client_file import Control
from app.sim.control import ControlDoor
from app.sim.desk import Desk
from app.sim.exchange import Request
from app.sim.http import Delivery, Doorman
from app.sim.ledger import NAME, Ledger, LedgerError

HOST: Final = "127.0.0.1"
HANDSHAKE_S: Final = 10.0
_LOCK_FILE: Final = "sim.lock"


class PortTakenError(Exception):
    """The wanted port is in use; the text is one sentence."""


CANNOT_SERVE: Final = (lock.FolderBusyError, PortTakenError, keys.KeysError, LedgerError, OSError)


class WallClock:
    """Seconds since the epoch that never jump: the wall once, then the monotonic clock."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def __call__(self) -> float:
        return self._offset + time.monotonic()


class Simulator:
    """Made by ``serving``. ``client`` is the content of ``client.json``."""

    def __init__(self, desk: Desk, tls: ssl.SSLContext, port: int, clock: Callable[[], float]) -> None:
        self.desk = desk
        self.port = port
        self.client: dict[str, Any] = {}
        self.control = Control(0, "")
        self._tls = tls
        self._clock = clock
        self._doorman = Doorman(self._handle, clock)
        self._server: asyncio.Server | None = None
        self._late: list[asyncio.TimerHandle] = []

    def issue(self, channel: Channel, customer: Customer) -> str:
        """A fresh payment code, as ``mashou sim code`` prints it."""
        now = self._clock()
        code = self.desk.bank.vault.issue(channel, customer, now)
        self.desk.write_down(now)
        return code

    @property
    def line_is_up(self) -> bool:
        return self._server is not None

    async def set_line(self, up: bool) -> None:
        """Down: new connections are refused, open ones cut. Up again on the same port; OSError where it is gone."""
        if up and self._server is None:
            self._server = await asyncio.start_server(
                self._attend, HOST, self.port, ssl=self._tls, ssl_handshake_timeout=HANDSHAKE_S
            )
            self.port = self._server.sockets[0].getsockname()[1]
        elif not up and self._server is not None:
            self._server.close()
            self._server = None
            self._doorman.cut()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.line_is_up:
            await self._doorman.attend(reader, writer)
        else:  # the line went down during the handshake
            writer.transport.abort()

    async def _handle(self, request: Request) -> Delivery:
        answered = self.desk.answer(request, self._clock())
        if answered.late is not None and answered.carry_out is not None:
            carry_out, loop = answered.carry_out, asyncio.get_running_loop()
            self._late.append(loop.call_later(answered.late, lambda: carry_out(self._clock())))
        if answered.delay:
            await asyncio.sleep(answered.delay)
        return answered.delivery

    async def close(self) -> None:
        """End every connection. Late requests still on their way are lost with the line."""
        await self.set_line(up=False)
        for handle in self._late:
            handle.cancel()
        await self._doorman.close()


@asynccontextmanager
async def serving(
    folder: Path, port: int | None = None, pace: float = 1.0, clock: Callable[[], float] | None = None
) -> AsyncIterator[Simulator]:
    """A simulator that listens, with ``client.json`` and ``control.json`` written; it ends with the block.

    ``port`` None: the port of the last run in ``folder`` where it is free, else any. ``clock`` gives channel time in
    seconds since the epoch (the computer's by default); what the line does is timed by the loop.
    Raises one of ``CANNOT_SERVE``.
    """
    folder = _ready_folder(folder)
    chance = random.SystemRandom()
    clock = clock or WallClock()
    async with AsyncExitStack() as stack:
        stack.enter_context(lock.hold(folder / _LOCK_FILE))
        kept = keys.load_or_make(folder, clock(), chance)
        ledger = Ledger(folder / NAME)
        stack.callback(ledger.close)
        desk = Desk(kept, ledger, pace, chance)
        simulator = Simulator(desk, _tls(kept), client_file.last_port(folder) if port is None else port, clock)
        stack.push_async_callback(simulator.close)
        await _listen(simulator, wanted=port)
        token = secrets.token_hex(16)
        door = ControlDoor(desk, token, clock, simulator.set_line, lambda: simulator.line_is_up)
        control_port = await _open_control(stack, Doorman(door.handle, clock))
        simulator.control = Control(control_port, token, os.getpid())
        simulator.client = client_file.client_record(kept, simulator.port, pace)
        client_file.write(folder, simulator.client, simulator.control)
        yield simulator


def _ready_folder(folder: Path) -> Path:
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


async def _listen(simulator: Simulator, wanted: int | None) -> None:
    try:
        await simulator.set_line(up=True)
    except OSError as error:
        if wanted is not None:
            raise PortTakenError(f"port {wanted} cannot be used ({error.strerror or error})") from None
        simulator.port = 0
        await simulator.set_line(up=True)


async def _open_control(stack: AsyncExitStack, doorman: Doorman) -> int:
    server = await asyncio.start_server(doorman.attend, HOST, 0)
    stack.push_async_callback(doorman.close)
    stack.callback(server.close)
    return int(server.sockets[0].getsockname()[1])


def _tls(kept: keys.Keys) -> ssl.SSLContext:
    """Client certificates are optional at the handshake; WeChat's /secapi/ asks for one afterwards."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(kept.file("server"), kept.file("server_key"))
    context.load_verify_locations(kept.file("ca"))
    context.verify_mode = ssl.CERT_OPTIONAL
    return context
