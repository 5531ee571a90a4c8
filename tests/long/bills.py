"""Bills of a million rows through every room's parser: each sum to the fen, and memory that does not grow.

    sh packaging/test.sh long bills [--rows N] [--out FILE]

Rows are the vectors' own, each with an order number of its own. A file is written in one process and read in another,
because a process's peak of memory never falls; ``grown_kib`` is that peak after the last row less the peak after row
10,000.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from app.channels.alipay.bill import read_bill as read_alipay
from app.channels.books import BillRow, BillSums
from app.channels.unionpay.bill import Asked
from app.channels.unionpay.bill import read_bill as read_unionpay
from app.channels.wechat_bill import read_bill as read_wechat

VECTORS = Path(__file__).parents[1] / "app" / "channels" / "vectors"
WARM = 10_000  # rows after which everything that is loaded once is loaded
GROWTH_MOST_KIB = 4_096
MER_ID, NOW_MS = "777290058110048", 1_795_358_400_000

Read = Callable[[Path], Iterator[BillRow | BillSums]]


def vector(name: str) -> dict:
    return json.loads((VECTORS / name).read_text("utf-8"))


def wechat(folder: Path, rows: int) -> Path:
    told = vector("wechat_bill.json")
    row = told["sample_rows"]["success"][0]
    path = folder / "wechat.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\ufeff" + told["header"] + "\r\n")
        file.writelines(row.replace("_89201", f"_{n}") + "\r\n" for n in range(rows))
        file.write(told["summary_header"] + "\r\n" + told["summary_row"] + "\r\n")
    return path


def alipay(folder: Path, rows: int) -> Path:
    told = vector("alipay_bill.json")
    path = folder / "alipay.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("detail.csv", "w") as file:
        for line in (*told["prologue"], told["header"]):
            file.write((line + "\r\n").encode("gbk"))
        for n in range(rows):
            file.write((told["rows"][0].replace("9302\t", f"{n}\t") + "\r\n").encode("gbk"))
        for line in told["epilogue"]:
            file.write((line + "\r\n").encode("gbk"))
    return path


def unionpay(folder: Path, rows: int) -> Path:
    layout = vector("unionpay_zm_layout.json")
    cells = {1: "S22", 5: "1122143005", 7: "000000001250", 10: "201706061017522973458", 17: "C000000001247"}
    cells |= {16: "D000000000003", 20: "01", 21: "06", 28: MER_ID, 33: "C000000001247", 34: "00000001", 40: "9"}
    path = folder / "unionpay.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(f"INN26112288ZM_{MER_ID}", "w") as file,
    ):
        for n in range(rows):
            cells[12] = f"40261122{n:016d}"
            texts = (cells.get(k, "").ljust(f["len"]) for k, f in enumerate(layout["fields"], 1))
            file.write((" ".join(texts) + "\r\n").encode("ascii"))
    return path


WRITE = {"wechat": wechat, "alipay": alipay, "unionpay": unionpay}
READ: dict[str, Read] = {
    "wechat": read_wechat,
    "alipay": read_alipay,
    "unionpay": lambda path: read_unionpay(path, Asked(MER_ID, NOW_MS)),
}


def write(name: str, folder: str, rows: int) -> Path:
    return WRITE[name](Path(folder), rows)


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure(name: str, path: Path, rows: int) -> dict[str, int | float | str]:
    count = fen = first = warm = 0
    numbers: set[str] = set()
    began = time.perf_counter()
    for one in READ[name](path):
        if isinstance(one, BillSums):
            continue
        count, fen, first = count + 1, fen + one.amount_fen, first or one.amount_fen
        if count <= WARM:
            numbers.add(one.out_trade_no)
            warm = peak_kib()
    took = time.perf_counter() - began
    right = count == rows and fen == rows * first and len(numbers) == min(WARM, rows)
    grown = peak_kib() - warm
    return {
        "format": name,
        "bytes": path.stat().st_size,
        "rows": count,
        "fen": fen,
        "rows_per_second": round(count / took),
        "grown_kib": grown,
        "violations": int(not right) + int(grown > GROWTH_MOST_KIB),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="long bills", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    found = []
    with (
        tempfile.TemporaryDirectory() as folder,
        multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool,
    ):
        for name in WRITE:
            path = pool.apply(write, (name, folder, args.rows))
            found.append(pool.apply(measure, (name, path, args.rows)))
            path.unlink()
    report = {"part": "bills", "formats": found, "violations": sum(int(one["violations"]) for one in found)}
    text = json.dumps(report, ensure_ascii=False, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")
    return 1 if report["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
