"""The office over a journal of a million sales: the day log opens, CSV is written, a day of 100,000 is reconciled.

    sh packaging/test.sh long office [--rows N] [--journal FILE] [--out FILE]

The journal is written first, by the journal's own code, through a day log's worth of days and one busy day of a tenth
of all sales; ``--journal`` takes one that an earlier run kept. Each measurement is a process of its own, since a
process's peak of memory never falls: ``grown_kib`` is that peak at the end less what stood at a tenth of the way. Rates
are by processor time, so that a run beside other work says the same; the clock's stands beside each. Reading the same
rows and doing nothing with them is the baseline of the export, taken in the same run.
"""

import argparse
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from long.report import finish

from app.channels.books import BillRow
from app.channels.wechat_bill import read_bill
from app.core.beijing import DAY_MS, at_beijing, business_day
from app.core.channel import Channel
from app.core.money import show_yuan
from app.core.numbers import order_number
from app.core.sale import Order, Sale, State
from app.journal.days import open_days
from app.journal.writer import open_writer
from app.office import daylog
from app.office.export import Export, Format, export
from app.office.export_table import Paper
from app.office.recon.lines import Facing
from app.office.recon.match import Sources, reckon
from app.office.recon.source import booked_on
from app.office.recon.window import window_of
from app.office.signing import export_key
from app.till.entries import entry_of

KEY, TERMINAL = b"k" * 32, "0003"
BEGIN_MS = 1_773_507_600_000  # 2026-03-15 01:00 in Beijing
BUSY_SHARE, DAYS, AT_ONCE = 10, 250, 4_000  # one day holds a tenth; entries in one commit
OPEN_MOST_S, RECONCILE_MOST_S, CSV_LEAST, GROWTH_MOST_KIB = 1.0, 10.0, 50_000, 16_384
USUAL = 11_000  # sales of the day that is opened; a shop of 250 days has no busier one but the busy day
VECTOR = Path(__file__).parents[1] / "app" / "channels" / "vectors" / "wechat_bill.json"

Told = dict[str, float | int]


