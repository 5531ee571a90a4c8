"""The heartbeat of the window's thread: a timer that beats every few ms, and how late it was.

``python -m ui.bench.heartbeat [--minutes 10] [--pace 1]`` sells at twenty sales a minute of the till's own time in the
shipping window, beside a bare window that beats as often in a process of its own, and prints the longest gap of each
and the one that 999 of 1,000 stay under. With pace 20 the ten minutes take thirty seconds and sell as much.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from ui.bench.processes import SilentError

BEAT_MS: Final = 5
SALES_A_MINUTE: Final = 20
LONGEST_AIM, P999_AIM = 50.0, 16.0  # ms: a key is answered within three frames, and nearly always within one
START_PATIENCE: Final = 90.0  # seconds until the window sells, keys of the practice service included


@dataclass(frozen=True, slots=True)
class Gaps:
    """Between two beats, ms: ``BEAT_MS`` where nothing is late. ``busy``: of that, what the thread itself computed;
    the rest it waited for the processor, which a loaded machine gives to others, or for the worker to let go of it.
    """

    beats: int
    longest: float
    p999: float
    busy_longest: float
    busy_p999: float
    sales: int = 0


def gaps_of(seconds: Sequence[float], busy: Sequence[float], sales: int = 0) -> Gaps:
    """From gaps and the thread's processor time in each. Raises ValueError for no beats."""
    if not seconds:
        raise ValueError("no beat was measured")
    return Gaps(len(seconds), *_worst(seconds), *_worst(busy), sales)


def _worst(seconds: Sequence[float]) -> tuple[float, float]:
    """The longest, and the one that 999 of 1,000 stay under; ms."""
    ordered = sorted(seconds)
    return ordered[-1] * 1000, ordered[math.ceil(0.999 * len(ordered)) - 1] * 1000


class Heart(QObject):
    """Beats from ``start`` on; ``gaps`` and ``busy`` in seconds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gaps, self.busy = array("d"), array("d")
        self._last = self._used = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last, self._used = time.monotonic(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _beat(self) -> None:
        now, used = time.monotonic(), time.thread_time()
        self.gaps.append(now - self._last)
        self.busy.append(used - self._used)
        self._last, self._used = now, used


def measure(folder: Path, minutes: float, pace: float) -> tuple[Gaps, Gaps]:
    """(till, bare window), both running for the same ``minutes * 60 / pace`` seconds. Raises SilentError."""
    seconds = minutes * 60 / pace
    till = _start("till", str(folder), str(seconds), str(pace))
    bare = _start("bare", str(seconds))
    told: list[Gaps] = []
    for program in (till, bare):
        try:
            said, complained = program.communicate(timeout=START_PATIENCE + 2 * seconds)
        except subprocess.TimeoutExpired:
            said, complained = "", "silent"
        if program.returncode != 0 or not said.strip():
            for one in (till, bare):
                one.kill()
                one.communicate()
            raise SilentError(f"heartbeat: {complained.strip()[-500:]}")
        figures: dict[str, Any] = json.loads(said.splitlines()[-1])
        told.append(Gaps(**figures))
    return told[0], told[1]


def _start(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-m", "ui.bench.beating", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def lines(till: Gaps, bare: Gaps, minutes: float, pace: float) -> list[str]:
    """What a person reads of it, in both languages at once."""
    sold = f"{minutes:g} min, pace {pace:g}, {till.sales} sales"
    return [
        f"界面心跳 heartbeat of the window's thread, a beat every {BEAT_MS} ms: {sold}",
        f"  收银窗口 till        {_line(till)}",
        f"  空窗口 bare window  {_line(bare)}",
        f"  aims: longest {LONGEST_AIM:g} ms, p99.9 {P999_AIM:g} ms",
    ]


def _line(gaps: Gaps) -> str:
    return (
        f"longest {gaps.longest:.1f} ms, p99.9 {gaps.p999:.1f} ms;"
        f" computing {gaps.busy_longest:.1f} and {gaps.busy_p999:.1f} ms; {gaps.beats} beats"
    )


def beat_bare(application: QApplication, seconds: float) -> Gaps:
    """A window with nothing in it, for as long."""
    window, heart = QWidget(), Heart(application)
    window.resize(1366, 768)
    window.show()
    heart.start()
    QTimer.singleShot(int(seconds * 1000), application, application.quit)
    application.exec()
    heart.stop()
    return gaps_of(heart.gaps, heart.busy)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="heartbeat", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of the till's own time")
    parser.add_argument("--pace", type=float, default=1.0, help="how many times as fast as the clock")
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartbeat-") as folder:
        till, bare = measure(Path(folder), asked.minutes, asked.pace)
    sys.stdout.write("\n".join(lines(till, bare, asked.minutes, asked.pace)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
