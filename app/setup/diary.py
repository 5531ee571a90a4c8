"""What a change of the settings leaves in the journal, and whose yes it needs. Never a secret."""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from app.core.staff import Act, Approval, Person
from app.journal.api import Entry, Json, Kept
from app.settings import Settings
from app.settings.client import SEALED
from app.settings.model import SECTIONS
from app.settings.parsers import pem
from app.staff import No

CHANGED: Final = "settings.changed"
UNDONE: Final = "settings.undone"  # what the entry before it tells could not be saved
SAVING: Final = "sp.why.change"  # words keys: the reason that a manager says yes to
DROPPING: Final = "sp.why.drop"
WANTED: Final = "sp.wanted"  # the key of the answer that asks for that yes
UNRECORDED: Final = No("staff.journal.say")
# Whose money it is, who may do what, who may ask for charges: a manager's yes each time.
GUARDED: Final = frozenset({"till", "staff", "pos", *SEALED})
FREE: Final = frozenset({"till.language", "pos.window"})  # of those, what is comfort alone
TOKENS: Final = frozenset({"token_hash", "app_auth_token"})  # settings that open something
DIGITS: Final = 12  # of a digest that stands for a certificate or a token
COMMAND_LINE: Final = "command line"  # who changed something by a ``mashou`` command: nobody signs in there
MOST_PAST: Final = 200  # changes that a page lists

Spend = Callable[[Approval, Act, str, int, str], No | None]
By = Approval | Person | None
Difference = tuple[str, Json, Json]  # setting, before, after


@dataclass(frozen=True, slots=True)
class Change:
    """``keys``: names of the sealed keys that are others now. ``reason`` is ``SAVING`` or ``DROPPING``."""

    before: Settings
    after: Settings
    keys: tuple[str, ...] = ()
    reason: str = SAVING


@dataclass(frozen=True, slots=True)
class LastChange:
    """The newest entry, as a page tells it. ``names``: settings and keys. ``stands``: ``digest_of`` what was saved."""

    at_ms: int
    by: str
    name: str
    names: tuple[str, ...]
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """One entry ``CHANGED``, all of it. ``undone``: it could not be saved after all."""

    at_ms: int
    by: str
    name: str
    changed: tuple[Difference, ...]
    keys: tuple[str, ...]
    undone: bool = False


class Diary:
    """``keep`` commits to the journal; ``spend`` uses an approval up. Belongs to the worker's loop."""

    def __init__(self, keep: Callable[[Entry], bool], spend: Spend, now_ms: Callable[[], int]) -> None:
        self._keep, self._spend, self._now_ms = keep, spend, now_ms

    def write(self, change: Change, by: By) -> No | None:
        """Before anything is saved. None: it stands in the journal, and whoever had to has said yes."""
        found = differences(change.before, change.after)
        names = (*(name for name, _, _ in found), *change.keys)
        if not names:
            return None
        wanted = subject(names)
        if isinstance(by, Approval):
            no = self._spend(by, Act.SETTINGS, wanted, 0, change.reason)
            if no is not None:
                return no
        elif wanted:
            return No(WANTED, (("subject", wanted), ("reason", change.reason)))
        return None if self._keep(Entry(CHANGED, self._now_ms(), _body(change) | _who(by))) else UNRECORDED

    def undone(self, by: By) -> None:
        """The file could not be written after all."""
        self._keep(Entry(UNDONE, self._now_ms(), _who(by)))


def by_command(change: Change, at_ms: int) -> Entry | None:
    """The entry of what a ``mashou`` command changed; None where nothing is otherwise."""
    body = _body(change)
    if not body["changed"] and not body["keys"]:
        return None
    return Entry(CHANGED, at_ms, body | {"by": "", "name": COMMAND_LINE, "nonce": ""})


def subject(names: Iterable[str]) -> str:
    """What the yes is bound to: the channels and the settings among ``names`` that need one; "" where none does."""
    guarded = [name for name in names if name not in FREE and name.partition(".")[0] in GUARDED]
    return ",".join(sorted({section if (section := one.partition(".")[0]) in SEALED else one for one in guarded}))


def differences(before: Settings, after: Settings) -> tuple[Difference, ...]:
    """What is set otherwise now. A certificate, and a token's hash, are told by a digest of theirs."""
    told: list[Difference] = []
    for section in SECTIONS:
        old, new = getattr(before, section), getattr(after, section)
        for one in fields(SECTIONS[section]):
            was, now = getattr(old, one.name, None), getattr(new, one.name, None)
            if was != now:
                hidden = one.name in TOKENS or one.metadata.get("parser") is pem
                told.append((f"{section}.{one.name}", _shown(was, hidden=hidden), _shown(now, hidden=hidden)))
    return tuple(told)


def digest_of(settings: Settings) -> str:
    """Of all that is not as it is delivered: a file changed by another hand than the window's is known by it."""
    held = {section: getattr(settings, section) for section in SECTIONS}
    others = [
        [f"{section}.{one.name}", getattr(value, one.name)]
        for section, value in held.items()
        if value is not None
        for one in fields(value)
        if getattr(value, one.name) != one.default
    ]
    told = json.dumps([others, [section for section, value in held.items() if value is not None]], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:DIGITS]


def renewed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the keys that came, went or are others."""
    return tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))


def last_of(kept: Kept | None) -> LastChange | None:
    """Of the newest entry ``CHANGED``; None where it is none that this program can read."""
    if kept is None:
        return None
    changed, keys = kept.body.get("changed"), kept.body.get("keys")
    by, name, stands = (str(kept.body.get(one) or "") for one in ("by", "name", "stands"))
    if not isinstance(changed, list) or not isinstance(keys, list):
        return None
    names = [one[0] if isinstance(one, list) and one else one for one in (*changed, *keys)]
    return LastChange(kept.at_ms, by, name, tuple(str(one) for one in names), stands)


def past_of(kept: Iterable[Kept], most: int = MOST_PAST) -> tuple[Past, ...]:
    """The newest ``most`` of the entries ``CHANGED`` and ``UNDONE`` (oldest first), the newest first."""
    found: deque[Past] = deque(maxlen=most)
    for one in kept:
        changed, keys = one.body.get("changed"), one.body.get("keys")
        if one.kind == UNDONE and found:
            found[-1] = replace(found[-1], undone=True)
        elif one.kind == CHANGED and isinstance(changed, list) and isinstance(keys, list):
            by, name = (str(one.body.get(field) or "") for field in ("by", "name"))
            parts = tuple((str(part[0]), part[1], part[2]) for part in changed if isinstance(part, list) and part[2:])
            found.append(Past(one.at_ms, by, name, parts, tuple(str(key) for key in keys)))
    return tuple(reversed(found))


def _body(change: Change) -> dict[str, Json]:
    found = differences(change.before, change.after)
    stands = {"found": digest_of(change.before), "stands": digest_of(change.after)}
    return {"changed": [list(one) for one in found], "keys": list(change.keys), **stands}


def _who(by: By) -> dict[str, Json]:
    person = by.by if isinstance(by, Approval) else by
    nonce = by.nonce if isinstance(by, Approval) else ""
    return {"by": person.number if person else "", "name": person.name if person else "", "nonce": nonce}


def _shown(value: object, *, hidden: bool) -> Json:
    if hidden and isinstance(value, str) and value:
        return f"sha256 {hashlib.sha256(value.encode()).hexdigest()[:DIGITS]}"
    assert value is None or isinstance(value, bool | int | str)
    return value
