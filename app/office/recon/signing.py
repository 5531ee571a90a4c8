"""What people add to a reconciliation, as entries of the journal: a line resolved by hand, and a day signed off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from app.core.channel import Channel
from app.core.staff import Act, Approval
from app.journal.api import Entry, Head, Kept
from app.office.recon.values import Difference, Reckoning

RESOLVED: Final = "recon.resolved"
DONE: Final = "recon.done"
SIGNS: Final = "rc.sign.why"  # the reason an approval of a whole day is given with
KINDS: Final = (RESOLVED, DONE)


class Apart(Protocol):
    """The entries of a journal that belong to no sale."""

    def entries_of(self, kinds: Iterable[str], since_seq: int = 0) -> Iterable[Kept]: ...


class Appending(Apart, Protocol):
    """A journal that can be written."""

    def append(self, *entries: Entry) -> Head: ...

    def head(self) -> Head: ...


class NotApprovedError(Exception):
    """The approval does not cover this, is not fresh, or was spent."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who explained a line by hand, and how."""

    key: str
    reason: str
    by: str  # staff number
    name: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SignedOff:
    """A day that somebody has signed off: with which file, to which sums, at which head of the journal."""

    channel: Channel
    day: str
    sha256: str
    log_fen: int
    bill_fen: int
    by: str
    name: str
    at_ms: int
    head: str


def subject(channel: Channel, day: str, line: Difference) -> str:
    """What an approval names: exactly this line of that day."""
    return f"{channel}:{day}:{line.key}"


def whole_day(day: str) -> str:
    """What an approval names that signs a day off, all channels of it."""
    return f"day:{day}"


def resolve(
    journal: Appending, reckoning: Reckoning, line: Difference, approval: Approval, *, mono: float, now_ms: int
) -> Head:
    """Write that ``approval.by`` explains ``line``. Raises NotApprovedError, JournalError."""
    named = subject(reckoning.channel, reckoning.day, line)
    covers = approval.covers(Act.RESOLVE, named, abs(line.worth_fen), approval.reason, mono)
    if not covers or not approval.reason.strip() or spent(journal, approval.nonce):
        raise NotApprovedError
    return journal.append(resolution(reckoning.channel, reckoning.day, line, approval, now_ms))


def resolution(channel: Channel, day: str, line: Difference, approval: Approval, now_ms: int) -> Entry:
    """The entry that says who explained ``line``, and how."""
    body = {
        "channel": channel.value,
        "day": day,
        "key": line.key,
        "kind": line.kind.value,
        "out_trade_no": line.out_trade_no,
        "worth_fen": line.worth_fen,
        "reason": approval.reason,
        "by": approval.by.number,
        "name": approval.by.name,
        "nonce": approval.nonce,
    }
    return Entry(RESOLVED, now_ms, body)


def sign_off(journal: Appending, reckoning: Reckoning, sha256: str, *, by: str, name: str, now_ms: int) -> Head:
    """Write that the day is done as it stands. Raises ValueError while a line is open, JournalError."""
    settled = resolutions(journal, reckoning.channel, reckoning.day)
    if any(line.key not in settled for line in reckoning.open_lines):
        raise ValueError("a line is neither explained nor resolved")
    body = {
        "channel": reckoning.channel.value,
        "day": reckoning.day,
        "sha256": sha256,
        "log_fen": reckoning.log.fen,
        "bill_fen": reckoning.bill.fen,
        "lines": len(reckoning.lines),
        "by": by,
        "name": name,
        "head": journal.head().digest,
    }
    return journal.append(Entry(DONE, now_ms, body))


def resolutions(journal: Apart, channel: Channel, day: str) -> Mapping[str, Resolution]:
    """What was resolved by hand of that day, by the line's key; the last word on a line counts."""
    found: dict[str, Resolution] = {}
    for kept in journal.entries_of([RESOLVED]):
        body = kept.body
        if (body.get("channel"), body.get("day")) == (channel.value, day):
            key, reason, by, name = (str(body.get(fact, "")) for fact in ("key", "reason", "by", "name"))
            found[key] = Resolution(key, reason, by, name, kept.at_ms)
    return found


def signed_off(journal: Apart, channel: Channel, day: str) -> SignedOff | None:
    """The last sign-off of that day."""
    last: SignedOff | None = None
    for kept in journal.entries_of([DONE]):
        body = kept.body
        if (body.get("channel"), body.get("day")) == (channel.value, day):
            log_fen, bill_fen = body.get("log_fen"), body.get("bill_fen")
            assert isinstance(log_fen, int)
            assert isinstance(bill_fen, int)
            sha256, by, name, head = (str(body.get(fact, "")) for fact in ("sha256", "by", "name", "head"))
            last = SignedOff(channel, day, sha256, log_fen, bill_fen, by, name, kept.at_ms, head)
    return last


def spent(journal: Apart, nonce: str) -> bool:
    """Whether an approval stands behind a line already."""
    return any(kept.body.get("nonce") == nonce for kept in journal.entries_of([RESOLVED]))
