"""A journal goes astray: another till's, carried off, an older one, cut short, deleted (docs/the-journal.md)."""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections import Counter
from pathlib import Path

import apsw
from long.kill9_till import START, Killed

from app.journal.machine import machine_name

FOUND = 60.0  # seconds until the lost numbers must have been asked about
LOST, BACK, COPIED = "原账本不见了", "账本退回到旧的", "账本来自另一台机"
DAMAGED = 64


def sold(till: Killed, channel: str) -> tuple[int, str, str]:
    """A customer who pays at once: exit code, what was said, the order number ("" for none)."""
    before = set(till.lines())
    code, said = till.run("sell", till.yuan(), "--code", "-", given=till.code(channel, "instant") + "\n")
    number = (*(set(till.lines()) - before), "")[0] if code == 0 else ""
    return code, said, number


def files(till: Killed) -> list[Path]:
    return [path for path in till.folder.glob("journal.db*") if path.suffix != ".bak"]


def takes_away(till: Killed) -> None:
    for path in files(till):
        path.unlink()


def goes_on(till: Killed, says: str, taken: set[str]) -> None:
    """The next start says what was noticed, sells on under numbers that nobody has used, and looks for the lost."""
    known = set(till.ledger())
    till.lost |= taken
    code, said, number = sold(till, "wechat")
    if code != 0 or says not in said:
        till.accuse("I-36", f"expected {says}: {code} {said}")
    if number in known:
        till.accuse("I-11", f"{number} is used a second time")
    finds(till, {n for n in taken if till.ledger().get(n, {}).get("channel") in ("wechat", "alipay")})
    till.settles()


def finds(till: Killed, taken: set[str]) -> None:
    """What the lost stretch sold is asked about, and what the channel holds of it is written down."""
    paid = {number for number in taken if till.ledger()[number]["net_fen"]}
    fork = till.window()
    end = time.monotonic() + FOUND
    while (missing := paid - found(till.journal)) and time.monotonic() < end:
        with contextlib.suppress(TimeoutError):
            fork.wait(0.2)
    fork.kill()
    till.hears(fork.said())
    if missing:
        till.accuse("epoch", f"lost and not found in a minute: {sorted(missing)}")


def found(journal: Path) -> set[str]:
    db = apsw.Connection(f"file:{journal}?mode=ro", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    try:
        rows = db.execute("SELECT body FROM entry WHERE kind = 'epoch.found'").fetchall()
    finally:
        db.close()
    return {digits for (body,) in rows for digits in str(body).split('"') if len(digits) == 24}


def deleted(till: Killed) -> str:
    lost = set(till.lines())
    takes_away(till)
    goes_on(till, LOST, lost)
    return "removed"


def restored(till: Killed) -> str:
    backup = till.folder.with_name("backup")
    backup.mkdir()
    for path in files(till):
        shutil.copy2(path, backup)
    before = set(till.lines())
    for channel in ("wechat", "alipay"):
        sold(till, channel)
    lost = set(till.lines()) - before
    takes_away(till)
    for path in backup.iterdir():
        shutil.copy2(path, till.folder)
    goes_on(till, BACK, lost)
    return "two sales older"


def truncated(till: Killed) -> str:
    """It stops, sends nothing, and goes on with the file that is whole."""
    whole = till.folder.with_name("whole.db")
    sold(till, "wechat")
    shutil.copy2(till.journal, whole)
    before = set(till.ledger())
    with till.journal.open("r+b") as file:
        file.truncate(int(whole.stat().st_size * till.chance.uniform(0.2, 0.9)) // 512 * 512)
    code, said = till.run("sell", "1", "--code", "-", given=till.code("wechat", "instant") + "\n")
    if code != DAMAGED or "Traceback" in said:
        till.accuse("journal", f"a truncated journal is sold from: {code} {said}")
    if set(till.ledger()) != before:
        till.accuse("journal", "a till with a truncated journal charged")
    takes_away(till)
    shutil.copy2(whole, till.journal)
    till.settles()
    return "at a sector"


def carried(till: Killed) -> str:
    """The folder goes on at two computers: the copy takes other numbers, and what is open is settled by both."""
    if not machine_name():
        return "not run: this system has no name of its own, so no copy can be told by it"
    code = till.code("wechat", "password:20")
    fork = till.start("sell", till.yuan(), "--code", "-", given=code + "\n")
    fork.until("单号", START)
    fork.kill()
    other = till.folder.with_name("carried")
    shutil.copytree(till.folder, other)
    name = till.folder.with_name("machine-id")
    name.write_text("0123456789abcdef0123456789abcdef\n", "ascii")
    known = set(till.ledger()) | set(till.lines())
    words = ("sell", till.yuan(), "--code", "-", "--data", str(other))
    copy = till.program.start(*words, given=till.code("alipay", "instant") + "\n", machine=str(name))
    exit_code, said = copy.wait(), copy.said()
    till.said.append(copy.out)
    if exit_code != 0 or COPIED not in said:
        till.accuse("I-38", f"a copy at another computer: {exit_code} {said}")
    theirs = set(till.ledger()) - known
    _, _, ours = sold(till, "wechat")
    if ours in theirs:
        till.accuse("I-11", f"{ours} is used by both")
    till.lost |= theirs
    till.settles()
    return "another machine's name"


def foreign(till: Killed) -> str:
    """Another till's journal lies in the place of ours: it is set aside, and selling goes on."""
    place = till.folder.with_name("other")
    stranger = Killed(place, till.simulator, till.program, random.Random(till.chance.random()), Counter())
    try:
        theirs = sold(stranger, "unionpay")[2]
    finally:
        stranger.close()
    till.codes += stranger.codes
    lost = set(till.lines())
    takes_away(till)
    shutil.copy2(stranger.journal, till.journal)
    till.lost.add(theirs)
    goes_on(till, LOST, lost)
    if not list(till.folder.glob("journal.foreign-*.db")):
        till.accuse("journal", "another till's journal is not kept")
    return "set aside"
