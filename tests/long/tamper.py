"""A journal altered behind its back, in every way and at random places: each is found, and the first bad entry named.

    sh packaging/test.sh long tamper [--rounds N] [--seed S] [--out FILE]

The attacker owns the file, knows how it is made, may recompute every plain hash and the list of sales, but has no key.
Beside the file there are the marks of receipts: those of some entries, and of the last. One round in twenty alters
nothing, and must be found sound.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw
from long.report import finish

from app.journal.api import Entry, Fault, Head, SaleLine, Verdict
from app.journal.chain import entry_digest, line_of
from app.journal.tail import ROWS
from app.journal.verify import verify
from app.journal.writer import open_writer

KEY, FOREIGN = b"k" * 32, b"f" * 32
NOW_MS = 1_795_358_400_000
STATES = ("PENDING", "UNKNOWN", "REVERSING", "PAID", "REVERSED", "VOIDING", "VOIDED")
OPEN = ("INTENT", "PENDING", "UNKNOWN", "REVERSING", "VOIDING")
NONE_IN = 20  # one round in so many alters nothing
SEQ, AT, KIND, NUMBER, BEFORE, LINE, BODY, PREV, DIGEST, MAC = range(10)

Row = tuple


@dataclass
class Book:
    """A sound journal as it lies in its file, its entries, and the marks that were printed."""

    file: bytes
    rows: list[Row]
    anchors: list[Head]


@dataclass
class Forgery:
    """What the attacker makes of a book. ``sql`` is run after the entries are in place."""

    rows: list[Row]
    sql: list[str] = field(default_factory=list)
    file: bytes | None = None  # the whole file is another
    rehash: bool = False  # plain hashes made to fit from the first alteration on
    relist: bool = True  # and the list of sales
    names: set[int] | None = None  # entries of which any may be named, where it is not the first that differs


Attack = Callable[[random.Random, Book, list[Book]], Forgery]


def book(folder: Path, rng: random.Random, key: bytes) -> Book:
    """A journal of some tens of sales, each going its way, with other entries between them."""
    path = folder / "made.db"
    for left in folder.glob("made.db*"):
        left.unlink()
    lines: dict[int, SaleLine] = {}
    anchors: list[Head] = []
    for _ in range(2):
        journal = open_writer(path, key, training=False, now_ms=NOW_MS, entropy=rng.randbytes, ballast_bytes=0)
        for _ in range(rng.randrange(10, 30)):
            n = rng.choice([*lines, journal.next_number(), journal.next_number()])
            state = rng.choice(STATES) if n in lines else "INTENT"
            fen = lines[n].amount_fen if n in lines else rng.randrange(1, 500_000)
            lines[n] = SaleLine(
                f"4{n:023d}", n, f"p{n}", "wechat", fen, state, state in OPEN, 0, "2026-11-22", NOW_MS + n, f"{n:064x}"
            )
            entries = [Entry(f"sale.{state.lower()}", NOW_MS + n, {"fen": fen, "state": state}, lines[n])]
            if rng.random() < 0.3:
                entries.append(Entry("shift.looked", NOW_MS, {"n": rng.randrange(9)}))
            head = journal.append(*entries)
            if rng.random() < 0.2:
                anchors.append(Head(head.seq, head.digest[:8]))
        journal.close()
    db = apsw.Connection(str(path))
    rows = db.execute(ROWS + "ORDER BY seq").fetchall()
    db.close()
    anchors.append(Head(rows[-1][SEQ], rows[-1][DIGEST].hex()[:8]))
    return Book(path.read_bytes(), rows, anchors)


def changed(rng: random.Random, row: Row) -> Row:
    """``row`` with one of its values another."""
    at = rng.choice((AT, KIND, NUMBER, BEFORE, LINE, BODY, PREV, DIGEST, MAC))
    value = row[at]
    match value:
        case None if at == BEFORE:
            value = 1 if row[SEQ] > 1 and row[NUMBER] is not None else None
        case None:
            return changed(rng, row)
        case int():
            value = value + rng.choice((-1, 1, 1000)) if at == AT else max(1, value - 1)
        case bytes():
            place = rng.randrange(32)
            value = value[:place] + bytes([value[place] ^ (1 << rng.randrange(8))]) + value[place + 1 :]
        case str() if at in (LINE, BODY):
            digits = [i for i, c in enumerate(value) if c.isdigit()]
            place = rng.choice(digits) if digits else len(value) - 1
            value = value[:place] + str((int(value[place]) + 1) % 10 if digits else "}") + value[place + 1 :]
        case _:
            value = value[:-1] + ("8" if value[-1] != "8" else "9")
    return changed(rng, row) if value == row[at] else (*row[:at], value, *row[at + 1 :])


def edit(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    rows, at = list(mine.rows), rng.randrange(len(mine.rows))
    rows[at] = changed(rng, rows[at])
    undone = rows[at][:PREV] == mine.rows[at][:PREV]  # new hashes would be the old ones
    return Forgery(rows, rehash=rng.random() < 0.5 and not undone, relist=rng.random() < 0.5)


def delete(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    first = rng.randrange(len(mine.rows) - 1)
    last = rng.randrange(first + 1, min(len(mine.rows), first + 4))
    rows = mine.rows[:first] + mine.rows[last:]
    return Forgery(renumbered(rows) if rng.random() < 0.5 else rows, rehash=rng.random() < 0.5)


def reorder(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    rows = list(mine.rows)
    one, other = sorted(rng.sample(range(len(rows)), 2))
    rows[one], rows[other] = rows[other], rows[one]
    return Forgery(renumbered(rows), rehash=rng.random() < 0.5)


def truncate(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    return Forgery(mine.rows[: rng.randrange(len(mine.rows))], relist=rng.random() < 0.7)


def splice(rng: random.Random, mine: Book, others: list[Book]) -> Forgery:
    """An entry of this or another journal put between two, in the place of one, or at the end."""
    rows = list(mine.rows)
    strange = rng.choice(rng.choice([mine, *others]).rows)
    at = rng.choice((rng.randrange(1, len(rows)), len(rows)))
    rows[at : at + rng.randrange(2)] = [strange]
    return Forgery(renumbered(rows), rehash=rng.random() < 0.5)


def replace(rng: random.Random, _: Book, others: list[Book]) -> Forgery:
    other = rng.choice(others)
    return Forgery(list(other.rows), file=other.file)


def roll_back(rng: random.Random, mine: Book, others: list[Book]) -> Forgery:
    """An older copy, as a backup would hold it; perhaps sold on since by someone without the key."""
    older = mine.rows[: rng.randrange(1, len(mine.rows))]
    strange = [rng.choice(rng.choice(others).rows) for _ in range(rng.choice((0, 0, 3)))]
    return Forgery(renumbered(older + strange), rehash=bool(strange))


def list_of_sales(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    """The entries stay; what people are shown of them does not."""
    newest = {row[NUMBER]: row[SEQ] for row in mine.rows if row[NUMBER] is not None}
    number = rng.choice(list(newest))
    where = f"WHERE out_trade_no = '{number}'"
    sql, names = rng.choice(
        (
            (f"UPDATE sale SET amount_fen = amount_fen + 1 {where}", {newest[number]}),
            (f"UPDATE sale SET state = state || 'X' {where}", {newest[number]}),
            (f"UPDATE sale SET is_open = 1 - is_open {where}", {newest[number]}),
            (f"UPDATE sale SET day = '2026-11-23' {where}", {newest[number]}),
            (f"DELETE FROM sale {where}", {newest[number]}),
            (f"UPDATE sale SET seq = seq + 1 {where}", {newest[number] + 1}),
            (f"UPDATE sale SET refunded_fen = amount_fen {where}", {newest[number]}),
        )
    )
    return Forgery(list(mine.rows), [sql], names=names)


def facts(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    change = rng.choice(("epoch = (epoch + 1) % 10000", "made_ms = made_ms + 1", "training = 1", "journal_id = x'{}'"))
    return Forgery(list(mine.rows), [f"UPDATE meta SET {change.format(rng.randbytes(16).hex())}"], names={1})


def guards(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    """What SQLite itself refuses for us, taken away or turned round."""
    sql = (
        "DROP TRIGGER entry_stays",
        "DROP TRIGGER entry_follows",
        "DROP INDEX entry_apart",
        "CREATE TABLE mine (a)",
        "CREATE TRIGGER mine AFTER INSERT ON sale BEGIN DELETE FROM sale; END",
        "PRAGMA user_version = 1",
    )
    return Forgery(list(mine.rows), [rng.choice(sql)], names={0})


def bits(rng: random.Random, mine: Book, _: list[Book]) -> Forgery:
    """Below SQL: one bit of one entry, also where SQLite left an older copy of its page unused."""
    row = rng.choice(mine.rows)
    held = row[BODY].encode() + row[PREV] + row[DIGEST] + row[MAC]
    assert held in mine.file
    flipped = bytearray(held)
    flipped[rng.randrange(len(held))] ^= 1 << rng.randrange(8)
    return Forgery([], file=mine.file.replace(held, flipped), names={row[SEQ]})


def nothing(_: random.Random, mine: Book, __: list[Book]) -> Forgery:
    return Forgery(list(mine.rows))


ATTACKS: tuple[Attack, ...] = (
    *(edit, delete, reorder, truncate, splice, replace, roll_back, list_of_sales, facts, guards, bits),
)


def renumbered(rows: list[Row]) -> list[Row]:
    return [(seq, *row[1:]) for seq, row in enumerate(rows, 1)]


def rehashed(rows: list[Row], first: int, start: bytes) -> list[Row]:
    """The plain hashes made to fit from the ``first`` row on; the seals stay as they were."""
    done = rows[:first]
    prev = done[-1][DIGEST] if done else start
    for row in rows[first:]:
        digest = entry_digest(prev, row[:7])
        done.append((*row[:7], prev, digest, row[MAC]))
        prev = digest
    return done


def first_difference(mine: list[Row], theirs: list[Row]) -> int:
    """The number of the first entry that is not the one it was; one after the last where none is."""
    same = 0
    for one, other in zip(mine, theirs, strict=False):
        if one != other:
            break
        same += 1
    return same + 1


def forge(path: Path, mine: Book, forgery: Forgery) -> None:
    path.write_bytes(mine.file if forgery.file is None else forgery.file)
    if forgery.file is not None:
        return
    db = apsw.Connection(str(path))
    kept = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    db.execute("BEGIN; PRAGMA ignore_check_constraints = ON")
    for name, _ in kept:
        db.execute(f"DROP TRIGGER {name}")
    if forgery.rows != mine.rows:
        db.execute("DELETE FROM entry")
        db.executemany(f"INSERT INTO entry VALUES ({', '.join('?' * 10)})", forgery.rows)
        if forgery.relist:
            relist(db, forgery.rows)
    for _, guard in kept:
        db.execute(guard)
    for sql in forgery.sql:
        guarded = [(name, guard) for name, guard in kept if name.startswith("meta") and "meta" in sql]
        for name, _ in guarded:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(sql)
        for _, guard in guarded:
            db.execute(guard)
    db.execute("COMMIT")
    db.close()


def relist(db: apsw.Connection, rows: list[Row]) -> None:
    """The list of sales as the forged entries tell it, as far as they tell anything."""
    db.execute("DELETE FROM sale")
    sales: dict[str, tuple[int, int, SaleLine]] = {}
    for row in rows:
        try:
            line = line_of(row[NUMBER], row[LINE])
        except (TypeError, ValueError):
            continue
        sales[row[NUMBER]] = (sales.get(row[NUMBER], (row[SEQ],))[0], row[SEQ], line)
    for born, seq, line in sales.values():
        held = (line.out_trade_no, born, seq, line.number, line.purchase, line.channel, line.amount_fen, line.state)
        rest = (line.is_open, line.refunded_fen, line.day, line.began_ms, line.code_mark)
        db.execute(f"INSERT INTO sale VALUES ({', '.join('?' * 13)})", (*held, *rest))


def judged(mine: Book, forgery: Forgery, verdict: Verdict) -> str:
    """ "" where the verdict is right, else what is wrong with it."""
    if forgery.file is None and forgery.rows == mine.rows and not forgery.sql:
        return "" if verdict.is_sound else f"a sound journal was accused: {verdict.says}"
    if verdict.is_sound:
        return "not found"
    first = first_difference(mine.rows, forgery.rows)
    if forgery.names is not None:
        # "Damaged after entry n": the entry itself could not even be read.
        right = {n - (verdict.fault is Fault.UNREADABLE) for n in forgery.names}
    elif verdict.fault is Fault.SHORT:
        right = {len(forgery.rows)} if first > len(forgery.rows) else set()
    elif verdict.fault is Fault.ANCHOR:
        right = {min(anchor.seq for anchor in mine.anchors if anchor.seq >= first)}
    elif verdict.fault is Fault.INDEX:
        right = set()  # an entry was altered, and that comes first
    else:
        right = {first}
    return "" if verdict.seq in right else f"{verdict.fault} at {verdict.seq}, expected {sorted(right)[:5]}"


@dataclass
class Tally:
    rounds: int = 0
    found: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def alter(rounds: int, seed: int) -> Tally:
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="mashou-tamper-", dir=where) as name:
        folder = Path(name)
        rng = random.Random(seed)
        own = [book(folder, rng, KEY) for _ in range(8)]
        strange = [book(folder, rng, FOREIGN) for _ in range(2)]
        for n in range(rounds):
            one_round(folder, random.Random(f"{seed}/{n}"), own, strange, tally)
    return tally


def one_round(folder: Path, rng: random.Random, own: list[Book], strange: list[Book], tally: Tally) -> None:
    path = folder / "journal.db"
    for left in folder.glob("journal.db*"):
        left.unlink()
    mine = rng.choice(own)
    attack = nothing if rng.randrange(NONE_IN) == 0 else rng.choice(ATTACKS)
    forgery = attack(rng, mine, [*(one for one in own if one is not mine), *strange])
    if forgery.rehash:
        first = first_difference(mine.rows, forgery.rows) - 1
        forgery.rows = rehashed(forgery.rows, first, mine.rows[0][PREV])
    forge(path, mine, forgery)
    verdict = verify(path, KEY, anchors=mine.anchors)
    wrong = judged(mine, forgery, verdict)
    tally.rounds += 1
    tally.found[attack.__name__] += not wrong
    tally.faults[str(verdict.fault)] += 1
    if wrong:
        how = "rehashed" if forgery.rehash else "plain"
        tally.violations.append(f"round {tally.rounds - 1}, {attack.__name__} ({how}): {wrong}")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=14_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(argv)
    began = time.perf_counter()
    tally = alter(args.rounds, args.seed)
    seconds = time.perf_counter() - began
    counts = {"rounds": tally.rounds, "right": dict(tally.found), "faults": dict(tally.faults)}
    rates = {"seconds": round(seconds, 1), "rounds_per_second": round(tally.rounds / seconds, 1)}
    return finish("tamper", seed=args.seed, counts=counts, violations=tally.violations[:100], rates=rates, out=args.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
