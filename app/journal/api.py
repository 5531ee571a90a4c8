"""What the journal keeps and gives back. The journal knows nothing of machines: it keeps entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


class JournalWriter(Protocol):
    """The one writer. Errors: ``JournalFull`` may be tried again; ``JournalBroken`` ends the process."""

    def append(self, *entries: Entry) -> Head:
        """All of ``entries`` in one durable transaction: when this returns they survive a power cut."""
        ...

    def head(self) -> Head: ...

    def next_number(self) -> int:
        """The running number the next sale takes; it is used up when an entry with it is appended."""
        ...

    def epoch(self) -> int:
        """Four random digits (0..9999), fixed when the file was made; part of every order number."""
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

    def close(self) -> None: ...
