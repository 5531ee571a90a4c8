"""What a caller may send, read strictly. Pure; a refusal names a words key and nothing of what was sent."""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.core.codes import NotTaken, PaymentCode, read_scan
from app.core.money import MAX_AMOUNT_FEN

BODY_MOST: Final = 4_096  # bytes; a charge with the longest note has some 500
NOTE_MOST: Final = 64  # characters
WAIT_MOST: Final = 30  # seconds a caller may wait for a change
_REQUEST: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)
_RUN: Final = re.compile(r"[0-9]{16,}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_FIELDS: Final = frozenset({"request_id", "amount_fen", "note"})


@dataclass(frozen=True, slots=True)
class Turned:
    """A caller is turned away: ``key`` is a words key, ``status`` HTTP's."""

    status: int
    key: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A charge that is asked for. ``request_id`` is the caller's own, and names one charge for ever."""

    request_id: str
    amount_fen: int
    note: str = ""


BAD_ID: Final = Turned(400, "pos.id")


def is_request_id(text: str) -> bool:
    return _REQUEST.fullmatch(text) is not None


def read_wish(body: bytes, today: date) -> Wish | Turned:  # noqa: PLR0911 - one return per way to be wrong
    """The charge in a JSON body. ``today``: the Beijing date, by which numbers that may be payment codes are told."""
    try:
        raw = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return Turned(400, "pos.json")
    if not isinstance(raw, dict) or not raw.keys() <= _FIELDS or not {"request_id", "amount_fen"} <= raw.keys():
        return Turned(400, "pos.fields")
    request_id, amount_fen, note = raw["request_id"], raw["amount_fen"], raw.get("note", "")
    if not isinstance(request_id, str) or not is_request_id(request_id):
        return BAD_ID
    if not isinstance(amount_fen, int) or isinstance(amount_fen, bool) or not 0 < amount_fen <= MAX_AMOUNT_FEN:
        return Turned(400, "pos.amount")
    if not isinstance(note, str) or len(note) > NOTE_MOST or _CONTROL.search(note) or not note.isprintable():
        return Turned(400, "pos.note")
    if holds_code(request_id, today) or holds_code(note, today):
        return Turned(400, "pos.code")
    return Wish(request_id, amount_fen, note)


def holds_code(text: str, today: date) -> bool:
    """Whether a number in ``text`` may be a payment code: those never reach the disk."""
    for run in _RUN.findall(text):
        read = read_scan(run, today)
        if isinstance(read, PaymentCode) or (isinstance(read, NotTaken) and read.payment is not None):
            return True
    return False


def read_wait(text: str) -> int | None:
    """Seconds a caller waits, at most ``WAIT_MOST``; None for what is no such number."""
    return min(int(text), WAIT_MOST) if re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice means two things; nobody should have to guess which."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found
