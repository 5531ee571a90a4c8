"""Runs a frozen program as a shop would, and says what came of it as JSON; exit 1 where anything is not as it must be.

    python packaging/smoke.py [PROGRAM] [--rounds N] [--no-screen] [--picture FILE]

PROGRAM is dist/mashou/mashou unless named. It is asked who it is; plays a training shift with no screen; sells at the
command line to a customer who pays, one who types a password and one who never does; gives a sale back, prints a slip
and exports the day; and under Xvfb opens its window. The time from start to the first painted pixel is read from the
X server's own frame buffer, in turns with the same program from the source tree, which runs on this interpreter.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from frozen import ROOT, Program, TrialError
from screen import Screen

PACE: Final = 10
SLOWER_AT_MOST: Final = 1.2  # the frozen program's first paint beside the source tree's
PAINT_LIMIT: Final = 30.0
SETTLE: Final = 3.0  # seconds until a picture of the window shows the open till
KEPT: Final = {"PAID", "PARTLY_REFUNDED"}


def says_who_it_is(program: Program) -> dict[str, Any]:
    version = program.run("--version").strip()
    if not re.fullmatch(r"mashou \S+ \([0-9a-f]{12}\+?, [0-9a-f]{16}\)", version):
        raise TrialError(f"no version, commit and digest: {version!r}")
    licences = program.run("--licences")
    if "Qt" not in licences or "GNU LESSER GENERAL PUBLIC LICENSE" not in licences:
        raise TrialError("the licences are not whole")
    program.run("bench", expect=64)  # measuring is for the source tree
    return {"says": version, "licences_characters": len(licences)}


def plays_a_shift(program: Program) -> dict[str, Any]:
    """Exit 0 says that every story ended as told, and that the journal and the counterparties agree to the fen."""
    folder = program.home / "shift"
    began = time.monotonic()
    told = program.run("--training", MASHOU_DATA=str(folder))
    left = folder / "training" / "shift"
    pictures, sales = len(list(left.glob("*.png"))), len((left / "sales.txt").read_text("utf-8").splitlines())
    if min(pictures, sales) < 10:
        raise TrialError(f"a shift of {sales} sales and {pictures} pictures: {told[-800:]}")
    return {
        "seconds": round(time.monotonic() - began, 1),
        "sales": sales,
        "pictures": pictures,
        "last_lines": told.splitlines()[-4:-1],
    }


def sells_and_keeps_books(program: Program) -> dict[str, Any]:
    service, till = program.home / "sim", ("--data", program.home / "till")
    with program.standing("sim", "--dir", service, "--pace", str(PACE)) as counterparties:
        assert counterparties.stdout is not None
        if not counterparties.stdout.readline().startswith("ready "):
            raise TrialError("the practice service does not start")
        program.run("setup", "--client", service / "client.json", *till)

        def sell(yuan: str, channel: str, customer: str, *, ends: int) -> None:
            code = program.run("sim", "code", "--dir", service, "--channel", channel, "--customer", customer).strip()
            program.run("sell", yuan, "--code", code, *till, expect=ends)

        sell("18.00", "wechat", "instant", ends=0)
        sell("128.50", "alipay", "password:10", ends=0)
        sell("46.00", "alipay", "never", ends=1)
        sales = json.loads(program.run("sales", "--json", *till))
        first = sales[0]["out_trade_no"]
        program.run("refund", first, "--amount", "8.00", "--reason", "退货", *till)
        slip = prints_a_slip(program, first, till)
        sales = json.loads(program.run("sales", "--json", *till))
        held = {one["out_trade_no"]: one["amount_fen"] - one["refunded_fen"] for one in sales if one["state"] in KEPT}
        owed = json.loads(program.run("sim", "ledger", "--dir", service, "--json"))
        theirs = {one["out_trade_no"]: kept for one in owed if (kept := one["net_fen"])}
        if held != theirs or sum(held.values()) != 13_850:
            raise TrialError(f"journal {held} and counterparties {theirs} differ")
    exported = exports(program, till)
    program.run("journal", "verify", *till)
    program.run("may-update", *till)
    return {"states": [one["state"] for one in sales], "held_fen": sum(held.values()), "slip_bytes": slip, **exported}


def prints_a_slip(program: Program, number: str, till: tuple[str | Path, ...]) -> int:
    """Into a file, as a shop without a slip printer could: the printer's library and its tables are all there."""
    settings, paper = Path(till[1], "settings.toml"), program.home / "paper"
    paper.touch()
    before = settings.read_text("utf-8")
    without = re.sub(r"(?ms)^\[printer\].*?(?=^\[|\Z)", "", before)
    settings.write_text(
        f'{without}\n[printer]\nconnection = "file"\naddress = "{paper.as_posix()}"\n', encoding="utf-8"
    )
    program.run("receipt", number, "--print", *till)
    program.run("receipt", number, "--png", program.home / "slip.png", *till, QT_QPA_PLATFORM="offscreen")
    settings.write_text(before, encoding="utf-8")
    if paper.stat().st_size < 500:
        raise TrialError("the slip is empty")
    return paper.stat().st_size


