"""Pseudo terminals under steady names, and a scanner that knows only one speed."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import time
import tty
from pathlib import Path

SPEEDS = {getattr(termios, name): int(name[1:]) for name in dir(termios) if name[:1] == "B" and name[1:].isdigit()}


class Cable:
    """As udev gives one; unplugging takes name and terminal away, as the kernel does."""

    def __init__(self, name):
        self.name = str(name)
        self.plug()

    def plug(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        Path(self.name).symlink_to(os.ttyname(self.slave))

    def unplug(self):
        with contextlib.suppress(OSError):
            Path(self.name).unlink()
            os.close(self.master)
            os.close(self.slave)

    def send(self, data):
        os.write(self.master, data)

    @property
    def speed(self):
        """What the other side has set."""
        return SPEEDS[termios.tcgetattr(self.slave)[4]]

    def sends_at(self, speed, data):
        """At another speed than the port's, bytes arrive as what a receiver makes of them."""
        self.send(data if self.speed == speed else bytes((byte * 7 + 3) % 256 | 0x80 for byte in data))

    def heard(self, count, patience=30.0):
        """What the other side wrote, once it is ``count`` bytes."""
        data, until = b"", time.monotonic() + patience
        while len(data) < count and time.monotonic() < until:
            if select.select([self.master], [], [], 0.05)[0]:
                data += os.read(self.master, 4096)
        return data
