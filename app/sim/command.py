"""``mashou sim``: serve, and steer the simulator that serves a folder."""

import argparse
import asyncio
import base64
import contextlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.sim import faults, notify
from app.sim.book import parse_customer
from app.sim.client_file import NoSimulatorError, read_control
from app.sim.faults import FaultError
from app.sim.remote import AskedWrongError, ask
from app.sim.rules import SPOKEN

OK: Final = 0
REFUSED: Final = 64  # the command line's "refused before anything was done" (design §7)
MAX_PACE: Final = 1_000.0

_ABOUT: Final = """\
Play WeChat Pay (V2 and V3), Alipay and UnionPay on 127.0.0.1: an HTTPS server with its own accounts that verifies
signatures and signs its answers. It writes DIR/client.json (addresses, keys, certificates: everything a client needs;
no real money anywhere) and prints "ready https://127.0.0.1:PORT". The first start in DIR makes the keys and takes a few
seconds. It serves until SIGTERM, Ctrl-C or, with --with-parent, the end of its standard input."""
_CUSTOMERS: Final = """\
customers: instant           pays at once, whatever the sum
           password:SECONDS  types the password after so many seconds (divided by the pace)
           never             never types it
           poor              has an empty wallet
A code serves one order and lives 60 seconds (divided by the pace)."""
_BILL: Final = """\
Print a channel's bill of one day as it stands now, in the channel's own format: WeChat's CSV, Alipay's zip, UnionPay's
zip. Over the wire a bill can be had from 09:00 of the next day (Beijing time), as at the channels, unless the fault
script says "*.bill: today"; this command does not wait, so that a bill can be tried on the day itself."""
_WEEK: Final = """\
Make a training week in DIR: two tills with a data folder each, three cashiers, every channel (WeChat V2 at one till, V3
at the other), customers and faults as they come, played by the shipping till on a clock of its own: about a minute.
Leaves till-1, till-2, bills (a file for each day and channel), logs (signed day logs, public keys), ledger.json and
week.json. Try then: mashou reconcile --data DIR/till-1 --day 2026-11-02 --bill DIR/bills/* --log DIR/logs/till-2-*.csv
--key DIR/logs/till-2.pem"""
_STATES: Final = """\
Prints [{channel, out_trade_no, state, paid_fen, net_fen}], oldest first. paid_fen is what was ever taken, net_fen what
the shop holds of it now, refunds under way taken off. States: PAID, PARTLY_REFUNDED, REFUNDED, WAITING (password),
NOT_PAID and FAILED (created, unpaid), REVERSED (reversed or cancelled), CLOSED (unpaid, closed by Alipay itself or on
request), REFUSED (an attempt: no order was created)."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Mount ``sim`` and its own commands."""
    parser = _command(subparsers, "sim", "serve", "play the channels for training and tests", _ABOUT)
    parser.add_argument("--dir", type=Path, metavar="DIR", help="the simulator's folder (made where there is none)")
    parser.add_argument("--port", type=_port, metavar="P", help="default: the last run's port, else any free one")
    parser.add_argument(
        "--pace", type=_pace, default=1.0, metavar="N", help="divides every duration, here and in the till (1)"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when the standard input ends")
    parser.add_argument("--verbose", action="store_true", help="say on stderr what is refused and why")
    steer = parser.add_subparsers(title="commands for a simulator that runs", metavar="COMMAND")

    code = _command(
        steer, "code", "code", "print a fresh payment code", "Print a fresh payment code.", epilog=_CUSTOMERS
    )
    code.add_argument("--channel", required=True, choices=[channel.value for channel in SPOKEN])
    code.add_argument("--customer", required=True, type=_customer, metavar="CUSTOMER", help="see below")

    about = f"Replace the fault script; an empty one clears it. A restart clears it too.\n\n{faults.__doc__}"
    fault = _command(steer, "fault", "fault", "set the fault script", about, epilog=f"faults:\n{faults.describe()}")
    fault.add_argument("script", metavar="SCRIPT", type=_script)

    ledger = _command(steer, "ledger", "ledger", "print every order", _STATES)
    ledger.add_argument("--json", action="store_true", help="as JSON; without it, one line per order")

    bill = _command(steer, "bill", "bill", "print or save a day's bill now", _BILL)
    bill.add_argument("--channel", required=True, choices=[channel.value for channel in SPOKEN])
    bill.add_argument("--day", required=True, metavar="YYYY-MM-DD", help="Beijing day (UnionPay: settlement day)")
    bill.add_argument("--save", type=Path, metavar="FILE", help="write it there; without it, to standard output")

    _add_week(steer)
    notice = _command(steer, "notify", "notify", "make a channel's notification", notify.ABOUT)
    notice.add_argument("--channel", required=True, choices=notify.SPEECHES)
    notice.add_argument("--number", required=True, metavar="OUT_TRADE_NO", help="the order")
    notice.add_argument("--refund", metavar="NUMBER", help="out_refund_no, out_request_no, UnionPay's own orderId")
    notice.add_argument("--save", type=Path, metavar="FILE", help="write the body there")
    notice.add_argument("--save-headers", type=Path, metavar="FILE", help="write the headers there")
    notice.add_argument("--post", metavar="URL", help="send it there: http://127.0.0.1:PORT/...")
    for command in (code, fault, ledger, bill, notice):
        command.add_argument(
            "--dir", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="the simulator's folder"
        )


def _add_week(steer: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Parsed here; carried out above, where the till is known (``app.week``)."""
    week = _command(steer, "week", "week", "make a training week of two tills", _WEEK)
    week.add_argument("--seed", type=int, required=True, metavar="N", help="the same seed is the same week")
    week.add_argument("--sales", type=int, default=2_000, metavar="N", help="at least so many (2000)")
    week.add_argument("--days", type=int, default=5, metavar="N", help="days of it (5)")
    week.add_argument("--back-office", type=int, default=0, metavar="N", help="refunds that no till knows of (0)")
    week.add_argument("--dir", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="an empty folder, or none yet")


def _command(
    where: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    does: str,
    brief: str,
    about: str,
    *,
    epilog: str = "",
) -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    escaped = about.replace("%", "%%"), epilog.replace("%", "%%")
    parser = where.add_parser(name, help=brief, description=escaped[0], epilog=escaped[1], formatter_class=raw)
    parser.set_defaults(sim_command=does)
    return parser


def run(args: argparse.Namespace) -> int:
    """Do what ``add_parser`` parsed; 0, or 64 with one sentence on stderr."""
    if args.dir is None:
        return _refuse("say where: --dir DIR")
    try:
        match args.sim_command:
            case "serve":
                return _serve(args)
            case "code":
                _say(_ask(args, "POST", "/code", {"channel": args.channel, "customer": args.customer})["code"])
            case "fault":
                _ask(args, "POST", "/fault", {"script": args.script})
            case "bill":
                made = _ask(args, "POST", "/bill", {"channel": args.channel, "day": args.day})
                return _give_file(base64.b64decode(made["data"]), args.save)
            case "notify":
                return _notify(args)
            case _:
                _print_ledger(_ask(args, "GET", "/ledger")["orders"], as_json=args.json)
    except (NoSimulatorError, AskedWrongError, notify.CannotNotifyError) as error:
        return _refuse(str(error))
    return OK


def _ask(args: argparse.Namespace, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    return asyncio.run(ask(read_control(args.dir), method, path, body))


def _notify(args: argparse.Namespace) -> int:
    if args.save is None and args.post is None:
        return _refuse("say where to: --save FILE or --post URL")
    made = _ask(args, "POST", "/notice", {"channel": args.channel, "number": args.number, "refund": args.refund})
    said = notify.hand_over(made, args.save, args.save_headers, args.post)
    if said:
        _say(said)
    return OK


def _give_file(data: bytes, where: Path | None) -> int:
    try:
        if where is not None:
            where.write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except OSError as error:
        return _refuse(f"the file cannot be written ({error.strerror or error})")
    return OK


def _print_ledger(orders: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        _say(json.dumps(orders, ensure_ascii=False))
        return
    for order in orders:
        money = f"{order['paid_fen']:>10} {order['net_fen']:>10}"
        _say(f"{order['channel']:<8} {order['out_trade_no']:<32} {order['state']:<9} {money}")


def _serve(args: argparse.Namespace) -> int:
    from app.sim import server  # noqa: PLC0415 - the short commands do not wait for TLS and key code to load

    level = logging.INFO if args.verbose else logging.ERROR
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(message)s")
    try:
        asyncio.run(_serve_until_told(server.serving, args))
    except server.CANNOT_SERVE as error:
        return _refuse(str(error))
    return OK


async def _serve_until_told(serving: "Callable[..., Any]", args: argparse.Namespace) -> None:
    ended = asyncio.Event()
    _end_on_signals(ended)
    if args.with_parent:
        _end_with_stdin(ended)
    async with serving(args.dir, args.port, args.pace) as simulator:
        _say(f"ready https://127.0.0.1:{simulator.port}")
        await ended.wait()


def _end_on_signals(ended: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))


def _end_with_stdin(ended: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4_096):
                pass
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _refuse(text: str) -> int:
    sys.stderr.write(f"mashou sim: {text}\n")
    return REFUSED


def _customer(text: str) -> str:
    try:
        parse_customer(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _script(text: str) -> str:
    try:
        faults.parse(text)
    except FaultError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not 0 < pace <= MAX_PACE:
        raise argparse.ArgumentTypeError(f"the pace is a number above 0, at most {MAX_PACE:.0f}, not {text!r}")
    return pace


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)
