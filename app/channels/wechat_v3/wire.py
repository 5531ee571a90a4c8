"""Bytes to values and back: V3's signed JSON. Pure.

The signature covers the raw bytes, so they are verified before anything is read from them. Refused: bytes that are
not UTF-8, a name twice at any depth, NaN and Infinity, anything but one object, more than 64 KiB, another charset
(reliability.md I-22). An answer outside 2xx may be signed or not; its status says nothing about money either way.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final, assert_never

from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels.outcome import BODY_LIMIT, Reply
from app.channels.wechat_v3.sign import verify

JSON: Final = "application/json"
PROBE: Final = "WECHATPAY/SIGNTEST/"  # wechat.md §3.1: a deliberately bad signature, sent to see that it is refused
SKEW_MS: Final = 300_000  # wechat.md §3.1: a signature older or younger than five minutes proves nothing
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-([0-9]{6,12})$")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)

KeyFor = Callable[[str], rsa.RSAPublicKey | None]  # by Wechatpay-Serial


class NotTheirsError(ValueError):
    """These bytes are no V3 message. The text names the rule, never the content."""


def write(fields: Mapping[str, Any]) -> bytes:
    """A request body, exactly as it is signed."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotTheirsError("a name twice")
    return made


def _no_constant(_name: str) -> Any:
    raise NotTheirsError("not a number")


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def parse(body: bytes) -> dict[str, Any]:
    """One plain JSON object. Raises NotTheirsError for anything else."""
    if len(body) > BODY_LIMIT:
        raise NotTheirsError("too long")
    try:
        fields = _STRICT.decode(body.decode("utf-8"))
    except NotTheirsError:
        raise
    except (ValueError, RecursionError) as bad:  # not UTF-8, not JSON, cut short, nested without end
        raise NotTheirsError(type(bad).__name__) from None
    if not isinstance(fields, dict):
        raise NotTheirsError("not an object")
    return fields


def text(fields: Mapping[str, Any], name: str) -> str:
    """A field that must be text; anything else is as if it were absent."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def inner(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A field that must be an object; anything else is as if it were empty."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def fen(fields: Mapping[str, Any], name: str) -> int | None:
    """A positive whole number of fen; a float, a boolean or a text in its place is no amount."""
    value = fields.get(name)
    return value if type(value) is int and 0 < value < 10**10 else None


def moment_ms(rfc3339: str) -> int | None:
    """Ms since the epoch of ``2018-06-08T10:34:56+08:00``; None for anything else."""
    if not _MOMENT.fullmatch(rfc3339):
        return None
    try:
        return int(datetime.fromisoformat(rfc3339).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


class Proof(Enum):
    """What the ``Wechatpay-*`` headers are worth for a body."""

    HOLDS = "holds"
    NONE = "none"  # there are none
    BAD = "bad"
    PROBE = "probe"
    STALE = "stale"  # made too long ago, or in the future
    UNKNOWN_KEY = "unknown_key"


def proof_of(headers: Mapping[str, str], body: bytes, now_ms: int, key_for: KeyFor, skew_ms: int = SKEW_MS) -> Proof:
    """``headers`` in lower case; ``now_ms``: channel time; ``skew_ms`` 0 takes any timestamp."""
    names = ("wechatpay-signature", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial")
    signature, timestamp, nonce, serial = (headers.get(name, "") for name in names)
    if not signature:
        return Proof.NONE
    if signature.startswith(PROBE):
        return Proof.PROBE
    if not (timestamp and nonce and serial and _TIMESTAMP.fullmatch(timestamp)):
        return Proof.BAD
    key = key_for(serial)
    if key is None:
        return Proof.UNKNOWN_KEY
    if not verify(key, signature, timestamp=timestamp, nonce=nonce, body=body):
        return Proof.BAD
    return Proof.STALE if skew_ms and abs(int(timestamp) * 1000 - now_ms) > skew_ms else Proof.HOLDS


@dataclass(frozen=True, slots=True)
class Signed:
    """2xx, and WeChat said this, now. A 204 has no fields."""

    status: int
    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """4xx or 5xx. ``number``: the error's number at the end of ``Request-ID``, never signed."""

    status: int
    code: str
    says: str
    number: str
    signed: bool


@dataclass(frozen=True, slots=True)
class Forged:
    """A signature that does not hold, or none where one must be. ``probe``: WeChat's own test of us."""

    probe: bool = False


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """Signed under a name we have no key for; fetching the certificates may explain it."""

    serial: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    why: str


Envelope = Signed | Refused | Forged | UnknownKey | Unreadable


def open_envelope(reply: Reply, now_ms: int, key_for: KeyFor) -> Envelope:
    """What kind of answer ``reply`` is; its fields are trusted only in ``Signed``."""
    success = 200 <= reply.status < 300
    proof = proof_of(reply.headers, reply.body, now_ms, key_for)
    match proof:
        case Proof.UNKNOWN_KEY:
            return UnknownKey(reply.headers["wechatpay-serial"])
        case Proof.BAD | Proof.PROBE:
            return Forged(probe=proof is Proof.PROBE)
        case Proof.STALE:
            return Unreadable("signed more than five minutes away from now")
        case Proof.HOLDS | Proof.NONE if success:
            return _said(reply) if proof is Proof.HOLDS else Forged()
        case Proof.HOLDS | Proof.NONE:
            return _refused(reply, signed=proof is Proof.HOLDS)
        case _:
            assert_never(proof)


def _said(reply: Reply) -> Signed | Unreadable:
    try:
        _check_charset(reply.headers.get("content-type", ""))
        return Signed(reply.status, {} if reply.status == 204 and not reply.body else parse(reply.body))
    except NotTheirsError as bad:
        return Unreadable(str(bad))


def _refused(reply: Reply, *, signed: bool) -> Refused | Unreadable:
    if not 400 <= reply.status < 600:
        return Unreadable(f"HTTP {reply.status}")
    found = _NUMBER.search(reply.headers.get("request-id", ""))
    number = found[1] if found else ""
    try:
        _check_charset(reply.headers.get("content-type", ""))
        fields = parse(reply.body)
    except NotTheirsError:
        return Refused(reply.status, "", "", number, signed=False)
    return Refused(reply.status, text(fields, "code"), text(fields, "message"), number, signed)


def _check_charset(content_type: str) -> None:
    named = _CHARSET.search(content_type)
    if named is not None and named[1].lower() not in {"utf-8", "utf8"}:
        raise NotTheirsError("not UTF-8")
