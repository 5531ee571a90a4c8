"""What the journal keeps and gives back. The journal knows nothing of machines: it keeps entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class SaleLine:
    """What an entry about a sale tells the index of sales; the index can be rebuilt from the entries alone."""

    out_trade_no: str
    number: int
    purchase: str
    channel: str
    amount_fen: int
    state: str
    is_open: bool
    refunded_fen: int
    day: str  # business day, YYYY-MM-DD
    began_ms: int
    code_mark: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact. ``body`` holds integers, strings, booleans, null, lists and mappings; never a float."""

    kind: str  # "sale.intent", "sale.paid", "app.start", ...
    at_ms: int  # channel time
    body: Mapping[str, Json]
    sale: SaleLine | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain; eight characters of ``digest`` are printed as the anchor."""

    seq: int
    digest: str  # hex


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it stands in the file."""

    seq: int
    kind: str
    at_ms: int
    body: Mapping[str, Json]


class Fault(StrEnum):
    """What verification found wrong; the entry named beside it is the first one that fails."""

    EDITED = "edited"  # an entry's content is not what was hashed
    MISSING = "missing"  # an entry between two others is gone
    REORDERED = "reordered"  # an entry stands in another's place
    SPLICED = "spliced"  # a sound entry that does not follow the one before it
    MAC = "mac"  # chained correctly, but not by the holder of the key
    INDEX = "index"  # the list of sales does not say what the entries say
    ANCHOR = "anchor"  # an anchor names another digest: the chain was rewritten
    SHORT = "short"  # the chain ends before an anchor
    SCHEMA = "schema"  # a table, an index or a guarding trigger is missing or another
    UNREADABLE = "unreadable"  # not a database, or damaged below the entries


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify`` found. Sound when ``fault`` is None."""

    entries: int  # checked, up to the fault
    sales: int  # compared with the entries
    head: Head | None  # the last sound entry
    fault: Fault | None = None
    seq: int | None = None  # the entry the fault was found at
    says: str = ""  # one English sentence for the log and the command line
    macs_checked: bool = True

    @property
    def is_sound(self) -> bool:
        return self.fault is None


class JournalBooks(Protocol):
    """What can be read, by the writer and beside it."""

    def head(self) -> Head: ...

    def digest_of(self, seq: int) -> str | None:
        """The digest (hex) of entry ``seq``, None where there is no such entry."""
        ...

    def epoch(self) -> int:
        """Four random digits (0..9999), part of every order number: the file's own, until an ``epoch.began``."""
        ...

    def training(self) -> bool:
        """Whether the file was made for training."""
        ...

    def open_sales(self) -> tuple[Kept, ...]:
        """The newest entry of every sale whose line is open, oldest sale first."""
        ...

    def sales_of(self, day: str, limit: int) -> tuple[Kept, ...]:
        """The newest entry of each sale of ``day``, newest sale first."""
        ...

    def by_code_mark(self, code_mark: str, since_ms: int) -> Kept | None:
        """The newest sale begun at or after ``since_ms`` with this mark of its payment code."""
        ...

    def purchase(self, purchase: str) -> tuple[Kept, ...]:
        """The newest entry of each attempt of a purchase, oldest first."""
        ...

    def totals(self, day: str) -> tuple[int, int]:
        """(count, net fen) of the sales of ``day`` whose money is ours."""
        ...

    def story(self, out_trade_no: str) -> tuple[Kept, ...]:
        """Every entry about one sale, oldest first."""
        ...

    def lines(self, day: str | None = None) -> Iterator[SaleLine]:
        """The line of every sale (of ``day``), oldest sale first; flat memory."""
        ...

    def entries(self, first: int = 1, last: int | None = None) -> Iterator[Kept]:
        """Entries ``first`` to ``last`` in order, both included; flat memory."""
        ...

    def newest_of(self, kind: str) -> Kept | None:
        """The newest entry of ``kind`` that belongs to no sale; found at once, however long the journal."""
        ...

    def entries_of(self, kinds: Iterable[str], since_seq: int = 0) -> Iterator[Kept]:
        """The entries of ``kinds`` that belong to no sale and come after ``since_seq``, oldest first; flat memory."""
        ...

    def close(self) -> None: ...


class JournalReader(JournalBooks, Protocol):
    """Read-only, beside a live writer or without one; each call sees what was committed by then."""


class JournalWriter(JournalBooks, Protocol):
    """The one writer. Errors: ``JournalFull`` may be tried again; ``JournalBroken`` ends the process."""

    def append(self, *entries: Entry) -> Head:
        """All of ``entries`` in one durable transaction: when this returns they survive a power cut."""
        ...

    def next_number(self) -> int:
        """The running number the next sale takes; it is used up when an entry with it is appended."""
        ...
