"""The small parent of a window: starts it again when its journal breaks, at most three times in ten minutes.

A process that has seen an I/O error must not go on with the same file (design §4, §7.18): it ends with ``BROKEN``,
and a fresh one proves the journal before it sells. The parent holds nothing, so nothing can break in it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

BROKEN: Final = 75  # sysexits' EX_TEMPFAIL: try again
RESTARTS: Final = 3
WITHIN: Final = 600.0  # seconds
SIGNALLED: Final = 128  # a shell's way to say that a signal ended a process
CHILD: Final = "MASHOU_WINDOW_CHILD"  # set in the environment of the process that carries the window


SCREENLESS: Final = frozenset({"offscreen", "minimal"})  # Qt platforms nobody looks at
PLAIN: Final = frozenset({"--training"})  # options that change nothing about who watches whom


class Start(StrEnum):
    """What a window is started for, as its parent tells it."""

    ALONE = ""  # nobody watches
    FIRST = "first"
    AGAIN = "again"  # the journal broke a moment ago: say so, and go on
    STAND = "stand"  # it broke too often: open nothing, say that the manager is needed


def has_screen(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a person could see a window. Elsewhere than Linux and its kin there is always a desktop."""
    chosen = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen:
        return chosen not in SCREENLESS
    return platform in {"win32", "darwin"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def only_watches(argv: Sequence[str]) -> bool:
    """Whether all that this process has to do for ``argv`` is to watch a window: known without the command line.

    Whatever else the command line would refuse, the watched process refuses in its place.
    """
    return PLAIN.issuperset(argv) and started_for() is Start.ALONE and has_screen()


def program() -> tuple[str, ...]:
    """The words that start this program again, frozen or from the source tree."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "app")


def started_for() -> Start:
    """Why this process was started; an unknown word is nobody's child."""
    word = os.environ.get(CHILD, "")
    return Start(word) if word in set(Start) else Start.ALONE


def watch(command: Sequence[str], monotonic: Callable[[], float] = time.monotonic) -> int:
    """Run ``command`` until it ends otherwise than by ``BROKEN``; returns its exit code.

    When it broke too often it is run once more to stand there and say so, and the answer is ``BROKEN``.
    """
    began: deque[float] = deque()
    start = Start.FIRST
    while True:
        code = _run(command, start)
        if code != BROKEN:
            return code
        now = monotonic()
        while began and now - began[0] > WITHIN:
            began.popleft()
        if len(began) >= RESTARTS:
            _run(command, Start.STAND)
            return BROKEN
        began.append(now)
        start = Start.AGAIN


def follow_parent() -> None:
    """In the child: end at once when the parent is gone, so that a killed till leaves nobody holding its journal."""
    threading.Thread(target=_end_with_stdin, name="mashou-parent", daemon=True).start()


def _run(command: Sequence[str], start: Start) -> int:
    children: list[subprocess.Popen[bytes]] = []
    told_to_end = threading.Event()

    def hand_on(_number: int, _frame: object) -> None:
        told_to_end.set()
        for child in children:
            child.terminate()

    # Before there is a child: a signal in between would end this process alone. A terminal sends Ctrl-C to both; the
    # one that carries the window decides what it means.
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda _number, _frame: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
    }
    try:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, CHILD: start})  # noqa: S603 - our own program, no shell
        children.append(child)
        if told_to_end.is_set():
            child.terminate()
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for child in children:
            assert child.stdin is not None
            child.stdin.close()
    return code if code >= 0 else SIGNALLED - code


def _end_with_stdin() -> None:
    # The plain descriptor: a buffered reader would be locked while the interpreter shuts down.
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os._exit(BROKEN)
