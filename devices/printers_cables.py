"""The cables a printer hangs on: network, serial, a device file or plain file, the system's own queue.

USB itself is ``devices.printers_usb``; on Linux a device file such as ``/dev/usb/lp0`` leads to a USB printer as well.

Each call has its limit (``devices.printers``); nothing here waits without one.
"""

import contextlib
import os
import re
import select
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from devices.printers import (
    CONNECT_SECONDS,
    SLICE_SECONDS,
    SLIP_SECONDS,
    STALL_SECONDS,
    Cable,
    PrinterError,
)
from devices.printers_usb import UsbCable

PORT: Final = 9100  # raw printing (RFC 1179 was never for these); every network receipt printer listens there
SERIAL_PIECE: Final = 64  # bytes a write to a serial line takes at once, so that a stop is noticed between two
SYSTEM_SECONDS: Final = 10.0  # the system's queue takes a slip at once or not at all
_USB: Final = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")
_SYSTEM_NAME: Final = re.compile(r"[^\s/#'\"-][^\s/#'\"]{0,126}")  # CUPS' own rule; never an option of lp


def cable_to(connection: str, address: str, baud: int) -> Cable:
    """The cable of a setting. ``connection`` is network, serial, file, usb or system.

    Raises PrinterError for an address that is none of its kind.
    """
    match connection:
        case "network":
            host, _, port = address.rpartition(":") if re.search(r":\d+$", address) else (address, "", str(PORT))
            if not host or not 0 < int(port) < 65_536:
                raise PrinterError("no host and port")
            return NetworkCable(host.strip("[]"), int(port))
        case "serial":
            return SerialCable(address, baud)
        case "file":
            return FileCable(address)
        case "usb":
            if not address:
                return UsbCable(None)
            if not (found := _USB.fullmatch(address)):
                raise PrinterError("no vendor and product number like 04b8:0e15")
            return UsbCable((int(found[1], 16), int(found[2], 16)))
        case "system":
            if not _SYSTEM_NAME.fullmatch(address):
                raise PrinterError("no name of a system printer")
            return SystemCable(address)
    raise PrinterError("no such connection")


class NetworkCable:
    """Raw TCP. One connection per slip: a printer serves one at a time, and the shop may have other tills."""

    answers: Final = True

    def __init__(self, host: str, port: int = PORT) -> None:
        self._place = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        try:
            self._socket = socket.create_connection(self._place, timeout=CONNECT_SECONDS)
            self._socket.setblocking(False)
        except OSError as error:
            self.close()
            raise PrinterError(f"cannot connect: {error}") from error

    def write(self, data: bytes, halt: Callable[[], None]) -> None:
        line = self._line()
        _pour(line, line.send, data, halt)

    def read(self, seconds: float) -> bytes:
        line = self._line()
        return _sip(line, lambda: line.recv(64), seconds)

    def close(self) -> None:
        line, self._socket = self._socket, None
        if line is not None:
            line.close()

    def _line(self) -> socket.socket:
        assert self._socket is not None, "open comes first"
        return self._socket


