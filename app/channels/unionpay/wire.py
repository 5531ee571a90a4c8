"""Bytes to fields and back: forms out, UnionPay's own ``k=v&k=v`` in. Pure.

An answer is not URL-encoded: raw ``+``, ``=``, Chinese text and the CRLF inside signPubKeyCert come as they are. It is
cut at each ``&`` outside ``{}`` and ``[]``, then at the first ``=`` (``unionpay.md`` §2). A notification is an ordinary
form. Refused: bytes that are not UTF-8, a name twice or with anything but letters and digits, and fields whose signed
text could be read in a second way: the signature covers the sorted text only, so moving an ``&`` between brackets would
otherwise make another message under the same signature.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels import form
from app.channels.outcome import BODY_LIMIT
from app.channels.unionpay.sign import METHOD, VERSION, verify

FORM: Final = "application/x-www-form-urlencoded;charset=UTF-8"
FIELDS_MOST: Final = 200  # the longest documented message has about 50
_NAME: Final = re.compile(r"[A-Za-z0-9]{1,64}")
_TURN: Final = re.compile(r"[&{\[]")
_WHOLE: Final = re.compile(r"(?:[^&{\[]|\{[^}]*\}|\[[^\]]*\])*")  # no bracket left open, no ``&`` outside
_CLOSES: Final = {"{": "}", "[": "]"}

KeyOf = Callable[[str], rsa.RSAPublicKey | None]  # by the message's own signPubKeyCert


class NotTheirsError(ValueError):
    """These bytes are no message of the gateway. The text names the rule, never the content."""


def write(fields: Mapping[str, str]) -> bytes:
    """A request body."""
    return form.write(fields).encode()


def parse(body: bytes, limit: int = BODY_LIMIT) -> dict[str, str]:
    """The fields of an answer exactly as written. Raises NotTheirsError."""
    if len(body) > limit:
        raise NotTheirsError("too long")
    try:
        return split(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotTheirsError("not UTF-8") from None


def split(text: str) -> dict[str, str]:
    """``text`` by the channel's rule. Raises NotTheirsError."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        equals = text.find("=", at)
        if equals < 0:
            raise NotTheirsError("no form")
        ends = _value_ends(text, equals + 1)
        _add(found, text[at:equals], text[equals + 1 : ends])
        at = ends + 1
        if at == len(text):
            raise NotTheirsError("something after the end")
    return found


def _value_ends(text: str, at: int) -> int:
    """Where the value beginning at ``at`` ends; an unclosed bracket reaches to the end of the text."""
    while (turn := _TURN.search(text, at)) is not None:
        if turn[0] == "&":
            return turn.start()
        at = text.find(_CLOSES[turn[0]], turn.end()) + 1
        if at == 0:
            break
    return len(text)


def _add(found: dict[str, str], name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise NotTheirsError("a name that is none")
    if name in found:
        raise NotTheirsError("a name twice")
    if len(found) >= FIELDS_MOST:
        raise NotTheirsError("too many fields")
    found[name] = value


def parse_notice(body: bytes, back_url: str) -> dict[str, str]:
    """The fields of a notification, blank ones left out as the channel does before signing. Raises NotTheirsError.

    The parameters of our own ``back_url`` are taken out: a server in between may have put them into the form.
    """
    if len(body) > BODY_LIMIT:
        raise NotTheirsError("too long")
    try:
        pairs = parse_qsl(body.decode("ascii"), True, True, "utf-8", "strict", FIELDS_MOST)
    except ValueError as bad:
        raise NotTheirsError(type(bad).__name__) from None
    ours = set(parse_qsl(urlsplit(back_url).query, keep_blank_values=True))
    found: dict[str, str] = {}
    for name, value in pairs:
        if (name, value) not in ours and value:
            _add(found, name, value)
    return found


@dataclass(frozen=True, slots=True)
class Signed:
    """UnionPay said this."""

    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A refusal nobody signed: it proves nothing."""

    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Forged:
    """A signature that does not hold, or none where one must be."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    why: str


Envelope = Signed | Unsigned | Forged | Unreadable


def open_envelope(body: bytes, key_of: KeyOf, limit: int = BODY_LIMIT) -> Envelope:
    """What kind of answer ``body`` is; fields are trusted only in ``Signed``."""
    try:
        fields = parse(body, limit)
    except NotTheirsError as bad:
        return Unreadable(str(bad))
    return judge(fields, key_of)


def judge(fields: Mapping[str, str], key_of: KeyOf) -> Envelope:
    """The same for fields that were read already."""
    if not fields.get("respCode"):
        return Unreadable("no respCode")
    if "signature" not in fields:
        return Forged() if fields["respCode"] in {"00", "A6"} else Unsigned(fields)
    if fields.get("version") != VERSION or fields.get("signMethod") != METHOD or not _reads_one_way(fields):
        return Forged()
    key = key_of(fields.get("signPubKeyCert", ""))
    return Signed(fields) if key is not None and verify(key, fields) else Forged()


def _reads_one_way(fields: Mapping[str, str]) -> bool:
    """True if each value ends in the signed text where it ends here, whatever follows it."""
    return all(_WHOLE.fullmatch(value) for name, value in fields.items() if name != "signature")
