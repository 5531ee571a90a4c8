"""A client of the control door, for the commands and the practice phone: plain asyncio streams and h11."""

import asyncio
import json
from typing import Any, Final

import h11

from app.sim.client_file import Control, NoSimulatorError

LIMIT_S: Final = 5.0  # a loopback question that is not answered by then has nobody behind it
_READ: Final = 65_536


class AskedWrongError(ValueError):
    """The simulator did not take what was asked; the text is its sentence."""


async def ask(control: Control, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One question to the control door. NoSimulatorError where nobody answers, AskedWrongError where it says no."""
    try:
        async with asyncio.timeout(LIMIT_S):
            status, answer = await _exchange(control, method, path, json.dumps({} if body is None else body).encode())
    except (OSError, TimeoutError, h11.RemoteProtocolError, ValueError, TypeError):
        raise NoSimulatorError(f"the simulator on control port {control.port} does not answer") from None
    if status == 200:
        return answer
    raise AskedWrongError(str(answer.get("error", f"status {status}")))


async def _exchange(control: Control, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", control.port)
    try:
        connection = h11.Connection(h11.CLIENT)
        headers = [
            ("Host", "127.0.0.1"),
            ("Authorization", f"Bearer {control.token}"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        events = (h11.Request(method=method, target=path, headers=headers), h11.Data(data=body), h11.EndOfMessage())
        writer.write(b"".join(connection.send(event) or b"" for event in events))
        return await _answer(connection, reader)
    finally:
        writer.close()


async def _answer(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    status, data = 0, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            data += event.data
        else:
            break
    return status, dict(json.loads(data)) if status in (200, 400, 403) else {}
