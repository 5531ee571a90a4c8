"""The small parent of a window: starts it again when its journal breaks, at most three times in ten minutes.

A process that has seen an I/O error must not go on with the same file (design §4, §7.18): it ends with ``BROKEN``,
and a fresh one proves the journal before it sells. The parent holds nothing, so nothing can break in it.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

BROKEN: Final = 75  # sysexits' EX_TEMPFAIL: try again
RESTARTS: Final = 3
WITHIN: Final = 600.0  # seconds
SIGNALLED: Final = 128  # a shell's way to say that a signal ended a process
CHILD: Final = "MASHOU_WINDOW_CHILD"  # set in the environment of the process that carries the window


def is_child() -> bool:
    """Whether this process was started by ``watch``."""
    return os.environ.get(CHILD) == "1"


def watch(
    command: Sequence[str],
    on_restart: Callable[[], None],
    on_give_up: Callable[[], None],
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Run ``command`` until it ends otherwise than by ``BROKEN``; returns its exit code, ``BROKEN`` when giving up."""
    began: deque[float] = deque()
    while True:
        code = _run(command)
        if code != BROKEN:
            return code
        now = monotonic()
        while began and now - began[0] > WITHIN:
            began.popleft()
        if len(began) >= RESTARTS:
            on_give_up()
            return BROKEN
        began.append(now)
        on_restart()


def follow_parent() -> None:
    """In the child: end at once when the parent is gone, so that a killed till leaves nobody holding its journal."""
    threading.Thread(target=_end_with_stdin, name="mashou-parent", daemon=True).start()


def _run(command: Sequence[str]) -> int:
    child = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, CHILD: "1"})  # noqa: S603 - our own program, no shell
    assert child.stdin is not None
    # A terminal sends Ctrl-C to both; the one that carries the window decides what it means.
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda _number, _frame: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate()),
    }
    try:
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        child.stdin.close()
    return code if code >= 0 else SIGNALLED - code


def _end_with_stdin() -> None:
    # The plain descriptor: a buffered reader would be locked while the interpreter shuts down.
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os._exit(BROKEN)
