"""Processes of the real program that need not import it first: a server that has, and forks for each.

``python warm.py`` serves the socket on its standard input. What a fork runs is what ``python -m app`` runs, and it is
a process like any other: it has its own group, can be stopped and killed, and shares nothing with the server.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__)
ROOT = HERE.parents[2]
SYSTEMS = 4_096  # bytes of a request; its files are the standard three and where its end is told
COMMANDS = (
    "boot",
    "journal.upgrade",
    "cli.desk",
    "cli.refunding",
    "cli.reading",
    "cli.setup",
    "cli.shift",
    "cli.staff",
)
UNHURRIED = 20  # whatever the pace, a connection may take as long as in life (driven.py)
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG: a test that is broken off leaves no window behind
LIMIT = 120.0  # seconds; no command of a test takes so long when all is well

_LIBC = ctypes.CDLL(None)


class Fork:
    """A process of the program. ``pid`` leads a group of its own."""

    def __init__(self, told: int, stdin: int | None, out: Path) -> None:
        self._told = os.fdopen(told, "rb", buffering=0)
        self.pid = int(self._line(LIMIT))
        self.stdin = stdin
        self.out = out
        self.status: int | None = None

    def _line(self, seconds: float) -> bytes:
        if not select.select([self._told], [], [], seconds)[0]:
            raise TimeoutError(f"not ended in {seconds:g} s")
        line = b""
        while not line.endswith(b"\n"):
            more = self._told.read(1)
            if not more:
                raise RuntimeError("the server of processes is gone")
            line += more
        return line

    def say(self, text: str) -> None:
        """A line, or more, on its standard input."""
        if self.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self.stdin, text.encode())

    def wait(self, seconds: float = LIMIT) -> int:
        """Its exit code, a signal's number below zero. Raises TimeoutError."""
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(int(self._line(seconds)))
            self._told.close()
            if self.stdin is not None:
                os.close(self.stdin)
                self.stdin = None
        return self.status

    def signal(self, number: int) -> None:
        """To the whole group. A group that has ended gets nothing."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill(self) -> int:
        self.signal(signal.SIGKILL)
        return self.wait()

    def said(self) -> str:
        """Everything it said so far, errors among it."""
        return self.out.read_text("utf-8", "replace")

    def until(self, word: str, seconds: float, after: int = 0) -> bool:
        """Wait until it said ``word`` behind its first ``after`` characters; False where it ended, or the time was
        over, without that.
        """
        end = time.monotonic() + seconds
        while word not in self.said()[after:]:
            ended = select.select([self._told], [], [], 0.01)[0] if self.status is None else True
            if ended or time.monotonic() > end:
                return word in self.said()[after:]
        return True


class Warm:
    """The server, in a process of its own."""

    def __init__(self, scratch: Path, *, window: bool = False) -> None:
        self._scratch = scratch
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._server = subprocess.Popen(
            [sys.executable, str(HERE), "window" if window else "commands"],
            stdin=theirs.fileno(),
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"},
        )
        theirs.close()

    def start(self, *argv: str, given: str | None = None, drive: bool = False, machine: str = "") -> Fork:
        """``python -m app ARGV``; with ``drive`` the window over the folder ARGV, a hand on its keyboard.

        ``machine``: a file in which the computer names itself, in place of its own.
        """
        handle, name = tempfile.mkstemp(suffix=".said", dir=self._scratch)
        reads, writes = os.pipe()
        told, tell = os.pipe()
        request = json.dumps({"argv": argv, "drive": drive, "machine": machine}).encode()
        try:
            socket.send_fds(self._ours, [request], [reads, handle, handle, tell])
        finally:
            for one in (reads, handle, tell):
                os.close(one)
        fork = Fork(told, writes, Path(name))
        if given is not None:
            fork.say(given)
            os.close(writes)
            fork.stdin = None
        return fork

    def run(self, *argv: str, given: str = "") -> tuple[int, str]:
        """A command to its end: exit code, and what it said."""
        fork = self.start(*argv, given=given)
        return fork.wait(), fork.said()

    def close(self) -> None:
        self._ours.close()
        self._server.wait(10)


def _child(asked: dict[str, Any], files: list[int]) -> NoReturn:
    code = 70  # a bug of this file
    try:
        os.setpgid(0, 0)
        _LIBC.prctl(DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, file in enumerate(files[:3]):
            os.dup2(file, number)
        os.closerange(3, 256)
        if asked["machine"]:
            vars(importlib.import_module("app.journal.machine"))["MACHINE_ID"] = Path(asked["machine"])
        if asked["drive"]:
            sys.argv = ["driven.py", *asked["argv"]]
            code = importlib.import_module("e2e.driven").drive()
        else:
            vars(importlib.import_module("app.core.policy"))["_CONNECT"] *= UNHURRIED
            code = importlib.import_module("app.cli.main").run(asked["argv"])
    except BaseException:  # noqa: BLE001 - the interpreter would tell it as the process ends; this one ends before
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve(window: bool) -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    for name in COMMANDS:
        importlib.import_module(f"app.{name}")
    if window:
        importlib.import_module("e2e.driven")
    ours = socket.socket(fileno=os.dup(0))
    wakes, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    tells: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([ours.fileno(), wakes], [], [])
        if wakes in ready:
            os.read(wakes, 64)
            _tell_ends(tells)
        if ours.fileno() in ready:
            request, files, _, _ = socket.recv_fds(ours, SYSTEMS, 4)
            if not request:
                return
            pid = os.fork()
            if pid == 0:
                _child(json.loads(request), files)
            with contextlib.suppress(PermissionError, ProcessLookupError):  # it has done so itself, or has ended
                os.setpgid(pid, pid)  # before anyone knows its number: a kill at once must find the group
            tells[pid] = files[3]
            os.write(files[3], b"%d\n" % pid)
            for one in files[:3]:
                os.close(one)


def _tell_ends(tells: dict[int, int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            tell = tells.pop(ended[0])
            with contextlib.suppress(BrokenPipeError):
                os.write(tell, b"%d\n" % ended[1])
            os.close(tell)


if __name__ == "__main__":
    serve(sys.argv[1:] == ["window"])
