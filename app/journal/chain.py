"""The bytes an entry is hashed over, and what one entry proves about itself and the one before. Pure.

``digest = SHA-256(ENTRY_DOMAIN || prev || fields)`` where ``fields`` is ``>Q q Q I I I I`` of seq, at_ms, before
(0 for a null) and the byte lengths of kind, out_trade_no, line, body (ABSENT for a null), then those four in UTF-8.
``mac = HMAC-SHA256(key, MAC_DOMAIN || digest)``. The first ``prev`` is ``genesis`` of the file's own facts, so a
chain cannot be moved to another file. Golden vectors are in the tests; they never change (I-34).
"""

import hashlib
import hmac
import json
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, cast

from app.journal.api import Entry, Fault, Head, Json, SaleLine
from app.journal.errors import BadEntry

GENESIS_DOMAIN: Final = b"mashou.journal.genesis.1\0"
ENTRY_DOMAIN: Final = b"mashou.journal.entry.1\0"
MAC_DOMAIN: Final = b"mashou.journal.mac.1\0"
ABSENT: Final = 0xFFFFFFFF
MAC_KEY_BYTES: Final = 32
ANCHOR_CHARACTERS: Final = 8
# How far from its place a moved entry is looked for before it is called edited.
REORDER_REACH: Final = 1000

# seq, at_ms, kind, out_trade_no, before, line, body
Content = tuple[int, int, str, str | None, int | None, str | None, str]
# the same, then prev, digest, mac
Row = tuple[int, int, str, str | None, int | None, str | None, str, bytes, bytes, bytes]

_FIELDS: Final = struct.Struct(">QqQIIII")
_KEYS: Final = frozenset({str})
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ANCHOR: Final = re.compile(r"#?([0-9]{1,18})[:\- ]([0-9a-fA-F]{4})-?([0-9a-fA-F]{4,60})")
_encode: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def canonical(value: Json) -> str:
    r"""The one JSON text of ``value``: keys sorted, no spaces, UTF-8, integers only.

    A lone surrogate (a channel may send one as ``\ud800``) stays an escape, so that the text is always UTF-8.
    Raises BadEntry for a float, a key that is no string, or anything JSON does not know.
    """
    _refuse_inexact(value)
    text = _encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    return text


def _refuse_inexact(value: object) -> None:
    if isinstance(value, dict):
        # Sets of types, because this stands between a scan and its first byte.
        if not _KEYS.issuperset(map(type, value)) and not all(isinstance(key, str) for key in value):
            raise BadEntry("a key of a body is no string")
        inner: Iterable[object] = value.values()
    elif isinstance(value, (list, tuple)):
        inner = value
    else:
        inner = (value,)
    if not _PLAIN.issuperset(map(type, inner)):
        for each in inner:
            _refuse_rest(each)


def _refuse_rest(value: object) -> None:
    if isinstance(value, (dict, list, tuple)):
        _refuse_inexact(value)
    elif not (value is None or isinstance(value, (str, int))):
        raise BadEntry(
            f"a body holds {type(value).__name__}; it may hold integers, strings, booleans, null, lists, dicts"
        )


def line_text(sale: SaleLine) -> str:
    """The ``line`` column: the list named in 0001.sql, without the order number, which has its own column."""
    return canonical(
        [
            sale.number,
            sale.purchase,
            sale.channel,
            sale.amount_fen,
            sale.state,
            sale.is_open,
            sale.refunded_fen,
            sale.day,
            sale.began_ms,
            sale.code_mark,
        ]
    )


def line_of(out_trade_no: str, text: str) -> SaleLine:
    """The reverse of ``line_text``."""
    return SaleLine(out_trade_no, *json.loads(text))


def body_of(text: str) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", json.loads(text))


def genesis(journal_id: bytes, epoch: int, made_ms: int, *, training: bool) -> bytes:
    """What stands in ``prev`` of entry 1."""
    facts = canonical([journal_id.hex(), epoch, made_ms, training])
    return hashlib.sha256(GENESIS_DOMAIN + facts.encode()).digest()


def entry_digest(prev: bytes, content: Content) -> bytes:
    """The hash of an entry, which stands for it and everything before it."""
    seq, at_ms, kind, out_trade_no, before, line, body = content
    texts = [kind.encode(), b"" if out_trade_no is None else out_trade_no.encode()]
    texts += [b"" if line is None else line.encode(), body.encode()]
    fields = _FIELDS.pack(
        seq,
        at_ms,
        before or 0,
        len(texts[0]),
        ABSENT if out_trade_no is None else len(texts[1]),
        ABSENT if line is None else len(texts[2]),
        len(texts[3]),
    )
    return hashlib.sha256(b"".join((ENTRY_DOMAIN, prev, fields, *texts))).digest()


def entry_mac(mac_key: bytes, digest: bytes) -> bytes:
    mac = _keyed(mac_key).copy()
    mac.update(digest)
    return mac.digest()


@lru_cache(maxsize=1)
def _keyed(mac_key: bytes) -> hmac.HMAC:
    """The key worked in once: a process has one journal, and a first byte waits for each entry of a new sale."""
    return hmac.new(mac_key, MAC_DOMAIN, "sha256")


def sealed(mac_key: bytes, prev: bytes, seq: int, entry: Entry, before: int | None = None) -> Row:
    """The whole row of ``entry`` as number ``seq``, chained to ``prev``. Raises BadEntry.

    ``before`` is the number of the entry before it about the same sale.
    """
    sale = entry.sale
    out_trade_no, line = (None, None) if sale is None else (sale.out_trade_no, line_text(sale))
    content = (seq, entry.at_ms, entry.kind, out_trade_no, before, line, canonical(entry.body))
    digest = entry_digest(prev, content)
    return (*content, prev, digest, entry_mac(mac_key, digest))


def judge(row: Row, seq: int, prev: bytes, mac_key: bytes | None) -> Fault | None:
    """What is wrong with ``row`` where entry ``seq`` must follow the digest ``prev``; None for nothing.

    Without ``mac_key`` the seals are not looked at.
    """
    if row[0] != seq:
        return Fault.MISSING
    digest = row[8]
    try:
        if entry_digest(row[7], row[:7]) != digest:
            return Fault.REORDERED if _belongs_elsewhere(row) else Fault.EDITED
    except (AttributeError, TypeError, struct.error):
        return Fault.EDITED  # values of a type no journal writes: the file was edited below SQLite
    if row[7] != prev:
        return Fault.SPLICED
    if mac_key is not None and entry_mac(mac_key, digest) != row[9]:
        return Fault.MAC
    return None


def _belongs_elsewhere(row: Row) -> bool:
    near = range(max(1, row[0] - REORDER_REACH), row[0] + REORDER_REACH + 1)
    return any(entry_digest(row[7], (seq, *row[1:7])) == row[8] for seq in near)


def short_anchor(head: Head) -> str:
    """The eight characters a receipt carries."""
    return head.digest[:ANCHOR_CHARACTERS]


def anchor_of(text: str) -> Head | None:
    """The head an anchor names: ``SEQ:DIGEST8``, as on paper (``#000123 7F3A-91C2``) or as channels carry it."""
    found = _ANCHOR.fullmatch(text.strip())
    return None if found is None else Head(int(found[1]), (found[2] + found[3]).lower())


def broken_anchor(anchors: Sequence[Head], seq: int, digest: bytes) -> bool:
    """Whether one of ``anchors`` names entry ``seq`` with another digest. A digest may be shortened."""
    return any(anchor.seq == seq and not digest.hex().startswith(anchor.digest.lower()) for anchor in anchors)
