"""The serial ports of this computer, as values: two lists compared tell what was plugged in or out.

A USB device that is plugged in again may come back under another name (``ttyUSB1`` for ``ttyUSB0``). So what is kept
of it is not the name alone but how the device calls itself and which socket it sits in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

UNKNOWN: Final = "-"  # stands in ``known_as`` for what the device or the system does not say


@dataclass(frozen=True, slots=True, order=True)
class Port:
    """One port. ``vid`` and ``pid`` are None for a port that is not USB."""

    device: str  # "/dev/ttyUSB0", "COM3"
    description: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None  # bus and socket, e.g. "1-1.4"

    @property
    def identity(self) -> tuple[int | None, int | None, str | None, str | None]:
        """What stays when the system numbers the device anew; the socket counts, as cheap scanners share numbers."""
        return self.vid, self.pid, self.serial_number, self.location

    @property
    def known_as(self) -> str:
        """The identity as a setting keeps it: ``0403:6001 A50285BI 1-1.4``; empty for a port that is not USB."""
        if self.vid is None or self.pid is None:
            return ""
        parts = (self.serial_number or "", self.location or "")
        return " ".join((f"{self.vid:04x}:{self.pid:04x}", *("".join(part.split()) or UNKNOWN for part in parts)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A device as the settings remember it. Without ``known_as`` the name alone counts."""

    device: str
    known_as: str = ""


def places(ports: Sequence[Port], wanted: Sequence[Wanted]) -> tuple[str, ...]:
    """Where each of ``wanted`` is now; empty for one that is not plugged in. No port is given to two of them.

    The surest match goes first: all that is known, the serial number in another socket, the socket, and at last the
    only one of its kind. A device that is known by more than its name is never looked for by name: under that name
    another device may sit by now.
    """
    found: dict[int, str] = {at: one.device for at, one in enumerate(wanted) if not one.known_as}
    free = [port for port in ports if port.device not in found.values()]
    for rank in range(len(_RANKS)):
        for at, one in enumerate(wanted):
            alike = [port for port in free if at not in found and _is_like(port, one, rank)]
            if len(alike) == 1:
                found[at] = alike[0].device
                free.remove(alike[0])
    return tuple(found.get(at, "") for at in range(len(wanted)))


_RANKS: Final = ((0, 1, 2), (0, 1), (0, 2), (0,))  # which of kind, serial number, socket must be the same


def _is_like(port: Port, wanted: Wanted, rank: int) -> bool:
    have, want = port.known_as.split(" "), wanted.known_as.split(" ")
    if len(have) != 3 or len(want) != 3:
        return False
    numbered = have[1] != UNKNOWN and want[1] != UNKNOWN
    if rank > 0 and numbered and have[1] != want[1]:
        return False  # each has a serial number of its own: another device of the same kind
    if rank == 1 and not numbered:
        return False
    return all(have[part] == want[part] for part in _RANKS[rank])


def serial_ports() -> tuple[Port, ...]:
    """Every port the system names, sorted by name. Opens none of them."""
    from serial.tools import list_ports  # noqa: PLC0415 - pyserial is loaded when a port is first wanted, not at start

    return tuple(
        sorted(
            (
                Port(
                    device=str(found.device),
                    description=str(found.description or ""),
                    vid=found.vid,
                    pid=found.pid,
                    serial_number=found.serial_number,
                    location=found.location,
                )
                for found in list_ports.comports()
            ),
            key=lambda port: port.device,
        )
    )
