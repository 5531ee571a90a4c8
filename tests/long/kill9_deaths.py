"""The ways to die: one act of a day at the till, cut off by ``kill -9``."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import apsw
from e2e.stage import ROOT
from long.kill9_till import KEPT, START, Killed

from app.journal.api import SaleLine

GONE = 60.0  # seconds the other half of a killed pair may take to notice, on a machine that has other work
CHANNELS = ("wechat", "alipay", "unionpay")
CUSTOMERS = ("instant",) * 5 + ("password:6", "password:20", "password:60", "never", "poor")
FAULTS = (
    *("",) * 6,
    *("pay: lose-answer x1", "pay: lose-request x1", "pay: late-pay 20 x1", "pay: silence-after x1", "pay: delay 8 x1"),
    *("pay: system-error x1", "pay: system-error-after x1", "pay: bad-signature x1; {}.query: bad-signature x2"),
    *("pay: silence x1; {}.query: invisible 20 x3", "pay: http-502-after x1; {}.reverse: lie-ok x1"),
    *("pay: http-503 x1; {}.reverse: lie-fail x1", "pay: truncate x1; {}.reverse: recall x2", "query: silence x2"),
)
BACK_FAULTS = (
    *("",) * 3,
    *("refund: lose-answer x1", "refund: lose-request x1", "refund: silence-after x1", "refund: takes 30 x1"),
    *("refund: http-502-after x1", "refund: lie-fail x1", "refund: bad-signature x1", "refund-query: silence x1"),
)


def die(till: Killed) -> None:
    """One act of a day at the till, cut off by ``kill -9``."""
    act = till.chance.choices(
        (sells, charges, opens, refunds, resolves, holds, shifts, climbs),
        (30, 25, 8, 17, 8, 3, 4, 5),
    )[0]
    act(till)
    till.proves()


def sells(till: Killed) -> None:
    """``mashou sell``, from its first instruction to its end."""
    channel = till.chance.choice(CHANNELS)
    till.troubled(channel, FAULTS)
    code = till.code(channel, till.chance.choice(CUSTOMERS))
    fork = till.start("sell", till.yuan(), "--code", "-", given=code + "\n")
    if till.chance.random() < 0.75:
        fork.until("单号", START)
        till.cut(fork, "sell", 2.5)
    else:
        till.cut(fork, "sell start", 0.5)


def charges(till: Killed) -> None:
    """The window, a hand on its keyboard, a scanner on its serial port."""
    channel = till.chance.choice(CHANNELS)
    till.troubled(channel, FAULTS)
    fork = till.window()
    if till.chance.random() < 0.25:
        till.cut(fork, "window start", 1.5)
        return
    if fork.until('"scanner": "ok"', START):
        fork.say(f"type {till.yuan()}\nkey Return\n")
    if fork.until('"phase": "ready"', START):
        till.scanner.scan(till.code(channel, till.chance.choice(CUSTOMERS)))
        fork.until('"out_trade_no"', START)
        if till.chance.random() < 0.2:
            fork.say("key F2\n")
    till.cut(fork, "window", 2.5)


def opens(till: Killed) -> None:
    """The shipped window as a shop starts it, parent and child, over whatever is open; any of the two is hit."""
    process = shipped(till.folder)
    wait(process, till.chance.uniform(0.2, 4.0))
    child = children(process.pid)
    victim = till.chance.choice(("both", "parent", "child" if child else "both"))
    if process.poll() is None:
        till.tally["kills"] += 1
        till.tally[f"kills: the shipped window, {victim}"] += 1
    if victim == "child":
        for pid in child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    elif victim == "parent":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    if not gone(process, GONE):
        till.accuse("process", f"{GONE:.0f} s after the {victim} was killed the other one still runs")
        os.killpg(process.pid, signal.SIGKILL)
        gone(process, GONE)


def refunds(till: Killed) -> None:
    """``mashou refund`` of a sale that is paid, all of it or a part."""
    found = chosen(till, lambda line: line.state in KEPT)
    if found is None:
        sells(till)
        return
    till.troubled(found.channel, BACK_FAULTS)
    part: tuple[str, ...] = ()
    left = found.amount_fen - found.refunded_fen
    if left > 1 and till.chance.random() < 0.5:
        fen = till.chance.randrange(1, left)
        part = ("--amount", f"{fen // 100}.{fen % 100:02d}")
    fork = till.start("refund", found.out_trade_no, "--reason", "顾客退货", *part, given="")
    if till.chance.random() < 0.75:
        fork.until("退款已提交", START)
        till.cut(fork, "refund", 1.5)
    else:
        till.cut(fork, "refund start", 0.5)


def holds(till: Killed) -> None:
    """``mashou hold``: cash beside the till."""
    found = chosen(till, lambda line: line.state == "PAID")
    if found is None:
        sells(till)
        return
    till.simulator.fault("")
    words = ("--reason", "通道不通", "--voucher", f"V{till.chance.randrange(1000)}")
    fork = till.start("hold", found.out_trade_no, *words, given="")
    till.cut(fork, "hold", 1.5)


def resolves(till: Killed) -> None:
    """A recovery that is cut off."""
    till.cut(till.start("resolve", given=""), "resolve", 2.0)


def shifts(till: Killed) -> None:
    """A shift that opens or closes."""
    till.cut(till.start("shift", till.chance.choice(("open", "z")), given=""), "shift", 0.6)


def climbs(till: Killed) -> None:
    """The journal as version 1 left it, and a start that brings it up to date."""
    if not as_version_1(till.journal):
        resolves(till)
        return
    till.cut(till.start("resolve", given=""), "upgrade", 0.5)


def chosen(till: Killed, fits: Callable[[SaleLine], bool]) -> SaleLine | None:
    fitting = sorted((line for line in till.lines().values() if fits(line)), key=lambda line: line.number)
    return till.chance.choice(fitting) if fitting else None


def shipped(folder: Path) -> subprocess.Popen[bytes]:
    """``python -m app``, imported and all, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", "--data", str(folder)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        start_new_session=True,
    )


def children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []


def wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def gone(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the whole group has ended within so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        wait(process, 0.05)
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return True
    return False


def as_version_1(journal: Path) -> bool:
    """Nobody has it open: take from it what version 2 added. False where there is none."""
    if not journal.exists():
        return False
    db = apsw.Connection(str(journal))
    try:
        if not db.execute("PRAGMA user_version").get:
            return False  # its making was cut off
        for index in ("entry_apart", "sale_refunded"):
            db.execute(f"DROP INDEX IF EXISTS {index}")
        db.execute("PRAGMA user_version = 1")
    finally:
        db.close()
    return True
