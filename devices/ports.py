"""The serial ports of this computer, as values: two lists compared tell what was plugged in or out."""

from dataclasses import dataclass


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