def exports(program: Program, till: tuple[str | Path, ...]) -> dict[str, Any]:
    # Beijing's day, whatever the computer's own (design §2.7).
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    sizes = {}
    for kind in ("csv", "xlsx", "pdf"):
        file = program.home / f"day.{kind}"
        program.run("export", "--day", day, "--format", kind, "--out", file, *till, QT_QPA_PLATFORM="offscreen")
        program.run("export", "verify", file, *till)
        sizes[f"{kind}_bytes"] = file.stat().st_size
    return sizes


def opens_its_window(program: Program, source: Program, rounds: int, picture: Path) -> dict[str, Any]:
    if shutil.which("Xvfb") is None:
        raise TrialError("no Xvfb here: install xvfb, or leave this part out with --no-screen")
    times: dict[str, list[float]] = {"frozen": [], "source": []}
    for turn in range(rounds + 1):
        for name, one in (("frozen", program), ("source", source)):
            took = first_paint(one, picture if (turn, name) == (rounds, "frozen") else None)
            if turn:  # the first of each fills the computer's memory of the files
                times[name].append(took)
    frozen, plain = (statistics.median(times[name]) for name in ("frozen", "source"))
    found: dict[str, Any] = {f"{name}_ms": [round(one) for one in sorted(all_of)] for name, all_of in times.items()}
    found |= {"frozen_median_ms": round(frozen), "source_median_ms": round(plain), "ratio": round(frozen / plain, 3)}
    if frozen > SLOWER_AT_MOST * plain:
        raise TrialError(f"the first paint is too late: {json.dumps(found)}")
    return found


def first_paint(program: Program, picture: Path | None) -> float:
    """Milliseconds from starting the process to its first pixel on an X server of its own."""
    with tempfile.TemporaryDirectory(dir=program.home) as folder:
        screen = Screen(Path(folder))
        try:
            began = time.monotonic()
            world = {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb", "MASHOU_DATA": str(program.home / "window")}
            with program.standing("--training", **world):
                while not screen.is_painted():
                    if time.monotonic() - began > PAINT_LIMIT:
                        raise TrialError("no window was painted")
                    time.sleep(0.001)  # noqa: TID251 - a look at the screen every millisecond is the measure
                took = (time.monotonic() - began) * 1000
                if picture is not None:
                    time.sleep(SETTLE)  # noqa: TID251 - the till opens behind its window
                    picture.write_bytes(screen.picture())
                return took
        finally:
            screen.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", type=Path, default=ROOT / "dist" / "mashou" / "mashou")
    parser.add_argument("--rounds", type=int, default=9, metavar="N", help="paints counted of each (9)")
    parser.add_argument("--no-screen", action="store_true", help="leave the window out")
    parser.add_argument("--picture", type=Path, default=ROOT / "dist" / "window.png", help="where the window's goes")
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="mashou-smoke-"))
    program = Program([str(args.program.absolute())], home)
    source = Program([sys.executable, "-m", "app"], home)
    steps: list[tuple[str, Callable[[], dict[str, Any]]]] = [
        ("who", lambda: says_who_it_is(program)),
        ("shift", lambda: plays_a_shift(program)),
        ("sales", lambda: sells_and_keeps_books(program)),
    ]
    if not args.no_screen:
        steps.append(("window", lambda: opens_its_window(program, source, args.rounds, args.picture)))
    report: dict[str, Any] = {"ok": True}
    for name, step in steps:
        try:
            report[name] = step()
        except (TrialError, subprocess.TimeoutExpired, OSError, ValueError) as error:
            report[name], report["ok"] = {"failed": str(error)}, False
    print(json.dumps(report, ensure_ascii=False, indent=1))
    shutil.rmtree(home, ignore_errors=True)
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
