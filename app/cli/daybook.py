"""The day's journal as files a person can read, and its sums beside the counterparties'."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.cli.teller import Teller
from app.core.beijing import clock_words
from app.core.money import show_yuan
from app.core.sale import State
from app.journal.api import SaleLine, Verdict
from app.journal.chain import short_anchor
from app.journal.errors import JournalError
from app.journal.reader import Reader, open_reader
from app.journal.verify import verify
from app.secrets import Vault, VaultError
from app.settings import DataFolder

JOURNAL: Final = "journal.jsonl"  # every entry, a JSON line each
SALES: Final = "sales.txt"


def keep(folder: Path, target: Path, ledger: Mapping[str, int], teller: Teller) -> bool:
    """Write the journal of ``folder`` into ``target`` and compare it with ``ledger`` (order number -> fen held).

    True when the chain is sound and every settled sale agrees to the fen. An unreadable journal is told, not raised.
    """
    place = DataFolder(folder)
    try:
        verdict = verify(place.journal, Vault.unlock(folder).mac_key)
        reader = open_reader(place.journal)
        try:
            lines = tuple(reader.lines())
            _write(target, reader, lines)
        finally:
            reader.close()
    except (JournalError, VaultError) as error:
        teller.say(error.key, **dict(error.values))
        return False
    agreed = _tell(verdict, lines, ledger, teller)
    teller.say("shift.kept", path=str(target))
    return agreed


def _write(target: Path, reader: Reader, lines: Sequence[SaleLine]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with (target / JOURNAL).open("w", encoding="utf-8") as file:
        for kept in reader.entries():
            entry = {"seq": kept.seq, "at": clock_words(kept.at_ms), "kind": kept.kind, "body": kept.body}
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    with (target / SALES).open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(f"{line.out_trade_no}  {line.channel:8}  {line.state:10}  {show_yuan(line.amount_fen):>10}\n")


def _tell(verdict: Verdict, lines: Sequence[SaleLine], ledger: Mapping[str, int], teller: Teller) -> bool:
    """The chain, what is still open, and every settled sale beside the counterparty's figure."""
    still_open = sum(line.is_open for line in lines)
    settled = [line for line in lines if not line.is_open]
    differing = [line.out_trade_no for line in settled if _ours(line) != ledger.get(line.out_trade_no, 0)]
    head = short_anchor(verdict.head) if verdict.head is not None else ""
    teller.line("")
    teller.say("shift.verified" if verdict.is_sound else "shift.unsound", n=verdict.entries, head=head)
    teller.say("shift.open" if still_open else "shift.settled", n=still_open)
    if differing:
        teller.say("shift.differ", n=len(differing), list=" ".join(differing))
    else:
        teller.say("shift.agree", n=len(settled))
    return verdict.is_sound and not differing


def _ours(line: SaleLine) -> int:
    """What of the sale the journal says is ours, in fen."""
    return line.amount_fen - line.refunded_fen if line.state == State.PAID else 0
