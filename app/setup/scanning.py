"""The scanners' room: what the pages that find and try a scanner ask, on the worker's loop.

Unlike the other settings, a scanner that was found here is used at once: nothing of a sale depends on which cable a
code came by.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from app.settings import Settings, SettingsError, load, save
from app.settings.model import Scanner
from app.setup.diary import Change, Diary
from app.till.scanners import Scanners
from devices.ports import Port, serial_ports
from devices.traces import Trace


@dataclass(frozen=True, slots=True)
class Kept:
    """How the scanners are set now; ``key`` is a words key where nothing could be saved."""

    scanner: Scanner
    key: str = ""


def remembered(port: Port) -> str:
    """What the settings keep of a port beside its name: its identity, and that name (``till.scanners.wanted``)."""
    return f"{port.known_as} {port.device}" if port.known_as else ""


def with_port(scanner: Scanner, slot: int, port: Port, baud: int) -> Scanner:
    """``slot`` 0 or 1. A scanner that sits in the other slot already leaves it: one port, one thread."""
    mine, other = (("", "2"), ("2", ""))[slot]
    changed: dict[str, Any] = {f"port{mine}": port.device, f"baud{mine}": baud, f"known_as{mine}": remembered(port)}
    same = port.known_as and f"{getattr(scanner, f'known_as{other}')} ".startswith(f"{port.known_as} ")
    if getattr(scanner, f"port{other}") == port.device or same:
        changed |= {f"port{other}": "", f"known_as{other}": ""}
    return replace(scanner, **changed)


_NAMED: Final = (
    ("scanner", "port", "known_as"),
    ("scanner", "port2", "known_as2"),
    ("display", "pole_port", "pole_known_as"),
)


def identified(before: Settings, after: Settings, ports: Callable[[], Sequence[Port]] = serial_ports) -> Settings:
    """``after`` with the identity of each port that was named anew by hand: of what is plugged in there, else none.

    An old identity would win over the new name.
    """
    for section, port, known_as in _NAMED:
        old, new = getattr(before, section), getattr(after, section)
        if getattr(new, port) != getattr(old, port) and getattr(new, known_as) == getattr(old, known_as):
            there = next((remembered(one) for one in ports() if one.device == getattr(new, port)), "")
            after = replace(after, **{section: replace(new, **{known_as: there})})
    return after


class ScannerRoom:
    """``scanners``: those of the open house. ``taken``: ports of its printer and pole, which are left alone."""

    def __init__(self, folder: Path, scanners: Scanners, taken: Sequence[str] = (), diary: Diary | None = None) -> None:
        self._folder, self._scanners, self._taken, self._diary = folder, scanners, taken, diary

    def ports(self) -> tuple[Port, ...]:
        """Where a scanner may be. From any thread."""
        return tuple(port for port in serial_ports() if port.device not in self._taken)

    async def free(self) -> Scanner:
        """The ports are free for a search; nothing serial is heard until ``resume`` or ``keep``."""
        await self._scanners.stop()
        return (await asyncio.to_thread(load, self._folder)).settings.scanner

    async def resume(self) -> None:
        """The scanners as they were. Harmless where they run."""
        if not self._scanners.running:
            self._scanners.start()

    async def keep(self, slot: int, port: Port, baud: int) -> Kept:
        """Scanner ``slot`` is the one on ``port`` from now on, here and in the settings."""
        return await self._change(lambda scanner: with_port(scanner, slot, port, baud))

    async def keep_wedge(self) -> Kept:
        """Scanners that type like a keyboard are listened to."""
        return await self._change(lambda scanner: replace(scanner, wedge=True))

    def listen(self, traced: Callable[[Trace], None] | None) -> None:
        """``traced`` hears how each code came, on the loop; None: nobody listens."""
        self._scanners.traced = traced

    async def _change(self, change: Callable[[Scanner], Scanner]) -> Kept:
        before = (await asyncio.to_thread(load, self._folder)).settings
        after = replace(before, scanner=change(before.scanner))
        if self._diary is not None and self._diary.write(Change(before, after), None) is not None:
            return Kept(before.scanner, "find.unsaved")
        try:
            await asyncio.to_thread(save, self._folder, after)
        except (SettingsError, OSError):
            if self._diary is not None:
                self._diary.undone(None)
            return Kept(before.scanner, "find.unsaved")
        await self._scanners.change(after.scanner, after.display)
        return Kept(after.scanner)
