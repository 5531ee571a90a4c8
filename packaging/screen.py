"""A screen that nobody sees, and every pixel of it."""

import mmap
import os
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Final

WIDTH: Final = 1366
HEIGHT: Final = 768


class Screen:
    """An X server whose pixels lie in a file: what is painted is seen without asking anyone."""

    def __init__(self, folder: Path) -> None:
        read, write = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-br", "-nolisten", "tcp", "-fbdir", str(folder)],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            self.display = f":{told.readline().strip()}"
        with (folder / "Xvfb_screen0").open("rb") as file:
            self._buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # XWD: header size, then ncolors at word 19, of twelve bytes each (X11/XWDFile.h)
        words = struct.unpack(">25I", self._buffer[:100])
        self._at, self._line = words[0] + 12 * words[19], words[12]

    def is_painted(self) -> bool:
        """Whether any pixel of some rows down the middle of the screen is not black."""
        for row in range(40, HEIGHT, 97):
            at = self._at + row * self._line
            if any(self._buffer[at : at + WIDTH * 4 : 61]):
                return True
        return False

    def picture(self) -> bytes:
        """PNG of the whole screen."""
        rows = []
        for row in range(HEIGHT):
            line = self._buffer[self._at + row * self._line :][: WIDTH * 4]
            pixels = bytearray(WIDTH * 3)
            pixels[0::3], pixels[1::3], pixels[2::3] = line[2::4], line[1::4], line[0::4]
            rows.append(b"\0" + bytes(pixels))
        parts = (
            (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(b"".join(rows))),
        )
        chunks = [_chunk(kind, body) for kind, body in (*parts, (b"IEND", b""))]
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()
        self._buffer.close()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