class FileCable:
    """A device file such as ``/dev/usb/lp0``, read as well where it can be; a plain file grows by each slip."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle = -1
        self.answers = False

    def open(self) -> None:
        try:
            self._handle, self.answers = _open_file(self._path)
        except (OSError, ValueError) as error:
            raise PrinterError(f"cannot open: {error}") from error

    def write(self, data: bytes, halt: Callable[[], None]) -> None:
        if sys.platform == "win32":  # there a file cannot be asked whether it is ready
            try:
                os.write(self._handle, data)
            except OSError as error:
                raise PrinterError(f"the file takes nothing: {error}") from error
            return
        _pour(self._handle, lambda piece: os.write(self._handle, piece), data, halt)

    def read(self, seconds: float) -> bytes:
        return _sip(self._handle, lambda: os.read(self._handle, 64), seconds)

    def close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            with contextlib.suppress(OSError):
                os.close(handle)


class SerialCable:
    """A serial line or any pyserial URL."""

    answers: Final = True

    def __init__(self, url: str, baud: int) -> None:
        self._url, self._baud = url, baud
        self._port: Any = None

    def open(self) -> None:
        import serial  # noqa: PLC0415 - loaded in the printer's thread, after the first paint

        try:
            self._port = serial.serial_for_url(
                self._url, baudrate=self._baud, timeout=SLICE_SECONDS, write_timeout=STALL_SECONDS, exclusive=True
            )
        except _serial_errors() as error:
            raise PrinterError(f"cannot open: {error}") from error

    def write(self, data: bytes, halt: Callable[[], None]) -> None:
        until = time.monotonic() + SLIP_SECONDS
        try:
            for at in range(0, len(data), SERIAL_PIECE):
                halt()
                if time.monotonic() > until:
                    raise PrinterError("too slow")
                self._port.write(data[at : at + SERIAL_PIECE])
        except _serial_errors() as error:
            raise PrinterError(f"the line takes nothing: {error}") from error

    def read(self, seconds: float) -> bytes:
        try:
            self._port.timeout = seconds
            first: bytes = self._port.read(1)
            return first + bytes(self._port.read(self._port.in_waiting)) if first else b""
        except _serial_errors() as error:
            raise PrinterError(f"the line has gone: {error}") from error

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_serial_errors()):
                port.reset_output_buffer()  # else closing waits for a line that takes nothing
            with contextlib.suppress(*_serial_errors()):
                port.close()


class SystemCable:
    """The system's own queue, raw: CUPS' ``lp``. It takes the slip or not; what becomes of it is its own affair."""

    answers: Final = False

    def __init__(self, name: str) -> None:
        self._name = name

    def open(self) -> None:
        """Nothing to open."""

    def write(self, data: bytes, halt: Callable[[], None]) -> None:
        halt()
        command = ["lp", "-s", "-d", self._name, "-o", "raw"]
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=SYSTEM_SECONDS, check=False)  # noqa: S603 - a fixed program, the name checked
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrinterError(f"the system's queue is not there: {error}") from error
        if done.returncode:
            raise PrinterError(f"the system's queue refused it: {done.stderr[:200].decode(errors='replace').strip()}")

    def read(self, seconds: float) -> bytes:  # noqa: ARG002 - a queue has no voice
        return b""

    def close(self) -> None:
        """Nothing to close."""


Line = socket.socket | int


def _pour(line: Line, send: Callable[[memoryview], int], data: bytes, halt: Callable[[], None]) -> None:
    """All of ``data`` into a descriptor that does not block; it may take its time, but never stand still."""
    left = memoryview(data)
    began = moved = time.monotonic()
    while left:
        halt()
        try:
            if select.select([], [line], [], SLICE_SECONDS)[1]:
                left = left[send(left) :]
                moved = time.monotonic()
        except BlockingIOError:
            pass
        except (OSError, ValueError) as error:
            raise PrinterError(f"the line broke: {error}") from error
        now = time.monotonic()
        if left and (now - moved > STALL_SECONDS or now - began > SLIP_SECONDS):
            raise PrinterError("it takes nothing" if now - moved > STALL_SECONDS else "too slow")


def _sip(line: Line, receive: Callable[[], bytes], seconds: float) -> bytes:
    try:
        if not select.select([line], [], [], seconds)[0]:
            return b""
        data = receive()
    except BlockingIOError:
        return b""
    except (OSError, ValueError) as error:
        raise PrinterError(f"the line broke: {error}") from error
    if not data:
        raise PrinterError("the printer closed the line")
    return data


def _open_file(path: str) -> tuple[int, bool]:
    """A handle that does not block, and whether what it leads to can answer."""
    flags = os.O_APPEND | os.O_CREAT | (os.O_NONBLOCK | os.O_NOCTTY if sys.platform != "win32" else 0)
    try:
        device = not stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - one system call, and handles need no Path
    except FileNotFoundError:
        device = False
    if not device:
        return os.open(path, flags | os.O_WRONLY, 0o600), False
    flags &= ~(os.O_CREAT | os.O_APPEND)
    try:
        return os.open(path, flags | os.O_RDWR), True
    except PermissionError:
        return os.open(path, flags | os.O_WRONLY), False


def _serial_errors() -> tuple[type[Exception], ...]:
    """As ``devices.serial_scanner.PORT_ERRORS``: SerialException is an OSError, a lost tty raises termios.error."""
    from devices.serial_scanner import PORT_ERRORS  # noqa: PLC0415 - beside pyserial, when a line is first wanted

    return PORT_ERRORS
