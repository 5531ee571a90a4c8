"""``mashou sales`` and ``mashou journal verify``: they read beside the window and never write."""

import json
import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app import words
from app.cli.exits import Exit, Refused
from app.core.money import show_yuan
from app.journal.api import Head, SaleLine, Verdict
from app.journal.chain import anchor_of, short_anchor
from app.journal.errors import JournalError
from app.journal.reader import open_reader
from app.journal.verify import verify
from app.secrets import Secrets, Vault, VaultError
from app.secrets.passphrase import Prompt
from app.settings import DataFolder
from app.till.memory import remembered

DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def sales(folder: Path, day: str | None, language: str, *, as_json: bool) -> Exit:
    """Print the sales (of ``day``), oldest first. Raises Refused."""
    if day is not None and not DAY.fullmatch(day):
        raise Refused("cli.sales.day")
    place = DataFolder(folder)
    if not place.journal.exists() and not place.keys.exists():
        raise Refused("set.missing", path=str(folder))
    lines = _lines(place, day)
    if as_json:
        _print(json.dumps([_plain(line) for line in lines], ensure_ascii=False))
    else:
        _print("\n".join(_row(line, language) for line in lines) or words.say("cli.sales.none", language))
    return Exit.PAID


def anchors(args: Namespace) -> list[Head]:
    """The anchors named on the command line. Raises Refused for one that is none."""
    texts: list[str] = list(args.anchor)
    if args.anchors is not None:
        try:
            lines = args.anchors.read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise Refused("cli.verify.file", path=str(args.anchors)) from error
        texts += [line for line in lines if line.strip() and not line.startswith("#")]
    heads: list[Head] = []
    for text in texts:
        head = anchor_of(text)
        if head is None:
            raise Refused("cli.verify.anchor", text=text[:40])
        heads.append(head)
    return heads


def check_journal(folder: Path, language: str, prompt: Prompt | None, heads: Sequence[Head] = ()) -> Exit:
    """Verify the whole chain and say what is wrong with the first bad record; exit 2 where something is.

    ``heads`` are anchors; how far the journal had come when the till last knew is one more.
    """
    place = DataFolder(folder)
    if not place.journal.exists():
        raise Refused("journal.gone.say" if place.keys.exists() else "set.missing", path=str(folder))
    mac_key: bytes | None = None
    known: list[Head] = []
    try:
        secrets = Vault.unlock(folder, prompt=prompt)
        mac_key, known = secrets.mac_key, _known(secrets)
    except VaultError as error:
        print(words.tell(error.key, language, dict(error.values)), file=sys.stderr)
        print(words.say("cli.nokey", language), file=sys.stderr)
    try:
        verdict = verify(place.journal, mac_key, anchors=[*heads, *known])
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None
    _print(_sentence(verdict, language))
    return Exit.PAID if verdict.is_sound else Exit.PERSON


def _known(secrets: Secrets) -> list[Head]:
    seen = remembered(secrets)
    return [] if seen is None else [Head(seen.seq, seen.digest)]


def _lines(place: DataFolder, day: str | None) -> list[SaleLine]:
    if not place.journal.exists():
        return []
    try:
        reader = open_reader(place.journal)
        try:
            return list(reader.lines(day))
        finally:
            reader.close()
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _print(text: str) -> None:
    """The whole answer, or Refused: half of it must not look like all there is."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Refused("cli.output", why=error.strerror or "") from None


def _row(line: SaleLine, language: str) -> str:
    state = words.tell(f"state.{line.state.lower()}", language)
    channel = words.tell(f"name.{line.channel}", language)
    refunded = f"  -￥{show_yuan(line.refunded_fen)}" if line.refunded_fen else ""
    return f"{line.day}  {line.out_trade_no}  {channel}  ￥{show_yuan(line.amount_fen)}  {state}{refunded}"


def _plain(line: SaleLine) -> dict[str, str | int]:
    return {
        "out_trade_no": line.out_trade_no,
        "channel": line.channel,
        "amount_fen": line.amount_fen,
        "state": line.state,
        "refunded_fen": line.refunded_fen,
    }


def _sentence(verdict: Verdict, language: str) -> str:
    if verdict.is_sound:
        mark = short_anchor(verdict.head) if verdict.head else "-"
        return words.say("cli.verify.ok", language, n=verdict.entries, hash=mark)
    if not verdict.seq:
        return words.say("cli.verify.badfile", language, says=verdict.says)
    return words.say("cli.verify.bad", language, n=verdict.seq, says=verdict.says)
