"""``mashou daylog`` and ``mashou export``: they read beside the window and write nothing into the data folder."""

import importlib
import json
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from app import words
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.core.money import show_yuan
from app.core.shift_sums import Totals
from app.journal.errors import JournalError
from app.office.daylog import DayLog, Query, Row, Stopped, load
from app.office.export import CannotExport, Export, Format, export
from app.office.export_table import BeijingClock, Paper, amount_of, channel_words, kind_words
from app.office.signing import NotAKey, export_key, key_id, public_pem
from app.office.till_keys import read_key, register, registered
from app.office.verifying import CannotVerify, verify_export
from app.secrets import Secrets, Vault, VaultError
from app.settings import DataFolder, Settings
from app.till.clock import Clock

NOT_VERIFIED: Final = Exit.NOT_PAID
DRAWING: Final = "ui.paper.daylog"  # asked for by name: ui is above app, and a till without Qt still exports
PROGRESS_STEP: Final = 20_000

T = TypeVar("T")


def daylog(ask: Ask, args: Namespace) -> Exit:
    """Print the log of a day, or of several. Raises Refused."""
    first, last = _days(args)
    _settings(ask)
    log = _read(lambda: load(DataFolder(ask.folder).journal, Query(first, last)))
    if args.json:
        print(json.dumps(_plain(log), ensure_ascii=False))
        return Exit.PAID
    clock = BeijingClock()
    for row in log.rows:
        state, channel = kind_words(row.kind, ask.language), channel_words(row.channel, ask.language)
        print(f"{clock(row.at_ms)}  {row.out_trade_no}  {channel}  ￥{show_yuan(amount_of(row))}  {state}")
    total = log.sheet.total
    print(words.say("ex.total", ask.language), total.paid.count, f"￥{show_yuan(total.net_fen)}")
    return Exit.PAID


def run(ask: Ask, args: Namespace) -> Exit:
    """Carry out ``mashou export``. Raises Refused: no file was left."""
    match args.action:
        case "verify":
            return _verify(ask, args)
        case "key":
            return _key(ask, args.key_out)
        case "trust":
            return _trust(ask, args)
        case _:
            return _export(ask, args)


def _export(ask: Ask, args: Namespace) -> Exit:
    if args.out is None:
        raise Refused("ex.pick")
    first, last = _days(args)
    settings, secrets = _settings(ask), _secrets(ask)
    till = settings.till
    now_ms = Clock().channel_ms()
    paper = Paper(settings.shop.name, till.terminal, first, last, 0, "", now_ms, settings.simulator, ask.language)
    kind = Format(args.format)
    draw = _drawing() if kind is Format.PDF else None
    wish = Export(Query(first, last), kind, args.out.expanduser(), paper, export_key(secrets.mac_key), draw)
    try:
        done = _read(lambda: export(DataFolder(ask.folder).journal, wish, lambda: True, _progress(ask)))
    except CannotExport as no:
        raise Refused(no.key, **dict(no.values)) from None
    except (KeyboardInterrupt, Stopped):
        raise Refused("ex.stop") from None
    about = done.about
    if done.renamed:
        print(words.say("ex.exists", ask.language, name=done.path.name))
    print(words.say("ex.done", ask.language, n=about.rows, amount=f"￥{show_yuan(about.net_fen)}"))
    if about.unsettled:
        print(words.say("ex.open", ask.language, n=about.unsettled))
    print(words.say("ex.where", ask.language, path=str(done.path)))
    print(words.say("ex.sig", ask.language, name=done.signature.name))
    return Exit.PAID


def _verify(ask: Ask, args: Namespace) -> Exit:
    keys = {}
    try:
        if args.key is not None:
            public = read_key(args.key.expanduser())
            keys[key_id(public)] = public
        elif DataFolder(ask.folder).keys.exists():
            keys = {**registered(ask.folder), **_own(ask)}
        checked = verify_export(args.file.expanduser(), keys)
    except NotAKey:
        raise Refused("ex.notkey") from None
    except CannotVerify as no:
        print(words.say(no.key, ask.language, name=no.name))
        return NOT_VERIFIED
    except OSError:
        raise Refused("vf.nofile", name=str(args.key)) from None
    about = checked.about
    if checked.flaw is not None:
        print(words.say(checked.flaw.value, ask.language, id=checked.key_id))
        print(words.say("vf.todo", ask.language))
        return NOT_VERIFIED
    assert about is not None, "what was verified says what it is"
    print(words.say("vf.ok", ask.language, n=about.rows))
    days = about.first_day if about.first_day == about.last_day else f"{about.first_day} – {about.last_day}"
    amount, mark = f"￥{show_yuan(about.net_fen)}", f"#{about.head_seq} {about.head_digest[:8]}"
    print(words.say("vf.says", ask.language, till=about.till, day=days, n=about.rows, amount=amount, hash=mark))
    return Exit.PAID


