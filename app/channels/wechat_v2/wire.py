"""Bytes to fields and back: WeChat's flat V2 XML, ``<xml><name>value</name>…</xml>``. Pure.

What is accepted is much less than XML: UTF-8 only, one level, no attribute, no comment, no processing instruction,
no DTD, no entity, no element twice (reliability.md I-22; CVE-2018-13439 was this very format in WeChat's own SDK).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.channels.outcome import BODY_LIMIT
from app.channels.wechat_v2.sign import Signer

_DECLARATION: Final = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]+")


class NotTheirsError(ValueError):
    """These bytes are no V2 message. The text names the rule, never the content."""


def write(fields: Mapping[str, str]) -> bytes:
    """A request body. Values with anything but plain characters go out as CDATA; empty ones not at all."""
    return "".join(("<xml>", *(_element(name, value) for name, value in fields.items() if value), "</xml>")).encode()


def _element(name: str, value: str) -> str:
    if _PLAIN.fullmatch(value):
        return f"<{name}>{value}</{name}>"
    guarded = value.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{guarded}]]></{name}>"


class _Flat:
    """The parser's target: fields of one level under ``root``, everything else refused."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.fields: dict[str, str] = {}
        self._depth = 0
        self._name = ""
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > 2 or attributes or (self._depth == 1 and tag != self._root) or tag in self.fields:
            raise NotTheirsError("nested, repeated, or with attributes")
        self._name, self._text = tag, []

    def data(self, text: str) -> None:
        if self._depth == 2:
            self._text.append(text)
        elif text.strip():
            raise NotTheirsError("text between elements")

    def end(self, _tag: str) -> None:
        if self._depth == 2:
            self.fields[self._name] = "".join(self._text)
        self._depth -= 1

    def comment(self, _text: str) -> None:
        raise NotTheirsError("a comment")

    def pi(self, _target: str, _text: str | None = None) -> None:
        raise NotTheirsError("a processing instruction")

    def close(self) -> dict[str, str]:
        return self.fields


def parse(body: bytes, root: str = "xml") -> dict[str, str]:
    """The fields of a message exactly as written, empty ones as "". Raises NotTheirsError for anything else.

    ``root``: the outermost element; what a refund's notification encrypts has ``root`` itself.
    """
    if len(body) > BODY_LIMIT:
        raise NotTheirsError("too long")
    declared = _DECLARATION.match(body)
    if declared is not None and declared[1].lower() != b"utf-8":
        raise NotTheirsError("not UTF-8")
    flat = _Flat(root)
    parser = DefusedXMLParser(target=flat, encoding="utf-8", forbid_dtd=True)
    try:
        body.decode("utf-8")  # a byte order mark would make the parser overrule its own encoding
        parser.feed(body)
        parser.close()
    except (ParseError, DefusedXmlException, UnicodeDecodeError) as bad:
        raise NotTheirsError(type(bad).__name__) from None
    return flat.fields


@dataclass(frozen=True, slots=True)
class Signed:
    """return_code SUCCESS and the signature holds: WeChat said this, to somebody with our key."""

    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """return_code FAIL: by the documents never signed, so it proves nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Forged:
    """return_code SUCCESS without a valid signature."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    why: str


Envelope = Signed | Failed | Forged | Unreadable


def open_envelope(body: bytes, signer: Signer) -> Envelope:
    """What kind of answer ``body`` is; its fields are trusted only in ``Signed``."""
    try:
        fields = parse(body)
    except NotTheirsError as bad:
        return Unreadable(str(bad))
    match fields.get("return_code"):
        case "SUCCESS":
            return Signed(fields) if signer.verify(fields) else Forged()
        case "FAIL":
            return Failed(fields.get("return_msg", ""))
        case _:
            return Unreadable("no return_code")