def written(path: Path, rows: int) -> str:
    """A journal of ``rows`` sales; the day of the busy tenth. Seconds: some 300 for a million."""
    dice = random.Random(1)
    journal = open_writer(path, KEY, training=True, now_ms=BEGIN_MS, entropy=os.urandom)
    busy = rows // BUSY_SHARE
    sizes = [busy, min(USUAL, rows - busy)]
    left = rows - sum(sizes)
    sizes += [left // DAYS + (n < left % DAYS) for n in range(DAYS)]
    batch, running = [], 0
    for day, size in enumerate(sizes):
        for n in range(size):
            running += 1
            at_ms = BEGIN_MS + day * DAY_MS + n * 20 * 3_600_000 // size
            batch += _sale(journal.epoch(), running, at_ms, dice, busy=day == 0)
            if len(batch) >= AT_ONCE:
                journal.append(*batch)
                batch = []
    if batch:
        journal.append(*batch)
    journal.close()
    return business_day(BEGIN_MS)


def _sale(epoch: int, running: int, at_ms: int, dice: random.Random, *, busy: bool) -> list:
    """A sale's first entry and its last. On the busy day all are WeChat's, for one bill of them."""
    number = order_number(training=True, at_ms=at_ms, terminal=TERMINAL, epoch=epoch, running=running)
    channel = Channel.WECHAT if busy else dice.choice(list(Channel))
    operator, fen = dice.choice(["1001", "1002", "1003"]), dice.randrange(100, 30_000)
    order = Order(
        number, f"p{running}", channel, fen, f"{running:064x}", operator, TERMINAL, at_ms, business_day(at_ms), True
    )
    sale = Sale(order, deadline_ms=at_ms + 60_000)
    paid = dice.random() < 0.95
    end = {"state": State.PAID, "paid_ms": at_ms + 3_000, "took_money": True, "channel_no": f"42000{running:023d}"}
    ended = replace(sale, ended_ms=at_ms + 3_000, **(end if paid else {"state": State.DECLINED, "took_money": False}))
    return [entry_of(sale, at_ms), entry_of(ended, at_ms + 3_000)]


def billed(journal: Path, day: str, path: Path) -> int:
    """WeChat's bill of that day as WeChat writes it; how many rows it has."""
    told = json.loads(VECTOR.read_text("utf-8"))
    header = told["header"].split(",")
    sample = dict(zip(header, told["sample_rows"]["success"][0][1:].split(",`"), strict=True))
    days, count = open_days(journal), 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\ufeff" + told["header"] + "\r\n")
        for booked in booked_on(days, day):
            if booked.channel is Channel.WECHAT and booked.stand == "kept":
                count += 1
                yuan, when = show_yuan(booked.amount_fen).replace(",", ""), at_beijing(booked.at_ms)
                facts = {
                    "商户订单号": booked.out_trade_no,
                    "微信订单号": booked.channel_no,
                    "交易时间": f"{when:%F %T}",
                }
                facts |= {"交易时间": f"{when:%F %T}", "应结订单金额": yuan, "订单金额": yuan, "手续费": "0.00000"}
                file.write(",".join(f"`{(sample | facts)[name]}" for name in header) + "\r\n")
        file.write(told["summary_header"] + "\r\n" + told["summary_row"] + "\r\n")
    days.close()
    return count


class Clocks:
    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def told(self, count: int = 0) -> Told:
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        rates = {"per_s": round(count / cpu), "per_s_by_the_clock": round(count / wall)} if count else {}
        return {"s": round(cpu, 3), "s_by_the_clock": round(wall, 3), **rates}


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def opens(journal: Path, day: str) -> Told:
    """The day log of one day, as its page shows it."""
    clocks = Clocks()
    log = daylog.load(journal, daylog.Query(day, day))
    return {"rows": len(log.rows), **clocks.told()}


def reads(journal: Path, first: str, last: str) -> Told:
    """The rows alone: what no export can be faster than."""
    days, clocks = open_days(journal), Clocks()
    count = sum(1 for _ in days.sales_between(first, last))
    days.close()
    return {"rows": count, **clocks.told(count)}


def writes(journal: Path, first: str, last: str, folder: Path) -> Told:
    paper = Paper("店", TERMINAL, first, last, 0, "", BEGIN_MS, True, "zh")
    wish = Export(daylog.Query(first, last), Format.CSV, folder / "out.csv", paper, export_key(KEY))
    warm: list[int] = []

    def on_progress(done: int, total: int) -> None:
        if not warm and done * 10 >= total:
            warm.append(peak_kib())

    clocks = Clocks()
    count = export(journal, wish, lambda: True, on_progress).about.rows
    return {"rows": count, **clocks.told(count), "grown_kib": peak_kib() - (warm or [peak_kib()])[0]}


def reconciles(journal: Path, day: str, bill: Path) -> Told:
    """Reading the bill and the log, and matching them; ``open``: lines that are not explained."""
    days, clocks = open_days(journal), Clocks()
    rows = (row for row in read_bill(bill) if isinstance(row, BillRow))
    booked = (one for one in booked_on(days, day) if one.channel is Channel.WECHAT)
    facing = Facing(window_of(Channel.WECHAT, day), frozenset({TERMINAL}))
    found = reckon(facing, Sources(booked, rows))
    days.close()
    told = clocks.told()
    return {"rows": found.bill.count, "difference_fen": found.difference_fen, "open": len(found.open_lines), **told}


def apart(work: Callable[..., Told], *given: object) -> Told:
    """``work`` in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def judged(rates: dict[str, Told]) -> Iterator[str]:
    if rates["opens"]["s"] > OPEN_MOST_S:
        yield f"the day log opens in {rates['opens']['s']} s"
    if rates["csv"]["per_s"] < CSV_LEAST:
        yield f"CSV: {rates['csv']['per_s']} rows a second"
    if rates["csv"]["grown_kib"] > GROWTH_MOST_KIB:
        yield f"CSV: memory grew by {rates['csv']['grown_kib']} KiB"
    if rates["reconciles"]["s"] > RECONCILE_MOST_S:
        yield f"the busy day is reconciled in {rates['reconciles']['s']} s"
    if rates["reconciles"]["difference_fen"] or rates["reconciles"]["open"]:
        yield f"the busy day does not level out: {rates['reconciles']}"


def run(rows: int, journal: Path | None, out: Path | None) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = journal or folder / "journal.db"
        clocks = Clocks()
        busy = business_day(BEGIN_MS) if path.exists() else written(path, rows)
        usual, last = business_day(BEGIN_MS + DAY_MS), business_day(BEGIN_MS + (DAYS + 2) * DAY_MS)
        made = clocks.told()
        billed(path, busy, folder / "bill.csv")
        rates = {
            "opens": apart(opens, path, usual),
            "reads": apart(reads, path, busy, last),
            "csv": apart(writes, path, busy, last, folder),
            "reconciles": apart(reconciles, path, busy, folder / "bill.csv"),
        }
        sales = rates["reads"]["rows"]
        counts = {"sales": sales, "written_s": made["s"], "bytes": path.stat().st_size}
    return finish("office", seed=1, counts=counts, violations=list(judged(rates)), rates=rates, out=out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--journal", type=Path, help="made by an earlier run, or to be kept by this one")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    return run(args.rows, args.journal, args.out)


if __name__ == "__main__":
    sys.exit(main())
