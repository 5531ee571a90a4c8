import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import __main__ as program
from app import parent
from app.cli import main as command_line
from app.parent import BROKEN, RESTARTS, WITHIN, Start, started_for, watch

ROOT = Path(parent.__file__).parents[1]


def child(code):
    return [sys.executable, "-c", code]


def test_an_ordinary_end_is_the_end():
    assert watch(child("raise SystemExit(3)")) == 3


def noting(path, code):
    """A child that writes down what it was started for, then ends with ``code`` (an expression over ``starts``)."""
    return child(
        f"import os; p={str(path)!r}; open(p,'a').write(os.environ['MASHOU_WINDOW_CHILD']+' ');"
        f"starts=open(p).read().split(); raise SystemExit({code})"
    )


def test_a_broken_journal_starts_it_again_and_tells_it_so(tmp_path):
    assert watch(noting(tmp_path / "starts", f"{BROKEN} if len(starts) == 1 else 0")) == 0
    assert (tmp_path / "starts").read_text().split() == [Start.FIRST, Start.AGAIN]


def test_after_three_restarts_in_ten_minutes_it_stands_there_and_says_so(tmp_path):
    assert watch(noting(tmp_path / "starts", BROKEN)) == BROKEN
    assert (tmp_path / "starts").read_text().split() == [Start.FIRST, *[Start.AGAIN] * RESTARTS, Start.STAND]


def test_nobody_watches_a_process_that_was_started_by_hand(monkeypatch):
    monkeypatch.delenv("MASHOU_WINDOW_CHILD", raising=False)
    assert started_for() is Start.ALONE
    monkeypatch.setenv("MASHOU_WINDOW_CHILD", "nonsense")
    assert started_for() is Start.ALONE
    monkeypatch.setenv("MASHOU_WINDOW_CHILD", "again")
    assert started_for() is Start.AGAIN


def test_restarts_long_ago_do_not_count(tmp_path):
    count = tmp_path / "count"
    count.write_text("")
    code = (
        f"p={str(count)!r}; n=len(open(p).read()); open(p,'a').write('x'); raise SystemExit({BROKEN} if n < 6 else 0)"
    )
    times = iter(n * WITHIN / 2 for n in range(20))
    assert watch(child(code), lambda: next(times)) == 0


WINDOW = """
import os, signal, sys, time
from app.parent import follow_parent
follow_parent()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
with open({mark!r}, "w") as file:
    file.write(str(os.getpid()))
time.sleep(60)
"""
KEEPER = """
import sys
from app.parent import watch
sys.exit(watch([sys.executable, "-c", {window!r}]))
"""


def begun(mark):
    window = WINDOW.format(mark=str(mark))
    process = subprocess.Popen(child(KEEPER.format(window=window)), cwd=ROOT)
    return process, int(wait_for(lambda: mark.exists() and mark.read_text()))


def test_the_child_ends_when_its_parent_is_killed(tmp_path):
    process, pid = begun(tmp_path / "pid")
    process.kill()
    process.wait()
    wait_for(lambda: not alive(pid))


def test_the_parent_hands_sigterm_on(tmp_path):
    process, _ = begun(tmp_path / "pid")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 9


def test_a_sigterm_before_there_is_a_child_ends_the_child_too(monkeypatch):
    class Late(subprocess.Popen):
        def __init__(self, *words, **more):
            os.kill(os.getpid(), signal.SIGTERM)
            super().__init__(*words, **more)

    monkeypatch.setattr(parent.subprocess, "Popen", Late)
    assert watch(child("import time; time.sleep(60)")) == parent.SIGNALLED + signal.SIGTERM


def wait_for(holds, patience=60.0):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := holds():
            return found
        time.sleep(0.02)  # noqa: TID251 - another process is waited for
    raise AssertionError("it did not happen")


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except ProcessLookupError:  # it ended while it was looked at
        return False
    except FileNotFoundError:  # the same, or a system without /proc
        return not Path("/proc/self").exists()


@pytest.mark.parametrize("argv", [[], ["--training"]])
def test_an_everyday_start_watches_without_the_command_line(argv, monkeypatch):
    watched = []
    monkeypatch.setattr(sys, "argv", ["mashou", *argv])
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.delenv(parent.CHILD, raising=False)
    monkeypatch.setattr(parent, "watch", lambda command: watched.append(command) or 5)
    assert program.main() == 5
    assert watched == [[*parent.program(), *argv]]


@pytest.mark.parametrize(
    ("argv", "platform", "started"),
    [
        (["sales"], "xcb", ""),
        (["--training", "--data", "x"], "xcb", ""),
        (["--help"], "xcb", ""),
        (["--training"], "offscreen", ""),  # a whole shift, in this very process
        (["--training"], "xcb", Start.FIRST),  # it is the watched one
    ],
)
def test_anything_else_goes_to_the_command_line(argv, platform, started, monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "argv", ["mashou", *argv])
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.setenv(parent.CHILD, started)
    monkeypatch.setattr(command_line, "run", lambda words: seen.append(words) or 7)
    assert program.main() == 7
    assert seen == [argv]
