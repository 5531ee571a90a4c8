"""A child process that is told lines and answers with lines; a wait for it always has an end, and so has the child."""

import contextlib
import os
import queue
import subprocess
import threading
from collections.abc import Sequence
from typing import Final

from ui.speech.wire import LINE_BYTES

CHUNK: Final = 4_096
REAP_SECONDS: Final = 2.0  # a killed process is usually gone at once


class GoneError(Exception):
    """The child has ended, could not be started, or says what is no line."""


class Child:
    """``tell`` and ``hear`` from one thread; ``end`` from any."""

    def __init__(self, command: Sequence[str]) -> None:
        """Raises GoneError."""
        self._heard: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very program, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows only: no console flashes up
            )
        except OSError as error:
            raise GoneError(str(error)) from None
        self._reader = threading.Thread(target=self._read, name="voice-answers", daemon=True)
        self._reader.start()

    def tell(self, line: bytes) -> None:
        """Raises GoneError; also where an answer lies there that nobody asked for."""
        assert self._process.stdin is not None
        if not self._heard.empty():
            raise GoneError("it spoke unasked, or ended")
        try:
            self._process.stdin.write(line)
        except (OSError, ValueError) as error:
            raise GoneError(str(error)) from None

    def hear(self, seconds: float) -> bytes | None:
        """The next line, None where none came in time. Raises GoneError."""
        try:
            line = self._heard.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None
        if line is None:
            raise GoneError("it ended")
        return line

    def end(self) -> None:
        """Kills it: it holds nothing, and one that hangs would not listen. Whoever waits in ``hear`` comes back."""
        self._process.kill()
        self._heard.put(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(REAP_SECONDS)
        self._reader.join(REAP_SECONDS)
        # Something it started may still hold its output; a number that is read from must not be given to another file.
        pipes = (self._process.stdin, None if self._reader.is_alive() else self._process.stdout)
        for pipe in pipes:
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        number, rest = self._process.stdout.fileno(), b""
        while len(rest) <= LINE_BYTES:
            try:
                came = os.read(number, CHUNK)
            except OSError:
                break
            if not came:
                break
            *lines, rest = (rest + came).split(b"\n")
            for line in lines:
                self._heard.put(line)
        self._heard.put(None)
