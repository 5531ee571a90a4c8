"""``mashou``: the command line, and the door to the window. Each command loads only what it needs."""

import logging
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from app import words
from app.cli.ask import Ask, asked
from app.cli.exits import Exit, Refused
from app.cli.parser import parse

_log: Final = logging.getLogger("mashou.cli")


def run(argv: Sequence[str] | None = None) -> int:
    """Parse the command line and do what it asks; returns the process's exit code."""
    _open_what_is_closed()
    _speak_any_language()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    finally:
        _finish_output()


def _run(argv: list[str]) -> int:  # noqa: PLR0911 - one return per way to end
    try:
        args = parse(argv)
    except SystemExit as end:  # --help, --version, a mistake
        return int(end.code or 0)
    except OSError:  # help that nobody can take: Python 3.11.2 raises what later ones swallow
        return Exit.PAID
    try:
        ask = asked(args)
    except Refused as refusal:
        _complain(refusal.say(getattr(args, "language", None) or "zh"))
        return Exit.REFUSED
    try:
        return int(_do(ask, args, argv))
    except Refused as refusal:
        _complain(refusal.say(ask.language))
        return Exit.REFUSED
    except KeyboardInterrupt:
        _complain(words.say("cli.nothing", ask.language))
        return Exit.REFUSED
    except BrokenPipeError:  # whoever read our output has seen enough
        return Exit.PAID
    except Exception as bug:  # noqa: BLE001 - the outermost door: a bug is told and the money is left to the next start
        _log_bug(ask)
        _complain(words.say("cli.bug", ask.language, kind=type(bug).__name__))
        return Exit.OPEN  # nothing proves that all is settled; the next start sees to it


def _do(ask: Ask, args: Namespace, argv: Sequence[str]) -> int:  # noqa: PLR0911, PLR0912 - one return per command
    match args.command:
        case None | "bench" | "speak":
            from app.cli import window  # noqa: PLC0415 - see the module's first line

            return window.enter(ask, args.command, argv)
        case "sell" | "resolve":
            from app.cli import desk  # noqa: PLC0415 - the same

            return desk.sell(ask, args) if args.command == "sell" else desk.resolve(ask)
        case "sales" | "journal":
            from app.cli import reading  # noqa: PLC0415 - the same

            if args.command == "sales":
                return reading.sales(ask.folder, args.day, ask.language, as_json=args.json)
            return reading.check_journal(ask.folder, ask.language, ask.prompt, reading.anchors(args))
        case "doctor":
            from app.cli import doctor  # noqa: PLC0415 - the same

            return doctor.examine(ask, as_json=args.json)
        case "notify":
            from app.cli import notify  # noqa: PLC0415 - the same

            return notify.notify(ask, args)
        case "pos":
            from app.cli import pos  # noqa: PLC0415 - the same

            return pos.pos(ask, args)
        case (
            "find"
            | "sale"
            | "worklist"
            | "refund"
            | "hold"
            | "staff"
            | "reconcile"
            | "shift"
            | "daylog"
            | "export"
            | "receipt"
            | "print-test"
            | "may-update"
            | "support"
            | "scanner"
            | "display"
        ):
            return _keep_books(ask, args)
        case "setup":
            from app.cli import setup  # noqa: PLC0415 - the same

            return setup.set_up(ask.folder, args.client, ask.language, ask.prompt)
        case "sim":
            if args.sim_command == "week" and args.dir is not None:
                from app.week.command import run as run_sim  # noqa: PLC0415 - the same
            else:
                from app.sim.command import run as run_sim  # noqa: PLC0415 - the same
            return run_sim(args)
        case other:
            raise AssertionError(other)


def _keep_books(ask: Ask, args: Namespace) -> int:  # noqa: PLR0911 - one return per command
    """What the supervisor and the manager do."""
    match args.command:
        case "find" | "sale" | "worklist":
            from app.cli import finding  # noqa: PLC0415 - the same

            return finding.look_up(ask, args)
        case "staff":
            from app.cli import staff  # noqa: PLC0415 - see the module's first line

            return staff.staff(ask, args)
        case "refund" | "hold":
            from app.cli import refunding  # noqa: PLC0415 - the same

            return refunding.refund(ask, args) if args.command == "refund" else refunding.hold(ask, args)
        case "receipt" | "print-test":
            from app.cli import receipts  # noqa: PLC0415 - the same

            return receipts.receipt(ask, args) if args.command == "receipt" else receipts.print_test(ask)
        case "reconcile":
            from app.cli import reconcile  # noqa: PLC0415 - the same

            return reconcile.run(ask, args)
        case "shift":
            from app.cli import shift  # noqa: PLC0415 - the same

            return shift.shift(ask, args)
        case "support":
            from app.cli import support  # noqa: PLC0415 - the same

            return support.bundle(ask, args.out)
        case "scanner" | "display":
            from app.cli import devices  # noqa: PLC0415 - the same

            return devices.scanner(ask, args) if args.command == "scanner" else devices.display(ask, args)
        case "may-update":
            from app.cli import updating  # noqa: PLC0415 - the same

            return updating.may_update(ask.folder, ask.language)
        case "export":
            from app.cli import export  # noqa: PLC0415 - the same

            return export.run(ask, args)
        case "daylog":
            from app.cli import export  # noqa: PLC0415 - the same

            return export.daylog(ask, args)
        case other:
            raise AssertionError(other)


def _log_bug(ask: Ask) -> None:
    """Into the folder's log, where payment codes are masked; a terminal would get the bare traceback."""
    from app import logs  # noqa: PLC0415 - only for a bug
    from app.till.clock import Clock  # noqa: PLC0415 - the same

    end = logs.install(ask.folder, Clock().channel_ms)
    try:
        _log.exception("a command ended in a bug")
    finally:
        end()


def _complain(sentence: str) -> None:
    with suppress(OSError, ValueError):
        print(sentence, file=sys.stderr)


def _open_what_is_closed() -> None:
    """A caller may have closed any of the three streams: nobody reads then, and there is nothing to read."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end


def _speak_any_language() -> None:
    """A terminal that cannot show or send 中文 gets something else instead of ending a sale in an error."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            ascii_only = (stream.encoding or "").lower() in {"ascii", "us-ascii", "ansi_x3.4-1968"}
            reconfigure(errors="replace", **({"encoding": "utf-8"} if ascii_only else {}))


def _finish_output() -> None:
    """Flush; a closed pipe or a full disk under it must not turn the exit code into the interpreter's 1 or 120."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
