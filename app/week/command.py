"""``mashou sim week``."""

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from app.journal.errors import JournalError
from app.secrets import VaultError
from app.settings import ClientError
from app.sim.keys import KeysError
from app.week.play import CannotPlay, Week, play

OK: Final = 0
REFUSED: Final = 64
_CANNOT: Final = (CannotPlay, KeysError, ClientError, VaultError, JournalError, OSError)


def run(args: argparse.Namespace) -> int:
    """Play it and say what came of it; 0, or 64 with one sentence on stderr."""
    began = time.monotonic()
    try:
        week = play(
            Path(args.dir), args.seed, sales=args.sales, days=args.days, back_office=args.back_office, on_day=_say
        )
    except _CANNOT as error:
        sys.stderr.write(f"mashou sim: {error}\n")
        return REFUSED
    _tell(week, time.monotonic() - began)
    return OK


def _tell(week: Week, seconds: float) -> None:
    states = ", ".join(f"{count} {state}" for state, count in sorted(week.states.items()))
    _say(f"{week.sales} sales in {seconds:.0f} s: {states}")
    _say(f"{week.calls} calls, {week.refunds} refunds by the tills, {week.revoked_paid} paid sales revoked")
    for one in week.back_office:
        _say(f"back office: {one.channel} {one.out_trade_no} {one.amount_fen} fen on {one.day}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
