"""Bytes to values and back: Alipay's signed form and its JSON envelope. Pure.

The signature covers the bytes of the inner object exactly as received. The object handed on is parsed from that
very span, so there is no second reading that could differ. Refused: bytes that are not UTF-8, an envelope or object
with a name twice, NaN and Infinity, anything after the closing brace, more than 64 KiB (reliability.md I-22).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels import form
from app.channels.alipay.sign import sign, verify
from app.channels.outcome import BODY_LIMIT

ERROR_KEY: Final = "error_response"
FORM: Final = "application/x-www-form-urlencoded;charset=utf-8"
_SPACE: Final = " \t\r\n"

KeyFor = Callable[[str | None], rsa.RSAPublicKey | None]  # by alipay_cert_sn; None in public-key mode


class NotTheirsError(ValueError):
    """These bytes are no answer of the gateway. The text names the rule, never the content."""


def request(common: Mapping[str, str], biz: Mapping[str, Any], key: rsa.RSAPrivateKey) -> tuple[str, bytes]:
    """(query, body): common parameters and sign in the query, biz_content in the form, as Alipay's own SDK does."""
    content = json.dumps(biz, ensure_ascii=False, separators=(",", ":"))
    params = {name: value for name, value in common.items() if value}
    made = sign(key, {**params, "biz_content": content})
    return form.write({**params, "sign": made}), form.write({"biz_content": content}).encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotTheirsError("a name twice")
    return made


def _no_constant(_name: str) -> Any:
    raise NotTheirsError("not a number")


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the envelope: its value and the very bytes it was read from."""

    value: Any = field(repr=False)
    raw: bytes = field(repr=False)


def members(body: bytes) -> dict[str, Member]:
    """The envelope's members by name. Raises NotTheirsError for anything but one plain JSON object."""
    if len(body) > BODY_LIMIT:
        raise NotTheirsError("too long")
    try:
        return _scan(body.decode("utf-8"))
    except NotTheirsError:
        raise
    except (ValueError, IndexError, RecursionError) as bad:  # not UTF-8, not JSON, cut short, nested without end
        raise NotTheirsError(type(bad).__name__) from None


def _scan(text: str) -> dict[str, Member]:
    found: dict[str, Member] = {}
    at = _expect(text, _skip(text, 0), "{")
    while True:
        at = _skip(text, at)
        _expect(text, at, '"')
        name, at = _STRICT.raw_decode(text, at)
        start = _skip(text, _expect(text, _skip(text, at), ":"))
        value, at = _STRICT.raw_decode(text, start)
        if name in found:
            raise NotTheirsError("a name twice")
        found[name] = Member(value, text[start:at].encode())
        at = _skip(text, at)
        if text[at] == "}":
            break
        at = _expect(text, at, ",")
    if _skip(text, at + 1) != len(text):
        raise NotTheirsError("something after the end")
    return found


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _expect(text: str, at: int, character: str) -> int:
    if text[at] != character:
        raise NotTheirsError("not an object")
    return at + 1


@dataclass(frozen=True, slots=True)
class Signed:
    """Alipay said this, to this application, in answer to this method."""

    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A gateway error nobody signed: it proves nothing."""

    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Forged:
    """A signature that does not hold, or none where one must be."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    why: str


Envelope = Signed | Unsigned | Forged | Unreadable


def open_envelope(body: bytes, method: str, key_for: KeyFor) -> Envelope:
    """What kind of answer to ``method`` (``alipay.trade.pay``) ``body`` is; fields are trusted only in ``Signed``."""
    try:
        found = members(body)
    except NotTheirsError as bad:
        return Unreadable(str(bad))
    expected = method.replace(".", "_") + "_response"
    names = [name for name in (expected, ERROR_KEY) if name in found]
    if len(names) != 1:
        return Unreadable("no answer to this call")
    inner = found[names[0]]
    if not isinstance(inner.value, dict):
        return Unreadable("not an object")
    if "sign" not in found:
        refusal = names[0] == ERROR_KEY or inner.value.get("code") not in {"10000", "10003"}
        return Unsigned(inner.value) if refusal else Forged()
    signature, serial = (found[name].value if name in found else None for name in ("sign", "alipay_cert_sn"))
    if not isinstance(signature, str) or not isinstance(serial, str | None):
        return Unreadable("a signature that is no text")
    key = key_for(serial)
    return Signed(inner.value) if key is not None and verify(key, inner.raw, signature) else Forged()