def _own(ask: Ask) -> dict[str, Any]:
    """This folder's own key; where its keys cannot be had the registered ones must do."""
    try:
        public = export_key(Vault.unlock(ask.folder, prompt=ask.prompt).mac_key).public_key()
    except VaultError:
        return {}
    return {key_id(public): public}


def _key(ask: Ask, out: Path | None) -> Exit:
    public = export_key(_secrets(ask).mac_key).public_key()
    if out is None:
        print(public_pem(public).decode(), end="")
    else:
        try:
            out.expanduser().write_bytes(public_pem(public))
        except OSError:
            raise Refused("ex.nowrite") from None
        print(words.say("ex.key", ask.language, id=key_id(public)))
    return Exit.PAID


def _trust(ask: Ask, args: Namespace) -> Exit:
    _settings(ask)
    try:
        public = read_key(args.key.expanduser())
    except NotAKey:
        raise Refused("ex.notkey") from None
    except OSError:
        raise Refused("vf.nofile", name=str(args.key)) from None
    try:
        register(ask.folder, args.till, public)
    except ValueError:
        raise Refused("set.till.terminal") from None
    except OSError:
        raise Refused("ex.nowrite") from None
    print(words.say("ex.trusted", ask.language, till=args.till, id=key_id(public)))
    return Exit.PAID


def _drawing() -> Callable[..., Any]:
    try:
        module: Any = importlib.import_module(DRAWING)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"ui", "PySide6"}:
            raise
        raise Refused("ex.noqt") from None
    drawing: Callable[..., Any] = module.at_terminal()
    return drawing


def _progress(ask: Ask) -> Callable[[int, int], None]:
    """A line now and then on a terminal; a pipe is told nothing."""
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done - told >= PROGRESS_STEP and sys.stderr.isatty():
            told = done
            print(words.say("ex.run", ask.language, n=done, m=total), file=sys.stderr)

    return tell


def _days(args: Namespace) -> tuple[str, str]:
    try:
        first = date.fromisoformat(args.day or "")
        last = date.fromisoformat(args.to) if args.to else first
    except ValueError:
        raise Refused("ex.day") from None
    if last < first:
        raise Refused("ex.day")
    return first.isoformat(), last.isoformat()


def _settings(ask: Ask) -> Settings:
    place, settings = DataFolder(ask.folder), ask.settings
    if settings is None or not place.journal.exists():
        raise Refused("journal.gone.say" if place.keys.exists() else "set.missing", path=str(ask.folder))
    return settings


def _secrets(ask: Ask) -> Secrets:
    try:
        return Vault.unlock(ask.folder, prompt=ask.prompt)
    except VaultError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _read(work: Callable[[], T]) -> T:
    try:
        return work()
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _plain(log: DayLog) -> dict[str, Any]:
    sheet = log.sheet
    return {
        "day": log.query.first_day,
        "to": log.query.last_day,
        "head": {"seq": log.head.seq, "digest": log.head.digest},
        "totals": _sums(sheet.total),
        "channels": {channel: _sums(one) for channel, one in sheet.cut(lambda cell: cell.channel).items()},
        "operators": {who: _sums(one) for who, one in sheet.cut(lambda cell: cell.operator).items()},
        "hours": {str(hour): _sums(one) for hour, one in sheet.cut(lambda cell: cell.hour).items()},
        "unsettled": {"count": log.unsettled.count, "fen": log.unsettled.fen},
        "rows": [_plain_row(row) for row in log.rows],
    }


def _sums(totals: Totals) -> dict[str, int]:
    return {
        "count": totals.paid.count,
        "paid_fen": totals.paid.fen,
        "refunds": totals.given_back.count,
        "refunded_fen": totals.given_back.fen,
        "net_fen": totals.net_fen,
    }


def _plain_row(row: Row) -> dict[str, str | int | None]:
    return {
        "at_ms": row.at_ms,
        "day": row.day,
        "kind": None if row.kind is None else row.kind.value,
        "state": row.state,
        "channel": row.channel,
        "amount_fen": amount_of(row),
        "reason": row.reason,
        "out_trade_no": row.out_trade_no,
        "channel_no": row.channel_no,
        "out_refund_no": row.out_refund_no,
        "operator": row.operator,
        "terminal": row.terminal,
        "shift": row.shift,
    }
