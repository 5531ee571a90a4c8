import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from app import parent
from app.parent import BROKEN, RESTARTS, WITHIN, watch

ROOT = Path(parent.__file__).parents[1]


class Told:
    def __init__(self):
        self.restarts = 0
        self.gave_up = False

    def restart(self):
        self.restarts += 1

    def give_up(self):
        self.gave_up = True


def child(code):
    return [sys.executable, "-c", code]


def test_an_ordinary_end_is_the_end():
    told = Told()
    assert watch(child("raise SystemExit(3)"), told.restart, told.give_up) == 3
    assert (told.restarts, told.gave_up) == (0, False)


def test_a_broken_journal_starts_it_again(tmp_path):
    mark = tmp_path / "seen"
    told = Told()
    again = f"import os,sys; p={str(mark)!r}; e=os.path.exists(p); open(p,'w').close(); sys.exit(0 if e else {BROKEN})"
    assert watch(child(again), told.restart, told.give_up) == 0
    assert (told.restarts, told.gave_up) == (1, False)


def test_it_gives_up_after_three_restarts_in_ten_minutes():
    told = Told()
    assert watch(child(f"raise SystemExit({BROKEN})"), told.restart, told.give_up) == BROKEN
    assert (told.restarts, told.gave_up) == (RESTARTS, True)


def test_restarts_long_ago_do_not_count(tmp_path):
    told = Told()
    count = tmp_path / "count"
    count.write_text("")
    code = (
        f"p={str(count)!r}; n=len(open(p).read()); open(p,'a').write('x'); raise SystemExit({BROKEN} if n < 6 else 0)"
    )
    times = iter(n * WITHIN / 2 for n in range(20))
    assert watch(child(code), told.restart, told.give_up, lambda: next(times)) == 0
    assert (told.restarts, told.gave_up) == (6, False)


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
sys.exit(watch([sys.executable, "-c", {window!r}], print, print))
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
    assert process.wait(20) == 9


def wait_for(holds, patience=20.0):
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
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z")
