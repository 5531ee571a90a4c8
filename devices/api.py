"""What a scanner offers. A device is in one of four states; the window shows only those words."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class DeviceState(StrEnum):
    OFF = "off"
    OPENING = "opening"
    READY = "ready"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Scan:
    """One bar code as read: text without its line end. ``repr`` hides it, since it may be a payment code."""

    text: str
    source: str  # "serial", "wedge", "practice"
    at_mono: float

    def __repr__(self) -> str:
        return f"Scan({len(self.text)} characters from {self.source})"


OnScan = Callable[[Scan], None]
OnState = Callable[[DeviceState, str], None]  # state, and why in a few words for the log


class Scanner(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None:
        """Returns when its thread has ended."""
        ...
