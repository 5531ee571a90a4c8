"""What else befalls a till, once it is calm: it is held up, doubled, starved of disk or time; its journal goes astray.

Each returns how it was done, since not every machine can do everything (``mount`` needs root, ``strace`` and
``libfaketime`` need to be there). What must be true is said by ``Killed.accuse``.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from e2e.stage import PACE
from e2e.warm import Fork
from long.kill9_astray import carried, deleted, foreign, restored, truncated
from long.kill9_deaths import gone, shipped, wait
from long.kill9_outside import Outside, jumping_clock, struck_by_eio
from long.kill9_till import START, Killed

STOPPED = 90.0 / PACE  # seconds
ROOMY = 96 * 1024 * 1024  # a disk that has room for the journal's reserve
LONGEST = 4_096  # bytes of a file that may not grow: the first entry after it fails
TAKEN = "收银窗口正在使用这个账本"


def opened(till: Killed) -> Fork:
    """A window that takes input."""
    fork = till.window()
    if not fork.until('"scanner": "ok"', START):
        till.accuse("window", f"it does not open: {fork.said()[-400:]}")
    return fork


def charged(till: Killed, fork: Fork | Outside, channel: str, customer: str) -> None:
    """An amount and a scan; on return the sale has begun."""
    seen = len(fork.said())
    fork.say("key F3\n")
    fork.say(f"type {till.yuan()}\nkey Return\n")
    if not fork.until('"phase": "ready"', START, seen):
        till.accuse("window", f"no amount is taken: {fork.said()[-400:]}")
        return
    seen = len(fork.said())
    till.scanner.scan(till.code(channel, customer))
    if not fork.until('"out_trade_no"', START, seen):
        till.accuse("window", f"no code is taken: {fork.said()[-400:]}")


def settled(till: Killed, fork: Fork | Outside, what: str) -> None:
    """Wait until no sale is open any more, by the journal itself."""
    end = time.monotonic() + START
    while any(line.is_open for line in till.lines().values()):
        linger(fork, 0.05)
        if time.monotonic() > end:
            till.accuse("liveness", f"{what}: the sale does not end: {fork.said()[-400:]}")
            return


def stopped(till: Killed) -> str:
    """Held up for ninety seconds in the middle of a password, and on; then killed."""
    fork = opened(till)
    charged(till, fork, "wechat", "password:40")
    fork.signal(signal.SIGSTOP)
    linger(fork, STOPPED)
    fork.signal(signal.SIGCONT)
    settled(till, fork, "after a stop")
    till.cut(fork, "after SIGSTOP", 0.1)
    till.settles()
    return "SIGSTOP"


def second(till: Killed) -> str:
    """While a window charges, nobody else does; a second window steps back, and a killed one leaves no lock."""
    fork = opened(till)
    charged(till, fork, "alipay", "never")
    before = set(till.ledger()) | set(till.lines())
    for words, given in (
        (("sell", "1", "--code", "-"), till.code("wechat", "instant") + "\n"),
        (("resolve",), ""),
    ):
        code, said = till.run(*words, given=given)
        if code != 64 or TAKEN not in said:
            till.accuse("second", f"{words[0]} beside the window: {code} {said}")
    if till.run("sales")[0] != 0:
        till.accuse("second", "sales cannot be read beside the window")
    other = shipped(till.folder)
    if not gone(other, START):
        till.accuse("second", "the second window stays")
        os.killpg(other.pid, signal.SIGKILL)
        wait(other, 5)
    if set(till.ledger()) - before:
        till.accuse("second", "the second charged")
    fork.kill()
    if till.run("resolve")[0] == 64:
        till.accuse("second", "a killed window left its lock behind")
    till.settles()
    return "window and command line"


def full_disk(till: Killed) -> str:
    """No room at all: what is open is finished on the reserve, nothing new is sent; killed there and started again."""
    with small_disk(till) as why:
        if why:
            return why
        fork = opened(till)
        charged(till, fork, "alipay", "password:12")
        filler = till.folder / "filler"
        fill(filler)
        settled(till, fork, "on a full disk")
        fork.say("key F3\n")
        fork.say(f"type {till.yuan()}\nkey Return\n")
        linger(fork, 1.0)
        till.scanner.scan(till.code("wechat", "instant"))
        linger(fork, 1.0)
        till.cut(fork, "on a full disk", 0.1)
        till.proves()
        till.hears(till.run("resolve")[1])
        till.proves()
        filler.unlink()
        till.settles()
    return "tmpfs"


def no_longer_file(till: Killed) -> str:
    """A write fails for good: the process ends by itself, and a fresh one settles (design §4, §7.18)."""
    fork = opened(till)
    charged(till, fork, "wechat", "password:20")
    resource.prlimit(fork.pid, resource.RLIMIT_FSIZE, (LONGEST, LONGEST))
    try:
        code = fork.wait(START)
    except TimeoutError:
        code = 0
        fork.kill()
    if code == 0:
        till.accuse("I/O", f"a journal that cannot be written, and the process goes on: {fork.said()[-300:]}")
    till.hears(fork.said())
    till.settles()
    return f"RLIMIT_FSIZE, exit {code}"


@contextlib.contextmanager
def small_disk(till: Killed) -> Iterator[str]:
    """The till's folder on a disk of its own; says why where there can be none."""
    aside = till.folder.with_name("aside")
    till.folder.rename(aside)
    till.folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOMY},mode=0700", "tmpfs", str(till.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        till.folder.rmdir()
        aside.rename(till.folder)
        yield "not run: no tmpfs can be mounted"
        return
    try:
        shutil.copytree(aside, till.folder, dirs_exist_ok=True, symlinks=True)
        yield ""
    finally:
        shutil.rmtree(aside)
        shutil.copytree(till.folder, aside, symlinks=True)
        subprocess.run(["umount", "-l", str(till.folder)], check=True)
        till.folder.rmdir()
        aside.rename(till.folder)


def fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65_536))
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(512))


def linger(fork: Fork | Outside, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        fork.wait(seconds)


def fsync_fails(till: Killed) -> str:
    """One sync of a sale's start or course fails: nothing is called paid that is not, and the next start settles."""
    code = till.code(till.chance.choice(("wechat", "alipay", "unionpay")), "instant")
    n = till.chance.randrange(1, 25)
    said = struck_by_eio(till.folder, n, "sell", till.yuan(), code)
    if said is None:
        return "not run: no strace"
    till.hears(said)
    till.proves()
    till.settles()
    return "strace, EIO"


def clock_jumps(till: Killed) -> str:
    """The wall clock is set hours or weeks off before and while a customer types: nobody is charged for it."""
    start, then = (till.chance.choice((0, 7_200, -10_800, 40 * 86_400, -86_400)) for _ in range(2))
    with jumping_clock(till.folder, till.folder.parent) as (fork, set_by, how):
        set_by(start)
        if not fork.until('"scanner": "ok"', START):
            till.accuse("window", f"it does not open {start} s off: {fork.said()[-400:]}")
        charged(till, fork, "wechat", "password:36")
        set_by(then)
        settled(till, fork, f"clock {start} s off, then {then}")
        charged(till, fork, "alipay", "instant")
        settled(till, fork, f"clock {then} s off")
        fork.kill()
        till.hears(fork.said())
    till.settles()
    return how


MISHAPS: dict[str, Callable[[Killed], str]] = {
    "held up": stopped,
    "a second till": second,
    "the disk is full": full_disk,
    "a write fails": no_longer_file,
    "a sync fails": fsync_fails,
    "the clock jumps": clock_jumps,
    "the journal comes from another till": foreign,
    "the folder is carried to another computer": carried,
    "the journal is restored from a backup": restored,
    "the journal is truncated": truncated,
    "the journal is deleted": deleted,
}
