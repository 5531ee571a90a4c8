"""A printer by USB itself, through pyusb and the system's libusb.

python-escpos makes the bytes; the way to the printer is ours. Its own USB class drops the count of a write, so that a
slip could end midway without a word, supposes that every printer has the endpoints 0x82 and 0x01, and logs a refused
access as an error while it goes on.
"""

import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from devices.printers import SLICE_SECONDS, SLIP_SECONDS, STALL_SECONDS, PrinterError, PrinterState

PIECE: Final = 1024  # bytes a write takes at once: a printer that stands is noticed between two
PRINTER_CLASS: Final = 7  # USB Device Class Definition for Printing Devices 1.1, 4.2.1
ANSWERS_TOO: Final = 2  # the same, 4.2.1: the protocol of an interface with a way back
_BULK: Final = 2  # USB 2.0, table 9-13: bmAttributes' two lowest bits
_IN: Final = 0x80  # the same: bEndpointAddress' highest bit
_STATES: Final = {
    errno.EACCES: PrinterState.ACCESS,
    errno.EPERM: PrinterState.ACCESS,
    errno.EBUSY: PrinterState.BUSY,
    errno.ENOSYS: PrinterState.LIBRARY,
}

UsbId = tuple[int, int]  # vendor, product


def usb_printers() -> list[str]:
    """Every printer that is plugged in, as the setting names one: ``04b8:0e15``. Raises PrinterError for no libusb."""
    with _faults("cannot look"):
        return sorted(f"{one.idVendor:04x}:{one.idProduct:04x}" for one in _plugged(None))


class UsbCable:
    """By vendor and product, or without them the only printer that is plugged in."""

    def __init__(self, wanted: UsbId | None) -> None:
        self._wanted = wanted
        self._device: Any = None
        self._face: Any = None  # the interface that is held
        self._out: Any = None
        self._in: Any = None
        self._had_driver = False

    @property
    def answers(self) -> bool:
        return self._in is not None

    def open(self) -> None:
        """Take it from the system's own driver, until ``close``. What already went wrong leaves nothing held."""
        try:
            with _faults("cannot open"):
                self._device = _only(list(_plugged(self._wanted)), self._wanted)
                self._hold()
        except PrinterError:
            self.close()
            raise

    def write(self, data: bytes, halt: Callable[[], None]) -> None:
        left = memoryview(data)
        began = moved = time.monotonic()
        while left:
            halt()
            with _faults("it takes nothing"):
                taken = self._moved(self._out, self._out.write, bytes(left[:PIECE]), SLICE_SECONDS) or 0
            now = time.monotonic()
            if taken:
                left, moved = left[taken:], now
            if left and (now - moved > STALL_SECONDS or now - began > SLIP_SECONDS):
                raise PrinterError("it takes nothing" if now - moved > STALL_SECONDS else "too slow")

    def read(self, seconds: float) -> bytes:
        with _faults("it has gone"):  # whole packets: a read of less than one that comes is an error of its own
            return bytes(self._moved(self._in, self._in.read, self._in.wMaxPacketSize, seconds) or b"")

    def close(self) -> None:
        """The system's own driver has it again, so that other programs can print between two slips."""
        device, self._device = self._device, None
        if device is None:
            return
        util = _core().util
        with contextlib.suppress(OSError, NotImplementedError):
            if self._had_driver:
                util.release_interface(device, self._face)
                device.attach_kernel_driver(self._face.bInterfaceNumber)
        with contextlib.suppress(OSError, NotImplementedError):
            util.dispose_resources(device)
        self._face = self._out = self._in = None
        self._had_driver = False

    def _moved(self, end: Any, transfer: Callable[[Any, int], Any], what: Any, seconds: float) -> Any:
        """What ``transfer`` gave; None where nothing moved in ``seconds``. A halted end is freed for the next try."""
        core = _core()
        try:
            return transfer(what, max(1, round(seconds * 1000)))  # 0 would wait for ever
        except core.USBTimeoutError:
            return None
        except core.USBError as error:
            if error.errno == errno.EPIPE:
                with contextlib.suppress(OSError, NotImplementedError):
                    self._device.clear_halt(end)
            raise

    def _hold(self) -> None:
        device = self._device
        self._face = face = _face_of(device)
        with contextlib.suppress(NotImplementedError):  # only Linux and macOS have drivers to be asked for it
            if device.is_kernel_driver_active(face.bInterfaceNumber):
                device.detach_kernel_driver(face.bInterfaceNumber)
                self._had_driver = True
        if not _is_configured(device):
            device.set_configuration()
        _core().util.claim_interface(device, face)
        if face.bAlternateSetting:
            face.set_altsetting()
        self._out = _endpoint(face, 0)
        self._in = _endpoint(face, _IN)


def _plugged(wanted: UsbId | None) -> Iterator[Any]:
    """Devices of that vendor and product; without them everything that says it is a printer."""
    core = _core()
    if wanted is not None:
        yield from core.find(find_all=True, idVendor=wanted[0], idProduct=wanted[1])
        return
    for device in core.find(find_all=True):
        if any(face.bInterfaceClass == PRINTER_CLASS for face in _faces(device)):
            yield device


def _only(found: list[Any], wanted: UsbId | None) -> Any:
    if not found:
        raise PrinterError("no such printer is plugged in")
    if wanted is None and len(found) > 1:
        names = ", ".join(f"{one.idVendor:04x}:{one.idProduct:04x}" for one in found)
        raise PrinterError(f"more than one printer, and none is named: {names}", PrinterState.SEVERAL)
    return found[0]


def _faces(device: Any) -> list[Any]:
    """Its interfaces in all their settings; none of a device that does not let itself be read."""
    with contextlib.suppress(OSError, NotImplementedError):
        return [face for configuration in device for face in configuration]
    return []


def _face_of(device: Any) -> Any:
    """What prints: a printer's interface, best one with a way back, else any that takes bytes (some say no class)."""
    fit = [face for face in _faces(device) if _endpoint(face, 0) is not None]
    if not fit:
        raise PrinterError("it takes no bytes: no printer")
    return min(fit, key=lambda face: (face.bInterfaceClass != PRINTER_CLASS, face.bInterfaceProtocol != ANSWERS_TOO))


def _endpoint(face: Any, direction: int) -> Any:
    ends = (end for end in face if end.bmAttributes & 3 == _BULK and end.bEndpointAddress & _IN == direction)
    return next(ends, None)


def _is_configured(device: Any) -> bool:
    try:
        device.get_active_configuration()
    except _core().USBError as error:
        if error.errno is not None:
            raise
        return False  # pyusb's own: "Configuration not set", without a number
    return True


def _core() -> Any:
    import usb.core  # noqa: PLC0415 - loaded in the printer's thread, after the first paint

    return usb.core


@contextlib.contextmanager
def _faults(what: str) -> Iterator[None]:
    """Every fault of the libraries as PrinterError, with what a person is to be told."""
    core = _core()
    try:
        yield
    except (core.NoBackendError, NotImplementedError) as error:  # no libusb; a driver that it cannot work with
        raise PrinterError(f"{what}: {error}", PrinterState.LIBRARY) from error
    except OSError as error:
        raise PrinterError(f"{what}: {error}", _STATES.get(error.errno or 0, PrinterState.LOST)) from error
