"""What a till knows of its journal from outside the file, and what follows when the file does not agree.

The memory is one small text sealed with the keys (``journal.seen``): which journal, which epoch of order numbers, how
far it had come, on which computer. It is renewed at each start, at each end and every few minutes between, never in the
way of a sale; so a file that was deleted, emptied, exchanged, restored from a backup or taken to another computer is
noticed at the next start, except for what happened after the memory was last renewed. That is found by the anchors on
receipts and in the channels' orders, and by the next bill.

Selling goes on at once, with another epoch in the order numbers, so that no number is ever used for two sales.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, Protocol

from app.core.beijing import business_day
from app.journal.api import Entry, JournalBooks, Json, Kept
from app.journal.tail import EPOCH_BEGAN

EPOCHS: Final = 10_000
SEEN: Final = "journal.seen"  # the memory's name among the sealed keys


class Why(StrEnum):
    """Why a new epoch began."""

    LOST = "lost"  # deleted or emptied: this file is a new one
    EXCHANGED = "exchanged"  # another journal of this till
    BACK = "back"  # it ends before what was already in it, or says something else there
    COPIED = "copied"  # taken to another computer


@dataclass(frozen=True, slots=True)
class Seen:
    """The memory. ``machine`` is "" where the system has no name for itself."""

    journal_id: str  # hex
    epoch: int
    seq: int
    digest: str  # hex, of entry ``seq``
    next_number: int
    at_ms: int
    machine: str

    def text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Gap:
    """Business days ``first`` to ``last``, both included: their bills tell what is missing. ``first`` "": no limit."""

    why: Why
    first: str
    last: str
    epoch: int  # the four digits that the missing order numbers carry


class Watched(JournalBooks, Protocol):
    """What is needed of a writer here."""

    @property
    def journal_id(self) -> str: ...

    def next_number(self) -> int: ...


def recalled(text: str) -> Seen | None:
    """The memory in ``text``; None for none, or one of a form this program does not know."""
    try:
        facts = json.loads(text)
        seen = Seen(**facts)
    except (ValueError, TypeError):
        return None
    expected = {"journal_id": str, "epoch": int, "seq": int, "digest": str, "next_number": int, "at_ms": int}
    return seen if all(type(facts[name]) is kind for name, kind in expected.items()) else None


def seen_now(journal: Watched, machine: str, now_ms: int) -> Seen:
    head = journal.head()
    number = journal.next_number()
    return Seen(journal.journal_id, journal.epoch(), head.seq, head.digest, number, now_ms, machine)


def doubt(journal: Watched, seen: Seen | None, machine: str) -> Why | None:
    """What is wrong with the journal that was opened, by what was known of it; None for nothing."""
    if seen is None:
        return None
    began = journal.newest_of(EPOCH_BEGAN)
    if began is not None and began.body.get("digest") == seen.digest:
        return None  # this very doubt was met, and the plug pulled before the memory was renewed
    if journal.journal_id != seen.journal_id:
        return Why.LOST if journal.head().seq == 1 else Why.EXCHANGED
    if digest_at(journal, seen.seq) != seen.digest:
        return Why.BACK
    if seen.machine and machine and machine != seen.machine:
        return Why.COPIED
    return None


def epoch_entry(journal: Watched, why: Why, seen: Seen, now_ms: int, entropy: Callable[[int], bytes]) -> Entry:
    """The entry that begins a new epoch and says why: what is known to be missing, and since when.

    ``kept_ms`` is the time of the last entry that is still here, 0 for none: the days from then to ``at_ms`` may lack
    sales, and wait for their bills before they are closed for good. ``known_ms``: when the memory was last renewed; of
    what was sold in the minutes after it nobody knows. ``numbers`` are the running numbers that were used in epoch
    ``before`` and are not in this file, the last excluded.
    """
    head = journal.head()
    last = next(iter(journal.entries(head.seq)), None)
    lost = why is not Why.COPIED
    body: dict[str, Json] = {
        "why": why.value,
        "epoch": _other(entropy, {seen.epoch, journal.epoch()}),
        "before": seen.epoch,
        "journal_id": seen.journal_id,
        "seq": seen.seq,
        "digest": seen.digest,
        "known_ms": seen.at_ms,
        "kept_ms": 0 if last is None or why is Why.LOST else last.at_ms,
        "numbers": [1 if why is Why.LOST else journal.next_number(), seen.next_number] if lost else [],
    }
    return Entry(EPOCH_BEGAN, now_ms, body)


def gaps(books: JournalBooks) -> Iterator[Gap]:
    """Every stretch of days whose sales may not all be in this journal, oldest first."""
    for kept in books.entries_of([EPOCH_BEGAN]):
        gap = gap_of(kept)
        if gap is not None:
            yield gap


def gap_of(began: Kept) -> Gap | None:
    """The stretch that an entry ``epoch.began`` tells of; None where nothing is missing."""
    why, kept_ms, before = began.body["why"], began.body["kept_ms"], began.body["before"]
    assert isinstance(kept_ms, int)
    assert isinstance(before, int)
    if why == Why.COPIED:
        return None
    return Gap(Why(str(why)), business_day(kept_ms) if kept_ms else "", business_day(began.at_ms), before)


def digest_at(journal: Watched, seq: int) -> str:
    """The digest of entry ``seq``, "" where the journal ends before it."""
    head = journal.head()
    if seq == head.seq:
        return head.digest
    return journal.digest_of(seq) or ""


def _other(entropy: Callable[[int], bytes], used: set[int]) -> int:
    """An epoch that is none of ``used``: chance alone would repeat one in ten thousand."""
    epoch = int.from_bytes(entropy(8), "big") % EPOCHS
    while epoch in used:
        epoch = (epoch + 1) % EPOCHS
    return epoch
