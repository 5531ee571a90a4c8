"""Processes of the real program under tools that lie to them: ``strace`` about the disk, ``libfaketime`` about time."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from e2e.stage import ROOT

LIMIT = 90.0  # seconds
DRIVEN = ROOT / "tests" / "e2e" / "driven.py"
LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1")
# Where libfaketime is not there: the same wall clock for everything written in Python, and the old one below.
STAND_IN = """
import pathlib, runpy, sys, time
wall, told = time.time, pathlib.Path(sys.argv.pop(1))
time.time = lambda: wall() + float(told.read_text().strip() or 0)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Outside:
    """A process that was started the long way; like ``e2e.warm.Fork`` to whoever drives it."""

    def __init__(self, command: list[str], out: Path, env: dict[str, str]) -> None:
        self.out = out
        with out.open("wb") as file:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1", **env},
                start_new_session=True,
            )

    def say(self, text: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()

    def said(self) -> str:
        return self.out.read_text("utf-8", "replace")

    def until(self, word: str, seconds: float, after: int = 0) -> bool:
        end = time.monotonic() + seconds
        while word not in self.said()[after:]:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)
            if self._process.returncode is not None or time.monotonic() > end:
                return word in self.said()[after:]
        return True

    def wait(self, seconds: float) -> int:
        """Its exit code. Raises TimeoutError."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None

    def end(self) -> None:
        """Wait for its own end, or make one."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(LIMIT)
        self.kill()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()


def struck_by_eio(folder: Path, n: int, *words: str) -> str | None:
    """``mashou sell`` whose ``n``-th sync fails once, and then works again; what it said, None without strace.

    The code, the last of ``words``, goes by standard input.
    """
    strace = shutil.which("strace")
    if strace is None:
        return None
    *command, code = words
    calls = "fdatasync,fsync"
    inject = [strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO:when={n}"]
    program = [sys.executable, "-m", "app", *command, "--code", "-", "--data", str(folder)]
    run = Outside([*inject, *program], folder.parent / "strace.said", {})
    run.say(code + "\n")
    run.end()
    return run.said()


@contextlib.contextmanager
def jumping_clock(folder: Path, scratch: Path) -> Iterator[tuple[Outside, Callable[[int], None], str]]:
    """A window whose wall clock is set at will; its durations are left alone."""
    told = scratch / "clock"
    library = next((str(path) for glob in LIBRARIES for path in Path("/").glob(glob[1:])), None)

    def set_by(seconds: int) -> None:
        fresh = told.with_suffix(".next")
        fresh.write_text(f"{seconds:+d}" + ("s" if library else ""), "ascii")
        fresh.replace(told)

    set_by(0)
    env = {
        "LD_PRELOAD": library or "",
        "FAKETIME_TIMESTAMP_FILE": str(told),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    stand_in = [sys.executable, "-c", STAND_IN, str(told), str(DRIVEN), str(folder)]
    command = [sys.executable, str(DRIVEN), str(folder)] if library else stand_in
    window = Outside(command, scratch / "clock.said", env if library else {})
    try:
        yield window, set_by, "libfaketime" if library else "a stand-in for time.time"
    finally:
        window.kill()
