"""The standing practice service: the simulator in a child process that never outlives its parent."""

import contextlib
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import app
from app.sim.client_file import CLIENT, Control, read_control

READY_S: Final = 30.0  # a first start makes keys on a slow machine; a second start takes well under a second
STOP_S: Final = 5.0
LOG: Final = "sim.log"


class ChildError(Exception):
    """The simulator did not start; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Child:
    """A simulator that serves ``folder`` until ``stop`` or until this process ends."""

    folder: Path
    process: "subprocess.Popen[str]"

    @property
    def client_file(self) -> Path:
        return self.folder / CLIENT

    @property
    def control(self) -> Control:
        return read_control(self.folder)

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """End it and wait; killed after ``STOP_S``. Harmless twice."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(OSError):  # it may be gone already
            self.process.stdin.close()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def start_child(folder: Path, pace: float = 1.0, limit: float = READY_S) -> Child:
    """Start a simulator in ``folder`` and wait until it listens, at most ``limit`` seconds. Blocks; ChildError.

    The first start in a folder makes its keys: about a second. What it says on stderr is appended to ``sim.log``.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / LOG).touch(mode=0o600)
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [*_program(), "--dir", str(folder), "--pace", str(pace), "--with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            cwd=_root(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=True,  # Ctrl-C is for the till: a stopped sale still needs its counterparty
        )
    child = Child(folder, process)
    if not _is_ready(process, limit):
        child.stop()
        raise ChildError(f"the practice service did not start within {limit:g} s; see {folder / LOG}")
    return child


def _is_ready(process: "subprocess.Popen[str]", limit: float) -> bool:
    assert process.stdout is not None
    said: list[str] = []
    reader = threading.Thread(target=_read_line, args=(process.stdout, said), name="practice service", daemon=True)
    reader.start()
    reader.join(limit)
    return bool(said) and said[0].startswith("ready ")


def _read_line(pipe: IO[str], said: list[str]) -> None:
    said.append(pipe.readline())


def _program() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "sim"]
    return [sys.executable, "-m", "app.sim"]


def _root() -> Path | None:
    """Where ``-m app.sim`` is found; a frozen program needs none."""
    if getattr(sys, "frozen", False):
        return None
    return Path(next(iter(app.__path__))).parent
