"""A program under trial, frozen or from the source tree, in a world of its own: a home, no screen, no session bus."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
WINDOWS: Final = sys.platform == "win32"
KEPT_NAMES: Final = ("PATH", "PATHEXT", "SYSTEMROOT", "COMSPEC")  # of the caller's environment; the rest is its own
LIMIT: Final = 180.0  # seconds any single command may take


class TrialError(Exception):
    """The program did something else than it must."""


class Program:
    """``words`` start it; ``home`` is all it knows of a user."""

    def __init__(self, words: Sequence[str], home: Path) -> None:
        self.words = tuple(words)
        self.home = home
        kept = {name: os.environ[name] for name in KEPT_NAMES if name in os.environ}
        own = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP"), str(home))
        self.world = {**kept, **own, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        # It has nobody to speak to, and a speech daemon that it started would outlive it.
        self.world["SPEECHD_ADDRESS"] = f"unix_socket:{home / 'silent'}"
        if WINDOWS:
            self.world["QT_QPA_PLATFORM"] = "offscreen"  # elsewhere a missing DISPLAY says as much

    def run(self, *words: str | Path, expect: int = 0, **world: str) -> str:
        """Its standard output. Raises TrialError for another exit code than ``expect``."""
        ended = subprocess.run(
            [*self.words, *map(str, words)],
            env={**self.world, **world},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LIMIT,
            check=False,
        )
        if ended.returncode != expect:
            said = (ended.stdout + ended.stderr)[-800:]
            raise TrialError(f"{' '.join(map(str, words))}: exit {ended.returncode}, not {expect}: {said}")
        return ended.stdout

    @contextlib.contextmanager
    def standing(self, *words: str | Path, **world: str) -> Iterator["subprocess.Popen[str]"]:
        """It runs while the block does; its whole session is ended afterwards."""
        process = subprocess.Popen(
            [*self.words, *map(str, words)],
            env={**self.world, **world},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    if WINDOWS:
        process.kill()
        process.communicate()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
